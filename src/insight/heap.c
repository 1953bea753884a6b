#include "insight/heap.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "compare/runtime.h"
#include "profile/kind.h"

#include "base/banned.h"

/* The least share of bytes that are whole samples, in a file of one rate. */
#define SHARE_WHOLE 0.99
#define WHOLE 0.01

struct building {
	struct pq_heap *h;
	const struct pq_grouping *by;
	uint32_t columns[PQ_HEAP_COLUMNS]; /* sample types, or PQ_NO_COLUMN */
	struct pq_map stack_map, bucket_map, cell_map, pair_map;
	struct pq_intern names; /* groups' names: id - 1 */
	PQ_VEC(uint64_t) pairs; /* leaf and owner, and ... */
	PQ_VEC(uint32_t) pair_groups;
	PQ_VEC(uint32_t) stack_groups; /* by stack, or PQ_NONE: not yet */
	PQ_VEC(uint32_t) group_stacks; /* those that say where groups are */
	struct pq_frame_stack stack;   /* of the sample at hand, in ... */
	struct pq_frame_list frames;
	struct pq_frame_list other;	    /* of a stack beside it */
	const uint8_t *packed, *packed_end; /* its stack in its record */
	bool is_held;			    /* records stay where they are */
	struct pq_buf name;
	int64_t *counts; /* the sample at hand's */
	/* pq_heap_build_type */
	const struct pq_sampling *type;
};

/* ---- which group ---- */

static uint32_t group_by_name(struct building *s, uint32_t stack,
			      const struct pq_sample *sample)
{
	struct pq_heap *h = s->h;
	struct pq_heap_group *group;
	uint32_t id;

	pq_buf_clear(&s->name);
	pq_grouping_name(s->by, &h->frames, s->stack, sample, &s->name);
	if (!s->name.len)
		pq_buf_str(&s->name, "<unknown>");
	id = pq_intern(&s->names, pq_buf_view(&s->name)) - 1;
	/* The first stack stands for it until find_places has seen all. */
	if (id == h->groups.n) {
		group = pq_vec_push(&h->groups);
		memset(group, 0, sizeof(*group));
		group->name = pq_intern_text(&s->names, id + 1);
		*pq_vec_push(&s->group_stacks) = stack;
	}
	return id;
}

/* The owner's position; that of the leaf when there is none. */
static uint32_t find_owner(const struct pq_frames *f, struct pq_frame_stack s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!f->list.at[s.at[i]].library)
			return s.at[i];
	return s.n ? s.at[0] : PQ_NONE;
}

static bool same_pair(const void *ctx, uint32_t index, const void *key)
{
	const struct building *s = ctx;

	return s->pairs.at[index] == *(const uint64_t *)key;
}

/* Most stacks end in a leaf and have an owner that were seen before. */
static uint32_t group_by_pair(struct building *s, uint32_t stack,
			      const struct pq_sample *sample)
{
	uint32_t leaf = s->stack.n ? s->stack.at[0] : PQ_NONE;
	uint64_t pair = (uint64_t)leaf << 32 |
			find_owner(&s->h->frames, s->stack);
	uint32_t fresh = (uint32_t)s->pairs.n, id;

	id = pq_map_intern(&s->pair_map, pq_hash_mix(3, pair), same_pair, s,
			   &pair, fresh);
	if (id == fresh) {
		*pq_vec_push(&s->pairs) = pair;
		*pq_vec_push(&s->pair_groups) = group_by_name(s, stack, sample);
	}
	return s->pair_groups.at[id];
}

static uint32_t find_group(struct building *s, uint32_t stack,
			   const struct pq_sample *sample)
{
	/* A label belongs to the sample: nothing can be remembered by stack. */
	if (s->by->by == PQ_PER_LABEL)
		return group_by_name(s, stack, sample);
	if (s->stack_groups.at[stack] == PQ_NONE)
		s->stack_groups.at[stack] =
			pq_grouping_is_by_frames(s->by)
				? group_by_pair(s, stack, sample)
				: group_by_name(s, stack, sample);
	return s->stack_groups.at[stack];
}

/* ---- which bucket ---- */

