/*
 * judge.h - from sample counts to margins and verdicts, for all rows of a
 * comparison together: what is found in one row depends on how many there are.
 */
#ifndef PQ_COMPARE_JUDGE_H
#define PQ_COMPARE_JUDGE_H

#include "compare/compare.h"
#include "stats/noise.h"

/* What is known of one row. */
struct pq_evidence {
	struct pq_tally counts;
	struct pq_tally turnover; /* one process: what did not cancel */
	bool not_judged;	  /* the runtime's own work */
	/* groups: of each file, the old side's first */
	double *samples, *values;
};

/* evidence[i] is of rows[i], and evidence[n] of the total. */
void pq_judge(struct pq_comparison *c, const struct pq_evidence *evidence,
	      struct pq_facts *facts);

#endif
