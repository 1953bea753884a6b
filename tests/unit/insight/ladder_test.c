#include "suites.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "helpers.h"
#include "insight/ladder.h"
#include "insight/size_class.h"
#include "profile/sampling.h"

#define PERIOD 524288

/* ---- sizes ---- */

START_TEST(sizes_of_the_allocator)
{
	ck_assert_int_eq(pq_size_class(1), 8);
	ck_assert_int_eq(pq_size_class(33), 48);
	ck_assert_int_eq(pq_size_class(32768), 32768);
	ck_assert_int_eq(pq_size_class(32769), 40960);
	ck_assert_int_eq(pq_size_class(INT64_MAX), INT64_C(1) << 61);
	ck_assert_int_eq(pq_size_doubled_least(1024), 2048);
	ck_assert_int_eq(pq_size_doubled_most(1024), 2304);
	ck_assert_int_eq(pq_size_doubled_least(262144), 516096);
	ck_assert_int_eq(pq_size_doubled_most(262144), 532480);
	ck_assert_int_eq(pq_size_appended(896, 1), 1408);
	ck_assert_int_eq(pq_size_appended(1792, 24), 4096);
	ck_assert_int_eq(pq_size_appended(8192, 8), 12288);
	ck_assert_int_eq(pq_size_appended(8, 16), 0);
}
END_TEST

/* ---- ladders ---- */

struct rungs {
	struct pq_rung at[8];
	size_t n;
	int64_t period;
	bool grows;
	bool found;
	enum pq_growth_rule rule;
	size_t n_rungs;
};

/* Bytes are those of so many samples; see fill_bytes. */
#define R(size, alloc, live)         \
	{                            \
		size, 0, alloc, live \
	}

static const struct rungs ladders[] = {
	/* ten buffers of 4 MB, none kept */
	{ { R(262144, 4, 0), R(524288, 6, 0), R(1048576, 9, 0),
	    R(2097152, 10, 0), R(4194304, 10, 1) },
	  5,
	  PERIOD,
	  true,
	  true,
	  PQ_GROWTH_DOUBLE,
	  5 },
	/* three rungs are none */
	{ { R(1048576, 9, 0), R(2097152, 10, 0), R(4194304, 10, 0) },
	  3,
	  PERIOD,
	  true,
	  false,
	  0,
	  0 },
	/* what is kept was not freed to become the next one */
	{ { R(262144, 4, 4), R(524288, 6, 6), R(1048576, 9, 9),
	    R(2097152, 10, 10), R(4194304, 10, 10) },
	  5,
	  PERIOD,
	  true,
	  false,
	  0,
	  0 },
	/* a rung that nobody saw, of few buffers */
	{ { R(65536, 2, 0), R(131072, 1, 0), R(262144, 1, 0), R(1048576, 1, 0),
	    R(2097152, 1, 0) },
	  5,
	  PERIOD,
	  true,
	  true,
	  PQ_GROWTH_DOUBLE,
	  5 },
	/* ... and of many, where it would have been seen */
	{ { R(65536, 40, 0), R(131072, 90, 0), R(262144, 160, 0),
	    R(1048576, 350, 0), R(2097152, 390, 0) },
	  5,
	  PERIOD,
	  true,
	  false,
	  0,
	  0 },
	/* other sizes between the ends hold more than a tenth of the bytes */
	{ { R(262144, 4, 0), R(524288, 6, 0), R(786432, 12, 0),
	    R(1048576, 9, 0), R(2097152, 10, 0), R(4194304, 10, 0) },
	  6,
	  PERIOD,
	  true,
	  false,
	  0,
	  0 },
	/* half of all bytes are of another size above */
	{ { R(262144, 4, 0), R(524288, 6, 0), R(1048576, 9, 0),
	    R(2097152, 10, 0), R(4194304, 10, 0), R(67108864, 2, 0) },
	  6,
	  PERIOD,
	  true,
	  false,
	  0,
	  0 },
	/* every allocation recorded: append of 24 bytes */
	{ { R(1792, 100, 0), R(4096, 100, 0), R(8192, 100, 0), R(16384, 100, 0),
	    R(27264, 100, 0), R(40960, 100, 1) },
	  6,
	  1,
	  false,
	  true,
	  PQ_GROWTH_APPEND,
	  6 },
	/* ... where more were made than freed */
	{ { R(1792, 100, 0), R(4096, 100, 0), R(8192, 100, 0), R(16384, 106, 0),
	    R(27264, 100, 0), R(40960, 100, 0) },
	  6,
	  1,
	  false,
	  false,
	  0,
	  0 },
	/* a factor of its own, 1.5 */
	{ { R(131072, 40, 0), R(196608, 50, 0), R(294912, 70, 0),
	    R(442368, 90, 0), R(663552, 110, 0), R(991232, 130, 2) },
	  6,
	  PERIOD,
	  false,
	  true,
	  PQ_GROWTH_RATIO,
	  6 },
	/* most objects stop early: little is copied */
	{ { R(4096, 400, 0), R(8192, 8, 0), R(16384, 2, 0), R(32768, 1, 0) },
	  4,
	  1,
	  true,
	  false,
	  0,
	  0 },
};

