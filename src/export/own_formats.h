/*
 * own_formats.h - formats that one report has beside those of rows.h: what a
 * pipeline reads of check, and pictures of series and sizes.
 *
 * Table: own_formats.c; a row is a report, a word (of -format, or the end of
 *        the name that -output has) and the function that writes.
 */
#ifndef PQ_EXPORT_OWN_FORMATS_H
#define PQ_EXPORT_OWN_FORMATS_H

#include "report/report.h"

/* Prints rows; may be asked again, and prints the same again. */
typedef void pq_own_format(const void *rows, struct pq_out *out);

/* NULL when the report has no format of that word. */
pq_own_format *pq_own_format_find(const struct pq_report *report,
				  struct pq_text word);

/* The same for a file: what follows the last point of its name. */
pq_own_format *pq_own_format_of_file(const struct pq_report *report,
				     struct pq_text name);

#endif
