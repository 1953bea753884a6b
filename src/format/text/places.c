#include "format/text/places.h"

#include "base/banned.h"

uint32_t pq_place_function(struct pq_legacy *b, struct pq_text name,
			   struct pq_text file)
{
	uint32_t at = pq_legacy_function(b, name, file);

	b->p->functions.at[at].system_name = 0;
	return at;
}

static bool same_place(const void *ctx, uint32_t index, const void *key)
{
	const struct pq_profile *p = ctx;
	const struct pq_place *k = key;
	const struct pq_location *l = &p->locations.at[index];
	const struct pq_line *lines = pq_location_lines(p, l);

	if (l->address != k->address || l->mapping != k->mapping ||
	    l->n_lines != k->n_lines)
		return false;
	for (uint32_t i = 0; i < k->n_lines; i++)
		if (lines[i].function != k->lines[i].function ||
		    lines[i].line != k->lines[i].line ||
		    lines[i].column != k->lines[i].column)
			return false;
	return true;
}

static uint64_t hash_place(const struct pq_place *k)
{
	uint64_t hash = pq_hash_mix(pq_hash_mix(0, k->address), k->mapping);

	for (uint32_t i = 0; i < k->n_lines; i++) {
		hash = pq_hash_mix(hash, k->lines[i].function);
		hash = pq_hash_mix(hash, (uint64_t)k->lines[i].line);
		hash = pq_hash_mix(hash, (uint64_t)k->lines[i].column);
	}
	return hash;
}

uint32_t pq_place_location(struct pq_profile *p, struct pq_map *map,
			   const struct pq_place *k)
{
	uint32_t fresh = (uint32_t)p->locations.n, at;

	at = pq_map_intern(map, hash_place(k), same_place, p, k, fresh);
	if (at != fresh)
		return at;
	*pq_vec_push(&p->locations) =
		(struct pq_location){ .address = k->address,
				      .mapping = k->mapping,
				      .first_line = (uint32_t)p->lines.n,
				      .n_lines = k->n_lines };
	for (uint32_t i = 0; i < k->n_lines; i++)
		*pq_vec_push(&p->lines) = k->lines[i];
	return at;
}

void pq_places_mark_mappings(struct pq_profile *p)
{
	for (size_t i = 0; i < p->mappings.n; i++)
		p->mappings.at[i].has_functions = true;
	for (size_t i = 0; i < p->locations.n; i++) {
		const struct pq_location *l = &p->locations.at[i];

		if (l->mapping != PQ_NONE && !l->n_lines)
			p->mappings.at[l->mapping].has_functions = false;
	}
}
