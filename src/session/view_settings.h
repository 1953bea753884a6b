/*
 * view_settings.h - what options mean to a view and to a comparison.
 *
 * Source: the reference's per-command overrides.
 */
#ifndef PQ_SESSION_VIEW_SETTINGS_H
#define PQ_SESSION_VIEW_SETTINGS_H

#include "command/options.h"
#include "profile/join.h"
#include "report/report.h"

/* The thing that a row or node of a report stands for. */
enum pq_granularity pq_report_granularity(const struct pq_options *o,
					  const struct pq_report *report);

void pq_view_settings(struct pq_view_options *v, const struct pq_options *o,
		      const struct pq_report *report);

void pq_diff_settings(struct pq_diff_options *d, const struct pq_options *o,
		      const struct pq_joined *joined);

void pq_insight_settings(struct pq_insight_options *i,
			 const struct pq_options *o);

#endif
