#include "shell/line.h"

#include <ctype.h>
#include <string.h>

#include "base/suggest.h"

#include "base/banned.h"

void pq_shell_line_release(struct pq_shell_line *line)
{
	pq_query_release(&line->query);
}

static char *trim(char *text)
{
	size_t n;

	while (isspace((unsigned char)*text))
		text++;
	n = strlen(text);
	while (n && isspace((unsigned char)text[n - 1]))
		text[--n] = '\0';
	return text;
}

/* ---- name=value ---- */

/* A comment, which the list of options prints, is not part of a value. */
static void cut_comment(char *value)
{
	char *last = NULL;

	for (char *at = strstr(value, "//:"); at; at = strstr(at + 1, "//:"))
		last = at;
	if (last)
		*last = '\0';
}

static const struct pq_option *session_option(const char *name)
{
	const struct pq_option *o = pq_option_find(pq_text_of(name));

	/* aliases are for command lines; "o" has another meaning here */
	if (o && !pq_name_equal(pq_text_of(name), pq_text_of(o->name)))
		return NULL;
	return o && (o->scope == PQ_OPTION_VIEW || o->value) ? o : NULL;
}

/* Sets kind when the line is an assignment; false only on errors. */
static bool parse_assignment(struct pq_shell_line *line, char *text,
			     struct pq_error *err)
{
	char *equals = strchr(text, '=');
	const struct pq_option *o;

	if (equals)
		*equals = '\0';
	o = session_option(trim(text));
	if (!o) {
		if (equals)
			*equals = '=';
		return true;
	}
	line->kind = PQ_LINE_ASSIGN;
	line->option = o;
	line->value = "true";
	if (equals) {
		cut_comment(equals + 1);
		line->value = trim(equals + 1);
		if (o->kind == PQ_OPTION_BOOL && !*line->value)
			line->value = "true";
		return true;
	}
	if (o->kind != PQ_OPTION_BOOL)
		return pq_fail(err, PQ_EUSAGE,
			       "please specify a value, e.g. %s=<val>",
			       o->name);
	return true;
}

/* ---- reports ---- */

static bool is_integer(const char *word)
{
	size_t n = word[0] == '-' || word[0] == '+';
	size_t digits = strspn(word + n, "0123456789");

	return digits && digits < 10 && !word[n + digits];
}

/* The expressions of a line's words, which stand for its two options. */
struct words {
	struct pq_buf focus, ignore;
};

static void add_expression(struct pq_buf *to, const char *expression)
{
	if (to->len)
		pq_buf_char(to, '|');
	pq_buf_str(to, expression);
}

static bool take_word(struct pq_shell_line *line, struct words *words,
		      char *word, char **rest, struct pq_error *err)
{
	struct pq_query *q = &line->query;

	if (is_integer(word))
		return pq_query_set(q, "nodecount", pq_text_of(word), err);
	if (word[0] == '>') {
		char *name = word[1] ? word + 1 : strtok_r(NULL, " \t", rest);

		if (!name)
			return pq_fail(err, PQ_EUSAGE,
				       "unexpected end of line after >");
		return pq_query_set(q, "output", pq_text_of(name), err);
	}
	if (!strcmp(word, "-cum") || !strcmp(word, "--cum"))
		return pq_query_set(q, "sort", PQ_TEXT("cum"), err);
	if (word[0] == '-')
		add_expression(&words->ignore, word + 1);
	else
		add_expression(&words->focus, word);
	return true;
}

/* The words' expressions stand in for the session's, for this report. */
static bool set_expressions(struct pq_query *q, struct words *words,
			    struct pq_error *err)
{
	const struct pq_option *focus, *ignore;
	bool ok = true;

	pq_query_word_options(q->command, &focus, &ignore);
	if (words->focus.len)
		ok = pq_query_set_option(q, focus, pq_buf_view(&words->focus),
					 err);
	if (words->ignore.len)
		ok = ok && pq_query_set_option(
				   q, ignore, pq_buf_view(&words->ignore), err);
	pq_buf_release(&words->focus);
	pq_buf_release(&words->ignore);
	return ok;
}

