#include "command/docs.h"

#include <string.h>

#include "command/commands.h"
#include "command/options.h"
#include "command/pages.h"
#include "report/report.h"

#include "base/banned.h"

/* of the pages: the day of the release */
#define PAGES_DATE "November 28, 2026"

static const char *or_nothing(const char *string)
{
	return string ? string : "";
}

static void list_options(struct pq_out *out)
{
	static const char *const kinds[] = { "bool", "int",  "float", "str",
					     "enum", "size", "list" };

	for (unsigned i = 0; i < PQ_N_OPTIONS; i++) {
		const struct pq_option *option = &pq_option_table[i];

		pq_out_printf(out, "%s\t%s\t%s\t%s\t%s\t%s\n", option->name,
			      kinds[option->kind], option->standard,
			      or_nothing(option->argument),
			      pq_group_titles[option->group], option->help);
	}
}

static void list_commands(struct pq_out *out)
{
	for (unsigned i = 0; i < PQ_N_COMMANDS; i++) {
		const struct pq_command *command = &pq_command_table[i];

		if (command->summary)
			pq_out_printf(out, "%s\t%s\t%s\t%s\n", command->name,
				      command->tool    ? "tool"
				      : command->batch ? "batch"
				      : command->front ? "front"
						       : "report",
				      or_nothing(command->argument),
				      command->summary);
	}
}

/* "<n>" as an argument, "flat|cum" as words to be typed. */
static void man_argument(struct pq_out *out, const char *argument)
{
	size_t n = strlen(argument);

	/* The brackets go: mdoc's macros draw them anew. */
	if (*argument == '<')
		pq_out_printf(out, "Ar %.*s", (int)(n - 2), argument + 1);
	else if (*argument == '[')
		pq_out_printf(out, "Op Ar %.*s", (int)(n - 4), argument + 2);
	else
		pq_out_printf(out, "Cm %s", argument);
}

static void man_option(struct pq_out *out, const struct pq_option *option)
{
	pq_out_printf(out, ".It Fl %s", option->name);
	if (option->argument) {
		pq_out_str(out, " Ns = Ns ");
		man_argument(out, option->argument);
	}
	/* The help of a row begins small, and a sentence does not. */
	pq_out_printf(out, "\n%c%s.\n", option->help[0] & ~0x20,
		      option->help + 1);
	/* A default with a $ is the value of an environment variable. */
	if (*option->standard == '$')
		pq_out_printf(out, "The default is the value of\n.Ev %s .\n",
			      option->standard + 1);
	else if (*option->standard && strcmp(option->standard, "false") != 0)
		pq_out_printf(out, "The default is\n.Cm %s .\n",
			      option->standard);
}

static void man_options(struct pq_out *out)
{
	for (unsigned group = 0; group < PQ_N_GROUPS; group++) {
		pq_out_printf(out, ".Ss %s\n.Bl -tag -width Ds\n",
			      pq_group_titles[group]);
		for (unsigned i = 0; i < PQ_N_OPTIONS; i++)
			if (pq_option_table[i].group == group)
				man_option(out, &pq_option_table[i]);
		pq_out_str(out, ".El\n");
	}
}

static void man_commands(struct pq_out *out)
{
	pq_out_str(out, ".Bl -tag -width Ds\n");
	for (unsigned i = 0; i < PQ_N_COMMANDS; i++) {
		const struct pq_command *command = &pq_command_table[i];

		if (!command->summary)
			continue;
		pq_out_printf(out, ".It Cm %s", command->name);
		if (command->argument) {
			pq_out_str(out, " ");
			man_argument(out, command->argument);
		}
		pq_out_printf(out, "\n%c%s.\n", command->summary[0] & ~0x20,
			      command->summary + 1);
	}
	pq_out_str(out, ".El\n");
}

/* One byte of a text as mdoc has it; a bar is no escape. */
static size_t man_byte(struct pq_out *out, const char *at, bool begins)
{
	/* A dot or an apostrophe at the beginning would be a request. */
	if (begins && (*at == '.' || *at == '\''))
		pq_out_str(out, "\\&");
	/* A plus-minus sign has a name of its own in roff. */
	if (!strncmp(at, "\302\261", 2)) {
		pq_out_str(out, "\\(+-");
		return 2;
	}
	if (*at == '\\')
		pq_out_str(out, "\\e");
	else
		pq_out_printf(out, "%c", *at);
	return 1;
}

/* Whether a sentence ends here, of a line that begins there; "FILE..." is none. */
static bool ends_sentence(const char *line, const char *at)
{
	if (at - line < 2 || (at[-1] == '.' && at[-2] == '.'))
		return false;
	return at[-1] == '.' || at[-1] == '?' || at[-1] == '!';
}

/* A line of a text; returns where the next one begins. */
static const char *man_line(struct pq_out *out, const char *line, bool prose)
{
	const char *at = line;
	bool begins = true;

	while (*at && *at != '\n') {
		/* mdoc wants sentences of prose to begin on a line */
		if (prose && *at == ' ' && ends_sentence(line, at)) {
			pq_out_str(out, "\n");
			at += strspn(at, " ");
			begins = true;
			continue;
		}
		at += man_byte(out, at, begins);
		begins = false;
	}
	pq_out_str(out, "\n");
	return at + (*at == '\n');
}

/* Whether two blanks divide the line, as columns are, and not sentences. */
static bool has_columns(const char *line)
{
	for (const char *at = line + 1; *at && *at != '\n'; at++)
		if (at[0] == ' ' && at[1] == ' ' && at[-1] != ' ' &&
		    !ends_sentence(line, at))
			return true;
	return false;
}