/* Without the frames of the runtime at the leaf, where they are cut. */
static struct pq_frame_stack cut_runtime_frames(const struct pq_heap *h,
						const struct pq_frame_list *of)
{
	struct pq_frame_stack stack = { of->at, of->n };

	while (h->is_runtime && stack.n && h->is_runtime[stack.at[0]]) {
		stack.at++;
		stack.n--;
	}
	return stack;
}

struct pq_frame_stack pq_heap_stack(const struct pq_heap *h, uint32_t stack,
				    struct pq_frame_list *room)
{
	pq_frames_read(&h->frames, h->stacks.at[stack], room);
	return cut_runtime_frames(h, room);
}

static bool same_heap_frames(const void *ctx, uint32_t index, const void *key)
{
	struct building *s = *(struct building *const *)key;
	struct pq_frame_stack a = pq_heap_stack(ctx, index, &s->other);

	return a.n == s->stack.n &&
	       (!a.n || !memcmp(a.at, s->stack.at, a.n * sizeof(*a.at)));
}

/* Records that are made again with each walk do not stay: a copy has to. */
static const uint8_t *keep_packed_stack(struct building *s)
{
	size_t bytes = (size_t)(s->packed_end - s->packed);

	return s->is_held ? s->packed
			  : pq_arena_copy(&s->h->arena, s->packed, bytes);
}

static uint32_t find_stack(struct building *s, const struct pq_sample *sample)
{
	struct pq_heap *h = s->h;
	uint32_t fresh = (uint32_t)h->stacks.n, id;
	size_t bytes;

	/* Frames are the key: stacks that differ in addresses only are one. */
	pq_frames_put(&h->frames, sample, &s->frames);
	s->stack = cut_runtime_frames(h, &s->frames);
	bytes = s->stack.n * sizeof(*s->stack.at);
	id = pq_map_intern(&s->stack_map, pq_hash_bytes(s->stack.at, bytes, 4),
			   same_heap_frames, h, &s, fresh);
	if (id == fresh) {
		*pq_vec_push(&h->stacks) = keep_packed_stack(s);
		*pq_vec_push(&s->stack_groups) = PQ_NONE;
	}
	return id;
}

static int64_t *new_counts(struct pq_heap *h)
{
	return pq_arena_zeroed(&h->arena,
			       pq_size_mul(PQ_HEAP_COLUMNS * 8, h->n_files));
}

static bool same_cell(const void *ctx, uint32_t index, const void *key)
{
	const struct building *s = ctx;
	const struct pq_heap_cell *a = &s->h->cells.at[index], *b = key;

	return a->group == b->group && a->size == b->size;
}

static uint32_t find_size_cell(struct building *s, uint32_t group, int64_t size)
{
	struct pq_heap *h = s->h;
	uint32_t fresh = (uint32_t)h->cells.n, id;
	struct pq_heap_cell key = { .group = group, .size = size };

	id = pq_map_intern(&s->cell_map, pq_hash_mix(group, (uint64_t)size),
			   same_cell, s, &key, fresh);
	if (id == fresh) {
		key.counts = new_counts(h);
		*pq_vec_push(&h->cells) = key;
	}
	return id;
}

static bool same_heap_bucket(const void *ctx, uint32_t index, const void *key)
{
	const struct building *s = ctx;
	const struct pq_heap_bucket *a = &s->h->buckets.at[index], *b = key;

	return a->cell == b->cell && a->stack == b->stack;
}

static struct pq_heap_bucket *find_heap_bucket(struct building *s,
					       const struct pq_sample *sample,
					       uint32_t stack, int64_t size)
{
	struct pq_heap *h = s->h;
	uint32_t fresh = (uint32_t)h->buckets.n, id;
	struct pq_heap_bucket key = { .stack = stack };

	key.cell = find_size_cell(s, find_group(s, key.stack, sample), size);
	id = pq_map_intern(&s->bucket_map, pq_hash_mix(key.cell, key.stack),
			   same_heap_bucket, s, &key, fresh);
	if (id == fresh) {
		if (h->has_bucket_counts)
			key.counts = new_counts(h);
		*pq_vec_push(&h->buckets) = key;
	}
	return &h->buckets.at[id];
}

/* ---- the numbers of a sample ---- */

