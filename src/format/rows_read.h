/*
 * rows_read.h - the answer of a database: CSV with a header whose first column
 * is `stack'.
 *
 *     stack,inuse_space/bytes,inuse_objects/count,label:region
 *     "main;main.run;main.load",4096,2,eu
 *
 * Columns: `stack' as in folded stacks, from the root on; a name TYPE/UNIT is a
 *          sample type, and `value' alone is one that has no name: -sample_index
 *          names it (session/source.h), else it is samples/count; `label:KEY'
 *          is a text label, which nothing is not.
 * Rows:    an empty stack is a sample without frames; equal rows, labels too,
 *          are added up; a value that is nothing (NULL) is 0.
 * Names:   those of a linker are the system names of their functions, too, for
 *          tables have the names of files (session/export_profiles.h), which
 *          reports make readable.
 * Errors:  PQ_EFORMAT with the number of the record and its offset: columns
 *          that are none of these, a record with more or fewer fields than the
 *          header, a value that is no whole number of 64 bits, quotes that do
 *          not match.
 */
#ifndef PQ_FORMAT_ROWS_READ_H
#define PQ_FORMAT_ROWS_READ_H

#include "format/reader.h"

int pq_rows_probe(const uint8_t *head, size_t n);
bool pq_rows_read(struct pq_stream *s, struct pq_profile *p,
		  struct pq_error *err);

#endif
