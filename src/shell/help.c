#include "shell/help.h"

#include <string.h>

#include "base/suggest.h"
#include "command/help.h"
#include "command/pages.h"
#include "report/report.h"
#include "shell/settings.h"
#include "shell/types.h"

#include "base/banned.h"

#define COLUMN 20

/* Whether a command may be typed in a session, and is told of. */
static bool is_listed(const struct pq_command *c)
{
	return c->summary && c->report;
}

/* ---- the overview ---- */

static void put_item(struct pq_out *out, const char *name, const char *argument,
		     const char *words)
{
	struct pq_buf heading = { 0 };

	pq_buf_printf(&heading, "  %s", name);
	if (argument)
		pq_buf_printf(&heading, " %s", argument);
	pq_help_describe(out, &heading, COLUMN, words);
	pq_buf_release(&heading);
}

static void put_commands(struct pq_out *out)
{
	pq_out_str(out, "Commands:\n");
	for (unsigned i = 0; i < PQ_N_COMMANDS; i++) {
		const struct pq_command *c = &pq_command_table[i];

		if (is_listed(c))
			put_item(out, c->name, c->argument, c->summary);
	}
	/* These words are the shell's own and in no table. */
	put_item(out, "o, options", NULL, "list the settings and their values");
	put_item(out, "help", "<topic>", "explain a command or a setting");
	put_item(out, "!<command>", NULL, "run a command of the system");
	put_item(out, "q, quit, exit", NULL, "leave; so does Ctrl-D");
}

static void put_settings(struct pq_out *out)
{
	const struct pq_option *list[PQ_N_OPTIONS];
	size_t n = pq_shell_options(list);

	pq_out_str(out, "\nSettings (name=value):\n");
	for (size_t i = 0; i < n; i++)
		put_item(out, list[i]->name, NULL, list[i]->help);
	put_item(out, ":", NULL,
		 "clear focus, ignore, hide, tagfocus and tagignore");
}

static void put_types(struct pq_out *out, const struct pq_profile *p)
{
	for (size_t i = 0; i < p->sample_types.n; i++) {
		pq_out_str(out, i ? " " : "");
		pq_out_text(out, pq_shell_type_name(p, i));
	}
}

static void put_overview(struct pq_out *out, const struct pq_profile *p)
{
	put_commands(out);
	put_settings(out);
	pq_out_str(out, "\nA sample type's name chooses it (");
	put_types(out, p);
	pq_out_str(out,
		   "),\nmean_NAME and total_NAME choose it and set mean.\n"
		   "\nAfter a command: a number is the most rows, -cum the "
		   "order, a word a regular\nexpression to focus on, -word "
		   "one to ignore, > FILE where the report goes,\nand "
		   "| COMMAND what reads it.\n"
		   "\n\"help COMMAND\" and \"help SETTING\" say more.\n");
}

/* ---- one topic ---- */

/* How the words of a command are written, by how many profiles it takes. */
static void put_usage(struct pq_out *out, const struct pq_command *c)
{
	static const char *const words[] = {
		[PQ_TAKES_ONE] = " [n] [focus_regex]... [-ignore_regex]...",
		[PQ_TAKES_SIDES] =
			" old_file [n] [focus_regex]... [-ignore_regex]...",
		[PQ_TAKES_ONE_OR_SIDES] = " [n] [focus_regex]... "
					  "[-ignore_regex]... [-diff=old_file]",
		[PQ_TAKES_SERIES] =
			" [file]... [n] [focus_regex]... [-ignore_regex]...",
		[PQ_TAKES_KINDS] =
			" [file]... [n] [focus_regex]... [-ignore_regex]...",
	};

	pq_out_printf(out, "  Usage:\n    %s%s%s%s [-cum] [> file]\n", c->name,
		      c->argument ? " " : "", c->argument ? c->argument : "",
		      words[c->report->takes]);
}

static void explain_words(struct pq_out *out, const struct pq_command *c)
{
	enum pq_takes takes = c->report->takes;

	pq_out_str(out, "    n: at most so many rows or nodes\n"
			"    focus_regex, -ignore_regex: only samples that "
			"match the one, and none that\n    match the other\n"
			"    -cum: order by cumulative value\n"
			"    > file: write the report there; | command: let a "
			"command read it\n");
	if (takes == PQ_TAKES_SIDES || takes == PQ_TAKES_ONE_OR_SIDES)
		pq_out_str(out, "    old_file: the profile from before; this "
				"session's is the new one\n");
	if (takes == PQ_TAKES_SERIES || takes == PQ_TAKES_KINDS)
		pq_out_str(out,
			   "    file: one that is there: a profile besides "
			   "this session's\n");
}

static void explain_command(struct pq_out *out, const struct pq_command *c)
{
	const struct pq_page *page = pq_page_find(c->name);

	pq_out_printf(out, "%s: %s\n", c->name, c->summary);
	put_usage(out, c);
	explain_words(out, c);
	if (!page)
		return;
	pq_out_str(out, "\nOn the command line:\n");
	pq_page_print(page, out);
}

static void explain_setting(struct pq_out *out, const struct pq_option *o,
			    const struct pq_profile *p)
{
	/* A choice has no value of its own: it stands for its target's. */
	if (pq_option_is_choice(o)) {
		pq_out_printf(out, "%s=true (%s=%s): %s\n", o->name,
			      pq_option_table[o->target].name, o->value,
			      o->help);
		return;
	}
	pq_out_printf(out, "%s=%s: %s\n", o->name,
		      o->argument ? o->argument : "true|false", o->help);
	/* A default that begins with $ is a variable, not a value. */
	if (*o->standard && *o->standard != '$')
		pq_out_printf(out, "  The default is %s.\n", o->standard);
	if (o != &pq_option_table[PQ_OPTION_sample_index])
		return;
	pq_out_str(out, "  Types of this profile: ");
	put_types(out, p);
	pq_out_str(out, "\n");
}

static bool refuse_topic(const char *topic, struct pq_error *err)
{
	struct pq_suggest near;

	pq_suggest_begin(&near, pq_text_of(topic));
	/* Commands and settings are both topics: either may be meant. */
	for (unsigned i = 0; i < PQ_N_COMMANDS; i++)
		if (is_listed(&pq_command_table[i]))
			pq_suggest_offer(&near,
					 pq_text_of(pq_command_table[i].name));
	for (unsigned i = 0; i < PQ_N_OPTIONS; i++) {
		struct pq_text name = pq_text_of(pq_option_table[i].name);

		if (pq_shell_option(name))
			pq_suggest_offer(&near, name);
	}
	if (near.found)
		return pq_fail(err, PQ_EUSAGE,
			       "no help on \"%.200s\"; did you mean \"%.*s\"?",
			       topic, (int)near.best.len, near.best.bytes);
	return pq_fail(err, PQ_EUSAGE,
		       "no help on \"%.200s\"; \"help\" lists what there is",
		       topic);
}

bool pq_shell_help(struct pq_out *out, const char *topic,
		   const struct pq_profile *p, struct pq_error *err)
{
	const struct pq_command *command = pq_command_find(pq_text_of(topic));
	const struct pq_option *option = pq_shell_option(pq_text_of(topic));

	/* A name of both kinds is explained as the command. */
	if (!*topic)
		put_overview(out, p);
	else if (command && is_listed(command))
		explain_command(out, command);
	else if (option)
		explain_setting(out, option, p);
	else
		return refuse_topic(topic, err);
	return true;
}
