/*
 * gzip.h - writing one gzip member to an output.
 *
 * What is written is cut into blocks of 256 KB that are compressed by threads,
 * each with the end of the block before it as its dictionary; joined they are
 * one member, half a percent larger at most than if it were made in one piece.
 * The blocks, and so the bytes, do not depend on the number of threads; what
 * fits into one block never starts any.
 *
 * Memory: 1 MB, and with threads as much for each of them and once more; all
 *         of it by pq_alloc in the thread that writes.
 * Owner:  pq_gzip_begin to pq_gzip_end; the output stays the caller's.
 * Errors: those of the output, kept there (out.h).
 */
#ifndef PQ_GZIP_GZIP_H
#define PQ_GZIP_GZIP_H

#include "base/out.h"
#include "gzip/io_options.h"

struct pq_gzip;

/* Options `jobs`, `level` and `inflate` matter here; NULL: the defaults. */
struct pq_gzip *pq_gzip_begin(struct pq_out *out,
			      const struct pq_io_options *io);
void pq_gzip_write(struct pq_gzip *gz, const void *bytes, size_t n);
void pq_gzip_end(struct pq_gzip *gz);

#endif
