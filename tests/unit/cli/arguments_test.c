#include "suites.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "cli/arguments.h"

#define MOST_WORDS 8

/* A command line, and what is made of it: "command(argument) sources". */
static const struct {
	const char *words[MOST_WORDS];
	const char *expected;
	bool cum;
} lines[] = {
	/* options after the profile: of it in one spelling only */
	{ { "top", "a" }, "top a", false },
	{ { "top", "a", "-cum", "b" }, "top a b", true },
	{ { "top", "a", "--", "-cum" }, "top a -cum", false },
	{ { "top", "-cum=false", "a" }, "top a", false },
	{ { "-top", "-cum", "a" }, "top a", true },
	{ { "-top", "a", "-cum" }, "top a -cum", false },
	{ { "-top", "--", "-cum" }, "top -cum", false },
	{ { "--top", "--cum", "a" }, "top a", true },
	{ { "-top=true", "a" }, "top a", false },
	{ { "-top=false", "a" }, "- a", false },
	{ { "-top", "-top=0", "a" }, "- a", false },
	{ { "./a", "-top" }, "- ./a -top", false },
	{ { "-text", "a" }, "text a", false },
	/* values */
	{ { "-top", "-unit", "ms", "a" }, "top a", false },
	{ { "-top", "-unit", "-cum", "a" }, "top a", false },
	{ { "-top", "-unit=", "a" }, "top a", false },
	{ { "top", "--max-memory", "1G", "a" }, "top a", false },
	{ { "-cum", "-cum=false", "-top", "a" }, "top a", false },
	/* no option */
	{ { "-top", "-", "-cum" }, "top - -cum", false },
	{ { "top", "-", "-cum" }, "top -", true },
	{ { "-top", "", "b" }, "top  b", false },
	{ { NULL }, "-", false },
	{ { "--" }, "-", false },
	/* tools get their words as they are */
	{ { "help", "-cum", "--" }, "help -cum --", false },
	{ { "complete", "top", "--", "" }, "complete top -- ", false },
	/* a command of the other spelling is a profile */
	{ { "top", "top" }, "top top", false },
	{ { "-top", "tree" }, "top tree", false },
	{ { "--", "top" }, "- top", false },
	/* a command behind options is one, where no file has its name */
	{ { "-cum", "top" }, "top", true },
	{ { "-unit", "ms", "top", "a", "-cum" }, "top a", true },
	{ { "-unit", "top", "tree", "a" }, "tree a", false },
	{ { "-unit=ms", "peek", "x", "a" }, "peek(x) a", false },
	{ { "-cum", "help" }, "- help", true },
	/* a session that is asked for by name */
	{ { "shell", "a", "-cum" }, "- a", true },
	{ { "-cum", "shell" }, "-", true },
	/* what follows a request for help is not looked at */
	{ { "top", "-help", "-nosuch" }, "top", false },
	{ { "-h" }, "-", false },
};

static bool scan(struct pq_arguments *r, const char *const *words,
		 struct pq_error *err)
{
	char *argv[MOST_WORDS + 2] = { (char *)"profq" };
	int argc = 1;

	for (int i = 0; i < MOST_WORDS && words[i]; i++)
		argv[argc++] = (char *)words[i];
	return pq_arguments_scan(r, argc, argv, err);
}

START_TEST(line_is_scanned)
{
	struct pq_error err = { 0 };
	struct pq_buf got = { 0 };
	struct pq_arguments r;

	ck_assert_msg(scan(&r, lines[_i].words, &err), "row %d: %s", _i,
		      err.msg);
	pq_buf_str(&got, r.query.command ? r.query.command->name : "-");
	if (r.query.argument)
		pq_buf_printf(&got, "(%s)", r.query.argument);
	for (size_t i = 0; i < r.n_sources; i++)
		pq_buf_printf(&got, " %s", r.sources[i]);
	ck_assert_msg(!strcmp(pq_buf_cstr(&got), lines[_i].expected),
		      "row %d: %s", _i, pq_buf_cstr(&got));
	ck_assert_msg(r.query.options.cum == lines[_i].cum, "row %d", _i);
	pq_buf_release(&got);
	pq_arguments_release(&r);
}
END_TEST

static const struct {
	const char *words[MOST_WORDS];
	const char *msg;
} refusals[] = {
	{ { "tpo", "a" }, "unknown command \"tpo\" (did you mean \"top\"?)" },
	{ { "xyzzy" },
	  "unknown command \"xyzzy\", and no file of that name; \"profq help\" "
	  "lists the commands" },
	{ { "-nodecont=3" },
	  "unknown option -nodecont (did you mean "
	  "\"-nodecount\"?)" },
	{ { "-xyzzy=3" },
	  "unknown option -xyzzy; \"profq help options\" lists them" },
	{ { "-help_", "x" },
	  "unknown option -help_ (did you mean \"-help\"?)" },
	{ { "top", "a", "-xyzzy" },
	  "unknown option -xyzzy; \"profq help options\" lists them" },
	{ { "top", "-5", "a" },
	  "unknown option -5 (did you mean \"-nodecount=5\"?)" },
	{ { "-top10", "a" },
	  "unknown option -top10 (did you mean \"-top -nodecount=10\"?)" },
	{ { "top", "-csv" },
	  "unknown option -csv (did you mean \"-format=csv\"?)" },
	{ { "-top", "-granularity=lines" },
	  "unknown option -granularity (did you mean \"profq top "
	  "-granularity=... FILE\"?)" },
	{ { "list5", "a" },
	  "unknown command \"list5\" (did you mean \"list\"?)" },
	{ { "top", "-limit=3" },
	  "-limit is a limit of memory, for trend; -nodecount=<n> limits the "
	  "rows of a report" },
	{ { "---top" }, "bad flag syntax: ---top" },
	{ { "-=x" }, "bad flag syntax: -=x" },
	{ { "--=x" }, "bad flag syntax: --=x" },
	{ { "-top", "-nodefraction" },
	  "flag needs an argument: -nodefraction" },
	{ { "-top=maybe" },
	  "invalid boolean value \"maybe\" for -top: parse error" },
	{ { "-top", "-nodecount=abc" },
	  "invalid value \"abc\" for flag -nodecount: parse error" },
	{ { "top", "-nodecount", "abc" },
	  "invalid value \"abc\" for flag -nodecount: parse error" },
};

