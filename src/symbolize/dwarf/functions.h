/*
 * functions.h - which functions of a unit hold the addresses asked for: the
 * one that was compiled, and those inlined into it.
 *
 * One walk over the unit's entries; those whose ranges hold no address are
 * passed over with all that is below them, and so are types.  When an address
 * finds no function that way, a second walk passes over nothing: some
 * compilers put functions into types, or nest them.
 * Shape:   innermost[i] is the function of addresses[i], a position in
 *          `found`, or PQ_FUNCTION_NONE; found[].outer leads outwards.
 * Hostile: entries deeper than PQ_FUNCTIONS_DEPTH are passed over, chains end
 *          after PQ_FUNCTIONS_INLINED; a walk ends at its first mistake, and
 *          after as much work as PQ_FUNCTIONS_WORK addresses marked.
 * Owner:   pq_functions_find fills, and may fill again; pq_functions_release.
 * Source:  DWARF 5, section 3.3.
 */
#ifndef PQ_SYMBOLIZE_DWARF_FUNCTIONS_H
#define PQ_SYMBOLIZE_DWARF_FUNCTIONS_H

#include "symbolize/dwarf/ranges.h"
#include "symbolize/dwarf/unit.h"

#define PQ_FUNCTION_NONE UINT32_MAX
#define PQ_FUNCTIONS_DEPTH 256
#define PQ_FUNCTIONS_INLINED 128
#define PQ_FUNCTIONS_WORK ((uint64_t)1 << 26)

struct pq_found_function {
	uint64_t entry; /* offset in .debug_info */
	uint32_t outer;
	uint32_t depth; /* how many functions it is inlined into */
	bool inlined;
};

struct pq_functions {
	PQ_VEC(struct pq_found_function) found;
	uint32_t *innermost; /* n of them */
	size_t room;
};

void pq_functions_find(struct pq_functions *f, const struct pq_unit *u,
		       const struct pq_abbrevs *a, const uint64_t *addresses,
		       size_t n);
void pq_functions_release(struct pq_functions *f);

#endif
