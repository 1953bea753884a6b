#include "suites.h"

#include "base/mem.h"
#include "export/id_set.h"

/* Every id is there once added and not before, zero and the extremes too. */
START_TEST(ids_are_found_again)
{
	static const int64_t odd[] = { 0, -1, 1, INT64_MIN, INT64_MAX };
	struct pq_id_set s = { 0 };

	for (unsigned i = 0; i < 5; i++) {
		ck_assert(!pq_id_set_has(&s, odd[i]));
		ck_assert(pq_id_set_add(&s, odd[i]));
		ck_assert(!pq_id_set_add(&s, odd[i]));
		ck_assert(pq_id_set_has(&s, odd[i]));
	}
	pq_id_set_release(&s);
	ck_assert(pq_mem_used() == 0);
}
END_TEST

START_TEST(many_ids_take_little_more_than_themselves)
{
	enum { N = 300000 };
	struct pq_id_set s = { 0 };

	for (int64_t i = 1; i <= N; i++)
		ck_assert(pq_id_set_add(&s, i << 40));
	for (int64_t i = 1; i <= N; i++)
		ck_assert(!pq_id_set_add(&s, i << 40));
	ck_assert(!pq_id_set_has(&s, 1));
	ck_assert_uint_eq(s.n, N);
	/* 8 bytes and two thirds more at the most, besides small parts */
	ck_assert(pq_mem_used() < N * 15);
	pq_id_set_release(&s);
}
END_TEST

Suite *export_id_set_suite(void)
{
	Suite *suite = suite_create("export_id_set");
	TCase *tcase = tcase_create("id_set");

	tcase_add_test(tcase, ids_are_found_again);
	tcase_add_test(tcase, many_ids_take_little_more_than_themselves);
	suite_add_tcase(suite, tcase);
	return suite;
}
