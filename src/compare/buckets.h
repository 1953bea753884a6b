/*
 * buckets.h - the samples of a joined profile by stack and object size.
 *
 * A bucket is the runtime's own unit of counting: one stack of source lines and
 * one object size.  Records that differ only in addresses or other labels share
 * a bucket, as long as the report at hand sees the same nodes in them.
 *
 * Shape:  all counts are arrays of one number a file: samples[f], ...
 * Owner:  pq_buckets_release; the joined profile must outlive them, and its
 *         samples must stay as they are: stacks are read where these have them.
 */
#ifndef PQ_COMPARE_BUCKETS_H
#define PQ_COMPARE_BUCKETS_H

#include "graph/graph.h"
#include "profile/join.h"
#include "profile/sampling.h"

struct pq_bucket {
	int64_t size; /* bytes of one object; 0: not a heap, or unknown */
	const uint8_t *stack; /* its first sample's, for pq_frame_walk */
	int64_t *value;	      /* sums of the value chosen */
	double *samples;      /* number of samples behind each value */
	double *alloc;	      /* heap: samples since the process began */
};

/* Properties of one file, noticed while its samples were counted. */
struct pq_file_check {
	size_t n_values; /* bytes values that are not 0 */
	size_t n_whole;	 /* ... that are a whole number of samples */
	size_t n_pieced; /* ... that the runtime did not write at once */
	bool no_sizes, guessed_sizes, negative;
};

struct pq_buckets {
	struct pq_arena arena;
	PQ_VEC(struct pq_bucket) list;
	struct pq_file_check *files;
};

struct pq_buckets_options {
	const struct pq_sampling *by;
	/* The graph whose nodes tell stacks apart, besides their lines, or NULL. */
	const struct pq_graph *nodes;
	/* Samples that have nothing but alloc_* beside the value: left out. */
	bool only_counted;
};

void pq_buckets_build(struct pq_buckets *b, const struct pq_joined *j,
		      const struct pq_buckets_options *o);
void pq_buckets_release(struct pq_buckets *b);

/* The nodes that a graph has of a packed stack, leaf first. */
struct pq_frame_walk {
	const struct pq_graph *g;
	const uint8_t *at; /* the next location */
	uint64_t n_locations;
	uint32_t frame, end; /* the one's at hand */
};

static inline struct pq_frame_walk pq_frame_walk(const struct pq_graph *g,
						 const uint8_t *stack)
{
	struct pq_frame_walk w = { .g = g };

	w.at = pq_varint_take(stack, &w.n_locations);
	return w;
}

/* The next node, or PQ_NONE behind the last one. */
static inline uint32_t pq_frame_walk_next(struct pq_frame_walk *w)
{
	uint64_t location;

	while (w->frame == w->end) {
		if (!w->n_locations--)
			return w->n_locations = 0, PQ_NONE;
		w->at = pq_varint_take(w->at, &location);
		w->frame = w->g->first_frame[location];
		w->end = w->g->first_frame[location + 1];
	}
	return w->g->frame_nodes.at[w->frame++];
}

#endif
