/*
 * runtime.h - nodes that are the Go runtime's own work: collecting garbage,
 * scheduling, the calls below an allocation or a map access.  That work varies
 * from run to run more than counting explains.
 *
 * Names tell them: the package runtime, packages below it, and assembly without
 * a package, such as cmpbody and memeqbody.
 */
#ifndef PQ_COMPARE_RUNTIME_H
#define PQ_COMPARE_RUNTIME_H

#include "graph/graph.h"

/* A function of the runtime's, by its name and its file. */
bool pq_is_runtime_name(struct pq_text name, struct pq_text file);

/* Sets is_runtime[] of these nodes to 1; true when there are any. */
bool pq_mark_runtime(const struct pq_graph *g, uint8_t *is_runtime);

#endif
