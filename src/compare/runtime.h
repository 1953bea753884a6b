/*
 * runtime.h - which nodes are the Go runtime's own work: collecting garbage,
 * scheduling, and what goes on below an allocation or a map access.  That work
 * varies from run to run more than counting explains.
 *
 * Told by name: the package runtime and those below it, and assembly without a
 * package, such as cmpbody and memeqbody.
 */
#ifndef PQ_COMPARE_RUNTIME_H
#define PQ_COMPARE_RUNTIME_H

#include "graph/graph.h"

/* Sets is_runtime[] of those nodes to 1; whether there are any. */
bool pq_mark_runtime(const struct pq_graph *g, uint8_t *is_runtime);

#endif
