/*
 * buckets.h - the samples of a joined profile by stack and object size.
 *
 * A bucket is the runtime's own unit of counting: one stack of source lines and
 * one object size.  Records that differ only in addresses or other labels share
 * a bucket, as long as the report at hand sees the same nodes in them.  Which
 * samples have one stack is known before (stack_numbers.h).
 *
 * Shape:  all counts are arrays of one number a file: samples[f], ...
 * Owner:  pq_buckets_release; the numbers must outlive them.
 */
#ifndef PQ_COMPARE_BUCKETS_H
#define PQ_COMPARE_BUCKETS_H

#include "compare/stack_numbers.h"
#include "profile/sampling.h"

struct pq_bucket {
	int64_t size; /* bytes of one object; 0: not a heap, or unknown */
	const uint8_t *stack; /* for pq_frame_walk */
	int64_t *value;	      /* sums of the value chosen */
	double *samples;      /* number of samples behind each value */
	double *alloc;	      /* heap: samples since the process began */
};

/* Properties of one file, noticed while its samples were counted. */
struct pq_file_check {
	size_t n_values; /* bytes values that are not 0 */
	size_t n_whole;	 /* ... that are a whole number of samples */
	size_t n_pieced; /* ... that the runtime did not write at once */
	bool no_sizes, guessed_sizes, negative;
};

struct pq_buckets {
	struct pq_arena arena;
	PQ_VEC(struct pq_bucket) list;
	struct pq_file_check *files;
};

struct pq_buckets_options {
	const struct pq_sampling *by;
	const struct pq_stack_numbers *stacks; /* of the samples as they are */
	/* Samples that have nothing but alloc_* beside the value: left out. */
	bool only_counted;
};

void pq_buckets_build(struct pq_buckets *b, const struct pq_joined *j,
		      const struct pq_buckets_options *o);
void pq_buckets_release(struct pq_buckets *b);

#endif
