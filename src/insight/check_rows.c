/* One budget against the files: pq_check_one of check.h. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/paths.h"
#include "base/units.h"
#include "insight/check.h"
#include "profile/sampling.h"
#include "stats/estimate.h"
#include "stats/family.h"
#include "stats/noise.h"

#include "base/banned.h"

/* The share of findings that may be false. */
#define FALSE_SHARE 0.05

struct checking {
	struct pq_check_budget *c;
	const struct pq_budget *budget;
	const struct pq_report_input *in;
	struct pq_joined joined; /* a copy, filtered */
	struct pq_heap heap;
	enum pq_heap_column value, samples;
	bool objects; /* the value counts them */
	double total; /* the new side's, unfiltered */
	bool noise;
	struct pq_check_row *rows; /* one for each group looked at */
	bool *asked;		   /* they wait for the family */
	size_t n;
};

static size_t n_old(const struct checking *k)
{
	return k->in->joined->n_old;
}

/* ---- which values ---- */

static bool choose_check_columns(struct checking *k, struct pq_error *err)
{
	static const struct {
		const char *name;
		enum pq_heap_column value, samples;
		bool objects;
	} columns[] = {
		{ "alloc_objects", PQ_HEAP_ALLOC_OBJECTS, PQ_HEAP_ALLOC_SAMPLES,
		  true },
		{ "alloc_space", PQ_HEAP_ALLOC_SPACE, PQ_HEAP_ALLOC_SAMPLES,
		  false },
		{ "inuse_objects", PQ_HEAP_LIVE_OBJECTS, PQ_HEAP_LIVE_SAMPLES,
		  true },
		{ "inuse_space", PQ_HEAP_LIVE_SPACE, PQ_HEAP_LIVE_SAMPLES,
		  false },
	};
	const struct pq_joined *j = k->in->joined;
	struct pq_buf has = { 0 };

	for (size_t i = 0; i < 4; i++) {
		if (!pq_text_is(k->budget->sample_index, columns[i].name) ||
		    (columns[i].value <= PQ_HEAP_ALLOC_SPACE &&
		     !k->heap.has_alloc))
			continue;
		k->value = columns[i].value;
		k->samples = columns[i].samples;
		k->objects = columns[i].objects;
		return true;
	}
	/* The message lists what could be asked for instead. */
	for (size_t i = 0; i < j->n_types; i++) {
		pq_buf_str(&has, i ? ", " : "");
		pq_text_encode(&has,
			       pq_string(j->p, j->p->sample_types.at[i].type));
	}
	pq_fail(err, PQ_EUSAGE,
		"budget \"%s\": sample_index %s: this file has %s",
		k->budget->name.bytes, k->budget->sample_index.bytes,
		pq_buf_cstr(&has));
	pq_buf_release(&has);
	return false;
}

/* Sums a column over one side: the old one, or the new one. */
static double side_value(const struct checking *k, const int64_t *counts,
			 enum pq_heap_column column, bool new)
{
	const int64_t *at = pq_heap_counts(&k->heap, counts, column);
	size_t first = new ? n_old(k) : 0;
	size_t end = new ? k->heap.n_files : n_old(k);
	int64_t sum = 0;

	for (size_t f = first; f < end; f++)
		sum = pq_add(sum, at[f]);
	return (double)sum;
}

static double group_value(const struct checking *k,
			  const struct pq_heap_group *group, bool new)
{
	double sum = 0;

	for (uint32_t i = 0; i < group->n_cells; i++)
		sum += side_value(
			k, k->heap.cells.at[group->first_cell + i].counts,
			k->value, new);
	return sum;
}

/* Each file's samples weigh by its own period. */
static void estimate_side(const struct checking *k,
			  const struct pq_heap_group *group, bool new,
			  struct pq_estimate *e)
{
	size_t first = new ? n_old(k) : 0;
	size_t end = new ? k->heap.n_files : n_old(k);

	for (uint32_t i = 0; i < group->n_cells; i++) {
		const struct pq_heap_cell *cell =
			&k->heap.cells.at[group->first_cell + i];
		const int64_t *n =
			pq_heap_counts(&k->heap, cell->counts, k->samples);
		double each = k->objects ? 1 : (double)cell->size;

		for (size_t f = first; f < end; f++)
			pq_estimate_add(
				e, each,
				pq_sampling_caught(cell->size,
						   k->heap.files[f].period),
				(double)n[f]);
	}
}

