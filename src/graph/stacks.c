#include "graph/stacks.h"

#include <string.h>

#include "base/intern.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/piece_hash.h"
#include "base/units.h"

#include "base/banned.h"

/*
 * A sample that waits for its stack to be looked for until the next one is
 * decoded: its place in the map comes from memory meanwhile.
 */
struct waiting_sample {
	struct pq_stack stack; /* end is NULL: none waits */
	uint64_t called;       /* of its first 64 frames */
	size_t packed_bytes;   /* the stack's, with its length */
	uint64_t hash;
	int64_t *values; /* by column, and the divisor of -mean behind them */
};

struct building {
	struct pq_stacks *s;
	const struct pq_view *v;
	const struct pq_stacks_options *o;
	struct pq_arena *arena;
	struct pq_map map;
	struct pq_piece_hash *pieces; /* by location */
	struct pq_piece_powers powers;
	PQ_VEC(int64_t) counts; /* by stack: sums of the divisor of -mean */
	struct waiting_sample waiting;
	bool can_repeat; /* no equal stack is looked for */
};

/* ---- frames ---- */

static struct pq_text printed_name(struct building *b, struct pq_text label,
				   struct pq_buf *scratch)
{
	pq_buf_clear(scratch);
	pq_text_encode(scratch, label);
	for (size_t i = 0; b->o->folded && i < scratch->len; i++)
		if (scratch->data[i] == ';')
			scratch->data[i] = ':';
	return pq_buf_view(scratch);
}

static struct pq_text directory_of_path(struct pq_text path)
{
	return pq_text_slice(path, 0, path.len - pq_text_basename(path).len);
}

/* The surest of what is known: name, then binary, then folder of the file. */
static struct pq_text package_of(const struct building *b,
				 const struct pq_location *l,
				 const struct pq_function *f)
{
	const struct pq_profile *p = b->v->p;
	struct pq_text package = PQ_TEXT("");

	if (f)
		package = pq_package_of_name(pq_string(p, f->name));
	if (!package.len && l->mapping != PQ_NONE)
		package = pq_text_basename(
			pq_string(p, p->mappings.at[l->mapping].file));
	if (!package.len && f)
		package = directory_of_path(pq_string(p, f->filename));
	return package;
}

/* Makes the frame of a graph's node, seen at a line of a location. */
static void add_stack_frame(struct building *b, uint32_t node, size_t location,
			    uint32_t line, struct pq_intern *names,
			    struct pq_buf *scratch)
{
	const struct pq_profile *p = b->v->p;
	const struct pq_location *l = &p->locations.at[location];
	const struct pq_function *f = NULL;
	struct pq_text label = b->v->graph.nodes.at[node].label;
	struct pq_stack_frame *frame;
	uint32_t id = pq_intern(names, printed_name(b, label, scratch));

	b->s->frame_of[node] = id;
	/* The first node of a printed name describes it. */
	if (id < b->s->frames.n)
		return;
	if (line < l->n_lines)
		f = pq_line_function(p, pq_location_lines(p, l) + line);
	frame = pq_vec_push(&b->s->frames);
	frame->name = pq_intern_text(names, id);
	frame->file = f ? pq_string(p, f->filename) : PQ_TEXT("");
	frame->start_line = f ? f->start_line : 0;
	frame->package = package_of(b, l, f);
}

static void add_stack_frames(struct building *b)
{
	const struct pq_graph *g = &b->v->graph;
	const uint32_t *frame_of = b->s->frame_of;
	struct pq_buf scratch = { 0 };
	struct pq_intern names;

	pq_intern_init(&names, b->arena);
	/* id 0 is the empty text, which no label is */
	memset(pq_vec_push(&b->s->frames), 0, sizeof(*b->s->frames.at));
	for (size_t l = 0; l < g->p->locations.n; l++)
		for (uint32_t f = g->first_frame[l]; f < g->first_frame[l + 1];
		     f++)
			if (frame_of[g->frame_nodes.at[f]] == PQ_NONE)
				add_stack_frame(b, g->frame_nodes.at[f], l,
						f - g->first_frame[l], &names,
						&scratch);
	pq_intern_release(&names);
	pq_buf_release(&scratch);
}

