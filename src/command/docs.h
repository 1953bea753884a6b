/*
 * docs.h - the tables in forms for scripts, behind `profq help --FORM'.
 *
 *     list-options	name, kind, default, argument, group, help; one option a
 *			line, columns parted by tabs, nothing when there is none
 *     list-commands	name, kind, argument, summary
 *     man-options	the manual's OPTIONS, in mdoc
 *     man-commands	the manual's COMMANDS, in mdoc
 *     man-topics	profq-topics(7), of doc/topics
 *     man-COMMAND	profq-COMMAND(1), of the tables and doc/commands
 *
 * tests/docs.sh holds the manual and the completions against them.
 */
#ifndef PQ_COMMAND_DOCS_H
#define PQ_COMMAND_DOCS_H

#include <stdbool.h>

#include "base/out.h"

/* False when there is no such form. */
bool pq_docs_print(struct pq_out *out, const char *form);

#endif
