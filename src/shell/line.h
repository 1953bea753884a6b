/*
 * line.h - one line of a session, taken apart.
 *
 * Owner: the value points into the line, which is changed; the query has
 *        copies.  Both live until pq_shell_line_release.
 */
#ifndef PQ_SHELL_LINE_H
#define PQ_SHELL_LINE_H

#include "base/buf.h"
#include "command/query.h"

enum pq_shell_line_kind {
	PQ_LINE_EMPTY,
	PQ_LINE_QUIT,
	PQ_LINE_HELP,
	PQ_LINE_OPTIONS,
	PQ_LINE_ASSIGN,
	PQ_LINE_REPORT,
};

struct pq_shell_line {
	enum pq_shell_line_kind kind;
	const struct pq_option *option; /* ASSIGN */
	const char *value;
	struct pq_query query; /* REPORT: of the session, with its words */
};

bool pq_shell_line_parse(struct pq_shell_line *line, char *text,
			 const struct pq_options *session,
			 struct pq_error *err);
void pq_shell_line_release(struct pq_shell_line *line);

/* An option's value as the session shows it. */
void pq_shell_option_value(struct pq_buf *b, const struct pq_options *o,
			   const struct pq_option *option);

#endif
