/*
 * noise.h - whether two sampled values differ by more than sampling explains.
 *
 * Model:  each object of size s is sampled on its own with probability P
 *         (profile/sampling.h), so a count n has variance n (1 - P), and one
 *         sample stands for w = s / P bytes or 1 / P objects.  A CPU sample
 *         stands for one period; there P is as good as 0.
 * Use:    one tally for a function: add each object size once, with the
 *         samples of both sides, then ask for p or for the error.
 *
 *             struct pq_tally t = { 0 };
 *             pq_tally_add(&t, &class_16, 104, 151);
 *             pq_tally_add(&t, &class_4096, 10, 12);
 *             p = pq_tally_p(&t, &pq_plain_trial);
 *
 * Units:  values in what the weights are in; counts are samples.
 * Source: the statistics were calibrated on recorded heaps with known truth;
 *         profq(1), section STATISTICS, derives them and says when they do
 *         not hold.
 */
#ifndef PQ_STATS_NOISE_H
#define PQ_STATS_NOISE_H

#include <stdbool.h>
#include <stddef.h>

/* Objects of one size, as each of the two sides samples them. */
struct pq_class {
	double caught[2]; /* P; 0 for samples of time */
	double weight[2]; /* w */
};

struct pq_tally {
	double n[2], value[2]; /* samples, and n * w summed */
	double error[2];       /* sum of n * w^2 * (1 - P): variance of value */
	/* over both sides' values, with the weights of each side */
	double spread[2], square[2];
	double missed; /* objects not sampled, as expected where the sides are
			  alike: n (1 - P) / P */
	double apart;  /* sum over sizes of |n2 - n1| */
};

/* Knowledge about the runs besides the counts. */
struct pq_trial {
	double excess; /* phi: variance over that of counting */
	double factor; /* side 2 did so many times the work of side 1 */
};

extern const struct pq_trial pq_plain_trial; /* 1 and 1 */

void pq_tally_add(struct pq_tally *t, const struct pq_class *c, double n1,
		  double n2);

static inline double pq_tally_samples(const struct pq_tally *t)
{
	return t->n[0] + t->n[1];
}

/* Fewer samples than this cannot pass and are not tested: verdict few. */
#define PQ_LEAST_SAMPLES 6

/*
 * The value of one effective sample of a side.  The spread of the values gives
 * it; with few large objects that is too sure, and 8 / t keeps it honest.
 */
double pq_tally_unit(const struct pq_tally *t, unsigned side);

/* Two-sided p of no change.  1 for no samples at all. */
double pq_tally_p(const struct pq_tally *t, const struct pq_trial *trial);

/*
 * Half of the 95 % interval of value[1] / factor - value[0].  A side without
 * samples may still have objects: up to 3 weights of them.
 */
double pq_tally_margin(const struct pq_tally *t, const struct pq_trial *trial);

/*
 * Two snapshots of one process: objects sampled in both are the same and
 * cancel.  Of n1 and n2 samples of one stack and size, with `born` sampled
 * between the snapshots, sets m[] to the two counts to be tested instead.
 */
void pq_turned_over(double n1, double n2, double born, double m[2]);

/*
 * The growth, as a factor, of which a function with n samples (each side)
 * shows half of the time; and the samples that a factor needs.
 */
double pq_growth_shown(double n);
double pq_samples_for_growth(double factor);

#endif
