#include "draw/dot_diff.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "draw/dot.h"
#include "compare/change_text.h"
#include "compare/changes.h"

#include "base/banned.h"

struct flow {
	uint32_t from, to;
	int64_t delta;
};

struct pq_dot_diff {
	const struct pq_report_input *in;
	const struct pq_facts *facts;
	struct pq_changes flat, cum;
	struct flow *flows; /* in order; edges without a change are not there */
	size_t n_flows;
};

/* The comparison that colors follow. */
static const struct pq_changes *shown_changes(const struct pq_dot_diff *d)
{
	return d->in->diff->cumulative ? &d->cum : &d->flat;
}

/* ---- building ---- */

void *pq_dot_diff_before(const struct pq_report_input *in, struct pq_error *err)
{
	return pq_compare_facts(&in->diff->compare, in->view, in->arena, err);
}

/* The other comparison has notes of its own, which are not shown. */
static void compare_sides(struct pq_dot_diff *d, struct pq_facts *facts)
{
	const struct pq_report_input *in = d->in;
	const struct pq_compare_options *o = &in->diff->compare;
	struct pq_facts *other =
		pq_arena_copy(in->arena, facts, sizeof(*facts));
	bool by_cum = in->diff->cumulative;

	pq_changes_find(by_cum ? &d->flat : &d->cum, o, &other, 1, in->view,
			!by_cum, in->arena);
	pq_changes_find(by_cum ? &d->cum : &d->flat, o, &facts, 1, in->view,
			by_cum, in->arena);
	d->facts = facts;
}

enum { COLUMN_SIZE, COLUMN_DELTA, N_COLUMNS };

struct drawing {
	size_t column, n_types;
	int64_t values[N_COLUMNS];
};

static bool draw_sample(void *ctx, struct pq_sample *sample)
{
	struct drawing *s = ctx;
	int64_t new = sample->values[s->column];
	int64_t old = sample->values[s->n_types + s->column];

	s->values[COLUMN_SIZE] = pq_abs(new) > pq_abs(old) ? pq_abs(new)
							   : pq_abs(old);
	s->values[COLUMN_DELTA] = (int64_t)((uint64_t) new - (uint64_t)old);
	sample->values = s->values;
	return true;
}

static void take_samples(const struct pq_dot_diff *d)
{
	const struct pq_report_input *in = d->in;
	const struct pq_joined *j = in->diff->compare.joined;
	double *factors = PQ_ARENA_NEW(in->arena, double, j->n_types);
	struct drawing s = { .column = in->view->o.shape.sample_index,
			     .n_types = j->n_types };

	for (size_t i = 0; i < j->n_types; i++)
		factors[i] = d->facts->factor;
	pq_changes_reduce(&in->diff->compare, d->facts, factors);
	pq_samples_rewrite(&j->p->samples, N_COLUMNS, draw_sample, &s);
	in->view->o.shape.sample_index = COLUMN_SIZE;
}

static int by_ends(const void *a, const void *b)
{
	const struct flow *x = a, *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return (x->to > y->to) - (x->to < y->to);
}

/* The changes along the edges between the nodes that are drawn. */
static void find_flows(struct pq_dot_diff *d)
{
	const struct pq_graph *drawn = &d->in->view->graph;
	struct pq_graph_shape shape = drawn->shape;
	uint8_t *kept = pq_alloc_zeroed(drawn->nodes.n + 1);
	struct pq_graph g;

	for (size_t i = 0; i < drawn->listed.n; i++)
		kept[drawn->listed.at[i]] = 1;
	/* The same graph of the changes: nodes have the same positions. */
	shape.sample_index = COLUMN_DELTA;
	pq_graph_init(&g, drawn->p, &shape);
	pq_graph_connect(&g, kept, NULL);
	d->n_flows = g.edges.n;
	/* Flows are sorted, to be looked up edge by edge. */
	d->flows = PQ_ARENA_NEW(d->in->arena, struct flow, g.edges.n);
	for (size_t i = 0; i < g.edges.n; i++) {
		const struct pq_edge *e = &g.edges.at[i];

		d->flows[i] = (struct flow){ e->from, e->to, e->weight };
	}
	if (d->n_flows)
		qsort(d->flows, d->n_flows, sizeof(*d->flows), by_ends);
	pq_graph_release(&g);
	pq_free(kept);
}

struct pq_dot_diff *pq_dot_diff_build(const struct pq_report_input *in)
{
	struct pq_dot_diff *d = pq_arena_zeroed(in->arena, sizeof(*d));
	const struct pq_change *total;
	int64_t old, new;

	d->in = in;
	compare_sides(d, in->before);
	total = &shown_changes(d)->comparison->total;
	old = pq_abs(total->base);
	new = pq_abs(total->new);
	in->view->total = new > old ? new : old;
	take_samples(d);
	pq_view_graph(in->view);
	/* one unit for all, in which the total has two digits or more */
	pq_view_choose_unit(in->view, in->view->total / 10,
			    in->view->total / 10);
	find_flows(d);
	return d;
}

/* ---- changes ---- */

int64_t pq_dot_diff_node(const struct pq_dot_diff *d, uint32_t node)
{
	const struct pq_change *c = pq_changes_of(shown_changes(d), node);

	return c && pq_change_stands_out(c, d->facts) ? c->delta : 0;
}

int64_t pq_dot_diff_cum(const struct pq_dot_diff *d, uint32_t node)
{
	const struct pq_change *c = pq_changes_of(&d->cum, node);

	return c ? c->delta : 0;
}

