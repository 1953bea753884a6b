/*
 * stack_numbers.h - the stacks and object sizes of a joined profile, told
 * apart once for all that is counted by them.
 *
 * A comparison counts samples by stack and object size (buckets.h): once for
 * the facts, once for the rows, and in a page for one sample type after
 * another.  Telling stacks apart is the dear part of it, and is the same for
 * all of these as long as the profile stays as it is.
 *
 * Shape:  of[i] is the number of sample i in the order of a walk, a position
 *         in list[]; numbers are in order of first appearance.
 * Equal:  stacks of the same source lines, and of the same nodes where a graph
 *         is given whose nodes tell more than lines do.
 * Owner:  lives in the arena; `packed` points into the samples, which must
 *         stay where they are, or into the arena where samples are made again.
 */
#ifndef PQ_COMPARE_STACK_NUMBERS_H
#define PQ_COMPARE_STACK_NUMBERS_H

#include "graph/graph.h"
#include "profile/join.h"

struct pq_sized_stack {
	const uint8_t *packed; /* its first sample's, for pq_frame_walk */
	int64_t size;	       /* the label "bytes"; 0 without one */
	uint32_t stack;	       /* equal for equal stacks, below n */
};

struct pq_stack_numbers {
	const struct pq_sized_stack *list;
	size_t n, n_sized;  /* n_sized of them have a size */
	const uint32_t *of; /* by sample */
};

/* `nodes` may be NULL: lines tell all that matters. */
const struct pq_stack_numbers *
pq_stack_numbers_make(const struct pq_joined *j, const struct pq_graph *nodes,
		      struct pq_arena *arena);

/* Whether stacks of the same lines are of the same nodes, too. */
bool pq_lines_tell_nodes(const struct pq_graph *g);

/* The nodes that a graph has of a packed stack, leaf first. */
struct pq_frame_walk {
	const struct pq_graph *g;
	const uint8_t *at; /* the next location */
	uint64_t n_locations;
	uint32_t frame, end; /* the frame at hand */
};

static inline struct pq_frame_walk pq_frame_walk(const struct pq_graph *g,
						 const uint8_t *stack)
{
	struct pq_frame_walk w = { .g = g };

	w.at = pq_varint_take(stack, &w.n_locations);
	return w;
}

/* The next node, or PQ_NONE behind the last one. */
static inline uint32_t pq_frame_walk_next(struct pq_frame_walk *w)
{
	uint64_t location;

	while (w->frame == w->end) {
		if (!w->n_locations--)
			return w->n_locations = 0, PQ_NONE;
		w->at = pq_varint_take(w->at, &location);
		w->frame = w->g->first_frame[location];
		w->end = w->g->first_frame[location + 1];
	}
	return w->g->frame_nodes.at[w->frame++];
}

#endif
