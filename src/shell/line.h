/*
 * line.h - one line of a session, taken apart.
 *
 *     name=value			sets an option; what follows the last
 *					`//:' is a comment
 *     name				the same as name=true, of a BOOL
 *     :				clears the filters
 *     T, total_T, mean_T		chooses a sample type (types.h)
 *     command [n] [regex]... [-regex]... [-cum] [>file]
 *     command ... | shell command	a `|' between blanks ends the words
 *     !shell command
 *     help [topic], options, quit
 *
 * Words are regular expressions, but for these: a command that compares takes
 * an old profile first, and a picture takes one as -diff=FILE; to a command of
 * a series, or of several kinds, a word that names a file is that file.
 *
 * Purity: nothing is opened or printed, and no folder is looked at but by
 *         `is_file'.
 * Owner:  all texts of the result point into the line, which is changed, into
 *         the profile, or into the query.  They live until
 *         pq_shell_line_release, which an error wants, too.
 * Errors: PQ_EUSAGE, in the reference's words where it has any.
 * Source: the reference's interactive mode; `|', `!' and files to compare with
 *         are this program's own.
 */
#ifndef PQ_SHELL_LINE_H
#define PQ_SHELL_LINE_H

#include "base/vec.h"
#include "command/query.h"
#include "profile/profile.h"

enum pq_shell_line_kind {
	PQ_LINE_EMPTY,
	PQ_LINE_QUIT,
	PQ_LINE_HELP,
	PQ_LINE_OPTIONS,
	PQ_LINE_SETTINGS,
	PQ_LINE_REPORT,
	PQ_LINE_TOOL,
	PQ_LINE_COMMAND,
};

/* What a line may name besides rows of tables; a NULL names nothing. */
struct pq_shell_world {
	const struct pq_profile *p; /* its sample types */
	bool (*is_file)(const char *word);
};

struct pq_shell_setting {
	const struct pq_option *option;
	struct pq_text value;
};

#define PQ_LINE_SETTINGS_MOST 5

struct pq_shell_line {
	enum pq_shell_line_kind kind;
	struct pq_shell_setting settings[PQ_LINE_SETTINGS_MOST];
	size_t n_settings;
	/* REPORT and TOOL: the session's settings, and those of the words */
	struct pq_query query;
	PQ_VEC(const char *) files; /* compared with; of a TOOL its words */
	/*
	 * HELP: the topic.  COMMAND: what /bin/sh is given.  REPORT: the same,
	 * and it reads the report; NULL: there is no `|'.
	 */
	const char *rest;
	const struct pq_shell_world *world; /* while it is parsed */
};

bool pq_shell_line_parse(struct pq_shell_line *line, char *text,
			 const struct pq_query *settings,
			 const struct pq_shell_world *world,
			 struct pq_error *err);
void pq_shell_line_release(struct pq_shell_line *line);

/*
 * The option that a session knows by this name: one that is also a variable of
 * the reference's shell, or a choice of such a one (`cum').  NULL: none.
 */
const struct pq_option *pq_shell_option(struct pq_text name);

/* Whether an option is a choice, which stands for its target's value. */
static inline bool pq_option_is_choice(const struct pq_option *option)
{
	return option->value != NULL;
}

/* Bytes of the blank that text begins with, as Unicode has it; 0: of none. */
size_t pq_shell_blank(const char *text);

#endif
