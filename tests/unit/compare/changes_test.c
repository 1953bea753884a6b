#include "suites.h"

#include <string.h>

#include "compare/change_text.h"

static const struct {
	enum pq_verdict verdict;
	int64_t delta;
	bool exact, stands_out;
} tones[] = {
	{ PQ_GREW, 5, false, true },
	{ PQ_SHRANK, -5, false, true },
	{ PQ_NOISE, 5, false, false },
	{ PQ_FEW, -5, false, false },
	/* nothing can be found: changes are shown as they are */
	{ PQ_UNKNOWN, 5, false, true },
	/* the runtime's own work is not; what was counted is */
	{ PQ_NOT_JUDGED, 5, false, false },
	{ PQ_NOT_JUDGED, 5, true, true },
	{ PQ_NOT_JUDGED, 0, true, false },
	{ PQ_GREW, 0, false, false },
};

START_TEST(what_gets_a_color)
{
	struct pq_change c = { .verdict = tones[_i].verdict,
			       .delta = tones[_i].delta };
	struct pq_facts facts = { .exact = tones[_i].exact };

	ck_assert_msg(pq_change_stands_out(&c, &facts) == tones[_i].stands_out,
		      "row %d", _i);
}
END_TEST

static const struct {
	int64_t base, new;
	const char *ratio, *percent; /* of 200 */
} words[] = {
	{ 10, 30, "x3.00", "+10.0%" },
	{ 10, 167, "x16.7", "+78.5%" },
	{ 0, 30, "new", "+15.0%" },
	{ 30, 0, "gone", "-15.0%" },
	{ 0, 0, "-", "0%" },
	{ 10, 10, "x1.00", "0%" },
	{ -10, 20, "x-2.00", "+15.0%" },
	{ 40, 39, "x0.97", "-0.50%" },
};

START_TEST(ratios_and_shares_in_words)
{
	struct pq_change c = { .base = words[_i].base, .new = words[_i].new };
	struct pq_buf b = { 0 };

	pq_change_ratio_text(&b, &c);
	ck_assert_msg(!strcmp(pq_buf_cstr(&b), words[_i].ratio), "row %d: %s",
		      _i, pq_buf_cstr(&b));
	pq_buf_clear(&b);
	pq_change_percent(&b, c.new - c.base, 200);
	ck_assert_msg(!strcmp(pq_buf_cstr(&b), words[_i].percent), "row %d: %s",
		      _i, pq_buf_cstr(&b));
	pq_buf_release(&b);
}
END_TEST

Suite *compare_changes_suite(void)
{
	Suite *suite = suite_create("compare_changes");
	TCase *tcase = tcase_create("changes");

	tcase_add_loop_test(tcase, what_gets_a_color, 0, ROWS(tones));
	tcase_add_loop_test(tcase, ratios_and_shares_in_words, 0, ROWS(words));
	suite_add_tcase(suite, tcase);
	return suite;
}
