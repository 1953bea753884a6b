/*
 * legend.h - the lines that head a report: what the profile is, which filters
 * are active, how much of the total is shown.
 *
 * Owner: the lines and their texts live in the arena given, or in the profile.
 */
#ifndef PQ_GRAPH_LEGEND_H
#define PQ_GRAPH_LEGEND_H

#include "graph/view.h"

struct pq_legend {
	struct pq_text *lines;
	size_t n, capacity;
	struct pq_arena *arena;
};

void pq_legend_init(struct pq_legend *l, struct pq_arena *arena);

/* Appends one line with a copy of the text. */
void pq_legend_add(struct pq_legend *l, struct pq_text line);

/* File, build id, comments, type, doc, time and duration. */
void pq_legend_profile(struct pq_legend *l, const struct pq_view *v);

/*
 * "Showing nodes accounting for ...", and what was dropped.  sum is that of
 * the flat values shown.
 */
void pq_legend_nodes(struct pq_legend *l, const struct pq_view *v);

#endif
