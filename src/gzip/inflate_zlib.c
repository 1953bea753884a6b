#include <string.h>
#include <zlib.h>

#include "gzip/inflate_backend.h"

#include "base/banned.h"

static bool begin_zlib(void *state)
{
	z_stream *z = state;

	memset(z, 0, sizeof(*z));
	/* a window of 32 KB, without header and trailer */
	return inflateInit2(z, -15) == Z_OK;
}

static void reset_zlib(void *state)
{
	inflateReset(state);
}

static enum pq_inflated run_zlib(void *state, struct pq_inflate_io *io)
{
	z_stream *z = state;
	int code;

	z->next_in = (Bytef *)io->at;
	z->avail_in = (unsigned)(io->end - io->at);
	z->next_out = io->to;
	z->avail_out = (unsigned)(io->limit - io->to);
	code = inflate(z, Z_NO_FLUSH);
	/* Progress is handed back whatever the code says. */
	io->at = z->next_in;
	io->to = z->next_out;
	/* No progress is no error: more input or room may help. */
	switch (code) {
	case Z_OK:
	case Z_BUF_ERROR:
		return PQ_INFLATED_SOME;
	case Z_STREAM_END:
		return PQ_INFLATED_END;
	case Z_MEM_ERROR:
		return PQ_INFLATED_NO_MEMORY;
	default:
		return PQ_INFLATED_BAD;
	}
}

static void end_zlib(void *state)
{
	inflateEnd(state);
}

static uint32_t crc_zlib(uint32_t old, const uint8_t *bytes, size_t n)
{
	return (uint32_t)crc32_z(old, bytes, n);
}

const struct pq_inflate_backend pq_inflate_zlib = {
	.name = "zlib",
	.state_bytes = sizeof(z_stream),
	.begin = begin_zlib,
	.reset = reset_zlib,
	.run = run_zlib,
	.end = end_zlib,
	.crc = crc_zlib,
};
