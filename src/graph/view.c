#include "graph/view.h"

#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "graph/trim.h"

#include "base/banned.h"

/* ---- the total ---- */

/* By string id: whether a text is the one asked for. */
static bool is_base_sample(const struct pq_profile *p,
			   const struct pq_sample *sample)
{
	for (size_t i = 0; i < sample->n_labels; i++) {
		const struct pq_label *l = &sample->labels[i];

		if (l->str && pq_text_is(pq_string(p, l->key), "pprof::base") &&
		    pq_text_is(pq_string(p, l->str), "true"))
			return true;
	}
	return false;
}

/* Whether any string of the profile is the key that marks a diff base. */
static bool may_have_base(const struct pq_profile *p)
{
	for (size_t i = 0; i < p->strings.n; i++)
		if (pq_text_is(p->strings.at[i], "pprof::base"))
			return true;
	return false;
}

static int64_t find_total(const struct pq_profile *p,
			  const struct pq_graph_shape *shape)
{
	int64_t total = 0, div = 0, base_total = 0, base_div = 0;
	bool look_at_labels = may_have_base(p);
	struct pq_walk w;

	/* The store knows the sum of a value; the rest is for walks. */
	if (!shape->mean && !look_at_labels)
		return pq_samples_total(&p->samples, shape->sample_index);
	pq_walk_begin(&w, &p->samples);
	while (pq_walk_next(&w)) {
		int64_t value, d;

		if (shape->mean) {
			pq_walk_values(&w);
			value = w.sample.values[shape->sample_index];
			d = w.sample.values[0];
		} else {
			value = pq_walk_value(&w, shape->sample_index);
			d = 0;
		}
		value = pq_abs(value);
		total = pq_add(total, value);
		div = pq_add(div, d);
		/* A base that was marked is what percentages are of. */
		if (!look_at_labels)
			continue;
		pq_walk_stack(&w);
		pq_walk_labels(&w);
		if (!is_base_sample(p, &w.sample))
			continue;
		base_total = pq_add(base_total, value);
		base_div = pq_add(base_div, d);
	}
	pq_walk_end(&w);
	return base_total > 0 ? pq_mean(base_total, base_div)
			      : pq_mean(total, div);
}

/* The first types, or all but the last of them and the chosen one. */
static void find_view_types(struct pq_view *v)
{
	unsigned n = (unsigned)v->p->sample_types.n;
	struct pq_graph_shape shape = v->o.shape;
	bool plain = !shape.mean && !may_have_base(v->p);
	int64_t totals[PQ_VIEW_TYPES];

	v->n_types = n < PQ_VIEW_TYPES ? n : PQ_VIEW_TYPES;
	/* One walk sums all types, where a total is no more than a sum. */
	if (plain)
		pq_samples_totals(&v->p->samples, v->n_types, totals);
	for (unsigned i = 0; i < v->n_types; i++) {
		struct pq_view_type *type = &v->types[i];

		type->column = i;
		/* The last place is the chosen type's if it had none. */
		if (i + 1 == v->n_types && v->o.shape.sample_index > i)
			type->column = v->o.shape.sample_index;
		shape.sample_index = type->column;
		type->total = plain && type->column == i
				      ? totals[i]
				      : find_total(v->p, &shape);
		type->before = 0;
		if (type->column == v->o.shape.sample_index)
			v->total = type->total;
	}
}

bool pq_view_init(struct pq_view *v, const struct pq_profile *p,
		  const struct pq_view_options *o, struct pq_error *err)
{
	struct pq_value_type type;

	memset(v, 0, sizeof(*v));
	v->p = p;
	v->o = *o;
	if (o->divide_by == 0)
		return pq_fail(err, PQ_EUSAGE, "zero divisor specified");
	v->ratio = 1 / o->divide_by;
	type = p->sample_types.at[o->shape.sample_index];
	v->type = pq_string(p, type.type);
	v->sample_unit = pq_string(p, type.unit);
	v->output_unit = o->unit;
	/* The chosen type is one of all, where these are asked for. */
	if (o->all_types)
		find_view_types(v);
	else
		v->total = find_total(p, &o->shape);
	return true;
}

