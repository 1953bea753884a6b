/*
 * split.h - split units: debug information that is kept out of the program, in
 * one .dwo file for each unit, or packed into a .dwp.
 *
 * A packed file has an index from a unit's id to its parts of each section;
 * a unit's sections are cut to its parts, so that it reads as if it were
 * alone.
 * Owner:  pq_split_init / pq_split_release; `sections' must outlive it.
 * Source: DWARF 5, sections 7.3.2 and 7.3.5; GNU's DebugFission for version 2
 *         of the index.
 */
#ifndef PQ_SYMBOLIZE_DWARF_SPLIT_H
#define PQ_SYMBOLIZE_DWARF_SPLIT_H

#include "base/arena.h"
#include "symbolize/dwarf/unit.h"

struct pq_split_unit;

struct pq_split {
	struct pq_arena arena;
	/* .debug_*.dwo of one packed file, with .debug_cu_index */
	struct pq_dwarf packed;
	struct pq_bytes index;
	PQ_VEC(struct pq_split_unit *) opened; /* by their skeletons */
	struct pq_abbrevs room;
};

void pq_split_init(struct pq_split *s);
void pq_split_release(struct pq_split *s);

/* Adds the units of a .dwo file with its .debug_*.dwo sections. */
void pq_split_add(struct pq_split *s, const struct pq_dwarf *sections);

/* The split unit of a skeleton (pq_lookup's split_unit); NULL: none. */
const struct pq_unit *pq_split_find(void *split,
				    const struct pq_unit *skeleton);

#endif
