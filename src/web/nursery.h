/*
 * nursery.h - the process that forks engines.
 *
 * It is forked first, has never seen a profile or a request, and does nothing
 * else: whatever happens to a front or an engine, the next engine begins with
 * clean memory.
 *
 * Talk:   each message asks for one engine (birth.h).
 * Ending: it ends when the front has closed its socket; engines end by theirs,
 *         and all of them are killed when what made them dies.
 */
#ifndef PQ_WEB_NURSERY_H
#define PQ_WEB_NURSERY_H

#include "base/child.h"
#include "session/inputs.h"
#include "web/birth.h"

struct pq_nursery {
	struct pq_child child;
	int socket;
};

/* Inputs and options are those of the command line, for all engines. */
bool pq_nursery_begin(struct pq_nursery *n, struct pq_inputs *in,
		      const struct pq_options *o, struct pq_error *err);

/* Has an engine made; its socket comes out, not blocking. */
bool pq_nursery_engine(struct pq_nursery *n, const struct pq_birth *b,
		       int *socket);

void pq_nursery_end(struct pq_nursery *n);

#endif
