#include "graph/stack_groups.h"

#include <string.h>

#include "base/map.h"
#include "base/mem.h"

#include "base/banned.h"

/* ---- sorting ---- */

/* A stack on its way: its next frames as a number, 0 where it has ended. */
struct sorted_stack {
	uint64_t key;
	uint32_t at;   /* position in the unsorted list */
	uint32_t back; /* bytes that are taken, from the end on */
};

/* Stacks that have their first `depth` frames in common. */
struct equal_stacks {
	size_t first, n;
	uint32_t depth;
};

struct stack_sorter {
	/* n_of_place of a stack is that of what is left, until it is moved. */
	struct pq_stacks *s;
	struct sorted_stack *items;
	size_t n;
	uint32_t *common;      /* that of the groups */
	unsigned bits, frames; /* of a frame's number; frames in a key */
	uint64_t chance;       /* state of choosing pivots */
	PQ_VEC(struct equal_stacks) todo;
};

/* Takes the next frames of a stack into its key. */
static void take_key(struct stack_sorter *t, struct sorted_stack *item,
		     uint32_t depth)
{
	struct pq_stack *stack = &t->s->list.at[item->at];
	struct pq_stack left = { stack->end - item->back,
				 stack->n_frames - depth, stack->n_of_place };
	uint64_t key = 0;
	uint8_t how;

	for (unsigned i = 0; i < t->frames; i++) {
		key <<= t->bits;
		if (left.n_frames)
			key |= pq_stack_take(t->s, &left, &how);
	}
	item->key = key;
	item->back = (uint32_t)(stack->end - left.end);
	stack->n_of_place = left.n_of_place;
}

/*
 * Stacks of a range lie anywhere in memory, and waiting for them is most of
 * the time of sorting: each is fetched ahead of its turn, first where it is
 * described, then its bytes.
 */
#define FETCH_STACK 48
#define FETCH_BYTES 16

static void take_keys(struct stack_sorter *t, struct equal_stacks r)
{
	const struct sorted_stack *items = t->items;
	const struct pq_stack *list = t->s->list.at;

	/* Behind the range are those that come next, mostly. */
	for (size_t i = r.first; i < r.first + r.n; i++) {
		/* Here and in no function: gcc takes that for one without effect. */
		if (t->n - i > FETCH_STACK)
			__builtin_prefetch(&list[items[i + FETCH_STACK].at]);
		if (t->n - i > FETCH_BYTES) {
			const struct sorted_stack *next =
				&items[i + FETCH_BYTES];

			__builtin_prefetch(list[next->at].end - next->back - 8);
		}
		take_key(t, &t->items[i], r.depth);
	}
}

#define FEW_ITEMS 16

static void sort_few_items(struct sorted_stack *items, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct sorted_stack item = items[i];
		size_t at = i;

		for (; at && items[at - 1].key > item.key; at--)
			items[at] = items[at - 1];
		items[at] = item;
	}
}

/* A key by chance, not the last: no file can be made so that it is bad. */
static uint64_t choose_pivot(struct stack_sorter *t,
			     const struct sorted_stack *items, size_t n)
{
	t->chance = pq_hash_mix(t->chance, n);
	return items[t->chance % (n - 1)].key;
}

/*
 * Moves keys up to the pivot before those from it on (Hoare's way); returns
 * the border, which leaves something on both sides.
 */
static size_t part_items(struct sorted_stack *items, size_t n, uint64_t pivot)
{
	size_t low = 0, high = n;

	for (;;) {
		struct sorted_stack item;

		while (items[low].key < pivot)
			low++;
		do
			high--;
		while (items[high].key > pivot);
		if (low >= high)
			return high + 1;
		item = items[low];
		items[low++] = items[high];
		items[high] = item;
	}
}

