#include "compare/compare.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "compare/row_counts.h"
#include "compare/runtime.h"

#include "base/banned.h"

/* ---- rows ---- */

/*
 * Groups of heaps are judged by their values, since samples of objects of
 * different size stand for different amounts; other groups by their samples.
 */
static void point_to_files(const struct pq_comparing *c,
			   const struct pq_compared_type *t,
			   struct pq_evidence *e, uint32_t row)
{
	if (t->facts->method != PQ_BY_GROUPS)
		return;
	e->values = t->values + row * pq_compared_files(c);
	e->samples = t->facts->sampling.by == PQ_SAMPLED_BYTES
			     ? e->values
			     : t->samples + row * pq_compared_files(c);
}

static int64_t scaled_side_mean(const struct pq_compared_type *t, unsigned side,
				uint32_t row)
{
	size_t n = side ? t->facts->n_new : t->facts->n_old;
	double factor = side ? t->facts->factor : 1;

	return pq_join_mean(t->sums[side][row], n, factor);
}

static struct pq_text row_name(const struct pq_comparing *c, uint32_t row)
{
	if (row < c->n_nodes)
		return c->g->nodes.at[row].label;
	return row == c->n_nodes + PQ_ROW_NO_STACK ? PQ_TEXT("<no stack>")
						   : PQ_TEXT("total");
}

static void make_row(const struct pq_comparing *c,
		     const struct pq_compared_type *t, struct pq_change *row,
		     const struct pq_evidence *e, uint32_t at)
{
	row->name = row_name(c, at);
	row->node = at < c->n_nodes ? at : PQ_NONE;
	row->n_summed = 0;
	row->base = scaled_side_mean(t, 0, at);
	row->new = scaled_side_mean(t, 1, at);
	/* The difference of far values wraps: signed, it is undefined. */
	row->delta = (int64_t)((uint64_t)row->new - (uint64_t)row->base);
	row->tested = pq_tally_samples(&e->counts);

	/* NAN until pq_judge finds a number. */
	row->margin = row->p = row->spread[0] = row->spread[1] = NAN;
	for (unsigned side = 0; side < 2; side++) {
		double files =
			(double)(side ? t->facts->n_new : t->facts->n_old);

		row->samples[side] = e->counts.n[side];
		row->estimate[side] = e->counts.value[side] / files /
				      (side ? t->facts->factor : 1);
		/* Estimates need a sampling that is known. */
		if (t->facts->sampling.by == PQ_SAMPLED_UNKNOWN)
			row->samples[side] = row->estimate[side] = NAN;
	}
}

static bool is_row(const struct pq_compared_type *t, uint32_t row,
		   const struct pq_evidence *e)
{
	return t->sums[0][row] || t->sums[1][row] ||
	       pq_tally_samples(&e->counts) > 0;
}

static void make_rows(struct pq_comparing *c, struct pq_compared_type *t)
{
	struct pq_comparison *result = t->result;
	size_t n = pq_row_count(c);

	result->rows = PQ_ARENA_NEW(c->arena, struct pq_change, n);
	for (uint32_t row = 0; row < n; row++) {
		/* Evidence moves up as rows are left out. */
		struct pq_evidence *e = &t->evidence[result->n];
		bool is_total = row == c->n_nodes + PQ_ROW_TOTAL;

		*e = t->evidence[row];
		point_to_files(c, t, e, row);
		e->not_judged = c->cut_runtime && row < c->n_nodes &&
				c->is_runtime[row];

		/* Rows without a value on either side are left out. */
		if (is_total)
			make_row(c, t, &result->total, e, row);
		else if (is_row(t, row, e))
			make_row(c, t, &result->rows[result->n++], e, row);
	}
	pq_judge(result, t->evidence, t->facts);
}

/* The flat total is the sum of the rounded rows, so that the column adds up. */
static void set_total_from_rows(struct pq_comparison *c)
{
	struct pq_change *total = &c->total;

	if (c->cumulative)
		return;
	total->base = total->new = 0;
	for (size_t i = 0; i < c->n; i++) {
		total->base = pq_add(total->base, c->rows[i].base);
		total->new = pq_add(total->new, c->rows[i].new);
	}
	total->delta = (int64_t)((uint64_t)total->new - (uint64_t)total->base);
}

static void note_runtime(const struct pq_comparing *c, struct pq_notes *notes)
{
	if (c->any_runtime && !c->cumulative)
		pq_notes_add(notes,
			     PQ_TEXT("time in the Go runtime counts for the "
				     "function that called it"));
	if (c->any_runtime)
		pq_notes_add(notes, PQ_TEXT("runtime rows not judged: GC and "
					    "scheduler vary from run to run"));
}

/* ---- the whole ---- */

/* Which rows are the runtime's own work, where that matters. */
static void find_runtime_rows(struct pq_comparing *c)
{
	c->is_runtime = pq_arena_zeroed(c->arena, pq_row_count(c));
	c->cut_runtime = c->facts->sampling.by == PQ_SAMPLED_TIME &&
			 c->facts->method == PQ_BY_PAIR;
	if (c->cut_runtime)
		c->any_runtime = pq_mark_runtime(c->g, c->is_runtime);
}

/* Rows and verdicts of a type that is counted. */
static void make_result(struct pq_comparing *c, struct pq_compared_type *t)
{
	t->result = pq_arena_zeroed(c->arena, sizeof(*t->result));
	t->result->facts = t->facts;
	t->result->cumulative = c->cumulative;
	note_runtime(c, &t->facts->notes);
	make_rows(c, t);
	set_total_from_rows(t->result);
	*t->to = t->result;
}

