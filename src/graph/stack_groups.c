#include "graph/stack_groups.h"

#include <string.h>

#include "base/mem.h"

#include "base/banned.h"

void pq_stack_groups_init(struct pq_stack_groups *g, struct pq_stacks *stacks)
{
	size_t bytes = pq_size_mul(stacks->list.n, sizeof(uint32_t));

	memset(g, 0, sizeof(*g));
	g->stacks = stacks;
	g->order = pq_alloc(bytes);
	g->group_of = pq_alloc(bytes);
	g->moved = pq_alloc(bytes);
	g->number = pq_alloc_zeroed(
		pq_size_mul(stacks->frames.n, sizeof(*g->number)));
	for (size_t i = 0; i < stacks->list.n; i++)
		g->order[i] = (uint32_t)i;
}

void pq_stack_groups_release(struct pq_stack_groups *g)
{
	pq_vec_release(&g->list);
	pq_free(g->order);
	pq_free(g->group_of);
	pq_free(g->moved);
	pq_free(g->number);
}

/* The number of the group of a frame, which may be new. */
static uint32_t number_group(struct pq_stack_groups *g, uint32_t frame)
{
	if (!g->number[frame]) {
		*pq_vec_push(&g->list) =
			(struct pq_stack_group){ frame, 0, 0, 0 };
		g->number[frame] = (uint32_t)g->list.n;
	}
	return g->number[frame];
}

/* Takes a frame off a stack that has one; its group is then known. */
static uint32_t advance_stack(struct pq_stack_groups *g, uint32_t id)
{
	struct pq_stacks *s = g->stacks;
	struct pq_stack *stack = &s->list.at[id];
	uint8_t how;
	uint32_t number = number_group(g, pq_stack_take(s, stack, &how));
	struct pq_stack_group *group = &g->list.at[number - 1];

	if (s->how.n && s->how.at[id])
		how = s->how.at[id][stack->n_frames];
	group->how |= how;
	group->n++;
	return number;
}

/*
 * Stacks of a range lie anywhere in memory, and waiting for them is most of
 * the time of a cut: each is fetched ahead of its turn, first where it is
 * described, then its bytes.
 */
#define FETCH_STACK 48
#define FETCH_BYTES 16

static void advance_range(struct pq_stack_groups *g, const uint32_t *order,
			  uint32_t n)
{
	const struct pq_stack *list = g->stacks->list.at;

	g->list.n = 0;
	g->n_ended = 0;
	for (uint32_t i = 0; i < n; i++) {
		/* Here and in no function: gcc takes that for one without effect. */
		if (n - i > FETCH_STACK)
			__builtin_prefetch(&list[order[i + FETCH_STACK]]);
		if (n - i > FETCH_BYTES)
			__builtin_prefetch(list[order[i + FETCH_BYTES]].end -
					   1);
		if (list[order[i]].n_frames) {
			g->group_of[i] = advance_stack(g, order[i]);
		} else {
			g->group_of[i] = 0;
			g->n_ended++;
		}
	}
	/* Groups are few and frames many: only used numbers are wiped. */
	for (size_t i = 0; i < g->list.n; i++)
		g->number[g->list.at[i].frame] = 0;
}

/* Moves the stacks of a range to their groups, where these begin. */
static void sort_range(struct pq_stack_groups *g, uint32_t first, uint32_t n)
{
	uint32_t ended = 0, *order = g->order + first;

	for (uint32_t i = 0; i < n; i++) {
		uint32_t number = g->group_of[i];
		uint32_t *to = number ? &g->list.at[number - 1].first : &ended;

		g->moved[(*to)++] = order[i];
	}
	memcpy(order, g->moved, n * sizeof(*order));
}

void pq_stack_groups_cut(struct pq_stack_groups *g, uint32_t first, uint32_t n)
{
	uint32_t at;

	advance_range(g, g->order + first, n);
	/* Sorting counts the beginnings up to the ends. */
	at = g->n_ended;
	for (size_t i = 0; i < g->list.n; i++) {
		g->list.at[i].first = at;
		at += g->list.at[i].n;
	}
	if (g->list.n + (g->n_ended > 0) > 1)
		sort_range(g, first, n);
	at = first + g->n_ended;
	for (size_t i = 0; i < g->list.n; i++) {
		g->list.at[i].first = at;
		at += g->list.at[i].n;
	}
}

/* ---- counting paths ---- */

struct stack_range {
	uint32_t first, n;
};

/* Distinct frames of two stacks: those until they part, and what is left. */
static uint64_t count_pair(const struct pq_stack_groups *g,
			   const uint32_t *order)
{
	const struct pq_stacks *s = g->stacks;
	struct pq_stack a = s->list.at[order[0]], b = s->list.at[order[1]];
	uint64_t common = 0;
	uint8_t how;

	while (a.n_frames && b.n_frames) {
		if (pq_stack_take(s, &a, &how) != pq_stack_take(s, &b, &how))
			return common + a.n_frames + b.n_frames + 2;
		common++;
	}
	return common + a.n_frames + b.n_frames;
}

/* The paths of a range that is so small that it needs no groups. */
static uint64_t count_few(const struct pq_stack_groups *g,
			  const uint32_t *order, uint32_t n)
{
	if (n == 2)
		return count_pair(g, order);
	return n ? g->stacks->list.at[order[0]].n_frames : 0;
}

uint64_t pq_stack_groups_paths(struct pq_stack_groups *g, uint32_t first,
			       uint32_t n)
{
	PQ_VEC(struct stack_range) todo = { 0 };
	uint64_t paths = 0;

	if (n <= 2)
		return count_few(g, g->order + first, n);
	*pq_vec_push(&todo) = (struct stack_range){ first, n };
	/* A list of its own, as stacks can be deeper than the C stack. */
	while (todo.n) {
		struct stack_range r = todo.at[--todo.n];

		pq_stack_groups_cut(g, r.first, r.n);
		paths += g->list.n;
		/* Few stacks are counted now, while the cache has them. */
		for (size_t i = 0; i < g->list.n; i++) {
			r = (struct stack_range){ g->list.at[i].first,
						  g->list.at[i].n };
			if (r.n <= 2)
				paths += count_few(g, g->order + r.first, r.n);
			else
				*pq_vec_push(&todo) = r;
		}
	}
	pq_vec_release(&todo);
	return paths;
}