static bool unknown_command(const char *name, struct pq_error *err)
{
	struct pq_suggest nearest;

	if (pq_option_find(pq_text_of(name)))
		return pq_fail(err, PQ_EUSAGE, "did you mean: %s=<val>", name);
	pq_suggest_begin(&nearest, pq_text_of(name));
	for (unsigned i = 0; i < PQ_N_COMMANDS; i++)
		if (pq_command_table[i].summary)
			pq_suggest_offer(&nearest,
					 pq_text_of(pq_command_table[i].name));
	return pq_suggest_fail(&nearest, err,
			       "unrecognized command: \"%.200s\"", name);
}

/* top10 is top 10. */
static const struct pq_command *find_command(struct pq_shell_line *line,
					     char *name)
{
	const struct pq_command *c = pq_command_find(pq_text_of(name));
	size_t n = strlen(name), digits = 0;

	if (c || !n)
		return c;
	while (digits < n && isdigit((unsigned char)name[n - 1 - digits]))
		digits++;
	if (!digits || digits > 9)
		return NULL;
	c = pq_command_find((struct pq_text){ name, n - digits });
	if (c) {
		struct pq_error ignored;

		pq_error_clear(&ignored);
		pq_query_set(&line->query, "nodecount",
			     pq_text_of(name + n - digits), &ignored);
	}
	return c;
}

static bool parse_report(struct pq_shell_line *line, char *text,
			 struct pq_error *err)
{
	char *rest = NULL, *word = strtok_r(text, " \t", &rest);
	struct pq_query *q = &line->query;
	struct words words = { { 0 }, { 0 } };
	bool ok = true;

	line->kind = PQ_LINE_REPORT;
	q->command = find_command(line, word);
	if (!q->command || !q->command->report)
		return unknown_command(word, err);
	if (q->command->argument) {
		word = strtok_r(NULL, " \t", &rest);
		if (!word)
			return pq_fail(err, PQ_EUSAGE,
				       "command %s requires an argument",
				       q->command->name);
		pq_query_set_argument(q, pq_text_of(word));
	}
	while (ok && (word = strtok_r(NULL, " \t", &rest)))
		ok = take_word(line, &words, word, &rest, err);
	return set_expressions(q, &words, err) && ok;
}

static bool is_word(const char *text, const char *a, const char *b)
{
	size_t n = strcspn(text, " \t");

	return (strlen(a) == n && !strncmp(text, a, n)) ||
	       (strlen(b) == n && !strncmp(text, b, n));
}

bool pq_shell_line_parse(struct pq_shell_line *line, char *text,
			 const struct pq_options *session, struct pq_error *err)
{
	memset(line, 0, sizeof(*line));
	pq_query_init(&line->query, PQ_FRONT_SHELL, session);
	text = trim(text);
	if (!*text)
		return true;
	if (!parse_assignment(line, text, err))
		return false;
	if (line->kind == PQ_LINE_ASSIGN)
		return true;
	if (is_word(text, "quit", "exit") || is_word(text, "q", "q"))
		line->kind = PQ_LINE_QUIT;
	else if (is_word(text, "o", "options"))
		line->kind = PQ_LINE_OPTIONS;
	else if (is_word(text, "help", "help"))
		line->kind = PQ_LINE_HELP;
	else
		return parse_report(line, text, err);
	return true;
}

void pq_shell_option_value(struct pq_buf *b, const struct pq_options *o,
			   const struct pq_option *option)
{
	const void *field = (const char *)o + option->offset;
	struct pq_text text;

	switch (option->kind) {
	case PQ_OPTION_BOOL:
		pq_buf_str(b, *(const bool *)field ? "true" : "false");
		break;
	case PQ_OPTION_INT:
	case PQ_OPTION_SIZE:
		pq_buf_printf(b, "%lld", (long long)*(const int64_t *)field);
		break;
	case PQ_OPTION_FLOAT:
		pq_buf_printf(b, "%g", *(const double *)field);
		break;
	case PQ_OPTION_ENUM:
		if (pq_option_choice(option, *(const unsigned *)field, &text))
			pq_buf_text(b, text);
		break;
	default:
		pq_buf_char(b, '"');
		pq_buf_text(b, *(const struct pq_text *)field);
		pq_buf_char(b, '"');
	}
}
