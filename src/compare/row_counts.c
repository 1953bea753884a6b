#include "compare/row_counts.h"

#include <string.h>

#include "base/mem.h"
#include "base/radix.h"
#include "base/units.h"

#include "base/banned.h"

/*
 * The counts of one bucket, or of several with objects of one size.  Samples
 * are the same for all types that are counted together.
 */
struct side_counts {
	double n[2];
	int64_t sum[PQ_COUNTED_TOGETHER][2]; /* values, which wrap around */
};

/* The counts of one row for the objects of the size at hand. */
struct row_counts {
	uint32_t bucket; /* last bucket of the row, + 1; 0: none */
	bool is_touched; /* the row is in touched[] */
	struct side_counts counts;
};

/* Samples that came and went between snapshots of one process, by side. */
struct side_turnover {
	double n[2];
};

struct row_counter {
	const struct pq_comparing *c;
	struct row_counts *rows;	/* by row */
	struct side_turnover *turnover; /* by row; one process only */
	PQ_VEC(uint32_t) touched;	/* rows with counts of this size */
	uint32_t *bucket_rows;		/* of the bucket at hand */
};

/* The position in a bucket's arrays of the i-th file compared. */
static size_t compared_file(const struct pq_comparing *c, size_t i)
{
	return i < c->facts->n_old ? c->facts->old_files[i]
				   : c->facts->new_files[i - c->facts->n_old];
}

/* ---- counting ---- */

/* The row that gets a bucket's flat value. */
static uint32_t flat_node(const struct pq_comparing *c,
			  const struct pq_bucket *b)
{
	struct pq_frame_walk w = pq_frame_walk(c->g, b->stack);
	uint32_t leaf = pq_frame_walk_next(&w), node = leaf;

	if (leaf == PQ_NONE)
		return (uint32_t)c->n_nodes + PQ_ROW_NO_STACK;
	/* From the leaf up, the first node that is not the runtime's. */
	while (c->cut_runtime && node != PQ_NONE && c->is_runtime[node])
		node = pq_frame_walk_next(&w);
	return node == PQ_NONE ? leaf : node;
}

/* The samples allocated and freed between snapshots of one process. */
static struct side_turnover find_turnover(const struct pq_comparing *c,
					  uint32_t bucket)
{
	size_t old = c->facts->old_files[0], new = c->facts->new_files[0];
	size_t first = c->facts->swapped ? new : old;
	size_t second = c->facts->swapped ? old : new;
	const double *samples =
		&c->buckets->samples.at[bucket * c->buckets->n_files];
	const double *alloc = pq_bucket_alloc(c->buckets, bucket);
	struct side_turnover found;
	double m[2];

	pq_turned_over(samples[first], samples[second],
		       alloc[second] - alloc[first], m);
	found.n[c->facts->swapped] = m[0];
	found.n[!c->facts->swapped] = m[1];
	return found;
}

static void sum_bucket(const struct pq_comparing *c, struct side_counts *counts,
		       uint32_t bucket)
{
	size_t first = bucket * c->buckets->n_files;

	memset(counts, 0, sizeof(*counts));
	for (size_t i = 0; i < pq_compared_files(c); i++) {
		unsigned side = i >= c->facts->n_old;
		size_t at = first + compared_file(c, i);

		counts->n[side] += c->buckets->samples.at[at];
		for (unsigned t = 0; t < c->n_types; t++)
			counts->sum[t][side] =
				pq_add(counts->sum[t][side],
				       c->types[t].bucket_values[at]);
	}
}

/* Groups are judged by the samples and the values of each file. */
static void count_by_file(const struct pq_comparing *c, uint32_t bucket,
			  uint32_t row)
{
	size_t n = pq_compared_files(c), first = bucket * c->buckets->n_files;

	for (size_t i = 0; i < n; i++) {
		size_t at = first + compared_file(c, i);

		for (unsigned t = 0; t < c->n_types; t++) {
			const struct pq_compared_type *type = &c->types[t];

			type->samples[row * n + i] +=
				c->buckets->samples.at[at];
			type->values[row * n + i] +=
				(double)type->bucket_values[at];
		}
	}
}

/*
 * Lists the nodes of a stack, each once.  Whether a node came before is as good
 * as chance, so that it is no branch: the next one overwrites it.
 */
static size_t list_stack_nodes(struct row_counter *s, const uint8_t *stack,
			       uint32_t mark, uint32_t *to)
{
	const struct pq_comparing *c = s->c;
	const struct pq_graph *g = c->g;
	uint64_t n_locations, l;
	size_t n = 0;

	stack = pq_varint_take(stack, &n_locations);
	while (n_locations--) {
		stack = pq_varint_take(stack, &l);
		for (uint32_t f = g->first_frame[l]; f < g->first_frame[l + 1];
		     f++) {
			uint32_t node = g->frame_nodes.at[f];

			to[n] = node;
			n += s->rows[node].bucket != mark;
			s->rows[node].bucket = mark;
		}
	}
	return n;
}

