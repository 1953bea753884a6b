#include "graph/stack_groups.h"

#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "graph/stack_keys.h"

#include "base/banned.h"

/* ---- sorting ---- */

/*
 * A stack on its way: its next frames as a number (stack_keys.h).  All that is
 * known of it stands here, for only its frames lie elsewhere: n_frames are all
 * it has, the rest of `left` is what is not taken yet.
 */
struct sorted_stack {
	uint64_t key;
	struct pq_stack left;
	uint32_t at;   /* position in the unsorted list */
	uint32_t back; /* bytes that are taken, from the end on */
};

/* Stacks that have their first `depth` frames in common. */
struct equal_stacks {
	size_t first, n;
	uint32_t depth;
	uint32_t last; /* the frame before `depth`; 0: none */
};

struct stack_sorter {
	const struct pq_stacks *s;
	struct pq_stack_keys keys;
	struct sorted_stack *items;
	size_t n;
	size_t fetched;	  /* items before it are, those at hand */
	uint32_t *common; /* that of the groups */
	uint64_t chance;  /* state of choosing pivots */
	PQ_VEC(struct equal_stacks) todo;
};

/* Takes the next frames of a stack into its key; `last` is the one before. */
static void take_key(const struct stack_sorter *t, struct sorted_stack *item,
		     uint32_t depth, uint32_t last)
{
	struct pq_stack_key key = pq_stack_key_begin(last);
	struct pq_stack left = item->left;
	uint8_t how;

	left.n_frames -= depth;
	while (key.room && left.n_frames) {
		struct pq_stack next = left;
		uint32_t frame = pq_stack_take(t->s, &next, &how);

		if (!pq_stack_key_add(&t->keys, &key, frame))
			break;
		left = next;
	}
	item->key = key.bits;
	item->back += (uint32_t)(item->left.end - left.end);
	item->left.end = left.end;
	item->left.n_of_place = left.n_of_place;
}

/*
 * The bytes of a range's stacks lie anywhere in memory, and waiting for them is
 * most of the time of sorting: they are fetched ahead of their turn.  Many at
 * once, as their addresses are translated side by side then.
 */
#define FETCH_STACKS 8

/* Has the stacks behind an item fetched, of this range and those behind it. */
static void fetch_stacks(struct stack_sorter *t, size_t item)
{
	size_t end = item + 2 * FETCH_STACKS, at;

	if (end > t->n)
		end = t->n;
	for (at = t->fetched > item ? t->fetched : item; at < end; at++) {
		const uint8_t *bytes = t->items[at].left.end;

		/* The frames of a key lie in two lines, mostly. */
		__builtin_prefetch(bytes - 1);
		__builtin_prefetch(bytes - 64);
	}
	t->fetched = item + 2 * FETCH_STACKS;
}

