#include "graph/flame_tree.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"

#include "base/banned.h"

/*
 * All columns of all nodes of the stacks, then the choice of those that are
 * drawn.  Parents stand before their children in both, so that sums are a
 * loop from the end and places a loop from the beginning.
 *
 * There may be millions of nodes, of which thousands are drawn: what has a
 * field for each node is what the choice needs, and no more.
 */
struct drawing {
	struct pq_flame *f;
	const struct pq_flame_options *o;
	unsigned n_values; /* a node's: types times sides */
	int64_t *values;   /* node i has values[i * n_values ...] */
	double *sizes;	   /* node i has sizes[i * n_types ...]; NULL: values */
	uint32_t *below;   /* frames from a node on */
	float *share;	   /* widest of its types */
	uint32_t *place;   /* position in chosen, or PQ_NONE */
	uint32_t top;	   /* the node that becomes boxes[0] */
	PQ_VEC(uint32_t) chosen; /* the root, and nodes in order of drawing */
	/* by place in chosen: children, frames hidden below and their box */
	uint32_t *first_child, *next, *hidden, *merged, *rank;
};

/* ---- sums ---- */

static double node_width(const struct drawing *d, size_t node, unsigned type)
{
	size_t at = node * d->f->n_types + type;

	return d->sizes ? d->sizes[at] : (double)d->values[at];
}

/* Whether the widths are more than the values, or values overflow. */
static bool needs_sizes(struct drawing *d)
{
	const struct pq_stacks *s = &d->f->stacks;
	double sum = 0;

	for (size_t i = 0; i < s->own.n; i++) {
		d->f->has_negative = d->f->has_negative || s->own.at[i] < 0;
		sum += fabs((double)s->own.at[i]);
	}
	return d->f->has_negative || d->f->n_sides > 1 || sum > 9e18;
}

static void take_own_values(struct drawing *d, uint32_t end)
{
	const struct pq_stacks *s = &d->f->stacks;
	size_t node = s->ends.at[end];
	const int64_t *own = &s->own.at[(size_t)end * d->n_values];
	unsigned sides = d->f->n_sides;

	memcpy(&d->values[node * d->n_values], own, d->n_values * sizeof(*own));
	for (unsigned i = 0; d->sizes && i < d->n_values; i++) {
		double *size = &d->sizes[node * d->f->n_types + i / sides];

		*size = fmax(*size, fabs((double)own[i]));
	}
}

static void add_to_parent(struct drawing *d, size_t node)
{
	size_t parent = d->f->stacks.nodes.at[node].parent;
	unsigned n = d->n_values, types = d->f->n_types;

	for (unsigned i = 0; i < n; i++)
		d->values[parent * n + i] = pq_add(d->values[parent * n + i],
						   d->values[node * n + i]);
	for (unsigned i = 0; d->sizes && i < types; i++)
		d->sizes[parent * types + i] += d->sizes[node * types + i];
	d->below[parent] += d->below[node];
}

/* Nodes that are not inside of the top one have no share. */
static void find_share(struct drawing *d, size_t node)
{
	if (node != d->top &&
	    (node < d->top ||
	     d->share[d->f->stacks.nodes.at[node].parent] <= 0))
		return;
	for (unsigned i = 0; i < d->f->n_types; i++) {
		double whole = node_width(d, d->top, i);
		float share = (float)(node_width(d, node, i) / whole);

		if (whole > 0 && share > d->share[node])
			d->share[node] = share;
	}
}

static void sum_up_nodes(struct drawing *d)
{
	const struct pq_stacks *s = &d->f->stacks;
	size_t n = s->nodes.n;

	d->values = pq_alloc_zeroed(
		pq_size_mul(n, d->n_values * sizeof(*d->values)));
	if (needs_sizes(d))
		d->sizes = pq_alloc_zeroed(
			pq_size_mul(n, d->f->n_types * sizeof(*d->sizes)));
	/* Every node counts itself, and its own values. */
	d->below = pq_alloc(pq_size_mul(n, sizeof(*d->below)));
	for (size_t i = 0; i < n; i++)
		d->below[i] = 1;
	for (size_t i = 0; i < s->ends.n; i++)
		take_own_values(d, (uint32_t)i);
	/* Children stand behind their parents: from the end, sums are done. */
	for (size_t i = n; i-- > 1;)
		add_to_parent(d, i);
	for (unsigned i = 0; i < d->f->n_types; i++)
		d->f->digits +=
			d->f->n_sides * (unsigned)snprintf(NULL, 0, "-%.0f,",
							   node_width(d, 0, i));
}

