/*
 * delimited.h - table reports as CSV, TSV or a Markdown table.
 *
 * CSV:  RFC 4180, lines end in a line feed.  TSV: a tab in a text is \t.
 * Both have a last column "unit", where the sample type decides on the unit of
 * a value.  Markdown: what would be markup is escaped.
 * In all of them text from the profile is encoded as for terminals first, so
 * that a name can begin no line.
 */
#ifndef PQ_RENDER_DELIMITED_H
#define PQ_RENDER_DELIMITED_H

#include "report/report.h"

enum pq_delimited { PQ_CSV, PQ_TSV, PQ_MARKDOWN };

/* Whether a report is a table: one section without lists. */
bool pq_report_is_table(const struct pq_report *report);

/* unit: of the values of the sample type that is reported. */
void pq_delimited_report(enum pq_delimited format,
			 const struct pq_report *report, const void *rows,
			 struct pq_text unit, struct pq_out *out);

#endif
