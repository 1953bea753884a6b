/*
 * stacks.h - the distinct stacks of a profile, as sequences of frame names.
 *
 * Shape:  list[] are the stacks that differ in a frame, in order of first
 *         appearance, with their values beside them in own[]; or all stacks
 *         of samples, where they may repeat.  A sample without any frame is a
 *         stack without frames.
 * Packed: a stack is not copied but read, from the root to the leaf, where a
 *         sample has it in the store (profile/samples.h); only where samples
 *         are made again (pq_sample_source) are its bytes kept here.
 * Names:  frames of one printed name are one, as in the rows of top; they are
 *         encoded as for terminals (text.h).
 * Values: a column for each position asked for, in the unit of its sample
 *         type.  With -mean the value of a stack is its mean and that of a
 *         frame the sum of those, so that frames add up.  With -drop_negative
 *         negative values count as zero.
 * Owner:  the caller holds the struct; texts live in the arena given or in
 *         the profile, whose samples must stay as they are; the view's graph
 *         is built on the way and must outlive the stacks.
 * Errors: a stack of 2^32 frames unwinds (mem.h).
 * Cost:   one walk over the samples, 24 bytes and the values a stack.
 */
#ifndef PQ_GRAPH_STACKS_H
#define PQ_GRAPH_STACKS_H

#include "base/vec.h"
#include "graph/view.h"

struct pq_stack_frame {
	struct pq_text name;
	struct pq_text file;	/* "" when not known */
	int64_t start_line;	/* of the function there; 0: not known */
	struct pq_text package; /* owner of the code, by its name, or "" */
};

enum { PQ_STACK_CALLED = 1, PQ_STACK_INLINED = 2 };

/* A stack, or the part of it that is not taken yet; of whole words of 8 bytes. */
struct pq_stack {
	_Alignas(8)
		const uint8_t *end; /* behind the location next to the root */
	uint32_t n_frames;	    /* that are left */
	uint32_t n_of_place; /* frames left in that location; 0: all it has */
};

struct pq_stacks {
	PQ_VEC(struct pq_stack_frame) frames; /* frame 0 stands for none */
	PQ_VEC(struct pq_stack) list;
	PQ_VEC(int64_t) own; /* stack i, column c: own[i * n_columns + c] */
	unsigned n_columns;
	uint32_t *frame_of; /* by node of the view's graph; PQ_NONE: none */
	/* Frames of location l, leaf first: places[first_place[l] ...]. */
	const uint32_t *first_place;
	uint32_t *places;
	size_t n_locations;
	/*
	 * Stacks of the same names that differ in what is inlined are one:
	 * how[i], where it is not NULL, has the PQ_STACK_... of its frames,
	 * leaf first.  No list: there are none such, or nobody asked.
	 */
	PQ_VEC(uint8_t *) how;
	/*
	 * Whether frames are called, a bit each, the one next to the root in
	 * the lowest bit; stacks of more than 64 have the place of their bits
	 * in called_more.  Empty where nobody asked.
	 */
	PQ_VEC(uint64_t) called, called_more;
};

struct pq_stacks_options {
	const unsigned *columns; /* positions among the values of a sample */
	unsigned n_columns;
	bool folded;	 /* names as folded files have them: ';' becomes ':' */
	bool for_groups; /* tell inlined frames from called ones: stack_groups.h */
	/*
	 * With it: samples of one stack may each stand for themselves, as is
	 * quicker where most have one of their own and nothing but sums is
	 * asked of them.  They do so unless a value is negative or a mean.
	 */
	bool can_repeat;
};

void pq_stacks_build(struct pq_stacks *s, struct pq_view *v,
		     const struct pq_stacks_options *o, struct pq_arena *arena);
void pq_stacks_release(struct pq_stacks *s);

/*
 * The number of the location before `end`, and where that begins.  A number
 * has its highest bits in its last byte, which alone is below 0x80; so is the
 * one before the first number, as the count of locations ends there.
 */
static inline const uint8_t *pq_stack_place(const uint8_t *end,
					    uint32_t *location)
{
	uint32_t number = *--end;

	while (end[-1] >= 0x80)
		number = number << 7 | (*--end & 0x7f);
	*location = number;
	return end;
}

/*
 * Takes the frame next to the root off a stack that has one, and says how it
 * is in the sample.
 */
static inline uint32_t pq_stack_take(const struct pq_stacks *s,
				     struct pq_stack *stack, uint8_t *how)
{
	uint32_t location;
	const uint8_t *start = pq_stack_place(stack->end, &location);
	uint32_t first = s->first_place[location];

	/* The outermost frame of a location is called, all others inlined. */
	*how = PQ_STACK_INLINED;
	if (!stack->n_of_place) {
		stack->n_of_place = s->first_place[location + 1] - first;
		*how = PQ_STACK_CALLED;
	}
	stack->n_frames--;
	if (!--stack->n_of_place)
		stack->end = start;
	return s->places[first + stack->n_of_place];
}

/* How the frame at `depth` is, counted from the root: PQ_STACK_... */
static inline uint8_t pq_stack_how(const struct pq_stacks *s, size_t stack,
				   uint32_t depth)
{
	uint32_t n = s->list.at[stack].n_frames;
	uint64_t bits = s->called.at[stack];

	if (s->how.n && s->how.at[stack])
		return s->how.at[stack][n - depth - 1];
	if (n > 64)
		bits = s->called_more.at[bits + depth / 64];
	return bits >> depth % 64 & 1 ? PQ_STACK_CALLED : PQ_STACK_INLINED;
}

/* The package, namespace or module that a function's name begins with. */
struct pq_text pq_package_of_name(struct pq_text name);

#endif
