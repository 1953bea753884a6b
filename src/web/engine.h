/*
 * engine.h - the process that has the profiles: it loads them, then has a
 * worker answer each job.
 *
 * Single-threaded, as a fork wants it.  It says what it does over its socket:
 * progress, then READY or FAILED, then DONE for each job.  It ends when the
 * front has closed the socket.
 *
 * Rights: before the first byte of an input is read it may no longer write,
 *         run programs or make connections; its workers may less (worker.h).
 */
#ifndef PQ_WEB_ENGINE_H
#define PQ_WEB_ENGINE_H

#include "session/session.h"

struct pq_engine_plan {
	struct pq_inputs *inputs;
	const struct pq_options *options;
	int socket;
};

/* Returns the exit status of the process. */
int pq_engine_run(const struct pq_engine_plan *plan);

#endif
