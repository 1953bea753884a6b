#include "suites.h"

#include "helpers.h"
#include "profile/merge.h"

START_TEST(each_side_has_its_values)
{
	struct pq_profile *before =
		profile_of("types: objects/count space/bytes\n"
			   "a;b 1 10\na;gone 2 20\n");
	struct pq_profile *after = profile_of("types: objects/count "
					      "space/bytes\n"
					      "a;b 3 30\na;new 4 40\n");
	static const int64_t expected[][4] = { { 3, 30, 1, 10 },
					       { 4, 40, 0, 0 },
					       { 0, 0, 2, 20 } };
	struct pq_error err;
	struct pq_profile *p;
	struct pq_walk w;

	pq_error_clear(&err);
	p = pq_side_by_side(before, after, &err);
	ck_assert_msg(p != NULL, "%s", err.msg);
	ck_assert_uint_eq(p->sample_types.n, 2);
	ck_assert_uint_eq(p->samples.n_values, 4);
	ck_assert_uint_eq(p->samples.n, 3);
	pq_walk_begin(&w, &p->samples);
	for (int i = 0; pq_walk_next(&w); i++) {
		pq_walk_values(&w);
		for (int k = 0; k < 4; k++)
			ck_assert_msg(w.sample.values[k] == expected[i][k],
				      "sample %d, value %d", i, k);
	}
	pq_walk_end(&w);
	pq_profile_free(p);
	pq_profile_free(before);
	pq_profile_free(after);
}
END_TEST

START_TEST(types_in_common_are_compared)
{
	struct pq_profile *before =
		profile_of("types: space/bytes x/y\na 1 2\n");
	struct pq_profile *after = profile_of("types: space/kilobytes\na 1\n");
	struct pq_error err;
	struct pq_profile *p;

	pq_error_clear(&err);
	p = pq_side_by_side(before, after, &err);
	ck_assert_msg(p != NULL, "%s", err.msg);
	ck_assert_uint_eq(p->sample_types.n, 1);
	ck_assert_uint_eq(p->samples.n_values, 2);
	pq_profile_free(p);
	pq_profile_free(before);
	pq_profile_free(after);
}
END_TEST

Suite *profile_sides_suite(void)
{
	Suite *suite = suite_create("profile_sides");
	TCase *tcase = tcase_create("sides");

	tcase_add_test(tcase, each_side_has_its_values);
	tcase_add_test(tcase, types_in_common_are_compared);
	suite_add_tcase(suite, tcase);
	return suite;
}
