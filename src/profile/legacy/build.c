#include "profile/legacy/build.h"

#include <string.h>

#include "base/mem.h"
#include "profile/legacy/maps.h"
#include "profile/legacy/places.h"
#include "profile/legacy/scan.h"
#include "profile/legacy/symbols.h"

#include "base/banned.h"

void pq_legacy_init(struct pq_legacy *b, struct pq_profile *p)
{
	memset(b, 0, sizeof(*b));
	b->p = p;
	pq_intern_init(&b->strings, &p->arena);
}

void pq_legacy_release(struct pq_legacy *b)
{
	pq_intern_release(&b->strings);
	pq_ids_release(&b->addresses);
	pq_map_release(&b->functions);
	pq_vec_release(&b->stack);
	pq_vec_release(&b->labels);
	pq_vec_release(&b->symbols);
}

uint32_t pq_legacy_string(struct pq_legacy *b, struct pq_text text)
{
	return pq_intern(&b->strings, text);
}

void pq_legacy_sample_type(struct pq_legacy *b, const char *type,
			   struct pq_text unit)
{
	struct pq_value_type *to = pq_vec_push(&b->p->sample_types);

	to->type = pq_legacy_string(b, pq_text_of(type));
	to->unit = pq_legacy_string(b, unit);
	b->p->samples.n_values = (unsigned)b->p->sample_types.n;
}

void pq_legacy_period_type(struct pq_legacy *b, const char *type,
			   const char *unit)
{
	b->p->period_type.type = pq_legacy_string(b, pq_text_of(type));
	b->p->period_type.unit = pq_legacy_string(b, pq_text_of(unit));
}

static bool same_function(const void *ctx, uint32_t index, const void *key)
{
	const struct pq_legacy *b = ctx;
	const struct pq_function *a = &b->p->functions.at[index], *k = key;

	return a->name == k->name && a->filename == k->filename;
}

uint32_t pq_legacy_function(struct pq_legacy *b, struct pq_text name,
			    struct pq_text file)
{
	struct pq_function f = { .name = pq_legacy_string(b, name),
				 .filename = pq_legacy_string(b, file) };
	uint64_t hash = pq_hash_mix(pq_hash_mix(0, f.name), f.filename);
	uint32_t fresh = (uint32_t)b->p->functions.n, number;

	f.system_name = f.name;
	number =
		pq_map_intern(&b->functions, hash, same_function, b, &f, fresh);
	if (number == fresh)
		*pq_vec_push(&b->p->functions) = f;
	return number;
}

void pq_legacy_begin(struct pq_legacy *b)
{
	pq_legacy_symbols_settle(b);
	b->stack.n = b->labels.n = 0;
}

/*
 * Addresses are never dense: the flipped bit keeps them all out of the table
 * for small ids, which would be as large as the address.
 */
static uint64_t sparse(uint64_t address)
{
	return address ^ (uint64_t)1 << 63;
}

uint32_t pq_legacy_find(const struct pq_legacy *b, uint64_t address)
{
	return pq_ids_find(&b->addresses, sparse(address));
}

void pq_legacy_push(struct pq_legacy *b, uint64_t address)
{
	bool fresh;
	uint32_t number = pq_ids_number(&b->addresses, sparse(address), &fresh);

	if (fresh)
		*pq_vec_push(&b->p->locations) =
			(struct pq_location){ .address = address,
					      .mapping = PQ_NONE };
	*pq_vec_push(&b->stack) = number;
}

bool pq_legacy_push_all(struct pq_legacy *b, struct pq_text text,
			const struct pq_lines *at)
{
	struct pq_scan s = pq_scan_over(text);
	uint64_t address;

	for (;;) {
		switch (pq_scan_address(&s, &address)) {
		case PQ_HEX_NONE:
			return true;
		case PQ_HEX_FOUND:
			pq_legacy_push(b, address - 1);
			break;
		case PQ_HEX_TOO_LARGE:
			return pq_lines_fail(at,
					     "an address of the sample does "
					     "not fit into 64 bits");
		}
	}
}

void pq_legacy_label_bytes(struct pq_legacy *b, int64_t bytes)
{
	struct pq_label label = { .key = pq_legacy_string(b, PQ_TEXT("bytes")),
				  .num = bytes };

	*pq_vec_push(&b->labels) = label;
}

void pq_legacy_sample(struct pq_legacy *b, int64_t *values)
{
	struct pq_sample sample = { values, b->stack.at, b->stack.n,
				    b->labels.at, b->labels.n };

	pq_samples_add(&b->p->samples, &sample);
}

/* ---- after the last sample ---- */

