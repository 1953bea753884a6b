/*
 * label_units.h - the unit each numeric label key is shown in.
 *
 * A key has one unit in the whole profile: the first that is not empty, walking
 * samples and values in order.  A key that never has one: "bytes" for
 * "alignment" and "request", else the key itself.
 * Source: the reference's rule for units of numeric tags.
 */
#ifndef PQ_PROFILE_LABEL_UNITS_H
#define PQ_PROFILE_LABEL_UNITS_H

#include "base/intern.h"
#include "base/log.h"
#include "profile/profile.h"

struct pq_label_key {
	struct pq_text key, unit;
	PQ_VEC(struct pq_text) others; /* units met besides, sorted */
};

struct pq_label_units {
	struct pq_intern ids; /* a key's id is its position in keys */
	PQ_VEC(struct pq_label_key) keys; /* in order of first use; "" first */
};

/* Finds the units of all keys; texts are views into the profile. */
void pq_label_units_find(struct pq_label_units *u, const struct pq_profile *p);
void pq_label_units_release(struct pq_label_units *u);

/* The unit of a key; the key itself when no sample has it. */
struct pq_text pq_label_unit(const struct pq_label_units *u,
			     struct pq_text key);

/* One line for each key with several units, keys sorted. */
void pq_label_units_report(const struct pq_label_units *u, struct pq_log *log);

#endif
