/*
 * sums.h - flat and cum of nodes for several values of a sample at once.
 *
 * A view is about one sample type; a table of sites shows four, and a joined
 * profile (profile/join.h) has a value for each type of each file.  One walk
 * over the samples gives them all:
 *
 *     struct pq_sums s;
 *     pq_sums_of_graph(&s, &graph, columns, n_columns);
 *     ... pq_sums_flat(&s, node, 0), pq_sums_cum(&s, node, 0) ...
 *     pq_sums_release(&s);
 *
 * Whoever has samples in another way counts them itself: pq_sums_init, then
 * for each sample pq_sums_begin_sample, pq_sums_count for every node on its
 * stack, and pq_sums_count_leaf for the innermost one.
 *
 * Units:  those of the columns.  Sums wrap around, as in a graph; recursion
 *         counts once in cum.  For -mean, sum the divisor as one more column
 *         and divide by it (pq_mean).
 * Owner:  the caller holds the struct; pq_sums_release frees.
 */
#ifndef PQ_GRAPH_SUMS_H
#define PQ_GRAPH_SUMS_H

#include "base/units.h"
#include "base/vec.h"
#include "graph/graph.h"

struct pq_sums {
	unsigned n_columns;
	uint32_t n_nodes;
	uint64_t stamp; /* number of the sample under way */
	/* by node: the sample that counted it last, then its columns */
	PQ_VEC(uint64_t) cum;
	PQ_VEC(int64_t) flat; /* by node: its columns */
};

void pq_sums_init(struct pq_sums *s, unsigned n_columns);
void pq_sums_release(struct pq_sums *s);

/* One more node, without a value yet; its position. */
uint32_t pq_sums_add_node(struct pq_sums *s);

/*
 * All nodes of a graph whose identities were found (pq_graph_init), in these
 * columns: positions among the values of a sample.
 */
void pq_sums_of_graph(struct pq_sums *s, const struct pq_graph *g,
		      const unsigned *columns, unsigned n_columns);

static inline void pq_sums_begin_sample(struct pq_sums *s)
{
	s->stamp++;
}

static inline void pq_sums_count(struct pq_sums *s, uint32_t node,
				 const int64_t *values)
{
	uint64_t *sum = s->cum.at + (size_t)node * (s->n_columns + 1);

	if (sum[0] == s->stamp)
		return; /* recursion counts once */
	sum[0] = s->stamp;
	for (unsigned i = 0; i < s->n_columns; i++)
		/* callers set as many values as there are columns */
		/* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage) */
		sum[i + 1] = (uint64_t)pq_add((int64_t)sum[i + 1], values[i]);
}

static inline void pq_sums_count_leaf(struct pq_sums *s, uint32_t node,
				      const int64_t *values)
{
	int64_t *sum = s->flat.at + (size_t)node * s->n_columns;

	for (unsigned i = 0; i < s->n_columns; i++)
		/* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage) */
		sum[i] = pq_add(sum[i], values[i]);
}

static inline int64_t pq_sums_flat(const struct pq_sums *s, uint32_t node,
				   unsigned column)
{
	return s->flat.at[(size_t)node * s->n_columns + column];
}

static inline int64_t pq_sums_cum(const struct pq_sums *s, uint32_t node,
				  unsigned column)
{
	return (int64_t)
		s->cum.at[(size_t)node * (s->n_columns + 1) + column + 1];
}

#endif
