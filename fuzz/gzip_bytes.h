/*
 * gzip_bytes.h - gzip from memory to memory, with zlib alone: what the stream
 * of profq is held against.
 *
 * Errors: 0 bytes where the result does not fit or the input is broken.
 */
#ifndef PQ_FUZZ_GZIP_BYTES_H
#define PQ_FUZZ_GZIP_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool fuzz_is_gzip(const uint8_t *data, size_t size);

/*
 * All members, joined.  `whole` (may be NULL) tells whether that was all of
 * the input, without an error and something that is no member behind it.
 */
size_t fuzz_inflate_all(const uint8_t *data, size_t size, uint8_t *to,
			size_t room, bool *whole);
size_t fuzz_inflate(const uint8_t *data, size_t size, uint8_t *to, size_t room);

/* One member; level from 0 (stored) to 9. */
size_t fuzz_deflate(const uint8_t *data, size_t size, int level, uint8_t *to,
		    size_t room);

#endif
