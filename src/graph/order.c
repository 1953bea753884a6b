#include "graph/order.h"

#include <stdlib.h>

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
static int compare_size(int64_t a, int64_t b)
{
	int64_t x = pq_abs(a), y = pq_abs(b);

	return (x < y) - (x > y);
}

static void put_info(struct pq_buf *b, const struct pq_graph *g,
		     const struct pq_node *n)
{
	pq_buf_char(b, '{');
	pq_buf_text(b, pq_intern_text(&g->texts, n->name));
	pq_buf_printf(b, "  %llu ", (unsigned long long)n->address);
	pq_buf_text(b, pq_intern_text(&g->texts, n->file));
	pq_buf_printf(b, " %lld %lld %lld ", (long long)n->start_line,
		      (long long)n->line, (long long)n->column);
	pq_buf_text(b, pq_intern_text(&g->texts, n->objfile));
	pq_buf_char(b, '}');
}

int pq_node_compare_info(const struct pq_graph *g, const struct pq_node *a,
			 const struct pq_node *b)
{
	struct pq_buf x = { 0 }, y = { 0 };
	int order;

	put_info(&x, g, a);
	put_info(&y, g, b);
	order = pq_text_compare(pq_buf_view(&x), pq_buf_view(&y));
	pq_buf_release(&x);
	pq_buf_release(&y);
	return order;
}

/*
 * The printable name's step of the chain.  Identities of two listed nodes
 * always differ here, and equal names end the reference's comparison.
 */
static int compare_names(const struct pq_node *a, const struct pq_node *b)
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

	order = s->scores ? compare_size(s->scores[i], s->scores[j])
		: by_flat ? compare_size(a->flat, b->flat)
			  : compare_size(a->cum, b->cum);
	if (!order)
		order = compare_names(a, b);
	if (!order)
		order = by_flat ? compare_size(a->cum, b->cum)
				: compare_size(a->flat, b->flat);
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
	int order = compare_size(a->weight, b->weight);

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

static int compare_incoming(const void *x, const void *y, void *ctx)
{
	const struct pq_graph *g = ctx;
	uint32_t i = *(const uint32_t *)x, j = *(const uint32_t *)y;
	uint32_t a = g->edges.at[i].to, b = g->edges.at[j].to;

	return a != b ? (a > b) - (a < b) : pq_edge_compare(g, i, j);
}

static int compare_outgoing(const void *x, const void *y, void *ctx)
{
	const struct pq_graph *g = ctx;
	uint32_t i = *(const uint32_t *)x, j = *(const uint32_t *)y;
	uint32_t a = g->edges.at[i].from, b = g->edges.at[j].from;

	return a != b ? (a > b) - (a < b) : pq_edge_compare(g, i, j);
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

size_t pq_graph_link_incoming(struct pq_graph *g, int64_t cutoff)
{
	size_t dropped = drop_low_edges(g, cutoff);
	uint32_t first = 0;

	pq_vec_reserve(&g->edge_order, g->edges.n);
	g->edge_order.n = g->edges.n;
	for (size_t i = 0; i < g->nodes.n; i++)
		g->nodes.at[i].n_in = g->nodes.at[i].n_out = 0;
	for (size_t i = 0; i < g->edges.n; i++)
		g->nodes.at[g->edges.at[i].to].n_in++;
	for (size_t i = 0; i < g->nodes.n; i++) {
		g->nodes.at[i].first_in = first;
		first += g->nodes.at[i].n_in;
		g->nodes.at[i].n_in = 0;
	}
	for (size_t i = 0; i < g->edges.n; i++) {
		struct pq_node *to = &g->nodes.at[g->edges.at[i].to];

		g->edge_order.at[to->first_in + to->n_in++] = (uint32_t)i;
	}
	return dropped;
}

size_t pq_graph_link_edges(struct pq_graph *g, int64_t cutoff)
{
	size_t n, dropped = drop_low_edges(g, cutoff);
	uint32_t *order;

	n = g->edges.n;
	for (size_t i = 0; i < g->nodes.n; i++)
		g->nodes.at[i].n_in = g->nodes.at[i].n_out = 0;
	pq_vec_reserve(&g->edge_order, pq_size_mul(n, 2));
	g->edge_order.n = n * 2;
	if (!n)
		return dropped;
	order = g->edge_order.at;
	for (size_t i = 0; i < n; i++)
		order[i] = order[n + i] = (uint32_t)i;
	qsort_r(order, n, sizeof(*order), compare_incoming, g);
	qsort_r(order + n, n, sizeof(*order), compare_outgoing, g);
	for (size_t i = 0; i < n; i++) {
		struct pq_node *to = &g->nodes.at[g->edges.at[order[i]].to];
		struct pq_node *from =
			&g->nodes.at[g->edges.at[order[n + i]].from];

		if (!to->n_in++)
			to->first_in = (uint32_t)i;
		if (!from->n_out++)
			from->first_out = (uint32_t)(n + i);
	}
	return dropped;
}
