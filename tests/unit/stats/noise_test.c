#include "suites.h"

#include <math.h>
#include <string.h>

#include "profile/sampling.h"
#include "stats/binomial.h"
#include "stats/family.h"
#include "stats/noise.h"

/* ---- tails ---- */

static const struct {
	double m1, m2, p;
} mid_p[] = {
	{ 104, 151, 0.003231 },
	{ 60, 74, 0.2281 },
	{ 0, 14, 6.104e-5 },
	{ 3, 6, 0.3437 },
	{ 0, 6, 0.015625 },
	{ 7, 7, 1 },
	{ 0, 0, 1 },
};

START_TEST(mid_p_of_two_counts)
{
	double p = pq_binomial_mid_p(mid_p[_i].m1, mid_p[_i].m2, 1, 1);

	ck_assert_msg(fabs(p - mid_p[_i].p) <= 2e-4 * mid_p[_i].p,
		      "row %d: %.9g", _i, p);
	ck_assert_msg(p == pq_binomial_mid_p(mid_p[_i].m2, mid_p[_i].m1, 1, 1),
		      "row %d: the other way round", _i);
}
END_TEST

/* The sum that the tails stand for, from binomial coefficients. */
static double mid_p_by_sum(int m1, int m2, double x)
{
	double up = 0, down = 0;

	for (int i = 0; i <= m1 + m2; i++) {
		double c = exp(lgamma(m1 + m2 + 1) - lgamma(i + 1) -
			       lgamma(m1 + m2 - i + 1) + i * log(x) +
			       (m1 + m2 - i) * log1p(-x));

		up += i > m2 ? c : i == m2 ? c / 2 : 0;
		down += i < m2 ? c : i == m2 ? c / 2 : 0;
	}
	return fmin(1, 2 * fmin(up, down));
}

START_TEST(mid_p_is_the_sum_of_coefficients)
{
	static const double shares[] = { 0.5, 0.25, 0.9, 0.0588 };
	double x = shares[_i];

	for (int a = 0; a < 40; a++)
		for (int b = 0; b < 40; b++) {
			double p = pq_binomial_mid_p(a, b, 1 - x, x);
			double sum = a + b ? mid_p_by_sum(a, b, x) : 1;

			ck_assert_msg(fabs(p - sum) < 1e-9,
				      "%d %d: %.12g %.12g", a, b, p, sum);
		}
}
END_TEST

START_TEST(large_counts_stay_finite)
{
	double p = pq_binomial_mid_p(5e6, 5.01e6, 1, 1);

	/* z = 1e4 / sqrt(1.001e7) */
	ck_assert_double_eq_tol(p, erfc(1e4 / sqrt(1.001e7) / sqrt(2)), 1e-5);
	ck_assert(pq_binomial_mid_p(1e7, 0, 1, 1) == 0);
}
END_TEST

START_TEST(poisson_tail)
{
	ck_assert_double_eq_tol(pq_poisson_tail(0.5, 1), 1 - exp(-0.5), 1e-12);
	ck_assert_double_eq_tol(pq_poisson_tail(0.5, 2), 1 - exp(-0.5) * 1.5,
				1e-12);
	ck_assert(pq_poisson_tail(0, 1) == 0 && pq_poisson_tail(0, 0) == 1);
}
END_TEST

/* ---- samples of a heap value ---- */

static const int64_t periods[] = { 1, 512, 32768, 524288 };

START_TEST(samples_are_whole_again)
{
	int64_t period = periods[_i];

	for (int64_t size = 8; size <= 4 << 20; size = size * 3 / 2 / 8 * 8 + 8)
		for (int n = 0; n <= 2000; n += 1 + n / 50) {
			double caught = pq_sampling_caught(size, period), again;
			double scale = 1;
			int64_t bytes, objects;

			/* what the runtime writes */
			if (period > 1)
				scale = 1 / (1 - exp(-(double)size /
						     (double)period));
			bytes = (int64_t)(n * (double)size * scale);
			objects = (int64_t)(n * scale);
			again = pq_samples_of_bytes(bytes, size, caught);
			ck_assert_msg(
				fabs(again - n) < 0.01 && round(again) == n,
				"%d of %lld: %g", n, (long long)size, again);
			ck_assert_msg(pq_samples_of_objects(objects, caught) ==
					      n,
				      "%d of %lld", n, (long long)size);
			ck_assert(pq_is_written_at_once(
				bytes, n, size,
				pq_written_scale(size, period)));
		}
}
END_TEST

START_TEST(size_is_guessed_when_whole)
{
	ck_assert_int_eq(pq_object_size_guess(4800, 100), 48);
	ck_assert_int_eq(pq_object_size_guess(4810, 100), 48);
	ck_assert_int_eq(pq_object_size_guess(4850, 100), 0);
	ck_assert_int_eq(pq_object_size_guess(0, 3), 0);
	ck_assert_int_eq(pq_object_size_guess(3, 0), 0);
}
END_TEST

/* ---- one function ---- */

