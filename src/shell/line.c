#include "shell/line.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/suggest.h"
#include "command/option_values.h"
#include "report/report.h"
#include "shell/types.h"

#include "base/banned.h"

void pq_shell_line_release(struct pq_shell_line *line)
{
	pq_vec_release(&line->files);
	pq_query_release(&line->query);
}

/* ---- blanks and words ---- */

size_t pq_shell_blank(const char *text)
{
	/* U+0085, U+00A0, ..., but for those of E2 80, which are a range */
	static const char *const wide[] = { "\xc2\x85",	    "\xc2\xa0",
					    "\xe1\x9a\x80", "\xe2\x80\xa8",
					    "\xe2\x80\xa9", "\xe2\x80\xaf",
					    "\xe2\x81\x9f", "\xe3\x80\x80" };

	if (*text == ' ' || (*text >= '\t' && *text <= '\r'))
		return 1;
	for (size_t i = 0; i < sizeof(wide) / sizeof(*wide); i++)
		if (!strncmp(text, wide[i], strlen(wide[i])))
			return strlen(wide[i]);
	if (strncmp(text, "\xe2\x80", 2) != 0 ||
	    (unsigned char)text[2] < 0x80 || (unsigned char)text[2] > 0x8a)
		return 0;
	return 3;
}

static char *trim_line(char *text)
{
	char *end, *at;
	size_t n;

	while ((n = pq_shell_blank(text)))
		text += n;
	/* the end of the last thing that is no blank */
	for (at = end = text; *at;) {
		n = pq_shell_blank(at);
		at += n ? n : 1;
		if (!n)
			end = at;
	}
	*end = '\0';
	return text;
}

/* Takes the next word off a text; NULL at its end. */
static char *next_word(char **at)
{
	char *word = *at;
	size_t n;

	while ((n = pq_shell_blank(word)))
		word += n;
	if (!*word)
		return NULL;
	*at = word;
	while (**at && !(n = pq_shell_blank(*at)))
		++*at;
	if (**at) {
		**at = '\0';
		*at += n;
	}
	return word;
}

/* ---- settings ---- */

static bool is_session_option(const struct pq_option *o)
{
	if (pq_option_is_choice(o)) {
		const struct pq_option *target = &pq_option_table[o->target];

		return target->kind == PQ_OPTION_ENUM &&
		       target->scope == PQ_OPTION_VIEW;
	}
	return o->scope == PQ_OPTION_VIEW;
}

/* Aliases are for command lines: `o' has another meaning here. */
const struct pq_option *pq_shell_option(struct pq_text name)
{
	for (unsigned i = 0; i < PQ_N_OPTIONS; i++)
		if (pq_text_is(name, pq_option_table[i].name) &&
		    is_session_option(&pq_option_table[i]))
			return &pq_option_table[i];
	return NULL;
}

static void add_setting(struct pq_shell_line *line, enum pq_option_id id,
			struct pq_text value)
{
	struct pq_shell_setting *s = &line->settings[line->n_settings++];

	line->kind = PQ_LINE_SETTINGS;
	s->option = &pq_option_table[id];
	s->value = value;
}

/* Lines that stand for several settings; true when this is one of them. */
static bool parse_shortcut(struct pq_shell_line *line, const char *text,
			   const struct pq_profile *p)
{
	static const enum pq_option_id cleared[] = {
		PQ_OPTION_focus, PQ_OPTION_ignore, PQ_OPTION_hide,
		PQ_OPTION_tagfocus, PQ_OPTION_tagignore
	};
	const struct pq_shell_type *found;
	struct pq_text type;

	if (!strcmp(text, ":")) {
		for (size_t i = 0; i < sizeof(cleared) / sizeof(*cleared); i++)
			add_setting(line, cleared[i], PQ_TEXT(""));
		return true;
	}
	/* The name of a type alone chooses it, before any command. */
	found = pq_shell_type_find(p, pq_text_of(text), &type);
	if (!found)
		return false;
	/* A plain type leaves mean as it is; the prefixes set it. */
	if (found->mean != PQ_MEAN_AS_IT_IS)
		add_setting(line, PQ_OPTION_mean,
			    found->mean == PQ_MEAN_ON ? PQ_TEXT("true")
						      : PQ_TEXT("false"));
	add_setting(line, PQ_OPTION_sample_index, type);
	return true;
}

