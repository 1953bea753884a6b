/*
 * report.h - what every report is made of.
 *
 * A report is one file and one const object of this type: a build step that
 * turns the view into rows, in the arena given, and a text step that prints
 * them.  No number is computed while printing, so that every front end shows
 * the same result.
 *
 * The other fields say how the command line's settings apply to the report;
 * they are the reference's per-command overrides.
 */
#ifndef PQ_REPORT_REPORT_H
#define PQ_REPORT_REPORT_H

#include "base/out.h"
#include "graph/legend.h"
#include "graph/view.h"

/* What a report gets: everything is borrowed for the time of the run. */
struct pq_report_input {
	struct pq_view *view;
	const struct pq_legend *filters; /* "Active filters:" lines */
	bool compact_labels;		 /* leave out the profile's header */
	struct pq_arena *arena;
	struct pq_text argument; /* regular expression of list, peek, ... */
};

enum pq_report_granularity {
	PQ_GRANULARITY_AS_SET,
	PQ_GRANULARITY_LINES,
	PQ_GRANULARITY_ADDRESSES,
};

struct pq_report {
	bool never_trims;	 /* all nodes, whatever -trim says */
	bool with_edges;	 /* prints callers and callees */
	bool object_names;	 /* mapping files take part in node identity */
	int default_nodecount;	 /* when -nodecount is not given; 0: all */
	enum pq_report_granularity granularity;

	/* Rows, in in->arena; NULL with err filled on failure. */
	void *(*build)(const struct pq_report_input *in, struct pq_error *err);
	void (*text)(const void *rows, struct pq_out *out);
};

#endif
