/*
 * search.h - what all samples that match an expression have in all, on top of
 * the filters: the answer to GET /api/1/search.
 */
#ifndef PQ_WEB_SEARCH_H
#define PQ_WEB_SEARCH_H

#include "session/session.h"

/*
 * Prints {"value":V,"total":T,"functions":N}.  `a` is an answer of a report
 * whose rows are functions; its profile is changed.
 */
bool pq_web_search_put(struct pq_answer *a, struct pq_text expression,
		       struct pq_out *out, struct pq_error *err);

#endif
