/*
 * map.h - index map: from a hash to a position in an array of the caller's.
 *
 * Open addressing over 32-bit slots; the keys stay in the caller's array, so
 * that insertion order is the array's order and output never depends on the
 * hash.  pq_map_find and pq_map_intern ask `same` about candidates.
 *
 * A file can be made so that all of its names, addresses or numbers would
 * have one hash, and a table of them would be a list.  So hashes depend on a
 * key that is drawn by chance when the program starts; all of what makes two
 * elements different has to go into the hash, by pq_hash_mix and not by xor.
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
	size_t size; /* in slots; 0 when nothing was added yet */
	size_t n;
};

void pq_map_release(struct pq_map *map);
void pq_map_clear(struct pq_map *map);

/*
 * Makes room for n elements in an empty map, so that it need not grow on the
 * way; for no more than there will be, as room costs 12 bytes each.
 */
void pq_map_reserve(struct pq_map *map, size_t n);

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

static inline uint32_t pq_map_tag(uint64_t hash)
{
	return (uint32_t)(hash >> 32) ^ (uint32_t)hash;
}

/* Where the search for a tag begins: that part of the slots, of any number. */
static inline size_t pq_map_start(const struct pq_map *map, uint32_t tag)
{
	return (size_t)((uint64_t)tag * map->size >> 32);
}

/*
 * Fetches that place ahead of the search, which in a large map else waits for
 * memory.  The map has room (pq_map_reserve).  A macro, for gcc drops calls of
 * functions that do no more than that.
 */
#define pq_map_prefetch(map, hash) \
	__builtin_prefetch(&(map)->slots[pq_map_start(map, pq_map_tag(hash))])

/* By chance; not to be changed but by tests. */
extern uint64_t pq_hash_key[2];

/* The halves of the product of 128 bits, one upon the other. */
static inline uint64_t pq_hash_fold(uint64_t a, uint64_t b)
{
#ifdef __SIZEOF_INT128__
	unsigned __int128 product = (unsigned __int128)a * b;

	return (uint64_t)(product >> 64) ^ (uint64_t)product;
#else
	uint64_t low = (a & UINT32_MAX) * (b & UINT32_MAX);
	uint64_t left = (a >> 32) * (b & UINT32_MAX);
	uint64_t right = (a & UINT32_MAX) * (b >> 32);
	uint64_t middle =
		(low >> 32) + (left & UINT32_MAX) + (right & UINT32_MAX);
	uint64_t high = (a >> 32) * (b >> 32) + (left >> 32) + (right >> 32) +
			(middle >> 32);

	return high ^ (middle << 32 | (low & UINT32_MAX));
#endif
}

/* A hash of two numbers, of which h may be a hash of others. */
static inline uint64_t pq_hash_mix(uint64_t h, uint64_t v)
{
	return pq_hash_fold(h ^ pq_hash_key[0], v ^ pq_hash_key[1]);
}

uint64_t pq_hash_bytes(const void PQ_RAW *bytes, size_t n, uint64_t seed);

/*
 * The same number for the same bytes in every run and on every machine; a file can
 * be made so that it is the same for all of its names.
 */
uint64_t pq_hash_plain(const void PQ_RAW *bytes, size_t n, uint64_t seed);

#endif
