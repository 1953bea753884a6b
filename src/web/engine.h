/*
 * engine.h - the process that has the profiles: it loads them, then has a
 * worker answer each job.
 *
 * Single-threaded, as a fork wants it.  It says what it does over its socket:
 * the seconds of fetching, FETCHED, progress, then READY or FAILED, then DONE
 * for each job.  It ends when the front has closed the socket.
 *
 * Kinds:  files that do not add up because they are of different kinds are
 *         loaded side by side.
 *
 * Rights: before the first byte of an input is read it may no longer write,
 *         run programs or make connections; its workers may less (worker.h).
 */
#ifndef PQ_WEB_ENGINE_H
#define PQ_WEB_ENGINE_H

#include "session/session.h"
#include "web/birth.h"

struct pq_engine_plan {
	struct pq_inputs *inputs;
	const struct pq_birth *birth; /* has what was fetched before */
	const struct pq_options *options;
	int socket;
};

/* Returns the exit status of the process. */
int pq_engine_run(const struct pq_engine_plan *plan);

#endif
