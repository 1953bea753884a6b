#include "command/help.h"

#include <protobuf-c/protobuf-c.h>
#include <string.h>
#include <zlib.h>

#include "gzip/io_options.h"
#include "base/confine.h"
#include "base/suggest.h"
#include "command/docs.h"
#include "command/option_line.h"
#include "command/pages.h"
#include "report/report.h"

#include "base/banned.h"

#define LINE_WIDTH 79
#define COMMAND_COLUMN 20
#define OPTION_COLUMN 28

void pq_help_describe(struct pq_out *out, struct pq_buf *heading, size_t column,
		      const char *words)
{
	size_t at = heading->len;

	/* A heading that is too long gets a line of its own. */
	if (at + 2 > column) {
		pq_buf_char(heading, '\n');
		at = 0;
	}
	pq_buf_repeat(heading, ' ', column - at);
	at = column;
	/* A word that does not fit begins the next line. */
	while (*words) {
		size_t n = strcspn(words, " ");

		if (at > column && at + n + 1 > LINE_WIDTH) {
			pq_buf_char(heading, '\n');
			pq_buf_repeat(heading, ' ', column);
			at = column;
		} else if (at > column) {
			pq_buf_char(heading, ' ');
			at++;
		}
		pq_buf_bytes(heading, words, n);
		at += n;
		words += n + (words[n] == ' ');
	}
	pq_buf_char(heading, '\n');
	pq_out_raw(out, pq_unchecked_bytes(heading->data), heading->len);
	pq_buf_clear(heading);
}

static void print_option(struct pq_out *out, const struct pq_option *option)
{
	struct pq_buf heading = { 0 }, words = { 0 };

	pq_buf_printf(&heading, "  -%s", option->name);
	if (option->argument)
		pq_buf_printf(&heading, "=%s", option->argument);
	pq_buf_str(&words, option->help);
	/* A default of false goes without saying. */
	if (*option->standard && strcmp(option->standard, "false") != 0)
		pq_buf_printf(&words, " (default %s)", option->standard);
	pq_help_describe(out, &heading, OPTION_COLUMN,
			 pq_unchecked_bytes(pq_buf_cstr(&words)));
	pq_buf_release(&heading);
	pq_buf_release(&words);
}

static void print_options(struct pq_out *out)
{
	for (unsigned group = 0; group < PQ_N_GROUPS; group++) {
		pq_out_printf(out, "\n%s:\n", pq_group_titles[group]);
		for (unsigned i = 0; i < PQ_N_OPTIONS; i++)
			if (pq_option_table[i].group == group)
				print_option(out, &pq_option_table[i]);
	}
	pq_out_str(out,
		   "\nA value may also be the next word (-unit ms), two dashes "
		   "are as good as one,\nand - is as good as _ in a name.\n");
}

static void print_command(struct pq_out *out, const struct pq_command *command)
{
	struct pq_buf heading = { 0 };

	pq_buf_printf(&heading, "  %s", command->name);
	if (command->argument)
		pq_buf_printf(&heading, " %s", command->argument);
	pq_help_describe(out, &heading, COMMAND_COLUMN, command->summary);
	pq_buf_release(&heading);
}

static const char *files_of(const struct pq_command *command)
{
	if (command->batch)
		return command->batch->files;
	return command->report->takes == PQ_TAKES_SIDES ? "<old> <new>"
							: "[<file>]...";
}

static void print_synopsis(struct pq_out *out, const char *before,
			   const char *dash, const struct pq_command *command)
{
	bool has_argument = command->argument != NULL;

	pq_out_printf(out, "%sprofq %s%s%s%s [<option>]... %s\n", before, dash,
		      command->name,
		      !has_argument ? ""
		      : *dash	    ? "="
				    : " ",
		      has_argument ? command->argument : "", files_of(command));
}

/*
 * Commands by the question that they answer.  A command that is in none of the
 * lists is shown among the last ones.
 */
static const struct {
	const char *question;
	const char *commands;
} questions[] = {
	{ "Where to begin?", "triage info" },
	{ "Where is it?",
	  "top sites sizes ladders churn peek tree list weblist disasm "
	  "tags traces" },
	{ "What changed?", "diff trend check" },
	{ "As a picture", "flame svg web png pdf ps gif dot" },
	{ "For other tools",
	  "folded speedscope callgrind export proto topproto" },
	{ "Files", "convert symbolize merge fetch raw comments" },
	{ "More", "help version schema shell" },
};

