#include "compare/changes.h"

#include <string.h>

#include "base/mem.h"

#include "base/banned.h"

/* Lists the rows of a comparison by node. */
static void list_changes(struct pq_changes *c, struct pq_comparison *found,
			 size_t n_nodes, struct pq_arena *arena)
{
	c->comparison = found;
	c->n_nodes = n_nodes;
	c->of = pq_arena_zeroed(arena,
				pq_size_mul(c->n_nodes + 1, sizeof(*c->of)));
	for (size_t i = 0; i < found->n; i++) {
		found->rows[i].name = PQ_TEXT(""); /* goes with the graph */
		if (found->rows[i].node != PQ_NONE)
			c->of[found->rows[i].node] = &found->rows[i];
	}
}

void pq_changes_find(struct pq_changes *c, const struct pq_compare_options *o,
		     struct pq_facts *const *facts, size_t n,
		     const struct pq_view *v, bool cumulative,
		     struct pq_arena *arena)
{
	struct pq_view own = *v;
	struct pq_comparison **found =
		PQ_ARENA_NEW(arena, struct pq_comparison *, n);

	/* A view of the same shape with a graph of its own. */
	memset(&own.graph, 0, sizeof(own.graph));
	own.o.order = cumulative ? PQ_BY_CUM : PQ_BY_FLAT;
	pq_compare_types(o, facts, n, &own, arena, found);
	for (size_t i = 0; i < n; i++)
		list_changes(&c[i], found[i], own.graph.nodes.n, arena);
	pq_graph_release(&own.graph);
}

const struct pq_change *pq_changes_of(const struct pq_changes *c, uint32_t node)
{
	return node < c->n_nodes ? c->of[node] : NULL;
}

void pq_changes_reduce(const struct pq_compare_options *o,
		       const struct pq_facts *facts, const double *factors)
{
	const struct pq_joined *j = o->joined;
	double *ones = pq_alloc(pq_size_mul(j->n_types, sizeof(*ones)));
	struct pq_join_side sides[2] = {
		{ facts->old_files, facts->n_old, ones },
		{ facts->new_files, facts->n_new, factors },
	};

	for (size_t i = 0; i < j->n_types; i++)
		ones[i] = 1;
	pq_compare_stacks_forget(o->stacks);
	pq_join_reduce(j, sides);
	pq_free(ones);
}
