/*
 * early.h - flat and cum, summed while a profile is read whose samples are
 * not held (samples.h), so that they need not be read again for it.
 *
 * A node is then told by the string id of a function's name, because texts
 * may come last in a file.  Whether that makes the same nodes is seen when
 * the graph is made: two ids of one text, or names that demangling made
 * equal, and the sums are of no use.
 *
 * For: granularity "functions" without object names, no -mean, and no filter.
 * Owner: pq_early_new / pq_early_free; `wanted` is borrowed.
 */
#ifndef PQ_GRAPH_EARLY_H
#define PQ_GRAPH_EARLY_H

#include "graph/graph.h"

struct pq_early;

/* `wanted` is what names the sample type, as for pq_sample_index. */
struct pq_early *pq_early_new(struct pq_text wanted, bool noinlines);
void pq_early_free(struct pq_early *e);

/* What the reader gives samples to. */
struct pq_fold *pq_early_fold(struct pq_early *e);

/*
 * Does what pq_graph_sum does; false: it must be done from the samples.
 */
bool pq_early_sum(const struct pq_early *e, struct pq_graph *g);

#endif
