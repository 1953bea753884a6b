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
#include "base/vec.h"
#include "format/json.h"
#include "profile/profile.h"

struct pq_v8_node {
	uint32_t parent;   /* position, or PQ_NONE */
	uint32_t function; /* position; its location has the same */
	uint32_t depth;	   /* 0: not known yet */
	uint32_t labels;   /* a set of them; 0: none */
	int64_t values[2]; /* in the order of the sample types */
};

/* A call frame; lines and columns count from 0, and -1 is none. */
struct pq_v8_frame {
	struct pq_text name, url;
	int64_t line, column;
};

/* Labels of all samples of a tree: t.labels[first ...]. */
struct pq_v8_labels {
	size_t first, n;
};

struct pq_v8 {
	struct pq_profile *p;
	struct pq_error *err;
	struct pq_intern strings;
	struct pq_map functions;
	PQ_VEC(struct pq_v8_node) nodes;
	PQ_VEC(struct pq_label) labels;
	PQ_VEC(struct pq_v8_labels)
	label_sets; /* a node's number is one more */
};

void pq_v8_init(struct pq_v8 *t, struct pq_profile *p, struct pq_error *err);
void pq_v8_release(struct pq_v8 *t);

void pq_v8_sample_type(struct pq_v8 *t, const char *type, const char *unit);

/* The function of a call frame; its location has the same number. */
uint32_t pq_v8_function(struct pq_v8 *t, const struct pq_v8_frame *frame);

/* The call frame of a node, which is the node itself in older files. */
const cJSON *pq_v8_call_frame(const cJSON *node);

/*
 * Adds a node without a parent; false when there is no call frame.  `first` is
 * the number of a file's first line: 0, and 1 in the older CPU profiles.
 */
bool pq_v8_node(struct pq_v8 *t, const cJSON *call_frame, int64_t first);

/* Adds a sample for each node with a value, and the string table. */
bool pq_v8_finish(struct pq_v8 *t);

#endif
