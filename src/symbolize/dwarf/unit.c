#include "symbolize/dwarf/unit.h"

#include "base/banned.h"

enum { MOST_UNITS = 1 << 22, LONG_UNIT = 0xffffffff, MOST_INDIRECT = 8 };

/* ---- headers ---- */

/* A unit's length, which tells where it ends. */
static bool take_length(struct pq_bytes *b, uint64_t bytes, struct pq_unit *u)
{
	const uint8_t *start = b->at;
	uint64_t length = pq_bytes_u32(b), at;

	u->sizes.offset = 4;
	if (length == LONG_UNIT) {
		u->sizes.offset = 8;
		length = pq_bytes_u64(b);
	}
	at = u->offset + (uint64_t)(b->at - start);
	if (b->bad || at > bytes || length > bytes - at)
		return false;
	u->end = at + length;
	return true;
}

/* Fields have another order since DWARF 5, which has types of units. */
static void take_unit_fields(struct pq_bytes *b, struct pq_unit *u)
{
	u->sizes.version = (uint8_t)pq_bytes_u16(b);
	u->type = DW_UT_compile;
	if (u->sizes.version >= 5) {
		u->type = pq_bytes_u8(b);
		u->sizes.address = pq_bytes_u8(b);
		u->abbrev_offset = pq_bytes_uint(b, u->sizes.offset);
	} else {
		u->abbrev_offset = pq_bytes_uint(b, u->sizes.offset);
		u->sizes.address = pq_bytes_u8(b);
	}
	/* Other types of units have no id in their header. */
	if (u->type == DW_UT_skeleton || u->type == DW_UT_split_compile) {
		u->id = pq_bytes_u64(b);
		u->has_id = true;
	}
}

static bool is_known_unit(const struct pq_unit *u)
{
	return u->sizes.version >= 2 && u->sizes.version <= 5 &&
	       u->sizes.address >= 1 && u->sizes.address <= 8 &&
	       u->type != DW_UT_type && u->type != DW_UT_split_type &&
	       u->entries <= u->end;
}

bool pq_dwarf_take_unit(const struct pq_dwarf *d, uint64_t offset,
			uint64_t bytes, struct pq_unit *u, bool *is_known)
{
	struct pq_bytes b = pq_bytes_from(&d->info, offset - d->info_from);

	*u = (struct pq_unit){ .dwarf = d, .offset = offset };
	if (!take_length(&b, bytes, u))
		return false;
	take_unit_fields(&b, u);
	u->entries = pq_dwarf_offset(d, b.at);
	*is_known = !b.bad && is_known_unit(u);
	return true;
}

void pq_dwarf_find_units(struct pq_dwarf *d, bool is_split)
{
	uint64_t bytes = pq_bytes_left(&d->info);
	bool is_known;

	for (uint64_t at = 0; at < bytes && d->units.n < MOST_UNITS;) {
		struct pq_unit u;

		if (!pq_dwarf_take_unit(d, at, bytes, &u, &is_known))
			return;
		u.is_split = is_split;
		at = u.end;
		/* Unknown versions are stepped over by their length. */
		if (is_known)
			*pq_vec_push(&d->units) = u;
	}
}

void pq_dwarf_release(struct pq_dwarf *d)
{
	pq_vec_release(&d->units);
}

const struct pq_unit *pq_dwarf_unit_at(const struct pq_dwarf *d,
				       uint64_t offset)
{
	size_t low = 0, high = d->units.n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (d->units.at[middle].end <= offset)
			low = middle + 1;
		else
			high = middle;
	}
	/* An offset in a header is no entry of any unit. */
	if (low == d->units.n || d->units.at[low].entries > offset)
		return NULL;
	return &d->units.at[low];
}

void pq_unit_read_abbrevs(const struct pq_unit *u, struct pq_abbrevs *a)
{
	pq_abbrevs_read(a, pq_bytes_from(&u->dwarf->abbrev, u->abbrev_offset),
			u->sizes);
}

/* ---- attributes ---- */

