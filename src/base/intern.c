#include "base/intern.h"

#include <string.h>

#include "base/mem.h"

#include "base/banned.h"

void pq_intern_init(struct pq_intern *t, struct pq_arena *copies)
{
	memset(t, 0, sizeof(*t));
	t->copies = copies;
	pq_intern(t, PQ_TEXT(""));
}

void pq_intern_release(struct pq_intern *t)
{
	pq_map_release(&t->map);
	pq_vec_release(&t->texts);
}

static bool same(const void *ctx, uint32_t index, const void *key)
{
	const struct pq_intern *t = ctx;

	return pq_text_equal(t->texts.at[index], *(const struct pq_text *)key);
}

uint32_t pq_intern(struct pq_intern *t, struct pq_text text)
{
	uint64_t hash = pq_hash_bytes(text.bytes, text.len, 0);
	uint32_t fresh = (uint32_t)t->texts.n, id;

	id = pq_map_intern(&t->map, hash, same, t, &text, fresh);
	if (id == fresh) {
		if (t->copies)
			text = pq_arena_text(t->copies, text);
		*pq_vec_push(&t->texts) = text;
	}
	return id;
}

uint32_t pq_intern_find(const struct pq_intern *t, struct pq_text text)
{
	return pq_map_find(&t->map, pq_hash_bytes(text.bytes, text.len, 0),
			   same, t, &text);
}
