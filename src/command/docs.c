#include "command/docs.h"

#include <string.h>

#include "command/commands.h"
#include "command/options.h"

#include "base/banned.h"

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
	};

	for (unsigned i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		if (!strcmp(form, forms[i].form)) {
			forms[i].print(out);
			return true;
		}
	}
	return false;
}