bool pq_unit_address(const struct pq_unit *u, uint64_t index, uint64_t *to)
{
	/* Addresses of a split unit are in the program's own table. */
	const struct pq_unit *at = u->skeleton ? u->skeleton : u;
	struct pq_bytes b = pq_bytes_from(&at->dwarf->addr, at->addr_base);

	/* An index beyond the table is damage, and no address. */
	if (index > pq_bytes_left(&b) / u->sizes.address)
		return false;
	pq_bytes_skip(&b, index * u->sizes.address);
	*to = pq_bytes_uint(&b, u->sizes.address);
	return !b.bad;
}

/* A text by its index in .debug_str_offsets. */
static struct pq_text indexed_text(const struct pq_unit *u, uint64_t index)
{
	struct pq_bytes b =
		pq_bytes_from(&u->dwarf->str_offsets, u->str_offsets_base);
	uint64_t at;

	if (index > pq_bytes_left(&b) / u->sizes.offset)
		return (struct pq_text){ NULL, 0 };
	pq_bytes_skip(&b, index * u->sizes.offset);
	at = pq_bytes_uint(&b, u->sizes.offset);
	if (b.bad)
		return (struct pq_text){ NULL, 0 };
	return pq_bytes_text_at(&u->dwarf->str, at);
}

static void set_text_value(struct pq_value *v, struct pq_text text)
{
	if (!text.bytes)
		return;
	v->kind = PQ_VALUE_TEXT;
	v->text = text;
}

static void set_number(struct pq_value *v, uint64_t number)
{
	v->kind = PQ_VALUE_NUMBER;
	v->number = number;
}

static void set_entry(struct pq_value *v, uint64_t offset)
{
	v->kind = PQ_VALUE_ENTRY;
	v->number = offset;
}

static void set_address(const struct pq_unit *u, struct pq_value *v,
			uint64_t index)
{
	if (pq_unit_address(u, index, &v->number))
		v->kind = PQ_VALUE_ADDRESS;
}

static void set_offset(const struct pq_unit *u, struct pq_bytes *b,
		       struct pq_value *v)
{
	set_number(v, pq_bytes_uint(b, u->sizes.offset));
	v->is_offset = true;
}

/* Forms of which the value is no plain number of a fixed size. */
static bool read_string_form(const struct pq_unit *u, uint16_t form,
			     struct pq_bytes *b, struct pq_value *v)
{
	const struct pq_dwarf *d = u->dwarf;
	unsigned offset = u->sizes.offset;
	uint64_t at;

	switch (form) {
	case DW_FORM_string:
		set_text_value(v, pq_bytes_text(b));
		return true;
	case DW_FORM_strp:
		set_text_value(v, pq_bytes_text_at(&d->str,
						   pq_bytes_uint(b, offset)));
		return true;
	case DW_FORM_line_strp:
		set_text_value(v, pq_bytes_text_at(&d->line_str,
						   pq_bytes_uint(b, offset)));
		return true;
	case DW_FORM_strp_sup:
	case DW_FORM_GNU_strp_alt:
		/* The offset is read even where the other file is missing. */
		at = pq_bytes_uint(b, offset);
		if (d->alternate)
			set_text_value(v, pq_bytes_text_at(&d->alternate->str,
							   at));
		return true;
	case DW_FORM_strx:
	case DW_FORM_GNU_str_index:
		set_text_value(v, indexed_text(u, pq_bytes_uleb(b)));
		return true;
	case DW_FORM_strx1:
	case DW_FORM_strx2:
	case DW_FORM_strx3:
	case DW_FORM_strx4:
		set_text_value(
			v,
			indexed_text(
				u, pq_bytes_uint(b, pq_form_bytes(form,
								  u->sizes))));
		return true;
	default:
		return false;
	}
}

