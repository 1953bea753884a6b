/*
 * otlp.h - profiles of OpenTelemetry: the messages that collectors store, as
 * protobuf, as JSON, or as lines of JSON each of which is a message.
 *
 * Values: the sample types of all profiles of the file, in the order in which
 *         they appear.  Several values of one type are added up; a sample
 *         without values counts its timestamps.
 * Labels: attributes of samples, numbers with their units; trace_id and
 *         span_id in hexadecimal; service.name, where the file has several.
 * Frames: as in profile.proto; equal ones of several lines are one.
 * Layout: four are in files, which gave the same field numbers to different
 *         fields.  The wire types tell which one a file has; 1.6 and older
 *         are refused.
 * Errors: PQ_EFORMAT: an index that is in no table, what cannot be decoded.
 * Source: opentelemetry.proto.profiles.v1development, 1.7 to 1.11; the fields
 *         that are read are in proto/otlp.proto.
 */
#ifndef PQ_FORMAT_OTLP_OTLP_H
#define PQ_FORMAT_OTLP_OTLP_H

#include "format/reader.h"

int pq_otlp_proto_probe(const uint8_t *head, size_t n);
bool pq_otlp_proto_read(struct pq_stream *s, struct pq_profile *p,
			struct pq_error *err);

int pq_otlp_json_probe(const uint8_t *head, size_t n);
bool pq_otlp_json_read(struct pq_stream *s, struct pq_profile *p,
		       struct pq_error *err);

#endif
