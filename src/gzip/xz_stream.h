/*
 * xz_stream.h - an xz stream that is in memory as a whole: the symbol table
 * that a stripped program carries (symbolize/elf/mini_debug.h).
 *
 * The index at its end tells the size before anything is inflated.
 * Limits: liblzma may hold PQ_XZ_MOST_MEMORY bytes, which is enough for what
 *         "xz -9" writes.
 * Source: the .xz file format, 1.2.0.
 */
#ifndef PQ_GZIP_XZ_STREAM_H
#define PQ_GZIP_XZ_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PQ_XZ_MOST_MEMORY ((uint64_t)80 << 20)

/* Whether profq is built with liblzma; without, nothing is inflated. */
bool pq_xz_is_built_in(void);

/* The size of what comes out of all n bytes; false when they are no stream. */
bool pq_xz_size(const uint8_t *from, size_t n, uint64_t *bytes);

/* False unless exactly `bytes` come out of all n bytes, and are whole. */
bool pq_xz_inflate(const uint8_t *from, size_t n, uint8_t *to, size_t bytes);

#endif
