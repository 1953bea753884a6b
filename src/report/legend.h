/*
 * legend.h - the lines that head a report: what the profile is, which filters
 * are active, how much of the total is shown.
 *
 * Owner: the lines and their texts live in the arena given, or in the profile.
 */
#ifndef PQ_REPORT_LEGEND_H
#define PQ_REPORT_LEGEND_H

#include "base/notes.h"
#include "graph/view.h"

/* File, build id, comments, type, doc, time and duration. */
void pq_legend_profile(struct pq_notes *l, const struct pq_view *v);

/*
 * "Showing nodes accounting for ...", and what was dropped.  sum is that of
 * the flat values shown.
 */
void pq_legend_nodes(struct pq_notes *l, const struct pq_view *v);

#endif
