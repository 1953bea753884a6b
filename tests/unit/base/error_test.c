#include "suites.h"

#include <string.h>

#include "base/error.h"

START_TEST(the_first_failure_is_kept)
{
	struct pq_error err = { 0 };

	ck_assert(!pq_fail(&err, PQ_EIO, "%s: %d", "first", 1));
	ck_assert(!pq_fail(&err, PQ_EUSAGE, "second"));
	ck_assert(!pq_fail_at(&err, 7, "third"));
	ck_assert_int_eq(err.code, PQ_EIO);
	ck_assert_str_eq(err.msg, "first: 1");
	ck_assert(!err.has_offset);
	ck_assert(err.offset == 0);
}
END_TEST

START_TEST(an_offset_makes_it_a_format_error)
{
	struct pq_error err = { 0 };

	ck_assert(!pq_fail_at(&err, 0, "bad %c", 'x'));
	ck_assert_int_eq(err.code, PQ_EFORMAT);
	ck_assert(err.has_offset);
	ck_assert(err.offset == 0);
	ck_assert_str_eq(err.msg, "bad x");
	pq_error_clear(&err);
	ck_assert_int_eq(err.code, PQ_OK);
	ck_assert(!err.has_offset);
	ck_assert_str_eq(err.msg, "");
	ck_assert(!pq_fail_at(&err, UINT64_MAX, "again"));
	ck_assert(err.offset == UINT64_MAX);
}
END_TEST

static const size_t lengths[] = { 0, 1, 1022, 1023, 1024, 5000 };

START_TEST(a_long_message_is_cut)
{
	struct pq_error err = { 0 };
	size_t n = lengths[_i], most = sizeof(err.msg) - 1;
	char text[5001];

	memset(text, 'x', n);
	text[n] = '\0';
	pq_fail(&err, PQ_EIO, "%s", text);
	ck_assert_msg(strlen(err.msg) == (n < most ? n : most),
		      "row %d: %zu bytes", _i, strlen(err.msg));
}
END_TEST

Suite *base_error_suite(void)
{
	Suite *suite = suite_create("base_error");
	TCase *tcase = tcase_create("error");

	tcase_add_test(tcase, the_first_failure_is_kept);
	tcase_add_test(tcase, an_offset_makes_it_a_format_error);
	tcase_add_loop_test(tcase, a_long_message_is_cut, 0, ROWS(lengths));
	suite_add_tcase(suite, tcase);
	return suite;
}
