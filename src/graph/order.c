#include "graph/order.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "graph/entropy.h"

#include "base/banned.h"

struct sorting {
	const struct pq_graph *g;
	enum pq_order order;
	const int64_t *scores; /* by node, for the order by entropy */
};

/* Larger absolute value first. */
static int compare_node_size(int64_t a, int64_t b)
{
	int64_t x = pq_abs(a), y = pq_abs(b);

	return (x < y) - (x > y);
}

/*
 * A node as the reference prints it, "{NAME  ADDRESS FILE START LINE COLUMN
 * OBJECT}", in pieces: a comparison in a sort must not allocate, for when that
 * unwinds, the memory of the sort itself is lost.
 */
struct info {
	struct pq_text pieces[5];
	char address[32], lines[80];
};

static void make_info(struct info *i, const struct pq_graph *g,
		      const struct pq_node *n)
{
	snprintf(i->address, sizeof(i->address), "  %llu ",
		 (unsigned long long)n->address);
	snprintf(i->lines, sizeof(i->lines), " %lld %lld %lld ",
		 (long long)n->start_line, (long long)n->line,
		 (long long)n->column);
	i->pieces[0] = pq_intern_text(&g->texts, n->name);
	i->pieces[1] = pq_text_of(i->address);
	i->pieces[2] = pq_intern_text(&g->texts, n->file);
	i->pieces[3] = pq_text_of(i->lines);
	i->pieces[4] = pq_intern_text(&g->texts, n->objfile);
}

/* Skips empty pieces; false when no other is left. */
static bool next_piece(struct pq_text **piece, const struct pq_text *end)
{
	while (*piece < end && !(*piece)->len)
		++*piece;
	return *piece < end;
}

/* As pq_text_compare of all pieces joined, and "}" behind them. */
static int compare_infos(struct info *a, struct info *b)
{
	struct pq_text *x = a->pieces, *y = b->pieces;
	const struct pq_text *x_end = x + 5, *y_end = y + 5;
	bool more_x, more_y;

	for (;;) {
		size_t n;
		int order;

		more_x = next_piece(&x, x_end);
		more_y = next_piece(&y, y_end);
		if (!more_x || !more_y)
			break;
		/* The longer piece goes on against the next one of the other. */
		n = x->len < y->len ? x->len : y->len;
		order = memcmp(x->bytes, y->bytes, n);
		if (order)
			return order;
		*x = pq_text_slice(*x, n, x->len);
		*y = pq_text_slice(*y, n, y->len);
	}
	/* One has ended: "}" stands against the rest of the other. */
	if (more_x)
		return (unsigned char)x->bytes[0] < '}' ? -1 : 1;
	if (more_y)
		return (unsigned char)y->bytes[0] < '}' ? 1 : -1;
	return 0;
}

int pq_node_compare_info(const struct pq_graph *g, const struct pq_node *a,
			 const struct pq_node *b)
{
	struct info x, y;

	make_info(&x, g, a);
	make_info(&y, g, b);
	return compare_infos(&x, &y);
}

/*
 * The printable name's step of the chain.  Identities of two listed nodes
 * always differ here, and equal names end the reference's comparison.
 */
static int compare_node_names(const struct pq_node *a, const struct pq_node *b)
{
	if (a->address && b->address && a->address != b->address)
		return a->address < b->address ? -1 : 1;
	return pq_text_compare(a->label, b->label);
}

static int compare_nodes(const void *x, const void *y, void *ctx)
{
	const struct sorting *s = ctx;
	uint32_t i = *(const uint32_t *)x, j = *(const uint32_t *)y;
	const struct pq_node *a = &s->g->nodes.at[i], *b = &s->g->nodes.at[j];
	bool by_flat = s->order == PQ_BY_FLAT;
	int order;

	/* Ties are broken until nothing is equal: the output never varies. */
	order = s->scores ? compare_node_size(s->scores[i], s->scores[j])
		: by_flat ? compare_node_size(a->flat, b->flat)
			  : compare_node_size(a->cum, b->cum);
	if (!order)
		order = compare_node_names(a, b);
	if (!order)
		order = by_flat ? compare_node_size(a->cum, b->cum)
				: compare_node_size(a->flat, b->flat);
	if (!order)
		order = pq_node_compare_info(s->g, a, b);
	return order ? order : (i > j) - (i < j);
}

void pq_graph_sort(struct pq_graph *g, enum pq_order order)
{
	struct sorting s = { g, order, NULL };
	int64_t *scores = NULL;

	if (!g->listed.n)
		return;
	/* A score takes a walk over edges: it is found once a node. */
	if (order == PQ_BY_ENTROPY) {
		scores = pq_alloc(pq_size_mul(g->nodes.n, sizeof(*scores)));
		for (size_t i = 0; i < g->listed.n; i++) {
			uint32_t at = g->listed.at[i];

			scores[at] = pq_node_entropy(g, &g->nodes.at[at]);
		}
		s.scores = scores;
	}
	qsort_r(g->listed.at, g->listed.n, sizeof(*g->listed.at), compare_nodes,
		&s);
	pq_free(scores);
}

