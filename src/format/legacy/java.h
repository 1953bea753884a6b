/*
 * java.h - the list of symbols that Java's legacy profiles end with.
 *
 * Shape:  "0xADDRESS FUNCTION (FILE:LINE)", "0xADDRESS FUNCTION (PATH)" or
 *         "0xADDRESS TEXT"; other lines are ignored.
 * Result: locations named so have no address; in the end none has, and those
 *         without a name have the fake mapping.  Functions of one name are
 *         one, with the file named first.
 */
#ifndef PQ_FORMAT_LEGACY_JAVA_H
#define PQ_FORMAT_LEGACY_JAVA_H

#include "format/text/builder.h"

/* The numbers of functions by the string id of their name. */
struct pq_java_symbols {
	struct pq_legacy *b;
	PQ_VEC(uint32_t) by_name; /* number + 1; 0: none yet */
};

/* Takes one line. */
bool pq_java_symbol(struct pq_java_symbols *j, const struct pq_lines *l);

/* After the last one: numbers everything; releases the struct. */
void pq_java_finish(struct pq_java_symbols *j);

/* Takes all lines from the next one on, and finishes. */
bool pq_java_symbols(struct pq_legacy *b, struct pq_lines *l);

#endif
