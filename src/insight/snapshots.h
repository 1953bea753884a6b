/*
 * snapshots.h - the files of a series in their order, and where it is cut.
 *
 * Order: by time; as given where times are missing or equal.  A file that is
 *        there twice is used once.
 * Parts: a series is cut before a file of another binary or another sampling
 *        period, and where any count of allocations fell: that is another
 *        process.  What filters leave does not show all falls, so that this is
 *        asked of the whole files, and kept while they are filtered.
 */
#ifndef PQ_INSIGHT_SNAPSHOTS_H
#define PQ_INSIGHT_SNAPSHOTS_H

#include "insight/heap.h"
#include "stats/slope.h"

enum pq_cut_reason { PQ_CUT_BINARY, PQ_CUT_PERIOD, PQ_CUT_RESTART };

struct pq_cut {
	size_t at; /* position of the first file after it */
	enum pq_cut_reason why;
	size_t falls; /* a restart's */
};

struct pq_snapshots {
	size_t *files; /* positions in the joined profile, in order */
	double *x;     /* days since the first; or 0, 1, ... */
	size_t n;
	bool has_times;
	struct pq_cut *cuts;
	size_t n_cuts;
	size_t *ends; /* ends of parts; one more than cuts */
};

/* h: of the whole files, by whatever groups.  Says what it did to the log. */
void pq_snapshots_find(struct pq_snapshots *s, const struct pq_heap *h,
		       struct pq_arena *arena, struct pq_log *log);

const char *pq_cut_reason_name(enum pq_cut_reason why);

/* For slopes; a view into s. */
struct pq_series pq_snapshots_series(const struct pq_snapshots *s);

/* From the first to the last, in days; 0 without times. */
double pq_snapshots_span(const struct pq_snapshots *s);

#endif
