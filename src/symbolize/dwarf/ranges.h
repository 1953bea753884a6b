/*
 * ranges.h - the addresses that an entry or a unit covers.
 *
 * A range is told piece by piece, so that nothing is kept; empty and inverted
 * ones are left out.  Code that a linker threw away has ranges at 0 or at a
 * tombstone (the highest addresses): who asks compares with where code is.
 * Limits: PQ_RANGES_MOST pieces a list.
 * Source: DWARF 5, section 2.17.3; DWARF 4, section 2.17.3.
 */
#ifndef PQ_SYMBOLIZE_DWARF_RANGES_H
#define PQ_SYMBOLIZE_DWARF_RANGES_H

#include "symbolize/dwarf/unit.h"

#define PQ_RANGES_MOST (1u << 24)

/* [low, high); false ends the list. */
typedef bool pq_range_seen(void *ctx, uint64_t low, uint64_t high);

/* The ranges of an entry of the unit. */
void pq_entry_ranges(const struct pq_unit *u, const struct pq_entry *e,
		     pq_range_seen *seen, void *ctx);

/* A unit's as its first entry says; a skeleton's for its split unit. */
void pq_unit_ranges(const struct pq_unit *u, pq_range_seen *seen, void *ctx);

#endif
