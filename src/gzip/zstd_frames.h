/*
 * zstd_frames.h - zstd frames (RFC 8878) whose size is known before, at once:
 * a compressed section of an object file.
 *
 * Without libzstd nothing is inflated.
 */
#ifndef PQ_GZIP_ZSTD_FRAMES_H
#define PQ_GZIP_ZSTD_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* False unless exactly `bytes` come out of all n bytes. */
bool pq_zstd_inflate(const uint8_t *from, size_t n, uint8_t *to, size_t bytes);

#endif
