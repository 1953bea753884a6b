/*
 * diff.h - the rows of diff, between the file that makes them and the one
 * that prints them.
 */
#ifndef PQ_REPORT_DIFF_H
#define PQ_REPORT_DIFF_H

#include "report/report.h"

struct pq_diff {
	struct pq_view *view;
	const struct pq_joined *joined;
	const struct pq_comparison *comparison;
	struct pq_notes header, footer;
	bool groups;  /* columns of groups */
	bool verbose; /* how the verdicts came about, too */
	struct pq_change *rows;
	size_t n;
	size_t n_quiet, n_rest; /* within noise, and beyond -nodecount */
	bool grew;		/* something, beyond -threshold */
};

/* "functions", "lines", ... */
const char *pq_diff_rows_are(const struct pq_view *v);

/* Header and footer; the rows must be there. */
void pq_diff_head(struct pq_diff *d, const struct pq_report_input *in);

void pq_diff_text(const void *rows, struct pq_out *out);

extern const struct pq_report pq_report_diff;

#endif
