/*
 * proto_write.h - a profile as profile.proto bytes.
 *
 * One message is made at a time and handed on, so that writing needs no more
 * memory than the string table.  Samples are written by hand, everything else
 * by protobuf-c.
 * Order:  sample types, samples, mappings, locations and functions in the
 *         order of the file, strings, then the header.  Strings are numbered
 *         on first use; scalars that are 0 are left out, but for
 *         default_sample_type.
 * Source: the reference's encoder; reading back gives the same profile.
 */
#ifndef PQ_FORMAT_PROTO_WRITE_H
#define PQ_FORMAT_PROTO_WRITE_H

#include "profile/profile.h"

/* The receiver of the bytes. */
struct pq_byte_sink {
	void (*write)(void *ctx, const void *bytes, size_t n);
	void *ctx;
};

void pq_proto_write(const struct pq_profile *p,
		    const struct pq_byte_sink *sink);

#endif
