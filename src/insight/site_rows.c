#include "insight/site_rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "profile/sampling.h"

#include "base/banned.h"

int64_t pq_heap_sum(const struct pq_heap *h, const int64_t *counts,
		    enum pq_heap_column column)
{
	const int64_t *at = pq_heap_counts(h, counts, column);
	int64_t sum = 0;

	for (size_t f = 0; f < h->n_files; f++)
		sum = pq_add(sum, at[f]);
	return sum;
}

/* ---- rows ---- */

static double ratio_of(int64_t a, int64_t b)
{
	return b ? (double)a / (double)b : NAN;
}

static void find_limits(struct pq_site *site, const struct pq_heap *h)
{
	struct pq_estimate objects = { 0 }, space = { 0 };

	for (uint32_t i = 0; i < site->group->n_cells; i++) {
		const struct pq_heap_cell *cell =
			&h->cells.at[site->group->first_cell + i];
		double caught = pq_sampling_caught(cell->size, h->period);
		double n = (double)pq_heap_sum(h, cell->counts,
					       PQ_HEAP_LIVE_SAMPLES);

		/* Each size was caught by a chance of its own. */
		pq_estimate_add(&objects, 1, caught, n);
		pq_estimate_add(&space, (double)cell->size, caught, n);
	}
	site->objects = pq_estimate_limits(&objects);
	site->space = pq_estimate_limits(&space);
}

static void fill_site(struct pq_site *site, const struct pq_heap *h,
		      const struct pq_heap_group *group)
{
	const struct pq_limits unknown = { NAN, NAN };
	int64_t *sum = site->sum;

	memset(site, 0, sizeof(*site));
	site->group = group;
	/* All sizes and stacks of the site add up. */
	for (uint32_t i = 0; i < group->n_cells; i++)
		for (unsigned c = 0; c < PQ_HEAP_COLUMNS; c++)
			sum[c] = pq_add(
				sum[c],
				pq_heap_sum(h,
					    h->cells.at[group->first_cell + i]
						    .counts,
					    c));
	/* Ratios are of sums, and not known where nothing is counted. */
	site->mean_live =
		ratio_of(sum[PQ_HEAP_LIVE_SPACE], sum[PQ_HEAP_LIVE_OBJECTS]);
	site->mean_alloc =
		ratio_of(sum[PQ_HEAP_ALLOC_SPACE], sum[PQ_HEAP_ALLOC_OBJECTS]);
	site->alloc_per_live = NAN;
	if (h->has_alloc)
		site->alloc_per_live = ratio_of(sum[PQ_HEAP_ALLOC_SPACE],
						sum[PQ_HEAP_LIVE_SPACE]);
	site->objects = site->space = unknown;
	if (h->noise)
		find_limits(site, h);
}

/* ---- the order ---- */

static double site_objects(const struct pq_site *s)
{
	return (double)s->sum[PQ_HEAP_LIVE_OBJECTS];
}

static double site_space(const struct pq_site *s)
{
	return (double)s->sum[PQ_HEAP_LIVE_SPACE];
}

static double mean_live(const struct pq_site *s)
{
	return isnan(s->mean_live) ? 0 : s->mean_live;
}

static double alloc_objects(const struct pq_site *s)
{
	return (double)s->sum[PQ_HEAP_ALLOC_OBJECTS];
}

static double alloc_space(const struct pq_site *s)
{
	return (double)s->sum[PQ_HEAP_ALLOC_SPACE];
}

static double alloc_per_live(const struct pq_site *s)
{
	return isnan(s->alloc_per_live) ? 0 : s->alloc_per_live;
}

static double (*const keys[])(const struct pq_site *s) = {
	[PQ_SITES_BY_OBJECTS] = site_objects,
	[PQ_SITES_BY_SPACE] = site_space,
	[PQ_SITES_BY_MEAN] = mean_live,
	[PQ_SITES_BY_ALLOC_OBJECTS] = alloc_objects,
	[PQ_SITES_BY_ALLOC_SPACE] = alloc_space,
	[PQ_SITES_BY_CHURN] = alloc_per_live,
};

static int compare_site_names(const struct pq_site *a, const struct pq_site *b)
{
	return pq_text_compare(a->group->name, b->group->name);
}

static int compare_by(const struct pq_site *a, const struct pq_site *b,
		      enum pq_sites_order order)
{
	double (*const of[])(const struct pq_site *) = { keys[order],
							 site_space,
							 alloc_space };

	/* Bytes break ties; the name makes the order total. */
	for (unsigned i = 0; i < 3; i++) {
		double x = of[i](a), y = of[i](b);

		if (x != y)
			return x < y ? 1 : -1;
	}
	return compare_site_names(a, b);
}

#define ORDER(name, order)                            \
	static int name(const void *a, const void *b) \
	{                                             \
		return compare_by(a, b, order);       \
	}
ORDER(by_objects, PQ_SITES_BY_OBJECTS)
ORDER(by_space, PQ_SITES_BY_SPACE)
ORDER(by_mean, PQ_SITES_BY_MEAN)
ORDER(by_alloc_objects, PQ_SITES_BY_ALLOC_OBJECTS)
ORDER(by_alloc_space, PQ_SITES_BY_ALLOC_SPACE)
ORDER(by_churn, PQ_SITES_BY_CHURN)
#undef ORDER

static int (*const orders[])(const void *, const void *) = {
	[PQ_SITES_BY_OBJECTS] = by_objects,
	[PQ_SITES_BY_SPACE] = by_space,
	[PQ_SITES_BY_MEAN] = by_mean,
	[PQ_SITES_BY_ALLOC_OBJECTS] = by_alloc_objects,
	[PQ_SITES_BY_ALLOC_SPACE] = by_alloc_space,
	[PQ_SITES_BY_CHURN] = by_churn,
};

void pq_sites_rows(struct pq_sites *s, const struct pq_heap *h,
		   enum pq_sites_order order, struct pq_arena *arena)
{
	s->n = h->groups.n;
	s->rows = PQ_ARENA_NEW(arena, struct pq_site, s->n);
	memset(s->total, 0, sizeof(s->total));
	for (size_t i = 0; i < s->n; i++) {
		fill_site(&s->rows[i], h, &h->groups.at[i]);
		for (unsigned c = 0; c < PQ_HEAP_COLUMNS; c++)
			s->total[c] = pq_add(s->total[c], s->rows[i].sum[c]);
	}
	if (s->n)
		qsort(s->rows, s->n, sizeof(*s->rows), orders[order]);
}
