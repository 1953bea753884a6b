/*
 * map.h - index map: from a hash to a position in an array of the caller's.
 *
 * Open addressing over 32-bit slots; the keys stay in the caller's array, so
 * that insertion order is the array's order and output never depends on the
 * hash.  pq_map_find and pq_map_intern ask `same` about candidates.
 *
 * The hash has no random seed: equal input costs equal work, which the
 * instruction budgets of the benchmarks rely on.
 *
 * Owner:  whoever holds the struct.  Errors: none (mem.h).
 */
#ifndef PQ_BASE_MAP_H
#define PQ_BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/raw.h"

#define PQ_MAP_NONE UINT32_MAX

struct pq_map_slot {
	uint32_t index; /* PQ_MAP_NONE: free */
	uint32_t tag;	/* upper half of the hash */
};

struct pq_map {
	struct pq_map_slot *slots;
	size_t mask; /* slots - 1; 0 when nothing was added yet */
	size_t n;
};

void pq_map_release(struct pq_map *map);
void pq_map_clear(struct pq_map *map);

/* Whether the element at `index` of the caller's array has the key sought. */
typedef bool pq_map_same(const void *ctx, uint32_t index, const void *key);

/* The index stored for a key, or PQ_MAP_NONE. */
uint32_t pq_map_find(const struct pq_map *map, uint64_t hash, pq_map_same *same,
		     const void *ctx, const void *key);

/*
 * The index stored for a key; when there is none, stores `fresh` for it and
 * returns that.
 */
uint32_t pq_map_intern(struct pq_map *map, uint64_t hash, pq_map_same *same,
		       const void *ctx, const void *key, uint32_t fresh);

uint64_t pq_hash_bytes(const void PQ_RAW *bytes, size_t n, uint64_t seed);

static inline uint64_t pq_hash_mix(uint64_t h, uint64_t v)
{
	h ^= v;
	h *= 0x9e3779b97f4a7c15u;
	h ^= h >> 32;
	h *= 0xd6e8feb86659fd93u;
	return h ^ h >> 32;
}

#endif
