/*
 * edit.h - a line typed on a terminal: Emacs keys, history, search, completion.
 *
 *     if (pq_edit_open(&user))
 *             while (pq_edit_line(&line) == ...)
 *     pq_edit_close()
 *
 * The editor is libedit, which is loaded when a session on a terminal begins:
 * no other run pays for it.  There is none where it is not installed, where
 * profq was built without it, or where the terminal can do nothing ("dumb");
 * lines are then read as they come (input.h).
 *
 * Keys:   libedit's own for Emacs, and what ~/.editrc says; TAB completes and,
 *         pressed again, lists.  Ctrl-C drops the line.
 * Paste:  comes in brackets where the terminal can do so; a TAB in it is a
 *         TAB, a newline runs the line.
 * Screen: the terminal is as it was between lines, and after the close.
 * Only one editor is open at a time.
 */
#ifndef PQ_SHELL_EDIT_H
#define PQ_SHELL_EDIT_H

#include "base/buf.h"
#include "shell/complete.h"
#include "shell/input.h"

struct pq_edit_user {
	const char *prompt;
	struct pq_shell_names *names; /* for completion */
};

/* False: there is no editor. */
bool pq_edit_open(const struct pq_edit_user *user);

/* The line without its newline. */
enum pq_read pq_edit_line(struct pq_buf *line);

/* A line for Up and Ctrl-R. */
void pq_edit_remember(const char *line);

void pq_edit_close(void);

#endif
