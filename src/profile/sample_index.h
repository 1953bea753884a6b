/*
 * sample_index.h - which value of each sample a report is about.
 *
 * Empty text: the default sample type if it names a type, else the last.
 * A number is a position; anything else a type's name, with or without a
 * leading "inuse_".
 * Errors: PQ_EFORMAT, since the profile lacks the type; the message names the
 *         types there are and the nearest one.
 */
#ifndef PQ_PROFILE_SAMPLE_INDEX_H
#define PQ_PROFILE_SAMPLE_INDEX_H

#include "base/error.h"
#include "profile/profile.h"

bool pq_sample_index(const struct pq_profile *p, struct pq_text wanted,
		     unsigned *index, struct pq_error *err);

#endif