int pq_edge_compare(const struct pq_graph *g, uint32_t i, uint32_t j)
{
	const struct pq_edge *a = &g->edges.at[i], *b = &g->edges.at[j];
	int order = compare_node_size(a->weight, b->weight);

	/* equal but for the sign: a tie in the reference; positive first */
	if (!order && a->weight != b->weight)
		order = a->weight > b->weight ? -1 : 1;
	if (!order)
		order = pq_text_compare(g->nodes.at[a->from].label,
					g->nodes.at[b->from].label);
	if (!order)
		order = pq_text_compare(g->nodes.at[a->to].label,
					g->nodes.at[b->to].label);
	return order ? order : (i > j) - (i < j);
}

/* ---- linking edges to their nodes ---- */

static int compare_edges(const void *x, const void *y, void *ctx)
{
	return pq_edge_compare(ctx, *(const uint32_t *)x, *(const uint32_t *)y);
}

static size_t drop_low_edges(struct pq_graph *g, int64_t cutoff)
{
	size_t n = 0, before = g->edges.n;

	for (size_t i = 0; i < g->edges.n; i++) {
		const struct pq_edge *e = &g->edges.at[i];

		if (!g->nodes.at[e->to].listed || pq_abs(e->weight) >= cutoff)
			g->edges.at[n++] = *e;
	}
	g->edges.n = n;
	return before - n;
}

/* Where the edges of a node that come in, or go out, stand in the order. */
struct edge_run {
	uint32_t *first, *n;
};

static inline struct edge_run run_of(struct pq_graph *g, uint32_t node,
				     bool outgoing)
{
	struct pq_node *n = &g->nodes.at[node];

	return outgoing ? (struct edge_run){ &n->first_out, &n->n_out }
			: (struct edge_run){ &n->first_in, &n->n_in };
}

static inline uint32_t end_of_edge(const struct pq_edge *e, bool outgoing)
{
	return outgoing ? e->from : e->to;
}

/* Counts become places, and are counted up again when they are filled. */
static void place_edges(struct pq_graph *g, uint32_t first, bool outgoing)
{
	struct edge_run run;

	for (size_t i = 0; i < g->edges.n; i++)
		++*run_of(g, end_of_edge(&g->edges.at[i], outgoing), outgoing).n;
	for (size_t i = 0; i < g->nodes.n; i++) {
		run = run_of(g, (uint32_t)i, outgoing);
		*run.first = first;
		first += *run.n;
		*run.n = 0;
	}
	for (size_t i = 0; i < g->edges.n; i++) {
		run = run_of(g, end_of_edge(&g->edges.at[i], outgoing),
			     outgoing);
		g->edge_order.at[*run.first + (*run.n)++] = (uint32_t)i;
	}
}

/* Drops low edges; the rest gets room for a place at each of n_ends. */
static size_t begin_edge_order(struct pq_graph *g, int64_t cutoff,
			       unsigned n_ends)
{
	size_t dropped = drop_low_edges(g, cutoff);

	pq_vec_reserve(&g->edge_order, pq_size_mul(g->edges.n, n_ends));
	g->edge_order.n = g->edges.n * n_ends;
	for (size_t i = 0; i < g->nodes.n; i++)
		g->nodes.at[i].n_in = g->nodes.at[i].n_out = 0;
	return dropped;
}

size_t pq_graph_link_incoming(struct pq_graph *g, int64_t cutoff)
{
	size_t dropped = begin_edge_order(g, cutoff, 1);

	place_edges(g, 0, false);
	return dropped;
}

/* Most nodes have few edges: a function that sorts any number takes longer. */
#define FEW_EDGES 8

static void sort_edges(struct pq_graph *g, uint32_t first, uint32_t n)
{
	uint32_t *order;

	if (n < 2)
		return;
	order = g->edge_order.at + first;
	if (n > FEW_EDGES) {
		qsort_r(order, n, sizeof(*order), compare_edges, g);
		return;
	}
	for (uint32_t i = 1; i < n; i++) {
		uint32_t edge = order[i], at = i;

		for (; at && pq_edge_compare(g, edge, order[at - 1]) < 0; at--)
			order[at] = order[at - 1];
		order[at] = edge;
	}
}

size_t pq_graph_link_edges(struct pq_graph *g, int64_t cutoff)
{
	size_t dropped = begin_edge_order(g, cutoff, 2);

	/* A node finds its edges as two runs of the order. */
	place_edges(g, 0, false);
	place_edges(g, (uint32_t)g->edges.n, true);
	for (size_t i = 0; i < g->nodes.n; i++) {
		const struct pq_node *n = &g->nodes.at[i];

		sort_edges(g, n->first_in, n->n_in);
		sort_edges(g, n->first_out, n->n_out);
	}
	return dropped;
}