static bool read_reference_form(const struct pq_unit *u, uint16_t form,
				struct pq_bytes *b, struct pq_value *v)
{
	switch (form) {
	case DW_FORM_ref1:
	case DW_FORM_ref2:
	case DW_FORM_ref4:
	case DW_FORM_ref8:
		set_entry(v, u->offset +
				     pq_bytes_uint(b, pq_form_bytes(form,
								    u->sizes)));
		return true;
	case DW_FORM_ref_udata:
		set_entry(v, u->offset + pq_bytes_uleb(b));
		return true;
	case DW_FORM_ref_addr:
		set_entry(v, pq_bytes_uint(b, pq_form_bytes(form, u->sizes)));
		return true;
	case DW_FORM_GNU_ref_alt:
	case DW_FORM_ref_sup4:
	case DW_FORM_ref_sup8:
		set_entry(v, pq_bytes_uint(b, pq_form_bytes(form, u->sizes)));
		v->kind = PQ_VALUE_ALTERNATE_ENTRY;
		return true;
	default:
		return false;
	}
}

static bool read_number_form(const struct pq_unit *u,
			     const struct pq_attribute_spec *s, uint16_t form,
			     struct pq_bytes *b, struct pq_value *v)
{
	switch (form) {
	case DW_FORM_data1:
	case DW_FORM_data2:
	case DW_FORM_data4:
	case DW_FORM_data8:
	case DW_FORM_flag:
		set_number(v, pq_bytes_uint(b, pq_form_bytes(form, u->sizes)));
		/* until DWARF 3 these were offsets as well */
		v->is_offset = u->sizes.version <= 3 &&
			       (form == DW_FORM_data4 || form == DW_FORM_data8);
		return true;
	case DW_FORM_udata:
		set_number(v, pq_bytes_uleb(b));
		return true;
	case DW_FORM_sdata:
		set_number(v, (uint64_t)pq_bytes_sleb(b));
		return true;
	case DW_FORM_implicit_const:
		set_number(v, (uint64_t)s->implicit);
		return true;
	case DW_FORM_flag_present:
		set_number(v, 1);
		return true;
	case DW_FORM_sec_offset:
		set_offset(u, b, v);
		return true;
	case DW_FORM_rnglistx:
		set_number(v, pq_bytes_uleb(b));
		v->kind = PQ_VALUE_INDEX;
		return true;
	default:
		return false;
	}
}

static bool read_address_form(const struct pq_unit *u, uint16_t form,
			      struct pq_bytes *b, struct pq_value *v)
{
	switch (form) {
	case DW_FORM_addr:
		set_number(v, pq_bytes_uint(b, u->sizes.address));
		v->kind = PQ_VALUE_ADDRESS;
		return true;
	case DW_FORM_addrx:
	case DW_FORM_GNU_addr_index:
		set_address(u, v, pq_bytes_uleb(b));
		return true;
	case DW_FORM_addrx1:
	case DW_FORM_addrx2:
	case DW_FORM_addrx3:
	case DW_FORM_addrx4:
		set_address(u, v,
			    pq_bytes_uint(b, pq_form_bytes(form, u->sizes)));
		return true;
	default:
		return false;
	}
}

/* Forms whose value nobody here asks for. */
static bool skip_form(const struct pq_unit *u, uint16_t form,
		      struct pq_bytes *b)
{
	uint32_t bytes = pq_form_bytes(form, u->sizes);

	switch (form) {
	case DW_FORM_block:
	case DW_FORM_exprloc:
		pq_bytes_skip(b, pq_bytes_uleb(b));
		return true;
	case DW_FORM_block1:
		pq_bytes_skip(b, pq_bytes_u8(b));
		return true;
	case DW_FORM_block2:
		pq_bytes_skip(b, pq_bytes_u16(b));
		return true;
	case DW_FORM_block4:
		pq_bytes_skip(b, pq_bytes_u32(b));
		return true;
	case DW_FORM_string:
		pq_bytes_text(b);
		return true;
	case DW_FORM_sdata:
	case DW_FORM_udata:
	case DW_FORM_ref_udata:
	case DW_FORM_strx:
	case DW_FORM_addrx:
	case DW_FORM_loclistx:
	case DW_FORM_rnglistx:
	case DW_FORM_GNU_addr_index:
	case DW_FORM_GNU_str_index:
		pq_bytes_uleb(b);
		return true;
	default:
		if (bytes == PQ_ABBREV_VARIES)
			return false;
		pq_bytes_skip(b, bytes);
		return true;
	}
}

