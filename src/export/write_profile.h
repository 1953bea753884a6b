/*
 * write_profile.h - a profile to an output as gzipped profile.proto.
 */
#ifndef PQ_EXPORT_WRITE_PROFILE_H
#define PQ_EXPORT_WRITE_PROFILE_H

#include "base/out.h"
#include "gzip/io_options.h"
#include "profile/profile.h"

/* `io` says how it is compressed; NULL: by this thread alone. */
void pq_write_profile(const struct pq_profile *p,
		      const struct pq_io_options *io, struct pq_out *out);

#endif
