#include "compare/compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "compare/judge.h"
#include "compare/runtime.h"

#include "base/banned.h"

/* Sums of both sides: those of a bucket, or of several. */
struct side_counts {
	int64_t sum[2]; /* values, which wrap around */
	double n[2], turnover[2], value[2];
};

/* The samples of one row whose objects have one size. */
struct cell {
	uint32_t node;
	int64_t size;
	struct side_counts counts;
};

/* Rows that are no node: samples without a stack, and all together. */
enum { ROW_NO_STACK, ROW_TOTAL, N_EXTRA };

/* The bucket that a row was counted for last, and its last cell. */
struct row_mark {
	uint32_t bucket; /* number of the bucket, + 1; 0: none */
	uint32_t cell;	 /* position in cells, + 1; 0: none */
};

struct comparing {
	const struct pq_joined *j;
	struct pq_facts *facts;
	struct pq_view *view;
	const struct pq_graph *g;
	struct pq_arena *arena;
	struct pq_buckets buckets;
	PQ_VEC(struct cell) cells;
	struct row_mark *marks; /* by row */
	uint32_t *bucket_rows;	/* of the bucket at hand */
	size_t n_nodes;		/* nodes of the graph; the extra rows follow */
	int64_t *sums[2];	/* by side and node */
	uint8_t *is_runtime;	/* by node */
	bool cut_runtime;	/* runtime time counts for its caller */
	bool any_runtime;
	bool cumulative;
	double *samples, *values; /* by node and file */
};

static size_t count_files(const struct comparing *c)
{
	return c->facts->n_old + c->facts->n_new;
}

/* The position in a bucket's arrays of the i-th file compared. */
static size_t compared_file(const struct comparing *c, size_t i)
{
	return i < c->facts->n_old ? c->facts->old_files[i]
				   : c->facts->new_files[i - c->facts->n_old];
}

/* ---- counting ---- */

/* The row that gets a bucket's flat value. */
static uint32_t flat_node(struct comparing *c, const struct pq_bucket *b)
{
	struct pq_frame_walk w = pq_frame_walk(c->g, b->stack);
	uint32_t leaf = pq_frame_walk_next(&w), node = leaf;

	if (leaf == PQ_NONE)
		return (uint32_t)c->n_nodes + ROW_NO_STACK;
	/* From the leaf up, the first node that is not the runtime's. */
	while (c->cut_runtime && node != PQ_NONE && c->is_runtime[node])
		node = pq_frame_walk_next(&w);
	return node == PQ_NONE ? leaf : node;
}

/*
 * The cell of a row for objects of one size.  Buckets come in order of their
 * sizes, so that a row has it already or needs a new one.
 */
static struct cell *find_cell(struct comparing *c, uint32_t node, int64_t size)
{
	uint32_t *last = &c->marks[node].cell;

	if (!*last || c->cells.at[*last - 1].size != size) {
		struct cell *cell = pq_vec_push(&c->cells);

		memset(cell, 0, sizeof(*cell));
		cell->node = node;
		cell->size = size;
		*last = (uint32_t)c->cells.n;
	}
	return &c->cells.at[*last - 1];
}

/* Finds the samples allocated and freed between snapshots of one process. */
static void find_turnover(const struct comparing *c, struct side_counts *counts,
			  const struct pq_bucket *b)
{
	size_t old = c->facts->old_files[0], new = c->facts->new_files[0];
	size_t first = c->facts->swapped ? new : old;
	size_t second = c->facts->swapped ? old : new;
	double m[2];

	pq_turned_over(b->samples[first], b->samples[second],
		       b->alloc[second] - b->alloc[first], m);
	counts->turnover[c->facts->swapped] = m[0];
	counts->turnover[!c->facts->swapped] = m[1];
}

