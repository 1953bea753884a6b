/*
 * prefetch.h - many sources read by a few threads, handed out in their order.
 *
 *     a = pq_prefetch_new(o, sources, n, NULL);
 *     for (i = 0; i < n; i++)
 *             p = pq_prefetch_next(a, NULL, err)	of sources[i]; NULL: err says why
 *     pq_prefetch_free(a);
 *
 * Work:    what else is done with each profile may be done in the thread that
 *          has read it: see pq_prefetch_work.
 * Memory:  at most one profile more than there are threads is there at a time,
 *          beside those that were handed out, which belong to the caller.
 * Threads: as many as the option jobs says (0: processors).  With one, or a
 *          limit of memory, which counts for one thread, sources are read when
 *          they are asked for; the results are the same.
 * Owner:   o and sources must outlive it; it is freed by itself when memory
 *          runs out.
 */
#ifndef PQ_SESSION_PREFETCH_H
#define PQ_SESSION_PREFETCH_H

#include "session/source.h"

struct pq_prefetch;

/*
 * A step after the reading of a source, in any thread and in any order.  What
 * it makes is in memory of pq_alloc; NULL with err filled is a failure, which
 * leaves the profile to who asks for it.
 */
struct pq_prefetch_work {
	void *(*make)(void *ctx, const struct pq_source *source,
		      struct pq_profile *p, struct pq_error *err);
	void *ctx;
};

/* `work` must outlive it, too; NULL: there is no such step. */
struct pq_prefetch *pq_prefetch_new(const struct pq_options *o,
				    const struct pq_source *sources, size_t n,
				    const struct pq_prefetch_work *work);

/* `made` gets what the step has made of the profile; NULL without a step. */
struct pq_profile *pq_prefetch_next(struct pq_prefetch *a, void **made,
				    struct pq_error *err);
void pq_prefetch_free(struct pq_prefetch *a);

#endif
