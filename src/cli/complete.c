#include "cli/complete.h"

#include <ctype.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/out.h"
#include "base/vec.h"
#include "command/candidates.h"
#include "command/options.h"
#include "command/pages.h"
#include "host/recent.h"

#include "base/banned.h"

struct line {
	const char *const *words;
	size_t n; /* words before the one being typed */
	const char *typed;
	struct pq_text before; /* repeated by each candidate: "-sort=" */
	const char *value;     /* the typed part of a value */
	const struct pq_tool_env *env;
	/* a command that is the first word, or NULL */
	const struct pq_command *named;
};

/* Expected next, after the words before the typed one. */
struct state {
	const struct pq_option *open; /* wants its value next */
	bool open_argument;	      /* ... or a command's argument */
	bool open_function; /* the next word names functions, if no option */
	bool over;	    /* only profiles can follow */
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

static bool takes_function(const struct pq_command *command)
{
	return command->argument && !strcmp(command->argument, "<regex>");
}

static void read_flag(struct state *state, const char *word)
{
	struct pq_text name = flag_name(word);
	const struct pq_command *command = pq_command_find(name);
	const struct pq_option *option = pq_option_find(name);

	/* `-name=value' has all it needs: nothing follows from it. */
	if (strchr(word, '='))
		return;
	if (command && command->report)
		*state = (struct state){
			.open_argument = command->argument != NULL,
			.open_function = takes_function(command),
		};
	else if (option && option->kind != PQ_OPTION_BOOL)
		state->open = option;
}

static struct state read_words(const struct line *line)
{
	struct state state = { 0 };

	/* Options may stand between a command and its argument. */
	state.open_function = line->named && takes_function(line->named);
	for (size_t i = !!line->named; i < line->n && !state.over; i++) {
		const char *word = line->words[i];

		if (state.open)
			state.open = NULL;
		else if (state.open_argument)
			state = (struct state){ 0 };
		else if (!strcmp(word, "--"))
			state.over = true;
		else if (is_flag(word))
			read_flag(&state, word);
		else
			state = (struct state){ .over = !line->named };
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
	/* Shells drop candidates that do not begin with the typed bytes. */
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
	/* Names that would need quotes are left out: shells differ in them. */
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
	for (size_t i = !!line->named; i < line->n; i++)
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

		/* Shortcuts of one value stand together in the table. */
		if (option->target != target || !strcmp(option->value, last))
			continue;
		last = option->value;
		if (strcmp(option->name, "mean_delay") != 0)
			offer_value(line, pq_text_of(last));
	}
}

/* ---- functions ---- */

/* More than anybody reads; a shell takes its time over each. */
enum { MOST_FUNCTIONS = 20000 };

struct function_search {
	const struct line *line;
	struct pq_arena arena;
	PQ_VEC(struct pq_text) found;
};

/*
 * The name as an expression that no shell takes amiss: all but letters of
 * ASCII, digits and `_' are dots, one for a character, which match them.
 */
static void append_dotted(struct pq_buf *to, struct pq_text name)
{
	for (size_t at = 0; at < name.len;) {
		uint32_t rune;
		size_t n = pq_text_rune(name, at, &rune);
		bool plain = n == 1 && (rune == '_' ||
					(rune < 0x80 && isalnum((int)rune)));

		pq_buf_char(to, plain ? (char)rune : '.');
		at += n ? n : 1;
	}
}

static void take_expression(struct function_search *s, struct pq_text name)
{
	struct pq_buf b = { 0 };

	append_dotted(&b, name);
	if (s->found.n < MOST_FUNCTIONS &&
	    pq_text_starts(pq_buf_view(&b), s->line->value))
		*pq_vec_push(&s->found) =
			pq_arena_text(&s->arena, pq_buf_view(&b));
	pq_buf_release(&b);
}

/* "f" of "pkg.f", "pkg.(*T).f" and "ns::f"; empty where it ends otherwise. */
static struct pq_text last_name(struct pq_text name)
{
	size_t from = name.len;

	while (from && (name.bytes[from - 1] == '_' ||
			isalnum((unsigned char)name.bytes[from - 1])))
		from--;
	return from ? pq_text_slice(name, from, name.len) : PQ_TEXT("");
}

static void take_function(void *ctx, struct pq_text name)
{
	struct function_search *s = ctx;
	struct pq_text last = last_name(name);

	if (name.len)
		take_expression(s, name);
	/* the name without its package, for who has begun to type it */
	if (last.len && *s->line->value)
		take_expression(s, last);
}

static void offer_found(struct function_search *s)
{
	/* A function may have several ids: equal names come together. */
	if (s->found.n)
		pq_text_sort(s->found.at, s->found.n);
	for (size_t i = 0; i < s->found.n; i++)
		if (!i || !pq_text_equal(s->found.at[i - 1], s->found.at[i]))
			offer_value(s->line, s->found.at[i]);
}

/* Of the profile on the line, or of the one that a report would take. */
static void offer_functions(const struct line *line)
{
	struct function_search s = { .line = line };
	const char *path = profile_of(line);
	char *recent = path ? NULL : pq_recent_recall();

	/* The recalled path may be a FIFO by now, or long for a prompt. */
	if (recent && is_soon_read(recent))
		path = recent;
	pq_arena_init(&s.arena);
	if (path && line->env->functions)
		line->env->functions(path, take_function, &s);
	offer_found(&s);
	pq_vec_release(&s.found);
	pq_arena_release(&s.arena);
	pq_free(recent);
}

static bool names_functions(const struct pq_option *option)
{
	static const enum pq_option_id ids[] = {
		PQ_OPTION_focus, PQ_OPTION_ignore,    PQ_OPTION_hide,
		PQ_OPTION_show,	 PQ_OPTION_show_from, PQ_OPTION_prune_from,
	};

	for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++)
		if (option == &pq_option_table[ids[i]])
			return true;
	return false;
}

static void offer_values(struct line *line, const struct pq_option *option)
{
	const char *profile = profile_of(line);

	/* Choices are in the table; names come from the profile. */
	pq_candidates_choices(option, offer_name, line);
	if (names_functions(option))
		offer_functions(line);
	if (option->offset == offsetof(struct pq_options, sample_index)) {
		/* Without a profile there are the types of shortcuts. */
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

	/* Without any candidate the shell offers files (complete.h). */
	if (state.over || (state.open_argument && !state.open_function))
		return;
	/* A value comes first: it may begin with a dash itself. */
	if (state.open)
		offer_values(line, state.open);
	else if (state.open_function && *line->typed != '-')
		offer_functions(line);
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
	/* Lists that help makes of the tables have no page. */
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
	/* The last word is the one being typed; without any it is empty. */
	line.n = n ? n - 1 : 0;
	line.typed = n ? line.words[line.n] : "";
	line.value = line.typed;
	if (line.n)
		command = pq_command_find(pq_text_of(line.words[0]));
	line.named = command;
	if (command && command->tool)
		complete_tool(&line, command);
	else
		complete_word(&line);
	return true;
}

const struct pq_tool pq_tool_complete = { .run = run_complete };
