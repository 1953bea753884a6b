#include "compare/stack_numbers.h"

#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/piece_hash.h"
#include "profile/sampling.h"

#include "base/banned.h"

struct numbering {
	const struct pq_joined *j;
	const struct pq_graph *nodes; /* NULL: lines tell all that matters */
	struct pq_graph lines;
	struct pq_piece_hash *line_pieces, *node_pieces; /* by location */
	struct pq_arena *arena;
	PQ_VEC(const uint8_t *) stacks;	    /* packed, by stack */
	PQ_VEC(uint32_t) first;		    /* by stack: its first number */
	PQ_VEC(struct pq_sized_stack) list; /* by number */
	PQ_VEC(uint32_t) of;		    /* by sample */
	struct pq_piece_powers powers;
	struct pq_map stack_map, size_map;
	size_t n_sized; /* numbers with a size */
};

/* ---- stacks ---- */

/* Functions are all that lines are of; other nodes may be more. */
bool pq_lines_tell_nodes(const struct pq_graph *g)
{
	return g->shape.granularity == PQ_FUNCTIONS && !g->shape.noinlines &&
	       !g->shape.object_names;
}

static bool same_nodes(const struct pq_graph *g, const uint8_t *x,
		       const uint8_t *y)
{
	struct pq_frame_walk a = pq_frame_walk(g, x), b = pq_frame_walk(g, y);
	uint32_t node;

	do {
		node = pq_frame_walk_next(&a);
		if (node != pq_frame_walk_next(&b))
			return false;
	} while (node != PQ_NONE);
	return true;
}

static bool same_stack(const void *ctx, uint32_t index, const void *key)
{
	const struct numbering *s = ctx;
	const uint8_t *stack = s->stacks.at[index];

	return same_nodes(&s->lines, stack, key) &&
	       (!s->nodes || same_nodes(s->nodes, stack, key));
}

/* Hashes what a graph has of each location. */
static struct pq_piece_hash *hash_locations(const struct pq_graph *g)
{
	size_t n = g->p->locations.n;
	struct pq_piece_hash *pieces =
		pq_alloc(pq_size_mul(n + 1, sizeof(*pieces)));

	for (size_t l = 0; l < n; l++) {
		pieces[l] = PQ_PIECE_EMPTY;
		for (uint32_t f = g->first_frame[l]; f < g->first_frame[l + 1];
		     f++)
			pq_piece_add(&pieces[l], g->frame_nodes.at[f]);
	}
	return pieces;
}

static uint64_t hash_pieces(const struct numbering *s,
			    const struct pq_piece_hash *pieces,
			    const struct pq_sample *sample)
{
	uint64_t n_frames;

	return pq_hash_pieces(&s->powers, pieces, sample->locations,
			      sample->n_locations, &n_frames);
}

static uint64_t hash_stack(const struct numbering *s,
			   const struct pq_sample *sample)
{
	uint64_t hash = hash_pieces(s, s->line_pieces, sample);

	if (s->nodes)
		hash = pq_hash_mix(hash,
				   hash_pieces(s, s->node_pieces, sample));
	return hash;
}

/* A sample whose number is looked for. */
struct unnumbered {
	const uint8_t *packed; /* its stack */
	size_t packed_bytes;
	uint64_t hash;
	int64_t size;
};

static uint32_t number_stack(struct numbering *s, const struct unnumbered *u)
{
	const uint8_t *packed = u->packed;
	uint32_t fresh = (uint32_t)s->stacks.n, id;

	id = pq_map_intern(&s->stack_map, u->hash, same_stack, s, packed,
			   fresh);
	if (id != fresh)
		return id;
	/* A record that is made again does not stay where it is. */
	if (s->j->p->samples.source)
		packed = pq_arena_copy(s->arena, packed, u->packed_bytes);
	*pq_vec_push(&s->stacks) = packed;
	return id;
}

/* ---- stacks and sizes ---- */

static bool same_sized_stack(const void *ctx, uint32_t index, const void *key)
{
	const struct numbering *s = ctx;
	const struct pq_sized_stack *a = &s->list.at[index], *b = key;

	return a->stack == b->stack && a->size == b->size;
}

static uint32_t add_number(struct numbering *s, struct pq_sized_stack key)
{
	key.packed = s->stacks.at[key.stack];
	s->n_sized += key.size != 0;
	*pq_vec_push(&s->list) = key;
	return (uint32_t)s->list.n - 1;
}