static void find_shares(struct drawing *d)
{
	size_t n = d->f->stacks.nodes.n;

	d->share = pq_alloc_zeroed(pq_size_mul(n, sizeof(*d->share)));
	for (size_t i = d->top; i < n; i++)
		find_share(d, i);
}

/* ---- order of siblings ---- */

/* Wider siblings first, then by name, which no two of them share. */
static int compare_siblings(const void *a, const void *b, void *ctx)
{
	const struct drawing *d = ctx;
	const struct pq_stacks *s = &d->f->stacks;
	uint32_t i = *(const uint32_t *)a, k = *(const uint32_t *)b;
	double x = node_width(d, i, 0), y = node_width(d, k, 0);
	int by_name;

	if (x != y)
		return x > y ? -1 : 1;
	by_name = pq_text_compare(s->frames.at[s->nodes.at[i].frame].name,
				  s->frames.at[s->nodes.at[k].frame].name);
	return by_name ? by_name : i < k ? -1 : i > k;
}

static int compare_by_parent(const void *a, const void *b, void *ctx)
{
	const struct drawing *d = ctx;
	const struct pq_stack_node *nodes = d->f->stacks.nodes.at;
	uint32_t i = nodes[*(const uint32_t *)a].parent;
	uint32_t k = nodes[*(const uint32_t *)b].parent;

	return i != k ? (i < k ? -1 : 1) : compare_siblings(a, b, ctx);
}

/* The child of a node that has this rank; PQ_NONE: it has fewer. */
static uint32_t child_of_rank(struct drawing *d, uint32_t parent, size_t rank)
{
	const struct pq_stacks *s = &d->f->stacks;
	PQ_VEC(uint32_t) children = { 0 };
	uint32_t found = PQ_NONE;

	for (size_t i = (size_t)parent + 1; i < s->nodes.n; i++)
		if (s->nodes.at[i].parent == parent)
			*pq_vec_push(&children) = (uint32_t)i;
	if (rank < children.n) {
		qsort_r(children.at, children.n, sizeof(uint32_t),
			compare_siblings, d);
		found = children.at[rank];
	}
	pq_vec_release(&children);
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
static bool find_top(struct drawing *d)
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
		d->top = child_of_rank(d, d->top, rank);
		if (d->top == PQ_NONE)
			return false;
	}
	return true;
}

/* ---- choosing nodes ---- */

static int compare_shares(const void *a, const void *b, void *ctx)
{
	const struct drawing *d = ctx;
	uint32_t i = *(const uint32_t *)a, k = *(const uint32_t *)b;

	if (d->share[i] != d->share[k])
		return d->share[i] > d->share[k] ? -1 : 1;
	return i < k ? -1 : i > k; /* parents first */
}

/* Children are never wider than their parent, so it is chosen before them. */
static void choose_nodes(struct drawing *d)
{
	const struct pq_stacks *s = &d->f->stacks;
	size_t used = 0, n;

	/* Nodes that are wide enough, the widest first. */
	*pq_vec_push(&d->chosen) = d->top;
	for (size_t i = (size_t)d->top + 1; i < s->nodes.n; i++)
		if (d->share[i] > 0 && (double)d->share[i] >= d->o->least_share)
			*pq_vec_push(&d->chosen) = (uint32_t)i;
	qsort_r(d->chosen.at + 1, d->chosen.n - 1, sizeof(uint32_t),
		compare_shares, d);
	/* As many of them as the budget pays for. */
	for (n = 1; n < d->chosen.n; n++) {
		used += d->o->cost(d->o->ctx, d->f,
				   s->nodes.at[d->chosen.at[n]].frame);
		if (used > d->o->budget_bytes)
			break;
	}
	d->chosen.n = n;
}

/* The place of the parent of a node that is hidden right below it, or PQ_NONE. */
static uint32_t hidden_below(const struct drawing *d, size_t node)
{
	if (d->place[node] != PQ_NONE)
		return PQ_NONE;
	return d->place[d->f->stacks.nodes.at[node].parent];
}

static void find_places(struct drawing *d)
{
	size_t n_nodes = d->f->stacks.nodes.n;

	d->place = pq_alloc(pq_size_mul(n_nodes, sizeof(uint32_t)));
	memset(d->place, 0xff, n_nodes * sizeof(uint32_t));
	for (size_t i = 0; i < d->chosen.n; i++)
		d->place[d->chosen.at[i]] = (uint32_t)i;
}

