/*
 * write_profile.h - a profile to an output as gzipped profile.proto.
 */
#ifndef PQ_EXPORT_WRITE_PROFILE_H
#define PQ_EXPORT_WRITE_PROFILE_H

#include "base/out.h"
#include "profile/profile.h"

void pq_write_profile(const struct pq_profile *p, struct pq_out *out);

#endif
