#include "suites.h"

#include <string.h>

#include "helpers.h"
#include "profile/filter.h"
#include "profile/name_match.h"
#include "profile/prune.h"

#define CPU "types: cpu/ns\n"

/* What is filtered, by what, what is left and what is said. */
struct row {
	const char *in;
	struct pq_filters filters;
	const char *out; /* without the types */
	const char *said;
};

#define F(...)              \
	{                   \
		__VA_ARGS__ \
	}
#define T(text) PQ_TEXT(text)

static void expect_filtered(const struct row *r, int row)
{
	struct pq_profile *p = profile_of(r->in);
	struct pq_label_units units;
	struct pq_buf expected = { 0 };
	struct pq_error err;
	struct said said;

	said_init(&said);
	pq_error_clear(&err);
	pq_label_units_find(&units, p);
	pq_buf_str(&expected, CPU);
	pq_buf_str(&expected, r->out);
	ck_assert_msg(pq_filter(p, &r->filters, &units, &said.log, &err),
		      "row %d: %s", row, err.msg);
	expect_profile(p, pq_buf_cstr(&expected), row);
	ck_assert_msg(!strcmp(pq_buf_cstr(&said.text), r->said),
		      "row %d: said %s", row, pq_buf_cstr(&said.text));
	pq_label_units_release(&units);
	pq_buf_release(&expected);
	said_release(&said);
	pq_profile_free(p);
}

/* ---- focus, ignore, hide, show, show_from ---- */

#define STACKS                               \
	CPU "main@m.c;work@w.c;leaf@l.c 1\n" \
	    "main@m.c;other@o.c 2\n- 4\n"

static const struct row by_name[] = {
	{ STACKS, F(.focus = T("")),
	  "main@m.c;work@w.c;leaf@l.c 1\nmain@m.c;other@o.c 2\n- 4\n", "" },
	{ STACKS, F(.focus = T("wor")), "main@m.c;work@w.c;leaf@l.c 1\n", "" },
	{ STACKS, F(.focus = T("^w.c$")), "main@m.c;work@w.c;leaf@l.c 1\n",
	  "" },
	{ STACKS, F(.focus = T("nope")), "",
	  "Focus expression matched no samples\n" },
	/* an empty stack has nothing in focus, whatever is asked */
	{ STACKS, F(.ignore = T("wor")), "main@m.c;other@o.c 2\n", "" },
	{ STACKS, F(.ignore = T("nope")),
	  "main@m.c;work@w.c;leaf@l.c 1\nmain@m.c;other@o.c 2\n",
	  "Ignore expression matched no samples\n" },
	/* what is ignored is not in focus */
	{ STACKS, F(.focus = T("wor"), .ignore = T("work")), "",
	  "Focus expression matched no samples; the nearest name is work\n" },
	{ STACKS, F(.focus = T("main"), .ignore = T("other")),
	  "main@m.c;work@w.c;leaf@l.c 1\n", "" },
	{ STACKS, F(.hide = T("work|oth")), "main@m.c;leaf@l.c 1\nmain@m.c 2\n",
	  "" },
	{ STACKS, F(.hide = T("nope")),
	  "main@m.c;work@w.c;leaf@l.c 1\nmain@m.c;other@o.c 2\n",
	  "Hide expression matched no samples\n" },
	/* nothing left of a stack: gone */
	{ STACKS, F(.hide = T("main|other")), "work@w.c;leaf@l.c 1\n", "" },
	{ STACKS, F(.show = T("leaf|work")), "work@w.c;leaf@l.c 1\n", "" },
	{ STACKS, F(.show = T("nope")), "",
	  "Show expression matched no samples\n" },
	/* show sees what hide leaves, focus what was there before */
	{ STACKS, F(.focus = T("work"), .hide = T("work")),
	  "main@m.c;leaf@l.c 1\n", "" },
	{ STACKS, F(.hide = T("work"), .show = T("work")), "",
	  "Show expression matched no samples; the nearest name is work\n" },
	/* lines of a location one by one */
	{ CPU "main;a>b>c 1\n", F(.hide = T("b")), "main;a>c 1\n", "" },
	{ CPU "main;a>b>c 1\n", F(.hide = T("[abc]")), "",
	  "No sample is left of 1: -hide removed 1\n" },
	{ CPU "main;a>b>c 1\n", F(.hide = T("^.$")), "main 1\n", "" },
	{ CPU "main;a>b>c 1\n", F(.show = T("^[ac]$")), "a>c 1\n", "" },
	{ CPU "main;a>b>c 1\n", F(.focus = T("b")), "main;a>b>c 1\n", "" },
	/* a location without lines is not shown, and is hidden by its file */
	{ CPU "main;1! 1\n", F(.show = T(".")), "main 1\n", "" },
	{ CPU "main;1! 1\n", F(.hide = T("nope")), "main;1! 1\n",
	  "Hide expression matched no samples\n" },
	{ CPU "main;1! 1\n", F(.focus = T("main")), "main;1! 1\n", "" },
	/* show_from: from the match nearest the root down */
	{ CPU "a;b;c;b;d 1\na;c 2\n", F(.show_from = T("b")), "b;c;b;d 1\n",
	  "" },
	{ CPU "a;x>b>y>b>z;d 1\n", F(.show_from = T("b")), "b>y>b>z;d 1\n",
	  "" },
	{ STACKS, F(.show_from = T("nope")), "",
	  "ShowFrom expression matched no samples\n" },
};

