/*
 * folded_read.h - folded stacks: a line "root;...;leaf count" each, as
 * stackcollapse scripts write them and flamegraph.pl reads them.
 *
 * The profile has one sample type, samples/count, a function and a location
 * for each distinct name, and a sample for each line.  Counts may be negative
 * and may have fractions, which multiply all values by a power of ten; lines
 * may end in CR LF; empty lines count for nothing, nor do comments: lines of
 * "#" and a blank, or of "#" and no ';' (austin).  A name may hold anything
 * but ';' and the end of the line.
 * Where every line ends in two counts (difffolded), there are two sample
 * types, before/count and after/count.
 *
 * Errors: PQ_EFORMAT with line and offset: a line without a count or without
 *         a stack, one count where others have two and fractions, a count that does not fit 64 bits, a NUL byte.
 */
#ifndef PQ_FORMAT_FOLDED_READ_H
#define PQ_FORMAT_FOLDED_READ_H

#include "format/reader.h"

int pq_folded_probe(const uint8_t *head, size_t n);
bool pq_folded_read(struct pq_stream *s, struct pq_profile *p,
		    struct pq_error *err);

#endif
