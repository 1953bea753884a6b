#include "suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/options.h"

START_TEST(defaults_are_those_of_the_table)
{
	struct pq_options o;

	pq_options_init(&o);
	ck_assert_int_eq(o.nodecount, -1);
	ck_assert(o.nodefraction == 0.005 && o.edgefraction == 0.001);
	ck_assert(o.divide_by == 1);
	ck_assert(o.trim && !o.mean && !o.cum);
	ck_assert_uint_eq(o.sort, PQ_SORT_FLAT);
	ck_assert_uint_eq(o.granularity, PQ_BY_FUNCTIONS);
	ck_assert_uint_eq(o.color, PQ_COLOR_AUTO);
	ck_assert_int_eq(o.max_memory, -1);
	ck_assert(pq_text_is(o.unit, "minimum"));
	ck_assert(!o.given[PQ_OPTION_trim]);
}
END_TEST

START_TEST(tools_default_comes_from_the_environment)
{
	struct pq_options o;

	setenv("PPROF_TOOLS", "/opt/tools", 1);
	pq_options_init(&o);
	unsetenv("PPROF_TOOLS");
	ck_assert(pq_text_is(o.tools, "/opt/tools"));
}
END_TEST

/* The enums of options.h name the choices in the order of the rows. */
static const struct {
	const char *name, *value;
	unsigned expected;
} choices[] = {
	{ "sort", "flat", PQ_SORT_FLAT },
	{ "sort", "cum", PQ_SORT_CUM },
	{ "granularity", "functions", PQ_BY_FUNCTIONS },
	{ "granularity", "filefunctions", PQ_BY_FILEFUNCTIONS },
	{ "granularity", "files", PQ_BY_FILES },
	{ "granularity", "lines", PQ_BY_LINES },
	{ "granularity", "addresses", PQ_BY_ADDRESSES },
	{ "color", "auto", PQ_COLOR_AUTO },
	{ "color", "always", PQ_COLOR_ALWAYS },
	{ "color", "never", PQ_COLOR_NEVER },
};

START_TEST(choice_becomes_its_position)
{
	const struct pq_option *option =
		pq_option_find(pq_text_of(choices[_i].name));
	struct pq_error err = { 0 };
	struct pq_options o;

	pq_options_init(&o);
	ck_assert_msg(pq_option_set(&o, option, choices[_i].value, &err),
		      "row %d: %s", _i, err.msg);
	ck_assert_msg(*(unsigned *)((char *)&o + option->offset) ==
			      choices[_i].expected,
		      "row %d", _i);
	ck_assert_msg(o.given[option - pq_option_table], "row %d", _i);
}
END_TEST

#define SORTS                                                    \
	"flat|cum|delta|ratio|base|new|name|objects|space|mean|" \
	"alloc_objects|alloc_space|churn"

static const struct {
	const char *name, *value, *msg;
} refusals[] = {
	{ "nodecount", "abc",
	  "invalid value \"abc\" for flag -nodecount: parse error" },
	{ "timeout", "9223372036854775808",
	  "invalid value \"9223372036854775808\" for flag -timeout: value out "
	  "of range" },
	{ "divide_by", "",
	  "invalid value \"\" for flag -divide_by: parse error" },
	{ "trim", "maybe",
	  "invalid boolean value \"maybe\" for -trim: parse error" },
	{ "sort", "cmu",
	  "invalid value \"cmu\" for flag -sort: must be one of " SORTS " (did "
	  "you mean \"cum\"?)" },
	{ "sort", "nosuch",
	  "invalid value \"nosuch\" for flag -sort: must be one of " SORTS },
	{ "sort", "",
	  "invalid value \"\" for flag -sort: must be one of " SORTS },
	{ "max_memory", "lots",
	  "invalid value \"lots\" for flag -max_memory: parse error" },
	{ "nodecont", "1",
	  "no option \"nodecont\" (did you mean \"nodecount\"?)" },
	{ "xyzzy", "1", "no option \"xyzzy\"" },
};

