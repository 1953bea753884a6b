#include "base/mem.h"
#include "graph/trim.h"

#include "base/banned.h"

/* Trimming of graphs that are drawn. */

/* More tags than this are not drawn beside a node. */
#define MOST_TAGS 4

/* No edge is below it: links all of them. */
#define ALL_EDGES INT64_MIN

/* Edges between the nodes that are listed now, and their order. */
static void connect_drawn(struct pq_view *v)
{
	struct pq_graph *g = &v->graph;
	uint8_t *kept = pq_trim_kept(v);

	/* A tree is only cut: each of its edges has one way. */
	if (v->o.call_tree) {
		pq_graph_cut_tree(g);
	} else {
		pq_graph_mark_listed(g);
		pq_graph_connect(g, kept, NULL);
	}
	if (v->o.call_tree || !kept)
		pq_graph_label_all(g); /* unlisted nodes may be ends of edges */
	else
		pq_graph_label(g);
	/* The order by entropy needs the edges of each node. */
	pq_graph_link_edges(g, ALL_EDGES);
	pq_graph_sort(g, PQ_BY_ENTROPY);
	pq_free(kept);
}

static size_t n_boxes(const struct pq_view *v, uint32_t node)
{
	size_t n, boxes = 0;
	const struct pq_tag *tags = pq_node_tags(&v->tags, node, &n);

	for (size_t i = 0; i < n && boxes < MOST_TAGS; i++)
		boxes += tags[i].flat != 0;
	return boxes;
}

/* How many of the nodes there is room for when tags take room too. */
static size_t first_nodes(const struct pq_view *v)
{
	const struct pq_graph *g = &v->graph;
	uint64_t used = 0;

	for (size_t i = 0; i < g->listed.n; i++) {
		used += 1 + n_boxes(v, g->listed.at[i]);
		if (used >= (uint64_t)v->o.nodecount)
			return i + 1;
	}
	return g->listed.n;
}

/* Tags of the nodes that may be drawn: no more than the first ones. */
static void find_tags(struct pq_view *v, int64_t cutoff)
{
	const struct pq_graph *g = &v->graph;
	uint8_t *wanted = pq_alloc_zeroed(g->nodes.n);
	int64_t most = v->o.nodecount;

	for (size_t i = 0; i < g->listed.n; i++)
		if (most <= 0 || i < (uint64_t)most)
			wanted[g->listed.at[i]] = 1;
	pq_tags_find(&v->tags, g, wanted, v->o.tag_unit, v->o.unit);
	pq_tags_drop_low(&v->tags, g->nodes.n, cutoff);
	pq_free(wanted);
}

void pq_trim_visual(struct pq_view *v, int64_t node_cutoff, int64_t edge_cutoff)
{
	struct pq_graph *g = &v->graph;

	connect_drawn(v);
	find_tags(v, node_cutoff);
	if (v->o.nodecount > 0) {
		size_t n = first_nodes(v);

		/* edges dropped here are not counted, as in the reference */
		pq_graph_link_edges(g, edge_cutoff);
		if (n < g->listed.n) {
			g->listed.n = n;
			connect_drawn(v);
		}
	}
	v->n_dropped_edges = pq_graph_link_edges(g, edge_cutoff);
	if (!v->o.call_tree)
		pq_trim_redundant(g);
}
