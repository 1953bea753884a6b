/*
 * zlib_stream.h - a zlib stream (RFC 1950) whose size is known before, at once:
 * a compressed section of an object file.
 *
 * By the library that inflates gzip (inflate_backend.h), with the checksum.
 */
#ifndef PQ_GZIP_ZLIB_STREAM_H
#define PQ_GZIP_ZLIB_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* False unless exactly `bytes` come out of it and they are whole. */
bool pq_zlib_inflate(const uint8_t *from, size_t n, uint8_t *to, size_t bytes);

#endif
