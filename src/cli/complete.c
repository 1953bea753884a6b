#include "cli/complete.h"

#include <ctype.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/out.h"
#include "command/candidates.h"
#include "command/options.h"
#include "command/pages.h"

#include "base/banned.h"

struct line {
	const char *const *words;
	size_t n; /* words before the one being typed */
	const char *typed;
	struct pq_text before; /* repeated by each candidate: "-sort=" */
	const char *value;     /* the typed part of a value */
	const struct pq_tool_env *env;
	bool named; /* the first word is a command */
};

/* Expected next, after the words before the typed one. */
struct state {
	const struct pq_option *open; /* wants its value next */
	bool open_argument;	      /* ... or a command's argument */
	bool over;		      /* only profiles can follow */
};

static bool is_flag(const char *word)
{
	return word[0] == '-' && word[1] != '\0';
}

static struct pq_text flag_name(const char *word)
{
	const char *name = word + 1 + (word[1] == '-');

	return (struct pq_text){ name, strcspn(name, "=") };
}

static void read_flag(struct state *state, const char *word)
{
	struct pq_text name = flag_name(word);
	const struct pq_command *command = pq_command_find(name);
	const struct pq_option *option = pq_option_find(name);

	if (strchr(word, '='))
		return;
	if (command && command->report)
		state->open_argument = command->argument != NULL;
	else if (option && option->kind != PQ_OPTION_BOOL)
		state->open = option;
}

static struct state read_words(const struct line *line)
{
	struct state state = { 0 };

	for (size_t i = line->named; i < line->n && !state.over; i++) {
		const char *word = line->words[i];

		if (state.open || state.open_argument)
			state = (struct state){ 0 };
		else if (!strcmp(word, "--"))
			state.over = true;
		else if (is_flag(word))
			read_flag(&state, word);
		else
			state.over = !line->named;
	}
	return state;
}

/* A name that begins like what is typed, - and _ being alike. */
static void offer_flag(const struct line *line, const char *name, bool value)
{
	const char *start = line->typed + 1 + (line->typed[1] == '-');
	size_t n = strlen(start);
	struct pq_text whole = pq_text_of(name);

	if (whole.len < n ||
	    !pq_name_equal(pq_text_of(start), pq_text_slice(whole, 0, n)))
		return;
	pq_out_str(line->env->out, line->typed[1] == '-' ? "--" : "-");
	for (size_t i = 0; i < whole.len; i++) {
		bool dash = name[i] == '_' && strchr(start, '-');

		pq_out_printf(line->env->out, "%c",
			      i < n  ? start[i]
			      : dash ? '-'
				     : name[i]);
	}
	pq_out_str(line->env->out, value ? "=\n" : "\n");
}

static void offer_flags(const struct line *line)
{
	for (unsigned i = 0; i < PQ_N_COMMANDS && !line->named; i++)
		if (pq_command_table[i].report)
			offer_flag(line, pq_command_table[i].name,
				   pq_command_table[i].argument);
	for (unsigned i = 0; i < PQ_N_OPTIONS; i++)
		offer_flag(line, pq_option_table[i].name,
			   pq_option_table[i].kind != PQ_OPTION_BOOL);
}

/* A value; names from a file may hold what a shell would take amiss. */
static void offer_value(const struct line *line, struct pq_text value)
{
	if (!pq_text_starts(value, line->value))
		return;
	for (size_t i = 0; i < value.len; i++)
		if (!isalnum((unsigned char)value.bytes[i]) &&
		    !strchr("_-.+@%", value.bytes[i]))
			return;
	pq_out_text(line->env->out, line->before);
	pq_out_text(line->env->out, value);
	pq_out_str(line->env->out, "\n");
}

static void offer_name(void *ctx, struct pq_text name)
{
	offer_value(ctx, name);
}

/* A key was pressed, and waits: no more is read than a moment takes. */
#define MOST_BYTES_READ ((off_t)32 << 20)

/* A FIFO would wait for its writer, and a device never ends. */
static bool is_soon_read(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISREG(st.st_mode) &&
	       st.st_size <= MOST_BYTES_READ && !access(path, R_OK);
}

/* The first word on the line that is a file to be read; NULL when none is. */
static const char *profile_of(const struct line *line)
{
	for (size_t i = line->named; i < line->n; i++)
		if (!is_flag(line->words[i]) && is_soon_read(line->words[i]))
			return line->words[i];
	return NULL;
}

/* Offers each value that shortcuts stand for once. */
static void offer_shortcuts(const struct line *line, unsigned target)
{
	const char *last = "";

	for (unsigned i = 0; i < PQ_N_OPTIONS; i++) {
		const struct pq_option *option = &pq_option_table[i];

		if (option->target != target || !strcmp(option->value, last))
			continue;
		last = option->value;
		if (strcmp(option->name, "mean_delay") != 0)
			offer_value(line, pq_text_of(last));
	}
}

static void offer_values(struct line *line, const struct pq_option *option)
{
	const char *profile = profile_of(line);

	pq_candidates_choices(option, offer_name, line);
	if (option->offset == offsetof(struct pq_options, sample_index)) {
		if (profile && line->env->sample_types)
			line->env->sample_types(profile, offer_name, line);
		else
			offer_shortcuts(line, PQ_OPTION_sample_index);
	}
}

static void offer_commands(struct line *line)
{
	pq_candidates_commands(true, offer_name, line);
}

/* The word being typed is "-name=...": candidates repeat the name. */
static void complete_assignment(struct line *line)
{
	const struct pq_option *option = pq_option_find(flag_name(line->typed));

	line->value = strchr(line->typed, '=') + 1;
	line->before.bytes = line->typed;
	line->before.len = (size_t)(line->value - line->typed);
	if (option)
		offer_values(line, option);
}

static void complete_word(struct line *line)
{
	struct state state = read_words(line);

	if (state.over || state.open_argument)
		return;
	if (state.open)
		offer_values(line, state.open);
	else if (*line->typed == '-' && strchr(line->typed, '='))
		complete_assignment(line);
	else if (*line->typed == '-')
		offer_flags(line);
	else if (!line->n)
		offer_commands(line);
}

/* After a tool: help has topics, the others take nothing. */
static void complete_tool(struct line *line, const struct pq_command *command)
{
	if (command->tool != pq_command_table[PQ_COMMAND_help].tool)
		return;
	offer_commands(line);
	for (const struct pq_page *p = pq_page_table; p->name; p++)
		if (p->title)
			offer_value(line, pq_text_of(p->name));
	offer_value(line, PQ_TEXT("commands"));
	offer_value(line, PQ_TEXT("options"));
	offer_value(line, PQ_TEXT("topics"));
}

static bool run_complete(const char *const *words, size_t n,
			 const struct pq_tool_env *env, struct pq_error *err)
{
	struct line line = { .words = words, .env = env };
	const struct pq_command *command = NULL;

	(void)err;
	line.n = n ? n - 1 : 0;
	line.typed = n ? line.words[line.n] : "";
	line.value = line.typed;
	if (line.n)
		command = pq_command_find(pq_text_of(line.words[0]));
	line.named = command != NULL;
	if (command && command->tool)
		complete_tool(&line, command);
	else
		complete_word(&line);
	return true;
}

const struct pq_tool pq_tool_complete = { .run = run_complete };
