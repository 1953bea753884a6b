#include "format/text/finish.h"

#include <string.h>

#include "base/mem.h"
#include "format/text/mappings.h"
#include "format/text/maps.h"
#include "format/text/scan.h"

#include "base/banned.h"

/* Locations in the order in which stacks use them. */
struct renumbering {
	struct pq_legacy *b;
	uint32_t *numbers; /* new numbers by old ones; PQ_NONE: not used yet */
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
	/* Locations that no stack has are left behind. */
	p->locations.n = 0;
	pq_vec_reserve(&p->locations, r.locations.n);
	if (r.locations.n)
		memcpy(p->locations.at, r.locations.at,
		       r.locations.n * sizeof(*r.locations.at));
	p->locations.n = r.locations.n;
	pq_vec_release(&r.locations);
}

/* Orders functions by first use, along locations and their lines. */
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

			/* The first line of a function gives it an id. */
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

	pq_legacy_settle(b);
	/* The builder numbers by first use; only cut stacks upset that. */
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
	pq_assign_mappings(b->p);
	return true;
}

bool pq_legacy_finish(struct pq_legacy *b, struct pq_lines *l)
{
	/* Lines between the samples and the mappings are passed over. */
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
	/* The second frame is the leaf again, as a return address. */
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
