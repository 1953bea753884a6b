/*
 * changes.h - a comparison as pictures need it: the change of each node.
 *
 * A picture draws the samples themselves, so it takes three steps:
 *
 *     pq_changes_find(&c, ...)		verdicts, as diff has them
 *     pq_changes_reduce(...)		two values for each sample
 *     ... a graph of the same shape	c.of[node]
 *
 * Node numbers are the same in every graph of the view's profile and shape,
 * whichever sample type it shows.
 *
 * Owner:  all lives in the arena; names of rows are not kept.
 * Source: compare.h.
 */
#ifndef PQ_COMPARE_CHANGES_H
#define PQ_COMPARE_CHANGES_H

#include "compare/compare.h"

struct pq_changes {
	const struct pq_comparison *comparison;
	/* by node; NULL: no value on either side */
	const struct pq_change **of;
	size_t n_nodes;
};

/* c[i] is of the sample type that facts[i] were found for, i < n. */
void pq_changes_find(struct pq_changes *c, const struct pq_compare_options *o,
		     struct pq_facts *const *facts, size_t n,
		     const struct pq_view *v, bool cumulative,
		     struct pq_arena *arena);

/* A row, or NULL. */
const struct pq_change *pq_changes_of(const struct pq_changes *c,
				      uint32_t node);

/*
 * Reduces each sample of the joined profile to two values a sample type, those
 * of the compared sides (pq_join_reduce in join.h).  factors[c] divides type c
 * of the new side.  There is nothing to compare afterwards.
 */
void pq_changes_reduce(const struct pq_compare_options *o,
		       const struct pq_facts *facts, const double *factors);

#endif
