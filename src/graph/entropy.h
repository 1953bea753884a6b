/*
 * entropy.h - how much a node tells about the shape of a graph.
 *
 * The score is high for nodes with much weight whose callers and callees
 * share it evenly, for entry points and for leaves; a node that only hands
 * its weight on from one caller to one callee scores low, and is left out of
 * a drawing first.
 *
 * Source: the reference, whose terms are added in hash order; here they are
 *         added in the order of the edges.
 */
#ifndef PQ_GRAPH_ENTROPY_H
#define PQ_GRAPH_ENTROPY_H

#include "graph/graph.h"

/* For a node whose edges are linked (pq_graph_link_edges). */
int64_t pq_node_entropy(const struct pq_graph *g, const struct pq_node *n);

#endif
