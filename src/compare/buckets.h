/*
 * buckets.h - the samples of a joined profile by stack and object size.
 *
 * A bucket is the runtime's own unit of counting: one stack of source lines and
 * one object size.  Records that differ only in addresses or other labels share
 * a bucket, as long as the report at hand sees the same nodes in them.  Which
 * samples have one stack is known before (stack_numbers.h).
 *
 * Shape:  a bucket has a row in each array of counts: samples[b * n_files + f]
 *         is that of bucket b in file f, and so on.  The two values of a
 *         heap's sample, bytes and objects, may be counted together.
 * Order:  buckets stand in the order in which samples first fall into them;
 *         counted[] has those in which one has more than alloc_* beside the
 *         value, in the order of the first such sample.
 * Owner:  pq_buckets_release; the numbers must outlive them.
 */
#ifndef PQ_COMPARE_BUCKETS_H
#define PQ_COMPARE_BUCKETS_H

#include "compare/stack_numbers.h"
#include "profile/sampling.h"

struct pq_bucket {
	int64_t size; /* bytes of one object; 0: not a heap, or unknown */
	const uint8_t *stack; /* for pq_frame_walk */
};

/* Properties of one file, noticed while its samples were counted. */
struct pq_file_check {
	size_t n_values; /* bytes values that are not 0 */
	size_t n_whole;	 /* ... that are a whole number of samples */
	size_t n_pieced; /* ... that the runtime did not write at once */
	bool no_sizes, guessed_sizes, negative;
};

/* A heap's sample has two values that are of one sampling. */
#define PQ_BUCKET_COLUMNS 2

struct pq_buckets {
	size_t n_files;
	PQ_VEC(struct pq_bucket) list;
	PQ_VEC(double) samples; /* number of samples behind each value */
	PQ_VEC(double) alloc;	/* heap: samples since the process began */
	bool has_alloc;		/* else alloc is empty: samples says it */
	const struct pq_stack_numbers *by_number; /* buckets are these; or NULL */
	unsigned n_columns;
	uint32_t columns[PQ_BUCKET_COLUMNS];	   /* sample types, and */
	PQ_VEC(int64_t) values[PQ_BUCKET_COLUMNS]; /* sums of their values */
	PQ_VEC(uint32_t) counted;		   /* positions in list[] */
	struct pq_file_check *files;
};

struct pq_buckets_options {
	const struct pq_sampling *by;
	const struct pq_stack_numbers *stacks; /* of the samples as they are */
	bool both_values; /* of a heap: bytes and objects */
};

void pq_buckets_build(struct pq_buckets *b, const struct pq_joined *j,
		      const struct pq_buckets_options *o);
void pq_buckets_release(struct pq_buckets *b);

/* The sums of a sample type; NULL where it was not counted. */
const int64_t *pq_buckets_values(const struct pq_buckets *b, uint32_t column);

/* Whether two ways of counting have put samples into the same buckets. */
static inline bool pq_buckets_are_same(const struct pq_buckets *a,
				       const struct pq_buckets *b)
{
	return a->by_number && a->by_number == b->by_number;
}

/* The samples of a bucket since the process began, by file. */
static inline const double *pq_bucket_alloc(const struct pq_buckets *b,
					    size_t bucket)
{
	const double *all = b->has_alloc ? b->alloc.at : b->samples.at;

	return all + bucket * b->n_files;
}

#endif