/* By place in a location, so that taking a frame is one look. */
static void list_places(struct building *b)
{
	const struct pq_graph *g = &b->v->graph;

	b->s->first_place = g->first_frame;
	b->s->n_locations = g->p->locations.n;
	b->s->places = pq_alloc(
		pq_size_mul(g->frame_nodes.n + 1, sizeof(*b->s->places)));
	for (size_t i = 0; i < g->frame_nodes.n; i++)
		b->s->places[i] = b->s->frame_of[g->frame_nodes.at[i]];
}

/* ---- telling stacks apart ---- */

/* A stack that is looked for, and whether the one found is inlined alike. */
struct sought_stack {
	struct pq_stack stack;
	bool *same_how;
};

static bool same_frames(const void *ctx, uint32_t index, const void *key)
{
	const struct pq_stacks *s = ctx;
	const struct sought_stack *sought = key;
	struct pq_stack a = s->list.at[index], b = sought->stack;
	uint8_t how_a, how_b;

	*sought->same_how = true;
	if (a.n_frames != b.n_frames)
		return false;
	/* How a frame was called does not tell stacks apart. */
	while (a.n_frames) {
		if (pq_stack_take(s, &a, &how_a) !=
		    pq_stack_take(s, &b, &how_b))
			return false;
		*sought->same_how = *sought->same_how && how_a == how_b;
	}
	return true;
}

/* Adds how the frames of one more sample are. */
static void add_how(uint8_t *how, const struct pq_stacks *s,
		    struct pq_stack stack)
{
	uint8_t one;

	while (stack.n_frames) {
		pq_stack_take(s, &stack, &one);
		how[stack.n_frames] |= one;
	}
}

/* Stacks that are inlined in different ways get a list of both. */
static void note_how(struct building *b, uint32_t id, struct pq_stack other)
{
	struct pq_stacks *s = b->s;

	pq_vec_reach(&s->how, s->list.n);
	if (!s->how.at[id]) {
		s->how.at[id] = pq_arena_zeroed(b->arena, other.n_frames);
		add_how(s->how.at[id], s, s->list.at[id]);
	}
	add_how(s->how.at[id], s, other);
}

/* ---- the walk ---- */

/* What the values of a sample are, of the columns that are asked for. */
enum sample_sign { SIGN_NONE, SIGN_POSITIVE, SIGN_NEGATIVE };

static enum sample_sign sign_of_sample(const struct building *b,
				       const struct pq_sample *sample)
{
	enum sample_sign sign = SIGN_NONE;

	for (unsigned c = 0; c < b->o->n_columns; c++) {
		int64_t value = sample->values[b->o->columns[c]];

		if (value < 0)
			return SIGN_NEGATIVE;
		if (value)
			sign = SIGN_POSITIVE;
	}
	return sign;
}

/* The frames of each location, hashed. */
static void hash_places(struct building *b)
{
	const struct pq_stacks *s = b->s;
	size_t n = b->v->p->locations.n;

	pq_piece_powers_init(&b->powers);
	b->pieces = pq_alloc(pq_size_mul(n + 1, sizeof(*b->pieces)));
	for (size_t l = 0; l < n; l++) {
		b->pieces[l] = PQ_PIECE_EMPTY;
		for (uint32_t f = s->first_place[l]; f < s->first_place[l + 1];
		     f++)
			pq_piece_add(&b->pieces[l], s->places[f]);
	}
}

/*
 * How many frames a stack has, and which of its first 64, from the root on, are
 * called: each location begins with a call.
 */
static uint64_t count_frames(const struct pq_stacks *s,
			     const struct pq_sample *sample, uint64_t *called)
{
	const uint32_t *first = s->first_place;
	uint64_t n = 0;

	*called = 0;
	for (size_t i = sample->n_locations; i--;) {
		uint32_t l = sample->locations[i];
		uint32_t n_here = first[l + 1] - first[l];

		if (n < 64)
			*called |= (uint64_t)(n_here > 0) << n;
		n += n_here;
	}
	return n;
}

/*
 * Decodes the stack of the sample at hand; what it is packed in stays.  Its
 * place in the map is fetched.
 */
