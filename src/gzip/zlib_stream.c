#include "gzip/zlib_stream.h"

#include <string.h>
#include <zlib.h>

#include "base/banned.h"

enum { HEADER_BYTES = 2, TRAILER_BYTES = 4, METHOD_DEFLATE = 8, PRESET = 0x20 };

static bool takes_zlib_header(const uint8_t *at)
{
	return (at[0] & 15) == METHOD_DEFLATE && !(at[1] & PRESET) &&
	       !((at[0] << 8 | at[1]) % 31);
}

/* The sum before the first byte. */
#define ADLER_START 1

/* The most that libraries are given at once: some count in 32 bits. */
#define MOST_AT_ONCE ((size_t)1 << 30)

/* A library's own is several times as fast as zlib's. */
static uint32_t sum_adler(const struct pq_inflate_backend *backend,
			  uint32_t before, const uint8_t *bytes, size_t n)
{
	uLong sum = before;

	if (backend->adler)
		return backend->adler(before, bytes, n);

	while (n) {
		size_t part = n > MOST_AT_ONCE ? MOST_AT_ONCE : n;

		sum = adler32(sum, bytes, (uInt)part);
		bytes += part;
		n -= part;
	}
	return (uint32_t)sum;
}

/* The checksum follows the data, most significant byte first. */
static bool ends_with_sum(const uint8_t *at, const uint8_t *end, uint32_t sum)
{
	return end - at >= TRAILER_BYTES &&
	       sum == ((uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
		       (uint32_t)at[2] << 8 | at[3]);
}

/* ---- at once ---- */

/* A streaming library may stop on the way; no progress is the end of it. */
static bool run_whole(const struct pq_inflate_backend *backend, void *state,
		      struct pq_inflate_io *io)
{
	for (;;) {
		const uint8_t *at = io->at;
		uint8_t *to = io->to;
		enum pq_inflated result = backend->run(state, io);

		if (result != PQ_INFLATED_SOME)
			return result == PQ_INFLATED_END;
		if (io->at == at && io->to == to)
			return false;
	}
}

bool pq_zlib_inflate(const uint8_t *from, size_t n, uint8_t *to, size_t bytes)
{
	const struct pq_inflate_backend *backend =
		pq_inflate_at_once(PQ_INFLATE_AUTO);
	struct pq_inflate_io io;
	void *state;
	bool ok;

	if (!backend)
		backend = pq_inflate_streaming(PQ_INFLATE_AUTO);
	if (n < HEADER_BYTES + TRAILER_BYTES || !takes_zlib_header(from))
		return false;
	io = (struct pq_inflate_io){ from + HEADER_BYTES, from + n, to,
				     to + bytes };
	state = pq_alloc(backend->state_bytes);
	ok = backend->begin(state);
	if (ok) {
		/* nothing is allocated by pq_alloc until its end */
		backend->reset(state);
		ok = run_whole(backend, state, &io);
		backend->end(state);
	}
	pq_free(state);
	return ok && io.to == io.limit &&
	       ends_with_sum(io.at, io.end,
			     sum_adler(backend, ADLER_START, to, bytes));
}

/* ---- piece by piece ---- */

bool pq_zlib_streams_well(void)
{
	return pq_inflate_streaming(PQ_INFLATE_AUTO) != &pq_inflate_zlib ||
	       !pq_inflate_at_once(PQ_INFLATE_AUTO);
}

static void end_pieces(void *pieces)
{
	struct pq_zlib_pieces *z = pieces;

	z->backend->end(z->state);
}

bool pq_zlib_pieces_open(struct pq_zlib_pieces *z, const uint8_t *from,
			 size_t n)
{
	memset(z, 0, sizeof(*z));
	if (n < HEADER_BYTES + TRAILER_BYTES || !takes_zlib_header(from))
		return false;
	z->backend = pq_inflate_streaming(PQ_INFLATE_AUTO);
	z->at = from + HEADER_BYTES;
	z->end = from + n;
	z->sum = ADLER_START;
	z->state = pq_alloc(z->backend->state_bytes);
	if (!z->backend->begin(z->state)) {
		pq_free(z->state);
		return false;
	}
	z->backend->reset(z->state);
	/* A library has memory of its own, which unwinding does not know. */
	pq_cleanup_add(&z->cleanup, end_pieces, z);
	return true;
}

void pq_zlib_pieces_close(struct pq_zlib_pieces *z)
{
	if (!z->state)
		return;
	pq_cleanup_remove(&z->cleanup);
	end_pieces(z);
	pq_free(z->state);
	z->state = NULL;
}

/* One call of the library; false when it got no further. */
static bool run_piece(struct pq_zlib_pieces *z, struct pq_inflate_io *io)
{
	const uint8_t *at = io->at;
	uint8_t *to = io->to;

	switch (z->backend->run(z->state, io)) {
	case PQ_INFLATED_SOME:
		return io->at != at || io->to != to;
	case PQ_INFLATED_END:
		z->is_whole = true;
		return false;
	default:
		return false;
	}
}

size_t pq_zlib_pieces_read(struct pq_zlib_pieces *z, uint8_t *to, size_t room)
{
	struct pq_inflate_io io = { .at = z->at, .to = to };

	if (z->is_over)
		return 0;
	/* both sides of a call are kept to what libraries can count */
	while (!z->is_over && io.to < to + room) {
		size_t in = (size_t)(z->end - io.at);
		size_t out = (size_t)(to + room - io.to);

		io.end = in > MOST_AT_ONCE ? io.at + MOST_AT_ONCE : z->end;
		io.limit = out > MOST_AT_ONCE ? io.to + MOST_AT_ONCE
					      : to + room;
		z->is_over = !run_piece(z, &io);
	}
	z->sum = sum_adler(z->backend, z->sum, to, (size_t)(io.to - to));
	z->at = io.at;
	/* The end is known only now that all before it was summed up. */
	if (z->is_whole)
		z->is_whole = ends_with_sum(z->at, z->end, z->sum);
	return (size_t)(io.to - to);
}
