#include "base/map.h"

#include <endian.h>
#include <string.h>
#include <sys/random.h>

#include "base/mem.h"

#include "base/banned.h"

#define LEAST_SLOTS 16

void pq_map_release(struct pq_map *map)
{
	pq_free(map->slots);
	memset(map, 0, sizeof(*map));
}

static void clear_slots(struct pq_map *map)
{
	/* all ones: PQ_MAP_NONE in every slot */
	memset(map->slots, 0xff, map->size * sizeof(*map->slots));
}

void pq_map_clear(struct pq_map *map)
{
	if (map->slots)
		clear_slots(map);
	map->n = 0;
}

static void make_slots(struct pq_map *map, size_t size)
{
	map->slots = pq_alloc(pq_size_mul(size, sizeof(*map->slots)));
	map->size = size;
	clear_slots(map);
}

static inline size_t next_slot(const struct pq_map *map, size_t at)
{
	return at + 1 < map->size ? at + 1 : 0;
}

/* Seven of ten slots at most: longer runs cost more than memory. */
static bool is_full(const struct pq_map *map)
{
	return map->n * 10 >= map->size * 7;
}

void pq_map_reserve(struct pq_map *map, size_t n)
{
	/* An index has 32 bits: there will not be more. */
	size_t size = n < UINT32_MAX / 3 * 2 ? n + n / 2 : UINT32_MAX;

	if (!map->slots)
		make_slots(map, size < LEAST_SLOTS ? LEAST_SLOTS : size);
}

static void grow(struct pq_map *map)
{
	struct pq_map old = *map;

	make_slots(map, old.slots ? pq_size_mul(old.size, 2) : LEAST_SLOTS);
	if (!old.slots)
		return;
	/*
	 * The slot position comes from the tag, so moving needs no look at
	 * the keys.
	 */
	for (size_t i = 0; i < old.size; i++) {
		size_t at;

		if (old.slots[i].index == PQ_MAP_NONE)
			continue;
		at = pq_map_start(map, old.slots[i].tag);
		while (map->slots[at].index != PQ_MAP_NONE)
			at = next_slot(map, at);
		map->slots[at] = old.slots[i];
	}
	pq_free(old.slots);
}

uint32_t pq_map_find(const struct pq_map *map, uint64_t hash, pq_map_same *same,
		     const void *ctx, const void *key)
{
	uint32_t tag = pq_map_tag(hash);

	if (!map->slots)
		return PQ_MAP_NONE;
	/* Some slot is always free: the search ends there. */
	for (size_t at = pq_map_start(map, tag);; at = next_slot(map, at)) {
		const struct pq_map_slot *s = &map->slots[at];

		if (s->index == PQ_MAP_NONE)
			return PQ_MAP_NONE;
		if (s->tag == tag && same(ctx, s->index, key))
			return s->index;
	}
}

uint32_t pq_map_intern(struct pq_map *map, uint64_t hash, pq_map_same *same,
		       const void *ctx, const void *key, uint32_t fresh)
{
	uint32_t tag = pq_map_tag(hash);
	size_t at;

	if (!map->slots || is_full(map))
		grow(map);
	/* A slot is free somewhere: the map grows before it is full. */
	for (at = pq_map_start(map, tag);; at = next_slot(map, at)) {
		struct pq_map_slot *s = &map->slots[at];

		if (s->index == PQ_MAP_NONE)
			break;
		if (s->tag == tag && same(ctx, s->index, key))
			return s->index;
	}
	map->slots[at].index = fresh;
	map->slots[at].tag = tag;
	map->n++;
	return fresh;
}

uint64_t pq_hash_key[2] = { 0x9e3779b97f4a7c15u, 0xd6e8feb86659fd93u };

/* Before main, so that no thread sees it change. */
__attribute__((constructor)) static void draw_key(void)
{
	uint64_t drawn[2];

	/* an early boot has no chance to give: then what stands there is used */
	if (getrandom(drawn, sizeof(drawn), GRND_NONBLOCK) != sizeof(drawn))
		return;
	pq_hash_key[0] = drawn[0];
	pq_hash_key[1] = drawn[1];
}

uint64_t pq_hash_bytes(const void PQ_RAW *bytes, size_t n, uint64_t seed)
{
	const char *p = pq_unchecked_bytes(bytes);
	uint64_t h = pq_hash_mix(seed, n);
	uint64_t words[2] = { 0, 0 };

	for (; n > 16; p += 16, n -= 16) {
		memcpy(words, p, 16);
		h = pq_hash_mix(h ^ words[0], words[1]);
	}
	/* Zeros fill the last words up; the length is in the seed. */
	words[0] = words[1] = 0;
	if (n)
		memcpy(words, p, n);
	return pq_hash_mix(h ^ words[0], words[1]);
}

static uint64_t mix_plain(uint64_t h, uint64_t v)
{
	h ^= v;
	h *= 0x9e3779b97f4a7c15u;
	h ^= h >> 32;
	h *= 0xd6e8feb86659fd93u;
	return h ^ h >> 32;
}

uint64_t pq_hash_plain(const void PQ_RAW *bytes, size_t n, uint64_t seed)
{
	const char *p = pq_unchecked_bytes(bytes);
	uint64_t h = mix_plain(seed, n + 0x51ed27);
	uint64_t word;

	for (; n >= 8; p += 8, n -= 8) {
		memcpy(&word, p, 8);
		h = mix_plain(h, le64toh(word));
	}
	word = 0;
	if (n)
		memcpy(&word, p, n);
	return mix_plain(h, le64toh(word));
}
