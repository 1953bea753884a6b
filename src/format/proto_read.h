/*
 * proto_read.h - profile.proto from a stream.
 *
 * The top level is split by hand; samples and their labels, the one hot loop,
 * go by the bounds-checked cursor straight into packed records; every other
 * message goes through protobuf-c with an arena that is reset each time.
 *
 * Errors: PQ_EFORMAT with the offset, in the inflated bytes, of the message
 *         that breaks a rule.
 * Source: profile.proto and the reference's decoder: fields in any order,
 *         packed or not, unknown fields passed over, the last of a repeated
 *         singular field wins, two times that are set mean two profiles glued
 *         together.
 */
#ifndef PQ_FORMAT_PROTO_READ_H
#define PQ_FORMAT_PROTO_READ_H

#include "format/reader.h"

int pq_proto_probe(const uint8_t *head, size_t n);
bool pq_proto_read(struct pq_stream *s, struct pq_profile *p,
		   struct pq_error *err);

#endif