/* Hangs the chosen ones under their parents, each list in its order. */
static void link_children(struct drawing *d)
{
	const struct pq_stacks *s = &d->f->stacks;
	size_t bytes = pq_size_mul(d->chosen.n, sizeof(uint32_t));

	qsort_r(d->chosen.at + 1, d->chosen.n - 1, sizeof(uint32_t),
		compare_siblings, d);
	/* Places are known once the order is. */
	find_places(d);
	d->first_child = memset(pq_alloc(bytes), 0xff, bytes);
	d->next = pq_alloc(bytes);
	d->merged = pq_alloc(bytes);
	d->hidden = pq_alloc_zeroed(bytes);
	for (size_t i = d->chosen.n; i-- > 1;) {
		uint32_t parent = d->place[s->nodes.at[d->chosen.at[i]].parent];

		/* From the last one on, so that each list is in order. */
		d->next[i] = d->first_child[parent];
		d->first_child[parent] = (uint32_t)i;
	}
	for (size_t i = 1; i < s->nodes.n; i++) {
		uint32_t place = hidden_below(d, i);

		/* Hidden nodes count for the nearest drawn one above. */
		if (place != PQ_NONE)
			d->hidden[place] += d->below[i];
	}
}

/* A node that is hidden, and comes before a sibling that is drawn. */
static bool shifts_ranks(const struct drawing *d, const uint32_t *last,
			 uint32_t node)
{
	uint32_t parent = hidden_below(d, node), sibling;

	if (parent == PQ_NONE || last[parent] == PQ_NONE)
		return false;
	sibling = d->chosen.at[last[parent]];
	return compare_siblings(&node, &sibling, (void *)d) < 0;
}

/* Counts in the order of siblings; few that are hidden take part in it. */
static void find_ranks(struct drawing *d)
{
	const struct pq_stacks *s = &d->f->stacks;
	size_t bytes = pq_size_mul(d->chosen.n, sizeof(uint32_t));
	uint32_t *last = memset(pq_alloc(bytes), 0xff, bytes), rank = 0;
	PQ_VEC(uint32_t) counted = { 0 };

	d->rank = pq_alloc_zeroed(bytes);
	/* chosen is in order, so that the last one of a parent stays */
	for (size_t i = 1; i < d->chosen.n; i++) {
		uint32_t node = d->chosen.at[i];

		last[d->place[s->nodes.at[node].parent]] = (uint32_t)i;
		*pq_vec_push(&counted) = node;
	}
	for (size_t i = (size_t)d->top + 1; i < s->nodes.n; i++)
		if (shifts_ranks(d, last, (uint32_t)i))
			*pq_vec_push(&counted) = (uint32_t)i;
	if (counted.n)
		qsort_r(counted.at, counted.n, sizeof(uint32_t),
			compare_by_parent, d);
	for (size_t i = 0; i < counted.n; i++) {
		uint32_t node = counted.at[i];

		rank = i && s->nodes.at[node].parent ==
					       s->nodes.at[counted.at[i - 1]]
						       .parent
			       ? rank + 1
			       : 0;
		if (d->place[node] != PQ_NONE)
			d->rank[d->place[node]] = rank;
	}
	pq_vec_release(&counted);
	pq_free(last);
}

/* ---- boxes ---- */

static struct pq_flame_box *add_box(struct drawing *d, uint32_t parent,
				    uint32_t place)
{
	struct pq_flame *f = d->f;
	struct pq_flame_box *box = pq_vec_push(&f->boxes);

	memset(box, 0, sizeof(*box));
	box->parent = parent;
	box->node = d->chosen.at[place];
	box->frame = PQ_NONE;
	if (parent != PQ_NONE)
		box->depth = f->boxes.at[parent].depth + 1;
	if (box->depth > f->depth)
		f->depth = box->depth;
	return box;
}

/* The box of what is not drawn below another one; its values come later. */
static void add_merged(struct drawing *d, uint32_t parent, uint32_t place)
{
	struct pq_flame_box *box;

	if (!d->hidden[place])
		return;
	box = add_box(d, parent, place);
	box->n_merged = d->hidden[place];
	box->rank = PQ_NONE;
	d->merged[place] = (uint32_t)d->f->boxes.n - 1;
}

/* Where the walk goes on when the boxes inside of one are done. */
struct turn {
	uint32_t box, place;
	uint32_t child; /* the next one */
};