/* A comment, which the list of options prints, is not part of a value. */
static void cut_comment(char *value)
{
	char *last = NULL;

	/* The last one begins the comment: a value may have others. */
	for (char *at = strstr(value, "//:"); at; at = strstr(at + 1, "//:"))
		last = at;
	if (last)
		*last = '\0';
}

/* `cum=true' stands for `sort=cum'; a choice cannot be taken back. */
static bool add_choice(struct pq_shell_line *line,
		       const struct pq_option *choice, const char *value,
		       struct pq_error *err)
{
	bool on = false;

	if (pq_value_bool(value, &on) == PQ_VALUE_OK && on) {
		add_setting(line, choice->target, pq_text_of(choice->value));
		return true;
	}
	return pq_fail(err, PQ_EUSAGE,
		       "invalid value \"%.200s\" for %s: write %s=true or "
		       "%s=%s",
		       value, choice->name, choice->name,
		       pq_option_table[choice->target].name, choice->value);
}

/* Fills settings when the line is an assignment; false only on errors. */
static bool parse_assignment(struct pq_shell_line *line, char *text,
			     struct pq_error *err)
{
	char *equals = strchr(text, '='), *value = equals;
	size_t n = equals ? (size_t)(equals - text) : strlen(text);
	const struct pq_option *o;

	/* the name is known before the line is changed: it may be no setting */
	while (n && isspace((unsigned char)text[n - 1]))
		n--;
	o = pq_shell_option((struct pq_text){ text, n });
	if (!o)
		return true;
	line->kind = PQ_LINE_SETTINGS;
	if (equals) {
		cut_comment(++value);
		value = trim_line(value);
	} else if (o->kind != PQ_OPTION_BOOL) {
		return pq_fail(err, PQ_EUSAGE,
			       "please specify a value, e.g. %s=<val>",
			       o->name);
	}
	if (pq_option_is_choice(o))
		return add_choice(line, o, value ? value : "", err);
	add_setting(line, (enum pq_option_id)(o - pq_option_table),
		    value ? pq_text_of(value) : PQ_TEXT("true"));
	return true;
}

/* ---- the command of a report ---- */

/* As Go quotes a word; what is longer than a line says no more. */
static const char *quote_word(char to[static 256], const char *word)
{
	size_t n = 0;

	for (; *word && n < 250; word++) {
		if (*word == '"' || *word == '\\')
			to[n++] = '\\';
		to[n++] = *word;
	}
	to[n] = '\0';
	return to;
}

static bool unknown_command(const char *name, const char *argument,
			    struct pq_error *err)
{
	const struct pq_option *o = pq_shell_option(pq_text_of(name));
	struct pq_suggest nearest;
	char quoted[256];

	/* A setting without its equals sign is likelier than a slip. */
	if (o && o->kind == PQ_OPTION_ENUM)
		return pq_fail(err, PQ_EUSAGE,
			       "unrecognized command: \"%s\" (a setting is "
			       "written %s=<val>)",
			       name, name);
	if (o)
		return pq_fail(err, PQ_EUSAGE, "did you mean: %s=%.200s", name,
			       argument ? argument : "<val>");
	pq_suggest_begin(&nearest, pq_text_of(name));
	for (unsigned i = 0; i < PQ_N_COMMANDS; i++)
		if (pq_command_table[i].summary)
			pq_suggest_offer(&nearest,
					 pq_text_of(pq_command_table[i].name));
	if (nearest.found)
		return pq_fail(err, PQ_EUSAGE,
			       "unrecognized command: \"%s\" (did you mean "
			       "%.*s?)",
			       quote_word(quoted, name), (int)nearest.best.len,
			       nearest.best.bytes);
	return pq_fail(err, PQ_EUSAGE, "unrecognized command: \"%s\"",
		       quote_word(quoted, name));
}

/* The words behind a command, the first of which may stand in its name. */
struct words {
	char *digits; /* of top10, as a word before the others; or NULL */
	char *rest;
	struct pq_buf focus, ignore; /* expressions of the words so far */
	bool has_output;
};

static char *take_word(struct words *w)
{
	char *word = w->digits;

	w->digits = NULL;
	return word ? word : next_word(&w->rest);
}

