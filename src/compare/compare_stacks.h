/*
 * compare_stacks.h - the stacks of a joined profile and the counts by them,
 * kept for all comparisons of a report.
 *
 * A report compares the same samples several times: for the facts and for the
 * rows, and in pictures for one sample type after another.  These share one
 * profile and one way to make nodes, so that stacks are told apart by the
 * first that wants them (stack_numbers.h), and samples are counted by the
 * first that wants them counted in a way (buckets.h).
 *
 * Owner:  numbers live in the report's arena, counts until they are released.
 *         Both are of the samples as they are: what changes these forgets them.
 */
#ifndef PQ_COMPARE_COMPARE_STACKS_H
#define PQ_COMPARE_COMPARE_STACKS_H

#include "compare/buckets.h"

struct pq_kept_buckets {
	const struct pq_stack_numbers *stacks; /* NULL: none are kept here */
	struct pq_sampling by;
	struct pq_buckets buckets;
};

/* A heap has two ways to be counted: what is in use, and what was allocated. */
#define PQ_KEPT_BUCKETS 2

struct pq_compare_stacks {
	bool filtered;	/* filters may change the profile in between */
	bool all_types; /* other sample types will be compared, too */
	const struct pq_stack_numbers *of_facts, *of_rows; /* or NULL */
	struct pq_kept_buckets kept[PQ_KEPT_BUCKETS];
	unsigned turn; /* place of kept[] that makes room next */
};

/*
 * The counts of a sample type by these stacks, which are those of `s`; valid
 * until PQ_KEPT_BUCKETS others were asked for.
 */
const struct pq_buckets *
pq_compare_buckets(struct pq_compare_stacks *s, const struct pq_joined *j,
		   const struct pq_sampling *by,
		   const struct pq_stack_numbers *stacks);

/* Forgets what was found, because the samples change or are not needed. */
void pq_compare_stacks_forget(struct pq_compare_stacks *s);

#endif