/* Lists the rows that a bucket belongs to, the total among them. */
static size_t list_bucket_rows(struct row_counter *s, uint32_t bucket)
{
	const struct pq_comparing *c = s->c;
	const struct pq_bucket *b = &c->buckets->list.at[bucket];
	uint32_t *rows = s->bucket_rows;

	rows[0] = (uint32_t)c->n_nodes + PQ_ROW_TOTAL;
	if (c->cumulative)
		return 1 + list_stack_nodes(s, b->stack, bucket + 1, rows + 1);
	rows[1] = flat_node(c, b);
	return 2;
}

static void count_in_row(struct row_counter *s,
			 const struct side_counts *counts, uint32_t row)
{
	struct row_counts *to = &s->rows[row];

	if (!to->is_touched) {
		to->is_touched = true;
		*pq_vec_push(&s->touched) = row;
	}
	for (unsigned side = 0; side < 2; side++) {
		to->counts.n[side] += counts->n[side];
		for (unsigned t = 0; t < PQ_COUNTED_TOGETHER; t++)
			to->counts.sum[t][side] = pq_add(
				to->counts.sum[t][side], counts->sum[t][side]);
	}
}

static void count_bucket(struct row_counter *s, uint32_t bucket)
{
	const struct pq_comparing *c = s->c;
	struct side_counts counts;
	struct side_turnover turnover;
	size_t n = list_bucket_rows(s, bucket);

	sum_bucket(c, &counts, bucket);
	for (size_t i = 0; i < n; i++)
		count_in_row(s, &counts, s->bucket_rows[i]);
	for (size_t i = 0; c->facts->method == PQ_BY_GROUPS && i < n; i++)
		count_by_file(c, bucket, s->bucket_rows[i]);
	if (!s->turnover)
		return;
	/* Between snapshots, objects may have come and gone unseen. */
	turnover = find_turnover(c, bucket);
	for (size_t i = 0; i < n; i++) {
		struct side_turnover *to = &s->turnover[s->bucket_rows[i]];

		to->n[0] += turnover.n[0];
		to->n[1] += turnover.n[1];
	}
}

/* ---- evidence ---- */

static int64_t side_period(const struct pq_comparing *c, unsigned side)
{
	return c->j
		->files[side ? c->facts->new_files[0] : c->facts->old_files[0]]
		.period;
}

/* Objects of one size: how many of them are caught, what a sample weighs. */
static void fill_class(const struct pq_comparing *c,
		       const struct pq_facts *facts, int64_t size,
		       struct pq_class *class)
{
	const struct pq_sampling *by = &facts->sampling;

	for (unsigned side = 0; side < 2; side++) {
		int64_t period = side_period(c, side);
		double unit = by->counts_objects ? 1 : (double)size;

		/* Other kinds than heaps: each sample weighs the same. */
		class->caught[side] = 0;
		class->weight[side] = 1;
		if (by->by == PQ_SAMPLED_TIME && by->value != by->samples)
			class->weight[side] = (double)period;
		if (by->by != PQ_SAMPLED_BYTES)
			continue;

		/* Heaps: the larger an object, the likelier its sample. */
		class->caught[side] = pq_sampling_caught(size, period);
		class->weight[side] = unit / class->caught[side];
	}
}

/* Where every allocation was recorded, or sizes are unknown, values weigh. */
static void weigh_by_values(const struct pq_comparing *c,
			    const struct pq_facts *facts, int64_t size,
			    const struct row_counts *row, unsigned type,
			    struct pq_class *class)
{
	const struct pq_sampling *by = &facts->sampling;

	for (unsigned side = 0; side < 2; side++) {
		double n = row->counts.n[side];

		if (by->by != PQ_SAMPLED_BYTES ||
		    (size && side_period(c, side) > 1))
			continue;
		class->caught[side] = 1;
		class->weight[side] = by->counts_objects ? 1 : (double)size;
		if (n > 0)
			class->weight[side] =
				(double)row->counts.sum[type][side] / n;
	}
}

/* Adds a row's counts to its sums, and to what it is judged by. */
static void add_evidence(struct row_counter *s, unsigned type, uint32_t row,
			 int64_t size, const struct pq_class *class)
{
	const struct pq_comparing *c = s->c;
	const struct pq_compared_type *t = &c->types[type];
	struct pq_evidence *e = &t->evidence[row];
	const struct row_counts *r = &s->rows[row];
	struct pq_class own = *class;

	for (unsigned side = 0; side < 2; side++)
		t->sums[side][row] =
			pq_add(t->sums[side][row], r->counts.sum[type][side]);
	weigh_by_values(c, t->facts, size, r, type, &own);
	pq_tally_add(&e->counts, &own, r->counts.n[0], r->counts.n[1]);
	if (s->turnover)
		pq_tally_add(&e->turnover, &own, s->turnover[row].n[0],
			     s->turnover[row].n[1]);
}

