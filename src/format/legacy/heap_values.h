/*
 * heap_values.h - what the heap formats have in common: sample types, and
 * values estimated from a sample of the allocations.
 *
 * Units:  counts of objects and bytes; rate is the mean number of bytes
 *         between two sampled allocations.
 * Source: the reference's scaleHeapSample: an object of S bytes is sampled
 *         with probability 1 - exp(-S / rate).
 */
#ifndef PQ_FORMAT_LEGACY_HEAP_VALUES_H
#define PQ_FORMAT_LEGACY_HEAP_VALUES_H

#include "format/text/builder.h"

/* Objects and bytes of one kind in one sample. */
struct pq_heap_pair {
	int64_t count, bytes;
};

/* Adds the types in use, and before them those allocated with `alloc`. */
void pq_heap_types(struct pq_legacy *b, bool alloc);

/* Estimates the whole; a rate of 1 or less only clears half-zero pairs. */
void pq_heap_unsample(struct pq_heap_pair *pair, int64_t rate);

/* Bytes of one object. */
int64_t pq_heap_blocksize(const struct pq_heap_pair *pair);

/* Adds a sample with its label; alloc is NULL when there is none. */
void pq_heap_sample(struct pq_legacy *b, const struct pq_heap_pair *alloc,
		    const struct pq_heap_pair *inuse, int64_t blocksize);

#endif
