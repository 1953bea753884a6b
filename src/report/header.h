/*
 * header.h - the lines above the table of top, tree and peek.
 */
#ifndef PQ_REPORT_HEADER_H
#define PQ_REPORT_HEADER_H

#include "report/report.h"

/* Profile, filters, and how much is shown; after pq_view_graph. */
void pq_header_build(struct pq_notes *to, const struct pq_report_input *in);
void pq_header_print(const struct pq_notes *header, struct pq_out *out);

#endif
