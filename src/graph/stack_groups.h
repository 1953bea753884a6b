/*
 * stack_groups.h - stacks in the order of a tree.
 *
 * Millions of stacks have many millions of distinct paths from the root, of
 * which a picture shows thousands.  So no path has a node of its own: stacks
 * are sorted by their frames, from the root on, and a node is a range of them.
 * How many frames each has in common with the one before it says where the
 * children of a range begin, and how many paths there are below it: whoever
 * grows a tree reads these numbers in order and looks at no frames.
 *
 *     struct pq_stack_groups g;
 *     pq_stack_groups_init(&g, &stacks);
 *     pq_stack_groups_cut(&g, &(struct pq_stack_group){ .n = n }, 0);
 *     ... g.list: the children of the root, g.n_ended: stacks without frames
 *     ... pq_stack_groups_frame(&g, &g.list.at[0], 0): what the first one is
 *     pq_stack_groups_release(&g);
 *
 * Depth:  the frames that all stacks of a range have in common, as far as
 *         somebody has followed them: 0 for all stacks.
 * Order:  stacks that end come before those that go on; groups are in the order
 *         of their keys (stack_keys.h).  Equal stacks stand side by side, where
 *         they may repeat (pq_stacks_options).
 * Owner:  the caller holds the struct; the stacks are the caller's, and are
 *         moved: their values and all else go along.  They were built for_groups.
 * Cost:   a stack is looked at until it differs from all others, a key at a
 *         time; 8 bytes a stack, and 16 more while sorting.  A cut looks
 *         at no stacks: which frame a group goes on with is found for those
 *         that are asked, as most are too small for anybody to see.
 */
#ifndef PQ_GRAPH_STACK_GROUPS_H
#define PQ_GRAPH_STACK_GROUPS_H

#include "graph/stacks.h"

struct pq_stack_group {
	uint32_t first, n; /* stacks.list[first .. first + n) */
	uint32_t seen;	   /* which of its stacks appeared first */
	uint32_t shared;   /* frames that they have in common; 0: not known */
};

/* How the first 64 frames of stacks side by side are, a bit for each. */
struct pq_run_how {
	uint64_t called, inlined;
};

struct pq_stack_groups {
	struct pq_stacks *stacks;
	uint32_t *seen;	    /* place of each in order of first appearance */
	uint32_t *common;   /* frames that each shares with the one before it */
	uint8_t *frame_how; /* by frame: PQ_STACK_... it can be */
	struct pq_run_how *runs; /* of 64 stacks each; NULL: nobody has asked */
	/* the last cut's: */
	PQ_VEC(struct pq_stack_group) list;
	uint32_t n_ended; /* stacks, at most one where none repeats */
};

void pq_stack_groups_init(struct pq_stack_groups *g, struct pq_stacks *stacks);
void pq_stack_groups_release(struct pq_stack_groups *g);

/* Of the range only first and n need to be set, and seen where `shared` is. */
void pq_stack_groups_cut(struct pq_stack_groups *g,
			 const struct pq_stack_group *range, uint32_t depth);

/* The frame at `depth`, which all stacks of a group have in common. */
uint32_t pq_stack_groups_frame(const struct pq_stack_groups *g,
			       const struct pq_stack_group *group,
			       uint32_t depth);

/* How that frame is in them: PQ_STACK_... of all of them together. */
uint8_t pq_stack_groups_how(struct pq_stack_groups *g,
			    const struct pq_stack_group *group, uint32_t depth);

/*
 * How many distinct paths go on from a range: the nodes that a tree of it
 * would have below.
 */
uint64_t pq_stack_groups_paths(const struct pq_stack_groups *g, uint32_t first,
			       uint32_t n, uint32_t depth);

#endif
