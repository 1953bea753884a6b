#include "graph/stacks.h"

#include <string.h>

#include "base/intern.h"
#include "base/mem.h"
#include "base/units.h"

#include "base/banned.h"

struct building {
	struct pq_stacks *s;
	const struct pq_view *v;
	const struct pq_stacks_options *o;
	struct pq_arena *arena;
	PQ_VEC(int64_t) counts; /* by end: sums of the divisor of -mean */
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
	if (id < b->s->frames.n)
		return;
	if (line < l->n_lines)
		f = pq_line_function(p, pq_location_lines(p, l) + line);
	frame = pq_vec_push(&b->s->frames);
	frame->name = pq_intern_text(names, id);
	frame->file = f ? pq_string(p, f->filename) : PQ_TEXT("");
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

/* ---- the tree ---- */

struct place {
	uint32_t parent, frame;
};

static bool same_stack_place(const void *ctx, uint32_t index, const void *key)
{
	const struct pq_stacks *s = ctx;
	const struct pq_stack_node *a = &s->nodes.at[index];
	const struct place *b = key;

	return a->parent == b->parent && a->frame == b->frame;
}

static uint32_t find_child(struct pq_stacks *s, struct place place)
{
	uint64_t hash =
		pq_hash_mix(7, (uint64_t)place.parent << 32 | place.frame);
	uint32_t fresh = (uint32_t)s->nodes.n, id;

	id = pq_map_intern(&s->map, hash, same_stack_place, s, &place, fresh);
	if (id == fresh)
		*pq_vec_push(&s->nodes) =
			(struct pq_stack_node){ place.parent, place.frame,
						PQ_NONE, 0, 0 };
	s->nodes.at[place.parent].recent = id;
	return id;
}

/* Most nodes have one child, or are met with the same one again. */
static uint32_t descend(struct pq_stacks *s, struct place place, uint8_t how)
{
	uint32_t id = s->nodes.at[place.parent].recent;

	if (!id || s->nodes.at[id].frame != place.frame)
		id = find_child(s, place);
	s->nodes.at[id].how |= how;
	return id;
}

static uint32_t walk_stack(struct building *b, const struct pq_sample *sample)
{
	const struct pq_graph *g = &b->v->graph;
	uint32_t at = 0;

	for (size_t i = sample->n_locations; i--;) {
		uint32_t l = sample->locations[i];
		uint32_t last = g->first_frame[l + 1] - 1;

		for (uint32_t f = last + 1; f-- > g->first_frame[l];) {
			uint32_t node = g->frame_nodes.at[f];
			struct place place = { at, b->s->frame_of[node] };

			at = descend(b->s, place,
				     f == last ? PQ_STACK_CALLED
					       : PQ_STACK_INLINED);
		}
	}
	return at;
}

static bool any_value(const struct building *b, const struct pq_sample *sample)
{
	for (unsigned c = 0; c < b->o->n_columns; c++)
		if (sample->values[b->o->columns[c]])
			return true;
	return false;
}

static void add_sample_stack(struct building *b, const struct pq_sample *sample)
{
	struct pq_stacks *s = b->s;
	uint32_t at = walk_stack(b, sample);
	struct pq_stack_node *node = &s->nodes.at[at];
	int64_t *own;

	if (node->end == PQ_NONE) {
		node->end = (uint32_t)s->ends.n;
		*pq_vec_push(&s->ends) = at;
		*pq_vec_push(&b->counts) = 0;
		for (unsigned c = 0; c < s->n_columns; c++)
			*pq_vec_push(&s->own) = 0;
	}
	/* The stack's values, and the divisor of -mean. */
	own = &s->own.at[(size_t)node->end * s->n_columns];
	for (unsigned c = 0; c < s->n_columns; c++)
		own[c] = pq_add(own[c], sample->values[b->o->columns[c]]);
	b->counts.at[node->end] =
		pq_add(b->counts.at[node->end], sample->values[0]);
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
	struct pq_walk w;

	memset(s, 0, sizeof(*s));
	s->n_columns = o->n_columns;
	*pq_vec_push(&s->nodes) =
		(struct pq_stack_node){ PQ_NONE, PQ_NONE, PQ_NONE, 0, 0 };
	/* Identities of frames, and one frame for each printed name. */
	pq_graph_init(&v->graph, v->p, &v->o.shape);
	pq_graph_label_all(&v->graph);
	s->frame_of = pq_alloc(pq_size_mul(v->graph.nodes.n + 1, 4));
	memset(s->frame_of, 0xff, v->graph.nodes.n * 4);
	add_stack_frames(&b);
	pq_walk_begin(&w, &v->p->samples);
	while (pq_walk_next(&w)) {
		pq_walk_values(&w);
		if (!any_value(&b, &w.sample))
			continue;
		pq_walk_stack(&w);
		add_sample_stack(&b, &w.sample);
	}
	pq_walk_end(&w);
	settle_own_values(&b);
	pq_vec_release(&b.counts);
	pq_map_release(&s->map);
}

void pq_stacks_release(struct pq_stacks *s)
{
	pq_vec_release(&s->frames);
	pq_vec_release(&s->nodes);
	pq_vec_release(&s->ends);
	pq_vec_release(&s->own);
	pq_free(s->frame_of);
	pq_map_release(&s->map);
}

bool pq_stacks_any(const struct pq_stacks *s, size_t end)
{
	for (unsigned c = 0; c < s->n_columns; c++)
		if (s->own.at[end * s->n_columns + c])
			return true;
	return false;
}

void pq_stacks_path(const struct pq_stacks *s, uint32_t node,
		    struct pq_stack_path *path)
{
	path->n = 0;
	for (; node; node = s->nodes.at[node].parent)
		*pq_vec_push(path) = node;
}
