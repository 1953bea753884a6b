/*
 * help.h - `profq help', `profq version' and the flags of those names.
 *
 *     profq help			what there is, by question
 *     profq help COMMAND		one command: its page (pages.h) and the
 *				options that matter most for it
 *     profq help TOPIC			a page of doc/topics
 *     profq help commands, topics, options
 *				all of them, a line each
 *     profq help --FORM		the tables for scripts (docs.h)
 *
 * All text is made from commands.def, options.def and doc/.  It goes to
 * standard output, for it was asked for.
 */
#ifndef PQ_COMMAND_HELP_H
#define PQ_COMMAND_HELP_H

#include "base/out.h"
#include "command/query.h"

extern const struct pq_tool pq_tool_help;
extern const struct pq_tool pq_tool_version;

/* Answers -help and -version, of a command or alone; false: not asked for. */
bool pq_help_answer(const struct pq_query *query, struct pq_out *out);

/*
 * Prints a heading and, from a column on, words that are wrapped; the heading
 * is empty afterwards.
 */
void pq_help_describe(struct pq_out *out, struct pq_buf *heading, size_t column,
		      const char *words);

/* Prints what `profq help' shows. */
void pq_help_overview(struct pq_out *out);

#endif
