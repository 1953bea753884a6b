/*
 * lines.h - an input line by line, on top of a stream.
 *
 *     pq_lines_init(&l, stream, err);
 *     while (pq_lines_next(&l)) { use l.line; }
 *     if (err->code != PQ_OK) ...
 *
 * Shape:  a line ends at \n; one \r before it is not part of the line.  The
 *         last line may lack its end: `whole` is false then.  After the last
 *         one the line is empty and `ended` is true.
 * Owner:  a line is a view into the stream's window, valid until the next
 *         call; the struct needs no release.
 * Errors: those of the stream; PQ_EFORMAT for a line longer than `most`.
 * Source: bufio.Scanner, which the reference reads text with, and its limit.
 */
#ifndef PQ_FORMAT_TEXT_LINES_H
#define PQ_FORMAT_TEXT_LINES_H

#include "base/error.h"
#include "base/notes.h"
#include "gzip/stream.h"
#include "base/text.h"

/* Bytes of the longest line, its end not counted. */
#define PQ_LINE_MOST 65535

struct pq_lines {
	struct pq_stream *s;
	struct pq_error *err;
	struct pq_text line;
	uint64_t offset; /* where the line begins in the input */
	size_t most;	 /* PQ_LINE_MOST; 0: lines of any length */
	bool whole, ended;
};

void pq_lines_init(struct pq_lines *l, struct pq_stream *s,
		   struct pq_error *err);
bool pq_lines_next(struct pq_lines *l);

/* Fills the error with the offset of the line at hand; returns false. */
bool pq_lines_fail(const struct pq_lines *l, const char *rule);

/* The same where a second profile begins. */
bool pq_lines_fail_concatenated(const struct pq_lines *l);

/*
 * Says in a note that n lines were passed over because none of them is such a
 * thing (`what`, in the singular); nothing where n is 0.
 */
void pq_lines_note_passed(struct pq_notes *to, uint64_t n, const char *what);

/* The line `line` of text that is all in memory; false after the last. */
bool pq_lines_split(struct pq_text *rest, struct pq_text *line);

#endif
