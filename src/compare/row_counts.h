/*
 * row_counts.h - the samples of each row of a comparison, as the evidence that
 * verdicts rest on.
 *
 * Samples of objects of one size are counted together, because how many were
 * missed depends on the size; a row's sizes come in ascending order.  Walking
 * the stacks is the dear part of it, so that all types whose buckets are the
 * same are counted in one pass, be it in two ways (buckets.h).
 *
 * Use:    fill a struct pq_comparing, then pq_count_rows; compare.c makes rows
 *         of the result.
 * Owner:  what types[] point to lives in the arena.
 */
#ifndef PQ_COMPARE_ROW_COUNTS_H
#define PQ_COMPARE_ROW_COUNTS_H

#include "compare/compare.h"
#include "compare/judge.h"

/* Ways of counting in one pass: what is in use, and what was allocated. */
#define PQ_COUNTED_WAYS PQ_KEPT_BUCKETS

/* Rows that are no node: samples without a stack, and all together. */
enum { PQ_ROW_NO_STACK, PQ_ROW_TOTAL, PQ_EXTRA_ROWS };

/* One sample type on its way to rows. */
struct pq_compared_type {
	struct pq_facts *facts;
	const int64_t *bucket_values;
	int64_t *sums[2];		    /* by side and row */
	struct pq_evidence *evidence;	    /* by row */
	double *samples, *values;	    /* by row and file; groups only */
	struct pq_comparison *result, **to; /* to: the caller's place */
};

/* A way of counting, and the types that are counted so. */
struct pq_counted_way {
	const struct pq_facts *facts; /* of its first type */
	const struct pq_buckets *buckets;
	struct pq_compared_type types[PQ_BUCKET_COLUMNS];
	unsigned n_types;
};

struct pq_comparing {
	const struct pq_joined *j;
	const struct pq_facts *facts; /* of the first type */
	const struct pq_graph *g;
	struct pq_arena *arena;
	/* All have the list of buckets and the compared files of the first. */
	struct pq_counted_way ways[PQ_COUNTED_WAYS];
	unsigned n_ways;
	size_t n_nodes;	     /* nodes of the graph; the extra rows follow */
	uint8_t *is_runtime; /* by node */
	bool cut_runtime;    /* runtime time counts for its caller */
	bool any_runtime;
	bool cumulative;
};

static inline size_t pq_row_count(const struct pq_comparing *c)
{
	return c->n_nodes + PQ_EXTRA_ROWS;
}

static inline size_t pq_compared_files(const struct pq_comparing *c)
{
	return c->facts->n_old + c->facts->n_new;
}

/* Sums and evidence of all rows, for all types of c. */
void pq_count_rows(struct pq_comparing *c);

#endif
