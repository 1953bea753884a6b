#include "graph/flame_tree.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "graph/stack_groups.h"

#include "base/banned.h"

/*
 * The tree is grown from the root: a node is the range of stacks that have
 * its path, and only nodes that are drawn are split into their children, the
 * widest first.  What lies below the others is never made: their paths are
 * counted and the values of their stacks are added up.
 */
struct flame_node {
	struct pq_stack_group stacks;
	uint32_t frame; /* PQ_NONE: nobody has asked, or the root */
	uint32_t first_child, n_children; /* positions in nodes, once split */
	uint32_t depth;
	float share; /* widest of its types */
	bool is_drawn;
};

struct growing_flame {
	struct pq_flame *f;
	const struct pq_flame_options *o;
	struct pq_stack_groups groups;
	unsigned n_values;		 /* a node's: types times sides */
	bool has_sizes;			 /* widths are more than the values */
	bool has_exact_sums;		 /* no sum is rounded */
	PQ_VEC(struct flame_node) nodes; /* the root first */
	PQ_VEC(int64_t) values; /* node i has values[i * n_values ...] */
	PQ_VEC(double) sizes;	/* node i has sizes[i * n_types ...] */
	uint32_t top;		/* the node that becomes boxes[0] */
	PQ_VEC(uint32_t) heap;	/* nodes that may be drawn, widest first */
};

/* ---- sums ---- */

static double node_width(const struct growing_flame *d, size_t node,
			 unsigned type)
{
	size_t at = node * d->f->n_types + type;

	return d->has_sizes ? d->sizes.at[at] : (double)d->values.at[at];
}

/* Whether the widths are more than the values, or values overflow. */
static bool needs_sizes(struct growing_flame *d)
{
	const struct pq_stacks *s = &d->f->stacks;
	double sum = 0;

	for (size_t i = 0; i < s->own.n; i++) {
		d->f->has_negative = d->f->has_negative || s->own.at[i] < 0;
		sum += fabs((double)s->own.at[i]);
	}
	return d->f->has_negative || d->f->n_sides > 1 || sum > 9e18;
}

/* The width of one stack: the larger side of it. */
static double stack_width(const struct growing_flame *d, const int64_t *own,
			  unsigned type)
{
	unsigned sides = d->f->n_sides;
	uint64_t width = 0;

	for (unsigned i = type * sides; i < (type + 1) * sides; i++) {
		uint64_t value = (uint64_t)own[i];
		uint64_t size = own[i] < 0 ? 0 - value : value;

		width = size > width ? size : width;
	}
	return (double)width;
}

/* Adds the values of a range of stacks; sizes is NULL where values do. */
static void add_stack_values(const struct growing_flame *d, uint32_t first,
			     uint32_t n, int64_t *values, double *sizes)
{
	for (size_t i = first; i < (size_t)first + n; i++) {
		const int64_t *own = &d->f->stacks.own.at[i * d->n_values];

		for (unsigned k = 0; k < d->n_values; k++)
			values[k] = pq_add(values[k], own[k]);
		for (unsigned t = 0; sizes && t < d->f->n_types; t++)
			sizes[t] += stack_width(d, own, t);
	}
}

static void sum_up_node(struct growing_flame *d, size_t node)
{
	const struct flame_node *n = &d->nodes.at[node];

	add_stack_values(d, n->stacks.first, n->stacks.n,
			 &d->values.at[node * d->n_values],
			 d->has_sizes ? &d->sizes.at[node * d->f->n_types]
				      : NULL);
}

static void copy_sums(struct growing_flame *d, size_t to, size_t from)
{
	unsigned n = d->n_values, types = d->f->n_types;

	memcpy(&d->values.at[to * n], &d->values.at[from * n],
	       n * sizeof(*d->values.at));
	if (d->has_sizes)
		memcpy(&d->sizes.at[to * types], &d->sizes.at[from * types],
		       types * sizeof(*d->sizes.at));
}

/*
 * Takes the sums of another node off a node's, or the values of a stack, whose
 * sizes are its widths (NULL).
 */
