/*
 * dot_diff.h - what is different in the drawing of a difference.
 *
 * Shape:  the graph is that of both sides: a sample counts with the larger of
 *         its two values, so that what vanished and what stayed the same is
 *         in the drawing.
 * Colors: of nodes by the change that diff (with -cum: of cumulative values)
 *         reports for them, gray where it is within noise; of edges by the
 *         change of what went along them.
 * Owner:  everything lives in the report's arena.
 */
#ifndef PQ_DRAW_DOT_DIFF_H
#define PQ_DRAW_DOT_DIFF_H

#include "draw/dot_builder.h"

struct pq_dot_diff;
struct pq_dot_node;

/*
 * Compares, and makes the view's graph that of both sides.  The total of the
 * view, which colors and widths are shares of, is the larger one.
 */
struct pq_dot_diff *pq_dot_diff_build(const struct pq_report_input *in);

/* Change that gives a node its color and size; 0 where it is within noise. */
int64_t pq_dot_diff_node(const struct pq_dot_diff *d, uint32_t node);
int64_t pq_dot_diff_cum(const struct pq_dot_diff *d, uint32_t node);
int64_t pq_dot_diff_edge(const struct pq_dot_diff *d, const struct pq_edge *e);

/* Sets what of a node is data. */
void pq_dot_diff_values(const struct pq_dot_diff *d, uint32_t node,
			struct pq_dot_node *to);

/* Append to the text under construction. */
void pq_dot_diff_label(struct pq_dot_builder *b, const struct pq_dot_diff *d,
		       uint32_t node);
void pq_dot_diff_signed(struct pq_dot_builder *b, int64_t value);

/* The lines above the drawing. */
void pq_dot_diff_legend(const struct pq_dot_diff *d, struct pq_notes *l);

void *pq_dot_diff_before(const struct pq_report_input *in,
			 struct pq_error *err);

#endif
