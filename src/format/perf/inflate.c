/*
 * Records of perf.data that were compressed by zstd (perf record -z);
 * reading.h declares what is here.
 *
 * All of them are one stream.  What comes out are records again, of which the
 * last may go on in the next compressed one.
 */
#include "format/perf/reading.h"

#include <string.h>

#ifdef PQ_ZSTD
#include <zstd.h>
#endif

#include "base/mem.h"

#include "base/banned.h"

#ifndef PQ_ZSTD

bool pq_perf_take_compressed(struct pq_perf_reading *r,
			     struct pq_perf_record *rec)
{
	return pq_fail_at(r->err, rec->offset,
			  "compressed with zstd: perf inject -i FILE -o FILE2 "
			  "or a build with libzstd");
}

void pq_perf_inflater_free(struct pq_perf_inflater *z)
{
	(void)z;
}

#else

#define WINDOW_LOG_MOST 27 /* 128 MB */
#define TIMES_MOST 64
#define ALWAYS ((uint64_t)256 << 20)

struct pq_perf_inflater {
	ZSTD_DStream *zstd;
	struct pq_cleanup cleanup; /* its memory is no memory of ours */
	PQ_VEC(uint8_t) out;	   /* records that have not come whole */
	uint64_t in_bytes, out_bytes;
};

static void free_zstd(void *arg)
{
	ZSTD_freeDStream(arg);
}

void pq_perf_inflater_free(struct pq_perf_inflater *z)
{
	if (!z)
		return;
	pq_cleanup_remove(&z->cleanup);
	free_zstd(z->zstd);
	pq_vec_release(&z->out);
	pq_free(z);
}

static bool begin_stream(struct pq_perf_reading *r)
{
	struct pq_perf_inflater *z = pq_alloc_zeroed(sizeof(*z));

	z->zstd = ZSTD_createDStream();
	if (z->zstd) {
		pq_cleanup_add(&z->cleanup, free_zstd, z->zstd);
		/* The window bounds memory, whatever the stream asks for. */
		ZSTD_DCtx_setParameter(z->zstd, ZSTD_d_windowLogMax,
				       WINDOW_LOG_MOST);
	}
	r->inflater = z;
	return z->zstd || pq_fail(r->err, PQ_ELIMIT, "no memory for zstd");
}

/* Takes the whole records out, and moves the rest to the front. */
static bool take_inflated_records(struct pq_perf_reading *r, uint64_t offset)
{
	struct pq_perf_inflater *z = r->inflater;
	struct pq_cursor c = pq_cursor_over(z->out.at, z->out.n);
	struct pq_perf_record rec = { .offset = offset, .inflated = true };
	size_t left;

	while (pq_perf_take_record(&c, &rec)) {
		if (rec.type == PQ_PERF_COMPRESSED ||
		    rec.type == PQ_PERF_COMPRESSED2)
			return pq_fail_at(r->err, offset,
					  "a compressed record is inside of a "
					  "compressed record");
		if (!pq_perf_take(r, &rec))
			return false;
	}
	left = pq_cursor_left(&c);
	/* A size below that of a header: no record goes on here. */
	if (left >= 8 && c.at[6] < 8 && !c.at[7])
		return pq_fail_at(r->err, offset,
				  "what is compressed here are no records");
	memmove(z->out.at, c.at, left);
	z->out.n = left;
	return true;
}

/* One step of zstd, into room for some records. */
static bool inflate_some(struct pq_perf_reading *r, ZSTD_inBuffer *in,
			 uint64_t offset, bool *more)
{
	struct pq_perf_inflater *z = r->inflater;
	ZSTD_outBuffer out;
	size_t result;

	pq_vec_reserve(&z->out, z->out.n + ZSTD_DStreamOutSize());
	out = (ZSTD_outBuffer){ z->out.at + z->out.n, ZSTD_DStreamOutSize(),
				0 };
	result = ZSTD_decompressStream(z->zstd, &out, in);
	if (ZSTD_isError(result))
		return pq_fail_at(r->err, offset, "damaged zstd data: %s",
				  ZSTD_getErrorName(result));
	z->out.n += out.pos;
	z->out_bytes += out.pos;
	/* A full buffer may mean that zstd holds more. */
	*more = out.pos == out.size;
	if (z->out_bytes > ALWAYS + z->in_bytes * TIMES_MOST)
		return pq_fail(r->err, PQ_ELIMIT,
			       "compressed records inflate to more than 64 "
			       "times their size");
	return take_inflated_records(r, offset);
}

bool pq_perf_take_compressed(struct pq_perf_reading *r,
			     struct pq_perf_record *rec)
{
	struct pq_cursor c = rec->body, data = c;
	ZSTD_inBuffer in;
	bool more = true;

	/* the later kind tells its size, and is padded */
	if (rec->type == PQ_PERF_COMPRESSED2)
		data = pq_cursor_part(&c, pq_cursor_le64(&c));
	if (c.bad)
		return pq_fail_at(r->err, rec->offset,
				  "the compressed data are larger than their "
				  "record");
	if (!r->inflater && !begin_stream(r))
		return false;
	in = (ZSTD_inBuffer){ data.at, pq_cursor_left(&data), 0 };
	r->inflater->in_bytes += in.size;
	while (in.pos < in.size || more)
		if (!inflate_some(r, &in, rec->offset, &more))
			return false;
	return true;
}

#endif
