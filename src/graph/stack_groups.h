/*
 * stack_groups.h - stacks in the order of a tree, sorted from the root on as
 * far as somebody wants to see.
 *
 * Millions of stacks have many millions of distinct paths from the root, of
 * which a picture shows thousands.  So no path has a node of its own: a node
 * is a range of order[], and one cut brings those together that go on with
 * the same frame.
 *
 *     struct pq_stack_groups g;
 *     pq_stack_groups_init(&g, &stacks);
 *     pq_stack_groups_cut(&g, 0, stacks.list.n);
 *     ... g.list: the children of the root, g.n_ended: stacks without frames
 *     pq_stack_groups_release(&g);
 *
 * Stacks: a cut takes one frame off each stack of its range; what is left of
 *         them is what lies below.  They cannot be cut again.
 * Order:  stacks that ended come first, then the groups in order of first
 *         appearance; each keeps its stacks in theirs.
 * Owner:  the caller holds the struct; the stacks are the caller's.
 * Cost:   a few additions a stack and cut, 12 bytes a stack.
 */
#ifndef PQ_GRAPH_STACK_GROUPS_H
#define PQ_GRAPH_STACK_GROUPS_H

#include "graph/stacks.h"

struct pq_stack_group {
	uint32_t frame;
	uint32_t first, n; /* order[first .. first + n) */
	uint8_t how;	   /* PQ_STACK_... of all of them together */
};

struct pq_stack_groups {
	struct pq_stacks *stacks;
	uint32_t *order; /* positions of all stacks */
	/* the last cut's: */
	PQ_VEC(struct pq_stack_group) list;
	uint32_t n_ended;
	uint32_t *group_of; /* by place in the range: group + 1; 0: ended */
	uint32_t *moved;    /* room for the new order of a range */
	uint32_t *number;   /* by frame: group + 1, or 0 */
};

void pq_stack_groups_init(struct pq_stack_groups *g, struct pq_stacks *stacks);
void pq_stack_groups_release(struct pq_stack_groups *g);

void pq_stack_groups_cut(struct pq_stack_groups *g, uint32_t first, uint32_t n);

/*
 * How many distinct paths go on from a range: the nodes that a tree of it
 * would have below.  Cuts the range all the way to the leaves.
 */
uint64_t pq_stack_groups_paths(struct pq_stack_groups *g, uint32_t first,
			       uint32_t n);

#endif
