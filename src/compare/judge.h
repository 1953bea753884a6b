/*
 * judge.h - from sample counts to margins and verdicts, for all rows of a
 * comparison together: the more rows, the more evidence each of them needs.
 */
#ifndef PQ_COMPARE_JUDGE_H
#define PQ_COMPARE_JUDGE_H

#include "compare/compare.h"
#include "stats/noise.h"

/* The counts behind one row. */
struct pq_evidence {
	struct pq_tally counts;
	struct pq_tally turnover; /* one process: allocated or freed */
	bool not_judged;	  /* the runtime's own work */
	/* groups: one number a file, the old side's first */
	double *samples, *values;
};

/* evidence[i] belongs to rows[i], and evidence[n] to the total. */
void pq_judge(struct pq_comparison *c, const struct pq_evidence *evidence,
	      struct pq_facts *facts);

#endif