/* Takes a heap's values; false when all of them are 0. */
static bool take_heap_values(struct building *s, const struct pq_sample *sample)
{
	size_t n = s->h->n_files;
	bool any = false;

	/* Columns that the file lacks (alloc_* outside of Go) count 0. */
	for (size_t c = PQ_HEAP_ALLOC_OBJECTS; c < PQ_HEAP_COLUMNS; c++)
		for (size_t f = 0; f < n; f++) {
			int64_t value = 0;

			if (s->columns[c] != PQ_NO_COLUMN)
				value = pq_joined_value(s->h->joined, sample, f,
							s->columns[c]);
			s->counts[c * n + f] = value;
			any = any || value;
		}
	return any;
}

static int64_t count_of(const struct building *s, enum pq_heap_column c,
			size_t f)
{
	return s->counts[(size_t)c * s->h->n_files + f];
}

/* Live objects count first, and allocated ones where none is alive. */
static double mean_size(const struct building *s)
{
	for (unsigned alloc = 0; alloc < 2; alloc++) {
		double objects = 0, bytes = 0;

		for (size_t f = 0; f < s->h->n_files; f++) {
			objects +=
				(double)count_of(s,
						 alloc ? PQ_HEAP_ALLOC_OBJECTS
						       : PQ_HEAP_LIVE_OBJECTS,
						 f);
			bytes += (double)count_of(s,
						  alloc ? PQ_HEAP_ALLOC_SPACE
							: PQ_HEAP_LIVE_SPACE,
						  f);
		}
		/* Differences may be negative: no size can be had. */
		if (objects != 0)
			return objects > 0 && bytes > 0 ? bytes / objects : 0;
	}
	return 0;
}

static bool is_in_file(const struct building *s, size_t f)
{
	for (unsigned c = PQ_HEAP_ALLOC_OBJECTS; c < PQ_HEAP_COLUMNS; c++)
		if (count_of(s, c, f))
			return true;
	return false;
}

/* The size of a sample that does not say it; each file remembers that. */
static int64_t guess_size(struct building *s)
{
	double mean = mean_size(s), whole = nearbyint(mean);
	bool is_whole = mean > 0 && fabs(mean - whole) <= 0.005 * mean;

	for (size_t f = 0; f < s->h->n_files; f++) {
		if (!is_in_file(s, f))
			continue;
		if (is_whole)
			s->h->files[f].n_guessed++;
		else
			s->h->files[f].n_missing++;
	}
	/* Values are divided by the size: it is 1 at least. */
	return whole >= 1 ? pq_trunc(whole) : 1;
}

/* Samples behind a value in bytes; looks whether they are whole. */
static int64_t samples_behind(struct building *s, size_t f, int64_t bytes,
			      double size, double caught)
{
	struct pq_heap_file *file = &s->h->files[f];
	double n = (double)bytes / size * caught;

	if (!bytes)
		return 0;
	/* One rate gives whole samples; a merge of several does not. */
	file->n_values++;
	file->n_whole += fabs(n - nearbyint(n)) < WHOLE;
	return pq_trunc(nearbyint(n));
}

static void count_heap_samples(struct building *s, int64_t size)
{
	size_t n = s->h->n_files;

	for (size_t f = 0; f < n; f++) {
		int64_t period = s->h->files[f].period;
		double caught = pq_sampling_caught(size, period);

		s->counts[PQ_HEAP_ALLOC_SAMPLES * n + f] = samples_behind(
			s, f, count_of(s, PQ_HEAP_ALLOC_SPACE, f), (double)size,
			caught);
		s->counts[PQ_HEAP_LIVE_SAMPLES * n + f] =
			samples_behind(s, f, count_of(s, PQ_HEAP_LIVE_SPACE, f),
				       (double)size, caught);
		/* Only a difference of snapshots has negative values. */
		if (count_of(s, PQ_HEAP_LIVE_SPACE, f) < 0 ||
		    count_of(s, PQ_HEAP_LIVE_OBJECTS, f) < 0)
			s->h->files[f].negative = true;
	}
}

/* The most bytes that a file has allocated; else its value. */
static int64_t most_allocated_bytes(const struct pq_heap *h,
				    const int64_t *counts)
{
	const int64_t *space = pq_heap_counts(
		h, counts,
		h->one_type ? PQ_HEAP_LIVE_SPACE : PQ_HEAP_ALLOC_SPACE);
	int64_t most = space[0];

	for (size_t f = 1; f < h->n_files; f++)
		most = space[f] > most ? space[f] : most;
	return most;
}