/* Takes the next keys of a range. */
static void take_keys(struct stack_sorter *t, struct equal_stacks r)
{
	/* The bytes fetched for a longer range are gone by now. */
	if (t->fetched > r.first + 4 * FETCH_STACKS)
		t->fetched = r.first;
	for (size_t i = r.first; i < r.first + r.n; i++) {
		if (t->fetched < i + FETCH_STACKS)
			fetch_stacks(t, i);
		take_key(t, &t->items[i], r.depth, r.last);
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

/* A key by chance: no file can be made so that it is bad. */
static uint64_t choose_pivot(struct stack_sorter *t,
			     const struct sorted_stack *items, size_t n)
{
	t->chance = pq_hash_mix(t->chance, n);
	return items[t->chance % n].key;
}

static void swap_items(struct sorted_stack *a, struct sorted_stack *b)
{
	struct sorted_stack item = *a;

	*a = *b;
	*b = item;
}

/*
 * Moves keys below the pivot before those that are equal to it, and those above
 * behind them.  Near the root most keys are equal, which then stay in place.
 */
static void part_items(struct sorted_stack *items, size_t n, uint64_t pivot,
		       size_t *below, size_t *above)
{
	size_t low = 0, at = 0, high = n;

	while (at < high) {
		if (items[at].key < pivot)
			swap_items(&items[low++], &items[at++]);
		else if (items[at].key > pivot)
			swap_items(&items[at], &items[--high]);
		else
			at++;
	}
	*below = low;
	*above = high;
}

/* The larger part goes on here, so that this calls itself a few times deep. */
static void sort_items(struct stack_sorter *t, struct sorted_stack *items,
		       size_t n)
{
	while (n > FEW_ITEMS) {
		size_t below, above;

		part_items(items, n, choose_pivot(t, items, n), &below, &above);
		if (below < n - above) {
			sort_items(t, items, below);
			items += above;
			n -= above;
		} else {
			sort_items(t, items + above, n - above);
			n = below;
		}
	}
	sort_few_items(items, n);
}

/*
 * What is known of a run of equal keys: it has the same frames in common, and
 * is looked at again, or all of its stacks end there.
 */
static void note_equal_keys(struct stack_sorter *t, struct equal_stacks r,
			    size_t first, size_t end)
{
	struct pq_key_frames k =
		pq_stack_key_read(&t->keys, t->items[first].key, 64, r.last);
	struct equal_stacks equal = { first, end - first, r.depth + k.n,
				      k.last };

	if (!k.ended)
		*pq_vec_push(&t->todo) = equal;
	for (size_t i = first + 1; k.ended && i < end; i++)
		t->common[i] = equal.depth;
}

/* Notes the frames that two keys, of neighbours, have in common. */
static void note_common(struct stack_sorter *t, struct equal_stacks r,
			size_t at)
{
	uint64_t key = t->items[at].key, before = t->items[at - 1].key;
	unsigned n_bits = (unsigned)__builtin_clzll(key ^ before);

	t->common[at] =
		r.depth + pq_stack_key_read(&t->keys, key, n_bits, r.last).n;
}

/* Sorts a range by its keys; stacks that are still equal come later. */
static void sort_range(struct stack_sorter *t, struct equal_stacks r)
{
	const struct sorted_stack *items = t->items;
	size_t end = r.first + r.n, first;

	sort_items(t, t->items + r.first, r.n);
	/* Backwards, so that ranges come in their order. */
	for (; end > r.first; end = first) {
		for (first = end - 1; first > r.first; first--)
			if (items[first - 1].key != items[first].key)
				break;
		if (end - first > 1)
			note_equal_keys(t, r, first, end);
		if (first > r.first)
			note_common(t, r, first);
	}
}

/* Stacks that are looked at to know which frame mostly follows on one. */
#define LEARNED_STACKS 16384

static void learn_stack(struct stack_sorter *t, struct pq_stack stack)
{
	uint32_t last = 0, frame;
	uint8_t how;

	for (; stack.n_frames; last = frame) {
		frame = pq_stack_take(t->s, &stack, &how);
		pq_stack_keys_learn(&t->keys, last, frame);
	}
}

static void learn_keys(struct stack_sorter *t)
{
	size_t step = t->n / LEARNED_STACKS + 8;

	pq_stack_keys_init(&t->keys, t->s->frames.n);
	for (size_t i = 0; i < t->n; i += step)
		learn_stack(t, t->s->list.at[i]);
}

/* Sorts all stacks: items[i].at is the one that comes i-th. */
static void sort_stacks(struct stack_sorter *t)
{
	*pq_vec_push(&t->todo) = (struct equal_stacks){ .n = t->n };
	while (t->todo.n) {
		struct equal_stacks r = t->todo.at[--t->todo.n];

		take_keys(t, r);
		sort_range(t, r);
	}
	pq_vec_release(&t->todo);
}

/* ---- moving ---- */

/* Makes items of the stacks, in the memory of the list. */
static struct sorted_stack *take_list(struct pq_stacks *s)
{
	size_t n = s->list.n;
	char *rows = pq_realloc(s->list.at,
				pq_size_mul(n, sizeof(struct sorted_stack)));

	/* Backwards, as an item takes the room of two. */
	for (size_t i = n; i--;) {
		struct sorted_stack item = { .at = (uint32_t)i };

		memcpy(&item.left, rows + i * sizeof(item.left),
		       sizeof(item.left));
		memcpy(rows + i * sizeof(item), &item, sizeof(item));
	}
	s->list.at = NULL;
	return (struct sorted_stack *)rows;
}

/* Makes the list of the sorted items, in their memory, and the order. */
static void give_list(struct pq_stacks *s, struct sorted_stack *items,
		      uint32_t *order)
{
	size_t n = s->list.n;
	char *rows = (char *)items;

	for (size_t i = 0; i < n; i++) {
		struct pq_stack stack = { items[i].left.end + items[i].back,
					  items[i].left.n_frames, 0 };

		order[i] = items[i].at;
		memcpy(rows + i * sizeof(stack), &stack, sizeof(stack));
	}
	s->list.at = pq_realloc(rows, n * sizeof(*s->list.at));
	s->list.capacity = n;
}

/* What grew beyond what there is goes back before memory is needed. */
static void trim_columns(struct pq_stacks *s)
{
	size_t n = s->list.n;

	s->called.at = pq_realloc(s->called.at, n * sizeof(*s->called.at));
	s->called.capacity = n;
	s->own.n = s->own.capacity = n * s->n_columns;
	s->own.at = pq_realloc(s->own.at, s->own.n * sizeof(*s->own.at));
}

#define FETCH_PIECES 8

/*
 * Copies a piece of each row, in the new order.  Rows lie anywhere in memory,
 * and are fetched ahead, many at once as above.
 */
static inline void gather_pieces(const struct pq_stack_groups *g, char *to,
				 const char *rows, size_t each, size_t piece)
{
	size_t n = g->stacks->list.n;

	for (size_t i = 0; i < n; i++) {
		for (size_t k = i + FETCH_PIECES;
		     i % FETCH_PIECES == 0 && k < i + 2 * FETCH_PIECES && k < n;
		     k++)
			__builtin_prefetch(rows + g->seen[k] * each);
		memcpy(to + i * piece, rows + g->seen[i] * each, piece);
	}
}

static inline void scatter_pieces(size_t n, char *rows, const char *from,
				  size_t each, size_t piece)
{
	for (size_t i = 0; i < n; i++)
		memcpy(rows + i * each, from + i * piece, piece);
}

/*
 * Puts the rows of a column in the new order, a piece of each at a time, so
 * that no second column is needed.
 */
static void move_rows(const struct pq_stack_groups *g, void *column,
		      size_t n_words)
{
	size_t n = g->stacks->list.n, each = n_words * sizeof(uint64_t);
	size_t piece = n_words % 2 ? sizeof(uint64_t) : 2 * sizeof(uint64_t);
	char *moved = pq_alloc(pq_size_mul(n, piece)), *rows = column;

	/* Sizes that the compiler knows make copying a move or two. */
	for (size_t at = 0; at < each; at += piece)
		if (piece == 16) {
			gather_pieces(g, moved, rows + at, each, 16);
			scatter_pieces(n, rows + at, moved, each, 16);
		} else {
			gather_pieces(g, moved, rows + at, each, 8);
			scatter_pieces(n, rows + at, moved, each, 8);
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

static void move_stacks(struct pq_stack_groups *g)
{
	struct pq_stacks *s = g->stacks;

	move_rows(g, s->own.at, s->n_columns);
	move_rows(g, s->called.at, 1);
	if (s->how.n)
		move_pointers(g, s->how.at);
}

/* How each frame can be, in whatever stack. */
static uint8_t *list_frame_how(const struct pq_stacks *s)
{
	uint8_t *how = pq_alloc_zeroed(s->frames.n);

	for (size_t l = 0; l < s->n_locations; l++)
		for (uint32_t f = s->first_place[l]; f < s->first_place[l + 1];
		     f++)
			how[s->places[f]] |= f + 1 < s->first_place[l + 1]
						     ? PQ_STACK_INLINED
						     : PQ_STACK_CALLED;
	return how;
}

void pq_stack_groups_init(struct pq_stack_groups *g, struct pq_stacks *stacks)
{
	size_t n = stacks->list.n;
	struct stack_sorter t = { .s = stacks, .chance = 1 };

	memset(g, 0, sizeof(*g));
	g->stacks = stacks;
	g->frame_how = list_frame_how(stacks);
	if (!n)
		return;
	trim_columns(stacks);
	t.n = n;
	t.common = g->common =
		pq_alloc_zeroed(pq_size_mul(n, sizeof(*g->common)));
	learn_keys(&t);
	t.items = take_list(stacks);
	sort_stacks(&t);
	pq_stack_keys_release(&t.keys);
	g->seen = pq_alloc(pq_size_mul(n, sizeof(*g->seen)));
	give_list(stacks, t.items, g->seen);
	move_stacks(g);
}

void pq_stack_groups_release(struct pq_stack_groups *g)
{
	pq_vec_release(&g->list);
	pq_free(g->runs);
	pq_free(g->seen);
	pq_free(g->common);
	pq_free(g->frame_how);
}

/* ---- the tree ---- */

uint32_t pq_stack_groups_frame(const struct pq_stack_groups *g,
			       const struct pq_stack_group *group,
			       uint32_t depth)
{
	struct pq_stack stack = g->stacks->list.at[group->first];
	uint32_t frame;
	uint8_t how;

	do
		frame = pq_stack_take(g->stacks, &stack, &how);
	while (depth--);
	return frame;
}

/*
 * Boxes are asked how they are for all stacks below them, again and again for
 * those of their children: what a run of stacks has together is found once.
 */
#define RUN_STACKS 64
#define NOTED_DEPTH 64

/* A stack that stands for such of other kinds: a frame may be of both. */
static void add_listed_how(const struct pq_stacks *s, size_t stack,
			   struct pq_run_how *to)
{
	uint32_t n = s->list.at[stack].n_frames;

	for (uint32_t depth = 0; depth < n && depth < NOTED_DEPTH; depth++) {
		uint8_t how = pq_stack_how(s, stack, depth);
		uint64_t bit = (uint64_t)1 << depth;

		to->called |= how & PQ_STACK_CALLED ? bit : 0;
		to->inlined |= how & PQ_STACK_INLINED ? bit : 0;
	}
}

static void add_stack_how(const struct pq_stacks *s, size_t stack,
			  struct pq_run_how *to)
{
	uint32_t n = s->list.at[stack].n_frames;
	uint64_t called = s->called.at[stack];

	if (s->how.n && s->how.at[stack]) {
		add_listed_how(s, stack, to);
		return;
	}
	if (n > NOTED_DEPTH)
		called = s->called_more.at[called];
	to->called |= called;
	/* Bits behind a stack's last frame are asked of none that has it. */
	to->inlined |= ~called;
}

static void note_runs(struct pq_stack_groups *g)
{
	size_t n = g->stacks->list.n;

	g->runs = pq_alloc_zeroed(
		pq_size_mul(n / RUN_STACKS + 1, sizeof(*g->runs)));
	for (size_t i = 0; i < n; i++)
		add_stack_how(g->stacks, i, &g->runs[i / RUN_STACKS]);
}

static uint8_t how_in_runs(struct pq_stack_groups *g,
			   const struct pq_stack_group *group, uint32_t depth)
{
	uint32_t at = group->first, end = at + group->n;
	struct pq_run_how sum = { 0, 0 };
	uint8_t how;

	if (!g->runs)
		note_runs(g);
	/* Whole runs, and the stacks before and behind them. */
	while (at < end) {
		const struct pq_run_how *run = &g->runs[at / RUN_STACKS];

		if (at % RUN_STACKS || end - at < RUN_STACKS) {
			add_stack_how(g->stacks, at++, &sum);
			continue;
		}
		sum.called |= run->called;
		sum.inlined |= run->inlined;
		at += RUN_STACKS;
	}
	how = sum.called >> depth & 1 ? PQ_STACK_CALLED : 0;
	return how | (sum.inlined >> depth & 1 ? PQ_STACK_INLINED : 0);
}

uint8_t pq_stack_groups_how(struct pq_stack_groups *g,
			    const struct pq_stack_group *group, uint32_t depth)
{
	uint32_t frame = pq_stack_groups_frame(g, group, depth);
	uint8_t most = g->frame_how[frame], how = 0;

	/* Most frames are of one kind wherever they are. */
	if (!(most & (most - 1)))
		return most;
	if (depth < NOTED_DEPTH)
		return how_in_runs(g, group, depth);
	for (uint32_t i = 0; i < group->n && how != most; i++)
		how |= pq_stack_how(g->stacks, group->first + i, depth);
	return how;
}

/* The group that begins with a stack: those that share its frame at `depth`. */
static struct pq_stack_group take_group(const struct pq_stack_groups *g,
					uint32_t first, uint32_t end,
					uint32_t depth)
{
	struct pq_stack_group group = { .first = first };
	uint32_t at = first, seen = g->seen[first];
	uint32_t shared = g->stacks->list.at[first].n_frames;

	while (++at < end && g->common[at] > depth) {
		seen = g->seen[at] < seen ? g->seen[at] : seen;
		shared = g->common[at] < shared ? g->common[at] : shared;
	}
	group.n = at - first;
	group.seen = seen;
	group.shared = shared;
	return group;
}

void pq_stack_groups_cut(struct pq_stack_groups *g,
			 const struct pq_stack_group *range, uint32_t depth)
{
	const struct pq_stacks *s = g->stacks;
	uint32_t at = range->first, end = at + range->n;

	g->list.n = 0;
	while (at < end && s->list.at[at].n_frames == depth)
		at++;
	g->n_ended = at - range->first;
	while (at < end) {
		struct pq_stack_group group = *range;

		/* The range goes on as it is while its stacks share frames. */
		if (range->shared <= depth)
			group = take_group(g, at, end, depth);
		*pq_vec_push(&g->list) = group;
		at += group.n;
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
