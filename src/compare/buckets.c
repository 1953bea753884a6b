#include "compare/buckets.h"

#include <math.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/units.h"

#include "base/banned.h"

struct bucket_builder {
	struct pq_buckets *b;
	const struct pq_joined *j;
	const struct pq_sampling *by;
	const struct pq_graph *nodes; /* NULL: lines tell all that matters */
	struct pq_graph lines;	      /* by source line: tells stacks apart */
	struct pq_map map;
	const uint8_t *stack; /* the sample's at hand, as it is packed */
	size_t stack_bytes;
};

/* ---- the key: stack of lines, stack of nodes, object size ---- */

struct bucket_key {
	int64_t size;
	const uint8_t *stack;
};

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

static bool same_bucket(const void *ctx, uint32_t index, const void *key)
{
	const struct bucket_builder *s = ctx;
	const struct pq_bucket *b = &s->b->list.at[index];
	const struct bucket_key *k = key;

	return b->size == k->size &&
	       same_nodes(&s->lines, b->stack, k->stack) &&
	       (!s->nodes || same_nodes(s->nodes, b->stack, k->stack));
}

static uint64_t hash_nodes(const struct pq_graph *g,
			   const struct pq_sample *sample, uint64_t h)
{
	for (size_t i = 0; i < sample->n_locations; i++) {
		uint32_t l = sample->locations[i], end = g->first_frame[l + 1];

		for (uint32_t f = g->first_frame[l]; f < end; f++)
			h = pq_hash_mix(h, g->frame_nodes.at[f]);
	}
	return h;
}

/* Functions are all that lines are of; other nodes may be more. */
static bool lines_tell_nodes(const struct pq_graph *g)
{
	return g->shape.granularity == PQ_FUNCTIONS && !g->shape.noinlines &&
	       !g->shape.object_names;
}

static void add_bucket(struct bucket_builder *s, struct bucket_key key)
{
	struct pq_bucket *bucket = pq_vec_push(&s->b->list);
	struct pq_arena *arena = &s->b->arena;
	size_t n = s->j->n_files;
	double *columns = pq_arena_zeroed(arena, n * 2 * sizeof(double));

	bucket->size = key.size;
	bucket->stack = key.stack;
	/* A record that is made again does not stay where it is. */
	if (s->j->p->samples.source)
		bucket->stack = pq_arena_copy(arena, key.stack, s->stack_bytes);
	bucket->value = pq_arena_zeroed(arena, n * sizeof(int64_t));
	bucket->samples = columns;
	bucket->alloc = columns + n;
}

static struct pq_bucket *find_bucket(struct bucket_builder *s,
				     const struct pq_sample *sample,
				     int64_t size)
{
	struct bucket_key key = { size, s->stack };
	uint64_t hash =
		hash_nodes(&s->lines, sample, pq_hash_mix(11, (uint64_t)size));
	uint32_t fresh = (uint32_t)s->b->list.n, id;

	if (s->nodes)
		hash = hash_nodes(s->nodes, sample, hash);
	id = pq_map_intern(&s->map, hash, same_bucket, s, &key, fresh);
	if (id == fresh)
		add_bucket(s, key);
	return &s->b->list.at[id];
}

static int64_t value_of_file(const struct bucket_builder *s,
			     const struct pq_sample *sample, size_t f,
			     uint32_t column)
{
	return column == PQ_NO_COLUMN
		       ? 0
		       : pq_joined_value(s->j, sample, f, column);
}

/* The samples behind a heap's values of one file; checks them, too. */
static double heap_value_samples(struct bucket_builder *s, size_t f,
				 int64_t bytes, int64_t objects, int64_t size)
{
	struct pq_file_check *check = &s->b->files[f];
	int64_t period = s->j->files[f].period;
	double n, caught;

	check->negative = check->negative || bytes < 0 || objects < 0;
	/* At a period of 1 every object is a sample. */
	if (period <= 1)
		return (double)objects;
	caught = pq_sampling_caught(size, period);
	if (!bytes)
		return pq_samples_of_objects(objects, caught);
	if (!size)
		return 0;

	/* A value written at once is a whole number of samples. */
	n = pq_samples_of_bytes(bytes, size, caught);
	check->n_values++;
	check->n_whole += fabs(n - round(n)) < 0.01;
	check->n_pieced +=
		!pq_is_written_at_once(bytes, round(n), size, period);
	return round(n);
}

static int64_t sum_sample_value(const struct bucket_builder *s,
				const struct pq_sample *sample, uint32_t column)
{
	int64_t sum = 0;

	for (size_t f = 0; f < s->j->n_files; f++)
		sum = pq_add(sum, value_of_file(s, sample, f, column));
	return sum;
}