/* Ends the objects of one size: their counts become evidence. */
static void end_size(struct row_counter *s, int64_t size)
{
	const struct pq_comparing *c = s->c;
	struct pq_class class[PQ_COUNTED_TOGETHER];

	for (unsigned t = 0; t < c->n_types; t++)
		fill_class(c, c->types[t].facts, size, &class[t]);
	for (size_t i = 0; i < s->touched.n; i++) {
		uint32_t row = s->touched.at[i];

		for (unsigned t = 0; t < c->n_types; t++)
			add_evidence(s, t, row, size, &class[t]);
		memset(&s->rows[row].counts, 0, sizeof(struct side_counts));
		s->rows[row].is_touched = false;
		if (s->turnover)
			s->turnover[row] = (struct side_turnover){ 0 };
	}
	s->touched.n = 0;
}

/* ---- buckets in the order of counting: by size, then as they appeared ---- */

/* Allocation since the start matters between snapshots only. */
static size_t count_wanted_buckets(const struct pq_comparing *c)
{
	return c->facts->method == PQ_BY_PROCESS ? c->buckets->list.n
						 : c->buckets->counted.n;
}

static struct pq_keyed *order_buckets(const struct pq_comparing *c)
{
	bool all = c->facts->method == PQ_BY_PROCESS;
	size_t n = count_wanted_buckets(c);
	struct pq_keyed *order = pq_alloc(pq_size_mul(n, sizeof(*order)));

	for (size_t i = 0; i < n; i++) {
		uint32_t at = all ? (uint32_t)i : c->buckets->counted.at[i];
		uint64_t size = (uint64_t)c->buckets->list.at[at].size;

		/* Numbers without a sign that are in the order of sizes. */
		order[i] = (struct pq_keyed){ size ^ (uint64_t)1 << 63, at };
	}
	return pq_radix_sort(order, n);
}

/*
 * In order of their sizes buckets lie anywhere in memory: each is fetched
 * ahead of its turn, first itself, then its counts and its stack.
 */
#define FETCH_BUCKET 16
#define FETCH_COUNTS 8

/* Counts all buckets, by size and then as they appeared. */
static void count_buckets(struct row_counter *s)
{
	const struct pq_comparing *c = s->c;
	const struct pq_bucket *list = c->buckets->list.at;
	struct pq_keyed *order = order_buckets(c);
	size_t n = count_wanted_buckets(c), n_files = c->buckets->n_files;

	for (size_t i = 0; i < n; i++) {
		uint32_t bucket = order[i].at, next;

		if (n - i > FETCH_BUCKET)
			__builtin_prefetch(&list[order[i + FETCH_BUCKET].at]);
		if (n - i > FETCH_COUNTS) {
			next = order[i + FETCH_COUNTS].at;
			__builtin_prefetch(
				&c->buckets->samples.at[next * n_files]);
			__builtin_prefetch(list[next].stack);
			__builtin_prefetch(list[next].stack + 64);
		}
		count_bucket(s, bucket);
		if (i + 1 == n || order[i + 1].key != order[i].key)
			end_size(s, list[bucket].size);
	}
	pq_free(order);
}

/* ---- the whole ---- */

static void prepare_type_sums(const struct pq_comparing *c,
			      struct pq_compared_type *t)
{
	size_t n = pq_row_count(c);
	size_t by_file = pq_size_mul(pq_size_mul(n, pq_compared_files(c)),
				     sizeof(double));

	t->bucket_values =
		pq_buckets_values(c->buckets, t->facts->sampling.value);
	t->sums[0] = pq_arena_zeroed(c->arena, n * sizeof(int64_t));
	t->sums[1] = pq_arena_zeroed(c->arena, n * sizeof(int64_t));
	t->evidence = pq_arena_zeroed(c->arena, n * sizeof(*t->evidence));
	if (c->facts->method == PQ_BY_GROUPS) {
		t->samples = pq_arena_zeroed(c->arena, by_file);
		t->values = pq_arena_zeroed(c->arena, by_file);
	}
}

void pq_count_rows(struct pq_comparing *c)
{
	struct row_counter s = { .c = c };
	size_t n = pq_row_count(c);

	for (unsigned t = 0; t < c->n_types; t++)
		prepare_type_sums(c, &c->types[t]);
	s.rows = pq_alloc_zeroed(pq_size_mul(n, sizeof(*s.rows)));
	/* All rows, and one that is overwritten. */
	s.bucket_rows = pq_alloc(pq_size_mul(n + 1, sizeof(uint32_t)));
	if (c->facts->method == PQ_BY_PROCESS)
		s.turnover =
			pq_alloc_zeroed(pq_size_mul(n, sizeof(*s.turnover)));
	count_buckets(&s);
	pq_free(s.rows);
	pq_free(s.bucket_rows);
	pq_free(s.turnover);
	pq_vec_release(&s.touched);
}