static void add_boxes(struct drawing *d)
{
	const struct pq_stacks *s = &d->f->stacks;
	PQ_VEC(struct turn) turns = { 0 };
	struct pq_flame_box *b;

	/* The root, or the node that stands for it. */
	b = add_box(d, PQ_NONE, 0);
	b->frame = s->nodes.at[b->node].frame;
	b->how = s->nodes.at[b->node].how;
	*pq_vec_push(&turns) = (struct turn){ 0, 0, d->first_child[0] };
	while (turns.n) {
		struct turn *t = &turns.at[turns.n - 1];
		uint32_t place = t->child, box;

		/* All children are there: merged frames come last. */
		if (place == PQ_NONE) {
			add_merged(d, t->box, t->place);
			turns.n--;
			continue;
		}
		t->child = d->next[place];
		b = add_box(d, t->box, place);
		b->frame = s->nodes.at[b->node].frame;
		b->how = s->nodes.at[b->node].how;
		b->rank = d->rank[place];
		box = (uint32_t)d->f->boxes.n - 1;
		*pq_vec_push(&turns) =
			(struct turn){ box, place, d->first_child[place] };
	}
	pq_vec_release(&turns);
}

static void add_box_values(struct drawing *d, size_t box, size_t node)
{
	struct pq_flame *f = d->f;
	unsigned n = d->n_values, types = f->n_types;

	for (unsigned i = 0; i < n; i++)
		f->values[box * n + i] =
			pq_add(f->values[box * n + i], d->values[node * n + i]);
	for (unsigned i = 0; i < types; i++)
		f->sizes[box * types + i] += node_width(d, node, i);
}

static void settle_box_values(struct drawing *d)
{
	struct pq_flame *f = d->f;
	size_t n = f->boxes.n;

	/* A box has the values of its node. */
	f->values = pq_alloc_zeroed(
		pq_size_mul(n, d->n_values * sizeof(*f->values)));
	f->sizes =
		pq_alloc_zeroed(pq_size_mul(n, f->n_types * sizeof(*f->sizes)));
	for (size_t i = 0; i < n; i++)
		if (!f->boxes.at[i].n_merged)
			add_box_values(d, i, f->boxes.at[i].node);
	for (size_t i = 1; i < f->stacks.nodes.n; i++) {
		uint32_t place = hidden_below(d, i);

		if (place != PQ_NONE)
			add_box_values(d, d->merged[place], i);
	}
}

/* ---- the whole ---- */

static void build_stacks(struct drawing *d, struct pq_view *v,
			 struct pq_arena *arena)
{
	const struct pq_flame_options *o = d->o;
	unsigned *columns = PQ_ARENA_NEW(arena, unsigned, d->n_values);
	struct pq_stacks_options so = { .columns = columns,
					.n_columns = d->n_values };

	for (unsigned t = 0; t < o->n_types; t++)
		for (unsigned s = 0; s < d->f->n_sides; s++)
			columns[t * d->f->n_sides + s] =
				o->types[t] +
				s * (unsigned)v->p->sample_types.n;
	pq_stacks_build(&d->f->stacks, v, &so, arena);
}

static void draw_boxes(struct drawing *d)
{
	find_shares(d);
	choose_nodes(d);
	link_children(d);
	find_ranks(d);
	add_boxes(d);
	settle_box_values(d);
}

static void release_drawing(struct drawing *d)
{
	pq_free(d->values);
	pq_free(d->sizes);
	pq_free(d->below);
	pq_free(d->share);
	pq_free(d->place);
	pq_free(d->hidden);
	pq_free(d->merged);
	pq_free(d->rank);
	pq_free(d->first_child);
	pq_free(d->next);
	pq_vec_release(&d->chosen);
}

bool pq_flame_build(struct pq_flame *f, struct pq_view *v,
		    const struct pq_flame_options *o, struct pq_arena *arena)
{
	struct drawing d = { .f = f, .o = o };
	bool found;

	memset(f, 0, sizeof(*f));
	f->n_types = o->n_types;
	f->n_sides = o->two_sides ? 2 : 1;
	d.n_values = f->n_types * f->n_sides;
	build_stacks(&d, v, arena);
	sum_up_nodes(&d);
	found = find_top(&d);
	if (found)
		draw_boxes(&d);
	else
		pq_flame_release(f);
	release_drawing(&d);
	return found;
}

void pq_flame_release(struct pq_flame *f)
{
	pq_stacks_release(&f->stacks);
	pq_vec_release(&f->boxes);
	pq_free(f->values);
	pq_free(f->sizes);
	pq_free(f->tones);
}
