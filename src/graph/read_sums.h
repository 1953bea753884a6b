/*
 * read_sums.h - flat and cum, summed while a profile is read whose samples are
 * not held (samples.h), so that they need not be read again for it.
 *
 * A node is then told by the string id of a function's name, because texts
 * may come last in a file.  Whether that makes the same nodes is seen when
 * the graph is made: two ids of one text, or names that demangling made
 * equal, and the sums are of no use.
 *
 * For: granularity "functions" without object names, no -mean, and no filter.
 * Owner: pq_read_sums_new / pq_read_sums_free; `wanted` is borrowed.
 */
#ifndef PQ_GRAPH_READ_SUMS_H
#define PQ_GRAPH_READ_SUMS_H

#include "graph/graph.h"

struct pq_read_sums;

/* `wanted` is what names the sample type, as for pq_sample_index. */
struct pq_read_sums *pq_read_sums_new(struct pq_text wanted, bool noinlines);
void pq_read_sums_free(struct pq_read_sums *e);

/* The observer that the reader gives samples to. */
struct pq_sample_observer *pq_read_sums_observer(struct pq_read_sums *e);

/*
 * Does what pq_graph_sum does; false: it must be done from the samples.
 */
bool pq_read_sums_get(const struct pq_read_sums *e, struct pq_graph *g);

#endif