static void add_heap_counts(const struct building *s, int64_t *to)
{
	for (size_t i = 0; i < PQ_HEAP_COLUMNS * s->h->n_files; i++)
		to[i] = pq_add(to[i], s->counts[i]);
}

static void add_to_bucket(struct building *s, const struct pq_sample *sample,
			  uint32_t stack, int64_t size)
{
	struct pq_heap_bucket *b = find_heap_bucket(s, sample, stack, size);

	add_heap_counts(s, s->h->cells.at[b->cell].counts);
	if (s->h->has_bucket_counts)
		add_heap_counts(s, b->counts);
	else
		b->space =
			pq_add(b->space, most_allocated_bytes(s->h, s->counts));
}

static void add_objects(struct building *s, const struct pq_sample *sample)
{
	int64_t size = pq_object_size(s->h->joined->p, sample);

	if (!take_heap_values(s, sample))
		return;
	if (!size)
		size = guess_size(s);
	count_heap_samples(s, size);
	add_to_bucket(s, sample, find_stack(s, sample), size);
}

static void add_goroutines(struct building *s, const struct pq_sample *sample)
{
	size_t n = s->h->n_files;

	for (size_t f = 0; f < n; f++) {
		int64_t value = pq_joined_value(s->h->joined, sample, f, 0);

		s->counts[PQ_HEAP_LIVE_SAMPLES * n + f] = value;
		s->counts[PQ_HEAP_LIVE_OBJECTS * n + f] = value;
		s->counts[PQ_HEAP_LIVE_SPACE * n + f] = value;
	}
	add_to_bucket(s, sample, find_stack(s, sample), 1);
}

/* Samples behind a value: their own column's, or the value over the period. */
static int64_t samples_of_time(const struct building *s,
			       const struct pq_sample *sample, size_t f,
			       int64_t value)
{
	int64_t period = s->h->files[f].period;

	if (s->type->samples != PQ_NO_COLUMN)
		return pq_joined_value(s->h->joined, sample, f,
				       s->type->samples);
	return period > 0 ? pq_trunc(nearbyint((double)value / (double)period))
			  : value;
}

static void add_values_of_type(struct building *s,
			       const struct pq_sample *sample)
{
	uint32_t stack = find_stack(s, sample);
	size_t n = s->h->n_files;

	/* The runtime alone: its work varies from run to run. */
	if (s->h->is_runtime && sample->n_locations && !s->stack.n)
		return;
	for (size_t f = 0; f < n; f++) {
		int64_t value = pq_joined_value(s->h->joined, sample, f,
						s->type->value);
		int64_t samples = samples_of_time(s, sample, f, value);

		s->counts[PQ_HEAP_LIVE_SPACE * n + f] = value;
		s->counts[PQ_HEAP_LIVE_SAMPLES * n + f] = samples;
		s->counts[PQ_HEAP_LIVE_OBJECTS * n + f] = samples;
	}
	add_to_bucket(s, sample, stack, 1);
}

static void add_all(struct building *s)
{
	struct pq_walk w;

	s->is_held = !s->h->joined->p->samples.source;
	pq_walk_begin(&w, &s->h->joined->p->samples);
	while (pq_walk_next(&w)) {
		pq_walk_values(&w);
		s->packed = w.at.at;
		pq_walk_stack(&w);
		s->packed_end = w.at.at;
		pq_walk_labels(&w);
		/* Kinds differ only in what a sample adds: the walk is one. */
		if (s->h->one_type)
			add_values_of_type(s, &w.sample);
		else if (s->h->goroutines)
			add_goroutines(s, &w.sample);
		else
			add_objects(s, &w.sample);
	}
	pq_walk_end(&w);
}

/* ---- where groups are ---- */

/* A bucket may become the one that says where its group is. */
static void offer_place(struct building *s, const struct pq_heap_bucket *b,
			int64_t *most)
{
	struct pq_heap *h = s->h;
	uint32_t at = h->cells.at[b->cell].group;
	int64_t space = h->has_bucket_counts
				? most_allocated_bytes(h, b->counts)
				: b->space;

	if (space < most[at])
		return;
	if (space == most[at]) {
		uint32_t so_far = s->group_stacks.at[at];

		if (b->stack == so_far ||
		    pq_frames_compare(&h->frames,
				      pq_heap_stack(h, b->stack, &s->frames),
				      pq_heap_stack(h, so_far, &s->other)) <= 0)
			return;
	}
	most[at] = space;
	s->group_stacks.at[at] = b->stack;
}

