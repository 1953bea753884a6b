/*
 * terminal.h - what changes when a person is looking: color, a pager, and
 * progress on stderr.  In a pipe there is none of it.
 *
 * Color:    -color=always|never decides; else NO_COLOR, CLICOLOR_FORCE, and
 *           whether the stream is a terminal that is not "dumb".
 * Pager:    $PROFQ_PAGER or $PAGER, else "less" if there is one; only for standard output on
 *           a terminal, and only when the report is longer than the screen.
 *           An empty value or "cat" means none.
 * Advice:   -notes=always; else where a report and messages are both on a
 *           terminal (insight/advice.h).
 * Progress: after a second, on a terminal, one line that is wiped again.
 */
#ifndef PQ_HOST_TERMINAL_H
#define PQ_HOST_TERMINAL_H

#include "base/out.h"
#include "command/options.h"

bool pq_terminal_color(const struct pq_options *o, int fd);

/* Whether a report as text on standard output is followed by advice. */
bool pq_terminal_advises(const struct pq_options *o);

/*
 * Lets the output go through a pager when it needs one; starts a child that
 * waits for this.
 */
void pq_pager_offer(struct pq_out *out);
/* After the output was closed: waits for the pager, if there is one. */
void pq_pager_finish(void);

/*
 * Becomes /bin/sh, which runs the command with `from' as its standard input;
 * returns an exit status only where that fails.
 */
int pq_exec_command(const char *command, int from);

void pq_progress_begin(const char *name);
/* The i-th of n files is read, or is about to be. */
void pq_progress_file(const char *name, size_t i, size_t n);
/* A server takes its time: seconds so far, and of how many, if it is known. */
void pq_progress_waiting(int64_t seconds, int64_t of);
/* Bytes of it that were taken so far. */
void pq_progress_bytes(uint64_t read_bytes);
void pq_progress_end(void);

#endif
