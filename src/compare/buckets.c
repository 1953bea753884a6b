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
	bool is_heap;
	PQ_VEC(bool) is_counted; /* by bucket */
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
	struct pq_buckets *b = s->b;
	size_t n;

	*pq_vec_push(&b->list) =
		(struct pq_bucket){ key.size, key.stack->packed };
	n = pq_size_mul(b->list.n, b->n_files);
	pq_vec_reach(&b->samples, n);
	if (b->has_alloc)
		pq_vec_reach(&b->alloc, n);
	for (unsigned i = 0; i < b->n_columns; i++)
		pq_vec_reach(&b->values[i], n);
}

/*
 * The bucket of a numbered stack.  It nearly always is that of last time, and
 * numbers that tell all sizes there are need no map.
 */
static uint32_t find_bucket(struct bucket_builder *s, uint32_t number,
			    int64_t size)
{
	struct bucket_key key = { &s->stacks->list[number], size };
	uint32_t *last = &s->last[number], fresh = (uint32_t)s->b->list.n;
	uint64_t hash;

	if (*last && s->b->list.at[*last - 1].size == size)
		return *last - 1;
	/* The place of a new bucket is known before it is made. */
	*last = fresh + 1;
	if (!s->b->by_number) {
		hash = pq_hash_mix(11, key.stack->stack);
		hash = pq_hash_mix(hash, (uint64_t)size);
		*last = 1 + pq_map_intern(&s->map, hash, same_bucket, s, &key,
					  fresh);
	}
	if (*last == fresh + 1)
		add_bucket(s, key);
	return *last - 1;
}

/* ---- the counts of a sample ---- */

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

	/* A joined sample has zeros for all files but one, mostly. */
	if (!(bytes | objects))
		return 0;
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

/* Adds what the columns say that the buckets count. */
static void add_bucket_values(struct bucket_builder *s,
			      const struct pq_sample *sample, uint32_t bucket)
{
	struct pq_buckets *b = s->b;
	size_t first = bucket * b->n_files;

	for (unsigned i = 0; i < b->n_columns; i++) {
		int64_t *to = b->values[i].at + first;

		for (size_t f = 0; f < b->n_files; f++)
			to[f] = pq_add(to[f], pq_joined_value(s->j, sample, f,
							      b->columns[i]));
	}
}

static uint32_t add_heap_sample(struct bucket_builder *s,
				const struct pq_sample *sample, uint32_t number)
{
	const struct pq_sampling *by = s->by;
	int64_t size = s->stacks->list[number].size;
	uint32_t bucket;
	size_t row;

	if (!size)
		size = guess_object_size(s, sample);
	bucket = find_bucket(s, number, size);
	row = bucket * s->b->n_files;
	for (size_t f = 0; f < s->j->n_files; f++) {
		s->b->samples.at[row + f] += heap_value_samples(
			s, f, value_of_file(s, sample, f, by->bytes),
			value_of_file(s, sample, f, by->objects), size);

		/* Counts since the start have columns of their own, or none. */
		if (s->b->has_alloc)
			s->b->alloc.at[row + f] += heap_value_samples(
				s, f,
				value_of_file(s, sample, f, by->alloc_bytes),
				value_of_file(s, sample, f, by->alloc_objects),
				size);
	}
	return bucket;
}

