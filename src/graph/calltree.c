#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "graph/graph.h"

#include "base/banned.h"

/* A call tree: every distinct path from the root has nodes of its own. */

struct growing {
	const struct pq_graph *g; /* its nodes are the identities */
	struct pq_map map;	  /* (parent, identity) to position */
	PQ_VEC(struct pq_node) nodes;
	PQ_VEC(uint32_t) identity;
	PQ_VEC(struct pq_edge) edges; /* into nodes[i]: edge_of[i] */
	PQ_VEC(uint32_t) edge_of;
};

struct place {
	uint32_t parent, identity;
};

static bool same_tree_place(const void *ctx, uint32_t index, const void *key)
{
	const struct growing *t = ctx;
	const struct place *b = key;

	return t->nodes.at[index].parent == b->parent &&
	       t->identity.at[index] == b->identity;
}

static uint32_t grow_tree(struct growing *t, struct place place)
{
	uint64_t hash =
		pq_hash_mix(5, (uint64_t)place.parent << 32 | place.identity);
	uint32_t fresh = (uint32_t)t->nodes.n, id;
	struct pq_node *n;

	id = pq_map_intern(&t->map, hash, same_tree_place, t, &place, fresh);
	if (id != fresh)
		return id;
	/* A place is a copy of its node: values start at 0 there. */
	n = pq_vec_push(&t->nodes);
	*n = t->g->nodes.at[place.identity];
	n->parent = place.parent;
	*pq_vec_push(&t->identity) = place.identity;
	*pq_vec_push(&t->edge_of) = PQ_NONE;
	return id;
}

static void count_tree_edge(struct growing *t, uint32_t node, bool is_inline,
			    int64_t value, int64_t div)
{
	uint32_t parent = t->nodes.at[node].parent;
	struct pq_edge *e;

	if (parent == PQ_NONE)
		return;
	/* A node of a tree has one caller, and so one edge. */
	if (t->edge_of.at[node] == PQ_NONE) {
		t->edge_of.at[node] = (uint32_t)t->edges.n;
		e = pq_vec_push(&t->edges);
		memset(e, 0, sizeof(*e));
		e->from = parent;
		e->to = node;
		e->is_inline = is_inline;
	}
	e = &t->edges.at[t->edge_of.at[node]];
	e->weight = pq_add(e->weight, value);
	e->weight_div = pq_add(e->weight_div, div);
	e->is_inline = e->is_inline && is_inline;
}

/* Returns the leaf. */
static uint32_t grow_sample(struct growing *t, const struct pq_sample *sample,
			    int64_t value, int64_t div)
{
	const struct pq_graph *g = t->g;
	uint32_t at = PQ_NONE;

	for (size_t i = sample->n_locations; i--;) {
		uint32_t l = sample->locations[i];
		uint32_t last = g->first_frame[l + 1] - 1;

		for (uint32_t f = last + 1; f-- > g->first_frame[l];) {
			struct place p = { at, g->frame_nodes.at[f] };
			struct pq_node *n;

			/* Each has the value: no path recurses. */
			at = grow_tree(t, p);
			n = &t->nodes.at[at];
			n->cum = pq_add(n->cum, value);
			n->cum_div = pq_add(n->cum_div, div);
			count_tree_edge(t, at, f != last, value, div);
		}
	}
	if (at != PQ_NONE) {
		/* The innermost frame has it as its own. */
		struct pq_node *leaf = &t->nodes.at[at];

		leaf->flat = pq_add(leaf->flat, value);
		leaf->flat_div = pq_add(leaf->flat_div, div);
	}
	return at;
}

void pq_graph_sum_tree(struct pq_graph *g)
{
	struct growing t = { .g = g };
	int64_t value, div;
	struct pq_walk w;

	/* Leaves are kept by sample: tags are found by them later. */
	pq_walk_begin(&w, &g->p->samples);
	while (pq_graph_next(&w, &g->shape, &value, &div))
		*pq_vec_push(&g->leaves) =
			grow_sample(&t, &w.sample, value, div);
	pq_walk_end(&w);
	/* The tree takes the place of the graph's nodes and edges. */
	pq_map_release(&t.map);
	pq_vec_release(&t.identity);
	pq_vec_release(&t.edge_of);
	pq_vec_release(&g->nodes);
	pq_vec_release(&g->edges);
	g->nodes.at = t.nodes.at;
	g->nodes.n = t.nodes.n;
	g->nodes.capacity = t.nodes.capacity;
	g->edges.at = t.edges.at;
	g->edges.n = t.edges.n;
	g->edges.capacity = t.edges.capacity;
	pq_graph_list(g);
}

/* ---- cutting ---- */

struct cutting {
	struct pq_graph *g;
	uint8_t *cut;	   /* by node */
	uint32_t *edge_of; /* by node: the edge into it, or PQ_NONE */
};

/*
 * Edges lie in the order of the nodes they lead to, and a node is made after
 * its parent: when an edge is met, the one above it is settled.
 */
static void lift_edge(struct cutting *c, struct pq_edge *e)
{
	const struct pq_edge *above;

	if (!c->cut[e->from])
		return;
	if (c->edge_of[e->from] == PQ_NONE) {
		c->edge_of[e->to] = PQ_NONE; /* a root from now on */
		return;
	}
	above = &c->g->edges.at[c->edge_of[e->from]];
	e->from = above->from;
	e->residual = true;
	e->is_inline = e->is_inline && above->is_inline;
}

static void lift_edges(struct cutting *c)
{
	struct pq_graph *g = c->g;
	size_t n = 0;

	/* A tree has one edge to each node, which tells the edge. */
	for (size_t i = 0; i < g->edges.n; i++)
		c->edge_of[g->edges.at[i].to] = (uint32_t)i;
	for (size_t i = 0; i < g->edges.n; i++)
		lift_edge(c, &g->edges.at[i]);
	for (size_t i = 0; i < g->edges.n; i++) {
		struct pq_edge e = g->edges.at[i];

		if (c->edge_of[e.to] != PQ_NONE && !c->cut[e.to])
			g->edges.at[n++] = e;
	}
	g->edges.n = n;
}

void pq_graph_cut_tree(struct pq_graph *g)
{
	size_t n = g->nodes.n;
	struct cutting c = { .g = g };

	c.cut = pq_alloc(n);
	c.edge_of = pq_alloc(pq_size_mul(n, sizeof(*c.edge_of)));
	/* Nodes that were listed, and are no longer, are cut. */
	for (size_t i = 0; i < n; i++) {
		c.cut[i] = g->nodes.at[i].listed;
		c.edge_of[i] = PQ_NONE;
	}
	pq_graph_mark_listed(g);
	for (size_t i = 0; i < n; i++)
		c.cut[i] = c.cut[i] && !g->nodes.at[i].listed;
	lift_edges(&c);
	pq_free(c.cut);
	pq_free(c.edge_of);
}