START_TEST(refusal_says_why_and_changes_nothing)
{
	struct pq_options o, before;
	struct pq_error err = { 0 };

	pq_options_init(&o);
	before = o;
	ck_assert_msg(!pq_options_set(&o, refusals[_i].name, refusals[_i].value,
				      &err),
		      "row %d", _i);
	ck_assert_msg(!strcmp(err.msg, refusals[_i].msg), "row %d: %s", _i,
		      err.msg);
	ck_assert_msg(!memcmp(&o, &before, sizeof(o)), "row %d", _i);
	ck_assert_int_eq(err.code, PQ_EUSAGE);
}
END_TEST

START_TEST(dash_and_underscore_are_alike_in_names)
{
	ck_assert_ptr_eq(pq_option_find(PQ_TEXT("max-memory")),
			 &pq_option_table[PQ_OPTION_max_memory]);
	ck_assert_ptr_eq(pq_option_find(PQ_TEXT("v")),
			 &pq_option_table[PQ_OPTION_verbose]);
	ck_assert_ptr_null(pq_option_find(PQ_TEXT("max")));
	ck_assert_ptr_null(pq_option_find(PQ_TEXT("")));
}
END_TEST

struct notes {
	struct pq_log log;
	char last[100];
};

static void note(void *ctx, struct pq_text message)
{
	struct notes *notes = ctx;

	snprintf(notes->last, sizeof(notes->last), "%.*s", (int)message.len,
		 message.bytes);
}

/* Sets each of "a=1 b=2"; the text must last as long as the options. */
static void set_all(struct pq_options *o, char *text)
{
	struct pq_error err = { 0 };
	char *word;

	pq_options_init(o);
	while ((word = strsep(&text, " "))) {
		char *value = word;
		char *name = strsep(&value, "=");

		ck_assert_msg(!*name || pq_options_set(o, name, value, &err),
			      "%s", err.msg);
	}
}

static const struct {
	const char *set;
	unsigned n_formats;
	const char *msg;
	bool compares;
} rules[] = {
	{ "", 1, "", false },
	{ "cum=1 flat=1", 1, "conflicting options set: [cum flat]", false },
	{ "cum=1 flat=0", 1, "", false },
	{ "functions=1 addresses=1", 1,
	  "conflicting options set: [addresses functions]", false },
	{ "lines=1 files=1 addresses=1", 1,
	  "conflicting options set: [addresses files lines]", false },
	{ "sort=flat cum=1", 1, "conflicting options set: [cum flat]", false },
	{ "sort=cum cum=1", 1, "", false },
	{ "cum=1 flat=1", 2, "conflicting options set: [cum flat]", false },
	{ "no_browser=1", 2, "must set at most one output format", false },
	{ "http=:0", 1,
	  "-http is not compatible with an output format on the command "
	  "line",
	  false },
	{ "http=:0", 0, "", false },
	{ "no_browser=1 base=a diff_base=b", 1,
	  "-no_browser only makes sense with -http", false },
	{ "base=a diff_base=b", 1,
	  "-base and -diff_base flags cannot both be specified", false },
	{ "normalize=1", 1, "must have base profile to normalize by", false },
	{ "normalize=1 diff_base=a", 1, "", false },
	{ "diff_base= base=a", 1, "", false },
	{ "sort=ratio", 1,
	  "-sort: only diff has this order; the others are flat and cum",
	  false },
	{ "sort=ratio cum=1", 1, "", true },
	{ "normalize=1", 1, "", true },
	{ "group=a=b", 1, "-group is for diff and for pictures with -diff",
	  false },
	{ "exit_code=1", 1, "-exit_code is for diff and triage only", false },
	/* pictures of two sides */
	{ "diff=1 group=a=b normalize=1", 1, "", true },
	{ "diff=1 exit_code=1", 1, "-exit_code is for diff and triage only",
	  true },
	{ "diff=1 sort=ratio", 1,
	  "-sort: only diff has this order; the others are flat and cum",
	  true },
	{ "diff=1 base=a", 1,
	  "-diff takes two profiles and no -base or -diff_base", true },
	{ "base=a", 1,
	  "diff takes two profiles; -base and -diff_base are for other "
	  "reports",
	  true },
};