static void sum_bucket(const struct comparing *c, struct side_counts *counts,
		       const struct pq_bucket *b)
{
	memset(counts, 0, sizeof(*counts));
	for (size_t i = 0; i < count_files(c); i++) {
		unsigned side = i >= c->facts->n_old;
		size_t f = compared_file(c, i);

		counts->sum[side] = pq_add(counts->sum[side], b->value[f]);
		counts->n[side] += b->samples[f];
		counts->value[side] += (double)b->value[f];
	}
	/* Between snapshots, objects may have come and gone unseen. */
	if (c->facts->method == PQ_BY_PROCESS)
		find_turnover(c, counts, b);
}

static void add_side_counts(struct side_counts *to, const struct side_counts *c)
{
	for (unsigned side = 0; side < 2; side++) {
		to->sum[side] = pq_add(to->sum[side], c->sum[side]);
		to->n[side] += c->n[side];
		to->turnover[side] += c->turnover[side];
		to->value[side] += c->value[side];
	}
}

/* Groups are judged by the samples and the values of each file. */
static void count_by_file(struct comparing *c, const struct pq_bucket *b,
			  uint32_t node)
{
	size_t n = count_files(c);

	for (size_t i = 0; i < n; i++) {
		size_t f = compared_file(c, i);

		c->samples[node * n + i] += b->samples[f];
		c->values[node * n + i] += (double)b->value[f];
	}
}

static void count_in_row(struct comparing *c, const struct pq_bucket *b,
			 const struct side_counts *counts, uint32_t node)
{
	add_side_counts(&find_cell(c, node, b->size)->counts, counts);
	if (c->facts->method == PQ_BY_GROUPS)
		count_by_file(c, b, node);
}

/*
 * Lists the nodes of a stack, each once.  Whether a node came before is as good
 * as chance, so that it is no branch: the next one overwrites it.
 */
static size_t list_stack_nodes(struct comparing *c, const uint8_t *stack,
			       uint32_t mark, uint32_t *to)
{
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
			n += c->marks[node].bucket != mark;
			c->marks[node].bucket = mark;
		}
	}
	return n;
}

/* Lists the rows that a bucket belongs to, the total among them. */
static size_t list_bucket_rows(struct comparing *c, const struct pq_bucket *b,
			       uint32_t mark)
{
	uint32_t *rows = c->bucket_rows;

	rows[0] = (uint32_t)c->n_nodes + ROW_TOTAL;
	if (c->cumulative)
		return 1 + list_stack_nodes(c, b->stack, mark, rows + 1);
	rows[1] = flat_node(c, b);
	return 2;
}

static void count_bucket(struct comparing *c, uint32_t at)
{
	const struct pq_bucket *b = &c->buckets.list.at[at];
	struct side_counts counts;
	size_t n;

	sum_bucket(c, &counts, b);
	n = list_bucket_rows(c, b, at + 1);
	for (size_t i = 0; i < n; i++)
		count_in_row(c, b, &counts, c->bucket_rows[i]);
}

/* A bucket in the order of counting. */
struct sized_bucket {
	int64_t size;
	uint32_t bucket;
};

static int compare_bucket_sizes(const void *a, const void *b)
{
	const struct sized_bucket *x = a, *y = b;

	if (x->size != y->size)
		return x->size < y->size ? -1 : 1;
	return x->bucket < y->bucket ? -1 : x->bucket > y->bucket;
}

static struct sized_bucket *sort_buckets(const struct comparing *c)
{
	size_t n = c->buckets.list.n;
	struct sized_bucket *order = pq_alloc(pq_size_mul(n, sizeof(*order)));

	for (size_t i = 0; i < n; i++)
		order[i] = (struct sized_bucket){ c->buckets.list.at[i].size,
						  (uint32_t)i };
	if (n)
		qsort(order, n, sizeof(*order), compare_bucket_sizes);
	return order;
}

/*
 * In order of their sizes buckets lie anywhere in memory: each is fetched
 * ahead of its turn, first itself, then its counts and its stack.
 */
#define FETCH_BUCKET 16
#define FETCH_COUNTS 8

