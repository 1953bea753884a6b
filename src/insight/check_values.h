/*
 * check_values.h - the values of one budget's groups on both sides, and what
 * samples say of them.
 *
 * Sides:  a side of several files is their mean.  Estimates are sums over the
 *         files of a side; pq_check_values_factor makes a factor between means
 *         one between sums.
 * Noise:  a heap's from its own samples, its spread from the files of a side.
 *         CPU: one run a side leaves the runtime out and widens by what the
 *         two runs differ everywhere; several widen each group by its own
 *         spread.  Contention: several files only.  What is counted and not
 *         sampled has none.
 * Source: noise.h, estimate.h, family.h; profq(1), section STATISTICS.
 */
#ifndef PQ_INSIGHT_CHECK_VALUES_H
#define PQ_INSIGHT_CHECK_VALUES_H

#include "insight/budget.h"
#include "insight/heap.h"
#include "stats/estimate.h"

enum pq_check_noise {
	PQ_CHECK_EXACT,	  /* values are compared as they are */
	PQ_CHECK_SAMPLED, /* estimates tell */
	PQ_CHECK_UNKNOWN, /* nothing can be told; doubt says why */
};

/* One group: value of a file, and the estimates of both sides. */
struct pq_check_value {
	const struct pq_heap_group *group;
	double base, new; /* means; base is NAN without one */
	struct pq_estimate side[2];
	double spread; /* chi square within the sides, in samples */
};

struct pq_check_values {
	struct pq_heap heap;
	struct pq_joined joined; /* a copy, filtered */
	struct pq_sampling type; /* where it is no heap */
	enum pq_heap_column value, samples;
	bool is_heap, objects; /* the value counts objects */
	struct pq_text unit;   /* of the sample type */
	double total;	       /* the new side's, unfiltered */
	size_t n_side[2];      /* files: old, new */
	enum pq_check_noise noise;
	const char *doubt; /* why a row beyond its limit cannot fail; or NULL */
	struct pq_check_value *list;
	size_t n;
};

/*
 * In the arena of the input but for the heap: end with release, also after a
 * failure.
 */
bool pq_check_values_find(struct pq_check_values *v, const struct pq_budget *b,
			  const struct pq_report_input *in,
			  struct pq_error *err);
void pq_check_values_release(struct pq_check_values *v,
			     const struct pq_report_input *in);

/* A factor between means of the sides, as one between their sums. */
double pq_check_values_factor(const struct pq_check_values *v, double factor);

#endif
