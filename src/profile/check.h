/*
 * check.h - the invariants of a profile, after every read.
 *
 * References that lead nowhere are found by the reader, which still has the
 * ids.  This check is for the rest: ids are unique and not 0, and there are
 * sample types when there are samples.  A profile without any mapping gets the
 * fake one.
 *
 * Source: the reference's validity check; messages are its own.
 */
#ifndef PQ_PROFILE_CHECK_H
#define PQ_PROFILE_CHECK_H

#include "base/error.h"
#include "profile/profile.h"

bool pq_profile_check(struct pq_profile *p, struct pq_error *err);

#endif
