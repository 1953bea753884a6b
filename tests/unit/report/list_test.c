#include "suites.h"

#include <stdlib.h>
#include <string.h>

#include "base/regex.h"
#include "helpers.h"
#include "report/report.h"
#include "tree.h"

extern const struct pq_report pq_report_list;

/*
 * Which lines of a function are shown.  A line widens either the start of the
 * range or its end, never both, as in the reference: it matters where one
 * function was seen with several start lines.
 */
static const struct {
	const char *in;
	const char *lines; /* "FIRST LAST", "" when none are shown */
} ranges[] = {
	/* five lines before and after a line of no known start */
	{ "f@s.c#20 1\n", "15 25" },
	{ "f@s.c#20 1\nf@s.c#40 1\n", "15 45" },
	{ "f@s.c#40 1\nf@s.c#20 1\n", "15 45" },
	/* never before the first line, or after the last one */
	{ "f@s.c#2 1\n", "1 7" },
	{ "f@s.c#98 1\n", "93 100" },
	{ "f@s.c#200 1\n", "" },
	/* a start line is where it starts, however far it is */
	{ "f@s.c$10#40 1\n", "10 45" },
	{ "f@s.c$10#12 1\nf@s.c$10#40 1\n", "10 45" },
	/* what widens the start leaves the end alone */
	{ "f@s.c$10#12 1\nf@s.c$3#60 1\n", "3 17" },
	{ "f@s.c$3#60 1\nf@s.c$10#12 1\n", "3 65" },
	{ "f@s.c$10#12 1\nf@s.c$3#60 1\nf@s.c$5#30 1\n", "3 35" },
	/* a start behind the line */
	{ "f@s.c$50#20 1\n", "" },
};

static void put_source(void)
{
	struct pq_buf b = { 0 };

	for (int i = 1; i <= 100; i++)
		pq_buf_printf(&b, "line %d\n", i);
	tree_put("s.c", pq_buf_cstr(&b));
	pq_buf_release(&b);
}

/* The numbers of the first and the last line of the listing. */
static void put_range(struct pq_buf *to, const char *text)
{
	const char *first = strstr(text, ":line "), *last = first;

	for (const char *at = first; at; at = strstr(at + 1, ":line "))
		last = at;
	if (first)
		pq_buf_printf(to, "%d %d", atoi(first + 6), atoi(last + 6));
}

static void list_functions(struct pq_view *v, struct pq_out *out)
{
	struct pq_error err;
	struct pq_arena arena;
	struct pq_notes filters = { 0 };
	struct pq_regex *all;
	struct pq_report_input in = { .view = v,
				      .arena = &arena,
				      .filters = &filters };
	struct said said;

	pq_error_clear(&err);
	pq_arena_init(&arena);
	said_init(&said);
	all = pq_regex_new(PQ_TEXT("."), &err);
	in.regex = all;
	in.log = &said.log;
	pq_report_list.text(pq_report_list.build(&in, &err), out);
	pq_regex_free(all);
	said_release(&said);
	pq_arena_release(&arena);
}

START_TEST(a_line_widens_the_start_or_the_end)
{
	struct pq_buf b = { 0 };
	struct pq_view_options o = { .shape = { .granularity = PQ_LINES,
						.object_names = true,
						.trim_path = PQ_TEXT(""),
						.source_path = PQ_TEXT(".") },
				     .unit = PQ_TEXT("minimum"),
				     .divide_by = 1 };
	struct pq_profile *p;
	struct pq_error err;
	struct pq_view v;
	struct pq_out out;

	pq_error_clear(&err);
	put_source();
	pq_buf_str(&b, "types: cpu/ns\n");
	pq_buf_str(&b, ranges[_i].in);
	p = profile_of(pq_buf_cstr(&b));
	ck_assert(pq_view_init(&v, p, &o, &err));
	pq_out_open_memory(&out);
	list_functions(&v, &out);
	pq_buf_clear(&b);
	put_range(&b, pq_buf_cstr(&out.buf));
	ck_assert_msg(!strcmp(pq_buf_cstr(&b), ranges[_i].lines),
		      "row %d: %s\n%s", _i, pq_buf_cstr(&b),
		      pq_buf_cstr(&out.buf));
	pq_out_close(&out, "memory", &err);
	pq_view_release(&v);
	pq_profile_free(p);
	pq_buf_release(&b);
}
END_TEST

Suite *report_list_suite(void)
{
	Suite *suite = suite_create("report_list");
	TCase *tcase = tcase_create("list");

	tcase_add_checked_fixture(tcase, tree_enter, tree_leave);
	tcase_add_loop_test(tcase, a_line_widens_the_start_or_the_end, 0,
			    ROWS(ranges));
	suite_add_tcase(suite, tcase);
	return suite;
}
