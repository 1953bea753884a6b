#include <string.h>

#include "gzip/gzip_member.h"
#include "gzip/inflate.h"
#include "gzip/inflate_backend.h"
#include "base/mem.h"

#include "base/banned.h"

/*
 * How much larger the last bytes of an input may say that the whole will be:
 * they may be any.  Profiles have 3 to 10; what has more is inflated piece by
 * piece.
 */
#define MOST_TIMES 16

/* The least that a member can have: header, an empty block, trailer. */
#define LEAST_BYTES 20

struct whole {
	const struct pq_inflate_backend *backend;
	void *state;
	struct pq_inflate_io io;
};

static bool inflate_member(struct whole *w)
{
	struct pq_gzip_header header;
	struct pq_gzip_trailer trailer = { 0 };
	uint8_t *start = w->io.to;
	size_t n;

	pq_gzip_header_init(&header);
	if (pq_gzip_header_take(&header, &w->io.at, w->io.end) !=
	    PQ_HEADER_WHOLE)
		return false;
	w->backend->reset(w->state);
	if (w->backend->run(w->state, &w->io) != PQ_INFLATED_END)
		return false;
	n = (size_t)(w->io.to - start);
	/* A wrong trailer is no error here: reading by pieces will tell. */
	return pq_gzip_trailer_take(&trailer, &w->io.at, w->io.end) &&
	       trailer.crc == w->backend->crc(0, start, n) &&
	       trailer.bytes == (uint32_t)n;
}

/* The inflated size of the whole input, if it is one member. */
static size_t claimed_bytes(const uint8_t *from, size_t n)
{
	struct pq_gzip_trailer trailer = { 0 };
	const uint8_t *at;

	if (n < LEAST_BYTES)
		return 0;
	at = from + n - PQ_GZIP_TRAILER;
	pq_gzip_trailer_take(&trailer, &at, from + n);
	return trailer.bytes;
}

static bool inflate_members(struct whole *w)
{
	bool ok = true;

	while (ok && w->io.at < w->io.end)
		ok = inflate_member(w);
	return ok;
}

bool pq_inflate_whole(enum pq_inflate_choice choice, const uint8_t *from,
		      size_t n, uint8_t **to, size_t *room, size_t *got)
{
	size_t claimed = claimed_bytes(from, n);
	struct whole w = { .backend = pq_inflate_at_once(choice) };
	bool ok;

	/* Memory for the whole must leave room for the profile. */
	if (!claimed || claimed / MOST_TIMES > n || claimed > pq_mem_room() / 2)
		return false;
	*to = pq_alloc(claimed);
	w.io = (struct pq_inflate_io){ from, from + n, *to, *to + claimed };
	w.state = pq_alloc(w.backend->state_bytes);
	ok = w.backend->begin(w.state);
	if (ok) {
		/* nothing is allocated by pq_alloc until its end */
		ok = inflate_members(&w);
		w.backend->end(w.state);
	}
	pq_free(w.state);
	*room = claimed;
	*got = (size_t)(w.io.to - *to);
	if (!ok)
		pq_free(*to);
	return ok;
}
