#include "suites.h"

#include <math.h>

#include "helpers.h"
#include "profile/sampling.h"
#include "stats/estimate.h"
#include "stats/family.h"

/* ---- one value ---- */

static const struct {
	double m, low, high;
} poisson[] = {
	{ 1, 0.013072, 5.564 },
	{ 10, 4.787, 18.391 },
	{ 62, 47.53, 79.48 },
	{ 0, 0, 3.668 },
};

START_TEST(interval_of_a_count)
{
	struct pq_limits l = pq_poisson_limits(poisson[_i].m);

	ck_assert_msg(fabs(l.low - poisson[_i].low) <=
			      1e-3 * poisson[_i].low + 1e-12,
		      "row %d: %g", _i, l.low);
	ck_assert_msg(fabs(l.high - poisson[_i].high) <=
			      1e-3 * poisson[_i].high,
		      "row %d: %g", _i, l.high);
}
END_TEST

START_TEST(interval_of_small_objects)
{
	struct pq_estimate e = { 0 };
	struct pq_limits l;

	/* 58 samples of 16 bytes at 512 kB: 2,000,000 of them there were */
	pq_estimate_add(&e, 1, pq_sampling_caught(16, 524288), 58);
	l = pq_estimate_limits(&e);
	ck_assert_double_eq_tol(e.value, 1900573, 2);
	ck_assert_double_eq_tol(l.low, 1443106, 2);
	ck_assert_double_eq_tol(l.high, 2456966, 2);
}
END_TEST

START_TEST(large_objects_are_counted_not_sampled)
{
	struct pq_estimate e = { 0 };
	struct pq_limits l;

	/* 64 MB at 512 kB: all but certain to be seen */
	pq_estimate_add(&e, 64 << 20, pq_sampling_caught(64 << 20, 524288), 3);
	l = pq_estimate_limits(&e);
	ck_assert_double_eq_tol(l.low, 3.0 * (64 << 20), 1);
	ck_assert_double_eq_tol(l.high, 3.0 * (64 << 20), 1);
}
END_TEST

START_TEST(what_was_sampled_is_there)
{
	struct pq_estimate e = { 0 };

	/* one sample of 400 kB: Byar's lower end would be below its size */
	pq_estimate_add(&e, 400000, pq_sampling_caught(400000, 524288), 1);
	ck_assert_double_eq(pq_estimate_limits(&e).low, 400000);
}
END_TEST

START_TEST(nothing_sampled_may_still_be_something)
{
	struct pq_estimate e = { 0 };
	double caught = pq_sampling_caught(16, 524288);
	struct pq_limits l;

	pq_estimate_add(&e, 16, caught, 0);
	l = pq_estimate_limits(&e);
	ck_assert(l.low == 0);
	ck_assert_double_eq_tol(l.high, 3 * 16 / caught * (1 - caught), 1e-3);
}
END_TEST

START_TEST(every_allocation_recorded)
{
	struct pq_estimate e = { 0 };
	struct pq_limits l;

	pq_estimate_add(&e, 48, 1, 1000);
	l = pq_estimate_limits(&e);
	ck_assert(l.low == 48000 && l.high == 48000 && e.value == 48000);
	ck_assert(pq_estimate_unit(&e) == 0);
}
END_TEST

/* How many of n objects are sampled: a sum of small chances. */
static double draw(uint64_t *state, int n, double caught)
{
	double k = 0;

	for (int i = 0; i < n; i++)
		k += (double)(chance(state) >> 11) / 0x1p53 < caught;
	return k;
}

static const struct {
	int64_t size;
	int n; /* objects */
} covered[] = {
	{ 32768, 60 },	{ 32768, 400 },	 { 262144, 12 }, { 262144, 60 },
	{ 1 << 20, 5 }, { 1 << 20, 40 }, { 4096, 2000 },
};

/* Of 2,000 simulated sites, 92 in 100 intervals and more hold the truth. */
START_TEST(intervals_hold_the_truth)
{
	uint64_t state = 7;
	double caught = pq_sampling_caught(covered[_i].size, 524288);
	int held = 0, seen = 0;

	for (int run = 0; run < 2000; run++) {
		struct pq_estimate e = { 0 };
		struct pq_limits l;
		double k = draw(&state, covered[_i].n, caught);

		if (k == 0)
			continue;
		seen++;
		pq_estimate_add(&e, 1, caught, k);
		l = pq_estimate_limits(&e);
		held += l.low <= covered[_i].n && covered[_i].n <= l.high;
	}
	ck_assert_msg(held >= 0.92 * seen, "row %d: %d of %d", _i, held, seen);
}
END_TEST

START_TEST(share_of_few_is_not_sure)
{
	ck_assert_double_eq_tol(pq_share_low(30, 100), 0.2189, 1e-4);
	ck_assert_double_eq_tol(pq_share_low(3000, 10000), 0.2911, 1e-4);
	ck_assert(pq_share_low(0, 0) == 0);
	ck_assert(fabs(pq_share_low(0, 50)) < 1e-12);
}
END_TEST

/* ---- growth beyond a limit ---- */

static const struct {
	double old, new, factor, p;
} growths[] = {
	{ 100, 180, 1.5, 0.0712 },
	{ 100, 300, 1.5, 1.4e-10 },
	{ 20, 60, 1.1, 1.84e-5 },
};