static struct pq_class class_of(double size, double period)
{
	double caught = period <= 1 ? 1 : -expm1(-size / period);
	struct pq_class c = { { caught, caught },
			      { size / caught, size / caught } };

	return c;
}

START_TEST(few_large_objects_are_not_trusted)
{
	struct pq_class mega = class_of(1 << 20, 524288);
	struct pq_class small = class_of(4096, 524288);
	struct pq_tally t = { 0 };

	pq_tally_add(&t, &mega, 20, 15);
	ck_assert_double_eq_tol(pq_tally_p(&t, &pq_plain_trial), 0.07773, 1e-5);
	memset(&t, 0, sizeof(t));
	pq_tally_add(&t, &mega, 30, 40);
	pq_tally_add(&t, &small, 10, 12);
	ck_assert_double_eq_tol(pq_tally_p(&t, &pq_plain_trial), 0.0032, 5e-5);
}
END_TEST

START_TEST(all_recorded_means_every_difference_is_real)
{
	struct pq_class c = class_of(64, 1);
	struct pq_tally t = { 0 };

	pq_tally_add(&t, &c, 1000, 1000);
	ck_assert(pq_tally_p(&t, &pq_plain_trial) == 1);
	pq_tally_add(&t, &c, 0, 1);
	ck_assert(pq_tally_p(&t, &pq_plain_trial) == 0);
	ck_assert(pq_tally_margin(&t, &pq_plain_trial) == 0);
}
END_TEST

START_TEST(what_is_in_both_snapshots_cancels)
{
	double m[2];

	/* 14 new ones on 60 that stay */
	pq_turned_over(60, 74, 14, m);
	ck_assert(m[0] == 0 && m[1] == 14);
	ck_assert_double_eq_tol(pq_binomial_mid_p(m[0], m[1], 1, 1),
				pow(2, -14), 1e-12);
	/* all replaced: as good as two processes */
	pq_turned_over(10, 12, 100, m);
	ck_assert(m[0] == 10 && m[1] == 12);
	pq_turned_over(10, 10, 0, m);
	ck_assert(m[0] == 0 && m[1] == 0);
}
END_TEST

START_TEST(a_side_without_samples_may_still_have_objects)
{
	struct pq_class c = class_of(16, 524288);
	struct pq_tally t = { 0 };
	double w = c.weight[0], error;

	pq_tally_add(&t, &c, 0, 9);
	error = sqrt(1.96 * 1.96 * 9 * w * w * (1 - c.caught[0]) + 9 * w * w);
	ck_assert_double_eq_tol(pq_tally_margin(&t, &pq_plain_trial), error,
				1e-6 * error);
}
END_TEST

START_TEST(growth_that_can_be_shown)
{
	static const double known[][2] = {
		{ 10, 3 }, { 30, 2 }, { 100, 1.5 }, { 370, 1.25 }, { 2150, 1.1 }
	};

	for (int i = 0; i < ROWS(known); i++)
		ck_assert_double_eq_tol(pq_growth_shown(known[i][0]),
					known[i][1], 0.03 * known[i][1]);
	ck_assert_double_eq_tol(pq_growth_shown(pq_samples_for_growth(2)), 2,
				1e-9);
}
END_TEST

/* ---- the level of the test ---- */

static double binomial(int n, int k, double p)
{
	if (p >= 1)
		return k == n;
	return exp(lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) +
		   k * log(p) + (n - k) * log1p(-p));
}

static const double levels[] = { 0.05, 0.01, 0.001 };

/* Adds the chance of each outcome for N objects to what it would be called. */
static void add_outcomes(int n, const struct pq_class *c, double *said)
{
	double chance[151];

	for (int k = 0; k <= n; k++)
		chance[k] = binomial(n, k, c->caught[0]);
	for (int a = 0; a <= n; a++)
		for (int b = 0; b <= n; b++) {
			struct pq_tally t = { 0 };
			double p, both = chance[a] * chance[b];

			if (both < 1e-10 || a + b < PQ_LEAST_SAMPLES)
				continue;
			pq_tally_add(&t, c, a, b);
			p = pq_tally_p(&t, &pq_plain_trial);
			for (int i = 0; i < ROWS(levels); i++)
				said[i] += p <= levels[i] ? both : 0;
		}
}

static const double sizes[] = { 0.02, 0.05, 0.1, 0.2, 0.5, 1, 1.5, 2, 3, 5, 8 };

START_TEST(level_is_kept_for_any_size)
{
	static const int counts[] = { 1, 2, 3, 5, 8, 12, 18, 30, 55, 90, 150 };
	struct pq_class c = class_of(sizes[_i] * 524288, 524288);

	for (int k = 0; k < ROWS(counts); k++) {
		double said[ROWS(levels)] = { 0 };

		add_outcomes(counts[k], &c, said);
		for (int i = 0; i < ROWS(levels); i++)
			ck_assert_msg(said[i] <= 1.6 * levels[i],
				      "%d objects of %g periods: %g at %g",
				      counts[k], sizes[_i], said[i], levels[i]);
	}
}
END_TEST