/* Does a line of this paragraph begin with a blank, or have columns? */
static bool stands_as_it_is(const char *paragraph)
{
	for (const char *at = paragraph; *at && *at != '\n';) {
		if (*at == ' ' || *at == '$' || has_columns(at))
			return true;
		at += strcspn(at, "\n");
		at += *at == '\n';
	}
	return false;
}

/* A part of a page: paragraphs of prose, or displays of what has blanks. */
static void man_part(struct pq_out *out, const char *part, bool as_it_is)
{
	bool first = true;

	while (*part) {
		bool display = as_it_is || stands_as_it_is(part);

		/* A .Pp behind a heading is one that mandoc warns of. */
		if (!first && !display)
			pq_out_str(out, ".Pp\n");
		if (display)
			pq_out_str(out, ".Bd -literal\n");
		while (*part && *part != '\n')
			part = man_line(out, part, !display);
		if (display)
			pq_out_str(out, ".Ed\n");
		part += strspn(part, "\n");
		first = false;
	}
}

static void man_names(struct pq_out *out, const struct pq_command *command)
{
	pq_out_printf(out,
		      ".\\\" Made from the tables by `make update-docs'.\n"
		      ".Dd " PAGES_DATE "\n.Dt PROFQ-%s 1\n.Os\n.Sh NAME\n"
		      ".Nm profq-%s\n.Nd %s\n.Sh SYNOPSIS\n.Nm profq %s\n",
		      command->name, command->name, command->summary,
		      command->name);
	if (command->argument) {
		man_argument(out, command->argument);
		pq_out_str(out, "\n");
	}
	if (command->report)
		pq_out_str(out, ".Op Ar option ...\n.Op Ar profile ...\n");
}

static void man_few_options(struct pq_out *out, const struct pq_page *page)
{
	const char *list = page->options;
	char word[32];

	pq_out_str(out, ".Sh OPTIONS\nThose that matter most; all are in\n"
			".Xr profq 1 .\n.Bl -tag -width Ds\n");
	while (pq_page_word(&list, word, sizeof(word)))
		man_option(out, pq_option_find(pq_text_of(word)));
	pq_out_str(out, ".El\n");
}

static void man_see(struct pq_out *out, const struct pq_page *page)
{
	const char *list = page->see;
	char word[32];

	pq_out_str(out, ".Sh SEE ALSO\n.Xr profq 1");
	while (pq_page_word(&list, word, sizeof(word)))
		pq_out_printf(out, " ,\n.Xr profq-%s 1", word);
	pq_out_str(out, "\n");
}

static void man_page(struct pq_out *out, const struct pq_command *command,
		     const struct pq_page *page)
{
	man_names(out, command);
	pq_out_str(out, ".Sh DESCRIPTION\n");
	/* Sections stand in the order of mdoc(7), be they there or not. */
	if (page->notes)
		man_part(out, page->notes, false);
	else
		pq_out_printf(out, "%c%s.\n", command->summary[0] & ~0x20,
			      command->summary + 1);
	if (page->more) {
		pq_out_str(out, ".Pp\n");
		man_part(out, page->more, false);
	}
	if (page->examples) {
		pq_out_str(out, ".Sh EXAMPLES\n");
		man_part(out, page->examples, true);
	}
	if (page->reading) {
		pq_out_str(out, ".Ss Reading the output\n");
		man_part(out, page->reading, true);
	}
	if (page->options)
		man_few_options(out, page);
	man_see(out, page);
}

static void man_topics(struct pq_out *out)
{
	pq_out_str(out, ".\\\" Made from doc/topics by `make update-docs'.\n"
			".Dd " PAGES_DATE "\n.Dt PROFQ-TOPICS 7\n.Os\n"
			".Sh NAME\n.Nm profq-topics\n"
			".Nd values, filters, units and other words of profq\n"
			".Sh DESCRIPTION\n"
			"The same texts are printed by\n.Ic profq help .\n");
	for (const struct pq_page *p = pq_page_table; p->name; p++) {
		if (!p->title)
			continue;
		/* A title ends in a newline of its own (pages.h). */
		pq_out_printf(out, ".Ss %s: %s", p->name, p->title);
		if (p->examples)
			man_part(out, p->examples, true);
		if (p->notes)
			man_part(out, p->notes, false);
	}
	pq_out_str(out, ".Sh SEE ALSO\n.Xr profq 1\n");
}

/* "man-COMMAND" */
static bool print_man_page(struct pq_out *out, const char *form)
{
	const struct pq_command *command;
	const struct pq_page *page;

	if (strncmp(form, "man-", 4) != 0)
		return false;
	command = pq_command_find(pq_text_of(form + 4));
	page = pq_page_find(form + 4);
	/* A command without a page has no manual page of its own either. */
	if (!command || !command->summary || !page)
		return false;
	man_page(out, command, page);
	return true;
}

bool pq_docs_print(struct pq_out *out, const char *form)
{
	static const struct {
		const char *form;
		void (*print)(struct pq_out *out);
	} forms[] = {
		{ "list-options", list_options },
		{ "list-commands", list_commands },
		{ "man-options", man_options },
		{ "man-commands", man_commands },
		{ "man-topics", man_topics },
	};

	for (unsigned i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		if (!strcmp(form, forms[i].form)) {
			forms[i].print(out);
			return true;
		}
	}
	return print_man_page(out, form);
}
