/*
 * outside.h - a child from before the rights were dropped (sandbox.h), for one
 * thing that needs them when the report is done.
 *
 *     pq_outside_begin(&o, fn, arg, err)	the child waits
 *     pq_outside_go(&o, err)		it calls fn(arg); waits for the end
 *     pq_outside_forget(&o)		or it ends without
 *
 * The child learns nothing but that it may begin: what it does was settled
 * before any input was read.  fn gets memory that was allocated before; what
 * it changes is lost, but for err.
 *
 * Errors: PQ_EIO, or fn's.
 */
#ifndef PQ_HOST_OUTSIDE_H
#define PQ_HOST_OUTSIDE_H

#include <sys/types.h>

#include "base/error.h"
#include "base/mem.h"

struct pq_outside {
	pid_t child; /* 0: there is none */
	int word;    /* to the child: one byte, whether it shall do it */
	int answer;  /* from the child: a struct pq_error */
	struct pq_cleanup cleanup;
};

bool pq_outside_begin(struct pq_outside *o,
		      bool (*fn)(const char *arg, struct pq_error *err),
		      const char *arg, struct pq_error *err);
bool pq_outside_go(struct pq_outside *o, struct pq_error *err);
/* Nothing when it did not begin, or is over. */
void pq_outside_forget(struct pq_outside *o);

#endif