static uint32_t add_plain_sample(struct bucket_builder *s,
				 const struct pq_sample *sample,
				 uint32_t number)
{
	const struct pq_sampling *by = s->by;
	uint32_t bucket = find_bucket(s, number, 0);
	double *samples = s->b->samples.at + bucket * s->b->n_files;

	for (size_t f = 0; f < s->j->n_files; f++) {
		int64_t value = value_of_file(s, sample, f, by->value),
			n = value;
		int64_t period = s->j->files[f].period;

		if (by->samples != PQ_NO_COLUMN)
			n = value_of_file(s, sample, f, by->samples);

		/* Without a column of samples, the period says how many. */
		samples[f] += by->samples == PQ_NO_COLUMN && period > 0
				      ? (double)n / (double)period
				      : (double)n;
		s->b->files[f].negative = s->b->files[f].negative || n < 0 ||
					  value < 0;
	}
	return bucket;
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

static void add_bucket_sample(struct bucket_builder *s,
			      const struct pq_sample *sample, uint32_t number)
{
	uint32_t bucket = s->is_heap ? add_heap_sample(s, sample, number)
				     : add_plain_sample(s, sample, number);

	add_bucket_values(s, sample, bucket);
	pq_vec_reach(&s->is_counted, s->b->list.n);
	if (s->is_counted.at[bucket] || !has_counted_value(s, sample))
		return;
	s->is_counted.at[bucket] = true;
	*pq_vec_push(&s->b->counted) = bucket;
}

/* ---- the whole ---- */

static void choose_bucket_columns(struct bucket_builder *s, bool both)
{
	const struct pq_sampling *by = s->by;
	struct pq_buckets *b = s->b;

	b->columns[b->n_columns++] = by->value;
	if (both && s->is_heap && by->bytes != PQ_NO_COLUMN &&
	    by->objects != PQ_NO_COLUMN)
		b->columns[b->n_columns++] =
			by->value == by->bytes ? by->objects : by->bytes;
	b->has_alloc = s->is_heap && !by->is_alloc &&
		       (by->alloc_bytes != PQ_NO_COLUMN ||
			by->alloc_objects != PQ_NO_COLUMN);
}

/* Numbers that are buckets say how many there will be. */
static void reserve_buckets(struct pq_buckets *b, size_t n)
{
	size_t by_file = pq_size_mul(n, b->n_files);

	pq_vec_reserve(&b->list, n);
	pq_vec_reserve(&b->samples, by_file);
	if (b->has_alloc)
		pq_vec_reserve(&b->alloc, by_file);
	for (unsigned i = 0; i < b->n_columns; i++)
		pq_vec_reserve(&b->values[i], by_file);
}

void pq_buckets_build(struct pq_buckets *b, const struct pq_joined *j,
		      const struct pq_buckets_options *o)
{
	struct bucket_builder s = {
		.b = b, .j = j, .by = o->by, .stacks = o->stacks
	};
	const uint32_t *number = o->stacks->of;
	struct pq_walk w;

	memset(b, 0, sizeof(*b));
	b->n_files = j->n_files;
	b->files = pq_alloc_zeroed(pq_size_mul(j->n_files, sizeof(*b->files)));
	s.is_heap = o->by->by == PQ_SAMPLED_BYTES;
	/* A map is needed where some stacks have sizes and others none. */
	if (o->stacks->n_sized == (s.is_heap ? o->stacks->n : 0))
		b->by_number = o->stacks;
	s.last = pq_alloc_zeroed(pq_size_mul(o->stacks->n, sizeof(*s.last)));
	choose_bucket_columns(&s, o->both_values);
	if (b->by_number)
		reserve_buckets(b, o->stacks->n);

	/* One pass over the values of all samples. */
	pq_walk_begin(&w, &j->p->samples);
	for (; pq_walk_next(&w); number++) {
		pq_walk_values(&w);
		add_bucket_sample(&s, &w.sample, *number);
	}
	pq_walk_end(&w);
	pq_free(s.last);
	pq_vec_release(&s.is_counted);
	pq_map_release(&s.map);
}

void pq_buckets_release(struct pq_buckets *b)
{
	pq_vec_release(&b->list);
	pq_vec_release(&b->samples);
	pq_vec_release(&b->alloc);
	for (unsigned i = 0; i < PQ_BUCKET_COLUMNS; i++)
		pq_vec_release(&b->values[i]);
	pq_vec_release(&b->counted);
	pq_free(b->files);
	memset(b, 0, sizeof(*b));
}

const int64_t *pq_buckets_values(const struct pq_buckets *b, uint32_t column)
{
	for (unsigned i = 0; i < b->n_columns; i++)
		if (b->columns[i] == column)
			return b->values[i].at;
	return NULL;
}
