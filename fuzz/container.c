/*
 * The stream under all readers: the bytes as they are and, when gzipped,
 * inflated on the way, by the reader's own thread and by one besides, which
 * gets half of them as bytes that were read already.  Both must agree with
 * zlib, whatever library inflates: but of what zlib refuses another one may
 * know more (gzip/inflate_backend.h).
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "gzip/inflate.h"
#include "base/mem.h"
#include "gzip/stream.h"
#include "gzip_bytes.h"

#define BUDGET ((uint64_t)64 << 20)

/* What is compared of bombs. */
enum { MOST = 1 << 20 };

struct input {
	int fd;
	const uint8_t *data;
	size_t size, head_bytes;
	struct pq_io_options io;
	uint8_t *to; /* MOST bytes */
	size_t n;
	struct pq_error err;
};

static void read_all(void *arg)
{
	struct input *in = arg;
	struct pq_stream s;

	if (pq_stream_open(&s, in->fd, in->data, in->head_bytes, &in->io,
			   &in->err))
		while (in->n < MOST && pq_stream_need(&s, 1, &in->err)) {
			size_t n = s.end - s.at;

			if (n > MOST - in->n)
				n = MOST - in->n;
			memcpy(in->to + in->n, s.window + s.at, n);
			in->n += n;
			s.at += n;
		}
	pq_stream_release(&s);
}

static void read_one_way(struct input *in)
{
	in->n = 0;
	in->err.code = PQ_OK;
	if (lseek(in->fd, (off_t)in->head_bytes, SEEK_SET) < 0)
		abort();
	pq_mem_limit(pq_mem_used() + BUDGET, "");
	pq_mem_guard(read_all, in, &in->err);
	pq_mem_limit(0, "");
}

/* What was read before an error may be less than zlib could give. */
static void hold_against(const struct input *in, const uint8_t *expected,
			 size_t n, bool whole)
{
	bool ok = in->err.code == PQ_OK;
	size_t both = in->n < n ? in->n : n;

	if (both && memcmp(in->to, expected, both) != 0)
		abort();
	if (!whole && in->io.inflate != PQ_INFLATE_ZLIB)
		return;
	if (n < MOST && ok != whole)
		abort();
	if (in->n > n || (ok && in->n != n))
		abort();
}

static void read_both_ways(struct input *in, const uint8_t *expected, size_t n,
			   bool whole)
{
	for (size_t i = 0; i < 2; i++) {
		in->io.thread_from = i; /* never, or at once */
		in->head_bytes = i * in->size / 2;
		read_one_way(in);
		hold_against(in, expected, n, whole);
	}
}

static void read_all_ways(struct input *in)
{
	uint8_t *expected = malloc(MOST);
	bool whole = true;
	size_t n = in->size;

	if (!expected)
		abort();
	if (fuzz_is_gzip(in->data, in->size))
		n = fuzz_inflate_all(in->data, in->size, expected, MOST,
				     &whole);
	else if (n)
		memcpy(expected, in->data, n);
	in->io.inflate = PQ_INFLATE_ZLIB;
	read_both_ways(in, expected, n, whole);
	in->io.inflate = PQ_INFLATE_AUTO;
	read_both_ways(in, expected, n, whole);
	free(expected);
}

void fuzz_container(const uint8_t *data, size_t size)
{
	struct input in = { .fd = memfd_create("container", MFD_CLOEXEC),
			    .data = data,
			    .size = size };

	in.to = malloc(MOST);
	if (in.fd < 0 || !in.to)
		abort();
	if (size < MOST && write(in.fd, data, size) == (ssize_t)size)
		read_all_ways(&in);
	free(in.to);
	close(in.fd);
}
