#include "suites.h"

#include <string.h>

#include "base/error.h"
#include "base/text.h"

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

START_TEST(a_message_says_whether_it_names_its_file)
{
	struct pq_error err = { 0 };

	ck_assert(!pq_fail_named(&err, PQ_EIO, "stat %s: gone", "x"));
	ck_assert(err.names_file);
	ck_assert_str_eq(err.msg, "stat x: gone");
	pq_error_clear(&err);
	ck_assert(!pq_fail(&err, PQ_EIO, "gone"));
	ck_assert(!pq_fail_named(&err, PQ_EIO, "stat x: gone"));
	ck_assert_msg(!err.names_file, "the second failure changed the first");
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

static const char *const letters[] = { "x", "\xc3\xa9", "\xe2\x82\xac",
				       "\xf0\x9f\x98\x80" };

START_TEST(the_reason_outlives_a_long_name)
{
	char text[6001] = "", end[] = ": the reason";
	size_t n = strlen(letters[_i]);
	struct pq_error err = { 0 };

	for (size_t i = 0; i + n < sizeof(text); i += n)
		memcpy(text + i, letters[_i], n + 1);
	pq_fail(&err, PQ_EIO, "out%s%s", text, end);
	n = strlen(err.msg);
	ck_assert_msg(n > sizeof(err.msg) - 8, "row %d: %zu bytes", _i, n);
	ck_assert_msg(!memcmp(err.msg, "out", 3), "row %d: %s", _i, err.msg);
	ck_assert_msg(!strcmp(err.msg + n - strlen(end), end), "row %d: %s", _i,
		      err.msg);
	ck_assert_msg(strstr(err.msg, "...") != NULL, "row %d: no gap", _i);
	for (size_t at = 0; at < n;) {
		uint32_t rune;
		size_t bytes = pq_text_rune(pq_text_of(err.msg), at, &rune);

		ck_assert_msg(bytes > 0, "row %d: half a letter at %zu", _i,
			      at);
		at += bytes;
	}
}
END_TEST

Suite *base_error_suite(void)
{
	Suite *suite = suite_create("base_error");
	TCase *tcase = tcase_create("error");

	tcase_add_test(tcase, the_first_failure_is_kept);
	tcase_add_test(tcase, an_offset_makes_it_a_format_error);
	tcase_add_test(tcase, a_message_says_whether_it_names_its_file);
	tcase_add_loop_test(tcase, a_long_message_is_cut, 0, ROWS(lengths));
	tcase_add_loop_test(tcase, the_reason_outlives_a_long_name, 0,
			    ROWS(letters));
	suite_add_tcase(suite, tcase);
	return suite;
}
