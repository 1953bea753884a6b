#include "graph/trim.h"

#include "base/mem.h"
#include "base/units.h"

#include "base/banned.h"

void pq_trim_nodes(struct pq_view *v, int64_t cutoff)
{
	struct pq_graph *g = &v->graph;
	size_t n = 0;

	if (cutoff > 0) {
		for (size_t i = 0; i < g->listed.n; i++) {
			uint32_t at = g->listed.at[i];

			if (pq_abs(g->nodes.at[at].cum) >= cutoff)
				/*
				 * A cutoff of 0 keeps nodes whose sum is 0,
				 * too.
				 */
				g->listed.at[n++] = at;
		}
		v->n_dropped_nodes = g->listed.n - n;
		g->listed.n = n;
	}
	v->n_above_cutoff = g->listed.n;
}

uint8_t *pq_trim_kept(const struct pq_view *v)
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
	uint8_t *kept = pq_trim_kept(v), *targets = NULL;
	bool wanted = true;

	pq_graph_mark_listed(g);
	/* Reports without edges look only for calls that were inlined. */
	if (!v->o.with_edges)
		targets = inlined_nodes(g, &wanted);
	if (wanted && !g->is_connected)
		pq_graph_connect(g, kept, targets);
	if (v->o.with_edges && !kept)
		pq_graph_label_all(g); /* all of them may be ends of edges */
	/* Callers alone are linked where no edge is printed: cheaper. */
	v->n_dropped_edges = v->o.with_edges
				     ? pq_graph_link_edges(g, edge_cutoff)
				     : pq_graph_link_incoming(g, edge_cutoff);
	pq_free(kept);
	pq_free(targets);
}

static void connect_listed(struct pq_view *v, int64_t edge_cutoff)
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

void pq_trim_rows(struct pq_view *v, int64_t edge_cutoff)
{
	struct pq_graph *g = &v->graph;

	pq_graph_label(g);
	pq_graph_sort(g, v->o.order);
	if (v->o.nodecount > 0 && (uint64_t)v->o.nodecount < g->listed.n)
		g->listed.n = (size_t)v->o.nodecount;
	connect_listed(v, edge_cutoff);
}
