/*
 * dot.h - the drawing of a graph, before anybody lays it out.
 *
 * Build:  pq_dot_build makes the rows in the report's arena, all texts as
 *         they will stand in quotes; pq_dot_print writes the dot text.
 *         Pictures are made from the same rows (picture.c).
 * Source: the reference's dot output, whose text a parser reads as the same
 *         graph as this one.
 */
#ifndef PQ_EMIT_DOT_H
#define PQ_EMIT_DOT_H

#include "emit/dot_text.h"
#include "graph/report.h"

/* A tag beside a node, with the edge that leads to it. */
struct pq_dot_box {
	struct pq_text id, from, label, value;
	bool dotted;
};

struct pq_dot_boxes {
	struct pq_dot_box *at;
	size_t n, capacity;
};

struct pq_dot_node {
	struct pq_text label, tooltip;
	unsigned font_size;
	struct pq_dot_color color, fill;
	struct pq_dot_boxes boxes;
};

struct pq_dot_edge {
	unsigned from, to; /* numbers of nodes; 0: not in the drawing */
	struct pq_text value, tooltip;
	unsigned weight, pen_width; /* 1: the default */
	bool has_color, is_inline, residual, long_way;
	struct pq_dot_color color;
};

struct pq_dot {
	struct pq_text title; /* may be empty */
	struct pq_text *legend;
	size_t n_legend, n_nodes, n_edges;
	struct pq_dot_node *nodes;
	struct pq_dot_edge *edges;
};

struct pq_dot *pq_dot_build(const struct pq_report_input *in,
			    const char *ampersand);

/*
 * For layout, graph and legend have names of this program's own: graphviz
 * puts names into svg as they are, and one is no attribute to escape in.
 */
enum pq_dot_use { PQ_DOT_FOR_READERS, PQ_DOT_FOR_LAYOUT };

void pq_dot_print(const struct pq_dot *dot, enum pq_dot_use use,
		  struct pq_out *out);

/* ---- between dot.c and dot_tags.c ---- */

struct pq_dot_builder {
	const struct pq_report_input *in;
	const char *ampersand;
	struct pq_buf text; /* under construction */
	struct pq_buf raw;  /* before it is escaped */
};

/* Ends the text under construction. */
struct pq_text pq_dot_take(struct pq_dot_builder *b);

/* Appends to it. */
void pq_dot_put(struct pq_dot_builder *b, struct pq_text text);
void pq_dot_put_value(struct pq_dot_builder *b, int64_t value);

/* The tags of a node that has this number, at most four of each kind. */
void pq_dot_tag_boxes(struct pq_dot_builder *b, struct pq_dot_boxes *to,
		      uint32_t node, unsigned number);

#endif
