/*
 * dot.h - the drawing of a graph, before anybody lays it out.
 *
 * Build:  pq_dot_build (dot_rows.c) makes the rows in the report's arena, all
 *         texts as they will stand in quotes; pq_dot_print (dot.c) writes the
 *         dot text.  Pictures are made from the same rows (picture.c).
 * Source: the reference's dot output, whose text a parser reads as the same
 *         graph as this one.
 */
#ifndef PQ_DRAW_DOT_H
#define PQ_DRAW_DOT_H

#include "draw/dot_tags.h"
#include "draw/dot_text.h"
#include "report/report.h"

struct pq_dot_node {
	struct pq_text label, tooltip;
	unsigned font_size;
	struct pq_dot_color color, fill;
	struct pq_dot_class class;
	struct pq_dot_boxes boxes;
	/* as data; of two sides, flat and cum are the new side's */
	struct pq_text name;
	int64_t flat, cum, flat_before, cum_before;
	const char *verdict; /* diff's; "" where there is one side */
};

struct pq_dot_edge {
	unsigned from, to; /* numbers of nodes; 0: not in the drawing */
	struct pq_text value, tooltip;
	unsigned weight, pen_width; /* 1: the default */
	bool has_color, is_inline, residual, long_way;
	struct pq_dot_color color;
	struct pq_dot_class class;
	int64_t amount; /* the number in value */
};

struct pq_dot {
	struct pq_text title;	/* may be empty */
	struct pq_text picture; /* laid out; empty before that */
	struct pq_text *legend;
	size_t n_legend, n_nodes, n_edges;
	size_t n_boxes, n_boxes_drawn; /* of all nodes */
	struct pq_dot_node *nodes;
	struct pq_dot_edge *edges;
};

/* What is printed is for the use that it was built for. */
struct pq_dot *pq_dot_build(const struct pq_report_input *in,
			    enum pq_dot_use use);

void pq_dot_print(const struct pq_dot *dot, enum pq_dot_use use,
		  struct pq_out *out);

#endif
