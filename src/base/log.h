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
	/* what stands before a report on the report's stream; NULL: as line */
	void (*aside)(void *ctx, struct pq_text message);
	void *ctx;
	unsigned n_lines;
};

/* A message of this program's own words. */
void pq_log_say(struct pq_log *log, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

void pq_log_text(struct pq_log *log, struct pq_text message);

/*
 * What a report had to pass over: whoever reads its text is to read this, too,
 * where the text is all that is kept.
 */
void pq_log_aside(struct pq_log *log, struct pq_text message);

#endif
