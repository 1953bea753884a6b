/*
 * trend.h - what trend found, for its text and its picture.
 */
#ifndef PQ_INSIGHT_TREND_H
#define PQ_INSIGHT_TREND_H

#include "insight/heap_report.h"
#include "insight/trend_rows.h"

/* The rows of pq_report_trend. */
struct pq_trend_report {
	struct pq_heap_report base;
	const struct pq_snapshots *snapshots;
	struct pq_trend trend; /* n may be less than there are */
	size_t n_leaks;
	int64_t limit;	      /* limit of memory; -1: none was given */
	double days_to_limit; /* NAN: not known */
	int64_t live;	      /* all rows', now */
	bool fails_on_leak;
};

/* Growth is printed per "day", "h", ...; and how many of them a day has. */
const char *pq_trend_unit(const struct pq_trend_report *r, double *per_day);

/* A value of a row: bytes, or a count. */
void pq_trend_put_value(struct pq_buf *b, const struct pq_trend_report *r,
			double value);

/* "8.32MB/day" */
void pq_trend_put_growth(struct pq_buf *b, const struct pq_trend_report *r,
			 double growth);

extern const struct pq_report pq_report_trend;

#endif