/* DW_FORM_indirect: the form stands before the value. */
static uint16_t settle_form(const struct pq_attribute_spec *s,
			    struct pq_bytes *b)
{
	uint16_t form = s->form;

	for (int i = 0; form == DW_FORM_indirect && i < MOST_INDIRECT; i++)
		form = (uint16_t)pq_bytes_uleb(b);
	return form;
}

bool pq_value_skip(const struct pq_unit *u, const struct pq_attribute_spec *s,
		   struct pq_bytes *b)
{
	return skip_form(u, settle_form(s, b), b) && !b->bad;
}

bool pq_value_read(const struct pq_unit *u, const struct pq_attribute_spec *s,
		   struct pq_bytes *b, struct pq_value *v)
{
	uint16_t form = settle_form(s, b);

	*v = (struct pq_value){ .kind = PQ_VALUE_NONE };
	return (read_number_form(u, s, form, b, v) ||
		read_address_form(u, form, b, v) ||
		read_string_form(u, form, b, v) ||
		read_reference_form(u, form, b, v) || skip_form(u, form, b)) &&
	       !b->bad;
}

/* ---- entries ---- */

struct pq_bytes pq_unit_bytes(const struct pq_unit *u, uint64_t offset)
{
	struct pq_bytes b = { .big = u->dwarf->info.big, .bad = true };

	if (offset < u->entries || offset >= u->end ||
	    offset < u->dwarf->info_from)
		return b;
	b = pq_bytes_from(&u->dwarf->info, offset - u->dwarf->info_from);
	/* what follows the unit is another one's */
	if (pq_bytes_left(&b) > u->end - offset)
		b.end = b.at + (u->end - offset);
	return b;
}

static void take_code(const struct pq_value *v, uint16_t name,
		      struct pq_entry *e, bool *high_is_size)
{
	switch (name) {
	case DW_AT_low_pc:
		e->low = v->number;
		e->has_low = v->kind == PQ_VALUE_ADDRESS;
		break;
	case DW_AT_high_pc:
		e->high = v->number;
		e->has_high = v->kind == PQ_VALUE_ADDRESS ||
			      v->kind == PQ_VALUE_NUMBER;
		*high_is_size = v->kind == PQ_VALUE_NUMBER;
		break;
	case DW_AT_ranges:
		e->ranges = v->number;
		e->ranges_by_index = v->kind == PQ_VALUE_INDEX;
		e->has_ranges = v->kind == PQ_VALUE_INDEX ||
				v->kind == PQ_VALUE_NUMBER;
		break;
	}
}

static bool asks_for(uint16_t name)
{
	return name == DW_AT_sibling || name == DW_AT_low_pc ||
	       name == DW_AT_high_pc || name == DW_AT_ranges;
}

/* Attributes one by one, for entries of which some are wanted. */
static bool take_entry_attributes(const struct pq_unit *u,
				  const struct pq_abbrevs *a,
				  struct pq_bytes *b, struct pq_entry *e)
{
	const struct pq_attribute_spec *s = pq_abbrev_specs(a, e->abbrev);
	bool high_is_size = false;
	struct pq_value v;

	for (uint32_t i = 0; i < e->abbrev->n; i++, s++) {
		if (!asks_for(s->name)) {
			if (!pq_value_skip(u, s, b))
				return false;
			continue;
		}
		if (!pq_value_read(u, s, b, &v))
			return false;
		take_code(&v, s->name, e, &high_is_size);
		if (s->name == DW_AT_sibling && v.kind == PQ_VALUE_ENTRY) {
			e->sibling = v.number;
			e->has_sibling = true;
		}
	}
	/* A size counts from the low address: both had to be read first. */
	if (high_is_size && __builtin_add_overflow(e->low, e->high, &e->high))
		e->has_high = false;
	return true;
}

bool pq_entry_read(const struct pq_unit *u, const struct pq_abbrevs *a,
		   struct pq_bytes *b, struct pq_entry *e)
{
	uint64_t code;

