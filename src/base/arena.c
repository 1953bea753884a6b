#include "base/arena.h"

#include <string.h>

#include "base/mem.h"

#include "base/banned.h"

#define FIRST_BYTES ((size_t)4 << 10)
#define MOST_BYTES ((size_t)1 << 20)

struct pq_arena_chunk {
	struct pq_arena_chunk *older;
	size_t bytes;
};

void pq_arena_init(struct pq_arena *arena)
{
	memset(arena, 0, sizeof(*arena));
	arena->next_bytes = FIRST_BYTES;
}

void pq_arena_release(struct pq_arena *arena)
{
	struct pq_arena_chunk *c = arena->chunks;

	while (c) {
		struct pq_arena_chunk *older = c->older;

		pq_free(c);
		c = older;
	}
	pq_arena_init(arena);
}

void pq_arena_reset(struct pq_arena *arena)
{
	struct pq_arena_chunk *kept = arena->chunks, *c;

	if (!kept)
		return;
	/* The oldest may be a large block's own, so the smallest is kept. */
	for (c = kept->older; c;) {
		struct pq_arena_chunk *older = c->older, *rest = c;

		if (c->bytes <= kept->bytes) {
			rest = kept;
			kept = c;
		}
		pq_free(rest);
		c = older;
	}
	kept->older = NULL;
	arena->chunks = kept;
	arena->at = (char *)(kept + 1);
	arena->end = arena->at + kept->bytes;
}

void *pq_arena_slow(struct pq_arena *arena, size_t bytes)
{
	size_t rounded = pq_size_add(bytes, 7) & ~(size_t)7;
	size_t size = arena->next_bytes ? arena->next_bytes : FIRST_BYTES;
	struct pq_arena_chunk *c;
	char *result;

	if (rounded > size / 2) {
		/*
		 * A chunk of its own, put behind the current one so that the
		 * room left there is not lost.
		 */
		c = pq_alloc(pq_size_add(sizeof(*c), rounded));
		c->bytes = rounded;
		if (arena->chunks) {
			c->older = arena->chunks->older;
			arena->chunks->older = c;
		} else {
			c->older = NULL;
			arena->chunks = c;
			arena->at = arena->end = (char *)(c + 1) + rounded;
		}
		return c + 1;
	}
	c = pq_alloc(sizeof(*c) + size);
	c->bytes = size;
	c->older = arena->chunks;
	arena->chunks = c;
	result = (char *)(c + 1);
	arena->at = result + rounded;
	arena->end = result + size;
	/* Chunks double up to a limit: small arenas stay small. */
	if (size < MOST_BYTES)
		arena->next_bytes = size * 2;
	return result;
}

void *pq_arena_zeroed(struct pq_arena *arena, size_t bytes)
{
	return memset(pq_arena_alloc(arena, bytes), 0, bytes);
}

void *pq_arena_copy(struct pq_arena *arena, const void *from, size_t bytes)
{
	void *to = pq_arena_alloc(arena, bytes);

	if (bytes)
		memcpy(to, from, bytes);
	return to;
}

struct pq_text pq_arena_text(struct pq_arena *arena, struct pq_text text)
{
	char PQ_RAW *to = pq_arena_alloc(arena, text.len);

	if (text.len)
		memcpy(to, text.bytes, text.len);
	return (struct pq_text){ to, text.len };
}

void *pq_arena_array(struct pq_arena *arena, size_t n, size_t each)
{
	return pq_arena_alloc(arena, pq_size_mul(n, each));
}
