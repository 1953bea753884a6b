/*
 * mappings.h - the list of mappings put in order, and the mapping that each
 * location lies in.
 *
 * Tidying joins neighbours that were one mapping, puts the first that looks
 * like a program and not like a library in front, and drops a huge page that
 * a program's text was moved to.
 * A location with an address and without a mapping gets the first mapping
 * that contains it, else the first that would if it began at its file's
 * start (which is extended so), else the fake mapping of the whole address
 * space, made when it is first needed.  Then mappings get ids from 1.
 *
 * Cost:   logarithmic a location, however many mappings there are.
 * Source: the reference's massageMappings and remapMappingIDs.
 */
#ifndef PQ_FORMAT_TEXT_MAPPINGS_H
#define PQ_FORMAT_TEXT_MAPPINGS_H

#include "format/text/builder.h"

/* To be called before the builder is closed: texts are interned in it. */
void pq_mappings_tidy(struct pq_legacy *b);

void pq_assign_mappings(struct pq_profile *p);

/*
 * Puts the program in front where locations know their mappings: the first
 * file that is no library, else the first library, and never the kernel or
 * anonymous memory.  Without either the order stays.  Mappings have their
 * ids, which are positions, before and after.
 */
void pq_put_program_first(struct pq_legacy *b);

#endif
