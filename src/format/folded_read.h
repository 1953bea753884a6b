/*
 * folded_read.h - folded stacks: a line "root;...;leaf count" each, as
 * stackcollapse scripts write them and flamegraph.pl reads them.
 *
 * The profile has one sample type, samples/count, a function and a location
 * for each distinct name, and a sample for each line.  Counts are whole
 * numbers and may be negative; lines may end in CR LF; empty lines count for
 * nothing.  A name may hold anything but ';' and the end of the line.
 *
 * Errors: PQ_EFORMAT with line and offset: a line without a count or without
 *         a stack, a count that does not fit 64 bits, a NUL byte.
 */
#ifndef PQ_FORMAT_FOLDED_READ_H
#define PQ_FORMAT_FOLDED_READ_H

#include "format/reader.h"

int pq_folded_probe(const uint8_t *head, size_t n);
bool pq_folded_read(struct pq_stream *s, struct pq_profile *p,
		    struct pq_error *err);

#endif