static void subtract_sums(struct growing_flame *d, size_t node,
			  const int64_t *values, const double *sizes)
{
	unsigned types = d->f->n_types;

	for (unsigned i = 0; i < d->n_values; i++) {
		int64_t *sum = &d->values.at[node * d->n_values + i];

		*sum = pq_sub(*sum, values[i]);
	}
	for (unsigned t = 0; d->has_sizes && t < types; t++)
		d->sizes.at[node * types + t] -=
			sizes ? sizes[t] : stack_width(d, values, t);
}

/*
 * Sums up the children of a node, which begin at `first`.  The one with the
 * most stacks has what the others leave of their parent's sums.
 */
static void sum_up_children(struct growing_flame *d, size_t parent,
			    size_t first)
{
	size_t most = first, n = d->n_values;
	uint32_t stack = d->nodes.at[parent].stacks.first;

	for (size_t i = first; i < d->nodes.n; i++)
		if (d->nodes.at[i].stacks.n > d->nodes.at[most].stacks.n)
			most = i;
	for (size_t i = first; i < d->nodes.n; i++)
		if (i != most || !d->has_exact_sums)
			sum_up_node(d, i);
	if (first == d->nodes.n || !d->has_exact_sums)
		return;
	copy_sums(d, most, parent);
	/* Stacks that end at the parent are in none of its children. */
	for (size_t i = 0; i < d->groups.n_ended; i++)
		subtract_sums(d, most, &d->f->stacks.own.at[(stack + i) * n],
			      NULL);
	for (size_t i = first; i < d->nodes.n; i++)
		if (i != most)
			subtract_sums(d, most, &d->values.at[i * n],
				      d->has_sizes
					      ? &d->sizes.at[i * d->f->n_types]
					      : NULL);
}

/* A node without any width is inside of none that has one. */
static float find_share(const struct growing_flame *d, size_t node)
{
	float widest = 0;

	for (unsigned i = 0; i < d->f->n_types; i++) {
		double whole = node_width(d, d->top, i);
		float share = (float)(node_width(d, node, i) / whole);

		if (whole > 0 && share > widest)
			widest = share;
	}
	return widest;
}

/* ---- growing ---- */

static void add_node(struct growing_flame *d, const struct pq_stack_group *g,
		     uint32_t parent)
{
	struct flame_node *n = pq_vec_push(&d->nodes);

	memset(n, 0, sizeof(*n));
	n->stacks = *g;
	n->frame = PQ_NONE;
	if (parent != PQ_NONE)
		n->depth = d->nodes.at[parent].depth + 1;
	pq_vec_reach(&d->values, d->nodes.n * d->n_values);
	if (d->has_sizes)
		pq_vec_reach(&d->sizes, d->nodes.n * d->f->n_types);
}

/* 2^53: below it, sums of whole numbers in a double are exact. */
#define EXACT_DOUBLE 9007199254740992.0

static void add_root(struct growing_flame *d)
{
	struct pq_stack_group all = { .n = (uint32_t)d->f->stacks.list.n };

	d->has_sizes = needs_sizes(d);
	add_node(d, &all, PQ_NONE);
	sum_up_node(d, 0);
	d->has_exact_sums = true;
	for (unsigned i = 0; d->has_sizes && i < d->f->n_types; i++)
		d->has_exact_sums = d->has_exact_sums &&
				    d->sizes.at[i] < EXACT_DOUBLE;
	for (unsigned i = 0; i < d->f->n_types; i++)
		d->f->digits +=
			d->f->n_sides * (unsigned)snprintf(NULL, 0, "-%.0f,",
							   node_width(d, 0, i));
}

static void split_node(struct growing_flame *d, uint32_t node)
{
	struct flame_node n = d->nodes.at[node];
	const struct pq_stack_groups *g = &d->groups;

	pq_stack_groups_cut(&d->groups, &n.stacks, n.depth);
	d->nodes.at[node].first_child = (uint32_t)d->nodes.n;
	d->nodes.at[node].n_children = (uint32_t)g->list.n;
	for (size_t i = 0; i < g->list.n; i++)
		add_node(d, &g->list.at[i], node);
	sum_up_children(d, node, d->nodes.at[node].first_child);
}

/* The frame of a node; the root has none. */
static uint32_t find_node_frame(struct growing_flame *d, uint32_t node)
{
	struct flame_node *n = &d->nodes.at[node];

	if (n->frame == PQ_NONE && n->depth)
		n->frame = pq_stack_groups_frame(&d->groups, &n->stacks,
						 n->depth - 1);
	return n->frame;
}