/* Counts all buckets, by size and then as they appeared. */
static void count_buckets(struct comparing *c)
{
	const struct pq_bucket *list = c->buckets.list.at;
	struct sized_bucket *order = sort_buckets(c);
	size_t n = c->buckets.list.n;

	for (size_t i = 0; i < n; i++) {
		/* Buckets lie apart in memory: two steps ahead are fetched. */
		if (n - i > FETCH_BUCKET)
			__builtin_prefetch(
				&list[order[i + FETCH_BUCKET].bucket]);
		if (n - i > FETCH_COUNTS) {
			const struct pq_bucket *next =
				&list[order[i + FETCH_COUNTS].bucket];

			__builtin_prefetch(next->samples);
			__builtin_prefetch(next->stack);
			__builtin_prefetch(next->stack + 64);
		}
		count_bucket(c, order[i].bucket);
	}
	pq_free(order);
}

/* ---- evidence ---- */

static int compare_cells(const void *a, const void *b)
{
	const struct cell *x = a, *y = b;

	if (x->node != y->node)
		return x->node < y->node ? -1 : 1;
	return (x->size > y->size) - (x->size < y->size);
}

static int64_t side_period(const struct comparing *c, unsigned side)
{
	return c->j
		->files[side ? c->facts->new_files[0] : c->facts->old_files[0]]
		.period;
}

static void fill_class(const struct comparing *c, const struct cell *cell,
		       struct pq_class *class)
{
	const struct pq_sampling *by = &c->facts->sampling;

	for (unsigned side = 0; side < 2; side++) {
		int64_t period = side_period(c, side);
		double size = by->counts_objects ? 1 : (double)cell->size;

		/* Other kinds than heaps: each sample weighs the same. */
		class->caught[side] = 0;
		class->weight[side] = 1;
		if (by->by == PQ_SAMPLED_TIME && by->value != by->samples)
			class->weight[side] = (double)period;
		if (by->by != PQ_SAMPLED_BYTES)
			continue;

		/* Heaps: the larger an object, the likelier its sample. */
		class->caught[side] = pq_sampling_caught(cell->size, period);
		class->weight[side] = size / class->caught[side];

		/* Every allocation was recorded, or sizes are unknown. */
		if (!cell->size || period <= 1) {
			class->caught[side] = 1;
			class->weight[side] =
				cell->counts.n[side] > 0
					? cell->counts.value[side] /
						  cell->counts.n[side]
					: size;
		}
	}
}

/* Adds a cell to its row: the sums, and what they are judged by. */
static void add_cell(const struct comparing *c, const struct cell *cell,
		     struct pq_evidence *e)
{
	struct pq_class class;

	for (unsigned side = 0; side < 2; side++)
		c->sums[side][cell->node] = pq_add(c->sums[side][cell->node],
						   cell->counts.sum[side]);

	fill_class(c, cell, &class);
	pq_tally_add(&e->counts, &class, cell->counts.n[0], cell->counts.n[1]);
	pq_tally_add(&e->turnover, &class, cell->counts.turnover[0],
		     cell->counts.turnover[1]);
}

/*
 * Groups of heaps are judged by their values, since samples of objects of
 * different size stand for different amounts; other groups by their samples.
 */
static void point_to_files(const struct comparing *c, struct pq_evidence *e,
			   uint32_t node)
{
	if (c->facts->method != PQ_BY_GROUPS)
		return;
	e->values = c->values + node * count_files(c);
	e->samples = c->facts->sampling.by == PQ_SAMPLED_BYTES
			     ? e->values
			     : c->samples + node * count_files(c);
}

/* ---- rows ---- */

static int64_t scaled_side_mean(const struct comparing *c, unsigned side,
				uint32_t node)
{
	size_t n = side ? c->facts->n_new : c->facts->n_old;
	double factor = side ? c->facts->factor : 1;

	return pq_join_mean(c->sums[side][node], n, factor);
}