/* Messages come in the order in which the filters run. */
static const struct row messages[] = {
	{ CPU "a 1\n",
	  F(.focus = T("zzzz"), .ignore = T("zzzz"), .hide = T("zzzz"),
	    .show = T("zzzz"), .show_from = T("zzzz")),
	  "",
	  "Focus expression matched no samples\n"
	  "Ignore expression matched no samples\n"
	  "Hide expression matched no samples\n"
	  "Show expression matched no samples\n"
	  "ShowFrom expression matched no samples\n" },
	{ CPU "a 1\n",
	  F(.focus = T("zzzz"), .tagfocus = T("zzzz"), .tagignore = T("zzzz"),
	    .tagshow = T("zzzz"), .taghide = T("zzzz")),
	  "",
	  "Focus expression matched no samples\n"
	  "TagFocus expression matched no samples\n"
	  "TagIgnore expression matched no samples\n"
	  "TagShow expression matched no samples\n"
	  "TagHide expression matched no samples\n" },
	/* how a range was read is said before anything runs */
	{ CPU "a 1 b:1\n", F(.focus = T("zzzz"), .tagfocus = T("1")), "",
	  "tagfocus:Interpreted '1' as range, not regexp\n"
	  "Focus expression matched no samples\n"
	  "TagFocus expression matched no samples\n" },
	/* the nearest name is offered, of its last part too */
	{ CPU "main.worker 1\n", F(.focus = T("mian.worker")), "",
	  "Focus expression matched no samples; the nearest name is "
	  "main.worker\n" },
	{ CPU "main.worker 1\n", F(.show_from = T("wroker")), "",
	  "ShowFrom expression matched no samples; the nearest name is "
	  "worker\n" },
	/* and what went is said to those who ask */
	{ CPU "a;b;c 1\na;d 2\n"
	      "d 4\ne 8\n",
	  F(.focus = T("a|d"), .ignore = T("c"), .hide = T("a"),
	    .verbose = true),
	  "d 2\n"
	  "d 4\n",
	  "-focus removed 1 samples and 1 frames\n"
	  "-ignore removed 1 samples and 3 frames\n"
	  "-hide removed 0 samples and 1 frames\n" },
	{ CPU "a;b;c 1\n"
	      "d 2\n",
	  F(.show_from = T("b"), .prune_from = T("b"), .verbose = true),
	  "b 1\n",
	  "-show_from removed 1 samples and 2 frames\n"
	  "-prune_from removed 0 samples and 1 frames\n" },
	{ CPU "a;b 1\nb 2\n", F(.show = T("a"), .verbose = true), "a 1\n",
	  "-show removed 1 samples and 2 frames\n" },
	{ CPU "a 1 k=v\na 2 k=w\na 4\n",
	  F(.tagfocus = T("k:"), .tagignore = T("w"), .verbose = true),
	  "a 1 k=v\n",
	  "-tagfocus removed 1 samples\n-tagignore removed 1 samples\n" },
};

START_TEST(messages_come_in_order)
{
	expect_filtered(&messages[_i], _i);
}
END_TEST

START_TEST(names_filter_samples)
{
	expect_filtered(&by_name[_i], _i);
}
END_TEST

#define MAPS "map: 1000 2000 0 app -\nmap: 5000 6000 0 lib.so -\n"
#define MAPPED CPU MAPS "1010^1!main;5010^2!f>g 1\n1010^1!main;5020^2! 2\n"

