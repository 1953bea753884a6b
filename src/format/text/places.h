/*
 * places.h - locations by what is in them: an address of a mapping, lines of
 * functions, or both.
 */
#ifndef PQ_FORMAT_TEXT_PLACES_H
#define PQ_FORMAT_TEXT_PLACES_H

#include "format/text/builder.h"

struct pq_place {
	uint64_t address;
	uint32_t mapping;	     /* position, or PQ_NONE */
	const struct pq_line *lines; /* innermost first */
	uint32_t n_lines;
};

/*
 * The function of a name that is to be shown as it is: it has no system name,
 * so that nothing takes it for a mangled one.
 */
uint32_t pq_place_function(struct pq_legacy *b, struct pq_text name,
			   struct pq_text file);

/*
 * The location of a place: the one that is there already, or a new one.  The
 * map is the caller's, and all locations of the profile are from it.
 */
uint32_t pq_place_location(struct pq_profile *p, struct pq_map *map,
			   const struct pq_place *place);

/*
 * Says of each mapping whether it has functions: where any of its locations is
 * without one, names are still to be looked for.
 */
void pq_places_mark_mappings(struct pq_profile *p);

#endif
