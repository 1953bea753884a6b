/*
 * view.h - one sample type of one profile, as a report sees it: what the
 * values are, their total, how to print them, and which nodes to show.
 *
 * Units:  total is in the sample type's unit.
 * Owner:  pq_view_init borrows profile and options, which must outlive the
 *         view; pq_view_release frees the graph in it.
 * Source: the reference's report options and trimming.
 */
#ifndef PQ_GRAPH_VIEW_H
#define PQ_GRAPH_VIEW_H

#include "base/buf.h"
#include "base/error.h"
#include "base/units.h"
#include "graph/read_sums.h"
#include "graph/graph.h"
#include "graph/order.h"
#include "graph/tags.h"

struct pq_view_options {
	struct pq_graph_shape shape; /* sample_index is chosen by the caller */
	struct pq_text unit;	     /* "minimum", "auto" or a unit */
	double divide_by;
	enum pq_order order;
	int64_t nodecount; /* 0: all */
	double nodefraction, edgefraction;
	bool with_edges; /* the report prints edges */
	bool call_tree;	 /* a node for each distinct path to it */
	/*
	 * The report is a drawing: tags are collected and count as nodes, and
	 * edges that add nothing to the picture are left out.
	 */
	bool visual;
	struct pq_text tag_unit; /* the numeric label "bytes" has it */
	bool finest_unit;
	bool all_types; /* look at the totals of the other types too */
	const struct pq_read_sums *read_sums; /* sums from reading, or NULL */
};

/* Most sample types that are looked at, the chosen one among them. */
#define PQ_VIEW_TYPES 16

struct pq_view_type {
	unsigned column; /* position among the sample types */
	int64_t total;
	int64_t before; /* total of the other side; set by who compares */
};

struct pq_view {
	const struct pq_profile *p;
	struct pq_view_options o;
	struct pq_text type, sample_unit; /* the chosen sample type's */
	struct pq_text output_unit;	  /* resolved by pq_view_graph */
	double ratio;			  /* 1 / divide_by; 0: none */
	int64_t total;
	struct pq_view_type types[PQ_VIEW_TYPES]; /* with all_types */
	unsigned n_types;
	struct pq_graph graph;
	struct pq_tags tags;	/* for visual reports */
	size_t n_dropped_nodes; /* below the node cutoff */
	size_t n_above_cutoff;	/* nodes that were not dropped */
	size_t n_dropped_edges;
};

/* Chooses types and computes the total, before filters change the samples. */
bool pq_view_init(struct pq_view *v, const struct pq_profile *p,
		  const struct pq_view_options *o, struct pq_error *err);
void pq_view_release(struct pq_view *v);

/* Builds, trims and sorts the graph, and resolves the output unit. */
void pq_view_graph(struct pq_view *v);

/*
 * Makes "minimum" one unit for the whole report, whose values lie between
 * these two (0: unknown); pq_view_graph does it for the nodes listed.
 */
void pq_view_choose_unit(struct pq_view *v, int64_t least, int64_t most);

/* A value after -divide_by. */
int64_t pq_view_divided(const struct pq_view *v, int64_t value);

/* A value in the output unit; the unit may be text from the file. */
void pq_view_value(const struct pq_view *v, struct pq_buf *b, int64_t value);

/* The share that is cut off: |trunc(total * fraction)|. */
static inline int64_t pq_view_cutoff(int64_t total, double fraction)
{
	return pq_abs(pq_trunc((double)total * fraction));
}

#endif
