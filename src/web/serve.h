/*
 * serve.h - `profq -http=HOST:PORT FILE...': profiles in a browser.
 *
 * Who:    web.md section 2 says which process does what; front.h, nursery.h,
 *         engine.h and worker.h are the four.
 * Starts: the files must be there and readable; then the address is taken,
 *         one line with the URL goes to the log, and loading begins.
 * Ends:   by a signal: true.  When the profiles cannot be loaded: false with
 *         PQ_OK three seconds later, for it was said already.
 * Source: the reference's -http; the guards are our own.
 */
#ifndef PQ_WEB_SERVE_H
#define PQ_WEB_SERVE_H

#include "session/session.h"

bool pq_web_serve(struct pq_inputs *in, const struct pq_query *q,
		  struct pq_log *log, struct pq_error *err);

#endif
