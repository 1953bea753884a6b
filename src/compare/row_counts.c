#include "compare/row_counts.h"

#include <string.h>

#include "base/mem.h"
#include "base/radix.h"
#include "base/units.h"

#include "base/banned.h"

/*
 * The counts of one bucket, or of several with objects of one size, on one
 * side in one way.  Samples are the same for all types that are counted so.
 */
struct side_counts {
	double n;
	int64_t sum[PQ_BUCKET_COLUMNS]; /* values, which wrap around */
};

/* All that is counted at a time: by way, and by side in it. */
#define COUNTED_SIDES (PQ_COUNTED_WAYS * 2)

/* The counts of one row for the objects of the size at hand. */
struct row_counts {
	struct side_counts sides[COUNTED_SIDES];
};

/*
 * The sides on which a bucket has counts, mostly one: a stack with many frames
 * adds nothing for the other.
 */
struct bucket_counts {
	unsigned n;
	struct counted_side {
		unsigned at; /* in row_counts.sides */
		struct side_counts counts;
	} list[COUNTED_SIDES];
};

/* Samples that came and went between snapshots of one process, by side. */
struct side_turnover {
	double n[2];
};

struct row_counter {
	const struct pq_comparing *c;
	struct row_counts *rows; /* by row */
	/* By row, and apart, so that looking for nodes stays in the cache. */
	uint32_t *last_bucket; /* that the row was listed for, + 1; 0: none */
	bool *is_touched;      /* the row is in touched[] */
	/* By row, for ways that judge by one process only. */
	struct side_turnover *turnover[PQ_COUNTED_WAYS];
	PQ_VEC(uint32_t) touched; /* rows with counts of this size */
	uint32_t *bucket_rows;	  /* of the bucket at hand */
	/* Objects of the size at hand, by way and type. */
	struct pq_class classes[PQ_COUNTED_WAYS][PQ_BUCKET_COLUMNS];
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
static struct side_turnover find_turnover(const struct pq_counted_way *w,
					  uint32_t bucket)
{
	const struct pq_facts *facts = w->facts;
	size_t old = facts->old_files[0], new = facts->new_files[0];
	size_t first = facts->swapped ? new : old;
	size_t second = facts->swapped ? old : new;
	const double *samples =
		&w->buckets->samples.at[bucket * w->buckets->n_files];
	const double *alloc = pq_bucket_alloc(w->buckets, bucket);
	struct side_turnover found;
	double m[2];

	pq_turned_over(samples[first], samples[second],
		       alloc[second] - alloc[first], m);
	found.n[facts->swapped] = m[0];
	found.n[!facts->swapped] = m[1];
	return found;
}

static struct side_counts sum_side(const struct pq_comparing *c,
				   const struct pq_counted_way *w,
				   unsigned side, uint32_t bucket)
{
	size_t first = bucket * w->buckets->n_files;
	size_t i = side ? c->facts->n_old : 0;
	size_t end = side ? pq_compared_files(c) : c->facts->n_old;
	struct side_counts sum = { 0 };

	for (; i < end; i++) {
		size_t at = first + compared_file(c, i);

		sum.n += w->buckets->samples.at[at];
		for (unsigned t = 0; t < w->n_types; t++)
			sum.sum[t] = pq_add(sum.sum[t],
					    w->types[t].bucket_values[at]);
	}
	return sum;
}

static bool has_counts(const struct side_counts *counts)
{
	bool any = counts->n != 0;

	for (unsigned t = 0; t < PQ_BUCKET_COLUMNS; t++)
		any = any || counts->sum[t];
	return any;
}

static void sum_bucket(const struct pq_comparing *c,
		       struct bucket_counts *counts, uint32_t bucket)
{
	counts->n = 0;
	for (unsigned at = 0; at < c->n_ways * 2; at++) {
		struct counted_side *to = &counts->list[counts->n];

		to->at = at;
		to->counts = sum_side(c, &c->ways[at / 2], at % 2, bucket);
		counts->n += has_counts(&to->counts);
	}
}

/* Groups are judged by the samples and the values of each file. */
static void count_by_file(const struct pq_comparing *c,
			  const struct pq_counted_way *w, uint32_t bucket,
			  uint32_t row)
{
	size_t n = pq_compared_files(c), first = bucket * w->buckets->n_files;

	for (size_t i = 0; i < n; i++) {
		size_t at = first + compared_file(c, i);

		for (unsigned t = 0; t < w->n_types; t++) {
			const struct pq_compared_type *type = &w->types[t];

			type->samples[row * n + i] +=
				w->buckets->samples.at[at];
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
			n += s->last_bucket[node] != mark;
			s->last_bucket[node] = mark;
		}
	}
	return n;
}

/* Lists the rows that a bucket belongs to, the total among them. */
static size_t list_bucket_rows(struct row_counter *s, uint32_t bucket)
{
	const struct pq_comparing *c = s->c;
	const struct pq_bucket *b = &c->ways[0].buckets->list.at[bucket];
	uint32_t *rows = s->bucket_rows;

	rows[0] = (uint32_t)c->n_nodes + PQ_ROW_TOTAL;
	if (c->cumulative)
		return 1 + list_stack_nodes(s, b->stack, bucket + 1, rows + 1);
	rows[1] = flat_node(c, b);
	return 2;
}

static void add_counts(struct side_counts *to, const struct side_counts *counts)
{
	to->n += counts->n;
	for (unsigned t = 0; t < PQ_BUCKET_COLUMNS; t++)
		to->sum[t] = pq_add(to->sum[t], counts->sum[t]);
}

static void count_in_row(struct row_counter *s,
			 const struct bucket_counts *counts, uint32_t row)
{
	struct row_counts *to = &s->rows[row];

	if (!s->is_touched[row]) {
		s->is_touched[row] = true;
		*pq_vec_push(&s->touched) = row;
	}
	for (unsigned i = 0; i < counts->n; i++)
		add_counts(&to->sides[counts->list[i].at],
			   &counts->list[i].counts);
}

/* Between snapshots, objects may have come and gone unseen. */
static void count_turnover(struct row_counter *s, unsigned way, uint32_t bucket,
			   size_t n_rows)
{
	struct side_turnover turnover = find_turnover(&s->c->ways[way], bucket);

	for (size_t i = 0; i < n_rows; i++) {
		struct side_turnover *to = &s->turnover[way][s->bucket_rows[i]];

		to->n[0] += turnover.n[0];
		to->n[1] += turnover.n[1];
	}
}

static void count_bucket(struct row_counter *s, uint32_t bucket)
{
	const struct pq_comparing *c = s->c;
	struct bucket_counts counts;
	size_t n = list_bucket_rows(s, bucket);

	sum_bucket(c, &counts, bucket);
	for (size_t i = 0; i < n; i++)
		count_in_row(s, &counts, s->bucket_rows[i]);

	/* Two methods need more than the counts of a side. */
	for (unsigned w = 0; w < c->n_ways; w++) {
		const struct pq_counted_way *way = &c->ways[w];

		if (way->facts->method == PQ_BY_GROUPS)
			for (size_t i = 0; i < n; i++)
				count_by_file(c, way, bucket,
					      s->bucket_rows[i]);
		if (s->turnover[w])
			count_turnover(s, w, bucket, n);
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
			    const struct side_counts *counts, unsigned type,
			    struct pq_class *class)
{
	const struct pq_sampling *by = &facts->sampling;

	for (unsigned side = 0; side < 2; side++) {
		double n = counts[side].n;

		if (by->by != PQ_SAMPLED_BYTES ||
		    (size && side_period(c, side) > 1))
			continue;
		class->caught[side] = 1;
		class->weight[side] = by->counts_objects ? 1 : (double)size;
		if (n > 0)
			class->weight[side] =
				(double)counts[side].sum[type] / n;
	}
}

/* Adds a row's counts to its sums, and to what it is judged by. */
static void add_evidence(struct row_counter *s, unsigned way, unsigned type,
			 uint32_t row, int64_t size)
{
	const struct pq_comparing *c = s->c;
	const struct pq_compared_type *t = &c->ways[way].types[type];
	const struct side_counts *counts = &s->rows[row].sides[way * 2];
	const struct side_turnover *turnover = s->turnover[way];
	struct pq_evidence *e = &t->evidence[row];
	struct pq_class own = s->classes[way][type];

	for (unsigned side = 0; side < 2; side++)
		t->sums[side][row] =
			pq_add(t->sums[side][row], counts[side].sum[type]);
	weigh_by_values(c, t->facts, size, counts, type, &own);
	pq_tally_add(&e->counts, &own, counts[0].n, counts[1].n);
	if (turnover)
		pq_tally_add(&e->turnover, &own, turnover[row].n[0],
			     turnover[row].n[1]);
}

/* Ends the objects of one size in one way of counting. */
static void end_size_of_way(struct row_counter *s, unsigned way, int64_t size)
{
	const struct pq_counted_way *w = &s->c->ways[way];

	for (unsigned t = 0; t < w->n_types; t++)
		fill_class(s->c, w->types[t].facts, size, &s->classes[way][t]);
	for (size_t i = 0; i < s->touched.n; i++) {
		uint32_t row = s->touched.at[i];

		for (unsigned t = 0; t < w->n_types; t++)
			add_evidence(s, way, t, row, size);
		memset(&s->rows[row].sides[way * 2], 0,
		       2 * sizeof(struct side_counts));
		if (s->turnover[way])
			s->turnover[way][row] = (struct side_turnover){ 0 };
	}
}

/* Ends the objects of one size: their counts become evidence. */
static void end_size(struct row_counter *s, int64_t size)
{
	for (unsigned w = 0; w < s->c->n_ways; w++)
		end_size_of_way(s, w, size);
	for (size_t i = 0; i < s->touched.n; i++)
		s->is_touched[s->touched.at[i]] = false;
	s->touched.n = 0;
}

/* ---- buckets in the order of counting: by size, then as they appeared ---- */

/* A size is turned to a number without a sign that is in the order of sizes. */
static struct pq_keyed key_bucket(const struct pq_buckets *b, uint32_t at)
{
	return (struct pq_keyed){ (uint64_t)b->list.at[at].size ^ (uint64_t)1
									  << 63,
				  at };
}

/* Marks the buckets that are wanted in one of several ways. */
static void mark_wanted_buckets(const struct pq_counted_way *w, bool *is_wanted)
{
	/* Allocation since the start matters between snapshots only. */
	if (w->facts->method == PQ_BY_PROCESS)
		memset(is_wanted, true, w->buckets->list.n);
	else
		for (size_t i = 0; i < w->buckets->counted.n; i++)
			is_wanted[w->buckets->counted.at[i]] = true;
}

/*
 * Several ways are those of heaps, whose samples are whole numbers: the order
 * of buckets of one size does not matter for sums of these, and counting the
 * zeros that a way has for a bucket of another one changes nothing.
 */
static size_t list_wanted_buckets(const struct pq_comparing *c,
				  struct pq_keyed *order)
{
	const struct pq_buckets *b = c->ways[0].buckets;
	bool *is_wanted;
	size_t n = 0;

	if (c->n_ways == 1 && c->facts->method != PQ_BY_PROCESS) {
		for (; n < b->counted.n; n++)
			order[n] = key_bucket(b, b->counted.at[n]);
		return n;
	}
	is_wanted = pq_alloc_zeroed(b->list.n);
	for (unsigned w = 0; w < c->n_ways; w++)
		mark_wanted_buckets(&c->ways[w], is_wanted);
	for (uint32_t i = 0; i < b->list.n; i++)
		if (is_wanted[i])
			order[n++] = key_bucket(b, i);
	pq_free(is_wanted);
	return n;
}

/*
 * In order of their sizes buckets lie anywhere in memory: each is fetched
 * ahead of its turn, first itself, then its counts and its stack.
 */
#define FETCH_BUCKET 16
#define FETCH_COUNTS 8

/* Counts the i-th bucket, and fetches those that come next. */
static void count_bucket_in_order(struct row_counter *s,
				  const struct pq_keyed *order, size_t i,
				  size_t n)
{
	const struct pq_comparing *c = s->c;
	const struct pq_bucket *list = c->ways[0].buckets->list.at;

	if (n - i > FETCH_BUCKET)
		__builtin_prefetch(&list[order[i + FETCH_BUCKET].at]);
	if (n - i > FETCH_COUNTS) {
		uint32_t next = order[i + FETCH_COUNTS].at;

		__builtin_prefetch(list[next].stack);
		__builtin_prefetch(list[next].stack + 64);
		for (unsigned w = 0; w < c->n_ways; w++) {
			const struct pq_counted_way *way = &c->ways[w];
			size_t at = next * way->buckets->n_files;

			__builtin_prefetch(&way->buckets->samples.at[at]);
			for (unsigned t = 0; t < way->n_types; t++)
				__builtin_prefetch(
					&way->types[t].bucket_values[at]);
		}
	}
	count_bucket(s, order[i].at);
}

/* Counts all buckets, by size and then as they appeared. */
static void count_buckets(struct row_counter *s)
{
	const struct pq_comparing *c = s->c;
	const struct pq_buckets *b = c->ways[0].buckets;
	struct pq_keyed *order =
		pq_alloc(pq_size_mul(b->list.n, sizeof(*order)));
	size_t n = list_wanted_buckets(c, order);

	order = pq_radix_sort(order, n);
	for (size_t i = 0; i < n; i++) {
		count_bucket_in_order(s, order, i, n);
		if (i + 1 == n || order[i + 1].key != order[i].key)
			end_size(s, b->list.at[order[i].at].size);
	}
	pq_free(order);
}

/* ---- the whole ---- */

static void prepare_type_sums(const struct pq_comparing *c,
			      const struct pq_counted_way *w,
			      struct pq_compared_type *t)
{
	size_t n = pq_row_count(c);
	size_t by_file = pq_size_mul(pq_size_mul(n, pq_compared_files(c)),
				     sizeof(double));

	t->bucket_values =
		pq_buckets_values(w->buckets, t->facts->sampling.value);
	t->sums[0] = pq_arena_zeroed(c->arena, n * sizeof(int64_t));
	t->sums[1] = pq_arena_zeroed(c->arena, n * sizeof(int64_t));
	t->evidence = pq_arena_zeroed(c->arena, n * sizeof(*t->evidence));
	if (w->facts->method == PQ_BY_GROUPS) {
		t->samples = pq_arena_zeroed(c->arena, by_file);
		t->values = pq_arena_zeroed(c->arena, by_file);
	}
}

static void prepare_way(struct row_counter *s, struct pq_comparing *c,
			unsigned way)
{
	struct pq_counted_way *w = &c->ways[way];

	for (unsigned t = 0; t < w->n_types; t++)
		prepare_type_sums(c, w, &w->types[t]);
	if (w->facts->method == PQ_BY_PROCESS)
		s->turnover[way] = pq_alloc_zeroed(
			pq_size_mul(pq_row_count(c), sizeof(**s->turnover)));
}

void pq_count_rows(struct pq_comparing *c)
{
	struct row_counter s = { .c = c };
	size_t n = pq_row_count(c);

	for (unsigned w = 0; w < c->n_ways; w++)
		prepare_way(&s, c, w);
	s.rows = pq_alloc_zeroed(pq_size_mul(n, sizeof(*s.rows)));
	s.last_bucket = pq_alloc_zeroed(pq_size_mul(n, sizeof(uint32_t)));
	s.is_touched = pq_alloc_zeroed(n);
	/* All rows, and one that is overwritten. */
	s.bucket_rows = pq_alloc(pq_size_mul(n + 1, sizeof(uint32_t)));
	count_buckets(&s);
	pq_free(s.rows);
	pq_free(s.last_bucket);
	pq_free(s.is_touched);
	pq_free(s.bucket_rows);
	for (unsigned w = 0; w < c->n_ways; w++)
		pq_free(s.turnover[w]);
	pq_vec_release(&s.touched);
}