int64_t pq_dot_diff_edge(const struct pq_dot_diff *d, const struct pq_edge *e)
{
	struct flow key = { e->from, e->to, 0 };
	const struct flow *found = NULL;

	if (d->n_flows)
		found = bsearch(&key, d->flows, d->n_flows, sizeof(key),
				by_ends);
	return found ? found->delta : 0;
}

void pq_dot_diff_values(const struct pq_dot_diff *d, uint32_t node,
			struct pq_dot_node *to)
{
	const struct pq_change *flat = pq_changes_of(&d->flat, node);
	const struct pq_change *cum = pq_changes_of(&d->cum, node);
	const struct pq_change *colored = pq_changes_of(shown_changes(d), node);

	to->flat = flat ? flat->new : 0;
	to->flat_before = flat ? flat->base : 0;
	to->cum = cum ? cum->new : 0;
	to->cum_before = cum ? cum->base : 0;
	if (colored)
		to->verdict = pq_verdict_name(colored->verdict);
}

/* ---- texts ---- */

void pq_dot_diff_signed(struct pq_dot_builder *b, int64_t value)
{
	if (value > 0)
		pq_buf_char(&b->text, '+');
	pq_dot_put_value(b, value);
}

/* BASE -> NEW, and in a line of its own the change. */
static void put_change_label(struct pq_dot_builder *b,
			     const struct pq_change *c, bool with_verdict)
{
	pq_dot_put_value(b, c->base);
	pq_buf_str(&b->text, " -> ");
	pq_dot_put_value(b, c->new);
	pq_buf_str(&b->text, "\\n");
	if (!c->delta) {
		pq_buf_str(&b->text, "unchanged");
		return;
	}
	pq_dot_diff_signed(b, c->delta);
	if (with_verdict && c->verdict != PQ_NOT_JUDGED)
		pq_buf_printf(&b->text, ", %s", pq_verdict_name(c->verdict));
}

static bool has_value(const struct pq_change *c)
{
	return c && (c->base || c->new);
}

static bool same_values(const struct pq_change *a, const struct pq_change *b)
{
	return has_value(a) && has_value(b) && a->base == b->base &&
	       a->new == b->new;
}

void pq_dot_diff_label(struct pq_dot_builder *b, const struct pq_dot_diff *d,
		       uint32_t node)
{
	const struct pq_graph *g = &d->in->view->graph;
	const struct pq_change *flat = pq_changes_of(&d->flat, node);
	const struct pq_change *cum = pq_changes_of(&d->cum, node);
	bool by_cum = d->in->diff->cumulative;

	pq_dot_node_name(&b->text, g, &g->nodes.at[node], b->use);
	/* A leaf's values are one, and stand in one line. */
	if (same_values(flat, cum)) {
		put_change_label(b, by_cum ? cum : flat, true);
		return;
	}
	/* A node can have values of its callees only. */
	if (has_value(flat))
		put_change_label(b, flat, !by_cum);
	else
		pq_buf_char(&b->text, '0');
	if (!has_value(cum))
		return;
	pq_buf_str(&b->text, has_value(flat) ? "\\nof " : " of ");
	put_change_label(b, cum, by_cum);
}

/* ---- above the drawing ---- */

static void add_colors(const struct pq_dot_diff *d, struct pq_notes *l)
{
	bool blind = d->in->palette == PQ_PALETTE_COLORBLIND;
	bool judged = d->facts->method != PQ_BY_NOTHING;
	struct pq_buf b = { 0 };

	pq_buf_str(&b, blind ? "Orange" : "Red");
	/* Without a test colors are of differences, and not of verdicts. */
	pq_buf_str(&b, judged ? ": grew; " : ": more; ");
	pq_buf_str(&b, blind ? "blue" : "green");
	pq_buf_str(&b, judged ? ": shrank; gray: noise, few samples, or no "
				"change"
			      : ": less; gray: no change");
	pq_buf_str(&b, d->in->diff->cumulative ? " (cumulative)" : " (flat)");
	pq_notes_add(l, pq_buf_view(&b));
	pq_buf_release(&b);
}

static void add_shown(const struct pq_dot_diff *d, struct pq_notes *l)
{
	const struct pq_view *v = d->in->view;
	size_t n = v->graph.listed.n, all = v->n_above_cutoff;
	struct pq_buf b = { 0 };

	pq_buf_printf(&b, "Showing %zu of %zu nodes", n,
		      (all > n ? all : n) + v->n_dropped_nodes);
	pq_notes_add(l, pq_buf_view(&b));
	pq_buf_release(&b);
}

void pq_dot_diff_legend(const struct pq_dot_diff *d, struct pq_notes *l)
{
	const struct pq_report_input *in = d->in;
	const struct pq_comparison *c = shown_changes(d)->comparison;
	bool part = in->filters->n > 0;

	pq_change_legend(l, in->view, in->diff->compare.joined, d->facts);
	for (size_t i = 0; i < in->filters->n; i++)
		pq_notes_add(l, in->filters->lines[i]);
	pq_change_total(l, in->view, c,
			part || c->cumulative ? d->facts->total[0]
					      : c->total.base);
	/* Totals of a part stand beside those of the whole. */
	if (part)
		pq_change_whole(l, in->view, d->facts);
	add_colors(d, l);
	for (size_t i = 0; i < d->facts->notes.n; i++)
		pq_notes_add(l, d->facts->notes.lines[i]);
	add_shown(d, l);
}
