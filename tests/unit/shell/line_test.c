#include "suites.h"

#include <string.h>

#include "base/buf.h"
#include "shell/line.h"

#define MOST_SHOWN 512

/* The sample types of a small profile: "samples" and "cpu". */
static struct pq_profile *make_two_types(void)
{
	struct pq_profile *p = pq_profile_new();
	static const char *const names[] = { "samples", "cpu" };

	pq_profile_add_string(p, PQ_TEXT(""));
	for (size_t i = 0; i < 2; i++) {
		struct pq_value_type *t = pq_vec_push(&p->sample_types);

		t->type = pq_profile_add_string(p, pq_text_of(names[i]));
		t->unit = 0;
	}
	return p;
}

static bool is_known_file(const char *word)
{
	return !strcmp(word, "b.pb.gz");
}

/* What a line comes to, as one line of text. */
static void describe(struct pq_buf *b, const struct pq_shell_line *line)
{
	static const char *const kinds[] = { "empty",	"quit",	  "help",
					     "options", "set",	  "report",
					     "tool",	"command" };

	pq_buf_str(b, kinds[line->kind]);
	for (size_t i = 0; i < line->n_settings; i++) {
		pq_buf_printf(b, " %s=", line->settings[i].option->name);
		pq_buf_text(b, line->settings[i].value);
	}
	if (line->kind == PQ_LINE_REPORT) {
		const struct pq_options *o = &line->query.options;

		pq_buf_printf(b, " %s", line->query.command->name);
		if (line->query.argument)
			pq_buf_printf(b, " (%s)", line->query.argument);
		if (o->nodecount != -1)
			pq_buf_printf(b, " n%lld", (long long)o->nodecount);
		if (o->sort == PQ_SORT_CUM)
			pq_buf_str(b, " cum");
		pq_buf_str(b, o->focus.len ? " +" : "");
		pq_buf_text(b, o->focus);
		pq_buf_str(b, o->ignore.len ? " -" : "");
		pq_buf_text(b, o->ignore);
		pq_buf_str(b, o->tagfocus.len ? " #" : "");
		pq_buf_text(b, o->tagfocus);
		pq_buf_str(b, o->output.len ? " >" : "");
		pq_buf_text(b, o->output);
		pq_buf_str(b, o->diff ? " diff" : "");
	}
	for (size_t i = 0; i < line->files.n; i++)
		pq_buf_printf(b, " @%s", line->files.at[i]);
	if (line->rest)
		pq_buf_printf(b, " {%s}", line->rest);
}