/* What n samples of a size say, unrounded. */
static void fill_bytes(struct pq_rung *rungs, size_t n, int64_t period)
{
	for (size_t i = 0; i < n; i++)
		rungs[i].alloc_space =
			(int64_t)((double)rungs[i].alloc *
				  (double)rungs[i].size /
				  pq_sampling_caught(rungs[i].size, period));
}

START_TEST(conditions_of_a_ladder)
{
	struct rungs r = ladders[_i];
	struct pq_arena arena;
	struct pq_ladder l;
	bool found;

	pq_arena_init(&arena);
	fill_bytes(r.at, r.n, r.period);
	found = pq_ladder_find(&l, r.at, r.n, r.period, r.grows, &arena);
	ck_assert_msg(found == r.found, "row %d", _i);
	if (found)
		ck_assert_msg(l.rule == r.rule && l.n == r.n_rungs,
			      "row %d: %s of %zu", _i,
			      pq_growth_rule_name(l.rule), l.n);
	pq_arena_release(&arena);
}
END_TEST

START_TEST(copied_bytes_are_those_below)
{
	struct rungs r = ladders[0];
	struct pq_arena arena;
	struct pq_ladder l;
	double copied = 0;

	pq_arena_init(&arena);
	fill_bytes(r.at, r.n, r.period);
	ck_assert(pq_ladder_find(&l, r.at, r.n, r.period, true, &arena));
	for (size_t i = 1; i < r.n; i++)
		copied += (double)r.at[i].alloc * (double)r.at[i - 1].size /
			  pq_sampling_caught(r.at[i].size, PERIOD);
	ck_assert_double_eq_tol(l.copied, copied, 1);
	ck_assert(l.ratio == 2 && l.rungs[4]->size == 4194304);
	pq_arena_release(&arena);
}
END_TEST

/* ---- many sizes ---- */

static double uniform(uint64_t *state)
{
	return (double)(chance(state) >> 11) / 0x1p53;
}

static int compare_sizes(const void *left, const void *right)
{
	const struct pq_rung *a = left, *b = right;

	return (a->size > b->size) - (a->size < b->size);
}

/* Sizes by chance, each of which was freed or not by chance. */
static size_t fill_by_chance(struct pq_rung *rungs, size_t n, uint64_t *state)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		double size = 64 * pow(2, 16 * uniform(state));
		struct pq_rung *r = &rungs[i];

		r->size = pq_size_class((int64_t)size);
		r->alloc = 1 + (int64_t)chance_below(state, 30);
		r->live = (int64_t)chance_below(state, (uint64_t)r->alloc + 1);
	}
	qsort(rungs, n, sizeof(*rungs), compare_sizes);
	for (size_t i = 0; i < n; i++)
		if (!kept || rungs[kept - 1].size != rungs[i].size)
			rungs[kept++] = rungs[i];
	fill_bytes(rungs, kept, PERIOD);
	return kept;
}

static const size_t numbers[] = { 6, 12, 40, 400 };

/* 1,000 sites of objects of any size: at most 1 in 40 looks like a ladder. */
START_TEST(sizes_by_chance_are_no_ladder)
{
	struct pq_rung *rungs = pq_alloc(400 * sizeof(*rungs));
	uint64_t state = 17 + (uint64_t)_i;
	struct pq_arena arena;
	int found = 0;

	pq_arena_init(&arena);
	for (int run = 0; run < 1000; run++) {
		size_t n = fill_by_chance(rungs, numbers[_i], &state);
		struct pq_ladder l;

		found += pq_ladder_find(&l, rungs, n, PERIOD, false, &arena);
		pq_arena_reset(&arena);
	}
	ck_assert_msg(found <= 25, "row %d: %d of 1000", _i, found);
	pq_arena_release(&arena);
	pq_free(rungs);
}
END_TEST

