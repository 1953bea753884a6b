#include "gzip/zlib_stream.h"

#include <zlib.h>

#include "gzip/inflate_backend.h"
#include "base/mem.h"

#include "base/banned.h"

enum { HEADER_BYTES = 2, TRAILER_BYTES = 4, METHOD_DEFLATE = 8, PRESET = 0x20 };

static bool takes_zlib_header(const uint8_t *at)
{
	return (at[0] & 15) == METHOD_DEFLATE && !(at[1] & PRESET) &&
	       !((at[0] << 8 | at[1]) % 31);
}

/* A library's own is several times as fast as zlib's, which counts in 32 bits. */
static uint32_t sum_adler(const struct pq_inflate_backend *backend,
			  const uint8_t *bytes, size_t n)
{
	uLong sum = adler32(0, NULL, 0);

	if (backend->adler)
		return backend->adler((uint32_t)sum, bytes, n);

	while (n) {
		size_t part = n > (1u << 30) ? 1u << 30 : n;

		sum = adler32(sum, bytes, (uInt)part);
		bytes += part;
		n -= part;
	}
	return (uint32_t)sum;
}

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
	const uint8_t *sum;
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
	/* The checksum follows the data, most significant byte first. */
	sum = io.at;
	return ok && io.to == io.limit && io.end - sum >= TRAILER_BYTES &&
	       sum_adler(backend, to, bytes) ==
		       ((uint32_t)sum[0] << 24 | (uint32_t)sum[1] << 16 |
			(uint32_t)sum[2] << 8 | sum[3]);
}
