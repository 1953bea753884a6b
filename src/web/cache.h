/*
 * cache.h - answers that are there, and those that are on their way.
 *
 *     e = pq_cache_find(&c, key)		somebody asked for it before
 *     e = pq_cache_add(&c, key)		else: it is pending now
 *     ... bytes go to e->body ...
 *     pq_cache_settle(&c, e)			it is there, for the next one
 *     pq_cache_fail(&c, e)			it is not: who asks again, asks anew
 *     pq_cache_use / pq_cache_leave		who still looks at it
 *
 * Limits: PQ_CACHE_BYTES of bodies and PQ_CACHE_ENTRIES; the answer that was
 *         asked for least recently goes first.  Pending ones and those that
 *         somebody uses stay.
 * Owner:  the cache; an entry is valid while it is used.
 */
#ifndef PQ_WEB_CACHE_H
#define PQ_WEB_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "web/job.h"

#define PQ_CACHE_BYTES ((size_t)12 << 20)
enum { PQ_CACHE_ENTRIES = 1024, PQ_ETAG_CHARS = 18 };

enum pq_cache_state { PQ_CACHE_PENDING, PQ_CACHE_READY, PQ_CACHE_FAILED };

struct pq_cache_entry {
	enum pq_cache_state state;
	struct pq_buf key, body;
	struct pq_buf zipped; /* the body in gzip, once somebody wanted it */
	uint64_t hash;
	unsigned users;
	/* when it failed */
	enum pq_answer_code code;
	struct pq_buf option, message;
	char etag[PQ_ETAG_CHARS + 1]; /* with its quotes; when it is ready */
	struct pq_cache_entry *newer, *older;
	bool is_listed;
};

struct pq_cache {
	struct pq_cache_entry *newest, *oldest;
	size_t bytes, n;
};

struct pq_cache_entry *pq_cache_find(struct pq_cache *c, struct pq_text key);
struct pq_cache_entry *pq_cache_add(struct pq_cache *c, struct pq_text key);
void pq_cache_settle(struct pq_cache *c, struct pq_cache_entry *e);
void pq_cache_fail(struct pq_cache *c, struct pq_cache_entry *e);
void pq_cache_use(struct pq_cache_entry *e);
void pq_cache_leave(struct pq_cache *c, struct pq_cache_entry *e);

/* Forgets answers whose key begins so: their profile is gone. */
void pq_cache_forget(struct pq_cache *c, struct pq_text prefix);
void pq_cache_release(struct pq_cache *c);

/* A hash of the bytes, in quotes: it tells two answers apart. */
void pq_cache_etag(struct pq_text body, char etag[static PQ_ETAG_CHARS + 1]);

#endif
