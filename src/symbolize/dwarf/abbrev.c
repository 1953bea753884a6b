#include "symbolize/dwarf/abbrev.h"

#include <stdlib.h>

#include "symbolize/dwarf/dwarf.h"

#include "base/banned.h"

enum { MOST_ABBREVS = 1 << 20, MOST_SPECS = 1 << 22, MOST_FIXED = 1 << 16 };

uint32_t pq_form_bytes(uint16_t form, struct pq_form_sizes sizes)
{
	switch (form) {
	case DW_FORM_flag_present:
	case DW_FORM_implicit_const:
		return 0;
	case DW_FORM_data1:
	case DW_FORM_ref1:
	case DW_FORM_flag:
	case DW_FORM_strx1:
	case DW_FORM_addrx1:
		return 1;
	case DW_FORM_data2:
	case DW_FORM_ref2:
	case DW_FORM_strx2:
	case DW_FORM_addrx2:
		return 2;
	case DW_FORM_strx3:
	case DW_FORM_addrx3:
		return 3;
	case DW_FORM_data4:
	case DW_FORM_ref4:
	case DW_FORM_ref_sup4:
	case DW_FORM_strx4:
	case DW_FORM_addrx4:
		return 4;
	case DW_FORM_data8:
	case DW_FORM_ref8:
	case DW_FORM_ref_sig8:
	case DW_FORM_ref_sup8:
		return 8;
	case DW_FORM_data16:
		return 16;
	case DW_FORM_addr:
		return sizes.address;
	case DW_FORM_ref_addr: /* an address in DWARF 2 */
		return sizes.version <= 2 ? sizes.address : sizes.offset;
	case DW_FORM_strp:
	case DW_FORM_sec_offset:
	case DW_FORM_line_strp:
	case DW_FORM_strp_sup:
	case DW_FORM_GNU_ref_alt:
	case DW_FORM_GNU_strp_alt:
		return sizes.offset;
	default:
		return PQ_ABBREV_VARIES;
	}
}

/* A function's name and place may be told by an entry of another unit. */
static bool leads_out(const struct pq_attribute_spec *s)
{
	return (s->name == DW_AT_abstract_origin ||
		s->name == DW_AT_specification) &&
	       (s->form == DW_FORM_ref_addr || s->form == DW_FORM_indirect);
}

/* The attributes of one abbreviation; false at a mistake. */
static bool take_specs(struct pq_abbrevs *a, struct pq_bytes *b,
		       struct pq_form_sizes sizes, struct pq_abbrev *abbrev)
{
	abbrev->first = (uint32_t)a->specs.n;
	abbrev->fixed_bytes = 0;
	while (a->specs.n < MOST_SPECS) {
		uint64_t name = pq_bytes_uleb(b);
		uint64_t form = pq_bytes_uleb(b);
		struct pq_attribute_spec *s;
		uint32_t bytes;

		/* No name or form is longer than 16 bits. */
		if (b->bad || name > UINT16_MAX || form > UINT16_MAX)
			return false;
		if (!name && !form)
			return true;
		s = pq_vec_push(&a->specs);
		s->name = (uint16_t)name;
		s->form = (uint16_t)form;
		s->implicit = form == DW_FORM_implicit_const ? pq_bytes_sleb(b)
							     : 0;
		abbrev->n++;
		a->refers_out = a->refers_out || leads_out(s);

		/* the size of all, where each has one that is known */
		bytes = pq_form_bytes(s->form, sizes);
		if (bytes == PQ_ABBREV_VARIES ||
		    abbrev->fixed_bytes > MOST_FIXED)
			abbrev->fixed_bytes = PQ_ABBREV_VARIES;
		else
			abbrev->fixed_bytes += bytes;
	}
	return false;
}

static int compare_codes(const void *x, const void *y)
{
	const struct pq_abbrev *a = x, *b = y;

	return (a->code > b->code) - (a->code < b->code);
}

static bool has_same_sizes(struct pq_form_sizes x, struct pq_form_sizes y)
{
	return x.version == y.version && x.address == y.address &&
	       x.offset == y.offset;
}

void pq_abbrevs_read(struct pq_abbrevs *a, struct pq_bytes from,
		     struct pq_form_sizes sizes)
{
	struct pq_abbrev abbrev;
	bool sorted = true;

	/* some compilers have one table for all units */
	if (a->from && a->from == from.at && has_same_sizes(a->sizes, sizes))
		return;
	a->from = from.at;
	a->sizes = sizes;
	/* codes count up from 1 in nearly all files: then they are indices */
	a->abbrevs.n = a->specs.n = 0;
	a->dense = true;
	a->refers_out = false;
	while (a->abbrevs.n < MOST_ABBREVS) {
		abbrev = (struct pq_abbrev){ .code = pq_bytes_uleb(&from) };
		if (!abbrev.code)
			break;
		abbrev.tag = (uint16_t)pq_bytes_uleb(&from);
		abbrev.has_children = pq_bytes_u8(&from);
		if (!take_specs(a, &from, sizes, &abbrev))
			break;
		/* Order is watched, not made: sorting is seldom needed. */
		if (a->abbrevs.n &&
		    a->abbrevs.at[a->abbrevs.n - 1].code > abbrev.code)
			sorted = false;
		*pq_vec_push(&a->abbrevs) = abbrev;
		a->dense = a->dense && abbrev.code == a->abbrevs.n;
	}
	if (!sorted)
		qsort(a->abbrevs.at, a->abbrevs.n, sizeof(*a->abbrevs.at),
		      compare_codes);
}

void pq_abbrevs_release(struct pq_abbrevs *a)
{
	pq_vec_release(&a->abbrevs);
	pq_vec_release(&a->specs);
	a->from = NULL;
}

const struct pq_abbrev *pq_abbrev_search(const struct pq_abbrevs *a,
					 uint64_t code)
{
	struct pq_abbrev key = { .code = code };

	if (!a->abbrevs.n)
		return NULL;
	return bsearch(&key, a->abbrevs.at, a->abbrevs.n,
		       sizeof(*a->abbrevs.at), compare_codes);
}