static struct pq_text row_name(const struct comparing *c, uint32_t node)
{
	if (node < c->n_nodes)
		return c->g->nodes.at[node].label;
	return node == c->n_nodes + ROW_NO_STACK ? PQ_TEXT("<no stack>")
						 : PQ_TEXT("total");
}

static void make_row(const struct comparing *c, struct pq_change *row,
		     const struct pq_evidence *e, uint32_t node)
{
	row->name = row_name(c, node);
	row->node = node < c->n_nodes ? node : PQ_NONE;
	row->n_summed = 0;
	row->base = scaled_side_mean(c, 0, node);
	row->new = scaled_side_mean(c, 1, node);
	/* The difference of far values wraps: signed, it is undefined. */
	row->delta = (int64_t)((uint64_t)row->new - (uint64_t)row->base);
	row->tested = pq_tally_samples(&e->counts);

	/* NAN until pq_judge finds a number. */
	row->margin = row->p = row->spread[0] = row->spread[1] = NAN;
	for (unsigned side = 0; side < 2; side++) {
		double files =
			(double)(side ? c->facts->n_new : c->facts->n_old);

		row->samples[side] = e->counts.n[side];
		row->estimate[side] = e->counts.value[side] / files /
				      (side ? c->facts->factor : 1);
		/* Estimates need a sampling that is known. */
		if (c->facts->sampling.by == PQ_SAMPLED_UNKNOWN)
			row->samples[side] = row->estimate[side] = NAN;
	}
}

static bool is_row(const struct comparing *c, uint32_t node,
		   const struct pq_evidence *e)
{
	return c->sums[0][node] || c->sums[1][node] ||
	       pq_tally_samples(&e->counts) > 0;
}

static void make_rows(struct comparing *c, struct pq_comparison *result)
{
	size_t n = c->n_nodes + N_EXTRA, at = 0;
	struct pq_evidence *evidence =
		PQ_ARENA_NEW(c->arena, struct pq_evidence, n);

	result->rows = PQ_ARENA_NEW(c->arena, struct pq_change, n);
	for (uint32_t node = 0; node < n; node++) {
		struct pq_evidence *e = &evidence[result->n];
		bool is_total = node == c->n_nodes + ROW_TOTAL;

		/* The evidence: cells are sorted by node. */
		memset(e, 0, sizeof(*e));
		for (; at < c->cells.n && c->cells.at[at].node == node; at++)
			add_cell(c, &c->cells.at[at], e);
		point_to_files(c, e, node);
		e->not_judged = c->cut_runtime && node < c->n_nodes &&
				c->is_runtime[node];

		/* Rows without a value on either side are left out. */
		if (is_total)
			make_row(c, &result->total, e, node);
		else if (is_row(c, node, e))
			make_row(c, &result->rows[result->n++], e, node);
	}
	pq_judge(result, evidence, c->facts);
}

/* The flat total is the sum of the rounded rows, so that the column adds up. */
static void set_total_from_rows(struct pq_comparison *c)
{
	struct pq_change *total = &c->total;

	if (c->cumulative)
		return;
	total->base = total->new = 0;
	for (size_t i = 0; i < c->n; i++) {
		total->base = pq_add(total->base, c->rows[i].base);
		total->new = pq_add(total->new, c->rows[i].new);
	}
	total->delta = (int64_t)((uint64_t)total->new - (uint64_t)total->base);
}

static void prepare_columns(struct comparing *c)
{
	size_t n = c->n_nodes + N_EXTRA;
	size_t by_file =
		pq_size_mul(pq_size_mul(n, count_files(c)), sizeof(double));

	c->sums[0] = pq_arena_zeroed(c->arena, n * sizeof(int64_t));
	c->sums[1] = pq_arena_zeroed(c->arena, n * sizeof(int64_t));
	c->marks = pq_arena_zeroed(c->arena, n * sizeof(*c->marks));
	/* All rows, and one that is overwritten. */
	c->bucket_rows = PQ_ARENA_NEW(c->arena, uint32_t, n + 1);
	c->is_runtime = pq_arena_zeroed(c->arena, n);
	if (c->facts->method == PQ_BY_GROUPS) {
		c->samples = pq_arena_zeroed(c->arena, by_file);
		c->values = pq_arena_zeroed(c->arena, by_file);
	}
	c->cut_runtime = c->facts->sampling.by == PQ_SAMPLED_TIME &&
			 c->facts->method == PQ_BY_PAIR;
	if (c->cut_runtime)
		c->any_runtime = pq_mark_runtime(c->g, c->is_runtime);
}

