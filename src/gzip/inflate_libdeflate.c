#include <libdeflate.h>

#include "gzip/inflate_backend.h"

#include "base/banned.h"

struct state {
	struct libdeflate_decompressor *d;
};

static bool begin_libdeflate(void *state)
{
	struct state *i = state;

	i->d = libdeflate_alloc_decompressor();
	return i->d != NULL;
}

static void reset_libdeflate(void *state)
{
	(void)state;
}

static enum pq_inflated run_libdeflate(void *state, struct pq_inflate_io *io)
{
	struct state *i = state;
	size_t taken, made;

	if (libdeflate_deflate_decompress_ex(
		    i->d, io->at, (size_t)(io->end - io->at), io->to,
		    (size_t)(io->limit - io->to), &taken,
		    &made) != LIBDEFLATE_SUCCESS)
		return PQ_INFLATED_BAD;
	io->at += taken;
	io->to += made;
	return PQ_INFLATED_END;
}

static void end_libdeflate(void *state)
{
	struct state *i = state;

	libdeflate_free_decompressor(i->d);
}

static uint32_t crc_libdeflate(uint32_t old, const uint8_t *bytes, size_t n)
{
	return libdeflate_crc32(old, bytes, n);
}

static uint32_t adler_libdeflate(uint32_t old, const uint8_t *bytes, size_t n)
{
	return libdeflate_adler32(old, bytes, n);
}

const struct pq_inflate_backend pq_inflate_libdeflate = {
	.name = "libdeflate",
	.state_bytes = sizeof(struct state),
	.begin = begin_libdeflate,
	.reset = reset_libdeflate,
	.run = run_libdeflate,
	.end = end_libdeflate,
	.crc = crc_libdeflate,
	.adler = adler_libdeflate,
	.whole = true,
};
