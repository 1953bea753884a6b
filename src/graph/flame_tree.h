/*
 * flame_tree.h - the boxes of a flame graph, whatever draws them.
 *
 * Shape:  boxes[0] is the root; boxes stand in the order of drawing, a box
 *         before those inside it, wider siblings first, ties by name.
 * Values: value() is signed and in the unit of the sample type: what top
 *         prints as cum, were each path a function of its own.  A column for
 *         each sample type, or two with a `before' side.
 *         size() is the width: sums of |value| of the stacks, of the larger
 *         side where there are two.  So boxes always lie inside their parent,
 *         vanished ones stay visible, and without negative values and sides
 *         it is the value.
 * Limits: boxes are kept widest first (by their share in any sample type)
 *         until they are too small or the budget of bytes is used up; what is
 *         left out below a box is one box of its own, which says how many
 *         frames it stands for and has all of their value.
 * Ranks:  the place of a node among all children of its parent, drawn or not,
 *         from 0: wider ones first, ties by name.  The ranks on the way from
 *         the root name a node, whatever the budget is: its id, "0.2.0.5",
 *         where the root is "0".  With one sample type, that is: widths are
 *         those of the first one.
 * Owner:  the caller holds the struct; texts are those of the stacks, which
 *         are sorted (stack_groups.h).
 * Cost:   one walk over the samples, sorting their stacks, then a few
 *         additions for each stack below what is drawn; no recursion.  Memory
 *         is that of the stacks and of the children of what is drawn,
 *         whatever number of paths there are.
 */
#ifndef PQ_GRAPH_FLAME_TREE_H
#define PQ_GRAPH_FLAME_TREE_H

#include "graph/stacks.h"

struct pq_flame_box {
	uint32_t parent;   /* PQ_NONE for the root */
	uint32_t depth;	   /* 0 for the root */
	uint32_t frame;	   /* position in stacks.frames; PQ_NONE: no frame */
	uint64_t n_merged; /* frames that it stands for; 0: itself */
	uint32_t rank;	   /* PQ_NONE for merged frames, 0 for boxes[0] */
	uint8_t how;	   /* PQ_STACK_... */
};

/* With two sides: whether the change of a box's function is to be seen. */
enum pq_flame_tone {
	PQ_FLAME_COLORED,
	PQ_FLAME_GRAY,	/* nothing can be said */
	PQ_FLAME_NOISE, /* within noise */
	PQ_FLAME_FEW,	/* too few samples to say */
};

struct pq_flame {
	struct pq_stacks stacks;
	PQ_VEC(struct pq_flame_box) boxes;
	unsigned n_types, n_sides;
	uint32_t depth; /* most in boxes */
	bool has_negative;
	unsigned digits; /* most digits that the values of a box have together */
	/* box b, type t, side s: values[(b * n_types + t) * n_sides + s] */
	PQ_VEC(int64_t) values;
	PQ_VEC(double) sizes; /* box b, type t: sizes[b * n_types + t] */
	/*
	 * Frame f, type t: tones[f * n_types + t], set by whoever compares;
	 * that of frame 0 is the root's, and the last one, of no frame, that
	 * of merged boxes.  NULL: all are colored.
	 */
	uint8_t *tones;
};

/* Whether colors show change: two sides, or values of either sign. */
static inline bool pq_flame_shows_change(const struct pq_flame *f)
{
	return f->n_sides > 1 || f->has_negative;
}

struct pq_flame_options {
	const unsigned *types; /* positions of the sample types */
	unsigned n_types;
	bool two_sides;
	double least_share;  /* boxes below this part of the whole are merged */
	size_t budget_bytes; /* or boxes, when each costs 1 */
	/* The id of the node that is drawn as the root; "" is the root. */
	struct pq_text at;
	/* The cost of one more box and of the merged box beside it. */
	size_t (*cost)(void *ctx, const struct pq_flame *f, uint32_t frame);
	void *ctx;
};

/* False when there is no node at `at`; there is nothing to release then. */
bool pq_flame_build(struct pq_flame *f, struct pq_view *v,
		    const struct pq_flame_options *o, struct pq_arena *arena);
void pq_flame_release(struct pq_flame *f);

static inline int64_t pq_flame_value(const struct pq_flame *f, size_t box,
				     unsigned type, unsigned side)
{
	return f->values.at[(box * f->n_types + type) * f->n_sides + side];
}

static inline enum pq_flame_tone pq_flame_tone(const struct pq_flame *f,
					       size_t box, unsigned type)
{
	const struct pq_flame_box *b = &f->boxes.at[box];
	size_t frame = b->n_merged	     ? f->stacks.frames.n
		       : b->frame == PQ_NONE ? 0
					     : b->frame;

	if (!f->tones)
		return PQ_FLAME_COLORED;
	return (enum pq_flame_tone)f->tones[frame * f->n_types + type];
}

static inline double pq_flame_size(const struct pq_flame *f, size_t box,
				   unsigned type)
{
	return f->sizes.at[box * f->n_types + type];
}

#endif