/* ---- one row ---- */

static double amount_of(const struct checking *k,
			const struct pq_budget_limit *l)
{
	return l->is_share ? l->amount * k->total : l->amount;
}

/* The budget's limit for the new side, as a factor of the old one. */
static double allowed_factor(const struct checking *k, double base)
{
	const struct pq_budget_limit *g = &k->budget->growth;

	return g->is_share ? 1 + g->amount : 1 + g->amount / base;
}

static void hold_to_max(const struct checking *k, struct pq_check_row *row,
			const struct pq_estimate *new)
{
	double low = k->noise ? pq_estimate_limits(new).low : row->new;

	/* The lower end must pass the limit, too: noise is no breach. */
	row->limit = amount_of(k, &k->budget->max);
	if (row->new > row->limit)
		row->verdict = low > row->limit ? PQ_CHECK_FAIL
						: PQ_CHECK_INCONCLUSIVE;
}

/* True when the family must decide. */
static bool hold_to_growth(const struct checking *k, struct pq_check_row *row,
			   const struct pq_estimate *old,
			   const struct pq_estimate *new)
{
	const struct pq_budget_limit *g = &k->budget->growth;

	row->limit = g->is_share ? row->base * (1 + g->amount)
				 : row->base + g->amount;
	if (row->new <= row->limit)
		return false;
	/* Exact values, and values whose noise is ignored, need no test. */
	if (!k->noise) {
		row->verdict = PQ_CHECK_FAIL;
		return false;
	}
	/* A base of 0 has no factor: the new side is tested for being more. */
	row->p = pq_growth_p(old, new,
			     row->base > 0 ? allowed_factor(k, row->base) : 1);
	return true;
}

static void place_row(const struct checking *k, struct pq_check_row *row,
		      const struct pq_heap_group *group)
{
	const struct pq_frame *leaf =
		pq_frames_leaf(&k->heap.frames, group->stack);
	struct pq_arena *arena = k->in->arena;

	/* Rows outlive the heap of this budget: names are copied. */
	row->name = pq_arena_text(arena, group->name);
	row->function = pq_arena_text(arena, leaf->function);
	row->file = leaf->file;
	if (k->in->view->o.shape.trim_path.len)
		row->file = pq_path_trim(leaf->file,
					 k->in->view->o.shape.trim_path,
					 k->in->view->o.shape.source_path);
	row->file = pq_arena_text(arena, row->file);
	row->line = leaf->line;
}

static void check_group(struct checking *k, const struct pq_heap_group *group)
{
	struct pq_check_row *row = &k->rows[k->n];
	struct pq_estimate old = { 0 }, new = { 0 };
	bool able = true;

	memset(row, 0, sizeof(*row));
	row->base = n_old(k) ? group_value(k, group, false) : NAN;
	row->new = group_value(k, group, true);
	row->limit = row->p = NAN;
	/* Small rows stay out of the family, and cost the others no power. */
	if (k->budget->min.given &&
	    fmax(row->base, row->new) < amount_of(k, &k->budget->min))
		return;
	place_row(k, row, group);
	estimate_side(k, group, false, &old);
	estimate_side(k, group, true, &new);
	row->samples = old.n + new.n;
	if (k->budget->max.given)
		hold_to_max(k, row, &new);
	k->asked[k->n] = false;
	/* Only growth is tested: a row of max alone always counts as able. */
	if (k->budget->growth.given) {
		if (k->noise && row->base > 0)
			able = pq_growth_is_seen(&old,
						 allowed_factor(k, row->base));
		if (row->verdict == PQ_CHECK_OK)
			k->asked[k->n] = hold_to_growth(k, row, &old, &new);
	}
	k->c->n_able += able;
	k->n++;
}

/* ---- all rows ---- */

/* Rows within their limit are of the family, too: their p is 1. */
static void ask_family(struct checking *k)
{
	double *p = pq_alloc(pq_size_mul(k->n + 1, sizeof(*p)));
	bool *found = pq_alloc(k->n + 1);

	for (size_t i = 0; i < k->n; i++)
		p[i] = k->asked[i] ? k->rows[i].p : 1;
	pq_family_find(p, k->n, FALSE_SHARE, found);
	for (size_t i = 0; i < k->n; i++) {
		if (!k->asked[i])
			continue;
		/* Below so many samples p is not to be relied on. */
		k->rows[i].verdict = found[i] && k->rows[i].samples >=
							     PQ_LEAST_SAMPLES
					     ? PQ_CHECK_FAIL
					     : PQ_CHECK_NOISE;
		k->c->n_noise += k->rows[i].verdict == PQ_CHECK_NOISE;
	}
	pq_free(found);
	pq_free(p);
}

