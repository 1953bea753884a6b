/*
 * tags.h - what the labels of samples say about the nodes of a graph.
 *
 * Shape:  all[] holds the tags node by node: those of node n are
 *         all[first[n] .. first[n + 1]).  A sample's string labels together
 *         make one tag of every wanted node on its stack (and one group);
 *         each value of its numeric label "bytes" makes another, inside that
 *         group.  Equal names in one group of one node are one tag.
 * Units:  flat and cum as in pq_node; value is in pq_tags.unit.
 * Owner:  pq_tags_release frees; texts are views into the tags' arena or into
 *         the profile.
 * Source: the reference, which shows no other numeric label than "bytes" in
 *         its graphs, and never the mark of a diff base.
 */
#ifndef PQ_GRAPH_TAGS_H
#define PQ_GRAPH_TAGS_H

#include "graph/graph.h"

struct pq_tag {
	uint32_t node;
	uint32_t group; /* text: the string labels, joined; 0: there are none */
	uint32_t name;	/* text: the same, or the number with its unit */
	bool is_numeric;
	int64_t value; /* a numeric tag's: the first one with this name */
	int64_t flat, flat_div, cum, cum_div;
};

/* The labels of a group: pieces[first .. first + n), sorted. */
struct pq_tag_pieces {
	uint32_t first, n;
};

struct pq_tags {
	struct pq_arena arena;
	struct pq_intern texts;
	struct pq_text unit; /* numeric tags' */
	PQ_VEC(struct pq_tag) all;
	uint32_t *first; /* by position of a node; NULL: there is no tag */
	PQ_VEC(struct pq_text) pieces;	     /* "key:value" */
	PQ_VEC(struct pq_tag_pieces) groups; /* by text */
};

/*
 * Collects the tags of the nodes of a summed graph for which wanted[] is not
 * 0; numbers are in `unit' and printed in `output_unit'.
 */
void pq_tags_find(struct pq_tags *t, const struct pq_graph *g,
		  const uint8_t *wanted, struct pq_text unit,
		  struct pq_text output_unit);
void pq_tags_release(struct pq_tags *t);

/* Drops the tags that are below the cutoff in both flat and cum. */
void pq_tags_drop_low(struct pq_tags *t, size_t n_nodes, int64_t cutoff);

/* The tags of a node. */
static inline const struct pq_tag *pq_node_tags(const struct pq_tags *t,
						uint32_t node, size_t *n)
{
	*n = 0;
	if (!t->first || !t->all.n)
		return NULL;
	*n = t->first[node + 1] - t->first[node];
	return t->all.at + t->first[node];
}

/*
 * The order of two tags with their names, larger first: by flat only, or by
 * cum before it.  The reference has no order between +w and -w; here the
 * positive one is first.
 */
int pq_tag_compare(const struct pq_tag *a, struct pq_text a_name,
		   const struct pq_tag *b, struct pq_text b_name, bool by_flat);

#endif
