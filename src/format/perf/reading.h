/*
 * reading.h - what the parts of the perf.data reader share: perf_data.c has
 * the file and its features, events.c the events and their ids, records.c the
 * records, inflate.c the compressed ones, replay.c makes the profile.
 * Nobody else includes this.
 */
#ifndef PQ_FORMAT_PERF_READING_H
#define PQ_FORMAT_PERF_READING_H

#include "base/cursor.h"
#include "base/map.h"
#include "format/perf/spaces.h"
#include "format/text/builder.h"
#include "gzip/stream.h"

/* Types of records; those from 64 on are perf's own, not the kernel's. */
enum {
	PQ_PERF_MMAP = 1,
	PQ_PERF_COMM = 3,
	PQ_PERF_FORK = 7,
	PQ_PERF_SAMPLE = 9,
	PQ_PERF_MMAP2 = 10,
	PQ_PERF_OF_KERNEL = 64, /* below it */
	PQ_PERF_ATTR = 64,
	PQ_PERF_TRACING_DATA = 66,
	PQ_PERF_BUILD_ID = 67,
	PQ_PERF_AUXTRACE = 71,
	PQ_PERF_EVENT_UPDATE = 78,
	PQ_PERF_FEATURE = 80,
	PQ_PERF_COMPRESSED = 81,
	PQ_PERF_COMPRESSED2 = 83,
};

/* Bits of a sample type. */
enum {
	PQ_PERF_IP = 1 << 0,
	PQ_PERF_TID = 1 << 1,
	PQ_PERF_TIME = 1 << 2,
	PQ_PERF_ADDR = 1 << 3,
	PQ_PERF_READ = 1 << 4,
	PQ_PERF_CALLCHAIN = 1 << 5,
	PQ_PERF_ID = 1 << 6,
	PQ_PERF_CPU = 1 << 7,
	PQ_PERF_PERIOD = 1 << 8,
	PQ_PERF_STREAM_ID = 1 << 9,
	PQ_PERF_BRANCH_STACK = 1 << 11,
	PQ_PERF_STACK_USER = 1 << 13,
	PQ_PERF_IDENTIFIER = 1 << 16,
	PQ_PERF_KNOWN = (1 << 25) - 1,
};

/* Bits of misc. */
enum {
	PQ_PERF_MODE = 7,
	PQ_PERF_MODE_KERNEL = 1,
	PQ_PERF_MODE_USER = 2,
	PQ_PERF_MODE_HYPERVISOR = 3,
	PQ_PERF_MODE_GUEST_KERNEL = 4,
	PQ_PERF_MODE_GUEST_USER = 5,
	PQ_PERF_MMAP_DATA = 1 << 13,
	PQ_PERF_FORK_EXEC = 1 << 13,
	PQ_PERF_MMAP_BUILD_ID = 1 << 14,
	PQ_PERF_BUILD_ID_SIZE = 1 << 15,
};

/* A record with its header taken off. */
struct pq_perf_record {
	uint64_t offset; /* the header's; inside a compressed record, that one's */
	uint32_t type;
	uint16_t misc;
	bool inflated; /* was in a compressed record */
	struct pq_cursor body;
};

/* One perf_event_attr, as far as it matters. */
struct pq_perf_event {
	uint32_t type;
	uint64_t config, period, sample_type, read_format;
	bool has_frequency; /* the period is one in truth */
	bool has_trailers;  /* behind records that are no samples */
	uint32_t name;	    /* string; 0: not told */
	uint32_t column;    /* among the sample types; 0: none */
};

struct pq_perf_id {
	uint32_t event;
	uint64_t value; /* as the last sample read it */
};

/* One member's value in a sample that read a group. */
struct pq_perf_member {
	uint64_t id, value;
};

struct pq_perf_sample {
	uint32_t pid, tid;
	uint32_t event, chain;
	uint64_t period;
	uint32_t n_members; /* the last is members[first_member + n - 1] */
	uint32_t first_member;
};

/* A chain of addresses as it was recorded, markers and all. */
struct pq_perf_chain {
	uint64_t first_word;
	uint32_t n_words;
	/* as resolved in the process of the last sample that had it */
	uint32_t stack;
	uint64_t user, kernel; /* contents of their spaces */
};