/* Buffers that grow to a size by chance, as sampling sees them. */
static size_t fill_buffers(struct pq_rung *rungs, int n_buffers, double largest,
			   uint64_t *state)
{
	int64_t made[32] = { 0 };
	size_t n = 0;

	for (int b = 0; b < n_buffers; b++) {
		double end = largest * (0.5 + 0.5 * uniform(state));

		for (int k = 0; 1024.0 * pow(2, k) < 2 * end; k++)
			made[k]++;
	}
	for (int k = 0; k < 32; k++) {
		int64_t size = INT64_C(1024) << k, seen = 0;
		double caught = pq_sampling_caught(size, PERIOD);

		for (int64_t i = 0; i < made[k]; i++)
			seen += uniform(state) < caught;
		if (seen)
			rungs[n++] = (struct pq_rung){ size, 0, seen, 0 };
	}
	fill_bytes(rungs, n, PERIOD);
	return n;
}

static const struct {
	int n;
	double largest;
} buffers[] = { { 1, 32e6 }, { 10, 4e6 }, { 30, 800e3 }, { 1000, 128e3 } };

START_TEST(growing_buffers_are_found)
{
	struct pq_rung rungs[32];
	uint64_t state = 23;
	struct pq_arena arena;
	int found = 0;

	pq_arena_init(&arena);
	for (int run = 0; run < 100; run++) {
		size_t n = fill_buffers(rungs, buffers[_i].n,
					buffers[_i].largest, &state);
		struct pq_ladder l;

		found += pq_ladder_find(&l, rungs, n, PERIOD, true, &arena);
	}
	ck_assert_msg(found >= 95, "row %d: %d of 100", _i, found);
	pq_arena_release(&arena);
}
END_TEST

/* As many sizes as there may be: an answer, and no more are looked at. */
START_TEST(thousands_of_sizes)
{
	size_t n = PQ_LADDER_SIZES + 1;
	struct pq_rung *rungs = pq_alloc(n * sizeof(*rungs));
	struct pq_arena arena;
	struct pq_ladder l;

	pq_arena_init(&arena);
	for (size_t i = 0; i < n; i++)
		rungs[i] = (struct pq_rung){ (int64_t)(i + 1) * 8192, 0, 5, 1 };
	fill_bytes(rungs, n, PERIOD);
	ck_assert(!pq_ladder_find(&l, rungs, n - 1, PERIOD, true, &arena));
	ck_assert(!pq_ladder_find(&l, rungs, n, PERIOD, true, &arena));
	pq_arena_release(&arena);
	pq_free(rungs);
}
END_TEST

/* Numbers that no process has end in no ladder, and in no overflow. */
START_TEST(absurd_numbers)
{
	struct pq_rung rungs[6] = {
		{ -5, 1, 1, 0 },
		{ 0, 1, 1, 0 },
		{ 8, INT64_MAX, INT64_MAX, INT64_MIN },
		{ 16, INT64_MAX, INT64_MAX, INT64_MIN },
		{ INT64_MAX / 2, INT64_MAX, 1, 0 },
		{ INT64_MAX, INT64_MAX, 1, 0 },
	};
	struct pq_arena arena;
	struct pq_ladder l;

	pq_arena_init(&arena);
	ck_assert(!pq_ladder_find(&l, rungs, 6, PERIOD, true, &arena));
	ck_assert(!pq_ladder_find(&l, rungs, 6, 1, true, &arena));
	pq_arena_release(&arena);
}
END_TEST

Suite *insight_ladder_suite(void)
{
	Suite *suite = suite_create("insight_ladder");
	TCase *tcase = tcase_create("ladder");

	tcase_add_test(tcase, sizes_of_the_allocator);
	tcase_add_loop_test(tcase, conditions_of_a_ladder, 0, ROWS(ladders));
	tcase_add_test(tcase, copied_bytes_are_those_below);
	tcase_add_loop_test(tcase, sizes_by_chance_are_no_ladder, 0,
			    ROWS(numbers));
	tcase_add_loop_test(tcase, growing_buffers_are_found, 0, ROWS(buffers));
	tcase_add_test(tcase, thousands_of_sizes);
	tcase_add_test(tcase, absurd_numbers);
	suite_add_tcase(suite, tcase);
	return suite;
}
