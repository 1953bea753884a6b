#include "suites.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "helpers.h"
#include "profile/sampling.h"
#include "stats/slope.h"

/* ---- by hand ---- */

#define N 8

static const double days[N] = { 0, 1, 2, 3, 4, 5, 6, 7 };

static struct pq_slope_class class_of(int64_t size, const int64_t *live,
				      const int64_t *alloc)
{
	double caught = pq_sampling_caught(size, 524288);

	return (struct pq_slope_class){ (double)size / caught,
					pq_slope_missed(caught, 524288), live,
					alloc };
}

START_TEST(a_line_has_its_slope)
{
	static const int64_t live[N] = { 10, 20, 30, 40, 50, 60, 70, 80 };
	const size_t ends[] = { N };
	struct pq_series s = { days, N, ends, 1 };
	struct pq_slope_class c = class_of(512, live, live);
	struct pq_slope slope;

	pq_slope_fit(&s, NULL, &c, 1, &slope);
	ck_assert_double_eq_tol(slope.growth, 10 * c.weight, 1e-6);
	ck_assert_int_eq(slope.degrees, 6);
	ck_assert(slope.samples == 360 && slope.z > 3);
}
END_TEST

/* The formula as it is written down, with the double sum over pairs. */
static double variance_by_pairs(const struct pq_slope_class *c, const double *w)
{
	double sum = 0, most = 0;

	for (int i = 0; i < N; i++) {
		double shared = (double)c->live[i];

		sum += w[i] * w[i] * (shared + 0.3);
		most = fmax(most, w[i] * w[i]);
		for (int j = i + 1; j < N; j++) {
			double now = (double)c->live[j - 1];
			double next = (double)c->live[j];
			double born = (double)(c->alloc[j] - c->alloc[j - 1]);
			double freed = born - (next - now);
			double kept = fmax(0, fmax(now - freed, next - born));

			shared *= now > 0 ? kept / now : 0;
			sum += 2 * w[i] * w[j] * shared;
		}
	}
	return c->weight * c->weight * c->missed * (sum + most);
}

START_TEST(variance_is_the_sum_over_pairs)
{
	static const int64_t live[N] = { 9, 12, 0, 7, 15, 15, 3, 20 };
	static const int64_t alloc[N] = { 9, 14, 14, 22, 33, 39, 41, 70 };
	const size_t ends[] = { N };
	struct pq_series s = { days, N, ends, 1 };
	struct pq_slope_class c = class_of(65536, live, alloc);
	struct pq_slope slope;
	double w[N];

	for (int i = 0; i < N; i++)
		w[i] = (days[i] - 3.5) / 42;
	pq_slope_fit(&s, NULL, &c, 1, &slope);
	ck_assert_double_eq_tol(slope.variance, variance_by_pairs(&c, w),
				1e-6 * slope.variance);
}
END_TEST

/* A process that starts anew begins with a level of its own. */
START_TEST(parts_have_one_slope)
{
	static const int64_t live[N] = { 10, 20, 30, 40, 5, 15, 25, 35 };
	const size_t ends[] = { 4, N }, whole[] = { N };
	struct pq_series s = { days, N, ends, 2 }, one = { days, N, whole, 1 };
	struct pq_slope_class c = class_of(512, live, NULL);
	struct pq_slope slope, cut;
	size_t n_parts, end;

	pq_slope_fit(&s, NULL, &c, 1, &slope);
	pq_slope_fit(&one, NULL, &c, 1, &cut);
	ck_assert_double_eq_tol(slope.growth, 10 * c.weight, 1e-6);
	ck_assert(cut.growth < 4 * c.weight);
	ck_assert_int_eq(slope.degrees, 5);
	ck_assert_int_eq(pq_series_fitted(&s, &n_parts), N);
	ck_assert_int_eq(n_parts, 2);
	/* the later one of equals */
	ck_assert_int_eq(pq_series_longest(&s, &end), 4);
	ck_assert_int_eq(end, N);
}
END_TEST