struct renumbering {
	struct pq_legacy *b;
	uint32_t *numbers; /* of locations by the number they had; or PQ_NONE */
	PQ_VEC(struct pq_location) locations;
};

static bool renumber_stack(void *ctx, struct pq_sample *sample)
{
	struct renumbering *r = ctx;

	for (size_t i = 0; i < sample->n_locations; i++) {
		uint32_t old = sample->locations[i];

		if (r->numbers[old] == PQ_NONE) {
			r->numbers[old] = (uint32_t)r->locations.n;
			*pq_vec_push(&r->locations) =
				r->b->p->locations.at[old];
		}
		sample->locations[i] = r->numbers[old];
	}
	return true;
}

/* Drops the locations that no sample has, and orders them by first use. */
static void renumber_locations(struct pq_legacy *b)
{
	struct pq_profile *p = b->p;
	struct renumbering r = { .b = b };

	r.numbers =
		pq_alloc(pq_size_mul(p->locations.n + 1, sizeof(*r.numbers)));
	memset(r.numbers, 0xff, p->locations.n * sizeof(*r.numbers));
	pq_samples_rewrite(&p->samples, p->samples.n_values, renumber_stack,
			   &r);
	pq_free(r.numbers);
	p->locations.n = 0;
	pq_vec_reserve(&p->locations, r.locations.n);
	if (r.locations.n)
		memcpy(p->locations.at, r.locations.at,
		       r.locations.n * sizeof(*r.locations.at));
	p->locations.n = r.locations.n;
	pq_vec_release(&r.locations);
}

/* The same for functions, in the order of locations and their lines. */
static void renumber_functions(struct pq_profile *p)
{
	size_t n = p->functions.n;
	struct pq_function *old = pq_alloc(pq_size_mul(n + 1, sizeof(*old)));
	uint64_t *ids = pq_alloc_zeroed(pq_size_mul(n + 1, sizeof(*ids)));

	if (n)
		memcpy(old, p->functions.at, n * sizeof(*old));
	p->functions.n = 0;
	for (size_t i = 0; i < p->locations.n; i++) {
		const struct pq_location *l = &p->locations.at[i];

		for (uint32_t j = 0; j < l->n_lines; j++) {
			struct pq_line *line = &p->lines.at[l->first_line + j];
			uint64_t *id = &ids[line->function];

			if (!*id) {
				struct pq_function f = old[line->function];

				f.id = *id = p->functions.n + 1;
				*pq_vec_push(&p->functions) = f;
			}
			line->function = (uint32_t)(*id - 1);
		}
	}
	pq_free(old);
	pq_free(ids);
}

void pq_legacy_number(struct pq_legacy *b)
{
	struct pq_profile *p = b->p;

	pq_legacy_symbols_settle(b);
	if (b->unused_locations)
		renumber_locations(b);
	renumber_functions(p);
	for (uint32_t i = 0; i < p->locations.n; i++) {
		p->locations.at[i].id = (uint64_t)i + 1;
		*pq_vec_push(&p->location_order) = i;
	}
	for (uint32_t i = 0; i < p->functions.n; i++)
		*pq_vec_push(&p->function_order) = i;
}

void pq_legacy_close(struct pq_legacy *b)
{
	pq_legacy_frames(b);
	for (size_t i = 0; i < b->strings.texts.n; i++)
		pq_profile_add_string(b->p, b->strings.texts.at[i]);
}

bool pq_legacy_finish_maps(struct pq_legacy *b, struct pq_lines *l)
{
	if (!pq_maps_read(b, l))
		return false;
	pq_mappings_tidy(b);
	pq_legacy_number(b);
	pq_places(b->p);
	return true;
}

bool pq_legacy_finish(struct pq_legacy *b, struct pq_lines *l)
{
	while (!pq_line_is_sentinel(l->line) && pq_lines_next(l))
		;
	if (l->err->code != PQ_OK || !pq_legacy_finish_maps(b, l))
		return false;
	pq_legacy_close(b);
	return true;
}

static bool drop_double_leaf(void *ctx, struct pq_sample *s)
{
	const struct pq_profile *p = ctx;

	if (s->n_locations < 2 ||
	    p->locations.at[s->locations[0]].address !=
		    p->locations.at[s->locations[1]].address + 1)
		return true;
	s->n_locations--;
	memmove(s->locations + 1, s->locations + 2,
		(s->n_locations - 1) * sizeof(*s->locations));
	return true;
}

void pq_legacy_drop_double_leaves(struct pq_legacy *b)
{
	pq_samples_rewrite(&b->p->samples, b->p->samples.n_values,
			   drop_double_leaf, b->p);
}