START_TEST(line_is_refused)
{
	struct pq_error err = { 0 };
	struct pq_arguments r;

	ck_assert_msg(!scan(&r, refusals[_i].words, &err), "row %d", _i);
	ck_assert_msg(err.code == PQ_EUSAGE, "row %d: %d", _i, err.code);
	ck_assert_msg(!strcmp(err.msg, refusals[_i].msg), "row %d: %s", _i,
		      err.msg);
	pq_arguments_release(&r);
}
END_TEST

static const struct {
	const char *words[MOST_WORDS];
	unsigned n_formats;
} formats[] = {
	{ { "top", "a" }, 1 },		 { { "-top", "-top", "a" }, 1 },
	{ { "-top", "-text", "a" }, 2 }, { { "top", "-top", "a" }, 2 },
	{ { "-cum", "a" }, 0 },		 { { "-top=0", "-text", "a" }, 1 },
};

START_TEST(formats_are_counted)
{
	struct pq_error err = { 0 };
	struct pq_log log = { 0 };
	struct pq_arguments r;
	bool fine;

	ck_assert_msg(scan(&r, formats[_i].words, &err), "row %d: %s", _i,
		      err.msg);
	ck_assert_msg(r.query.n_reports == formats[_i].n_formats, "row %d: %u",
		      _i, r.query.n_reports);
	fine = pq_query_check(&r.query, &log, &err);
	ck_assert_msg(fine == (r.query.n_reports < 2), "row %d: %s", _i,
		      err.msg);
	pq_arguments_release(&r);
}
END_TEST

/* A name with any byte in it goes into the message as it is, and is cut. */
START_TEST(hostile_words_fit_the_message)
{
	char word[5000] = "-\x1b[31m\n\xff";
	const char *const words[MOST_WORDS] = { word };
	struct pq_error err = { 0 };
	struct pq_arguments r;

	memset(word + 8, 'x', sizeof(word) - 9);
	ck_assert(!scan(&r, words, &err));
	ck_assert_uint_lt(strlen(err.msg), sizeof(err.msg));
	pq_arguments_release(&r);
}
END_TEST

/* What both spellings of a command with an argument give. */
static const struct {
	const char *rest[MOST_WORDS];
	const char *argument;
	size_t n_sources;
	bool flag, fine;
} arguments[] = {
	{ { "rx", "a" }, "rx", 1, false, true },
	{ { "a|b", "a", "-cum", "b" }, "a|b", 2, false, true },
	{ { "--", "-rx", "a" }, "-rx", 1, false, true },
	{ { "rx" }, "rx", 0, false, true },
	{ { "", "a" }, NULL, 0, false, false },
	{ { NULL }, NULL, 0, false, false },
	{ { "rx", "a" }, "rx", 1, true, true },
	{ { "-cum", "a" }, "-cum", 1, true, true },
	{ { "", "a" }, NULL, 1, true, true },
	{ { NULL }, NULL, 0, true, false },
};

static const struct pq_command *with_argument(void)
{
	for (unsigned i = 0; i < PQ_N_COMMANDS; i++)
		if (pq_command_table[i].report && pq_command_table[i].argument)
			return &pq_command_table[i];
	return NULL;
}

START_TEST(argument_is_taken)
{
	const struct pq_command *command = with_argument();
	const char *words[MOST_WORDS] = { NULL };
	struct pq_error err = { 0 };
	struct pq_arguments r;
	char flag[40];
	bool fine;

	if (!command) /* none is built yet */
		return;
	snprintf(flag, sizeof(flag), "%s%s", arguments[_i].flag ? "-" : "",
		 command->name);
	words[0] = flag;
	memcpy(words + 1, arguments[_i].rest,
	       (MOST_WORDS - 1) * sizeof(*words));
	fine = scan(&r, words, &err);
	ck_assert_msg(fine == arguments[_i].fine, "row %d: %s", _i, err.msg);
	if (fine) {
		ck_assert_msg(r.n_sources == arguments[_i].n_sources,
			      "row %d: %zu", _i, r.n_sources);
		ck_assert_msg(arguments[_i].argument
				      ? r.query.argument &&
						!strcmp(r.query.argument,
							arguments[_i].argument)
				      : !r.query.argument,
			      "row %d: %s", _i, r.query.argument);
	}
	pq_arguments_release(&r);
}
END_TEST

Suite *cli_arguments_suite(void)
{
	Suite *suite = suite_create("cli_arguments");
	TCase *scanning = tcase_create("scan");

	tcase_add_loop_test(scanning, line_is_scanned, 0, ROWS(lines));
	tcase_add_loop_test(scanning, line_is_refused, 0, ROWS(refusals));
	tcase_add_loop_test(scanning, formats_are_counted, 0, ROWS(formats));
	tcase_add_test(scanning, hostile_words_fit_the_message);
	tcase_add_loop_test(scanning, argument_is_taken, 0, ROWS(arguments));
	suite_add_tcase(suite, scanning);
	return suite;
}
