/*
 * gzip.h - writing one gzip member to an output.
 *
 * Owner:  pq_gzip_begin to pq_gzip_end; the output stays the caller's.
 * Errors: those of the output, kept there (out.h).
 */
#ifndef PQ_BASE_GZIP_H
#define PQ_BASE_GZIP_H

#include "base/out.h"

struct pq_gzip;

struct pq_gzip *pq_gzip_begin(struct pq_out *out);
void pq_gzip_write(struct pq_gzip *gz, const void *bytes, size_t n);
void pq_gzip_end(struct pq_gzip *gz);

#endif
