/*
 * subject.h - which of the loaded profiles a question is about.
 *
 * One profile, or several that were merged, serve every report: those about
 * series get a series of one.  Of two sides, reports of one profile see the
 * new one.  Of a series, or of several kinds, the URL chooses a file (`of=3`),
 * or of a series two, which are then compared (`of=1-3`).
 *
 * Owner:  the session's profiles are changed by this: it is for a process that
 *         answers one question (worker.h).
 * Errors: PQ_EUSAGE for a file that there is not, and for a report that wants
 *         more files than there are.
 */
#ifndef PQ_WEB_SUBJECT_H
#define PQ_WEB_SUBJECT_H

#include "session/session.h"
#include "web/job.h"

struct pq_web_subject {
	struct pq_subject subject;
	struct pq_joined joined; /* where it was made for this question */
	const char *notice;	 /* which one is shown; or NULL */
};

/* Whether two sides are what the question is about. */
bool pq_web_compares(const struct pq_session *s, const struct pq_job *job);

bool pq_web_subject_find(struct pq_web_subject *to, struct pq_session *s,
			 const struct pq_job *job, const struct pq_query *q,
			 struct pq_error *err);

#endif
