#include "suites.h"

#include <string.h>

#include "base/suggest.h"

#define MOST_NAMES 4

static const struct {
	const char *typed;
	const char *names[MOST_NAMES];
	const char *best; /* NULL: none */
} rows[] = {
	{ "top", { "tree", "top" }, "top" },
	{ "tpo", { "tree", "top" }, "top" },
	{ "tops", { "tree", "top" }, "top" },
	{ "nodecuont", { "nodefraction", "nodecount" }, "nodecount" },
	{ "nodecont", { "nodefraction", "nodecount" }, "nodecount" },
	{ "ndoecuont", { "nodefraction", "nodecount" }, "nodecount" },
	{ "tagfocs", { "focus", "tagfocus" }, "tagfocus" },
	{ "sample", { "sort", "sample_index" }, "sample_index" },
	{ "sample-index", { "sort", "sample_index" }, "sample_index" },
	{ "xyzzy", { "top", "tree", "peek" }, NULL },
	{ "top", { NULL }, NULL },
	{ "", { "top" }, NULL },
	{ "q", { "top", "tree" }, NULL },
	/* ties go to the first */
	{ "bat", { "cat", "hat" }, "cat" },
	{ "bat", { "hat", "cat" }, "hat" },
	/* a better one that comes later wins */
	{ "focux", { "foo", "hocus", "focus" }, "focus" },
};

START_TEST(nearest)
{
	struct pq_suggest s;

	pq_suggest_begin(&s, pq_text_of(rows[_i].typed));
	for (int i = 0; i < MOST_NAMES && rows[_i].names[i]; i++)
		pq_suggest_offer(&s, pq_text_of(rows[_i].names[i]));
	if (!rows[_i].best) {
		ck_assert_msg(!s.found, "row %d: %.*s", _i, (int)s.best.len,
			      s.best.bytes);
		return;
	}
	ck_assert_msg(s.found, "row %d: nothing found", _i);
	ck_assert_msg(pq_text_is(s.best, rows[_i].best), "row %d: %.*s", _i,
		      (int)s.best.len, s.best.bytes);
}
END_TEST

START_TEST(long_names_are_given_back_whole)
{
	char name[200];
	struct pq_suggest s;

	memset(name, 'x', sizeof(name));
	pq_suggest_begin(&s, (struct pq_text){ name, sizeof(name) });
	pq_suggest_offer(&s, (struct pq_text){ name, sizeof(name) - 1 });
	ck_assert(s.found);
	ck_assert(s.best.len == sizeof(name) - 1);
}
END_TEST

Suite *base_suggest_suite(void)
{
	Suite *suite = suite_create("base_suggest");
	TCase *tcase = tcase_create("suggest");

	tcase_add_loop_test(tcase, nearest, 0, ROWS(rows));
	tcase_add_test(tcase, long_names_are_given_back_whole);
	suite_add_tcase(suite, tcase);
	return suite;
}
