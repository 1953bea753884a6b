/*
 * binomial.h - tails of the distributions that sample counts follow.
 *
 * Counts are real numbers here: an effective count is a value divided by what
 * one effective sample of it is worth (noise.h).  Everything is computed from
 * logarithms, so that counts of millions neither overflow nor vanish.
 *
 * Source: the continued fraction of the incomplete beta function (Lentz's
 *         method); accuracy is better than 1e-10 for counts up to 1e7.
 * Threads: no state.
 */
#ifndef PQ_STATS_BINOMIAL_H
#define PQ_STATS_BINOMIAL_H

/* I_x(a, b), regularised; 0 or 1 at the borders, for a or b of 0 too. */
double pq_beta_inc(double a, double b, double x);

/*
 * Two-sided mid-p of m1 against m2 when the sides are sampled in the ratio of
 * rate1 to rate2: each of the m1 + m2 falls to side 2 with the probability
 * x = rate2 / (rate1 + rate2).  With k for m2 and r for m1
 *
 *     tail(k, r) = (I_x(k, r + 1) + I_x(k + 1, r)) / 2
 *
 * is the chance of more than k, and half of that of just k; the result is
 * twice the smaller tail, at most 1.  1 when there is nothing to test.
 * Exchanging the sides gives the same number, bit for bit.
 */
double pq_binomial_mid_p(double m1, double m2, double rate1, double rate2);

/* tail(k, r) of above at x = share; 1 for k of 0. */
double pq_binomial_tail(double k, double r, double share);

/* The chance of `least` or more events where `mean` are expected. */
double pq_poisson_tail(double mean, double least);

#endif