static struct waiting_sample take_sample_stack(struct building *b,
					       struct pq_walk *w)
{
	struct waiting_sample taken = { .values = b->waiting.values };
	const uint8_t *packed = w->at.at;
	uint64_t n = 0;

	pq_walk_stack(w);
	if (!b->can_repeat)
		taken.hash = pq_hash_pieces(&b->powers, b->pieces,
					    w->sample.locations,
					    w->sample.n_locations, &n);
	if (b->o->for_groups)
		n = count_frames(b->s, &w->sample, &taken.called);
	taken.packed_bytes = (size_t)(w->at.at - packed);
	if (n > UINT32_MAX || taken.packed_bytes > UINT32_MAX)
		pq_unwind_limit("a stack has more than 4294967295 frames");
	taken.stack.end = w->at.at;
	taken.stack.n_frames = (uint32_t)n;
	if (!b->can_repeat)
		pq_map_prefetch(&b->map, taken.hash);
	return taken;
}

/* Notes which frames of a new stack are called, where they are many. */
static void note_called_more(struct pq_stacks *s, struct pq_stack stack)
{
	size_t first = s->called_more.n;
	size_t n_words = ((size_t)stack.n_frames + 63) / 64;
	uint32_t depth = 0, location;
	uint64_t *words;

	pq_vec_reserve(&s->called_more, first + n_words);
	words = s->called_more.at + first;
	memset(words, 0, n_words * sizeof(*words));
	s->called_more.n += n_words;
	/* From the root on, each location begins with a call. */
	while (depth < stack.n_frames) {
		const uint32_t *at;

		stack.end = pq_stack_place(stack.end, &location);
		at = &s->first_place[location];
		if (at[1] > at[0])
			words[depth / 64] |= (uint64_t)1 << depth % 64;
		depth += at[1] - at[0];
	}
	*pq_vec_push(&s->called) = first;
}

static void note_called(struct pq_stacks *s,
			const struct waiting_sample *sample)
{
	if (sample->stack.n_frames > 64)
		note_called_more(s, sample->stack);
	else
		*pq_vec_push(&s->called) = sample->called;
}

/* A new stack; a record that is made again does not stay where it is. */
static void add_stack(struct building *b, struct pq_stack stack)
{
	struct pq_stacks *s = b->s;

	if (b->v->p->samples.source) {
		const void *packed = pq_arena_copy(
			b->arena, stack.end - b->waiting.packed_bytes,
			b->waiting.packed_bytes);

		stack.end = (const uint8_t *)packed + b->waiting.packed_bytes;
	}
	*pq_vec_push(&s->list) = stack;
	/* No more than this row is written to: memory grows with stacks. */
	pq_vec_reserve(&s->own, s->list.n * s->n_columns);
	memset(s->own.at + s->own.n, 0, s->n_columns * sizeof(*s->own.at));
	s->own.n += s->n_columns;
	if (b->v->o.shape.mean)
		*pq_vec_push(&b->counts) = 0;
}

/* Looks for the stack of the sample that waits, and adds its values. */
static void add_waiting_sample(struct building *b)
{
	struct pq_stacks *s = b->s;
	struct waiting_sample *sample = &b->waiting;
	bool same_how = true;
	struct sought_stack sought = { sample->stack, &same_how };
	uint32_t fresh = (uint32_t)s->list.n, id;
	int64_t *own;

	id = b->can_repeat ? fresh
			   : pq_map_intern(&b->map, sample->hash, same_frames,
					   s, &sought, fresh);
	if (id == fresh) {
		add_stack(b, sought.stack);
		if (b->o->for_groups)
			note_called(s, sample);
	} else if (b->o->for_groups && !same_how)
		note_how(b, id, sought.stack);
	/* The stack's values, and the divisor of -mean. */
	own = &s->own.at[(size_t)id * s->n_columns];
	for (unsigned c = 0; c < s->n_columns; c++)
		own[c] = pq_add(own[c], sample->values[c]);
	if (b->v->o.shape.mean)
		b->counts.at[id] =
			pq_add(b->counts.at[id], sample->values[s->n_columns]);
	sample->stack.end = NULL;
}