static void find_places(struct building *s)
{
	struct pq_heap *h = s->h;
	int64_t *most = pq_alloc(pq_size_mul(h->groups.n + 1, sizeof(*most)));

	for (size_t i = 0; i < h->groups.n; i++)
		most[i] = INT64_MIN;
	for (size_t i = 0; i < h->buckets.n; i++)
		offer_place(s, &h->buckets.at[i], most);
	pq_free(most);
	/* The frames of these alone are kept. */
	for (size_t i = 0; i < h->groups.n; i++) {
		struct pq_frame_stack stack =
			pq_heap_stack(h, s->group_stacks.at[i], &s->frames);

		stack.at = pq_arena_copy(&h->arena, stack.at,
					 stack.n * sizeof(*stack.at));
		h->groups.at[i].stack = stack;
	}
}

static int order_cells(const void *left, const void *right)
{
	const struct pq_heap_cell *a = left, *b = right;

	if (a->group != b->group)
		return a->group < b->group ? -1 : 1;
	return (a->size > b->size) - (a->size < b->size);
}

/* From here on no bucket knows its cell any more. */
static void sort_cells(struct pq_heap *h)
{
	if (h->cells.n)
		qsort(h->cells.at, h->cells.n, sizeof(*h->cells.at),
		      order_cells);
	/* Backwards: the smallest size is the last to set first_cell. */
	for (size_t i = h->cells.n; i-- > 0;) {
		struct pq_heap_group *group =
			&h->groups.at[h->cells.at[i].group];

		group->first_cell = (uint32_t)i;
		group->n_cells++;
	}
}

/* ---- building ---- */

static uint32_t find_heap_type(const struct pq_joined *j, const char *name,
			       const char * or)
{
	const struct pq_profile *p = j->p;

	for (uint32_t i = 0; i < j->n_types; i++)
		if (pq_text_is(pq_string(p, p->sample_types.at[i].type), name))
			return i;
	return or ? find_heap_type(j, or, NULL) : PQ_NO_COLUMN;
}

static void find_kind_columns(struct building *s)
{
	const struct pq_joined *j = s->h->joined;
	uint32_t *c = s->columns;

	c[PQ_HEAP_ALLOC_OBJECTS] = find_heap_type(j, "alloc_objects", NULL);
	c[PQ_HEAP_ALLOC_SPACE] = find_heap_type(j, "alloc_space", NULL);
	c[PQ_HEAP_LIVE_OBJECTS] = find_heap_type(j, "inuse_objects", "objects");
	c[PQ_HEAP_LIVE_SPACE] = find_heap_type(j, "inuse_space", "space");
	s->h->has_alloc = c[PQ_HEAP_ALLOC_OBJECTS] != PQ_NO_COLUMN &&
			  c[PQ_HEAP_ALLOC_SPACE] != PQ_NO_COLUMN;
}

static void name_files(struct pq_heap *h)
{
	const struct pq_joined *j = h->joined;

	h->files = pq_arena_zeroed(&h->arena, h->n_files * sizeof(*h->files));
	for (size_t f = 0; f < h->n_files; f++) {
		h->files[f].name =
			pq_text_basename(pq_text_of(j->files[f].name));
		h->files[f].period = j->files[f].period;
	}
	h->period = h->files[0].period;
}

static bool is_heap_kind(const struct building *s, enum pq_kind kind)
{
	const struct pq_profile *p = s->h->joined->p;
	struct pq_text counted = pq_string(p, p->period_type.type);

	/* Files without a period type are told by their columns alone. */
	return s->columns[PQ_HEAP_LIVE_OBJECTS] != PQ_NO_COLUMN &&
	       s->columns[PQ_HEAP_LIVE_SPACE] != PQ_NO_COLUMN &&
	       (kind == PQ_KIND_HEAP || !counted.len);
}

/* Says which of the profiles that can be had this one is. */
static bool choose_kind(struct building *s, bool goroutines,
			struct pq_error *err)
{
	struct pq_heap *h = s->h;
	const struct pq_profile *p = h->joined->p;
	enum pq_kind kind = pq_kind_find(p, h->joined->n_types);
	struct pq_buf name = { 0 };