/* Hidden commands and those that begin a session of their own are none. */
static bool is_command_here(const struct pq_command *c)
{
	return c && c->summary && (c->report || c->tool);
}

/* Digits that end a name are its first argument: top10 is top 10. */
static void cut_digits(struct pq_query *q, char *name, struct words *w)
{
	size_t n = strlen(name), digits = 0;

	while (digits < n && isdigit((unsigned char)name[n - 1 - digits]))
		digits++;
	/* Digits alone are no name with a number behind it. */
	if (!digits || digits == n)
		return;
	/* The digits are copied: the name ends where the first of them is. */
	w->digits = pq_arena_copy(&q->texts, name + n - digits, digits + 1);
	name[n - digits] = '\0';
}

static bool find_command(struct pq_shell_line *line, char *name,
			 struct words *w, struct pq_error *err)
{
	const struct pq_command *c = pq_command_find(pq_text_of(name));

	/* Digits belong to a name that a command has with them. */
	if (!is_command_here(c)) {
		cut_digits(&line->query, name, w);
		c = pq_command_find(pq_text_of(name));
	}
	if (!is_command_here(c))
		return unknown_command(name, take_word(w), err);
	line->kind = c->report ? PQ_LINE_REPORT : PQ_LINE_TOOL;
	line->query.command = c;
	return true;
}

/* ---- the words of a report ---- */

static bool is_integer(const char *word)
{
	int64_t value;

	return pq_value_decimal(word, &value) == PQ_VALUE_OK &&
	       value >= INT32_MIN && value <= INT32_MAX;
}

static void add_expression(struct pq_buf *to, const char *expression)
{
	if (!*expression)
		return;
	/* Each further word is one more alternative. */
	if (to->len)
		pq_buf_char(to, '|');
	pq_buf_str(to, expression);
}

/* `>file', and `> file' with the file as the next word. */
static bool set_file(struct pq_query *q, struct words *w, char *word,
		     struct pq_error *err)
{
	char *name = word[1] ? word + 1 : take_word(w);

	/* `>>' would replace a file that somebody wants to add to. */
	if (word[1] == '>')
		return pq_fail(err, PQ_EUSAGE,
			       "there is no >>: a report is a file of its own, "
			       "written with > FILE");
	if (!name)
		return pq_fail(err, PQ_EUSAGE,
			       "unexpected end of line after >");
	w->has_output = true;
	return pq_query_set(q, "output", pq_text_of(name), err);
}

static bool set_filter(struct pq_shell_line *line, struct words *w,
		       struct pq_error *err)
{
	/* The command has the rest of the line: no word is left. */
	line->rest = trim_line(w->rest);
	w->rest += strlen(w->rest);
	if (!*line->rest)
		return pq_fail(err, PQ_EUSAGE,
			       "unexpected end of line after |");
	if (w->has_output)
		return pq_fail(err, PQ_EUSAGE,
			       "a report goes to a file (>) or to a command "
			       "(|), not to both");
	/* A file of the settings gives way to the command. */
	return pq_query_set(&line->query, "output", PQ_TEXT(""), err);
}

/* A file to compare with, if the command takes it at this place. */
static bool take_compared_file(struct pq_shell_line *line, const char *word)
{
	struct pq_query *q = &line->query;
	static const char option[] = "-diff=";

	switch (q->command->report->takes) {
	case PQ_TAKES_ONE:
		return false;
	case PQ_TAKES_SIDES:
		if (line->files.n || *word == '-')
			return false;
		break;
	case PQ_TAKES_ONE_OR_SIDES:
		if (line->files.n || strncmp(word, option, strlen(option)) != 0)
			return false;
		word += strlen(option);
		q->options.diff = true;
		break;
	default:
		/* A word for a series is a file where there is one. */
		if (!line->world->is_file || !line->world->is_file(word))
			return false;
	}
	*pq_vec_push(&line->files) = word;
	return true;
}

static bool apply_word(struct pq_shell_line *line, struct words *w, char *word,
		       struct pq_error *err)
{
	struct pq_query *q = &line->query;

