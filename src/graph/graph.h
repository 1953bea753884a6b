/*
 * graph.h - call graph of one profile for one sample type.
 *
 * Shape:  a node for each distinct identity (what of a frame the granularity
 *         keeps), found per location before any sample is looked at; then
 *         flat and cum by one walk over the samples, and edges by another
 *         when a report prints them.  nodes[] holds all identities; listed[]
 *         those that the report is about, in its order.
 * Units:  flat, cum and weights are sums of the sample type's values; divide
 *         by the div fields for -mean (pq_mean).
 * Owner:  pq_graph_release frees; texts are views into the graph's arena or
 *         into the profile, which must outlive it.
 * Errors: none but running out of memory (mem.h).
 * Source: the reference's graph building; recursion counts once in cum and
 *         once for each edge, and there are no self edges.
 */
#ifndef PQ_GRAPH_GRAPH_H
#define PQ_GRAPH_GRAPH_H

#include "base/arena.h"
#include "base/intern.h"
#include "profile/profile.h"

enum pq_granularity {
	PQ_FUNCTIONS,
	PQ_FILEFUNCTIONS,
	PQ_FILES,
	PQ_LINES,
	PQ_ADDRESSES,
};

/* The parts of a frame that make a node, and how names are shown. */
struct pq_graph_shape {
	enum pq_granularity granularity;
	bool noinlines, showcolumns;
	bool object_names; /* mapping file and start line take part */
	struct pq_text trim_path, source_path;
	bool keeps_paths; /* nothing is trimmed, not even Bazel's sandbox */
	unsigned sample_index;
	bool mean;
	bool drop_negative;
};

struct pq_edge {
	uint32_t from, to; /* node positions */
	uint32_t stamp;	   /* sample that counted it last */
	bool residual;	   /* nodes between the two were left out */
	bool is_inline;
	int64_t weight, weight_div;
};

struct pq_node {
	/* identity; texts are ids of pq_graph.texts */
	uint32_t name, file, objfile;
	uint64_t address;
	int64_t start_line, line, column;

	int64_t flat, flat_div, cum, cum_div;
	struct pq_text label; /* printable name, once pq_graph_label was run */
	bool listed;	      /* by pq_graph_mark_listed */
	uint32_t parent;      /* in a call tree: position, or PQ_NONE */
	/* edge_order[first_in .. + n_in): incoming, in the report's order */
	uint32_t first_in, n_in, first_out, n_out;
};

struct pq_graph {
	const struct pq_profile *p;
	struct pq_graph_shape shape;
	struct pq_arena arena;
	struct pq_intern texts;
	PQ_VEC(struct pq_node) nodes;
	PQ_VEC(uint32_t) listed;

	/*
	 * Frames of a location, outermost last: frame_nodes[first_frame[l] ..
	 * first_frame[l + 1]).  All but the last of them are inlined.
	 */
	uint32_t *first_frame;
	PQ_VEC(uint32_t) frame_nodes;

	PQ_VEC(uint32_t)
	leaves; /* call tree: leaf of each sample, or PQ_NONE */

	PQ_VEC(struct pq_edge) edges;
	bool is_connected; /* all nodes, by pq_graph_sum_and_connect */
	PQ_VEC(uint32_t) edge_order; /* positions in edges; see pq_node */
};

/* Finds the identities; no values yet. */
void pq_graph_init(struct pq_graph *g, const struct pq_profile *p,
		   const struct pq_graph_shape *shape);
void pq_graph_release(struct pq_graph *g);

/* Sums flat and cum, and lists the nodes that are not all zero. */
void pq_graph_sum(struct pq_graph *g);

/*
 * The same for a call tree: nodes become one for each distinct path from the
 * root, with an edge from each to its children; frame_nodes then no longer
 * names nodes.
 */
void pq_graph_sum_tree(struct pq_graph *g);

/*
 * Cuts the nodes out of a call tree that are marked as listed but no longer
 * are in listed[]: their children move up to the nearest ancestor that stays,
 * or become roots.  Marks again; edges have to be linked again.
 */
void pq_graph_cut_tree(struct pq_graph *g);

/*
 * Makes the edges between the nodes for which kept[] is not 0 (all when
 * NULL).  Where targets is given, only edges into nodes marked there.
 */
void pq_graph_connect(struct pq_graph *g, const uint8_t *kept,
		      const uint8_t *targets);

/*
 * pq_graph_sum, and pq_graph_connect of all nodes, in one walk: where it is
 * known beforehand that all of them will be shown.
 */
void pq_graph_sum_and_connect(struct pq_graph *g);

/* Sets listed in the nodes that are. */
void pq_graph_mark_listed(struct pq_graph *g);

/*
 * Drops edges into listed nodes that are below the cutoff, and links the rest
 * to their nodes, in order.  Edges into nodes that are all zero, and therefore
 * not listed, stay whatever their weight.  Returns how many were dropped.
 */
size_t pq_graph_link_edges(struct pq_graph *g, int64_t cutoff);

/*
 * The same where nothing but pq_node_inlining asks for edges: those into each
 * node, in no order; labels need not be made.
 */
size_t pq_graph_link_incoming(struct pq_graph *g, int64_t cutoff);

/* Makes the printable names of the listed nodes, or of all. */
void pq_graph_label(struct pq_graph *g);
void pq_graph_label_all(struct pq_graph *g);

/*
 * Walks the samples that take part in a graph, with their value and divisor
 * and their stack.
 */
bool pq_graph_next(struct pq_walk *w, const struct pq_graph_shape *shape,
		   int64_t *value, int64_t *div);

/* Lists the nodes that are not all zero and not to be dropped. */
void pq_graph_list(struct pq_graph *g);

static inline int64_t pq_mean(int64_t value, int64_t div)
{
	/* INT64_MIN / -1 would trap */
	return !div	   ? value
	       : div == -1 ? (int64_t)(0 - (uint64_t)value)
			   : value / div;
}

static inline int64_t pq_node_flat(const struct pq_node *n)
{
	return pq_mean(n->flat, n->flat_div);
}

static inline int64_t pq_node_cum(const struct pq_node *n)
{
	return pq_mean(n->cum, n->cum_div);
}

/* How many of the incoming edges are inlined calls. */
enum pq_inlining { PQ_INLINE_NO, PQ_INLINE_SOME, PQ_INLINE_ALL };
enum pq_inlining pq_node_inlining(const struct pq_graph *g,
				  const struct pq_node *n);

#endif
