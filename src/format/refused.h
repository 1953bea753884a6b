/*
 * refused.h - files that are often handed over by mistake: recognized, so
 * that the message can say what they are and what to do.
 */
#ifndef PQ_FORMAT_REFUSED_H
#define PQ_FORMAT_REFUSED_H

#include "format/reader.h"

int pq_refused_probe(const uint8_t *head, size_t n);
bool pq_refused_read(struct pq_stream *s, struct pq_profile *p,
		     struct pq_error *err);

/*
 * Fills err for text of no known kind, with its beginning quoted: where a
 * server's answer was saved, that is the reason.  Nothing is passed.
 */
void pq_refused_text(const struct pq_stream *s, struct pq_error *err);

#endif
