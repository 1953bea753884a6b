/*
 * option_line.h - an option of one command in one line, for `profq help top'.
 *
 * Source: the help of options.def.  Its clauses are parted by "; "; one that
 *         begins with names and a colon, "diff, -diff: ...", is of these
 *         commands, any other of all.
 */
#ifndef PQ_COMMAND_OPTION_LINE_H
#define PQ_COMMAND_OPTION_LINE_H

#include "base/buf.h"
#include "command/options.h"

/*
 * Adds "  -name=argument" to a heading of at most `column' - 2 characters, and
 * to `words' what the option does for the command, in at most `room' of them
 * where that can be: what stands in brackets is left out first, then the end of
 * an enumeration.
 */
void pq_option_line(struct pq_buf *heading, size_t column, struct pq_buf *words,
		    size_t room, const struct pq_option *option,
		    const char *command);

#endif