/* The larger part goes on here, so that this calls itself a few times deep. */
static void sort_items(struct stack_sorter *t, struct sorted_stack *items,
		       size_t n)
{
	while (n > FEW_ITEMS) {
		size_t low = part_items(items, n, choose_pivot(t, items, n));

		if (low < n - low) {
			sort_items(t, items, low);
			items += low;
			n -= low;
		} else {
			sort_items(t, items + low, n - low);
			n = low;
		}
	}
	sort_few_items(items, n);
}

/* The frames at the beginning that two keys have in common, not ended ones. */
static uint32_t common_of_keys(const struct stack_sorter *t, uint64_t a,
			       uint64_t b)
{
	uint32_t n = 0;

	for (unsigned left = t->frames; left--; n++) {
		uint64_t frame = a >> left * t->bits;

		if (frame != b >> left * t->bits || !frame)
			break;
	}
	return n;
}

/* Sorts stacks that were equal so far; those that still are come later. */
static void sort_equal_stacks(struct stack_sorter *t, struct equal_stacks r)
{
	size_t end = r.first + r.n, first;

	take_keys(t, r);
	sort_items(t, t->items + r.first, r.n);
	/* Backwards, so that ranges come in their order. */
	for (; end > r.first; end = first) {
		for (first = end - 1; first > r.first; first--)
			if (t->items[first - 1].key != t->items[first].key)
				break;
		if (end - first > 1)
			*pq_vec_push(&t->todo) =
				(struct equal_stacks){ first, end - first,
						       r.depth + t->frames };
		if (first > r.first)
			t->common[first] =
				r.depth +
				common_of_keys(t, t->items[first - 1].key,
					       t->items[first].key);
	}
}

static unsigned bits_of_number(size_t most)
{
	unsigned bits = 1;

	while (most >> bits)
		bits++;
	return bits;
}

/* Sorts all stacks: items[i].at is the one that comes i-th. */
static void sort_stacks(struct stack_sorter *t)
{
	size_t n = t->s->list.n;

	for (size_t i = 0; i < n; i++)
		t->items[i] = (struct sorted_stack){ 0, (uint32_t)i, 0 };
	if (n > 1)
		*pq_vec_push(&t->todo) = (struct equal_stacks){ 0, n, 0 };
	/* Stacks differ in a frame, so that no range stays. */
	while (t->todo.n)
		sort_equal_stacks(t, t->todo.at[--t->todo.n]);
	pq_vec_release(&t->todo);
}

/* ---- moving ---- */

/* The order that was found, in the memory of the items. */
static uint32_t *take_order(struct sorted_stack *items, size_t n)
{
	char *order = (char *)items;

	for (size_t i = 0; i < n; i++) {
		uint32_t at = items[i].at;

		memcpy(order + i * sizeof(at), &at, sizeof(at));
	}
	return pq_realloc(order, n * sizeof(uint32_t));
}

/* What grew beyond what there is goes back before memory is needed. */
static void trim_columns(struct pq_stacks *s)
{
	size_t n = s->list.n;

	s->list.at = pq_realloc(s->list.at, n * sizeof(*s->list.at));
	s->list.capacity = n;
	s->called.at = pq_realloc(s->called.at, n * sizeof(*s->called.at));
	s->called.capacity = n;
	s->own.n = s->own.capacity = n * s->n_columns;
	s->own.at = pq_realloc(s->own.at, s->own.n * sizeof(*s->own.at));
}

#define FETCH_WORD 16

/*
 * Puts the rows of a column in the new order, word by word, so that no second
 * column is needed.  Rows lie anywhere in memory, and are fetched ahead.
 */
static void move_rows(const struct pq_stack_groups *g, void *column,
		      size_t n_words)
{
	size_t n = g->stacks->list.n, each = n_words * sizeof(uint64_t);
	uint64_t *moved = pq_alloc(pq_size_mul(n, sizeof(*moved)));
	char *rows = column;

	for (size_t w = 0; w < n_words; w++, rows += sizeof(uint64_t)) {
		for (size_t i = 0; i < n; i++) {
			if (n - i > FETCH_WORD)
				__builtin_prefetch(
					rows + g->seen[i + FETCH_WORD] * each);
			memcpy(&moved[i], rows + g->seen[i] * each,
			       sizeof(*moved));
		}
		for (size_t i = 0; i < n; i++)
			memcpy(rows + i * each, &moved[i], sizeof(*moved));
	}
	pq_free(moved);
}

