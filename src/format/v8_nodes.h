/*
 * v8_nodes.h - the tree of calls in V8's profiles, and the profile made of it.
 *
 *     pq_v8_init(&t, profile, err);
 *     for each node: at = pq_v8_node(&t, callFrame); t.nodes.at[at].parent = ...
 *     ok = pq_v8_finish(&t);
 *     pq_v8_release(&t);
 */
#ifndef PQ_FORMAT_V8_NODES_H
#define PQ_FORMAT_V8_NODES_H

#include "base/intern.h"
#include "format/json.h"
#include "profile/profile.h"

struct pq_v8_node {
	uint32_t parent;   /* position, or PQ_NONE */
	uint32_t function; /* position; its location has the same */
	uint32_t depth;	   /* 0: not known yet */
	int64_t values[2]; /* in the order of the sample types */
};

struct pq_v8 {
	struct pq_profile *p;
	struct pq_error *err;
	struct pq_intern strings;
	struct pq_map functions;
	PQ_VEC(struct pq_v8_node) nodes;
};

void pq_v8_init(struct pq_v8 *t, struct pq_profile *p, struct pq_error *err);
void pq_v8_release(struct pq_v8 *t);

void pq_v8_sample_type(struct pq_v8 *t, const char *type, const char *unit);

/* Adds a node without a parent; false when there is no call frame. */
bool pq_v8_node(struct pq_v8 *t, const cJSON *call_frame);

/* Adds a sample for each node with a value, and the string table. */
bool pq_v8_finish(struct pq_v8 *t);

#endif
