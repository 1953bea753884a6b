/*
 * stacks.h - the distinct stacks of a profile as one tree of frame names.
 *
 * Shape:  nodes[0] is the root, which has no frame; a node's parent stands
 *         before it.  A stack is a path from the root; ends[] are the nodes
 *         that stacks end at, in order of first appearance, with their values
 *         beside them in own[].  A sample without any frame ends at the root.
 * Names:  frames of one printed name are one, as in the rows of top; they are
 *         encoded as for terminals (text.h).
 * Values: a column for each position asked for, in the unit of its sample
 *         type.  With -mean the value of a stack is its mean and that of a
 *         frame the sum of those, so that frames add up.  With -drop_negative
 *         negative values count as zero.
 * Owner:  the caller holds the struct; texts live in the arena given or in
 *         the profile, and the view's graph is built on the way.
 */
#ifndef PQ_GRAPH_STACKS_H
#define PQ_GRAPH_STACKS_H

#include "base/map.h"
#include "base/vec.h"
#include "graph/view.h"

struct pq_stack_frame {
	struct pq_text name;
	struct pq_text file;	/* "" when not known */
	struct pq_text package; /* owner of the code, by its name, or "" */
};

enum { PQ_STACK_CALLED = 1, PQ_STACK_INLINED = 2 };

struct pq_stack_node {
	uint32_t parent, frame; /* PQ_NONE: the root's */
	uint32_t end;		/* position in ends, or PQ_NONE */
	uint32_t recent;	/* a child, or 0 */
	uint8_t how;		/* in the samples: called, inlined, or both */
};

struct pq_stacks {
	PQ_VEC(struct pq_stack_frame) frames;
	PQ_VEC(struct pq_stack_node) nodes;
	PQ_VEC(uint32_t) ends;
	PQ_VEC(int64_t) own; /* ends[i], column c: own[i * n_columns + c] */
	unsigned n_columns;
	uint32_t *frame_of; /* by node of the view's graph; PQ_NONE: none */
	struct pq_map map;
};

struct pq_stacks_options {
	const unsigned *columns; /* positions among the values of a sample */
	unsigned n_columns;
	bool folded; /* names as folded files have them: ';' becomes ':' */
};

void pq_stacks_build(struct pq_stacks *s, struct pq_view *v,
		     const struct pq_stacks_options *o, struct pq_arena *arena);
void pq_stacks_release(struct pq_stacks *s);

/* Whether a stack has a value in some column. */
bool pq_stacks_any(const struct pq_stacks *s, size_t end);

/* The path to a node, leaf first and without the root. */
struct pq_stack_path {
	uint32_t *at;
	size_t n, capacity;
};

void pq_stacks_path(const struct pq_stacks *s, uint32_t node,
		    struct pq_stack_path *path);

/* The package, namespace or module that a function's name begins with. */
struct pq_text pq_package_of_name(struct pq_text name);

#endif
