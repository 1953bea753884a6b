/*
 * worker.h - one job, answered: in a process of its own, which may change the
 * profile and gives all of its memory back by ending.
 *
 * Errors: the reply says what kind of wrong it is; what was written by then is
 *         no answer.
 */
#ifndef PQ_WEB_WORKER_H
#define PQ_WEB_WORKER_H

#include "session/session.h"
#include "web/job.h"

struct pq_worker {
	struct pq_session *session;
	const struct pq_options *defaults; /* as the command line has them */
	const struct pq_job *job;
	int fd; /* where the answer goes */
};

/*
 * Answers, and says in *reply how that went; its texts live in `room'.  The
 * rights of the process are what the job's report wants, from here on.
 */
void pq_worker_run(const struct pq_worker *w, struct pq_reply *reply,
		   struct pq_buf *room);

#endif
