/*
 * input.h - lines of standard input, where no editor is wanted or there is none.
 *
 *     pq_typed_init(&l);
 *     while (pq_typed_next(&l, &line) != PQ_READ_END) ...
 *     pq_typed_release(&l);
 *
 * A line is at most PQ_LINE_BYTES long: standard input may never end.
 */
#ifndef PQ_SHELL_INPUT_H
#define PQ_SHELL_INPUT_H

#include "base/buf.h"

enum { PQ_LINE_BYTES = 65535 };

enum pq_read {
	PQ_READ_LINE,
	PQ_READ_END,
	PQ_READ_TOO_LONG, /* the line was passed over */
	PQ_READ_NUL,	  /* it has a NUL, and was passed over */
	PQ_READ_SIGNAL,	  /* nothing was typed: signals.h knows more */
	PQ_READ_DROPPED,  /* by Ctrl-C, what was typed */
};

struct pq_typed {
	char *piece; /* read, and not taken yet: piece[at .. n) */
	size_t at, n;
};

void pq_typed_init(struct pq_typed *l);
void pq_typed_release(struct pq_typed *l);

/* The line without its newline, in `line', which is cleared first. */
enum pq_read pq_typed_next(struct pq_typed *l, struct pq_buf *line);

#endif