static const struct row by_mapping[] = {
	{ MAPPED, F(.focus = T("lib")),
	  MAPS "1010^1!main;5010^2!f>g 1\n1010^1!main;5020^2! 2\n", "" },
	{ MAPPED, F(.ignore = T("lib")), MAPS,
	  "No sample is left of 2: -ignore removed 2; -hide removes only the "
	  "frames that match\n" },
	{ MAPPED, F(.hide = T("lib")), MAPS "1010^1!main 1\n1010^1!main 2\n",
	  "" },
	{ MAPPED, F(.show = T("lib")), MAPS "5010^2!f>g 1\n", "" },
	{ MAPPED, F(.show_from = T("lib")), MAPS "5010^2!f>g 1\n5020^2! 2\n",
	  "" },
};

START_TEST(mapping_files_filter_samples)
{
	expect_filtered(&by_mapping[_i], _i);
}
END_TEST

/* ---- prune_from ---- */

static const struct row pruned[] = {
	{ CPU "a;b;c;d 1\na;c;b;d 2\nx 4\n", F(.prune_from = T("b")),
	  "a;b 1\na;c;b 2\nx 4\n", "" },
	/* from the leaf, the first match */
	{ CPU "a;b;c;b;d 1\n", F(.prune_from = T("b")), "a;b;c;b 1\n", "" },
	{ CPU "a;x>b>y>b>z;d 1\n", F(.prune_from = T("b")), "a;x>b>y>b 1\n",
	  "" },
	/* names without the dot and parameters; no message */
	{ CPU "a;.b(int);c 1\n", F(.prune_from = T("^b$")), "a;.b(int) 1\n",
	  "" },
	{ CPU "a;n::operator()(int);c 1\n", F(.prune_from = T("operator..$")),
	  "a;n::operator()(int) 1\n", "" },
	{ CPU "a;b(int);c 1\n", F(.prune_from = T("int")), "a;b(int);c 1\n",
	  "" },
	/* the file does not count */
	{ CPU "a@f;b 1\n", F(.prune_from = T("f")), "a@f;b 1\n", "" },
};

START_TEST(prune_from_cuts_what_is_below)
{
	expect_filtered(&pruned[_i], _i);
}
END_TEST

/* ---- drop_frames ---- */

static const struct {
	const char *in, *out;
} dropped[] = {
	{ "drop: d\na;d;b 1\n", "a 1\n" },
	{ "drop: nope\na;d;b 1\n", "a;d;b 1\n" },
	/* the whole name */
	{ "drop: d\na;dd;b 1\n", "a;dd;b 1\n" },
	{ "drop: d|e\na;e;b 1\n", "a 1\n" },
	/* matches above the first frame that stays are left */
	{ "drop: d\n"
	  "d;d;a;d;b 1\n",
	  "d;d;a 1\n" },
	{ "drop: d\n"
	  "d;d 1\n",
	  "d;d 1\n" },
	{ "drop: d|e\nkeep: e\na;e;d;b 1\n", "a;e 1\n" },
	{ "drop: .*\nkeep: main\nx;main;y;z 1\n", "x;main 1\n" },
	/* a part of a location: that part stays, what is below goes */
	{ "drop: d\na;x>d>y;b 1\n", "a;x 1\n" },
	{ "drop: d\na;x>d>y>d>z;b 1\n", "a;x 1\n" },
	{ "drop: d\na;d>x;b 1\n", "a 1\n" },
	{ "drop: d\nx>d;a;b 1\n", "x;a;b 1\n" },
	/* simplified names */
	{ "drop: d\na;.d(int);b 1\n", "a 1\n" },
	{ "drop: .d\na;.d(int);b 1\n", "a;.d(int);b 1\n" },
	/* expressions that do not parse drop nothing */
	{ "drop: (\na;d;b 1\n", "a;d;b 1\n" },
	{ "drop: d\nkeep: (\na;d;b 1\n", "a;d;b 1\n" },
	/* there is nothing to drop by */
	{ "keep: d\na;d;b 1\n", "a;d;b 1\n" },
};

START_TEST(drop_frames_cuts_what_is_below)
{
	struct pq_buf in = { 0 };
	struct pq_profile *p;
	struct pq_buf expected = { 0 };

	pq_buf_str(&in, CPU);
	pq_buf_str(&in, dropped[_i].in);
	p = profile_of(pq_buf_cstr(&in));
	pq_drop_frames(p);
	p->drop_frames = p->keep_frames = 0;
	pq_buf_str(&expected, CPU);
	pq_buf_str(&expected, dropped[_i].out);
	expect_profile(p, pq_buf_cstr(&expected), _i);
	pq_profile_free(p);
	pq_buf_release(&in);
	pq_buf_release(&expected);
}
END_TEST