void pq_view_release(struct pq_view *v)
{
	if (v->graph.p)
		pq_graph_release(&v->graph);
	pq_tags_release(&v->tags);
	memset(v, 0, sizeof(*v));
}

/* ---- values ---- */

int64_t pq_view_divided(const struct pq_view *v, int64_t value)
{
	if (v->ratio > 0 && v->ratio != 1)
		return pq_trunc((double)value * v->ratio);
	return value;
}

void pq_view_value(const struct pq_view *v, struct pq_buf *b, int64_t value)
{
	pq_unit_label(b, pq_view_divided(v, value), v->sample_unit,
		      v->output_unit);
}

static struct pq_text minimum_unit(const struct pq_view *v, int64_t value)
{
	return pq_unit_scale(value, v->sample_unit, PQ_TEXT("minimum")).unit;
}

void pq_view_choose_unit(struct pq_view *v, int64_t least, int64_t most)
{
	struct pq_text unit;

	if (!pq_text_is(v->o.unit, "minimum"))
		return;
	/* A value of 0 has no unit that suits it. */
	if (!least)
		least = most;
	least = pq_view_divided(v, least);
	most = pq_view_divided(v, most);
	unit = minimum_unit(v, least);
	/* Values far apart get a unit between, as in the reference. */
	if (!v->o.finest_unit && !pq_text_equal(unit, minimum_unit(v, most)) &&
	    (int64_t)((uint64_t)least * 100) < most)
		unit = minimum_unit(v, (int64_t)((uint64_t)least * 100));
	v->output_unit = unit.len ? unit : v->sample_unit;
}

static void resolve_unit(struct pq_view *v)
{
	const struct pq_graph *g = &v->graph;
	int64_t least = 0;

	if (!g->listed.n)
		return;
	for (size_t i = 0; i < g->listed.n; i++) {
		const struct pq_node *n = &g->nodes.at[g->listed.at[i]];
		int64_t value = pq_abs(pq_node_flat(n));

		if (!value)
			value = pq_abs(pq_node_cum(n));
		/* -2^63 has no magnitude to choose by */
		if (value > 0 && (!least || value < least))
			least = value;
	}
	pq_view_choose_unit(v, least, v->total);
}

/* ---- the graph ---- */

static int64_t sum_flat(const struct pq_graph *g)
{
	int64_t sum = 0;

	for (size_t i = 0; i < g->listed.n; i++)
		sum = pq_add(sum, g->nodes.at[g->listed.at[i]].flat);
	return sum;
}

static void trim_graph(struct pq_view *v)
{
	struct pq_graph *g = &v->graph;
	int64_t sum = sum_flat(g);
	int64_t node_cutoff = pq_view_cutoff(sum, v->o.nodefraction);
	int64_t edge_cutoff = pq_view_cutoff(sum, v->o.edgefraction);

	if (v->o.visual)
		pq_graph_mark_listed(
			g); /* a tree is cut from the marked nodes */
	/* Nodes go before edges: an edge needs both of its ends. */
	pq_trim_nodes(v, node_cutoff);
	if (v->o.visual)
		pq_trim_visual(v, node_cutoff, edge_cutoff);
	else
		pq_trim_rows(v, edge_cutoff);
}

/* Whether nothing is trimmed, so that edges may be made before nodes are cut. */
static bool shows_all_edges(const struct pq_view *v)
{
	return v->o.with_edges && !v->o.visual && v->o.nodefraction == 0 &&
	       v->o.nodecount <= 0;
}

static void sum_nodes(struct pq_view *v)
{
	struct pq_graph *g = &v->graph;

	/* Sums may have been made while the file was read. */
	if (v->o.read_sums && pq_read_sums_get(v->o.read_sums, g))
		return;
	if (shows_all_edges(v))
		pq_graph_sum_and_connect(g);
	else
		pq_graph_sum(g);
}

void pq_view_graph(struct pq_view *v)
{
	struct pq_graph *g = &v->graph;

	pq_graph_init(g, v->p, &v->o.shape);
	if (v->o.call_tree)
		pq_graph_sum_tree(g);
	else
		sum_nodes(v);
	trim_graph(v);
	resolve_unit(v);
}
