#include "compare/changes.h"

#include <string.h>

#include "base/mem.h"

#include "base/banned.h"

void pq_changes_find(struct pq_changes *c, const struct pq_compare_options *o,
		     struct pq_facts *facts, const struct pq_view *v,
		     unsigned column, bool cumulative, struct pq_arena *arena)
{
	struct pq_view own = *v;
	struct pq_comparison *found;

	/* A view of the same shape with a graph of its own. */
	memset(&own.graph, 0, sizeof(own.graph));
	own.o.shape.sample_index = column;
	own.o.order = cumulative ? PQ_BY_CUM : PQ_BY_FLAT;
	found = pq_compare(o, facts, &own, arena);
	c->comparison = found;
	c->n_nodes = own.graph.nodes.n;
	c->of = pq_arena_zeroed(arena,
				pq_size_mul(c->n_nodes + 1, sizeof(*c->of)));

	/* Rows by node. */
	for (size_t i = 0; i < found->n; i++) {
		found->rows[i].name = PQ_TEXT(""); /* went with the graph */
		if (found->rows[i].node != PQ_NONE)
			c->of[found->rows[i].node] = &found->rows[i];
	}
	pq_graph_release(&own.graph);
}

const struct pq_change *pq_changes_of(const struct pq_changes *c, uint32_t node)
{
	return node < c->n_nodes ? c->of[node] : NULL;
}

void pq_changes_reduce(const struct pq_joined *j, const struct pq_facts *facts,
		       const double *factors)
{
	double *ones = pq_alloc(pq_size_mul(j->n_types, sizeof(*ones)));
	struct pq_join_side sides[2] = {
		{ facts->old_files, facts->n_old, ones },
		{ facts->new_files, facts->n_new, factors },
	};

	for (size_t i = 0; i < j->n_types; i++)
		ones[i] = 1;
	pq_join_reduce(j, sides);
	pq_free(ones);
}