/* ---- errors ---- */

#define BAD "error parsing regexp: missing closing ): `(`"

static const struct {
	struct pq_filters filters;
	const char *error;
} errors[] = {
	{ F(.focus = T("(")), "parsing focus regexp: " BAD },
	{ F(.ignore = T("(")), "parsing ignore regexp: " BAD },
	{ F(.hide = T("(")), "parsing hide regexp: " BAD },
	{ F(.show = T("(")), "parsing show regexp: " BAD },
	{ F(.show_from = T("(")), "parsing show_from regexp: " BAD },
	{ F(.tagfocus = T("(")), "parsing tagfocus regexp: " BAD },
	{ F(.tagfocus = T("a,(")), "parsing tagfocus regexp: " BAD },
	{ F(.tagignore = T("k=(")), "parsing tagignore regexp: " BAD },
	{ F(.tagshow = T("(")), "parsing tagshow regexp: " BAD },
	{ F(.taghide = T("(")), "parsing taghide regexp: " BAD },
	{ F(.prune_from = T("(")), "parsing prune_from regexp: " BAD },
	{ F(.tagfocus = T("99999999999999999999")),
	  "tagfocus: a number of the range does not fit 64 bits" },
	{ F(.tagfocus = T("1:99999999999999999999")),
	  "tagfocus: a number of the range does not fit 64 bits" },
	{ F(.tagfocus = T(",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,"
			  ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,")),
	  "tagfocus: more than 64 regular expressions" },
	/* the first of several, in the order of the filters */
	{ F(.focus = T("("), .ignore = T("(")), "parsing focus regexp: " BAD },
	{ F(.show_from = T("("), .tagfocus = T("(")),
	  "parsing show_from regexp: " BAD },
	{ F(.tagignore = T("("), .prune_from = T("(")),
	  "parsing tagignore regexp: " BAD },
	{ F(.tagshow = T("("), .prune_from = T("(")),
	  "parsing prune_from regexp: " BAD },
	{ F(.tagshow = T("("), .taghide = T("(")),
	  "parsing tagshow regexp: " BAD },
};

/* ---- names without parameters ---- */

static const struct {
	const char *name, *simple;
} names[] = {
	{ "f(int)", "f" },
	{ ".f(int)", "f" },
	{ "(anonymous namespace)::f(int)", "(anonymous namespace)::f" },
	{ "a::operator()(int)", "a::operator()" },
	{ "", "" },
};

START_TEST(names_lose_their_parameters)
{
	ck_assert(pq_text_is(pq_simplify_name(pq_text_of(names[_i].name)),
			     names[_i].simple));
}
END_TEST

START_TEST(a_bad_expression_is_named)
{
	struct pq_profile *p = profile_of(CPU "a 1 k=v n:1\n");
	struct pq_label_units units;
	struct pq_error err;
	struct said said;

	said_init(&said);
	pq_error_clear(&err);
	pq_label_units_find(&units, p);
	ck_assert_msg(!pq_filter(p, &errors[_i].filters, &units, &said.log,
				 &err),
		      "row %d: taken", _i);
	ck_assert_msg(err.code == PQ_EUSAGE, "row %d: code %d", _i, err.code);
	ck_assert_msg(!strcmp(err.msg, errors[_i].error), "row %d: %s", _i,
		      err.msg);
	pq_label_units_release(&units);
	said_release(&said);
	pq_profile_free(p);
}
END_TEST

Suite *profile_filter_suite(void)
{
	Suite *suite = suite_create("profile_filter");
	TCase *tcase = tcase_create("filter");

	tcase_add_loop_test(tcase, names_filter_samples, 0, ROWS(by_name));
	tcase_add_loop_test(tcase, messages_come_in_order, 0, ROWS(messages));
	tcase_add_loop_test(tcase, mapping_files_filter_samples, 0,
			    ROWS(by_mapping));
	tcase_add_loop_test(tcase, prune_from_cuts_what_is_below, 0,
			    ROWS(pruned));
	tcase_add_loop_test(tcase, drop_frames_cuts_what_is_below, 0,
			    ROWS(dropped));
	tcase_add_loop_test(tcase, names_lose_their_parameters, 0, ROWS(names));
	tcase_add_loop_test(tcase, a_bad_expression_is_named, 0, ROWS(errors));
	suite_add_tcase(suite, tcase);
	return suite;
}