/* splitmix64 */
static double uniform(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return (double)((z ^ z >> 31) >> 11) / 9007199254740992.0;
}

/* How many of n objects are sampled, by inversion. */
static double draw(double n, double p, uint64_t *state)
{
	double u = uniform(state), chance = exp(n * log1p(-p)), k = 0;

	while (u > chance && k < n) {
		u -= chance;
		chance *= (n - k) / (k + 1) * p / (1 - p);
		k++;
	}
	return k;
}

/* Functions whose size and expected samples are spread as in real heaps. */
static bool any_found_in_null(uint64_t *state)
{
	double p[60];
	bool found[60];
	size_t n = 0;

	for (int f = 0; f < 60; f++) {
		double size = pow(2, 4 + 16 * ((f * 7) % 60) / 60.0);
		double samples = 1 + pow(1.1, f);
		struct pq_class c = class_of(size, 524288);
		double objects = floor(samples / c.caught[0]);
		struct pq_tally t = { 0 };
		double a = draw(objects, c.caught[0], state);

		pq_tally_add(&t, &c, a, draw(objects, c.caught[0], state));
		if (pq_tally_samples(&t) >= PQ_LEAST_SAMPLES)
			p[n++] = pq_tally_p(&t, &pq_plain_trial);
	}
	return pq_family_find(p, n, 0.05, found) > 0;
}

START_TEST(nothing_changed_and_nothing_is_found)
{
	uint64_t state = 1;
	int wrong = 0;

	for (int file = 0; file < 2000; file++)
		wrong += any_found_in_null(&state);
	ck_assert_msg(wrong >= 30 && wrong <= 120, "%d of 2000", wrong);
}
END_TEST

/* ---- many tests ---- */

static const struct {
	double p[6];
	size_t found;
} families[] = {
	/* limits 0.0083 0.0167 0.025 0.0333 0.0417 0.05 */
	{ { 0.042, 0.001, 0.039, 0.008, 0.06, 0.041 }, 2 },
	{ { 0.9, 0.041, 0.02, 0.03, 0.001, 0.021 }, 5 },
	{ { 0.05, 0.05, 0.05, 0.05, 0.05, 0.05 }, 6 },
	{ { 0.009, 0.2, 0.3, 0.4, 0.5, 0.6 }, 0 },
};

START_TEST(family_of_six)
{
	bool found[6];
	size_t n = pq_family_find(families[_i].p, 6, 0.05, found), marked = 0;
	double most = 0, least = 1;

	ck_assert_msg(n == families[_i].found, "row %d: %zu", _i, n);
	for (int i = 0; i < 6; i++) {
		marked += found[i];
		if (found[i])
			most = fmax(most, families[_i].p[i]);
		else
			least = fmin(least, families[_i].p[i]);
	}
	ck_assert_msg(marked == n && most <= least, "row %d", _i);
}
END_TEST

START_TEST(excess_of_runs)
{
	double same[8] = { 0, 0.1, 0.2, 0.4, 0.5, 0.7, 1, 4 };
	double wild[8] = { 0, 1, 2, 4, 5, 7, 10, 40 };

	ck_assert(pq_excess_of_pair(same, 7) == 1);
	ck_assert(pq_excess_of_pair(same, 8) == 1);
	ck_assert_double_eq_tol(pq_excess_of_pair(wild, 8), 4.5 / 0.455, 1e-9);
	ck_assert(pq_excess_of_groups(0, 4) == 1);
	ck_assert_double_eq_tol(pq_excess_of_groups(16, 4), 2, 1e-12);
}
END_TEST

Suite *stats_noise_suite(void)
{
	Suite *suite = suite_create("stats_noise");
	TCase *tcase = tcase_create("noise");

	tcase_set_timeout(tcase, 120);
	tcase_add_loop_test(tcase, mid_p_of_two_counts, 0, ROWS(mid_p));
	tcase_add_loop_test(tcase, mid_p_is_the_sum_of_coefficients, 0, 4);
	tcase_add_test(tcase, large_counts_stay_finite);
	tcase_add_test(tcase, poisson_tail);
	tcase_add_loop_test(tcase, samples_are_whole_again, 0, ROWS(periods));
	tcase_add_test(tcase, size_is_guessed_when_whole);
	tcase_add_test(tcase, few_large_objects_are_not_trusted);
	tcase_add_test(tcase, all_recorded_means_every_difference_is_real);
	tcase_add_test(tcase, what_is_in_both_snapshots_cancels);
	tcase_add_test(tcase, a_side_without_samples_may_still_have_objects);
	tcase_add_test(tcase, growth_that_can_be_shown);
	tcase_add_loop_test(tcase, level_is_kept_for_any_size, 0, ROWS(sizes));
	tcase_add_test(tcase, nothing_changed_and_nothing_is_found);
	tcase_add_loop_test(tcase, family_of_six, 0, ROWS(families));
	tcase_add_test(tcase, excess_of_runs);
	suite_add_tcase(suite, tcase);
	return suite;
}