START_TEST(parts_of_one_have_no_slope)
{
	static const int64_t live[3] = { 1, 20, 30 };
	const size_t ends[] = { 1, 2, 3 };
	struct pq_series s = { days, 3, ends, 3 };
	struct pq_slope_class c = class_of(512, live, NULL);
	struct pq_slope slope;

	pq_slope_fit(&s, NULL, &c, 1, &slope);
	ck_assert(slope.growth == 0 && slope.z == 0 && slope.error == 0);
}
END_TEST

/* What follows the load does not grow; with load in place of time, nothing
 * can be told. */
START_TEST(load_explains)
{
	static const int64_t live[N] = { 20, 90, 30, 80, 40, 100, 70, 110 };
	double load[N], time[N];
	const size_t ends[] = { N };
	struct pq_series s = { days, N, ends, 1 };
	struct pq_slope_class c = class_of(512, live, NULL);
	struct pq_slope slope;

	for (int i = 0; i < N; i++) {
		load[i] = 3.0 * (double)live[i] + 7;
		time[i] = 2.0 * days[i];
	}
	pq_slope_fit(&s, load, &c, 1, &slope);
	ck_assert_double_eq_tol(slope.growth, 0, 1e-6 * c.weight);
	ck_assert_int_eq(slope.degrees, 5);
	pq_slope_fit(&s, time, &c, 1, &slope);
	ck_assert(slope.growth == 0 && slope.z == 0);
	ck_assert_int_eq(slope.degrees, 6);
}
END_TEST

START_TEST(the_last_half)
{
	static const int64_t live[N] = { 10, 40, 70, 100, 101, 99, 100, 100 };
	const size_t ends[] = { N };
	struct pq_series s = { days, N, ends, 1 };
	struct pq_slope_class c = class_of(512, live, NULL);
	struct pq_slope slope;

	pq_slope_fit_end(&s, &c, 1, &slope);
	ck_assert(fabs(slope.z) < 1);
	ck_assert(slope.samples == 400);
}
END_TEST

START_TEST(counted_things_have_residuals_only)
{
	static const int64_t live[N] = { 10, 20, 30, 40, 50, 60, 70, 80 };
	const size_t ends[] = { N };
	struct pq_series s = { days, N, ends, 1 };
	struct pq_slope_class c = { 1, pq_slope_missed(1, 1), live, NULL };
	struct pq_slope slope;

	pq_slope_fit(&s, NULL, &c, 1, &slope);
	ck_assert(c.missed == 0 && slope.variance == 0);
	ck_assert_double_eq_tol(slope.growth, 10, 1e-9);
	/* all on a line: there is no doubt */
	ck_assert(slope.error == 0 && slope.z == 1e12);
}
END_TEST

START_TEST(two_points_have_no_residuals)
{
	static const int64_t live[] = { 0, 2 };
	const size_t ends[] = { 2 };
	struct pq_series s = { days, 2, ends, 1 };
	struct pq_slope_class c = { 1, pq_slope_missed(1, 1), live, NULL };
	struct pq_slope slope;

	pq_slope_fit(&s, NULL, &c, 1, &slope);
	ck_assert_double_eq_tol(slope.growth, 2, 1e-9);
	ck_assert(slope.degrees == 0 && slope.error == 0 && slope.z == 0);
}
END_TEST

/* ---- simulated ---- */

static double uniform(uint64_t *state)
{
	return (double)(chance(state) >> 11) / 0x1p53;
}

/* A Poisson number, by counting waiting times. */
static int64_t draw(uint64_t *state, double mean)
{
	double sum = 0;
	int64_t n = -1;

	while (sum < mean) {
		sum -= log(1 - uniform(state));
		n++;
	}
	return n;
}

#define SNAPSHOTS 14

struct site {
	int64_t live[SNAPSHOTS], alloc[SNAPSHOTS];
};

/*
 * Objects come at a rate that follows the load and live a while; `leak' more a
 * snapshot stay.
 */
