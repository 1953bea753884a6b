/*
 * stranger.h - files that are often handed over by mistake: recognized, so
 * that the message can say what they are and what to do.
 */
#ifndef PQ_PROFILE_STRANGER_H
#define PQ_PROFILE_STRANGER_H

#include "profile/reader.h"

int pq_stranger_probe(const uint8_t *head, size_t n);
bool pq_stranger_read(struct pq_stream *s, struct pq_profile *p,
		      struct pq_error *err);

#endif
