#include "base/mem.h"
#include "graph/trim.h"

#include "base/banned.h"

/*
 * Edges looked at in all.  Only -nodecount=0 with a graph of thousands of
 * residual edges comes near it; the edges not looked at then stay.
 */
#define MOST_STEPS 200000000

struct thinning {
	struct pq_graph *g;
	uint8_t *gone;	  /* by edge */
	uint32_t *stamps; /* by node: the search that met it last */
	uint32_t stamp;
	uint32_t *queue;
	uint64_t steps;
};

/* Whether a path leads from e's caller to its callee, apart from e. */
static bool is_redundant(struct thinning *t, uint32_t e)
{
	const struct pq_graph *g = t->g;
	uint32_t from = g->edges.at[e].from, at = 0, n = 0;

	t->stamps[g->edges.at[e].to] = ++t->stamp;
	t->queue[n++] = g->edges.at[e].to;
	/* Callers of callers, in breadth, each once. */
	while (at < n) {
		const struct pq_node *node = &g->nodes.at[t->queue[at++]];
		const uint32_t *in = g->edge_order.at + node->first_in;

		t->steps += node->n_in;
		for (uint32_t i = 0; i < node->n_in; i++) {
			uint32_t caller = g->edges.at[in[i]].from;

			/* A stamp is of a caller that stands in the queue. */
			if (in[i] == e || t->gone[in[i]] ||
			    t->stamps[caller] == t->stamp)
				continue;
			if (caller == from)
				return true;
			t->stamps[caller] = t->stamp;
			t->queue[n++] = caller;
		}
	}
	return false;
}

static void thin_node(struct thinning *t, const struct pq_node *node)
{
	const struct pq_graph *g = t->g;

	for (uint32_t i = node->n_in; i--;) {
		uint32_t e = g->edge_order.at[node->first_in + i];

		/* nothing heavier than a true edge goes */
		if (!g->edges.at[e].residual || t->steps > MOST_STEPS)
			break;
		t->gone[e] = is_redundant(t, e);
	}
}

void pq_trim_redundant(struct pq_graph *g)
{
	struct thinning t = { .g = g };
	size_t n = 0;

	if (!g->edges.n)
		return;
	t.gone = pq_alloc_zeroed(g->edges.n);
	t.stamps = pq_alloc_zeroed(pq_size_mul(g->nodes.n, 4));
	t.queue = pq_alloc(pq_size_mul(g->nodes.n, 4));
	/* Backwards: the least edges go first, as in the reference. */
	for (size_t i = g->listed.n; i--;)
		thin_node(&t, &g->nodes.at[g->listed.at[i]]);
	for (size_t i = 0; i < g->edges.n; i++)
		if (!t.gone[i])
			g->edges.at[n++] = g->edges.at[i];
	pq_free(t.gone);
	pq_free(t.stamps);
	pq_free(t.queue);
	/* Nodes name their edges by position: these have moved. */
	if (n < g->edges.n) {
		g->edges.n = n;
		pq_graph_link_edges(g, INT64_MIN);
	}
}