static void move_pointers(const struct pq_stack_groups *g, uint8_t **column)
{
	size_t n = g->stacks->list.n;
	uint8_t **moved = pq_alloc(pq_size_mul(n, sizeof(*moved)));

	for (size_t i = 0; i < n; i++)
		moved[i] = column[g->seen[i]];
	memcpy(column, moved, n * sizeof(*moved));
	pq_free(moved);
}

#define WORDS(type) (sizeof(type) / sizeof(uint64_t))
_Static_assert(sizeof(struct pq_stack) % sizeof(uint64_t) == 0,
	       "a stack is moved word by word");

static void move_stacks(struct pq_stack_groups *g)
{
	struct pq_stacks *s = g->stacks;

	for (size_t i = 0; i < s->list.n; i++)
		s->list.at[i].n_of_place = 0;
	move_rows(g, s->list.at, WORDS(struct pq_stack));
	move_rows(g, s->own.at, s->n_columns * WORDS(int64_t));
	move_rows(g, s->called.at, WORDS(uint64_t));
	if (s->how.n)
		move_pointers(g, s->how.at);
}

void pq_stack_groups_init(struct pq_stack_groups *g, struct pq_stacks *stacks)
{
	size_t n = stacks->list.n;
	struct stack_sorter t = { .s = stacks, .chance = 1 };

	memset(g, 0, sizeof(*g));
	g->stacks = stacks;
	if (n)
		trim_columns(stacks);
	t.bits = bits_of_number(stacks->frames.n);
	t.frames = 64 / t.bits;
	t.items = pq_alloc(pq_size_mul(n, sizeof(*t.items)));
	t.n = n;
	t.common = g->common =
		pq_alloc_zeroed(pq_size_mul(n, sizeof(*g->common)));
	sort_stacks(&t);
	g->seen = take_order(t.items, n);
	if (n)
		move_stacks(g);
}

void pq_stack_groups_release(struct pq_stack_groups *g)
{
	pq_vec_release(&g->list);
	pq_free(g->seen);
	pq_free(g->common);
}

/* ---- the tree ---- */

static uint32_t frame_at_depth(const struct pq_stacks *s, uint32_t at,
			       uint32_t depth)
{
	struct pq_stack stack = s->list.at[at];
	uint32_t frame;
	uint8_t how;

	do
		frame = pq_stack_take(s, &stack, &how);
	while (depth--);
	return frame;
}

void pq_stack_groups_cut(struct pq_stack_groups *g, uint32_t first, uint32_t n,
			 uint32_t depth)
{
	const struct pq_stacks *s = g->stacks;
	uint32_t at = first, end = first + n;

	g->list.n = 0;
	g->n_ended = n && s->list.at[first].n_frames == depth;
	at += g->n_ended;
	while (at < end) {
		struct pq_stack_group group = { .first = at,
						.seen = UINT32_MAX };

		group.frame = frame_at_depth(s, at, depth);
		/* A group goes on while stacks share the frame at `depth`. */
		do {
			if (g->seen[at] < group.seen)
				group.seen = g->seen[at];
			group.how |= pq_stack_how(s, at, depth);
			at++;
		} while (at < end && g->common[at] > depth);
		group.n = at - group.first;
		*pq_vec_push(&g->list) = group;
	}
}

uint64_t pq_stack_groups_paths(const struct pq_stack_groups *g, uint32_t first,
			       uint32_t n, uint32_t depth)
{
	const struct pq_stack *list = g->stacks->list.at;
	uint64_t paths = 0;

	/* Each stack adds the frames that the one before it has not. */
	for (uint32_t i = first; i < first + n; i++)
		paths += list[i].n_frames - (i == first ? depth : g->common[i]);
	return paths;
}