	*e = (struct pq_entry){
		.offset = pq_dwarf_offset(u->dwarf, b->at),
	};
	code = pq_bytes_uleb(b);
	if (b->bad)
		return false;
	/* Code 0 ends a list of children: no entry, and no error. */
	if (!code)
		return true;
	e->abbrev = pq_abbrev_find(a, code);
	if (!e->abbrev)
		return false;
	/* most entries: parameters, variables, members */
	if (!e->abbrev->has_children &&
	    e->abbrev->fixed_bytes != PQ_ABBREV_VARIES &&
	    !pq_tag_has_code(e->abbrev->tag)) {
		pq_bytes_skip(b, e->abbrev->fixed_bytes);
		return !b->bad;
	}
	return take_entry_attributes(u, a, b, e);
}

/* ---- the first entry ---- */

/* Bases have to be known before what is counted from them. */
static bool take_base(const struct pq_value *v, uint16_t name,
		      struct pq_unit *u)
{
	switch (name) {
	case DW_AT_str_offsets_base:
		u->str_offsets_base = v->number;
		return true;
	case DW_AT_addr_base:
	case DW_AT_GNU_addr_base:
		u->addr_base = v->number;
		return true;
	case DW_AT_rnglists_base:
		u->rnglists_base = v->number;
		return true;
	case DW_AT_GNU_ranges_base:
		u->gnu_ranges_base = v->number;
		return true;
	case DW_AT_GNU_dwo_id:
		u->id = v->number;
		u->has_id = true;
		return true;
	case DW_AT_stmt_list:
		u->line_table = v->number;
		u->has_line_table = v->kind == PQ_VALUE_NUMBER;
		return true;
	default:
		return false;
	}
}

static void take_texts(const struct pq_value *v, uint16_t name,
		       struct pq_unit *u)
{
	if (v->kind != PQ_VALUE_TEXT)
		return;
	if (name == DW_AT_comp_dir)
		u->directory = v->text;
	else if (name == DW_AT_dwo_name || name == DW_AT_GNU_dwo_name)
		u->split_name = v->text;
}

/* Bases that a split unit of DWARF 5 leaves out: past the section's header. */
static void assume_bases(struct pq_unit *u)
{
	bool is_long = u->sizes.offset == 8;

	if (!u->is_split || u->sizes.version < 5)
		return;
	u->str_offsets_base = is_long ? 16 : 8;
	u->rnglists_base = is_long ? 20 : 12;
}

void pq_unit_describe(struct pq_unit *u, struct pq_abbrevs *room)
{
	struct pq_bytes start = pq_unit_bytes(u, u->entries);
	struct pq_entry e = { .abbrev = NULL };
	bool high_is_size = false;
	struct pq_value v;

	/* the first pass takes bases, the second the values they are for */
	assume_bases(u);
	pq_unit_read_abbrevs(u, room);
	for (int pass = 0; pass < 2; pass++) {
		struct pq_bytes b = start;
		const struct pq_attribute_spec *s;

		e.abbrev = pq_abbrev_find(room, pq_bytes_uleb(&b));
		if (b.bad || !e.abbrev)
			return;
		s = pq_abbrev_specs(room, e.abbrev);
		for (uint32_t i = 0; i < e.abbrev->n; i++, s++) {
			if (!pq_value_read(u, s, &b, &v))
				return;
			if (!pass || take_base(&v, s->name, u)) {
				take_base(&v, s->name, u);
				continue;
			}
			take_code(&v, s->name, &e, &high_is_size);
			take_texts(&v, s->name, u);
		}
	}

	/* an end may be told as a size */
	u->tag = e.abbrev->tag;
	u->has_low = e.has_low;
	u->low = e.low;
	u->has_high = e.has_low && e.has_high &&
		      !(high_is_size &&
			__builtin_add_overflow(e.low, e.high, &e.high));
	u->high = e.high;
	u->has_ranges = e.has_ranges;
	u->ranges = e.ranges;
	u->ranges_by_index = e.ranges_by_index;
}
