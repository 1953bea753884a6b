#include "profile/ids.h"

#include <stdbool.h>
#include <string.h>

#include "base/map.h"

#include "base/banned.h"

/* Ids below this are positions in an array, about 16 MiB at most. */
#define DIRECT_MOST ((uint64_t)1 << 22)

void pq_ids_release(struct pq_ids *ids)
{
	pq_vec_release(&ids->direct);
	pq_free(ids->keys);
	pq_free(ids->numbers);
	memset(ids, 0, sizeof(*ids));
}

static size_t find_id_slot(const struct pq_ids *ids, uint64_t id)
{
	size_t at = pq_hash_mix(0, id) & ids->mask;

	while (ids->numbers[at] && ids->keys[at] != id)
		at = (at + 1) & ids->mask;
	return at;
}

/* Moves all ids to a table of `size` slots, a power of two. */
static void rehash_ids(struct pq_ids *ids, size_t size)
{
	struct pq_ids old = *ids;

	ids->keys = pq_alloc(pq_size_mul(size, sizeof(*ids->keys)));
	ids->numbers =
		pq_alloc_zeroed(pq_size_mul(size, sizeof(*ids->numbers)));
	ids->mask = size - 1;
	for (size_t i = 0; old.keys && i <= old.mask; i++) {
		size_t at;

		if (!old.numbers[i])
			continue;
		at = find_id_slot(ids, old.keys[i]);
		ids->keys[at] = old.keys[i];
		ids->numbers[at] = old.numbers[i];
	}
	pq_free(old.keys);
	pq_free(old.numbers);
}

/* Makes room for one more id: the table is at most 70 % full. */
static void make_room_for_id(struct pq_ids *ids)
{
	if (!ids->keys)
		rehash_ids(ids, 1024);
	else if (ids->used * 10 >= (ids->mask + 1) * 7)
		rehash_ids(ids, (ids->mask + 1) * 2);
}

static uint32_t number_small_id(struct pq_ids *ids, uint64_t id, bool *fresh)
{
	pq_vec_reach(&ids->direct, id + 1);
	*fresh = !ids->direct.at[id];
	if (*fresh)
		ids->direct.at[id] = ++ids->n;
	return ids->direct.at[id] - 1;
}

uint32_t pq_ids_number_slow(struct pq_ids *ids, uint64_t id, bool *fresh)
{
	size_t at;

	if (id < DIRECT_MOST)
		return number_small_id(ids, id, fresh);
	/* Large ids go through the table, which may grow. */
	make_room_for_id(ids);
	at = find_id_slot(ids, id);
	*fresh = !ids->numbers[at];
	if (*fresh) {
		ids->keys[at] = id;
		ids->numbers[at] = ++ids->n;
		ids->used++;
	}
	return ids->numbers[at] - 1;
}

uint32_t pq_ids_find(const struct pq_ids *ids, uint64_t id)
{
	if (id < DIRECT_MOST)
		return id < ids->direct.n ? ids->direct.at[id] - 1 : UINT32_MAX;
	return ids->keys ? ids->numbers[find_id_slot(ids, id)] - 1 : UINT32_MAX;
}
