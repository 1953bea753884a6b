/*
 * arena.h - bump allocation; everything in an arena goes at once.
 *
 * Owner:   whoever holds the struct; pq_arena_release gives all memory back,
 *          pq_arena_reset keeps one chunk for the next round.
 * Errors:  none; a request that cannot be met unwinds (mem.h).
 * Content: not zeroed, unless the call says so; aligned to 8 bytes.
 */
#ifndef PQ_BASE_ARENA_H
#define PQ_BASE_ARENA_H

#include <stddef.h>

#include "base/text.h"

struct pq_arena_chunk;

struct pq_arena {
	struct pq_arena_chunk *chunks; /* newest first */
	char *at, *end;
	size_t next_bytes; /* size of the next chunk */
};

void pq_arena_init(struct pq_arena *arena);
void pq_arena_release(struct pq_arena *arena);
void pq_arena_reset(struct pq_arena *arena);

void *pq_arena_slow(struct pq_arena *arena, size_t bytes);

static inline void *pq_arena_alloc(struct pq_arena *arena, size_t bytes)
{
	size_t room = (size_t)(arena->end - arena->at);
	size_t rounded = (bytes + 7) & ~(size_t)7;
	char *result = arena->at;

	if (rounded < bytes || rounded > room || !arena->at)
		return pq_arena_slow(arena, bytes);
	arena->at += rounded;
	return result;
}

void *pq_arena_zeroed(struct pq_arena *arena, size_t bytes);
void *pq_arena_copy(struct pq_arena *arena, const void *from, size_t bytes);
struct pq_text pq_arena_text(struct pq_arena *arena, struct pq_text text);

/* n objects of one type; n * sizeof is checked for overflow. */
void *pq_arena_array(struct pq_arena *arena, size_t n, size_t each);
#define PQ_ARENA_NEW(arena, type, n) \
	((type *)pq_arena_array((arena), (n), sizeof(type)))

#endif
