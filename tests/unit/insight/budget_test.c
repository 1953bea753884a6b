#include "suites.h"

#include <string.h>

#include "base/mem.h"
#include "helpers.h"
#include "insight/budget.h"

static bool parse(struct pq_budgets *b, struct pq_text content,
		  struct pq_arena *arena, struct pq_error *err)
{
	memset(b, 0, sizeof(*b));
	memset(err, 0, sizeof(*err));
	pq_arena_init(arena);
	return pq_budgets_parse(b, content, PQ_TEXT("x.ini"), arena, err);
}

/* ---- limits ---- */

static const struct {
	const char *value;
	double amount;
	bool is_share;
} limits[] = {
	{ "1000", 1000, false },
	{ "10%", 0.1, true },
	{ "20% of total", 0.2, true },
	{ "12.5%", 0.125, true },
	{ "10MB", 10 * 1048576.0, false },
	{ "64kB", 65536, false },
	{ "2GiB", 2 * 1073741824.0, false },
	{ "3k", 3000, false },
	{ "3M", 3e6, false },
	{ "1G", 1e9, false },
	{ "5MB  # a comment", 5 * 1048576.0, false },
	{ "5MB\t; a comment", 5 * 1048576.0, false },
};

START_TEST(limits_have_units)
{
	struct pq_buf text = { 0 };
	struct pq_arena arena;
	struct pq_error err;
	struct pq_budgets b;

	pq_buf_printf(&text, "[budget \"a\"]\r\nmax = %s", limits[_i].value);
	ck_assert_msg(parse(&b, pq_buf_view(&text), &arena, &err), "row %d: %s",
		      _i, err.msg);
	ck_assert_uint_eq(b.n, 1);
	ck_assert(b.list[0].max.given && !b.list[0].growth.given);
	ck_assert_msg(b.list[0].max.amount == limits[_i].amount, "row %d: %f",
		      _i, b.list[0].max.amount);
	ck_assert_int_eq(b.list[0].max.is_share, limits[_i].is_share);
	pq_arena_release(&arena);
	pq_buf_release(&text);
}
END_TEST

/* ---- a whole file ---- */

START_TEST(sections_and_defaults)
{
	static const char content[] = "# comment\n; another\n\n"
				      "[budget \"a \\\"b\\\\ c\"]\n"
				      "  max-growth = 50%\n"
				      "  by = label:tenant\n"
				      "  noise = ignored\n"
				      "  focus = a#b\n"
				      "[budget \"second\"]\n"
				      "max_growth=1\n"
				      "min = 1MB\n"
				      "sample_index = alloc_space\n";
	struct pq_arena arena;
	struct pq_error err;
	struct pq_budgets b;

	ck_assert_msg(parse(&b, pq_text_of(content), &arena, &err), "%s",
		      err.msg);
	ck_assert_uint_eq(b.n, 2);
	ck_assert(pq_text_is(b.list[0].name, "a \"b\\ c"));
	ck_assert_uint_eq(b.list[0].line, 4);
	ck_assert(pq_text_is(b.list[0].sample_index, "inuse_space"));
	ck_assert_int_eq(b.list[0].by.by, PQ_PER_LABEL);
	ck_assert(pq_text_is(b.list[0].by.key, "tenant"));
	ck_assert(b.list[0].noise_ignored && b.list[0].filtered);
	ck_assert_int_eq(b.list[1].by.by, PQ_PER_FUNC);
	ck_assert(!b.list[1].noise_ignored && !b.list[1].filtered);
	ck_assert(b.list[1].min.amount == 1048576);
	ck_assert(pq_text_is(b.list[1].sample_index, "alloc_space"));
	pq_arena_release(&arena);
}
END_TEST

/* ---- errors ---- */

static const struct {
	const char *content, *want;
} errors[] = {
	{ "", "x.ini: no budget in it" },
	{ "# nothing\n", "x.ini: no budget in it" },
	{ "max = 1", "x.ini:1: max before the first [budget \"NAME\"]" },
	{ "[budget a]", "x.ini:1: a section is [budget \"NAME\"]" },
	{ "[budget \"a\"]\n",
	  "x.ini:1: budget \"a\" has neither max nor max_growth" },
	{ "[budget \"a\"]\nmax = 1\n[budget \"a\"]\nmax = 1",
	  "x.ini:3: budget \"a\" stands twice, first in line 1" },
	{ "[budget \"a\"]\nmax = 1\nmax = 2", "x.ini:3: max stands twice" },
	{ "[budget \"a\"]\nmax-growth = 1\nmax_growth = 2",
	  "x.ini:3: max_growth stands twice" },
	{ "[budget \"a\"]\nmax", "x.ini:2: no \"=\": max" },
	{ "[budget \"a\"]\nmax =", "x.ini:2: max has no value" },
	{ "[budget \"a\"]\nmax = -1",
	  "x.ini:2: max is not a limit such as 10%, 5MB or 1000: -1" },
	{ "[budget \"a\"]\nmax = 1 apple",
	  "x.ini:2: max is not a limit such as 10%, 5MB or 1000: 1 apple" },
	{ "[budget \"a\"]\nmax = nan",
	  "x.ini:2: max is not a limit such as 10%, 5MB or 1000: nan" },
	{ "[budget \"a\"]\ncolour = red", "x.ini:2: unknown key colour" },
	{ "[budget \"a\"]\nmax = 1\nnoise = loud",
	  "x.ini:3: noise is required or ignored: loud" },
};

START_TEST(errors_name_their_line)
{
	struct pq_arena arena;
	struct pq_error err;
	struct pq_budgets b;

	ck_assert_msg(!parse(&b, pq_text_of(errors[_i].content), &arena, &err),
		      "row %d", _i);
	ck_assert_int_eq(err.code, PQ_EUSAGE);
	ck_assert_msg(!strcmp(err.msg, errors[_i].want), "row %d: %s", _i,
		      err.msg);
	pq_arena_release(&arena);
}
END_TEST

/* ---- any bytes ---- */

/* Files of pieces of such files: read, or refused with a line. */
START_TEST(any_bytes_are_a_file_or_an_error)
{
	static const char *const pieces[] = {
		"[budget \"", "\"]\n", "max", "=", " 10%", "\n",	"\\",
		"\"",	      "#",     ";",   "a", "\xff", "\xc3",	"\t",
		"max = 1\n",  "by =",  "%",   "9", "\r\n", "focus = (",
	};
	uint64_t state = 7;

	for (int run = 0; run < 3000; run++) {
		struct pq_buf text = { 0 };
		struct pq_arena arena;
		struct pq_error err;
		struct pq_budgets b;
		bool ok;

		for (uint64_t n = chance_below(&state, 14); n; n--)
			pq_buf_str(&text,
				   pieces[chance_below(&state, ROWS(pieces))]);
		ok = parse(&b, pq_buf_view(&text), &arena, &err);
		ck_assert(ok ? b.n > 0 : err.code == PQ_EUSAGE && err.msg[0]);
		pq_arena_release(&arena);
		pq_buf_release(&text);
	}
}
END_TEST

Suite *insight_budget_suite(void)
{
	Suite *suite = suite_create("insight_budget");
	TCase *tcase = tcase_create("files");

	tcase_add_loop_test(tcase, limits_have_units, 0, ROWS(limits));
	tcase_add_test(tcase, sections_and_defaults);
	tcase_add_loop_test(tcase, errors_name_their_line, 0, ROWS(errors));
	tcase_add_test(tcase, any_bytes_are_a_file_or_an_error);
	suite_add_tcase(suite, tcase);
	return suite;
}