/* Compares the types of c, which are counted in one pass. */
static void compare_together(struct pq_comparing *c)
{
	find_runtime_rows(c);
	pq_count_rows(c);

	for (unsigned w = 0; w < c->n_ways; w++)
		for (unsigned t = 0; t < c->ways[w].n_types; t++)
			make_result(c, &c->ways[w].types[t]);
}

static const struct pq_stack_numbers *
number_row_stacks(const struct pq_comparing *c,
		  struct pq_compare_stacks *stacks)
{
	if (stacks->of_rows)
		return stacks->of_rows;
	if (!stacks->filtered && pq_lines_tell_nodes(c->g))
		stacks->of_rows = stacks->of_facts;
	if (!stacks->of_rows)
		stacks->of_rows = pq_stack_numbers_make(c->j, c->g, c->arena);
	return stacks->of_rows;
}

static bool same_files(const size_t *a, const size_t *b, size_t n)
{
	return !memcmp(a, b, n * sizeof(*a));
}

/* Whether two heap types are of the same files. */
static bool compares_same_files(const struct pq_facts *f,
				const struct pq_facts *other)
{
	return f->sampling.by == PQ_SAMPLED_BYTES &&
	       other->sampling.by == PQ_SAMPLED_BYTES &&
	       f->n_old == other->n_old && f->n_new == other->n_new &&
	       same_files(f->old_files, other->old_files, f->n_old) &&
	       same_files(f->new_files, other->new_files, f->n_new);
}

/* Whether a second type gets the same test of the same samples. */
static bool counts_in_way(const struct pq_counted_way *w,
			  const struct pq_facts *other)
{
	return w->n_types < PQ_BUCKET_COLUMNS &&
	       pq_buckets_values(w->buckets, other->sampling.value) &&
	       w->facts->method == other->method &&
	       w->facts->swapped == other->swapped;
}

/* The way in which a type can be counted along with others; NULL: none. */
static struct pq_counted_way *find_way(struct pq_comparing *c,
				       struct pq_compare_stacks *stacks,
				       const struct pq_facts *facts)
{
	struct pq_counted_way *w = c->ways, *fresh = c->ways + c->n_ways;

	if (c->n_ways && !compares_same_files(c->facts, facts))
		return NULL;
	for (; w < fresh; w++)
		if (counts_in_way(w, facts))
			return w;
	if (c->n_ways == PQ_COUNTED_WAYS)
		return NULL;
	/* A way of its own, whose buckets must be those of the first. */
	fresh->facts = facts;
	fresh->buckets = pq_compare_buckets(stacks, c->j, &facts->sampling,
					    number_row_stacks(c, stacks));
	if (c->n_ways && !pq_buckets_are_same(c->ways->buckets, fresh->buckets))
		return NULL;
	c->n_ways++;
	return fresh;
}

/* Compares the first type that has no result yet, and those that go along. */
static void compare_next_types(struct pq_comparing c,
			       struct pq_compare_stacks *stacks,
			       struct pq_facts *const *facts, size_t n,
			       struct pq_comparison **to)
{
	c.facts = facts[0];
	for (size_t i = 0; i < n; i++) {
		struct pq_counted_way *w =
			to[i] ? NULL : find_way(&c, stacks, facts[i]);

		if (w)
			w->types[w->n_types++] =
				(struct pq_compared_type){ .facts = facts[i],
							   .to = &to[i] };
	}
	compare_together(&c);
}

void pq_compare_types(const struct pq_compare_options *o,
		      struct pq_facts *const *facts, size_t n,
		      struct pq_view *v, struct pq_arena *arena,
		      struct pq_comparison **to)
{
	struct pq_comparing c = { .j = o->joined,
				  .g = &v->graph,
				  .arena = arena,
				  .cumulative = v->o.order == PQ_BY_CUM };

	/* The graph names the rows, and is the same for all types. */
	pq_graph_init(&v->graph, v->p, &v->o.shape);
	pq_graph_label_all(&v->graph);
	c.n_nodes = v->graph.nodes.n;
	memset(to, 0, n * sizeof(*to));
	for (size_t i = 0; i < n; i++)
		if (!to[i])
			compare_next_types(c, o->stacks, facts + i, n - i,
					   to + i);
}

struct pq_comparison *pq_compare(const struct pq_compare_options *o,
				 struct pq_facts *facts, struct pq_view *v,
				 struct pq_arena *arena)
{
	struct pq_comparison *result;

	pq_compare_types(o, &facts, 1, v, arena, &result);
	return result;
}

double pq_change_ratio(const struct pq_change *c)
{
	return c->base ? (double)c->new / (double)c->base : NAN;
}

bool pq_change_stands_out(const struct pq_change *c,
			  const struct pq_facts *facts)
{
	if (!c->delta)
		return false;
	if (c->verdict == PQ_NOT_JUDGED)
		return facts->exact;
	return c->verdict != PQ_NOISE && c->verdict != PQ_FEW;
}

const char *pq_verdict_name(enum pq_verdict verdict)
{
	static const char *const names[] = {
		[PQ_GREW] = "grew",    [PQ_SHRANK] = "shrank",
		[PQ_NOISE] = "noise",  [PQ_FEW] = "few",
		[PQ_NOT_JUDGED] = "-", [PQ_UNKNOWN] = "?",
	};

	return names[verdict];
}