/* ---- order of siblings ---- */

/* Wider siblings first, then by name, which no two of them share. */
static int compare_siblings(const void *a, const void *b, void *ctx)
{
	struct growing_flame *d = ctx;
	const struct pq_stack_frame *frames = d->f->stacks.frames.at;
	uint32_t i = *(const uint32_t *)a, k = *(const uint32_t *)b;
	double x = node_width(d, i, 0), y = node_width(d, k, 0);

	if (x != y)
		return x > y ? -1 : 1;
	return pq_text_compare(frames[find_node_frame(d, i)].name,
			       frames[find_node_frame(d, k)].name);
}

/* The child of a split node that has this rank; PQ_NONE: it has fewer. */
static uint32_t child_of_rank(struct growing_flame *d, uint32_t parent,
			      size_t rank)
{
	const struct flame_node *n = &d->nodes.at[parent];
	uint32_t *children, found;

	if (rank >= n->n_children)
		return PQ_NONE;
	/* Children are sorted only when somebody asks for a rank. */
	children = pq_alloc(pq_size_mul(n->n_children, sizeof(*children)));
	for (uint32_t i = 0; i < n->n_children; i++)
		children[i] = n->first_child + i;
	qsort_r(children, n->n_children, sizeof(*children), compare_siblings,
		d);
	found = children[rank];
	pq_free(children);
	return found;
}

/* A rank of an id, digits as they are printed; false: not that. */
static bool take_rank(struct pq_text id, size_t *at, size_t *rank)
{
	size_t from = *at;

	for (*rank = 0; *at < id.len && *at - from < 10; (*at)++) {
		char c = id.bytes[*at];

		if (c < '0' || c > '9')
			break;
		*rank = *rank * 10 + (size_t)(c - '0');
	}
	return *at > from && (id.bytes[from] != '0' || *at == from + 1);
}

/* Finds the node of an id: "0", and ".RANK" for each step down. */
static bool find_top(struct growing_flame *d)
{
	struct pq_text id = d->o->at;
	size_t at = 0, rank;

	if (!id.len)
		return true;
	if (!take_rank(id, &at, &rank) || rank)
		return false;
	while (at < id.len) {
		if (id.bytes[at++] != '.' || !take_rank(id, &at, &rank))
			return false;
		/* Children are made only where the id leads. */
		split_node(d, d->top);
		d->top = child_of_rank(d, d->top, rank);
		if (d->top == PQ_NONE)
			return false;
	}
	return true;
}

/* ---- choosing nodes ---- */

/*
 * The widest first; of equal ones the one whose path appears first in the
 * profile, which puts parents before their children.
 */
static bool is_before(const struct growing_flame *d, uint32_t i, uint32_t k)
{
	const struct flame_node *a = &d->nodes.at[i], *b = &d->nodes.at[k];

	if (a->share != b->share)
		return a->share > b->share;
	if (a->stacks.seen != b->stacks.seen)
		return a->stacks.seen < b->stacks.seen;
	return a->depth < b->depth;
}

