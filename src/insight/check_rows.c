/* One budget against the files: pq_check_one of check.h. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/paths.h"
#include "insight/check.h"
#include "insight/check_values.h"
#include "stats/family.h"
#include "stats/noise.h"

#include "base/banned.h"

/* The share of findings that may be false. */
#define FALSE_SHARE 0.05

struct checking {
	struct pq_check_budget *c;
	const struct pq_budget *budget;
	const struct pq_report_input *in;
	struct pq_check_values values;
	struct pq_check_row *rows; /* one for each group looked at */
	bool *asked;		   /* they wait for the family */
	size_t n;
};

static bool is_exact(const struct checking *k)
{
	return k->values.noise == PQ_CHECK_EXACT;
}

/* ---- one row ---- */

static double amount_of(const struct checking *k,
			const struct pq_budget_limit *l)
{
	return l->is_share ? l->amount * k->values.total : l->amount;
}

/* The budget's limit for the new side, as a factor of the old one. */
static double allowed_factor(const struct checking *k, double base)
{
	const struct pq_budget_limit *g = &k->budget->growth;

	return g->is_share ? 1 + g->amount : 1 + g->amount / base;
}

static void hold_to_max(const struct checking *k, struct pq_check_row *row,
			const struct pq_check_value *x)
{
	double files = (double)k->values.n_side[1], low = row->new;

	row->limit = amount_of(k, &k->budget->max);
	if (row->new <= row->limit)
		return;
	row->verdict = PQ_CHECK_INCONCLUSIVE;
	row->doubt = k->values.doubt;
	if (k->values.noise == PQ_CHECK_UNKNOWN)
		return;
	/* The lower end must pass the limit, too: noise is no breach. */
	if (!is_exact(k))
		low = pq_estimate_limits(&x->side[1]).low / files;
	row->doubt = NULL;
	if (low > row->limit)
		row->verdict = PQ_CHECK_FAIL;
}

/* True when the family must decide. */
static bool hold_to_growth(const struct checking *k, struct pq_check_row *row,
			   const struct pq_check_value *x)
{
	const struct pq_budget_limit *g = &k->budget->growth;
	double factor = row->base > 0 ? allowed_factor(k, row->base) : 1;

	row->limit = g->is_share ? row->base * (1 + g->amount)
				 : row->base + g->amount;
	if (row->new <= row->limit)
		return false;
	/* Exact values, and values whose noise is ignored, need no test. */
	if (is_exact(k)) {
		row->verdict = PQ_CHECK_FAIL;
		return false;
	}
	if (k->values.noise == PQ_CHECK_UNKNOWN) {
		row->verdict = PQ_CHECK_INCONCLUSIVE;
		row->doubt = k->values.doubt;
		return false;
	}
	/* A base of 0 has no factor: the new side is tested for being more. */
	row->p = pq_growth_p(&x->side[0], &x->side[1],
			     pq_check_values_factor(&k->values, factor));
	return true;
}

static void place_row(const struct checking *k, struct pq_check_row *row,
		      const struct pq_heap_group *group)
{
	const struct pq_frame *leaf =
		pq_frames_leaf(&k->values.heap.frames, group->stack);
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

/* Whether twice the growth allowed would be seen half of the time. */
static bool is_able(const struct checking *k, const struct pq_check_value *x)
{
	if (k->values.noise == PQ_CHECK_UNKNOWN)
		return false;
	if (is_exact(k) || !(x->base > 0))
		return true;
	return pq_growth_is_seen(&x->side[0], allowed_factor(k, x->base));
}

static void check_group(struct checking *k, const struct pq_check_value *x)
{
	struct pq_check_row *row = &k->rows[k->n];
	bool able = true;

	memset(row, 0, sizeof(*row));
	row->base = x->base;
	row->new = x->new;
	row->limit = row->p = NAN;
	/* Small rows stay out of the family, and cost the others no power. */
	if (k->budget->min.given &&
	    fmax(row->base, row->new) < amount_of(k, &k->budget->min))
		return;
	place_row(k, row, x->group);
	row->samples = x->side[0].n + x->side[1].n;
	if (k->budget->max.given)
		hold_to_max(k, row, x);
	k->asked[k->n] = false;
	/* Only growth is tested: a row of max alone always counts as able. */
	if (k->budget->growth.given) {
		able = is_able(k, x);
		if (row->verdict == PQ_CHECK_OK)
			k->asked[k->n] = hold_to_growth(k, row, x);
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
	/* Many rows are tested: some exceed their limit by chance. */
	pq_family_find(p, k->n, FALSE_SHARE, found);
	for (size_t i = 0; i < k->n; i++) {
		if (!k->asked[i])
			continue;
		/* Below so many samples p is not to be relied on. */
		if (!found[i] || k->rows[i].samples < PQ_LEAST_SAMPLES)
			k->rows[i].verdict = PQ_CHECK_NOISE;
		else
			k->rows[i].verdict = k->values.doubt
						     ? PQ_CHECK_INCONCLUSIVE
						     : PQ_CHECK_FAIL;
		k->rows[i].doubt = k->values.doubt;
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
	size_t n = k->values.n;

	k->rows = PQ_ARENA_NEW(k->in->arena, struct pq_check_row, n + 1);
	k->asked = PQ_ARENA_NEW(k->in->arena, bool, n + 1);
	for (size_t i = 0; i < n; i++)
		check_group(k, &k->values.list[i]);
	ask_family(k);
	conclude(k);
}

bool pq_check_one(struct pq_check_budget *c, const struct pq_report_input *in,
		  struct pq_error *err)
{
	struct checking k = { .c = c, .budget = c->budget, .in = in };
	bool ok;

	if (c->budget->growth.given && !in->joined->n_old)
		return pq_fail(err, PQ_EUSAGE,
			       "budget \"%s\" has max_growth: give -base=FILE",
			       c->budget->name.bytes);
	ok = pq_check_values_find(&k.values, c->budget, in, err);
	/* The unit is kept for printing; what it comes from is released. */
	c->unit = pq_arena_text(in->arena, k.values.unit);
	c->doubt = k.values.doubt;
	if (ok)
		check_groups(&k);
	pq_check_values_release(&k.values, in);
	return ok;
}
