/*
 * flame.h - the boxes of a flame graph for a page: a budget of boxes, and the
 * tree below any of them.
 *
 * A question of its own, beside the report `flame': what a page shows has one
 * sample type and is never a file.
 */
#ifndef PQ_WEB_FLAME_H
#define PQ_WEB_FLAME_H

#include "session/session.h"
#include "web/job.h"

enum { PQ_FLAME_BOXES = 4000, PQ_FLAME_MOST_BOXES = 50000 };

/* The report to ask in place of `flame': it leaves all to what follows. */
extern const struct pq_report pq_web_flame_report;

/*
 * Prints the JSON of web.md 5.1 for an answer of that report.  False when
 * there is no box of that id.
 */
bool pq_web_flame_put(struct pq_answer *a, const struct pq_job *job,
		      struct pq_out *out);

#endif
