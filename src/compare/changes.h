/*
 * changes.h - a comparison as pictures need it: what changed, by node.
 *
 * A picture draws the samples themselves, so it takes three steps:
 *
 *     pq_changes_find(&c, ...)		verdicts, as diff has them
 *     pq_changes_reduce(...)		two values for each sample
 *     ... a graph of the same shape	c.of[node]
 *
 * Nodes are those of any graph made of the view's profile in the view's shape;
 * which sample type it is of does not matter.
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

/* Of one sample type, which the facts are of, too. */
void pq_changes_find(struct pq_changes *c, const struct pq_compare_options *o,
		     struct pq_facts *facts, const struct pq_view *v,
		     unsigned column, bool cumulative, struct pq_arena *arena);

/* A row, or NULL. */
const struct pq_change *pq_changes_of(const struct pq_changes *c,
				      uint32_t node);

/*
 * Leaves the sides that were compared in the joined profile (join.h); factors
 * are those of the sample types.
 */
void pq_changes_reduce(const struct pq_joined *j, const struct pq_facts *facts,
		       const double *factors);

#endif