static void push_candidate(struct growing_flame *d, uint32_t node)
{
	size_t at = d->heap.n;

	*pq_vec_push(&d->heap) = node;
	while (at && is_before(d, node, d->heap.at[(at - 1) / 2])) {
		d->heap.at[at] = d->heap.at[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	d->heap.at[at] = node;
}

static uint32_t pop_widest(struct growing_flame *d)
{
	uint32_t *heap = d->heap.at, widest = heap[0];
	uint32_t last = heap[--d->heap.n];
	size_t at = 0, child;

	/* The last one sinks from the top to its place. */
	while ((child = 2 * at + 1) < d->heap.n) {
		if (child + 1 < d->heap.n &&
		    is_before(d, heap[child + 1], heap[child]))
			child++;
		if (!is_before(d, heap[child], last))
			break;
		heap[at] = heap[child];
		at = child;
	}
	heap[at] = last;
	return widest;
}

/* Draws a node: its children are made, and wide ones are candidates. */
static void draw_node(struct growing_flame *d, uint32_t node)
{
	uint32_t first = (uint32_t)d->nodes.n;

	d->nodes.at[node].is_drawn = true;
	split_node(d, node);
	for (uint32_t i = first; i < d->nodes.n; i++) {
		float share = find_share(d, i);

		d->nodes.at[i].share = share;
		if (share > 0 && (double)share >= d->o->least_share)
			push_candidate(d, i);
	}
}

/* Children are never wider than their parent, so it is drawn before them. */
static void choose_nodes(struct growing_flame *d)
{
	size_t used = 0;

	draw_node(d, d->top);
	while (d->heap.n) {
		uint32_t node = pop_widest(d);

		used += d->o->cost(d->o->ctx, d->f, find_node_frame(d, node));
		if (used > d->o->budget_bytes)
			break;
		draw_node(d, node);
	}
}

/* ---- boxes ---- */

/* One drawn child of a node, and its rank among all of them. */
struct ranked_child {
	uint32_t node, rank;
};

struct drawn_children {
	PQ_VEC(uint32_t) sorted; /* drawn ones, and those before a drawn one */
	PQ_VEC(struct ranked_child) list;
};

/* The drawn child that is last in the order of siblings, or PQ_NONE. */
static uint32_t last_drawn_child(struct growing_flame *d,
				 const struct flame_node *n)
{
	uint32_t last = PQ_NONE;

	for (uint32_t i = n->first_child; i < n->first_child + n->n_children;
	     i++)
		if (d->nodes.at[i].is_drawn &&
		    (last == PQ_NONE || compare_siblings(&last, &i, d) < 0))
			last = i;
	return last;
}

/* Ranks the drawn children of a node; children behind them do not matter. */
static void rank_children(struct growing_flame *d, uint32_t node,
			  struct drawn_children *c)
{
	const struct flame_node *n = &d->nodes.at[node];
	uint32_t last = last_drawn_child(d, n);

	c->sorted.n = c->list.n = 0;
	if (last == PQ_NONE)
		return;
	/* Children behind the last drawn one need no order. */
	for (uint32_t i = n->first_child; i < n->first_child + n->n_children;
	     i++)
		if (compare_siblings(&i, &last, d) <= 0)
			*pq_vec_push(&c->sorted) = i;
	qsort_r(c->sorted.at, c->sorted.n, sizeof(uint32_t), compare_siblings,
		d);
	for (size_t i = 0; i < c->sorted.n; i++)
		if (d->nodes.at[c->sorted.at[i]].is_drawn)
			*pq_vec_push(&c->list) =
				(struct ranked_child){ c->sorted.at[i],
						       (uint32_t)i };
}

static void add_box_values(struct growing_flame *d, size_t box, size_t node)
{
	struct pq_flame *f = d->f;
	unsigned n = d->n_values, types = f->n_types;

	for (unsigned i = 0; i < n; i++)
		f->values.at[box * n + i] = pq_add(f->values.at[box * n + i],
						   d->values.at[node * n + i]);
	for (unsigned i = 0; i < types; i++)
		f->sizes.at[box * types + i] += node_width(d, node, i);
}

static uint32_t add_box(struct growing_flame *d, uint32_t parent)
{
	struct pq_flame *f = d->f;
	struct pq_flame_box *box = pq_vec_push(&f->boxes);

	memset(box, 0, sizeof(*box));
	box->parent = parent;
	box->frame = PQ_NONE;
	if (parent != PQ_NONE)
		box->depth = f->boxes.at[parent].depth + 1;
	if (box->depth > f->depth)
		f->depth = box->depth;
	/* Values of boxes lie beside them: their number varies. */
	pq_vec_reach(&f->values, f->boxes.n * d->n_values);
	pq_vec_reach(&f->sizes, f->boxes.n * f->n_types);
	return (uint32_t)f->boxes.n - 1;
}

static uint32_t add_node_box(struct growing_flame *d, uint32_t parent,
			     struct ranked_child child)
{
	const struct flame_node *n = &d->nodes.at[child.node];
	uint32_t at = add_box(d, parent);
	struct pq_flame_box *box = &d->f->boxes.at[at];

	box->frame = find_node_frame(d, child.node);
	if (n->depth)
		box->how = pq_stack_groups_how(&d->groups, &n->stacks,
					       n->depth - 1);
	box->rank = child.rank;
	add_box_values(d, at, child.node);
	return at;
}

/* The box of what is not drawn right below another one, if there is such. */
static void add_merged_box(struct growing_flame *d, uint32_t parent,
			   uint32_t node)
{
	const struct flame_node *n = &d->nodes.at[node];
	uint32_t end = n->first_child + n->n_children, box = PQ_NONE;

	for (uint32_t i = n->first_child; i < end; i++) {
		const struct flame_node *child = &d->nodes.at[i];

		if (child->is_drawn)
			continue;
		/* The box is made for the first that it stands for. */
		if (box == PQ_NONE) {
			box = add_box(d, parent);
			d->f->boxes.at[box].rank = PQ_NONE;
		}
		d->f->boxes.at[box].n_merged +=
			1 +
			pq_stack_groups_paths(&d->groups, child->stacks.first,
					      child->stacks.n, child->depth);
		add_box_values(d, box, i);
	}
}

/* Nodes still to be drawn, the next one last: in preorder. */
struct box_turn {
	uint32_t parent; /* position of the box around it */
	struct ranked_child child;
	bool is_merged; /* the merged frames of child.node instead */
};

static void add_boxes(struct growing_flame *d)
{
	struct drawn_children c = { 0 };
	PQ_VEC(struct box_turn) turns = { 0 };

	*pq_vec_push(&turns) =
		(struct box_turn){ PQ_NONE, { d->top, 0 }, false };
	/* Turns stand in for recursion: a file says how deep it goes. */
	while (turns.n) {
		struct box_turn t = turns.at[--turns.n];
		uint32_t box;

		if (t.is_merged) {
			add_merged_box(d, t.parent, t.child.node);
			continue;
		}
		box = add_node_box(d, t.parent, t.child);
		/* Its children in order, then the frames that are merged. */
		rank_children(d, t.child.node, &c);
		*pq_vec_push(&turns) = (struct box_turn){ box, t.child, true };
		for (size_t i = c.list.n; i--;)
			*pq_vec_push(&turns) =
				(struct box_turn){ box, c.list.at[i], false };
	}
	pq_vec_release(&turns);
	pq_vec_release(&c.sorted);
	pq_vec_release(&c.list);
}

/* ---- the whole ---- */

static void build_stacks(struct growing_flame *d, struct pq_view *v,
			 struct pq_arena *arena)
{
	const struct pq_flame_options *o = d->o;
	unsigned *columns = PQ_ARENA_NEW(arena, unsigned, d->n_values);
	struct pq_stacks_options so = { .columns = columns,
					.n_columns = d->n_values,
					.for_groups = true,
					.can_repeat = d->f->n_sides == 1 };

	for (unsigned t = 0; t < o->n_types; t++)
		for (unsigned s = 0; s < d->f->n_sides; s++)
			columns[t * d->f->n_sides + s] =
				o->types[t] +
				s * (unsigned)v->p->sample_types.n;
	pq_stacks_build(&d->f->stacks, v, &so, arena);
}

static void release_growing(struct growing_flame *d)
{
	pq_stack_groups_release(&d->groups);
	pq_vec_release(&d->nodes);
	pq_vec_release(&d->values);
	pq_vec_release(&d->sizes);
	pq_vec_release(&d->heap);
}

bool pq_flame_build(struct pq_flame *f, struct pq_view *v,
		    const struct pq_flame_options *o, struct pq_arena *arena)
{
	struct growing_flame d = { .f = f, .o = o };
	bool found;

	memset(f, 0, sizeof(*f));
	f->n_types = o->n_types;
	f->n_sides = o->two_sides ? 2 : 1;
	d.n_values = f->n_types * f->n_sides;
	build_stacks(&d, v, arena);
	/* Boxes are cut out of stacks that are sorted into groups. */
	pq_stack_groups_init(&d.groups, &f->stacks);
	add_root(&d);
	found = find_top(&d);
	/* An id that leads nowhere is no flame: the caller says so. */
	if (found) {
		choose_nodes(&d);
		add_boxes(&d);
	} else {
		pq_flame_release(f);
	}
	release_growing(&d);
	return found;
}

void pq_flame_release(struct pq_flame *f)
{
	pq_stacks_release(&f->stacks);
	pq_vec_release(&f->boxes);
	pq_vec_release(&f->values);
	pq_vec_release(&f->sizes);
	pq_free(f->tones);
}
