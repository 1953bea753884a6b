/*
 * function_name.h - what an entry of a function says about it, itself or by
 * the entries that it refers to.
 *
 * The linkage name counts before the name, wherever it is on the way through
 * abstract origin and specification; the way ends after PQ_ORIGINS_MOST steps,
 * so that circles end.  Entries of other units and of the alternate file are
 * followed.
 * Owner:   pq_entry_cache_release; texts are in sections.
 * Source:  DWARF 5, sections 2.13.2, 3.3.8 and 3.3.9; llvm-symbolizer's choice
 *          of names.
 */
#ifndef PQ_SYMBOLIZE_DWARF_FUNCTION_NAME_H
#define PQ_SYMBOLIZE_DWARF_FUNCTION_NAME_H

#include "symbolize/dwarf/unit.h"

#define PQ_ORIGINS_MOST 8
#define PQ_CACHED_UNITS 16

/* Abbreviations of units that were asked for lately; all 0 before. */
struct pq_entry_cache {
	struct pq_abbrevs slots[PQ_CACHED_UNITS];
};

void pq_entry_cache_release(struct pq_entry_cache *c);

struct pq_function_facts {
	struct pq_text linkage_name, name;
	uint64_t start_line;
	/* where it was inlined: of the entry itself */
	uint64_t call_file, call_line, call_column;
};

void pq_function_facts_read(struct pq_entry_cache *c, const struct pq_unit *u,
			    uint64_t entry, struct pq_function_facts *facts);

#endif
