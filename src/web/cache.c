#include "web/cache.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

#include "base/banned.h"

/* FNV-1a: no secret is needed where a wrong hit is told by the bytes. */
static uint64_t hash_text(struct pq_text text)
{
	uint64_t hash = 0xcbf29ce484222325;

	for (size_t i = 0; i < text.len; i++) {
		hash ^= (unsigned char)text.bytes[i];
		hash *= 0x100000001b3;
	}
	return hash;
}

void pq_cache_etag(struct pq_text body, char etag[static PQ_ETAG_CHARS + 1])
{
	snprintf(etag, PQ_ETAG_CHARS + 1, "\"%016" PRIx64 "\"",
		 hash_text(body));
}

/* ---- the list, newest first ---- */

static void unlist_entry(struct pq_cache *c, struct pq_cache_entry *e)
{
	if (!e->is_listed)
		return;
	/* Its neighbours close up, or the ends of the list move. */
	if (e->newer)
		e->newer->older = e->older;
	else
		c->newest = e->older;
	if (e->older)
		e->older->newer = e->newer;
	else
		c->oldest = e->newer;
	e->newer = e->older = NULL;
	e->is_listed = false;
	/* Only answers that are there count for the limit. */
	c->n--;
	c->bytes -= e->state == PQ_CACHE_READY ? e->body.len : 0;
}

static void list_entry(struct pq_cache *c, struct pq_cache_entry *e)
{
	e->older = c->newest;
	if (c->newest)
		c->newest->newer = e;
	else
		c->oldest = e;
	c->newest = e;
	e->is_listed = true;
	c->n++;
	c->bytes += e->state == PQ_CACHE_READY ? e->body.len : 0;
}

static void free_entry(struct pq_cache_entry *e)
{
	pq_buf_release(&e->key);
	pq_buf_release(&e->body);
	pq_buf_release(&e->zipped);
	pq_buf_release(&e->option);
	pq_buf_release(&e->message);
	pq_free(e);
}

static void drop_entry(struct pq_cache *c, struct pq_cache_entry *e)
{
	unlist_entry(c, e);
	if (!e->users && e->state != PQ_CACHE_PENDING)
		free_entry(e);
}

static void keep_limits(struct pq_cache *c)
{
	struct pq_cache_entry *e = c->oldest, *newer;

	for (; e && (c->bytes > PQ_CACHE_BYTES || c->n > PQ_CACHE_ENTRIES);
	     e = newer) {
		newer = e->newer;
		if (e->state != PQ_CACHE_PENDING && !e->users)
			drop_entry(c, e);
	}
}

/* ---- entries ---- */

struct pq_cache_entry *pq_cache_find(struct pq_cache *c, struct pq_text key)
{
	uint64_t hash = hash_text(key);

	for (struct pq_cache_entry *e = c->newest; e; e = e->older) {
		if (e->hash != hash ||
		    !pq_text_equal(pq_buf_view(&e->key), key))
			continue;
		unlist_entry(c, e);
		list_entry(c, e);
		return e;
	}
	return NULL;
}

struct pq_cache_entry *pq_cache_add(struct pq_cache *c, struct pq_text key)
{
	struct pq_cache_entry *e = pq_alloc_zeroed(sizeof(*e));

	pq_buf_text(&e->key, key);
	e->hash = hash_text(key);
	/* Last, when nothing can fail any more. */
	list_entry(c, e);
	return e;
}

void pq_cache_settle(struct pq_cache *c, struct pq_cache_entry *e)
{
	pq_cache_etag(pq_buf_view(&e->body), e->etag);
	e->state = PQ_CACHE_READY;
	if (!e->is_listed) {
		/* The profile that it is about is gone. */
		drop_entry(c, e);
		return;
	}
	c->bytes += e->body.len;
	keep_limits(c);
}

void pq_cache_fail(struct pq_cache *c, struct pq_cache_entry *e)
{
	unlist_entry(c, e);
	e->state = PQ_CACHE_FAILED;
	if (!e->users)
		free_entry(e);
}

void pq_cache_use(struct pq_cache_entry *e)
{
	e->users++;
}

void pq_cache_leave(struct pq_cache *c, struct pq_cache_entry *e)
{
	e->users--;
	if (!e->users && !e->is_listed && e->state != PQ_CACHE_PENDING)
		free_entry(e);
	else
		keep_limits(c);
}

void pq_cache_forget(struct pq_cache *c, struct pq_text prefix)
{
	struct pq_cache_entry *older;

	for (struct pq_cache_entry *e = c->newest; e; e = older) {
		struct pq_text key = pq_buf_view(&e->key);

		older = e->older;
		if (key.len >= prefix.len &&
		    pq_text_equal(pq_text_slice(key, 0, prefix.len), prefix))
			drop_entry(c, e);
	}
}

void pq_cache_release(struct pq_cache *c)
{
	while (c->newest) {
		struct pq_cache_entry *e = c->newest;

		unlist_entry(c, e);
		free_entry(e);
	}
}
