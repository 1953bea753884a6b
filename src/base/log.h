/*
 * log.h - lines for the person who runs the program, without a stream.
 *
 * Below cli nothing writes to stderr: messages go to a sink that the caller
 * made.  Each message is one line; text from files is passed as pq_text and
 * is encoded by whoever prints.
 */
#ifndef PQ_BASE_LOG_H
#define PQ_BASE_LOG_H

#include "base/text.h"

struct pq_log {
	void (*line)(void *ctx, struct pq_text message);
	void *ctx;
	unsigned n_lines;
};

/* A message of this program's own words. */
void pq_log_say(struct pq_log *log, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

void pq_log_text(struct pq_log *log, struct pq_text message);

#endif
