/*
 * zlib_stream.h - a zlib stream (RFC 1950) whose size is known before: a
 * compressed section of an object file.
 *
 * All of it at once, or piece by piece for who does not want to hold it.  By
 * the libraries that inflate gzip (inflate_backend.h), with the checksum.
 */
#ifndef PQ_GZIP_ZLIB_STREAM_H
#define PQ_GZIP_ZLIB_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "gzip/inflate_backend.h"

/* False unless exactly `bytes` come out of it and they are whole. */
bool pq_zlib_inflate(const uint8_t *from, size_t n, uint8_t *to, size_t bytes);

/*
 * Whether pieces come as fast as all at once: not where the one library that
 * streams is zlib, and another one does the whole in half the time.
 */
bool pq_zlib_streams_well(void);

/*
 * A stream that is read from its beginning.
 * Owner: pq_zlib_pieces_open, false at a wrong header, / pq_zlib_pieces_close,
 *        after that as well; the compressed bytes must outlive it.
 */
struct pq_zlib_pieces {
	const struct pq_inflate_backend *backend;
	void *state;
	const uint8_t *at, *end; /* compressed bytes that were not taken yet */
	uint32_t sum;
	bool is_over; /* nothing follows: the end, or damage */
	bool is_whole;
	struct pq_cleanup cleanup;
};

bool pq_zlib_pieces_open(struct pq_zlib_pieces *z, const uint8_t *from,
			 size_t n);
void pq_zlib_pieces_close(struct pq_zlib_pieces *z);

/* Bytes put to `to', at most `room' of them; fewer only when it is over. */
size_t pq_zlib_pieces_read(struct pq_zlib_pieces *z, uint8_t *to, size_t room);

#endif