static double growth_of(const struct pq_check_row *row)
{
	return row->new - (isnan(row->base) ? 0 : row->base);
}

static int compare_check_rows(const void *left, const void *right)
{
	const struct pq_check_row *a = left, *b = right;

	if (a->verdict != b->verdict)
		return a->verdict > b->verdict ? -1 : 1;
	if (growth_of(a) != growth_of(b))
		return growth_of(a) < growth_of(b) ? 1 : -1;
	return pq_text_compare(a->name, b->name);
}

/* Keeps the rows that fail, or may, and says what that makes of the budget. */
static void conclude(struct checking *k)
{
	struct pq_check_budget *c = k->c;

	c->n_checked = k->n;
	c->rows = k->rows;
	for (size_t i = 0; i < k->n; i++) {
		if (k->rows[i].verdict < PQ_CHECK_INCONCLUSIVE)
			continue;
		if (k->rows[i].verdict > c->verdict)
			c->verdict = k->rows[i].verdict;
		c->rows[c->n_rows++] = k->rows[i];
	}
	if (c->n_rows)
		qsort(c->rows, c->n_rows, sizeof(*c->rows), compare_check_rows);
	/* Nothing failed because nothing could have been seen: no pass. */
	if (c->verdict == PQ_CHECK_OK && k->n && !c->n_able)
		c->verdict = PQ_CHECK_INCONCLUSIVE;
}

static void check_groups(struct checking *k)
{
	size_t n = k->heap.groups.n;

	k->rows = PQ_ARENA_NEW(k->in->arena, struct pq_check_row, n + 1);
	k->asked = PQ_ARENA_NEW(k->in->arena, bool, n + 1);
	for (size_t i = 0; i < n; i++)
		check_group(k, &k->heap.groups.at[i]);
	ask_family(k);
	conclude(k);
}

/* ---- the files ---- */

/* The part of the total that shares are of: before anything is filtered. */
static bool find_check_total(struct checking *k, struct pq_error *err)
{
	static const struct pq_grouping all = { .by = PQ_PER_TOTAL };
	bool ok;

	if (!pq_heap_build(&k->heap, k->in->joined, &all, false, err))
		return false;
	ok = choose_check_columns(k, err);
	for (size_t i = 0; ok && i < k->heap.cells.n; i++)
		k->total += side_value(k, k->heap.cells.at[i].counts, k->value,
				       true);
	pq_heap_release(&k->heap);
	return ok;
}

static bool build_heap(struct checking *k, struct pq_error *err)
{
	struct pq_notes said;

	/* A clone: the next budget wants the profile unfiltered. */
	if (k->budget->filtered) {
		k->joined.p = pq_profile_clone(k->in->joined->p);
		if (!pq_filter(k->joined.p, &k->budget->filters, k->in->units,
			       k->in->log, err))
			return false;
	}
	if (!pq_heap_build(&k->heap, &k->joined, &k->budget->by, false, err))
		return false;
	pq_notes_init(&said, k->in->arena);
	pq_heap_check(&k->heap, NULL, &said);
	k->noise = !k->budget->noise_ignored && k->heap.noise;
	return true;
}

bool pq_check_one(struct pq_check_budget *c, const struct pq_report_input *in,
		  struct pq_error *err)
{
	struct checking k = {
		.c = c, .budget = c->budget, .in = in, .joined = *in->joined
	};
	bool ok;

	if (c->budget->growth.given && !in->joined->n_old)
		return pq_fail(err, PQ_EUSAGE,
			       "budget \"%s\" has max_growth: give -base=FILE",
			       c->budget->name.bytes);
	if (!find_check_total(&k, err))
		return false;
	ok = build_heap(&k, err);
	if (ok) {
		check_groups(&k);
		pq_heap_release(&k.heap);
	}
	if (k.joined.p != in->joined->p)
		pq_profile_free(k.joined.p);
	return ok;
}