/* The size in the label, or a guess (files[f] notes that), or 0. */
static int64_t object_size(struct bucket_builder *s,
			   const struct pq_sample *sample)
{
	const struct pq_sampling *by = s->by;
	int64_t size = pq_object_size(s->j->p, sample);
	int64_t bytes, objects;

	if (size)
		return size;

	/* Objects that live now, or else those allocated since the start. */
	bytes = sum_sample_value(s, sample, by->bytes);
	objects = sum_sample_value(s, sample, by->objects);
	if (!bytes && !objects && by->alloc_bytes != PQ_NO_COLUMN) {
		bytes = sum_sample_value(s, sample, by->alloc_bytes);
		objects = sum_sample_value(s, sample, by->alloc_objects);
	}
	size = pq_object_size_guess(bytes, objects);

	/* Only files whose samples need the size are marked. */
	for (size_t f = 0; f < s->j->n_files; f++) {
		if (s->j->files[f].period <= 1 ||
		    (!value_of_file(s, sample, f, by->bytes) &&
		     !value_of_file(s, sample, f, by->objects) &&
		     !value_of_file(s, sample, f, by->alloc_bytes)))
			continue;
		if (size)
			s->b->files[f].guessed_sizes = true;
		else
			s->b->files[f].no_sizes = true;
	}
	return size;
}

static void add_heap_sample(struct bucket_builder *s,
			    const struct pq_sample *sample)
{
	const struct pq_sampling *by = s->by;
	struct pq_bucket *bucket =
		find_bucket(s, sample, object_size(s, sample));

	for (size_t f = 0; f < s->j->n_files; f++) {
		double n = heap_value_samples(
			s, f, value_of_file(s, sample, f, by->bytes),
			value_of_file(s, sample, f, by->objects), bucket->size);

		/* Counts since the start have columns of their own, or none. */
		bucket->samples[f] += n;
		if (!by->is_alloc && (by->alloc_bytes != PQ_NO_COLUMN ||
				      by->alloc_objects != PQ_NO_COLUMN))
			n = heap_value_samples(
				s, f,
				value_of_file(s, sample, f, by->alloc_bytes),
				value_of_file(s, sample, f, by->alloc_objects),
				bucket->size);
		bucket->alloc[f] += n;
		bucket->value[f] =
			pq_add(bucket->value[f],
			       value_of_file(s, sample, f, by->value));
	}
}

static void add_plain_sample(struct bucket_builder *s,
			     const struct pq_sample *sample)
{
	const struct pq_sampling *by = s->by;
	struct pq_bucket *bucket = find_bucket(s, sample, 0);

	for (size_t f = 0; f < s->j->n_files; f++) {
		int64_t value = value_of_file(s, sample, f, by->value),
			n = value;
		int64_t period = s->j->files[f].period;

		if (by->samples != PQ_NO_COLUMN)
			n = value_of_file(s, sample, f, by->samples);

		/* Without a column of samples, the period says how many. */
		bucket->samples[f] += by->samples == PQ_NO_COLUMN && period > 0
					      ? (double)n / (double)period
					      : (double)n;
		bucket->value[f] = pq_add(bucket->value[f], value);
		s->b->files[f].negative = s->b->files[f].negative || n < 0 ||
					  value < 0;
	}
}

/* Whether a sample counts in some row: alloc_* are counted beside them. */
static bool has_counted_value(const struct bucket_builder *s,
			      const struct pq_sample *sample)
{
	const uint32_t columns[] = { s->by->value, s->by->samples, s->by->bytes,
				     s->by->objects };
	int64_t any = 0;

	for (size_t f = 0; f < s->j->n_files; f++)
		for (size_t i = 0; i < sizeof(columns) / sizeof(*columns); i++)
			any |= value_of_file(s, sample, f, columns[i]);
	return any != 0;
}

void pq_buckets_build(struct pq_buckets *b, const struct pq_joined *j,
		      const struct pq_buckets_options *o)
{
	struct pq_graph_shape shape = { .granularity = PQ_LINES };
	struct bucket_builder s = { .b = b, .j = j, .by = o->by };
	struct pq_walk w;

	memset(b, 0, sizeof(*b));
	pq_arena_init(&b->arena);
	b->files = pq_arena_zeroed(&b->arena, j->n_files * sizeof(*b->files));
	if (o->nodes && !lines_tell_nodes(o->nodes))
		s.nodes = o->nodes;

	/* One pass over the samples. */
	pq_graph_init(&s.lines, j->p, &shape);
	pq_walk_begin(&w, &j->p->samples);
	while (pq_walk_next(&w)) {
		pq_walk_values(&w);
		if (o->only_counted && !has_counted_value(&s, &w.sample))
			continue;
		s.stack = w.at.at;
		pq_walk_stack(&w);
		s.stack_bytes = (size_t)(w.at.at - s.stack);
		pq_walk_labels(&w);
		if (o->by->by == PQ_SAMPLED_BYTES)
			add_heap_sample(&s, &w.sample);
		else
			add_plain_sample(&s, &w.sample);
	}
	pq_walk_end(&w);
	pq_graph_release(&s.lines);
	pq_map_release(&s.map);
}

void pq_buckets_release(struct pq_buckets *b)
{
	pq_vec_release(&b->list);
	pq_arena_release(&b->arena);
}
