#include "suites.h"

#include <string.h>

#include "command/query.h"

/* A question of a front end: a command, an option set, and what comes of it. */
struct row {
	enum pq_front front;
	const char *command;
	const char *name, *value; /* NULL: nothing is set */
	const char *looked_at;	  /* an option ... */
	const char *wanted;	  /* ... and its value after the check */
};

static const struct row rows[] = {
	/* the command line has no defaults of its own, but for merge */
	{ PQ_FRONT_LINE, "top", NULL, NULL, "nodecount", "-1" },
	{ PQ_FRONT_LINE, "merge", NULL, NULL, "keep_going", "false" },
	{ PQ_FRONT_LINE, "merge", "keep_going", "true", "keep_going", "true" },
	{ PQ_FRONT_LINE, "convert", NULL, NULL, "keep_going", "true" },
	{ PQ_FRONT_LINE, "top", NULL, NULL, "compact_labels", "false" },
	/* a shell shows ten rows, unless its user wants others */
	{ PQ_FRONT_SHELL, "top", NULL, NULL, "nodecount", "10" },
	{ PQ_FRONT_SHELL, "text", NULL, NULL, "nodecount", "10" },
	{ PQ_FRONT_SHELL, "tree", NULL, NULL, "nodecount", "-1" },
	{ PQ_FRONT_SHELL, "top", "nodecount", "3", "nodecount", "3" },
	{ PQ_FRONT_SHELL, "top", NULL, NULL, "compact_labels", "true" },
	{ PQ_FRONT_SHELL, "top", "compact_labels", "0", "compact_labels",
	  "false" },
	/* what is forced cannot be set */
	{ PQ_FRONT_WEB, "peek", "granularity", "files", "granularity",
	  "lines" },
	{ PQ_FRONT_WEB, "flame", "call_tree", "false", "call_tree", "true" },
	{ PQ_FRONT_WEB, "top", "granularity", "files", "granularity", "files" },
};

START_TEST(front_end_sets_what_its_rows_say)
{
	const struct row *row = &rows[_i];
	const struct pq_option *option =
		pq_option_find(pq_text_of(row->looked_at));
	struct pq_error err = { 0 };
	struct pq_log log = { 0 };
	struct pq_options wanted;
	struct pq_query q;

	pq_query_init(&q, row->front, NULL);
	q.command = pq_command_find(pq_text_of(row->command));
	if (row->name)
		ck_assert_msg(pq_query_set(&q, row->name,
					   pq_text_of(row->value), &err),
			      "row %d: %s", _i, err.msg);
	ck_assert_msg(pq_query_check(&q, &log, &err), "row %d: %s", _i,
		      err.msg);
	pq_options_init(&wanted);
	ck_assert(pq_option_set(&wanted, option, row->wanted, &err));
	ck_assert_msg(!memcmp((const char *)&q.options + option->offset,
			      (const char *)&wanted + option->offset,
			      option->kind == PQ_OPTION_BOOL ? sizeof(bool)
			      : option->kind == PQ_OPTION_ENUM
				      ? sizeof(unsigned)
				      : sizeof(int64_t)),
		      "row %d: %s", _i, row->looked_at);
	pq_query_release(&q);
}
END_TEST

START_TEST(values_are_copied)
{
	char word[] = "main";
	struct pq_error err = { 0 };
	struct pq_query q;

	pq_query_init(&q, PQ_FRONT_SHELL, NULL);
	ck_assert(pq_query_set(&q, "focus", pq_text_of(word), &err));
	pq_query_set_argument(&q, pq_text_of(word));
	memset(word, 'x', 4);
	ck_assert(pq_text_is(q.options.focus, "main"));
	ck_assert_str_eq(q.argument, "main");
	pq_query_release(&q);
}
END_TEST

START_TEST(words_of_tags_are_for_tags)
{
	const struct pq_option *focus, *ignore;

	pq_query_word_options(pq_command_find(PQ_TEXT("tags")), &focus,
			      &ignore);
	ck_assert_str_eq(focus->name, "tagfocus");
	ck_assert_str_eq(ignore->name, "tagignore");
	pq_query_word_options(pq_command_find(PQ_TEXT("top")), &focus, &ignore);
	ck_assert_str_eq(focus->name, "focus");
	ck_assert_str_eq(ignore->name, "ignore");
}
END_TEST

Suite *command_query_suite(void)
{
	Suite *suite = suite_create("command_query");
	TCase *tcase = tcase_create("query");

	tcase_add_loop_test(tcase, front_end_sets_what_its_rows_say, 0,
			    ROWS(rows));
	tcase_add_test(tcase, values_are_copied);
	tcase_add_test(tcase, words_of_tags_are_for_tags);
	suite_add_tcase(suite, tcase);
	return suite;
}
