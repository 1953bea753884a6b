#include "suites.h"

#include <math.h>

#include "stats/lifetime.h"

/* seconds, files, live known, born, freed, ends, all, mean live, alloc */
static const struct {
	struct pq_life_input in;
	enum pq_life_state state;
} lives[] = {
	{ { 10, 2, true, 100, 100, 20, 20, 1e6, 1e7, 1 }, PQ_LIFE_STEADY },
	{ { 0, 2, true, 100, 100, 20, 20, 1e6, 1e7, 1 }, PQ_LIFE_UNKNOWN },
	{ { 10, 1, false, 100, 100, 20, 20, 1e6, 1e7, 1 }, PQ_LIFE_UNKNOWN },
	{ { 10, 2, true, 9, 9, 20, 20, 1e6, 1e7, 1 }, PQ_LIFE_FEW },
	{ { 10, 2, true, 0, 0, 9, 9, 1e6, 0, 1 }, PQ_LIFE_FEW },
	{ { 10, 2, true, 0, 0, 10, 10, 1e6, 0, 1 }, PQ_LIFE_KEPT },
	{ { 10, 2, true, 100, 0, 100, 100, 1e6, 1e7, 1 }, PQ_LIFE_KEPT },
	{ { 10, 2, true, 100, 60, 20, 20, 1e6, 1e7, 1 }, PQ_LIFE_GROWING },
	{ { 10, 2, true, 60, 100, 20, 20, 1e6, 1e7, 1 }, PQ_LIFE_SHRINKING },
	/* a tenth is let pass, however many there are */
	{ { 10, 2, true, 10000, 9100, 20, 20, 1e6, 1e7, 1 }, PQ_LIFE_STEADY },
	{ { 10, 2, true, 10000, 8900, 20, 20, 1e6, 1e7, 1 }, PQ_LIFE_GROWING },
	{ { 10, 2, true, 100, 100, 0, 0, 0, 1e7, 5e5 }, PQ_LIFE_SHORT },
	/* longer than a third of the interval: only with many samples */
	{ { 10, 2, true, 199, 199, 20, 20, 4e6, 1e7, 1 }, PQ_LIFE_FEW },
	{ { 10, 2, true, 200, 200, 20, 20, 4e6, 1e7, 1 }, PQ_LIFE_STEADY },
	{ { 10, 2, true, 50, 50, 20, 20, 3e6, 1e7, 1 }, PQ_LIFE_STEADY },
	/* one file: longer than a fifth of the process's age */
	{ { 10, 1, true, 5000, 5000, 20, 20, 2.1e6, 1e7, 1 }, PQ_LIFE_YOUNG },
	{ { 10, 1, true, 100, 100, 20, 20, 1.9e6, 1e7, 1 }, PQ_LIFE_STEADY },
};

START_TEST(state_of_a_site)
{
	struct pq_life life;

	pq_life_find(&life, &lives[_i].in);
	ck_assert_msg(life.state == lives[_i].state, "row %d: %s, not %s", _i,
		      pq_life_state_name(life.state),
		      pq_life_state_name(lives[_i].state));
	ck_assert_msg(isnan(life.mean) == (life.state != PQ_LIFE_STEADY),
		      "row %d: %g", _i, life.mean);
}
END_TEST

/* makeView of a recorded program: true lifetime 455 ms. */
START_TEST(littles_law)
{
	struct pq_life_input in = { .seconds = 6.109,
				    .n_files = 2,
				    .live_is_known = true,
				    .born = 268,
				    .freed = 265,
				    .live_ends = 31,
				    .live_all = 31,
				    .mean_live = 8.13e6,
				    .alloc_space = 23.0e6 * 6.109,
				    .largest = 5e5 };
	struct pq_life life;

	pq_life_find(&life, &in);
	ck_assert_double_eq_tol(life.mean, 0.353, 1e-3);
	ck_assert(life.low < 0.455 && life.high > 0.455);
	ck_assert_double_eq_tol(life.low, 0.211, 2e-3);
	ck_assert_double_eq_tol(life.high, 0.562, 3e-3);
}
END_TEST

START_TEST(short_lives_have_a_limit)
{
	struct pq_life life;

	/* 3 * 5e5 / 1e6 a second / 2 files */
	pq_life_find(&life, &lives[11].in);
	ck_assert(life.state == PQ_LIFE_SHORT);
	ck_assert_double_eq_tol(life.high, 0.75, 1e-9);
}
END_TEST

Suite *stats_lifetime_suite(void)
{
	Suite *suite = suite_create("stats_lifetime");
	TCase *tcase = tcase_create("lifetime");

	tcase_add_loop_test(tcase, state_of_a_site, 0, ROWS(lives));
	tcase_add_test(tcase, littles_law);
	tcase_add_test(tcase, short_lives_have_a_limit);
	suite_add_tcase(suite, tcase);
	return suite;
}
