/*
 * trend_rows.h - which groups of a series of snapshots grow, and which leak.
 *
 * A row is found by the slope of its value against time and load
 * (stats/slope.h), among all rows with six samples and more (stats/family.h);
 * what the last half of the series does says what it is.
 *
 *     leak       found in six files and more, and growing to the end
 *     plateaued  found, and growing no more
 *     rising     found, and neither
 */
#ifndef PQ_INSIGHT_TREND_ROWS_H
#define PQ_INSIGHT_TREND_ROWS_H

#include "insight/snapshots.h"

enum pq_trend_verdict {
	PQ_TREND_LEAK,
	PQ_TREND_RISING,
	PQ_TREND_PLATEAUED,
	PQ_TREND_STEADY,
	PQ_TREND_FEW,	    /* samples */
	PQ_TREND_FEW_FILES, /* nothing is judged */
};

const char *pq_trend_verdict_name(enum pq_trend_verdict verdict);

struct pq_trend_row {
	const struct pq_heap_group *group;
	enum pq_trend_verdict verdict;
	struct pq_slope slope;
	double p;
	int64_t *values;     /* by snapshot */
	int64_t first, last; /* the last part's */
	size_t rises;	     /* over the steps of the longest part */
};

struct pq_trend {
	const struct pq_heap *heap;
	const struct pq_snapshots *snapshots;
	bool objects; /* values count them; else bytes */
	struct pq_trend_row *rows;
	size_t n;
	size_t longest; /* files of the longest part */
	bool judged;
	/* the growth that the middle row would show; NAN: there is none */
	double smallest;
};

/* Rows by verdict, growth, name. */
void pq_trend_find(struct pq_trend *t, const struct pq_heap *h,
		   const struct pq_snapshots *s, bool objects,
		   struct pq_arena *arena);

#endif
