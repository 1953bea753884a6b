/*
 * message.h - one message of OpenTelemetry profiles, as either reader has it,
 * and the profile that messages become.
 *
 *     pq_otlp_init(&o, profile, err);
 *     for each message: fill o.m, pq_otlp_add(&o)
 *     ok = pq_otlp_finish(&o);
 *     pq_otlp_release(&o);
 *
 * Shape: tables as they are in the message, with the positions that they use;
 *        lists are parts of one array for all.  Nothing is checked before
 *        pq_otlp_add, because a table may come behind what refers to it.
 */
#ifndef PQ_FORMAT_OTLP_MESSAGE_H
#define PQ_FORMAT_OTLP_MESSAGE_H

#include "base/error.h"
#include "format/text/builder.h"

/* Elements of a list: m.indices[first], or m.values. */
struct pq_otlp_part {
	uint32_t first, n;
};

struct pq_otlp_mapping {
	uint64_t start, limit, offset;
	int64_t file;
	struct pq_otlp_part attributes;
};

struct pq_otlp_function {
	int64_t name, system_name, file, start_line;
};

struct pq_otlp_line {
	int64_t function, line, column;
};

struct pq_otlp_location {
	int64_t mapping;
	uint64_t address;
	struct pq_otlp_part lines; /* in m.lines */
};

/* Kinds of an attribute's value; lists and maps are nothing. */
enum pq_otlp_kind {
	PQ_OTLP_NOTHING,
	PQ_OTLP_TEXT,
	PQ_OTLP_TEXT_AT, /* text is a position in the strings */
	PQ_OTLP_NUMBER
};

struct pq_otlp_attribute {
	enum pq_otlp_kind kind;
	uint32_t key;	/* string of the builder; 0: by key_at */
	int64_t key_at; /* position in the strings */
	int64_t unit;	/* the same */
	int64_t number; /* or position of the text */
	uint32_t text;	/* string of the builder */
};

/* The unit of all attributes of a key; in 1.7 only. */
struct pq_otlp_unit {
	int64_t key, unit;
};

struct pq_otlp_link {
	uint8_t trace[16], span[8];
	bool has_trace, has_span;
};

struct pq_otlp_sample {
	int64_t stack;	       /* or, in 1.7: */
	int64_t start, length; /* a part of the profile's location_indices */
	struct pq_otlp_part values, attributes;
	int64_t link;
	uint32_t n_times;
};

struct pq_otlp_type {
	int64_t type, unit;
};

struct pq_otlp_profile {
	struct pq_otlp_part types;   /* in m.types */
	struct pq_otlp_part samples; /* in m.samples */
	struct pq_otlp_part location_indices;
	struct pq_otlp_type period_type;
	int64_t period, time, duration;
	uint32_t service; /* string of the builder; 0: none */
	bool has_location_indices;
};

struct pq_otlp_message {
	PQ_VEC(uint32_t) strings; /* the builder's ids, by position */
	PQ_VEC(struct pq_otlp_mapping) mappings;
	PQ_VEC(struct pq_otlp_location) locations;
	PQ_VEC(struct pq_otlp_line) lines;
	PQ_VEC(struct pq_otlp_function) functions;
	PQ_VEC(struct pq_otlp_link) links;
	PQ_VEC(struct pq_otlp_attribute) attributes;
	PQ_VEC(struct pq_otlp_unit) units;
	PQ_VEC(struct pq_otlp_part) stacks;
	PQ_VEC(int64_t) indices; /* all lists of positions */
	PQ_VEC(int64_t) values;
	PQ_VEC(struct pq_otlp_type) types;
	PQ_VEC(struct pq_otlp_sample) samples;
	PQ_VEC(struct pq_otlp_profile) profiles;
	bool has_dictionary;
};

struct pq_otlp {
	struct pq_legacy b;
	struct pq_error *err;
	struct pq_otlp_message m;
	struct pq_map functions, mappings, places;
	PQ_VEC(uint32_t) location_of; /* by position, one more; 0: not met */
	PQ_VEC(uint32_t) mapping_of;  /* the same */
	PQ_VEC(int64_t) values;	      /* the sample's under way */
	PQ_VEC(uint32_t) columns;     /* the profile's types' */
	uint32_t service;	      /* the first resource's */
	bool has_services, has_profile;
	uint32_t service_key;
};

void pq_otlp_init(struct pq_otlp *o, struct pq_profile *p,
		  struct pq_error *err);
void pq_otlp_release(struct pq_otlp *o);

/* Makes samples of the message, and forgets it. */
bool pq_otlp_add(struct pq_otlp *o);

bool pq_otlp_finish(struct pq_otlp *o);

#endif