/* Adds the sample that waited, and lets the one at hand wait. */
static void queue_sample(struct building *b, struct pq_walk *w)
{
	const int64_t *values = w->sample.values;
	unsigned n = b->s->n_columns;
	struct waiting_sample next = take_sample_stack(b, w);

	if (b->waiting.stack.end)
		add_waiting_sample(b);
	b->waiting = next;
	for (unsigned c = 0; c < n; c++)
		next.values[c] = values[b->o->columns[c]];
	next.values[n] = values[0];
	/* A record that is made again is gone with the next one. */
	if (b->v->p->samples.source)
		add_waiting_sample(b);
}

/*
 * Adds the stacks of all samples that have a value.  False: one is negative,
 * which has another size alone than with those of its stack.
 */
static bool walk_stacks(struct building *b)
{
	bool can_go_on = true;
	struct pq_walk w;

	pq_walk_begin(&w, &b->v->p->samples);
	while (can_go_on && pq_walk_next(&w)) {
		enum sample_sign sign;

		pq_walk_values(&w);
		sign = sign_of_sample(b, &w.sample);
		can_go_on = sign != SIGN_NEGATIVE || !b->can_repeat;
		if (sign != SIGN_NONE && can_go_on)
			queue_sample(b, &w);
	}
	if (b->waiting.stack.end)
		add_waiting_sample(b);
	pq_walk_end(&w);
	return can_go_on;
}

static void forget_stacks(struct building *b)
{
	struct pq_stacks *s = b->s;

	s->list.n = s->own.n = 0;
	s->called.n = s->called_more.n = 0;
}

static void collect_stacks(struct building *b)
{
	const struct pq_samples *samples = &b->v->p->samples;

	b->waiting.values = pq_arena_alloc(b->arena, (b->s->n_columns + 1) *
							     sizeof(int64_t));
	b->can_repeat = b->o->can_repeat && !b->v->o.shape.mean &&
			!samples->source;
	if (b->can_repeat && walk_stacks(b))
		return;
	forget_stacks(b);
	b->can_repeat = false;
	hash_places(b);
	/* Most samples have a stack of their own; growing would take as much. */
	pq_map_reserve(&b->map, samples->n);
	walk_stacks(b);
}

static void settle_own_values(struct building *b)
{
	const struct pq_graph_shape *shape = &b->v->o.shape;
	struct pq_stacks *s = b->s;

	for (size_t i = 0; i < s->own.n; i++) {
		int64_t *own = &s->own.at[i];

		if (shape->mean)
			/* there is a count for each stack */
			/* NOLINTNEXTLINE(clang-analyzer-core.*) */
			*own = pq_mean(*own, b->counts.at[i / s->n_columns]);
		if (shape->drop_negative && *own < 0)
			*own = 0;
	}
}

void pq_stacks_build(struct pq_stacks *s, struct pq_view *v,
		     const struct pq_stacks_options *o, struct pq_arena *arena)
{
	struct building b = { .s = s, .v = v, .o = o, .arena = arena };

	memset(s, 0, sizeof(*s));
	s->n_columns = o->n_columns;
	/* Identities of frames, and one frame for each printed name. */
	pq_graph_init(&v->graph, v->p, &v->o.shape);
	pq_graph_label_all(&v->graph);
	s->frame_of = pq_alloc(pq_size_mul(v->graph.nodes.n + 1, 4));
	memset(s->frame_of, 0xff, v->graph.nodes.n * 4);
	add_stack_frames(&b);
	list_places(&b);
	collect_stacks(&b);
	settle_own_values(&b);
	if (s->how.n)
		pq_vec_reach(&s->how, s->list.n);
	pq_vec_release(&b.counts);
	pq_map_release(&b.map);
	pq_free(b.pieces);
}

void pq_stacks_release(struct pq_stacks *s)
{
	pq_vec_release(&s->frames);
	pq_vec_release(&s->list);
	pq_vec_release(&s->own);
	pq_vec_release(&s->how);
	pq_free(s->frame_of);
	pq_free(s->places);
	pq_vec_release(&s->called);
	pq_vec_release(&s->called_more);
}
