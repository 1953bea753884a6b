/*
 * phrases.h - texts that an output repeats millions of times, by number.
 *
 *     struct pq_phrases names = { 0 };
 *     pq_phrases_add(&names, bytes, n);       number 0, then 1, ...
 *     ...
 *     pq_out_phrase(out, &names, 0);
 *     pq_phrases_release(&names);
 *
 * Shape:  the bytes stand one behind the other, as few lines of memory are to
 *         be fetched.
 * Bytes:  they are written as they are: whoever adds them has encoded them
 *         for where they go, as for pq_out_raw.
 * Owner:  the caller holds the struct; bytes are copied.  Adding moves them.
 * Errors: more than 4 GB of them unwind (mem.h).
 * Cost:   a few moves for one that is short, without a call.
 */
#ifndef PQ_BASE_PHRASES_H
#define PQ_BASE_PHRASES_H

#include <string.h>

#include "base/out.h"
#include "base/vec.h"

struct pq_phrases {
	PQ_VEC(char) bytes; /* and PQ_PHRASE_STEP of no phrase */
	PQ_VEC(uint32_t)
	starts; /* phrase i: bytes [starts[i], starts[i + 1]) */
};

/* Copies are of whole steps: a length that varies would be a jump each time. */
enum { PQ_PHRASE_STEP = 32 };

void pq_phrases_add(struct pq_phrases *p, const void *bytes, size_t n);
void pq_phrases_release(struct pq_phrases *p);

/* Has a phrase fetched that is written soon. */
static inline void pq_phrase_prefetch(const struct pq_phrases *p, size_t i)
{
	__builtin_prefetch(p->bytes.at + p->starts.at[i]);
}

/* Writes a phrase; its first `skip` bytes are left out. */
static inline void pq_out_phrase_from(struct pq_out *out,
				      const struct pq_phrases *p, size_t i,
				      size_t skip)
{
	size_t at = p->starts.at[i] + skip, n = p->starts.at[i + 1] - at;
	const char *from = p->bytes.at + at;
	char PQ_RAW *to;

	/* Where it may be time to write to the file, the usual way is taken. */
	if (out->buf.capacity - out->buf.len < n + PQ_PHRASE_STEP) {
		pq_out_raw(out, from, n);
		return;
	}
	to = out->buf.data + out->buf.len;
	out->buf.len += n;
	for (;;) {
		memcpy(to, from, PQ_PHRASE_STEP);
		if (n <= PQ_PHRASE_STEP)
			break;
		n -= PQ_PHRASE_STEP;
		to += PQ_PHRASE_STEP;
		from += PQ_PHRASE_STEP;
	}
}

static inline void pq_out_phrase(struct pq_out *out, const struct pq_phrases *p,
				 size_t i)
{
	pq_out_phrase_from(out, p, i, 0);
}

#endif
