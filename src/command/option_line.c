#include "command/option_line.h"

#include <ctype.h>
#include <string.h>

#include "base/banned.h"

#define MORE "..."

/* A part of an option's help, which is a literal of options.def. */
struct clause {
	const char *at;
	size_t len;
};

/* The next clause of a help; false at its end. */
static bool take_clause(const char **help, struct clause *c)
{
	const char *end;

	if (!**help)
		return false;
	end = strstr(*help, "; ");
	c->at = *help;
	c->len = end ? (size_t)(end - *help) : strlen(*help);
	*help += c->len + (end ? 2 : 0);
	return true;
}

/* How long the names before a colon are; 0 when it has none. */
static size_t length_of_names(const struct clause *c)
{
	size_t n = strspn(c->at, "abcdefghijklmnopqrstuvwxyz_-=, ");

	return n + 1 < c->len && c->at[n] == ':' && c->at[n + 1] == ' ' ? n : 0;
}

static bool is_part_of_name(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-';
}

static bool names_command(const struct clause *c, size_t names,
			  const char *command)
{
	size_t n = strlen(command);

	for (size_t i = 0; i + n <= names; i++)
		if (!strncmp(c->at + i, command, n) &&
		    (!i || !is_part_of_name(c->at[i - 1])) &&
		    !is_part_of_name(c->at[i + n]))
			return true;
	return false;
}

/* The command's own clause, else the first of all commands, else the first. */
static struct clause choose_clause(const char *help, const char *command)
{
	struct clause c, chosen = { help, strlen(help) };
	unsigned best = 0;

	while (take_clause(&help, &c)) {
		size_t names = length_of_names(&c);
		unsigned fits = !names				    ? 2
				: names_command(&c, names, command) ? 3
								    : 1;

		if (fits <= best)
			continue;
		best = fits;
		chosen = c;
		if (names) {
			chosen.at += names + 2;
			chosen.len -= names + 2;
		}
	}
	return chosen;
}

/* Where ", " stands last, so that what is before it has room; 0: nowhere. */
static size_t last_comma(const struct clause *c, size_t room)
{
	size_t found = 0;

	for (size_t i = 0; i + 1 < c->len && i + 2 + strlen(MORE) <= room; i++)
		if (c->at[i] == ',' && c->at[i + 1] == ' ')
			found = i;
	return found;
}

static void add_words(struct pq_buf *to, struct clause c, size_t room)
{
	const char *bracket = strstr(c.at, " (");
	size_t comma;

	if (c.len > room && bracket && bracket < c.at + c.len)
		c.len = (size_t)(bracket - c.at);
	comma = c.len > room ? last_comma(&c, room) : 0;
	if (comma)
		c.len = comma;
	pq_buf_bytes(to, c.at, c.len);
	if (comma)
		pq_buf_str(to, ", " MORE);
}

/* A list of choices ends where the column does. */
static void add_argument(struct pq_buf *heading, const char *argument,
			 size_t room)
{
	size_t n = strlen(argument), cut = 0;

	for (size_t i = 0; n > room && i + 1 + strlen(MORE) <= room; i++)
		if (argument[i] == '|')
			cut = i + 1;
	pq_buf_bytes(heading, argument, cut ? cut : n);
	if (cut)
		pq_buf_str(heading, MORE);
}

void pq_option_line(struct pq_buf *heading, size_t column, struct pq_buf *words,
		    size_t room, const struct pq_option *option,
		    const char *command)
{
	pq_buf_printf(heading, "  -%s", option->name);
	if (option->argument) {
		pq_buf_char(heading, '=');
		add_argument(heading, option->argument,
			     column - 2 > heading->len
				     ? column - 2 - heading->len
				     : 0);
	}
	add_words(words, choose_clause(option->help, command), room);
}
