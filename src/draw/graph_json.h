/*
 * graph_json.h - a drawing as data: nodes, the edges between them, and tags.
 *
 * Nodes are in the order of the drawing; edges and tags name them by their
 * position, from 0.  `rows` is a struct pq_dot (dot.h), whether it was laid
 * out or not.
 */
#ifndef PQ_DRAW_GRAPH_JSON_H
#define PQ_DRAW_GRAPH_JSON_H

#include "report/rows.h"

extern const struct pq_column pq_graph_node_columns[];
extern const struct pq_column pq_graph_edge_columns[];
extern const struct pq_column pq_graph_tag_columns[];

void pq_graph_put_nodes(const void *rows, struct pq_rows *w);
void pq_graph_put_edges(const void *rows, struct pq_rows *w);
void pq_graph_put_tags(const void *rows, struct pq_rows *w);

/* For the sections of a report whose rows these are. */
#define PQ_GRAPH_SECTIONS                                                    \
	{                                                                    \
		{ "nodes", "nodes of the drawing", pq_graph_node_columns,    \
		  pq_graph_put_nodes },                                      \
			{ "edges", "edges between them, heavier ones first", \
			  pq_graph_edge_columns, pq_graph_put_edges },       \
			{ "tags", "labels of samples, node by node",         \
			  pq_graph_tag_columns, pq_graph_put_tags },         \
	}

#endif
