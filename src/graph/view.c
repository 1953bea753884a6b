#include "graph/view.h"

#include <string.h>

#include "base/mem.h"
#include "base/units.h"

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
static void find_types(struct pq_view *v)
{
	unsigned n = (unsigned)v->p->sample_types.n;
	struct pq_graph_shape shape = v->o.shape;

	v->n_types = n < PQ_VIEW_TYPES ? n : PQ_VIEW_TYPES;
	for (unsigned i = 0; i < v->n_types; i++) {
		struct pq_view_type *type = &v->types[i];

		type->column = i;
		if (i + 1 == v->n_types && v->o.shape.sample_index > i)
			type->column = v->o.shape.sample_index;
		shape.sample_index = type->column;
		type->total = find_total(v->p, &shape);
		type->before = 0;
		shape.sample_index += n;
		if (v->p->samples.n_values > n)
			type->before = find_total(v->p, &shape);
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
	v->total = find_total(p, &o->shape);
	if (o->all_types)
		find_types(v);
	return true;
}

void pq_view_release(struct pq_view *v)
{
	if (v->graph.p)
		pq_graph_release(&v->graph);
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
	pq_unit_label(b, pq_view_divided(v, value), v->sample_unit, v->output_unit);
}

int64_t pq_view_cutoff(int64_t total, double fraction)
{
	return pq_abs(pq_trunc((double)total * fraction));
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
	if (!least)
		least = most;
	least = pq_view_divided(v, least);
	most = pq_view_divided(v, most);
	unit = minimum_unit(v, least);
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
		if (value && (!least || value < least))
			least = value;
	}
	pq_view_choose_unit(v, least, v->total);
}

/* ---- trimming ---- */

static int64_t sum_flat(const struct pq_graph *g)
{
	int64_t sum = 0;

	for (size_t i = 0; i < g->listed.n; i++)
		sum = pq_add(sum, g->nodes.at[g->listed.at[i]].flat);
	return sum;
}

static void drop_low_nodes(struct pq_view *v, int64_t cutoff)
{
	struct pq_graph *g = &v->graph;
	size_t n = 0;

	if (cutoff > 0) {
		for (size_t i = 0; i < g->listed.n; i++) {
			uint32_t at = g->listed.at[i];

			if (pq_abs(g->nodes.at[at].cum) >= cutoff)
				g->listed.at[n++] = at;
		}
		v->n_dropped_nodes = g->listed.n - n;
		g->listed.n = n;
	}
	v->n_above_cutoff = g->listed.n;
}

/*
 * The nodes that edges may run between: the listed ones once some were left
 * out, and otherwise all, the unlisted zero ones too.
 */
static uint8_t *kept_nodes(const struct pq_view *v)
{
	const struct pq_graph *g = &v->graph;
	uint8_t *kept;

	if (!v->n_dropped_nodes && g->listed.n == v->n_above_cutoff)
		return NULL;
	kept = pq_alloc_zeroed(g->nodes.n);
	for (size_t i = 0; i < g->listed.n; i++)
		kept[g->listed.at[i]] = 1;
	return kept;
}

/*
 * Without printed edges they are still needed to tell inlined frames: those
 * into listed nodes that are inlined somewhere.
 */
static uint8_t *inlined_nodes(struct pq_graph *g, bool *any)
{
	uint8_t *inlined = pq_alloc_zeroed(g->nodes.n);

	*any = false;
	for (size_t l = 0; l < g->p->locations.n; l++)
		for (uint32_t f = g->first_frame[l];
		     f + 1 < g->first_frame[l + 1]; f++) {
			uint32_t node = g->frame_nodes.at[f];

			if (!g->nodes.at[node].listed)
				continue;
			inlined[node] = 1;
			*any = true;
		}
	return inlined;
}

static void connect_graph(struct pq_view *v, int64_t edge_cutoff)
{
	struct pq_graph *g = &v->graph;
	uint8_t *kept = kept_nodes(v), *targets = NULL;
	bool wanted = true;

	pq_graph_mark_listed(g);
	if (!v->o.with_edges)
		targets = inlined_nodes(g, &wanted);
	if (wanted)
		pq_graph_connect(g, kept, targets);
	if (v->o.with_edges && !kept)
		pq_graph_label_all(g); /* all of them may be ends of edges */
	v->n_dropped_edges = pq_graph_link_edges(g, edge_cutoff);
	pq_free(kept);
	pq_free(targets);
}

static void connect(struct pq_view *v, int64_t edge_cutoff)
{
	struct pq_graph *g = &v->graph;

	if (v->o.call_tree) {
		pq_graph_mark_listed(g);
		pq_graph_label_all(g);
		v->n_dropped_edges = pq_graph_link_edges(g, edge_cutoff);
		return;
	}
	connect_graph(v, edge_cutoff);
}

void pq_view_graph(struct pq_view *v)
{
	struct pq_graph *g = &v->graph;
	int64_t sum, edge_cutoff;

	pq_graph_init(g, v->p, &v->o.shape);
	if (v->o.call_tree)
		pq_graph_sum_tree(g);
	else
		pq_graph_sum(g);
	sum = sum_flat(g);
	edge_cutoff = pq_view_cutoff(sum, v->o.edgefraction);
	drop_low_nodes(v, pq_view_cutoff(sum, v->o.nodefraction));
	pq_graph_label(g);
	pq_graph_sort(g, v->o.order);
	if (v->o.nodecount > 0 && (uint64_t)v->o.nodecount < g->listed.n)
		g->listed.n = (size_t)v->o.nodecount;
	connect(v, edge_cutoff);
	resolve_unit(v);
}
