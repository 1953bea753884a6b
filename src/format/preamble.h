/*
 * preamble.h - bytes that tools and servers put in front of a profile.
 *
 * Passed:  a byte order mark; UTF-16, which becomes UTF-8; the header of an
 *          HTTP answer (curl -i), behind which the profile may be gzipped;
 *          lines of text in front of the first that a reader knows.
 * Told:    all but the mark, in one note of the profile each.
 * Cost:    UTF-16 is held as a whole; lines are passed as they come.
 * Errors:  PQ_EFORMAT when the answer of the server says that it has none,
 *          or when UTF-16 is not valid; those of the stream.
 */
#ifndef PQ_FORMAT_PREAMBLE_H
#define PQ_FORMAT_PREAMBLE_H

#include "format/reader.h"

/* Passes the mark and the header, before any probe looks. */
bool pq_preamble_pass(struct pq_stream *s, struct pq_profile *p,
		      struct pq_error *err);

/*
 * Whether the first bytes are text: printable, with blanks and ends of lines.
 * No profile.proto is.
 */
bool pq_head_is_text(const uint8_t *head, size_t n);

/*
 * Passes lines up to the first that `knows` says a reader knows, and returns
 * what it returned; NULL at the end of the input, or with err filled.
 */
const struct pq_reader *
pq_preamble_search(struct pq_stream *s, struct pq_profile *p,
		   const struct pq_reader *(*knows)(const struct pq_stream *s),
		   struct pq_error *err);

#endif
