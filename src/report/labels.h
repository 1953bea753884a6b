/*
 * labels.h - the labels of a sample as rows, for traces and raw.
 */
#ifndef PQ_REPORT_LABELS_H
#define PQ_REPORT_LABELS_H

#include "report/rows.h"
#include "profile/profile.h"

extern const struct pq_column pq_label_columns[];

/* A column of kind LIST with pq_label_columns; sorts the labels. */
void pq_put_labels(const struct pq_profile *p, struct pq_sample *s,
		   struct pq_rows *w);

#endif