static bool is_in_list(const char *list, const char *name)
{
	char word[32];

	while (pq_page_word(&list, word, sizeof(word)))
		if (!strcmp(word, name))
			return true;
	return false;
}

static bool answers_a_question(const char *name)
{
	for (unsigned i = 0; i < sizeof(questions) / sizeof(*questions); i++)
		if (is_in_list(questions[i].commands, name))
			return true;
	return false;
}

static void print_questions(struct pq_out *out)
{
	struct pq_buf heading = { 0 }, others = { 0 };

	for (unsigned i = 0; i < sizeof(questions) / sizeof(*questions); i++) {
		pq_buf_printf(&heading, "  %s", questions[i].question);
		pq_help_describe(out, &heading, COMMAND_COLUMN,
				 questions[i].commands);
	}
	/* A command that nobody has put under a question is still shown. */
	for (unsigned i = 0; i < PQ_N_COMMANDS; i++)
		if (pq_command_table[i].summary &&
		    !answers_a_question(pq_command_table[i].name))
			pq_buf_printf(&others, "%s%s", others.len ? " " : "",
				      pq_command_table[i].name);
	pq_buf_str(&heading, "  Others");
	pq_help_describe(out, &heading, COMMAND_COLUMN,
			 pq_unchecked_bytes(pq_buf_cstr(&others)));
	pq_buf_release(&heading);
	pq_buf_release(&others);
}

void pq_help_overview(struct pq_out *out)
{
	pq_out_str(out, "Usage: profq <command> [<option>]... [<file>]...\n"
			"       profq -<command> [<option>]... [<file>]...\n"
			"       profq [<file>]...          a session\n"
			"\nCommands:\n");
	print_questions(out);
	pq_out_str(
		out,
		"\nWithout a file, profq reads standard input (a pipe or file), "
		"else\n$PROFQ_PROFILE, else the profile last opened from this "
		"directory, else the\nonly profile in it.\n"
		"\nTo begin with:\n"
		"  profq triage cpu.pb.gz heap.pb.gz\n"
		"  profq top cpu.pb.gz             what takes the time\n"
		"  profq top -cum cpu.pb.gz        ... callees included\n"
		"  profq diff old.pb.gz new.pb.gz  what changed\n"
		"\nprofq help <command>     examples, how to read the output, "
		"options\nprofq help commands      all commands, a line each\n"
		"profq help topics        flat, filters, regex, formats, units, "
		"...\nprofq help options      all options\n"
		"The manual is profq(1), and has a page for each command, as "
		"profq-top(1).\n");
}

static void list_commands(struct pq_out *out)
{
	pq_out_str(out, "Commands:\n");
	for (unsigned i = 0; i < PQ_N_COMMANDS; i++)
		if (pq_command_table[i].summary)
			print_command(out, &pq_command_table[i]);
}

static void list_topics(struct pq_out *out)
{
	struct pq_buf heading = { 0 };

	pq_out_str(out, "Topics:\n");
	for (const struct pq_page *p = pq_page_table; p->name; p++) {
		struct pq_buf title = { 0 };

		if (!p->title)
			continue;
		pq_buf_printf(&heading, "  %s", p->name);
		pq_buf_printf(&title, "%.*s", (int)strcspn(p->title, "\n"),
			      p->title);
		pq_help_describe(out, &heading, COMMAND_COLUMN,
				 pq_unchecked_bytes(pq_buf_cstr(&title)));
		pq_buf_release(&title);
	}
	pq_buf_release(&heading);
}

static void explain_topic(struct pq_out *out, const struct pq_page *page)
{
	pq_out_str(out, page->title);
	pq_page_print(page, out);
}

/* The options that matter most for a command, a line each. */
static void print_few_options(struct pq_out *out, const struct pq_page *page)
{
	struct pq_buf heading = { 0 }, words = { 0 };
	const char *list = page->options;
	char word[32];

	pq_out_str(out, "\nOptions:\n");
	while (pq_page_word(&list, word, sizeof(word))) {
		pq_option_line(&heading, OPTION_COLUMN, &words,
			       LINE_WIDTH - OPTION_COLUMN,
			       pq_option_find(pq_text_of(word)), page->name);
		pq_help_describe(out, &heading, OPTION_COLUMN,
				 pq_unchecked_bytes(pq_buf_cstr(&words)));
		pq_buf_clear(&words);
	}
	pq_buf_release(&heading);
	pq_buf_release(&words);
}