	/* Numbers and signs come first: they are no expressions. */
	if (is_integer(word))
		return pq_query_set_typed(q,
					  &pq_option_table[PQ_OPTION_nodecount],
					  pq_text_of(word), err);
	if (word[0] == '>')
		return set_file(q, w, word, err);
	if (!strcmp(word, "|"))
		return set_filter(line, w, err);
	if (!strcmp(word, "-cum") || !strcmp(word, "--cum"))
		return pq_query_set(q, "sort", PQ_TEXT("cum"), err);
	if (take_compared_file(line, word))
		return true;
	if (word[0] == '-')
		add_expression(&w->ignore, word + 1);
	else
		add_expression(&w->focus, word);
	return true;
}

/* The words' expressions stand in for the session's, for this report. */
static bool set_expressions(struct pq_query *q, const struct words *w,
			    struct pq_error *err)
{
	const struct pq_option *focus, *ignore;
	bool ok = true;

	pq_query_word_options(q->command, &focus, &ignore);
	if (w->focus.len)
		ok = pq_query_set_option(q, focus, pq_buf_view(&w->focus), err);
	if (w->ignore.len)
		ok = ok && pq_query_set_option(q, ignore,
					       pq_buf_view(&w->ignore), err);
	return ok;
}

static bool parse_words(struct pq_shell_line *line, struct words *w,
			struct pq_error *err)
{
	struct pq_query *q = &line->query;
	bool ok = true;
	char *word;

	/* The argument is the first word, even if it looks like a number. */
	if (q->command->argument) {
		word = take_word(w);
		if (!word)
			return pq_fail(err, PQ_EUSAGE,
				       "command %s requires an argument",
				       q->command->name);
		pq_query_set_argument(q, pq_text_of(word));
	}
	while (ok && (word = take_word(w)))
		ok = apply_word(line, w, word, err);
	if (ok && q->command->report->takes == PQ_TAKES_SIDES && !line->files.n)
		return pq_fail(err, PQ_EUSAGE,
			       "command %s requires an argument: the old "
			       "profile, which this one is compared with",
			       q->command->name);
	return ok && set_expressions(q, w, err);
}

static bool parse_report(struct pq_shell_line *line, char *text,
			 struct pq_error *err)
{
	struct words w = { .rest = text };
	char *word = next_word(&w.rest);
	bool ok = find_command(line, word, &w, err);

	/* A tool takes its words as they are: no filters, and no file. */
	if (ok && line->kind == PQ_LINE_TOOL)
		while ((word = take_word(&w)))
			*pq_vec_push(&line->files) = word;
	else if (ok)
		ok = parse_words(line, &w, err);
	pq_buf_release(&w.focus);
	pq_buf_release(&w.ignore);
	return ok;
}

/* ---- the line ---- */

/* What the first word says, other than a report. */
static const struct {
	const char *word;
	enum pq_shell_line_kind kind;
} own_words[] = {
	{ "quit", PQ_LINE_QUIT },	{ "exit", PQ_LINE_QUIT },
	{ "q", PQ_LINE_QUIT },		{ "o", PQ_LINE_OPTIONS },
	{ "options", PQ_LINE_OPTIONS }, { "help", PQ_LINE_HELP },
};

/* True when the first word is one of the shell's own. */
static bool parse_own_word(struct pq_shell_line *line, char *text)
{
	char *end = text;

	while (*end && !pq_shell_blank(end))
		end++;
	for (size_t i = 0; i < sizeof(own_words) / sizeof(*own_words); i++) {
		if (!pq_text_is((struct pq_text){ text, (size_t)(end - text) },
				own_words[i].word))
			continue;
		line->kind = own_words[i].kind;
		line->rest = trim_line(end);
		return true;
	}
	return false;
}

bool pq_shell_line_parse(struct pq_shell_line *line, char *text,
			 const struct pq_query *settings,
			 const struct pq_shell_world *world,
			 struct pq_error *err)
{
	memset(line, 0, sizeof(*line));
	line->world = world;
	pq_query_init_like(&line->query, settings);
	text = trim_line(text);
	/* The reference's order: types, assignments, then commands. */
	if (!*text || parse_shortcut(line, text, world->p))
		return true;
	if (*text == '!') {
		line->kind = PQ_LINE_COMMAND;
		line->rest = trim_line(text + 1);
		return true;
	}
	if (!parse_assignment(line, text, err))
		return false;
	if (line->kind == PQ_LINE_SETTINGS || parse_own_word(line, text))
		return true;
	return parse_report(line, text, err);
}