/* A line and what it comes to; the error's words after "! ". */
static const struct {
	const char *line, *wanted;
} lines[] = {
	{ "", "empty" },
	{ " \t\v\f\r ", "empty" },
	{ "\xc2\xa0\xe3\x80\x80", "empty" },
	/* settings */
	{ "focus=rec", "set focus=rec" },
	{ "  focus = a b \r", "set focus=a b" },
	{ "focus=a=b", "set focus=a=b" },
	{ "focus=a //: b //: c", "set focus=a //: b" },
	{ "focus=", "set focus=" },
	{ "focus=a | b", "set focus=a | b" },
	{ "mean", "set mean=true" },
	{ "mean=", "set mean=" },
	{ "trim=no", "set trim=no" },
	{ "cum=true", "set sort=cum" },
	{ "lines=T", "set granularity=lines" },
	{ "cum", "! invalid value \"\" for cum" },
	{ "flat=0", "! invalid value \"0\" for flat" },
	{ "filefunctions=yes", "! invalid value \"yes\" for filefunctions" },
	{ "focus", "! please specify a value, e.g. focus=<val>" },
	{ "sort", "! please specify a value, e.g. sort=<val>" },
	{ "seconds=5", "! unrecognized command: \"seconds=\"" },
	{ "call-tree=1", "! unrecognized command: \"call-tree=\"" },
	/* shortcuts */
	{ ":", "set focus= ignore= hide= tagfocus= tagignore=" },
	{ "cpu", "set sample_index=cpu" },
	{ " samples ", "set sample_index=samples" },
	{ "mean_cpu", "set mean=true sample_index=cpu" },
	{ "total_samples", "set mean=false sample_index=samples" },
	{ "inuse_space", "! unrecognized command: \"inuse_space\"" },
	/* the shell's own words */
	{ "q", "quit {}" },
	{ "quit now", "quit {now}" },
	{ "exit", "quit {}" },
	{ "o", "options {}" },
	{ "options x", "options {x}" },
	{ "help", "help {}" },
	{ "help \t top ", "help {top}" },
	{ "helptop", "! unrecognized command: \"helptop\"" },
	{ "!", "command {}" },
	{ "! ls | wc", "command {ls | wc}" },
	{ "version", "tool" },
	{ "schema top", "tool @top" },
	/* reports */
	{ "top", "report top" },
	{ "top 5", "report top n5" },
	{ "top10", "report top n10" },
	{ "top10 3", "report top n3" },
	{ "top 5 main -cum -rec run", "report top n5 cum +main|run -rec" },
	{ "top --cum --cum=x", "report top cum --cum=x" },
	{ "top - -", "report top" },
	{ "top +2", "report top n2" },
	{ "top -7", "report top n-7" },
	{ "top 02", "report top n2" },
	{ "top -1", "report top" },
	{ "top 3000000000", "report top +3000000000" },
	{ "top a|b", "report top +a|b" },
	{ "top \"a b\"", "report top +\"a|b\"" },
	{ "top\xc2\xa0"
	  "3",
	  "report top n3" },
	{ "top >f", "report top >f" },
	{ "top > f -x", "report top -x >f" },
	{ "top >", "! unexpected end of line after >" },
	{ "top >>f", "! there is no >>" },
	{ "peek main", "report peek (main)" },
	{ "peek >x", "report peek (>x)" },
	{ "peek2 main", "report peek (2) +main" },
	{ "peek", "! command peek requires an argument" },
	{ "list", "! command list requires an argument" },
	{ "tags a -b", "report tags #a" },
	/* commands that read it */
	{ "top 5 | grep -v x | wc", "report top n5 {grep -v x | wc}" },
	{ "top |", "! unexpected end of line after |" },
	{ "top >f | wc", "! a report goes to a file (>) or to a command" },
	/* several profiles */
	{ "diff old", "report diff @old" },
	{ "diff old 3 main", "report diff n3 +main @old" },
	{ "diff", "! command diff requires an argument" },
	{ "diff -x", "! command diff requires an argument" },
	{ "flame -diff=old", "report flame diff @old" },
	{ "top -diff=old", "report top -diff=old" },
	{ "trend b.pb.gz main", "report trend +main @b.pb.gz" },
	{ "top b.pb.gz", "report top +b.pb.gz" },
	/* what is none */
	{ "foo", "! unrecognized command: \"foo\"" },
	{ "TOP", "! unrecognized command: \"TOP\"" },
	{ "10", "! unrecognized command: \"10\"" },
	{ "top=5", "! unrecognized command: \"top=\"" },
	{ "top1x", "! unrecognized command: \"top1x\"" },
	{ "exit3", "! unrecognized command: \"exit\"" },
	{ "\"top\"", "! unrecognized command: \"\\\"top\\\"\"" },
	{ "complete", "! unrecognized command: \"complete\"" },
	{ "nodecount 5", "! did you mean: nodecount=5" },
	{ "nodecount5", "! did you mean: nodecount=5" },
	{ "focus5 6", "! did you mean: focus=5" },
	{ "cum 1", "! did you mean: cum=1" },
	{ "sort cum", "! unrecognized command: \"sort\"" },
	{ "granularity lines", "! unrecognized command: \"granularity\"" },
};

START_TEST(line_is_taken_apart)
{
	struct pq_profile *p = make_two_types();
	const struct pq_shell_world world = { p, is_known_file };
	struct pq_error err = { 0 };
	struct pq_shell_line line;
	struct pq_query settings;
	struct pq_buf got = { 0 };
	char text[MOST_SHOWN];

	ck_assert_uint_lt(strlen(lines[_i].line), sizeof(text));
	memcpy(text, lines[_i].line, strlen(lines[_i].line) + 1);
	pq_query_init(&settings, PQ_FRONT_SHELL, NULL);
	if (pq_shell_line_parse(&line, text, &settings, &world, &err))
		describe(&got, &line);
	else
		pq_buf_printf(&got, "! %s", err.msg);
	/* of an error the beginning: what else it says is for people */
	if (lines[_i].wanted[0] == '!')
		ck_assert_msg(pq_text_starts(pq_buf_view(&got),
					     lines[_i].wanted),
			      "row %d: %s", _i, pq_buf_cstr(&got));
	else
		ck_assert_msg(pq_text_is(pq_buf_view(&got), lines[_i].wanted),
			      "row %d: %s", _i, pq_buf_cstr(&got));
	pq_buf_release(&got);
	pq_shell_line_release(&line);
	pq_query_release(&settings);
	pq_profile_free(p);
}
END_TEST

Suite *shell_line_suite(void)
{
	Suite *suite = suite_create("shell_line");
	TCase *parse = tcase_create("parse");

	tcase_add_loop_test(parse, line_is_taken_apart, 0, ROWS(lines));
	suite_add_tcase(suite, parse);
	return suite;
}
