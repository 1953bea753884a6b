/*
 * order.h - the orders of nodes and edges.
 *
 * Keys are compared by absolute value, larger first; the reference leaves
 * some ties to chance, which are broken here by the remaining keys and in the
 * end by position, so that equal input gives equal output.
 * Source: the reference's sort orders and their chains of tie-breaks.
 */
#ifndef PQ_GRAPH_ORDER_H
#define PQ_GRAPH_ORDER_H

#include "graph/graph.h"

enum pq_order { PQ_BY_FLAT, PQ_BY_CUM, PQ_BY_ENTROPY };

/*
 * Sorts the listed nodes; their labels must be made, and for the order by
 * entropy (that of drawings) the edges linked.
 */
void pq_graph_sort(struct pq_graph *g, enum pq_order order);

/* Order of two edges with labelled ends. */
int pq_edge_compare(const struct pq_graph *g, uint32_t a, uint32_t b);

/* Compares the whole identities of two nodes as the reference prints them. */
int pq_node_compare_info(const struct pq_graph *g, const struct pq_node *a,
			 const struct pq_node *b);

#endif
