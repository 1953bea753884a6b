/*
 * churn_chart.h - what is made a second, and how long it lives, as a picture
 * wants it.
 *
 * Owner: the report, which must outlive the chart.
 */
#ifndef PQ_INSIGHT_CHURN_CHART_H
#define PQ_INSIGHT_CHURN_CHART_H

#include "base/buf.h"
#include "report/report.h"
#include "stats/lifetime.h"

struct pq_churn_bar {
	struct pq_text name;
	double made;	   /* bytes a second; in all, without an interval */
	double live_space; /* bytes at the interval's end; NAN: unknown */
	struct pq_life life;
};

struct pq_churn_chart {
	const struct pq_view *view;
	enum pq_theme theme;
	double seconds;			 /* the interval's; 0: unknown */
	const struct pq_churn_bar *bars; /* the rows that are shown */
	size_t n, n_rows;		 /* ... of so many */
};

const struct pq_churn_chart *pq_churn_chart(const void *rows);

/* "353ms (211ms-562ms)", "<12ms", or "-" where it is not known. */
void pq_put_life(struct pq_buf *b, const struct pq_life *life);

extern const struct pq_report pq_report_churn;

#endif
