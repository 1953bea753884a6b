/*
 * compatible.h - whether two profiles can be added up, and making them so.
 *
 * Source: the reference's rules for sample types and units of several files.
 */
#ifndef PQ_PROFILE_COMPATIBLE_H
#define PQ_PROFILE_COMPATIBLE_H

#include "base/error.h"
#include "profile/profile.h"

/* True when period and sample types are equal, text by text. */
bool pq_compatible(const struct pq_profile *a, const struct pq_profile *b,
		   struct pq_error *err);

/*
 * Reduces all profiles to the sample types that each of them has.  Without any
 * it fails, and leaves the profiles as they are.
 */
bool pq_common_types(struct pq_profile **list, size_t n, struct pq_error *err);

/*
 * Fails with PQ_EUSAGE: which types two files have of which none is in both,
 * and what cannot be done, as in "there is nothing to compare".
 */
bool pq_fail_no_common_type(const struct pq_profile *a, const char *a_name,
			    const struct pq_profile *b, const char *b_name,
			    const char *consequence, struct pq_error *err);

/* Brings period and values to the finest unit found in any of them. */
bool pq_common_units(struct pq_profile **list, size_t n, struct pq_error *err);

/* Scales p so that the sums of its columns become those of base. */
bool pq_normalize(struct pq_profile *p, const struct pq_profile *base,
		  struct pq_error *err);

#endif
