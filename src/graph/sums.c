#include "graph/sums.h"

#include <string.h>

#include "base/mem.h"

#include "base/banned.h"

void pq_sums_init(struct pq_sums *s, unsigned n_columns)
{
	memset(s, 0, sizeof(*s));
	s->n_columns = n_columns;
}

void pq_sums_release(struct pq_sums *s)
{
	pq_vec_release(&s->cum);
	pq_vec_release(&s->flat);
}

static void reach_nodes(struct pq_sums *s, size_t n)
{
	pq_vec_reach(&s->cum, pq_size_mul(n, s->n_columns + 1));
	pq_vec_reach(&s->flat, pq_size_mul(n, s->n_columns));
	s->n_nodes = (uint32_t)n;
}

uint32_t pq_sums_add_node(struct pq_sums *s)
{
	reach_nodes(s, (size_t)s->n_nodes + 1);
	return s->n_nodes - 1;
}

/* The values asked for; false when all of them are 0. */
static bool take_columns(const struct pq_sample *sample,
			 const unsigned *columns, unsigned n, int64_t *values)
{
	int64_t any = 0;

	for (unsigned i = 0; i < n; i++) {
		values[i] = sample->values[columns[i]];
		any |= values[i];
	}
	return any != 0;
}

static void count_graph_stack(struct pq_sums *s, const struct pq_graph *g,
			      const struct pq_sample *sample,
			      const int64_t *values)
{
	pq_sums_begin_sample(s);
	for (size_t i = 0; i < sample->n_locations; i++) {
		uint32_t l = sample->locations[i], end = g->first_frame[l + 1];

		for (uint32_t f = g->first_frame[l]; f < end; f++)
			pq_sums_count(s, g->frame_nodes.at[f], values);
	}
	if (sample->n_locations)
		pq_sums_count_leaf(
			s,
			g->frame_nodes.at[g->first_frame[sample->locations[0]]],
			values);
}

void pq_sums_of_graph(struct pq_sums *s, const struct pq_graph *g,
		      const unsigned *columns, unsigned n_columns)
{
	int64_t *values = pq_alloc(pq_size_mul(n_columns, sizeof(*values)));
	struct pq_walk w;

	/* Nodes are known; sums begin at zero. */
	pq_sums_init(s, n_columns);
	reach_nodes(s, g->nodes.n);
	pq_walk_begin(&w, &g->p->samples);
	while (pq_walk_next(&w)) {
		pq_walk_values(&w);
		if (!take_columns(&w.sample, columns, n_columns, values))
			continue;
		pq_walk_stack(&w);
		count_graph_stack(s, g, &w.sample, values);
	}
	pq_walk_end(&w);
	pq_free(values);
}
