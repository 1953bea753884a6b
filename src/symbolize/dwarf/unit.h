/*
 * unit.h - units of .debug_info, and the values of attributes in them.
 *
 * Shape:   a struct pq_dwarf is the debug sections of one file; units point
 *          into it and are told apart by their offset in .debug_info.  A split
 *          unit has the sections of its own file and, through `skeleton', the
 *          addresses of the other.
 * Hostile: offsets and sizes are checked where they are used; a value that
 *          lies nowhere is of kind PQ_VALUE_NONE.
 * Owner:   the caller; sections must outlive what points into them.
 * Source:  DWARF 5, sections 3.1, 7.5 and 7.26 to 7.28; DWARF 4 and GNU's
 *          split units before DWARF 5.
 */
#ifndef PQ_SYMBOLIZE_DWARF_UNIT_H
#define PQ_SYMBOLIZE_DWARF_UNIT_H

#include "base/vec.h"
#include "symbolize/dwarf/abbrev.h"
#include "symbolize/dwarf/dwarf.h"
#include "symbolize/elf/bytes.h"

/*
 * PART(field, section): each is asked for as .debug_SECTION.  The units
 * themselves are apart, for they may be streamed.
 */
#define PQ_DWARF_PARTS(PART)             \
	PART(abbrev, "debug_abbrev")     \
	PART(line, "debug_line")         \
	PART(str, "debug_str")           \
	PART(line_str, "debug_line_str") \
	PART(ranges, "debug_ranges")     \
	PART(rnglists, "debug_rnglists") \
	PART(addr, "debug_addr")         \
	PART(str_offsets, "debug_str_offsets")

struct pq_unit;

struct pq_dwarf {
	struct pq_bytes info;
#define PART(field, section) struct pq_bytes field;
	PQ_DWARF_PARTS(PART)
#undef PART
	/*
	 * Where in the section `info' begins: not at 0 while units come one by
	 * one (lookup.h).  It then holds one unit, or the beginning of it.
	 */
	uint64_t info_from;
	struct pq_bytes aranges;
	const struct pq_dwarf *alternate; /* dwz's common file, or NULL */
	PQ_VEC(struct pq_unit) units;	  /* by offset */
};

struct pq_unit {
	const struct pq_dwarf *dwarf;
	const struct pq_unit *skeleton; /* a split unit's; else NULL */
	uint64_t offset, end;		/* in .debug_info */
	uint64_t entries;		/* offset of the first entry */
	struct pq_form_sizes sizes;
	uint8_t type;
	uint16_t tag; /* the first entry's */
	bool is_split;
	uint64_t abbrev_offset;
	/* the first entry says these (pq_unit_describe) */
	bool has_line_table, has_id, has_low, has_high, has_ranges;
	uint64_t id; /* joins a skeleton and its split unit */
	uint64_t line_table;
	uint64_t low, high;
	uint64_t ranges; /* as in pq_entry */
	bool ranges_by_index;
	uint64_t str_offsets_base, addr_base, rnglists_base, gnu_ranges_base;
	struct pq_text directory, split_name;
};

/* The units of d->info into d->units, each with its header only. */
void pq_dwarf_find_units(struct pq_dwarf *d, bool is_split);
void pq_dwarf_release(struct pq_dwarf *d);

/* The most bytes that a unit's header has. */
#define PQ_UNIT_HEADER_MOST 32

/*
 * The unit whose header is at an offset of a section of so many bytes; only
 * the header need be in d->info.  False at damage, which hides where the next
 * one begins: that is at u->end else.  `is_known' tells whether the unit is
 * one of a kind that is read here.
 */
bool pq_dwarf_take_unit(const struct pq_dwarf *d, uint64_t offset,
			uint64_t bytes, struct pq_unit *u, bool *is_known);

/* Where in .debug_info something of d->info is. */
static inline uint64_t pq_dwarf_offset(const struct pq_dwarf *d,
				       const uint8_t *at)
{
	return d->info_from + (uint64_t)(at - d->info.at);
}

/* The unit that has an offset of .debug_info; NULL: none. */
const struct pq_unit *pq_dwarf_unit_at(const struct pq_dwarf *d,
				       uint64_t offset);

/* Reads the unit's first entry; `room` is for abbreviations, to be reused. */
void pq_unit_describe(struct pq_unit *u, struct pq_abbrevs *room);

void pq_unit_read_abbrevs(const struct pq_unit *u, struct pq_abbrevs *a);

/* ---- attributes ---- */

enum pq_value_kind {
	PQ_VALUE_NONE,
	PQ_VALUE_ADDRESS,
	PQ_VALUE_NUMBER, /* `is_offset`: into another section */
	PQ_VALUE_INDEX,	 /* a range list's number */
	PQ_VALUE_TEXT,
	PQ_VALUE_ENTRY,		  /* offset in this file's .debug_info */
	PQ_VALUE_ALTERNATE_ENTRY, /* in the alternate file's */
};

struct pq_value {
	enum pq_value_kind kind;
	bool is_offset;
	uint64_t number;
	struct pq_text text;
};

/* The value at *b, which is passed over; false when the form is not known. */
bool pq_value_read(const struct pq_unit *u, const struct pq_attribute_spec *s,
		   struct pq_bytes *b, struct pq_value *v);
/* Passes over it. */
bool pq_value_skip(const struct pq_unit *u, const struct pq_attribute_spec *s,
		   struct pq_bytes *b);

/* An address by its index in .debug_addr; false when it is not there. */
bool pq_unit_address(const struct pq_unit *u, uint64_t index, uint64_t *to);

/* ---- entries ---- */

/* Attributes that tell which code an entry is about, and what follows it. */
struct pq_entry {
	const struct pq_abbrev *abbrev; /* NULL: the end of a list of children */
	uint64_t offset;		/* in .debug_info */
	bool has_low, has_high, has_ranges, has_sibling;
	uint64_t low, high; /* high: past the end */
	uint64_t ranges;    /* offset of a list, or its index */
	bool ranges_by_index;
	uint64_t sibling;
};

/*
 * Bytes of the unit's entries, from an offset of .debug_info on, as far as
 * they are in `info'.
 */
struct pq_bytes pq_unit_bytes(const struct pq_unit *u, uint64_t offset);

/* Entries that may be about code, by their tag. */
static inline bool pq_tag_has_code(uint16_t tag)
{
	return tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine ||
	       tag == DW_TAG_lexical_block || tag == DW_TAG_try_block;
}

/*
 * The entry at *b, which is passed over.  Of one that has neither code nor
 * children only the abbreviation is told.  False at damage.
 */
bool pq_entry_read(const struct pq_unit *u, const struct pq_abbrevs *a,
		   struct pq_bytes *b, struct pq_entry *e);

#endif
