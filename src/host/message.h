/*
 * message.h - the only place that writes to stderr.
 *
 * Errors begin with "profq: "; notes are in the reference's words.  Whatever
 * a message quotes is encoded for the terminal, and every message is one line.
 */
#ifndef PQ_HOST_MESSAGE_H
#define PQ_HOST_MESSAGE_H

#include "base/error.h"
#include "base/log.h"

/* "profq: SUBJECT: what (at byte N)"; subject may be NULL. */
void pq_message_error(const char *subject, const struct pq_error *err);

/* Errors in red from here on. */
void pq_message_color(bool on);

/*
 * A line that the next message, the next status or pq_message_wipe takes away
 * again: for terminals.  `what` is cut when it is long.
 */
void pq_message_status(const char *words, struct pq_text what);
void pq_message_wipe(void);

/* A log whose lines go to stderr. */
void pq_message_log(struct pq_log *log);

#endif
