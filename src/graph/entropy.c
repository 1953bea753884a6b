#include "graph/entropy.h"

#include <math.h>

#include "base/units.h"

#include "base/banned.h"

static double term(int64_t weight, int64_t total)
{
	double part = (double)pq_abs(weight) / (double)total;

	return -part * log2(part);
}

static double edges_entropy(const struct pq_graph *g, uint32_t first,
			    uint32_t n, int64_t self)
{
	const uint32_t *order;
	int64_t total = self;
	double sum = 0;

	if (!n)
		return 1; /* entry points and leaves are of interest */
	order = g->edge_order.at + first;
	for (uint32_t i = 0; i < n; i++)
		if (g->edges.at[order[i]].weight > 0)
			total = pq_add(total, g->edges.at[order[i]].weight);
	/* Negative weights are left out, and may leave nothing. */
	if (!total)
		return 0;
	for (uint32_t i = 0; i < n; i++)
		sum += term(g->edges.at[order[i]].weight, total);
	if (self > 0)
		sum += term(self, total);
	return sum;
}

int64_t pq_node_entropy(const struct pq_graph *g, const struct pq_node *n)
{
	double score = 0;

	score += edges_entropy(g, n->first_in, n->n_in, 0);
	score += edges_entropy(g, n->first_out, n->n_out, n->flat);
	return pq_add(pq_trunc(score * (double)n->cum), n->flat);
}
