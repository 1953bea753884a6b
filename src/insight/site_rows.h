/*
 * site_rows.h - the groups of a heap with what is alive and allocated of each.
 *
 * Sums are over all files of the heap.  NAN stands for what is not known.
 */
#ifndef PQ_INSIGHT_SITE_ROWS_H
#define PQ_INSIGHT_SITE_ROWS_H

#include "insight/heap.h"
#include "stats/estimate.h"

struct pq_site {
	const struct pq_heap_group *group;
	int64_t sum[PQ_HEAP_COLUMNS];
	double mean_live, mean_alloc, alloc_per_live;
	struct pq_limits objects, space; /* for what is alive */
};

struct pq_sites {
	struct pq_site *rows;
	size_t n;
	int64_t total[PQ_HEAP_COLUMNS];
};

/* Rows by a column, falling; then by live and allocated bytes, and by name. */
void pq_sites_rows(struct pq_sites *s, const struct pq_heap *h,
		   enum pq_sites_order order, struct pq_arena *arena);

/* The sum of a column over all files. */
int64_t pq_heap_sum(const struct pq_heap *h, const int64_t *counts,
		    enum pq_heap_column column);

#endif