static void explain(struct pq_out *out, const struct pq_command *command)
{
	const struct pq_page *page = pq_page_find(command->name);

	/* A front end takes files, but no argument of a report. */
	if (command->front)
		pq_out_printf(out,
			      "Usage: profq %s [<option>]... [<file>]...\n",
			      command->name);
	else if (command->report || command->batch)
		print_synopsis(out, "Usage: ", "", command);
	else
		pq_out_printf(out, "Usage: profq %s%s%s\n", command->name,
			      command->argument ? " " : "",
			      command->argument ? command->argument : "");
	pq_out_printf(out, "%s\n", command->summary);
	if (page)
		pq_page_print(page, out);
	if (page && page->options)
		print_few_options(out, page);
	/* Tools take words and no options. */
	if (!command->tool)
		pq_out_str(out, "\nAll options: profq help options    Filters: "
				"profq help filters\n");
	if (page)
		pq_out_printf(out, "Manual: man profq-%s\n", command->name);
}

static bool unknown_topic(const char *word, struct pq_error *err)
{
	struct pq_suggest near;

	/* All that help knows is offered: lists, pages, commands. */
	pq_suggest_begin(&near, pq_text_of(word));
	pq_suggest_offer(&near, PQ_TEXT("options"));
	for (const struct pq_page *p = pq_page_table; p->name; p++)
		pq_suggest_offer(&near, pq_text_of(p->name));
	for (unsigned i = 0; i < PQ_N_COMMANDS; i++)
		if (pq_command_table[i].summary)
			pq_suggest_offer(&near,
					 pq_text_of(pq_command_table[i].name));
	return pq_suggest_fail(&near, err,
			       near.found ? "no help on \"%.200s\""
					  : "no help on \"%.200s\"; \"profq "
					    "help\" lists the commands",
			       word);
}

/* Help on an option: its line and its heading. */
static void explain_option(struct pq_out *out, const struct pq_option *option)
{
	pq_out_printf(out, "%s:\n", pq_group_titles[option->group]);
	print_option(out, option);
}

static bool explain_word(struct pq_out *out, const char *word,
			 struct pq_error *err)
{
	const char *name = word + strspn(word, "-");
	const struct pq_command *command = pq_command_find(pq_text_of(name));
	const struct pq_option *option = pq_option_find(pq_text_of(name));
	const struct pq_page *page = pq_page_find(word);

	/* Words with a dash are options, even where a command has the name. */
	if (name == word && command && command->summary) {
		explain(out, command);
	} else if (page && page->title) {
		explain_topic(out, page);
	} else if (!strcmp(word, "options")) {
		pq_out_str(out, "Options:\n");
		print_options(out);
	} else if (!strcmp(word, "commands")) {
		list_commands(out);
	} else if (!strcmp(word, "topics")) {
		list_topics(out);
	} else if (name != word && pq_docs_print(out, name)) {
		return true;
	} else if (option) {
		explain_option(out, option);
	} else {
		return unknown_topic(word, err);
	}
	return true;
}

static bool run_help(const char *const *words, size_t n,
		     const struct pq_tool_env *env, struct pq_error *err)
{
	if (!n)
		pq_help_overview(env->out);
	for (size_t i = 0; i < n; i++)
		if (!explain_word(env->out, words[i], err))
			return false;
	return true;
}

static void print_version(struct pq_out *out)
{
	pq_out_printf(out, "profq %s\nzlib %s\nprotobuf-c %s\ninflate: %s\n",
		      PACKAGE_VERSION, zlibVersion(), protobuf_c_version(),
		      pq_inflate_libraries());
	if (!pq_can_confine())
		pq_out_str(out, "no sandbox on this machine\n");
}

static bool run_version(const char *const *words, size_t n,
			const struct pq_tool_env *env, struct pq_error *err)
{
	(void)words;
	if (n)
		return pq_fail(err, PQ_EUSAGE, "version takes no argument");
	print_version(env->out);
	return true;
}

bool pq_help_answer(const struct pq_query *query, struct pq_out *out)
{
	/* -help comes before -version, and is about the command if any. */
	if (query->options.help && query->command)
		explain(out, query->command);
	else if (query->options.help)
		pq_help_overview(out);
	else if (query->options.version)
		print_version(out);
	else
		return false;
	return true;
}

const struct pq_tool pq_tool_help = { .run = run_help };
const struct pq_tool pq_tool_version = { .run = run_version };
