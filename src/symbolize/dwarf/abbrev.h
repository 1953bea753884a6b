/*
 * abbrev.h - a unit's abbreviations: what each kind of entry is made of.
 *
 * Shape:  abbrevs[i] has specs[first .. first + n).  fixed_bytes is the size
 *         of all its attributes when no form of it varies, so that most
 *         entries are passed over by one addition.
 * Limits: a table ends at its first mistake; what came before stays.
 * Owner:  pq_abbrevs_read fills, and may fill again; pq_abbrevs_release.  The
 *         bytes that were read must outlive it.
 * Source: DWARF 5, section 7.5.3.
 */
#ifndef PQ_SYMBOLIZE_DWARF_ABBREV_H
#define PQ_SYMBOLIZE_DWARF_ABBREV_H

#include "base/vec.h"
#include "symbolize/elf/bytes.h"

/* Sizes that forms depend on; they are the unit's. */
struct pq_form_sizes {
	uint8_t version, address, offset;
};

struct pq_attribute_spec {
	uint16_t name, form;
	int64_t implicit; /* the value itself, for DW_FORM_implicit_const */
};

#define PQ_ABBREV_VARIES UINT32_MAX

struct pq_abbrev {
	uint64_t code;
	uint32_t first, n, fixed_bytes;
	uint16_t tag;
	bool has_children;
};

struct pq_abbrevs {
	PQ_VEC(struct pq_abbrev) abbrevs; /* by code */
	PQ_VEC(struct pq_attribute_spec) specs;
	bool dense; /* code n is at n - 1 */
	/* functions may refer to entries of other units (DW_FORM_ref_addr) */
	bool refers_out;
	/* what was read: the same table is not read again */
	const uint8_t *from;
	struct pq_form_sizes sizes;
};

void pq_abbrevs_read(struct pq_abbrevs *a, struct pq_bytes from,
		     struct pq_form_sizes sizes);
void pq_abbrevs_release(struct pq_abbrevs *a);

const struct pq_abbrev *pq_abbrev_search(const struct pq_abbrevs *a,
					 uint64_t code);

/* NULL for a code that the table has not. */
static inline const struct pq_abbrev *pq_abbrev_find(const struct pq_abbrevs *a,
						     uint64_t code)
{
	if (a->dense)
		return code - 1 < a->abbrevs.n ? &a->abbrevs.at[code - 1]
					       : NULL;
	return pq_abbrev_search(a, code);
}

/* Bytes that a form takes: PQ_ABBREV_VARIES when they have to be read. */
uint32_t pq_form_bytes(uint16_t form, struct pq_form_sizes sizes);

/* The attributes of an entry, n of them; NULL where it has none. */
static inline const struct pq_attribute_spec *
pq_abbrev_specs(const struct pq_abbrevs *a, const struct pq_abbrev *abbrev)
{
	return abbrev->n ? a->specs.at + abbrev->first : NULL;
}

#endif
