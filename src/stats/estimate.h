/*
 * estimate.h - what samples of one side say of the whole: a value with its
 * 95 % interval, and whether another side is beyond a limit.
 *
 * Model:  noise.h.  An object is caught with the probability P and stands for
 *         w = each / P, where `each' is its size, or 1 where objects are
 *         counted.
 * Use:    add each object size once, then ask.
 *
 *             struct pq_estimate e = { 0 };
 *             pq_estimate_add(&e, 16, caught_16, 58);
 *             limits = pq_estimate_limits(&e);
 *
 * Units:  value and limits in what `each' is in; n is samples.
 * Source: Byar's approximation to the exact interval of a Poisson mean, of
 *         effective samples; calibrated on recorded heaps with known truth:
 *         of 4,300 sites 92 to 100 % of intervals held it.
 */
#ifndef PQ_STATS_ESTIMATE_H
#define PQ_STATS_ESTIMATE_H

#include <stdbool.h>

struct pq_limits {
	double low, high;
};

struct pq_estimate {
	double n, value; /* samples, and n * w summed */
	double error;	 /* sum of n * w^2 * (1 - P): variance of value */
	double square;	 /* sum of n * w^2 */
	double caught;	 /* sampled itself: it is there */
	double missable; /* largest w * (1 - P) of any size, seen or not */
};

void pq_estimate_add(struct pq_estimate *e, double each, double caught,
		     double n);

/* n samples of time, each of which stands for `weight' of more unseen. */
void pq_estimate_add_time(struct pq_estimate *e, double weight, double n);

/*
 * Takes the variance for so many times that of counting: what the runs differ
 * by beyond it (family.h).
 */
void pq_estimate_widen(struct pq_estimate *e, double excess);

/*
 * The worth of one effective sample: as pq_tally_unit, of one side.  0 when
 * nothing is left to chance, or there is no sample.
 */
double pq_estimate_unit(const struct pq_estimate *e);

/*
 * The 95 % interval.  Without a sample it is up to 3 of the largest weight;
 * where nothing is left to chance, both ends are the value.
 */
struct pq_limits pq_estimate_limits(const struct pq_estimate *e);

/* The 95 % interval of a Poisson mean of which m were counted. */
struct pq_limits pq_poisson_limits(double m);

/* The lower end of the 95 % interval of a share (Wilson): n of total. */
double pq_share_low(double n, double total);

/* The worth of one effective sample, of both sides together. */
double pq_estimate_unit_of_both(const struct pq_estimate *a,
				const struct pq_estimate *b);

/*
 * One-sided p of "the new value is at most `factor' times the old one", of
 * sums: with N old and M new files the factor is M / N times that of a file.
 * Where nothing is left to chance it is 0 or 1.
 */
double pq_growth_p(const struct pq_estimate *old, const struct pq_estimate *new,
		   double factor);

/*
 * Whether growth by twice as much as the factor allows would be found half of
 * the time, from so many samples on the old side.
 */
bool pq_growth_is_seen(const struct pq_estimate *old, double factor);

#endif
