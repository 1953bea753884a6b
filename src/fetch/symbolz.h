/*
 * symbolz.h - names of addresses from the server that a profile came from.
 *
 * Request: the addresses of a mapping's locations without lines, in hex with a
 *          0x, joined by +.
 * Answer:  a line for each that is known: "0x4012ab main.work", with anything
 *          before it; other lines are passed over.
 * Offsets: a server knows addresses where its own mapping begins; merging may
 *          have moved the profile's.
 * Source:  the reference's remote symbolization.
 */
#ifndef PQ_FETCH_SYMBOLZ_H
#define PQ_FETCH_SYMBOLZ_H

#include "base/buf.h"
#include "profile/profile.h"

/*
 * Appends the request for a mapping, by its position; `start` is where the
 * server has it.  The number of addresses is returned.
 */
size_t pq_symbolz_request(const struct pq_profile *p, uint32_t mapping,
			  uint64_t start, struct pq_buf *to);

/* Gives the mapping's locations the names of an answer. */
void pq_symbolz_apply(struct pq_profile *p, uint32_t mapping, uint64_t start,
		      struct pq_text answer);

#endif
