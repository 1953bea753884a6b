#include "format/text/builder.h"

#include <string.h>

#include "base/mem.h"
#include "format/text/scan.h"

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

static bool same_named_function(const void *ctx, uint32_t index,
				const void *key)
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

	/* Text formats have one name for a function. */
	f.system_name = f.name;
	number = pq_map_intern(&b->functions, hash, same_named_function, b, &f,
			       fresh);
	if (number == fresh)
		*pq_vec_push(&b->p->functions) = f;
	return number;
}

void pq_legacy_settle(struct pq_legacy *b)
{
	if (b->settle)
		b->settle(b);
}

void pq_legacy_begin(struct pq_legacy *b)
{
	pq_legacy_settle(b);
	b->stack.n = b->labels.n = 0;
}

/*
 * Addresses are never dense: the flipped bit keeps them all out of the table
 * for small ids, which would be as large as the address.
 */
static uint64_t make_sparse(uint64_t address)
{
	return address ^ (uint64_t)1 << 63;
}

uint32_t pq_legacy_find(const struct pq_legacy *b, uint64_t address)
{
	return pq_ids_find(&b->addresses, make_sparse(address));
}

void pq_legacy_push(struct pq_legacy *b, uint64_t address)
{
	bool fresh;
	uint32_t number =
		pq_ids_number(&b->addresses, make_sparse(address), &fresh);

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
			/* Return addresses are moved back onto their calls. */
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

	if (!bytes)
		b->p->has_zero_labels = true;
	*pq_vec_push(&b->labels) = label;
}

void pq_legacy_sample(struct pq_legacy *b, int64_t *values)
{
	struct pq_sample sample = { values, b->stack.at, b->stack.n,
				    b->labels.at, b->labels.n };

	pq_samples_add(&b->p->samples, &sample);
}
