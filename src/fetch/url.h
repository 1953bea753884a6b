/*
 * url.h - mappings whose file is no file but where a profile came from.
 *
 * Source: the reference, which notes the address of a server as the file of a
 *         mapping and takes it out again: all absolute URLs of mappings
 *         without a build id, be they an address or, say, "memfd:name".
 */
#ifndef PQ_FETCH_URL_H
#define PQ_FETCH_URL_H

#include "profile/profile.h"

/* True for a text that Go's url.Parse reads and finds to have a scheme. */
bool pq_text_is_url(struct pq_text text);

void pq_drop_url_mappings(struct pq_profile *p);

#endif
