#include "compare/buckets.h"

#include <math.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/units.h"

#include "base/banned.h"

/* What a size and a period say; most samples are of a few sizes. */
struct caught_size {
	int64_t size, period; /* size 0: none yet */
	double caught;	      /* pq_sampling_caught */
	double scale;	      /* pq_written_scale */
};

#define REMEMBERED_SIZES 64

struct bucket_builder {
	struct pq_buckets *b;
	const struct pq_joined *j;
	const struct pq_sampling *by;
	const struct pq_stack_numbers *stacks;
	uint32_t *last; /* by number: its last bucket, + 1; 0: none */
	bool by_number; /* each number has a bucket of its own */
	struct pq_map map;
	struct caught_size sizes[REMEMBERED_SIZES];
};

/* ---- the key: stack, object size ---- */

struct bucket_key {
	const struct pq_sized_stack *stack;
	int64_t size;
};

static bool same_bucket(const void *ctx, uint32_t index, const void *key)
{
	const struct bucket_builder *s = ctx;
	const struct pq_bucket *b = &s->b->list.at[index];
	const struct bucket_key *k = key;

	/* Equal stacks are read in one place. */
	return b->size == k->size && b->stack == k->stack->packed;
}

static void add_bucket(struct bucket_builder *s, struct bucket_key key)
{
	struct pq_bucket *bucket = pq_vec_push(&s->b->list);
	size_t n = s->j->n_files;
	double *columns = pq_arena_zeroed(&s->b->arena, n * 2 * sizeof(double));

	bucket->size = key.size;
	bucket->stack = key.stack->packed;
	bucket->samples = columns;
	bucket->alloc = columns + n;
	bucket->value = pq_arena_zeroed(&s->b->arena, n * sizeof(int64_t));
}

/*
 * The bucket of a numbered stack.  It nearly always is that of last time, and
 * numbers that tell all sizes there are need no map.
 */
static struct pq_bucket *find_bucket(struct bucket_builder *s, uint32_t number,
				     int64_t size)
{
	struct bucket_key key = { &s->stacks->list[number], size };
	uint32_t *last = &s->last[number], fresh = (uint32_t)s->b->list.n;
	uint64_t hash;

	if (*last && s->b->list.at[*last - 1].size == size)
		return &s->b->list.at[*last - 1];
	/* The place of a new bucket is known before it is made. */
	*last = fresh + 1;
	if (!s->by_number) {
		hash = pq_hash_mix(11, key.stack->stack);
		hash = pq_hash_mix(hash, (uint64_t)size);
		*last = 1 + pq_map_intern(&s->map, hash, same_bucket, s, &key,
					  fresh);
	}
	if (*last == fresh + 1)
		add_bucket(s, key);
	return &s->b->list.at[*last - 1];
}

static int64_t value_of_file(const struct bucket_builder *s,
			     const struct pq_sample *sample, size_t f,
			     uint32_t column)
{
	return column == PQ_NO_COLUMN
		       ? 0
		       : pq_joined_value(s->j, sample, f, column);
}

static const struct caught_size *find_caught(struct bucket_builder *s,
					     int64_t size, int64_t period)
{
	uint64_t hash = pq_hash_mix(17, (uint64_t)size) ^ (uint64_t)period;
	struct caught_size *c = &s->sizes[hash % REMEMBERED_SIZES];

	if (c->size != size || c->period != period)
		*c = (struct caught_size){ size, period,
					   pq_sampling_caught(size, period),
					   pq_written_scale(size, period) };
	return c;
}

/* The samples behind a heap's values of one file; checks them, too. */
static double heap_value_samples(struct bucket_builder *s, size_t f,
				 int64_t bytes, int64_t objects, int64_t size)
{
	struct pq_file_check *check = &s->b->files[f];
	int64_t period = s->j->files[f].period;
	const struct caught_size *c;
	double n;

	check->negative = check->negative || bytes < 0 || objects < 0;
	/* At a period of 1 every object is a sample. */
	if (period <= 1)
		return (double)objects;
	c = find_caught(s, size, period);
	if (!bytes)
		return pq_samples_of_objects(objects, c->caught);
	if (!size)
		return 0;

	/* A value written at once is a whole number of samples. */
	n = pq_samples_of_bytes(bytes, size, c->caught);
	check->n_values++;
	check->n_whole += fabs(n - round(n)) < 0.01;
	check->n_pieced +=
		!pq_is_written_at_once(bytes, round(n), size, c->scale);
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

/* A guess for samples without a label, or 0; files[f] notes both. */
static int64_t guess_object_size(struct bucket_builder *s,
				 const struct pq_sample *sample)
{
	const struct pq_sampling *by = s->by;
	int64_t bytes, objects, size;

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
			    const struct pq_sample *sample, uint32_t number)
{
	const struct pq_sampling *by = s->by;
	int64_t size = s->stacks->list[number].size;
	struct pq_bucket *bucket = find_bucket(
		s, number, size ? size : guess_object_size(s, sample));

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
			     const struct pq_sample *sample, uint32_t number)
{
	const struct pq_sampling *by = s->by;
	struct pq_bucket *bucket = find_bucket(s, number, 0);

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
	struct bucket_builder s = {
		.b = b, .j = j, .by = o->by, .stacks = o->stacks
	};
	const uint32_t *number = o->stacks->of;
	bool is_heap = o->by->by == PQ_SAMPLED_BYTES;
	struct pq_walk w;

	memset(b, 0, sizeof(*b));
	pq_arena_init(&b->arena);
	b->files = pq_arena_zeroed(&b->arena, j->n_files * sizeof(*b->files));
	/* A map is needed where some stacks have sizes and others none. */
	s.by_number = o->stacks->n_sized == (is_heap ? o->stacks->n : 0);
	s.last = pq_alloc_zeroed(pq_size_mul(o->stacks->n, sizeof(*s.last)));

	/* One pass over the values of all samples. */
	pq_walk_begin(&w, &j->p->samples);
	for (; pq_walk_next(&w); number++) {
		pq_walk_values(&w);
		if (o->only_counted && !has_counted_value(&s, &w.sample))
			continue;
		if (is_heap)
			add_heap_sample(&s, &w.sample, *number);
		else
			add_plain_sample(&s, &w.sample, *number);
	}
	pq_walk_end(&w);
	pq_free(s.last);
	pq_map_release(&s.map);
}

void pq_buckets_release(struct pq_buckets *b)
{
	pq_vec_release(&b->list);
	pq_arena_release(&b->arena);
}