static void note_runtime(struct comparing *c)
{
	if (c->any_runtime && !c->cumulative)
		pq_notes_add(&c->facts->notes,
			     PQ_TEXT("time in the Go runtime counts for the "
				     "function that called it"));
	if (c->any_runtime)
		pq_notes_add(&c->facts->notes,
			     PQ_TEXT("runtime rows not judged: GC and "
				     "scheduler vary from run to run"));
}

static const struct pq_stack_numbers *
number_row_stacks(const struct comparing *c, struct pq_compare_stacks *stacks)
{
	if (stacks->of_rows)
		return stacks->of_rows;
	if (!stacks->filtered && pq_lines_tell_nodes(c->g))
		stacks->of_rows = stacks->of_facts;
	if (!stacks->of_rows)
		stacks->of_rows = pq_stack_numbers_make(c->j, c->g, c->arena);
	return stacks->of_rows;
}

/* Allocation since the start matters between snapshots only. */
static void build_buckets(struct comparing *c, struct pq_compare_stacks *stacks)
{
	struct pq_buckets_options o = {
		.by = &c->facts->sampling,
		.stacks = number_row_stacks(c, stacks),
		.only_counted = c->facts->method != PQ_BY_PROCESS,
	};

	pq_buckets_build(&c->buckets, c->j, &o);
}

struct pq_comparison *pq_compare(const struct pq_compare_options *o,
				 struct pq_facts *facts, struct pq_view *v,
				 struct pq_arena *arena)
{
	struct comparing c = { .j = o->joined,
			       .facts = facts,
			       .view = v,
			       .g = &v->graph,
			       .arena = arena };
	struct pq_comparison *result = pq_arena_zeroed(arena, sizeof(*result));

	/* The graph names the rows. */
	pq_graph_init(&v->graph, v->p, &v->o.shape);
	pq_graph_label_all(&v->graph);
	result->facts = facts;
	result->cumulative = c.cumulative = v->o.order == PQ_BY_CUM;
	c.n_nodes = v->graph.nodes.n;

	/* Counts by row, then by row and object size in order. */
	prepare_columns(&c);
	build_buckets(&c, o->stacks);
	count_buckets(&c);
	if (c.cells.n)
		qsort(c.cells.at, c.cells.n, sizeof(struct cell),
		      compare_cells);

	/* Rows and verdicts. */
	note_runtime(&c);
	make_rows(&c, result);
	set_total_from_rows(result);
	pq_buckets_release(&c.buckets);
	pq_vec_release(&c.cells);
	return result;
}

double pq_change_ratio(const struct pq_change *c)
{
	return c->base ? (double)c->new / (double)c->base : NAN;
}

bool pq_change_stands_out(const struct pq_change *c,
			  const struct pq_facts *facts)
{
	if (!c->delta)
		return false;
	if (c->verdict == PQ_NOT_JUDGED)
		return facts->exact;
	return c->verdict != PQ_NOISE && c->verdict != PQ_FEW;
}

const char *pq_verdict_name(enum pq_verdict verdict)
{
	static const char *const names[] = {
		[PQ_GREW] = "grew",    [PQ_SHRANK] = "shrank",
		[PQ_NOISE] = "noise",  [PQ_FEW] = "few",
		[PQ_NOT_JUDGED] = "-", [PQ_UNKNOWN] = "?",
	};

	return names[verdict];
}