	if (is_heap_kind(s, kind))
		return true;
	/* Goroutines have a level as heaps have: trend takes both. */
	h->goroutines = goroutines && kind == PQ_KIND_GOROUTINES;
	if (h->goroutines)
		return true;
	/* The message says which kind it is, and which would do. */
	pq_buf_text(&name, pq_kind_name(p, h->joined->n_types));
	if (goroutines)
		pq_fail(err, PQ_EUSAGE,
			"a %s profile has no level to follow; trend needs "
			"heap or goroutine profiles",
			pq_buf_cstr(&name));
	else
		pq_fail(err, PQ_EUSAGE,
			"%s: a %s profile; this report needs a heap profile "
			"with live objects and bytes",
			h->files[0].name.bytes, pq_buf_cstr(&name));
	pq_buf_release(&name);
	return false;
}

static void release_heap_maps(struct building *s)
{
	pq_map_release(&s->stack_map);
	pq_map_release(&s->bucket_map);
	pq_map_release(&s->cell_map);
	pq_map_release(&s->pair_map);
}

static void release_building(struct building *s)
{
	release_heap_maps(s);
	pq_intern_release(&s->names);
	pq_vec_release(&s->pairs);
	pq_vec_release(&s->pair_groups);
	pq_vec_release(&s->stack_groups);
	pq_vec_release(&s->group_stacks);
	pq_vec_release(&s->frames);
	pq_vec_release(&s->other);
	pq_buf_release(&s->name);
	pq_free(s->counts);
}

static void begin_building(struct building *s, const struct pq_joined *j)
{
	struct pq_heap *h = s->h;

	memset(h, 0, sizeof(*h));
	pq_arena_init(&h->arena);
	h->joined = j;
	h->n_files = j->n_files;
	pq_frames_init(&h->frames, j->p);
	pq_intern_init(&s->names, &h->arena);
	s->counts = pq_alloc_zeroed(
		pq_size_mul(PQ_HEAP_COLUMNS * sizeof(*s->counts), h->n_files));
	name_files(h);
	/* Columns first: whether this is a heap at all depends on them. */
	find_kind_columns(s);
}

static void build_groups(struct building *s)
{
	s->h->has_bucket_counts = s->h->n_files > 1 || s->h->goroutines;
	add_all(s);
	/* Nothing is looked up from here on. */
	release_heap_maps(s);
	find_places(s);
	sort_cells(s->h);
}

bool pq_heap_build(struct pq_heap *h, const struct pq_joined *j,
		   const struct pq_grouping *by, bool goroutines,
		   struct pq_error *err)
{
	struct building s = { .h = h, .by = by };
	bool ok;

	begin_building(&s, j);
	ok = choose_kind(&s, goroutines, err);
	if (ok)
		build_groups(&s);
	release_building(&s);
	if (!ok)
		pq_heap_release(h);
	return ok;
}

bool pq_heap_is_heap(const struct pq_joined *j)
{
	struct pq_heap h = { .joined = j };
	struct building s = { .h = &h };

	find_kind_columns(&s);
	return is_heap_kind(&s, pq_kind_find(j->p, j->n_types));
}

static void mark_runtime_frames(struct building *s)
{
	const struct pq_frames *f = &s->h->frames;
	uint8_t *is_runtime = pq_arena_zeroed(&s->h->arena, f->list.n + 1);

	s->h->is_runtime = is_runtime;
	for (size_t i = 0; i < f->list.n; i++)
		is_runtime[i] = pq_is_runtime_name(f->list.at[i].function,
						   f->list.at[i].file);
}

void pq_heap_build_type(struct pq_heap *h, const struct pq_joined *j,
			const struct pq_grouping *by,
			const struct pq_sampling *type, bool cut_runtime)
{
	struct building s = { .h = h, .by = by, .type = type };

	begin_building(&s, j);
	h->one_type = true;
	h->has_alloc = false;
	if (cut_runtime)
		mark_runtime_frames(&s);
	build_groups(&s);
	release_building(&s);
}

