/*
 * trim.h - which nodes and edges of a view's graph are shown, and in what
 * order: the parts of pq_view_graph.
 *
 * Source: the reference's trimming.  Small nodes go first; then rows are cut
 *         to the first N of the order asked for (trim.c), drawings to those
 *         that tell most (visual.c).
 */
#ifndef PQ_GRAPH_TRIM_H
#define PQ_GRAPH_TRIM_H

#include "graph/view.h"

/* Takes the nodes below the cutoff off the list of a graph that is summed. */
void pq_trim_nodes(struct pq_view *v, int64_t cutoff);

/* Sorts the nodes that are left, cuts to -nodecount and links edges. */
void pq_trim_rows(struct pq_view *v, int64_t edge_cutoff);

/* The same for a drawing, with tags. */
void pq_trim_visual(struct pq_view *v, int64_t node_cutoff,
		    int64_t edge_cutoff);

/*
 * The nodes that edges may run between: the listed ones once some were left
 * out, and otherwise all, the unlisted zero ones too (NULL).
 */
uint8_t *pq_trim_kept(const struct pq_view *v);

/*
 * Removes residual edges between nodes that other edges connect as well, the
 * lightest ones first; stops before an edge that is not residual.
 */
void pq_trim_redundant(struct pq_graph *g);

#endif
