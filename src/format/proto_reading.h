/*
 * proto_reading.h - what the parts of the profile.proto reader share:
 * proto_read.c has the top level and the tables, proto_sample.c the samples,
 * proto_unpack.c what protobuf-c is given, proto_reread.c the second reading of
 * samples.
 * Nobody else includes this.
 */
#ifndef PQ_FORMAT_PROTO_READING_H
#define PQ_FORMAT_PROTO_READING_H

#include <protobuf-c/protobuf-c.h>

#include "base/arena.h"
#include "base/cursor.h"
#include "base/mem.h"
#include "gzip/stream.h"
#include "profile/ids.h"
#include "profile/profile.h"

/* A location's number as it stands in a record; n is 0 when not met yet. */
struct pq_known_location {
	uint8_t bytes[3], n;
};

/*
 * Ids below this are looked up in `known`, which is one load.  The table is so
 * large that it comes from the system zeroed, and costs only pages in use.
 */
#define PQ_KNOWN_LOCATIONS 0x8000

struct pq_proto_reading {
	struct pq_stream *s;
	struct pq_profile *p;
	struct pq_error *err;
	uint64_t offset;    /* where the message being read begins */
	uint64_t n_nothing; /* fields without a number */
	bool types_again;   /* sample types came after what follows them */
	struct pq_arena arena;
	ProtobufCAllocator allocator;

	struct pq_ids location_ids, function_ids;
	struct pq_known_location *known;   /* by id */
	PQ_VEC(uint64_t) location_mapping; /* the mapping's id, by number */

	/* the largest string index used, checked when all strings are in */
	uint64_t largest_string, largest_string_offset;

	/* scratch of the sample being read */
	PQ_VEC(uint8_t) values, stack, labels; /* as in a record */
	size_t n_values, n_locations;

	/* samples whose value count differs from the first one's */
	bool counts_differ;
	size_t other_count;
	uint64_t first_sample_offset, other_count_offset;

	/* sees samples that are not held; NULL: none, or it has enough */
	struct pq_sample_observer *observer;

	/* for reading the samples again */
	bool rereading;
	struct pq_sample_source source;
	struct pq_cleanup cleanup; /* closes fd */
	int fd;
	struct pq_io_options io;     /* as the first time, but silent */
	uint64_t start;		     /* offset of the profile in its file */
	size_t n_strings, n_samples; /* as they were the first time */
	size_t n_reread;	     /* samples of this walk so far */
	bool has_sample;	     /* one was read: see below */
	struct pq_stream stream;
	struct pq_error own_err;
};

/* Fails with "malformed profile: RULE" at the message being read. */
bool pq_proto_broken(struct pq_proto_reading *r, const char *rule);

/* A string index, to be checked when the whole table is in. */
uint32_t pq_proto_string(struct pq_proto_reading *r, uint64_t index);

/* The number of a location's id, given on sight. */
uint32_t pq_proto_location(struct pq_proto_reading *r, uint64_t id);

/*
 * A message in r->arena, or NULL.  protobuf-c refuses what the reference
 * passes over: fields of number 0, tags and lengths that are longer than they
 * have to be.  What it refuses is tried once more without all that is unknown.
 */
void *pq_proto_unpack(struct pq_proto_reading *r,
		      const ProtobufCMessageDescriptor *d, struct pq_cursor c);

/*
 * Reads one Sample message into the store or, when reading again, no further
 * than into values, stack and labels.
 */
void pq_proto_sample(struct pq_proto_reading *r, struct pq_cursor c);

/* Reads a field of the top level; false at an error. */
bool pq_proto_field(struct pq_proto_reading *r);

/*
 * Makes a finished reading, which must have been allocated, the source of its
 * profile's samples (proto_reread.c).
 */
bool pq_proto_become_source(struct pq_proto_reading *r, struct pq_error *err);

void pq_proto_release(struct pq_proto_reading *r);

#endif
