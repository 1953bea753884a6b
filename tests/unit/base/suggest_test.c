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

/* The same by the plainest way there is. */
static unsigned plain_distance(const char *a, const char *b)
{
	unsigned d[9][9];
	size_t n = strlen(a), m = strlen(b);

	for (size_t i = 0; i <= n; i++)
		for (size_t j = 0; j <= m; j++) {
			unsigned best = (unsigned)(i > j ? i : j);

			if (i && j) {
				best = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
				if (d[i - 1][j] + 1 < best)
					best = d[i - 1][j] + 1;
				if (d[i][j - 1] + 1 < best)
					best = d[i][j - 1] + 1;
			}
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] && d[i - 2][j - 2] + 1 < best)
				best = d[i - 2][j - 2] + 1;
			d[i][j] = best;
		}
	return d[n][m];
}

static void make_word(char word[9], unsigned *chance)
{
	size_t n;

	*chance = *chance * 1103515245 + 12345;
	n = 1 + (*chance >> 16) % 8;
	for (size_t i = 0; i < n; i++) {
		*chance = *chance * 1103515245 + 12345;
		word[i] = (char)('a' + (*chance >> 16) % 4);
	}
	word[n] = '\0';
}

static bool begins_with(const char *a, const char *b)
{
	return strlen(a) >= 3 && !strncmp(a, b, strlen(a));
}

START_TEST(what_is_left_out_was_not_nearer)
{
	unsigned chance = 1;

	for (unsigned round = 0; round < 2000; round++) {
		char typed[9], names[6][9];
		unsigned best = ~0u;
		struct pq_suggest s;

		make_word(typed, &chance);
		pq_suggest_begin(&s, pq_text_of(typed));
		for (int i = 0; i < 6; i++) {
			unsigned d, longest;

			make_word(names[i], &chance);
			pq_suggest_offer(&s, pq_text_of(names[i]));
			d = plain_distance(typed, names[i]);
			longest = (unsigned)strlen(typed);
			if (strlen(names[i]) > longest)
				longest = (unsigned)strlen(names[i]);
			if (begins_with(typed, names[i]) ||
			    begins_with(names[i], typed))
				d = d < 2 ? d : 2;
			else if (d > (longest + 2) / 3)
				continue;
			best = d < best ? d : best;
		}
		ck_assert_msg(s.distance == best, "round %u: %u for %u", round,
			      s.distance, best);
	}
}
END_TEST

/* Encoded, since names of sample types come from files. */
START_TEST(appended_name_is_encoded)
{
	struct pq_text name = PQ_TEXT("a\x1b[31mb");
	struct pq_buf b = { 0 };
	struct pq_suggest s;

	pq_suggest_begin(&s, name);
	s.before = "-";
	pq_suggest_append(&s, &b);
	ck_assert(b.len == 0);
	pq_suggest_offer(&s, name);
	pq_suggest_append(&s, &b);
	ck_assert(pq_text_starts(pq_buf_view(&b), " (did you mean \"-a"));
	ck_assert(pq_text_find(pq_buf_view(&b), 0, "\x1b") == b.len);
	ck_assert(pq_text_find(pq_buf_view(&b), 0, "b\"?)") == b.len - 4);
	pq_buf_release(&b);
}
END_TEST

START_TEST(failure_ends_with_the_name)
{
	struct pq_error err = { 0 };
	struct pq_suggest s;

	pq_suggest_begin(&s, PQ_TEXT("tpo"));
	ck_assert(!pq_suggest_fail(&s, &err, "no \"%s\"", "tpo"));
	ck_assert(err.code == PQ_EUSAGE);
	ck_assert(pq_text_is(pq_text_of(err.msg), "no \"tpo\""));

	pq_error_clear(&err);
	pq_suggest_offer(&s, PQ_TEXT("top"));
	ck_assert(!pq_suggest_fail(&s, &err, "no \"%s\"", "tpo"));
	ck_assert(pq_text_is(pq_text_of(err.msg),
			     "no \"tpo\" (did you mean \"top\"?)"));
}
END_TEST

Suite *base_suggest_suite(void)
{
	Suite *suite = suite_create("base_suggest");
	TCase *tcase = tcase_create("suggest");

	tcase_add_loop_test(tcase, nearest, 0, ROWS(rows));
	tcase_add_test(tcase, long_names_are_given_back_whole);
	tcase_add_test(tcase, what_is_left_out_was_not_nearer);
	tcase_add_test(tcase, appended_name_is_encoded);
	tcase_add_test(tcase, failure_ends_with_the_name);
	suite_add_tcase(suite, tcase);
	return suite;
}