void pq_heap_release(struct pq_heap *h)
{
	pq_vec_release(&h->buckets);
	pq_vec_release(&h->stacks);
	pq_vec_release(&h->cells);
	pq_vec_release(&h->groups);
	pq_frames_release(&h->frames);
	pq_arena_release(&h->arena);
}

/* ---- what is known of samples ---- */

struct checking {
	struct pq_log *log;
	struct pq_notes *lines;
	struct pq_buf line;
};

/* The line so far is what there is to say of the file. */
static void begin_heap_refusal(struct checking *c,
			       const struct pq_heap_file *file)
{
	pq_buf_clear(&c->line);
	pq_buf_text(&c->line, file->name);
	pq_buf_str(&c->line, ": ");
}

static void end_line(struct checking *c)
{
	pq_notes_add(c->lines, pq_buf_view(&c->line));
	if (c->log)
		pq_log_text(c->log, pq_buf_view(&c->line));
}

static bool check_heap_file(struct checking *c, const struct pq_heap_file *file)
{
	bool known = true;

	/* Error bars need one known rate of sampling. */
	if (file->period <= 0) {
		begin_heap_refusal(c, file);
		pq_buf_str(&c->line, "sampling period unknown; no error bars");
		end_line(c);
		known = false;
	} else if ((double)file->n_whole <
		   SHARE_WHOLE * (double)file->n_values) {
		begin_heap_refusal(c, file);
		pq_buf_str(&c->line, "merged from different sampling rates; "
				     "no error bars");
		end_line(c);
		known = false;
	}
	/* They need the size of each object as well. */
	if (file->n_missing) {
		begin_heap_refusal(c, file);
		pq_buf_printf(&c->line,
			      "no object sizes in %zu samples; no error bars",
			      file->n_missing);
		end_line(c);
		known = false;
	}
	if (file->n_guessed) {
		begin_heap_refusal(c, file);
		pq_buf_printf(&c->line,
			      "object sizes are guessed from bytes / objects "
			      "in %zu samples",
			      file->n_guessed);
		end_line(c);
	}
	return known;
}

void pq_heap_check(struct pq_heap *h, struct pq_log *log,
		   struct pq_notes *lines)
{
	struct checking c = { .log = log, .lines = lines };

	h->noise = true;
	if (!h->goroutines)
		for (size_t f = 0; f < h->n_files; f++)
			h->noise = check_heap_file(&c, &h->files[f]) &&
				   h->noise;
	pq_buf_release(&c.line);
}

size_t pq_heap_find_delta(const struct pq_heap *h)
{
	for (size_t f = 0; f < h->n_files; f++)
		/* Go's heap has a duration with seconds=N only. */
		if (h->files[f].negative ||
		    (h->joined->files[f].duration_nanos > 0 && !h->goroutines))
			return f;
	return h->n_files;
}

bool pq_heap_refuse_delta(const struct pq_heap *h, struct pq_error *err)
{
	size_t f = pq_heap_find_delta(h);

	if (f == h->n_files)
		return true;
	return pq_fail(err, PQ_EUSAGE,
		       "%s: a delta profile (seconds=N): its live values are "
		       "differences; record one without seconds=",
		       h->files[f].name.bytes);
}

size_t pq_heap_falls(const struct pq_heap *h, size_t a, size_t b)
{
	size_t n = 0;

	for (size_t i = 0; i < h->buckets.n; i++) {
		const int64_t *alloc = pq_heap_counts(
			h, h->buckets.at[i].counts, PQ_HEAP_ALLOC_SAMPLES);

		/* Allocation counts only rise while a process lives. */
		n += alloc[a] > 0 && alloc[b] < alloc[a];
	}
	return n;
}

/* ---- one file, or several ---- */

const struct pq_joined *pq_heap_joined(const struct pq_report_input *in)
{
	struct pq_joined *j;

	if (in->joined)
		return in->joined;
	/* One file is a joined profile, too: reports know one shape. */
	j = pq_arena_zeroed(in->arena, sizeof(*j));
	j->files = pq_arena_zeroed(in->arena, sizeof(*j->files));
	j->p = in->profile;
	j->n_types = in->profile->sample_types.n;
	j->n_files = j->n_old = 1;
	j->files[0].name = "the profile";
	j->files[0].time_nanos = in->profile->time_nanos;
	j->files[0].duration_nanos = in->profile->duration_nanos;
	j->files[0].period = in->profile->period;
	return j;
}