struct pq_perf_map {
	uint64_t start, limit, offset;
	uint32_t pid;
	uint32_t file, build_id; /* strings */
	uint32_t mapping;	 /* the profile's; PQ_NONE: not used yet */
	uint8_t mode;		 /* PQ_PERF_MODE_... */
};

struct pq_perf_comm {
	uint32_t pid, tid, name;
};

struct pq_perf_fork {
	uint32_t pid, parent_pid, tid, parent_tid;
	bool without_maps; /* perf made it up, and maps of the child's own */
};

/* A time, and an element of the list of its kind. */
struct pq_perf_row {
	uint64_t time;
	uint32_t kind; /* type of the record; MMAP for MMAP2 */
	uint32_t index;
};

struct pq_perf_inflater;

struct pq_perf_reading {
	struct pq_stream *s;
	struct pq_legacy b;
	struct pq_error *err;

	PQ_VEC(struct pq_perf_event) events;
	struct pq_ids id_numbers;
	PQ_VEC(struct pq_perf_id) ids;
	PQ_VEC(uint32_t) build_ids; /* by the string of the file; 0: none */

	PQ_VEC(uint64_t) words; /* all chains' */
	PQ_VEC(struct pq_perf_chain) chains;
	struct pq_map chain_map;

	PQ_VEC(struct pq_perf_row) rows;
	PQ_VEC(struct pq_perf_sample) samples;
	PQ_VEC(struct pq_perf_member) members;
	PQ_VEC(struct pq_perf_map) maps;
	PQ_VEC(struct pq_perf_comm) comms;
	PQ_VEC(struct pq_perf_fork) forks;

	struct pq_perf_inflater *inflater;
	uint64_t n_unknown_ids; /* samples of events that are not there */
	bool has_auxtrace;
	bool has_damaged_feature;
};

/* ---- events.c ---- */

/* Adds the event of an attr; the cursor is over all there is of it. */
bool pq_perf_add_event(struct pq_perf_reading *r, struct pq_cursor attr,
		       uint64_t offset);
/* Gives the event added last the ids that are left in a cursor. */
bool pq_perf_add_ids(struct pq_perf_reading *r, struct pq_cursor ids,
		     uint64_t offset);
/* The event of an id, or NULL. */
struct pq_perf_id *pq_perf_find_id(struct pq_perf_reading *r, uint64_t id);
/* HEADER_ATTR and EVENT_UPDATE. */
bool pq_perf_take_attr(struct pq_perf_reading *r, struct pq_perf_record *rec);
void pq_perf_take_update(struct pq_perf_reading *r, struct pq_cursor body);
/* The feature EVENT_DESC; false when it is damaged. */
bool pq_perf_take_names(struct pq_perf_reading *r, struct pq_cursor c);
/* Sample types, once all names are known. */
void pq_perf_name_events(struct pq_perf_reading *r);
/* Notes of what the events have that is left out. */
void pq_perf_note_events(struct pq_perf_reading *r);

/* ---- records.c ---- */

/* Header and body from bytes; false when it has not all come. */
bool pq_perf_take_record(struct pq_cursor *c, struct pq_perf_record *to);
/* A record of whatever kind. */
bool pq_perf_take(struct pq_perf_reading *r, struct pq_perf_record *rec);
/* A record BUILD_ID, or an element of the feature; false: damaged. */
bool pq_perf_take_build_id(struct pq_perf_reading *r, uint16_t misc,
			   struct pq_cursor c);
/* The features that are of use; others do nothing. */
void pq_perf_take_feature(struct pq_perf_reading *r, uint64_t number,
			  struct pq_cursor c);

/* ---- inflate.c ---- */

/* The records in a compressed record. */
bool pq_perf_take_compressed(struct pq_perf_reading *r,
			     struct pq_perf_record *rec);
void pq_perf_inflater_free(struct pq_perf_inflater *z);

/* ---- replay.c ---- */

/* All rows in order of time, as samples of the profile. */
bool pq_perf_replay(struct pq_perf_reading *r);

#endif