START_TEST(rule_between_options)
{
	struct notes notes = { .log = { .line = note, .ctx = &notes } };
	struct pq_error err = { 0 };
	struct pq_options o;
	struct pq_asked asked = { .n_formats = rules[_i].n_formats,
				  .compares = rules[_i].compares };
	char text[80];
	bool fine;

	snprintf(text, sizeof(text), "%s", rules[_i].set);
	set_all(&o, text);
	fine = pq_options_check(&o, &asked, &notes.log, &err);
	ck_assert_msg(fine == !*rules[_i].msg, "row %d: %s", _i, err.msg);
	ck_assert_msg(!strcmp(err.msg, rules[_i].msg), "row %d: %s", _i,
		      err.msg);
	ck_assert_msg(!notes.log.n_lines, "row %d: %s", _i, notes.last);
}
END_TEST

static const struct {
	const char *set, *sample_index, *note;
	bool mean;
} shortcuts[] = {
	{ "inuse_space=1", "inuse_space", "", false },
	{ "total_delay=1", "delay", "", false },
	{ "mean_delay=1", "delay", "", true },
	{ "mean_delay=0", "", "", false },
	{ "sample_index=0 inuse_objects=1", "0",
	  "Multiple value selections, ignoring -inuse_objects", false },
	{ "alloc_space=1 inuse_space=1", "inuse_space",
	  "Multiple value selections, ignoring -alloc_space", false },
	{ "contentions=1 mean_delay=1", "delay",
	  "Multiple value selections, ignoring -contentions", true },
	{ "sample_index=x mean_delay=1", "x",
	  "Multiple value selections, ignoring -mean_delay", true },
};

START_TEST(shortcut_chooses_the_sample_type)
{
	struct notes notes = { .log = { .line = note, .ctx = &notes } };
	struct pq_error err = { 0 };
	struct pq_options o;
	char text[80];

	snprintf(text, sizeof(text), "%s", shortcuts[_i].set);
	set_all(&o, text);
	ck_assert(pq_options_check(&o, &(struct pq_asked){ .n_formats = 1 },
				   &notes.log, &err));
	ck_assert_msg(pq_text_is(o.sample_index, shortcuts[_i].sample_index),
		      "row %d: %s", _i, o.sample_index.bytes);
	ck_assert_msg(!strcmp(notes.last, shortcuts[_i].note), "row %d: %s", _i,
		      notes.last);
	ck_assert_msg(o.mean == shortcuts[_i].mean, "row %d", _i);
}
END_TEST

/* As a session does, where each line sets something and checks. */
START_TEST(a_later_choice_replaces_an_earlier_one)
{
	struct notes notes = { .log = { .line = note, .ctx = &notes } };
	struct pq_error err = { 0 };
	const struct pq_asked asked = { .n_formats = 0 };
	struct pq_options o;

	pq_options_init(&o);
	pq_options_set(&o, "cum", "true", &err);
	ck_assert(pq_options_check(&o, &asked, &notes.log, &err));
	ck_assert_uint_eq(o.sort, PQ_SORT_CUM);
	pq_options_set(&o, "flat", "true", &err);
	ck_assert_msg(pq_options_check(&o, &asked, &notes.log, &err), "%s",
		      err.msg);
	ck_assert_uint_eq(o.sort, PQ_SORT_FLAT);
}
END_TEST

Suite *command_options_suite(void)
{
	Suite *suite = suite_create("command_options");
	TCase *set = tcase_create("set");
	TCase *check = tcase_create("check");

	tcase_add_test(set, defaults_are_those_of_the_table);
	tcase_add_test(set, tools_default_comes_from_the_environment);
	tcase_add_loop_test(set, choice_becomes_its_position, 0, ROWS(choices));
	tcase_add_loop_test(set, refusal_says_why_and_changes_nothing, 0,
			    ROWS(refusals));
	tcase_add_test(set, dash_and_underscore_are_alike_in_names);
	suite_add_tcase(suite, set);
	tcase_add_loop_test(check, rule_between_options, 0, ROWS(rules));
	tcase_add_loop_test(check, shortcut_chooses_the_sample_type, 0,
			    ROWS(shortcuts));
	tcase_add_test(check, a_later_choice_replaces_an_earlier_one);
	suite_add_tcase(suite, check);
	return suite;
}