static void simulate(struct site *site, const double *load, double rate,
		     double stay, double leak, uint64_t *state)
{
	int64_t live = draw(state, rate / (1 - stay)), alloc = live;
	int64_t leaked = 0;

	for (int i = 0; i < SNAPSHOTS; i++) {
		int64_t born = draw(state, rate * load[i]), left = 0;
		int64_t lost = draw(state, leak);

		for (int64_t k = 0; k < live; k++)
			left += uniform(state) < stay;
		live = left + born;
		leaked += lost;
		alloc += born + lost;
		site->live[i] = live + leaked;
		site->alloc[i] = alloc;
	}
}

static double z_of(const struct site *site, const double *load)
{
	static const double x[SNAPSHOTS] = { 0, 1, 2, 3,  4,  5,  6,
					     7, 8, 9, 10, 11, 12, 13 };
	const size_t ends[] = { SNAPSHOTS };
	struct pq_series s = { x, SNAPSHOTS, ends, 1 };
	struct pq_slope_class c = class_of(512, site->live, site->alloc);
	struct pq_slope slope;

	pq_slope_fit(&s, load, &c, 1, &slope);
	return slope.z;
}

static void draw_load(double *load, uint64_t *state)
{
	for (int i = 0; i < SNAPSHOTS; i++)
		load[i] = 0.5 + uniform(state);
}

/* One-sided at 1 %: sites that turn over slowly and leak nothing. */
START_TEST(caches_do_not_leak)
{
	uint64_t state = 3;
	int found = 0;

	for (int run = 0; run < 1000; run++) {
		double load[SNAPSHOTS];
		struct site site;

		for (int i = 0; i < SNAPSHOTS; i++)
			load[i] = 1;
		simulate(&site, load, 10, 0.8, 0, &state);
		found += z_of(&site, NULL) > 2.33;
	}
	ck_assert_msg(found <= 20, "%d of 1000", found);
}
END_TEST

/* 3 new samples a snapshot beside a swing of 50 % are found. */
START_TEST(leaks_are_found_under_load)
{
	uint64_t state = 5;
	int found = 0, wrong = 0;

	for (int run = 0; run < 300; run++) {
		double load[SNAPSHOTS];
		struct site leaking, driven;

		draw_load(load, &state);
		simulate(&leaking, load, 10, 0.3, 3, &state);
		simulate(&driven, load, 60, 0.3, 0, &state);
		found += z_of(&leaking, load) > 2.33;
		wrong += z_of(&driven, load) > 2.33;
	}
	ck_assert_msg(found >= 285, "%d of 300 found", found);
	ck_assert_msg(wrong <= 9, "%d of 300 false", wrong);
}
END_TEST

/* A load that rises through the series: only the load term tells. */
START_TEST(rising_load_is_no_leak)
{
	uint64_t state = 9;
	int with = 0, without = 0;

	for (int run = 0; run < 200; run++) {
		double load[SNAPSHOTS];
		struct site site;

		for (int i = 0; i < SNAPSHOTS; i++)
			load[i] = 1 + 0.5 * sin(M_PI * (i / 13.0 - 0.5)) +
				  0.1 * uniform(&state);
		simulate(&site, load, 60, 0.2, 0, &state);
		with += z_of(&site, load) > 2.33;
		without += z_of(&site, NULL) > 2.33;
	}
	ck_assert_msg(with <= 8, "%d of 200 with load", with);
	ck_assert_msg(without >= 180, "%d of 200 without", without);
}
END_TEST

Suite *stats_slope_suite(void)
{
	Suite *suite = suite_create("stats_slope");
	TCase *tcase = tcase_create("slope");

	tcase_add_test(tcase, a_line_has_its_slope);
	tcase_add_test(tcase, variance_is_the_sum_over_pairs);
	tcase_add_test(tcase, parts_have_one_slope);
	tcase_add_test(tcase, parts_of_one_have_no_slope);
	tcase_add_test(tcase, load_explains);
	tcase_add_test(tcase, the_last_half);
	tcase_add_test(tcase, counted_things_have_residuals_only);
	tcase_add_test(tcase, two_points_have_no_residuals);
	tcase_add_test(tcase, caches_do_not_leak);
	tcase_add_test(tcase, leaks_are_found_under_load);
	tcase_add_test(tcase, rising_load_is_no_leak);
	suite_add_tcase(suite, tcase);
	return suite;
}