/* Most stacks have objects of one size: only others are in the map. */
static uint32_t find_number(struct numbering *s, const struct unnumbered *u)
{
	struct pq_sized_stack key = { .size = u->size,
				      .stack = number_stack(s, u) };
	uint32_t fresh = (uint32_t)s->list.n, first, id;

	/* A stack that is new needs no look at its sizes. */
	if (key.stack == s->first.n) {
		*pq_vec_push(&s->first) = fresh;
		return add_number(s, key);
	}
	first = s->first.at[key.stack];
	if (s->list.at[first].size == key.size)
		return first;
	id = pq_map_intern(&s->size_map,
			   pq_hash_mix(pq_hash_mix(13, key.stack),
				       (uint64_t)key.size),
			   same_sized_stack, s, &key, fresh);
	return id == fresh ? add_number(s, key) : id;
}

/* Decodes the sample at hand; its place in the map is fetched meanwhile. */
static struct unnumbered take_sample(struct numbering *s, struct pq_walk *w)
{
	struct unnumbered u;

	pq_walk_pass_values(w);
	u.packed = w->at.at;
	pq_walk_stack(w);
	u.packed_bytes = (size_t)(w->at.at - u.packed);
	u.hash = hash_stack(s, &w->sample);
	pq_map_prefetch(&s->stack_map, u.hash);
	pq_walk_labels(w);
	u.size = pq_object_size(s->j->p, &w->sample);
	return u;
}

static void number_samples(struct numbering *s)
{
	bool made_again = s->j->p->samples.source != NULL;
	struct unnumbered waiting = { 0 };
	struct pq_walk w;

	/* Numbers are found one sample later, unless its bytes are gone then. */
	pq_walk_begin(&w, &s->j->p->samples);
	while (pq_walk_next(&w)) {
		struct unnumbered u = take_sample(s, &w);

		if (made_again)
			*pq_vec_push(&s->of) = find_number(s, &u);
		else if (waiting.packed)
			*pq_vec_push(&s->of) = find_number(s, &waiting);
		waiting = u;
	}
	if (!made_again && waiting.packed)
		*pq_vec_push(&s->of) = find_number(s, &waiting);
	pq_walk_end(&w);
}

/* Room that is not used costs nothing; lists that grow are copied. */
static void reserve_numbers(struct numbering *s, size_t n_samples)
{
	pq_vec_reserve(&s->of, n_samples);
	pq_vec_reserve(&s->list, n_samples);
	pq_vec_reserve(&s->stacks, n_samples);
	pq_vec_reserve(&s->first, n_samples);
}

const struct pq_stack_numbers *
pq_stack_numbers_make(const struct pq_joined *j, const struct pq_graph *nodes,
		      struct pq_arena *arena)
{
	struct pq_graph_shape shape = { .granularity = PQ_LINES };
	struct numbering s = { .j = j, .arena = arena };
	struct pq_stack_numbers *result =
		pq_arena_zeroed(arena, sizeof(*result));

	/* Numbers by line serve nodes, too, where lines tell them apart. */
	if (nodes && !pq_lines_tell_nodes(nodes))
		s.nodes = nodes;
	pq_piece_powers_init(&s.powers);
	pq_graph_init(&s.lines, j->p, &shape);
	s.line_pieces = hash_locations(&s.lines);
	if (s.nodes)
		s.node_pieces = hash_locations(s.nodes);
	reserve_numbers(&s, j->p->samples.n);
	/* Half of the samples is a guess that saves growing. */
	pq_map_reserve(&s.stack_map, j->p->samples.n / 2);
	number_samples(&s);
	/* Results are copied: the scratch beside them can be large. */
	result->of = pq_arena_copy(arena, s.of.at, s.of.n * sizeof(*s.of.at));
	result->n = s.list.n;
	result->n_sized = s.n_sized;
	result->list =
		pq_arena_copy(arena, s.list.at, s.list.n * sizeof(*s.list.at));
	pq_vec_release(&s.stacks);
	pq_vec_release(&s.first);
	pq_vec_release(&s.list);
	pq_vec_release(&s.of);
	pq_map_release(&s.stack_map);
	pq_map_release(&s.size_map);
	pq_graph_release(&s.lines);
	pq_free(s.line_pieces);
	pq_free(s.node_pieces);
	return result;
}
