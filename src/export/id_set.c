#include "export/id_set.h"

#include <string.h>

#include "base/map.h"
#include "base/mem.h"

#include "base/banned.h"

#define FIRST_CAPACITY 16

void pq_id_set_release(struct pq_id_set *s)
{
	for (size_t i = 0; i < PQ_ID_SET_PARTS; i++)
		pq_free(s->parts[i].ids);
	memset(s, 0, sizeof(*s));
}

/* The upper bits of a hash choose the part, the others the place in it. */
static size_t part_of_hash(uint64_t hash)
{
	return (size_t)(hash >> 56);
}

/*
 * Where a search begins: the 32 bits below, as a fraction of the capacity.  A
 * division would cost more than the search; and places keep their order, so
 * that a table grows from its beginning to its end.
 */
static size_t first_place(const struct pq_id_part *p, uint64_t hash)
{
	return (size_t)((hash >> 24 & UINT32_MAX) * p->capacity >> 32);
}

/* The place where an id is, or may go; some place is always free. */
static int64_t *find_id_place(const struct pq_id_part *p, uint64_t hash,
			      int64_t id)
{
	size_t at = first_place(p, hash);

	while (p->ids[at] && p->ids[at] != id)
		at = at + 1 == p->capacity ? 0 : at + 1;
	return &p->ids[at];
}

bool pq_id_set_has(const struct pq_id_set *s, int64_t id)
{
	uint64_t hash = pq_hash_mix((uint64_t)id, 0);
	const struct pq_id_part *p = &s->parts[part_of_hash(hash)];

	if (!id)
		return s->has_zero;
	return p->capacity && *find_id_place(p, hash, id) == id;
}

void pq_id_set_expect(const struct pq_id_set *s, int64_t id)
{
	uint64_t hash = pq_hash_mix((uint64_t)id, 0);
	const struct pq_id_part *p = &s->parts[part_of_hash(hash)];

	if (p->capacity)
		__builtin_prefetch(&p->ids[first_place(p, hash)]);
}

static void grow_id_part(struct pq_id_part *p)
{
	struct pq_id_part grown = { .n = p->n };

	/* Growth by half keeps the room of many ids near their number. */
	grown.capacity = p->capacity ? p->capacity / 2 * 3 : FIRST_CAPACITY;
	grown.ids = pq_alloc_zeroed(pq_size_mul(grown.capacity, 8));
	for (size_t i = 0; i < p->capacity; i++) {
		uint64_t hash = pq_hash_mix((uint64_t)p->ids[i], 0);

		if (p->ids[i])
			*find_id_place(&grown, hash, p->ids[i]) = p->ids[i];
	}
	pq_free(p->ids);
	*p = grown;
}

bool pq_id_set_add(struct pq_id_set *s, int64_t id)
{
	uint64_t hash = pq_hash_mix((uint64_t)id, 0);
	struct pq_id_part *p = &s->parts[part_of_hash(hash)];
	int64_t *place;
	bool fresh = !id && !s->has_zero;

	/* A free place has a 0: the id 0 is kept beside. */
	s->has_zero = s->has_zero || !id;
	if (!id)
		return fresh;
	/* At nine tenths full, a search is still short. */
	if (p->n + 1 > p->capacity / 10 * 9)
		grow_id_part(p);
	place = find_id_place(p, hash, id);
	if (*place)
		return false;
	*place = id;
	p->n++;
	s->n++;
	return true;
}
