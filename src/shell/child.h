/*
 * child.h - one report of a session, in a process of its own.
 *
 * The parent opens the output and forks; the child gives up its rights as a
 * run from the command line does (host/sandbox.h), uses the profile up, and
 * writes.  The parent waits and then keeps the file or removes it.  So Ctrl-C
 * ends whatever a report is doing, a report that crashes or runs out of memory
 * is one message, and the session's memory is as it was.
 *
 * Output: a file of the settings or of the line; a command's standard input;
 *	or standard output, through a pager where it is a terminal.
 * Advice: behind a report that a person reads (insight/advice.h), once a
 *	session for each sample type.
 * Errors: those of the report; PQ_OK with false: Ctrl-C ended it.
 */
#ifndef PQ_SHELL_CHILD_H
#define PQ_SHELL_CHILD_H

#include "session/session.h"
#include "shell/line.h"

/* The sample types, a bit each, on whose values advice was given. */
typedef uint64_t pq_shell_advised;

/* The report of a line that was checked (pq_query_check). */
bool pq_shell_run_report(struct pq_session *s, const struct pq_shell_line *line,
			 pq_shell_advised *advised, struct pq_error *err);

/*
 * Runs a command by /bin/sh and waits for it.  It reads what the session's user
 * types, or nothing when lines come from a file.
 */
bool pq_shell_run_command(const char *command, struct pq_error *err);

#endif