START_TEST(growth_beyond_a_limit)
{
	struct pq_estimate old = { 0 }, new = { 0 };
	double caught = pq_sampling_caught(512, 524288), p;

	pq_estimate_add(&old, 512, caught, growths[_i].old);
	pq_estimate_add(&new, 512, caught, growths[_i].new);
	p = pq_growth_p(&old, &new, growths[_i].factor);
	ck_assert_msg(fabs(p - growths[_i].p) <= 0.04 * growths[_i].p,
		      "row %d: %g", _i, p);
}
END_TEST

START_TEST(recorded_growth_is_sure)
{
	struct pq_estimate old = { 0 }, new = { 0 }, none = { 0 };

	pq_estimate_add(&old, 10, 1, 100);
	pq_estimate_add(&new, 10, 1, 151);
	ck_assert(pq_growth_p(&old, &new, 1.5) == 0);
	ck_assert(pq_growth_p(&old, &new, 1.51) == 1);
	ck_assert(pq_growth_p(&none, &none, 1.5) == 1);
}
END_TEST

/* Nothing grew beyond the limit: found in at most 6 of 100 cases at 5 %. */
START_TEST(growth_at_the_limit_is_not_found)
{
	uint64_t state = 11;
	double caught = pq_sampling_caught(32768, 524288);
	int wrong = 0;

	for (int run = 0; run < 1000; run++) {
		struct pq_estimate old = { 0 }, new = { 0 };

		pq_estimate_add(&old, 32768, caught, draw(&state, 400, caught));
		pq_estimate_add(&new, 32768, caught, draw(&state, 600, caught));
		wrong += pq_growth_p(&old, &new, 1.5) <= 0.05;
	}
	ck_assert_msg(wrong <= 65, "%d of 1000", wrong);
}
END_TEST

START_TEST(growth_that_would_be_seen)
{
	struct pq_estimate few = { 0 }, many = { 0 }, exact = { 0 };
	double caught = pq_sampling_caught(64, 524288);

	/* twice a limit of 50 % needs some 174 samples */
	pq_estimate_add(&few, 64, caught, 140);
	pq_estimate_add(&many, 64, caught, 180);
	pq_estimate_add(&exact, 64, 1, 1);
	ck_assert(!pq_growth_is_seen(&few, 1.5));
	ck_assert(pq_growth_is_seen(&many, 1.5));
	ck_assert(pq_growth_is_seen(&exact, 1.5));
}
END_TEST

/* Three runs a side of time: counts that vary by more than counting does. */
struct runs {
	struct pq_estimate side[2];
	double spread, values[6];
};

static void draw_runs(struct runs *r, uint64_t *state, const double means[2])
{
	double unit;

	memset(r, 0, sizeof(*r));
	for (size_t f = 0; f < 6; f++) {
		/* machines are up to a tenth slower or faster */
		double speed =
			0.9 + 0.2 * (double)chance_below(state, 1000) / 1000;
		double n = draw(state, 20 * means[f / 3] * speed, 0.05);

		pq_estimate_add_time(&r->side[f / 3], 1e7, n);
		r->values[f] = n * 1e7;
	}
	unit = pq_estimate_unit_of_both(&r->side[0], &r->side[1]);
	r->spread = (pq_chi_square(r->values, 3) +
		     pq_chi_square(r->values + 3, 3)) /
		    unit;
	for (size_t side = 0; side < 2; side++)
		pq_estimate_widen(&r->side[side],
				  pq_excess_of_groups(r->spread, 4));
}

static int count_found(double old, double new)
{
	const double means[] = { old, new };
	uint64_t state = 3;
	struct runs r;
	int found = 0;

	for (int run = 0; run < 1000; run++) {
		draw_runs(&r, &state, means);
		found += pq_growth_p(&r.side[0], &r.side[1], 1.2) <= 0.05;
	}
	return found;
}

/* At the limit of 20 % few are found; twice the value nearly always. */
START_TEST(runs_of_three_files_a_side)
{
	int at_the_limit = count_found(100, 120), twice = count_found(100, 240);

	ck_assert_msg(at_the_limit <= 80, "%d of 1000", at_the_limit);
	ck_assert_msg(twice >= 950, "%d of 1000", twice);
}
END_TEST

Suite *stats_estimate_suite(void)
{
	Suite *suite = suite_create("stats_estimate");
	TCase *tcase = tcase_create("estimate");

	tcase_add_loop_test(tcase, interval_of_a_count, 0, ROWS(poisson));
	tcase_add_test(tcase, interval_of_small_objects);
	tcase_add_test(tcase, large_objects_are_counted_not_sampled);
	tcase_add_test(tcase, what_was_sampled_is_there);
	tcase_add_test(tcase, nothing_sampled_may_still_be_something);
	tcase_add_test(tcase, every_allocation_recorded);
	tcase_add_loop_test(tcase, intervals_hold_the_truth, 0, ROWS(covered));
	tcase_add_test(tcase, share_of_few_is_not_sure);
	tcase_add_loop_test(tcase, growth_beyond_a_limit, 0, ROWS(growths));
	tcase_add_test(tcase, recorded_growth_is_sure);
	tcase_add_test(tcase, growth_at_the_limit_is_not_found);
	tcase_add_test(tcase, growth_that_would_be_seen);
	tcase_add_test(tcase, runs_of_three_files_a_side);
	suite_add_tcase(suite, tcase);
	return suite;
}
