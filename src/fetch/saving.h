/*
 * saving.h - a fetched profile kept in a folder of the user's.
 *
 * Name:   made of [A-Za-z0-9_.-], at most 100 bytes, whatever a profile says.
 * Source: the reference's saving, but mode 0600 and never over a file.
 */
#ifndef PQ_FETCH_SAVING_H
#define PQ_FETCH_SAVING_H

#include "base/buf.h"
#include "base/error.h"

/* Appends a part of a name, with the characters that a name may have. */
void pq_saved_name_part(struct pq_buf *to, struct pq_text part);

/* See pq_fetcher_save; the bytes are all that `from` holds. */
bool pq_save_body(struct pq_text name, int from, uint64_t bytes,
		  struct pq_buf *notes, struct pq_error *err);

#endif
