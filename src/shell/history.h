/*
 * history.h - the lines of earlier sessions: $XDG_STATE_HOME/profq/history, by
 * default ~/.local/state/profq/history.
 *
 * File:   one command a line, UTF-8, as it was typed; mode 0600 in a folder of
 *         0700.  Lines are appended under flock(2) as they are entered, so two
 *         sessions lose nothing.  When the file has passed PQ_HISTORY_BYTES a
 *         session that begins writes its newer half anew and renames it.
 * Read:   once, the last lines; left out is what is no plain text (a terminal
 *         would obey it) or longer than a line may be.
 * Kept:   what is worth another look: no line that begins with a blank, that
 *         equals the one before it, or that leaves the session.
 * Errors: none.  What cannot be read or written is as if it were not there.
 */
#ifndef PQ_SHELL_HISTORY_H
#define PQ_SHELL_HISTORY_H

#include "base/buf.h"

enum {
	PQ_HISTORY_BYTES = 512 << 10, /* of the file, before it is halved */
	PQ_HISTORY_READ = 256 << 10,  /* bytes read of it */
	PQ_HISTORY_LINES = 2000,      /* lines read of it */
	PQ_HISTORY_LINE = 4096,	      /* bytes in a line */
};

struct pq_history {
	struct pq_buf newest; /* the line added last */
};

void pq_history_init(struct pq_history *h);
void pq_history_release(struct pq_history *h);

/* Hands over the lines of the file, the oldest first. */
void pq_history_read(struct pq_history *h,
		     void (*each)(void *ctx, const char *line), void *ctx);

/* The same for the bytes of a file. */
void pq_history_take(struct pq_history *h, struct pq_text content,
		     void (*each)(void *ctx, const char *line), void *ctx);

/* Whether a line is kept; if so it is appended to the file. */
bool pq_history_add(struct pq_history *h, const char *line);

#endif
