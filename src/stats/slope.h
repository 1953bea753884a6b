/*
 * slope.h - how fast a value grows over a series of snapshots, and whether
 * that is more than sampling and load explain.
 *
 * Model:  snapshots lie in parts, each of one process; all parts of two and
 *         more are fitted together: one slope, and a level for each part.
 *         With a load, what it explains of the time axis is taken out first,
 *         so that what follows the load has no slope.
 *
 *             xc, lc    x and load, less the mean of their part
 *             e_i = xc_i - r lc_i      r = sum lc xc / sum lc^2
 *             w_i = e_i / sum e^2      growth = sum w_i V_i
 *
 *         Objects that stay from one snapshot to the next are the same
 *         sampled objects, so that the noise of snapshots is correlated: S_ij
 *         is the number of samples of snapshot i that are still there at j, as
 *         far as births and deaths tell.  One object size adds
 *
 *             q weight^2 (sum w_i w_j S_ij + max w^2)
 *
 *         to the variance, q being 1 - P and at least 0.05 (0 where nothing is
 *         sampled).  What the residuals show beyond the expected is added.
 * Units:  x in what the slope is to be per (days); values in what the weights
 *         are in.
 * Source: calibrated on recorded series with planted leaks; profq(1), section
 *         STATISTICS.
 */
#ifndef PQ_STATS_SLOPE_H
#define PQ_STATS_SLOPE_H

#include <stdint.h>
#include <stddef.h>

/* Snapshots in order; part k is those from ends[k - 1] (or 0) to ends[k]. */
struct pq_series {
	const double *x;
	size_t n;
	const size_t *ends;
	size_t n_parts;
};

/* The objects of one size in each snapshot. */
struct pq_slope_class {
	double weight;	      /* w: value of one sample */
	double missed;	      /* q */
	const int64_t *live;  /* samples alive, by snapshot */
	const int64_t *alloc; /* samples since the start; NULL: not known */
};

struct pq_slope {
	double growth, error; /* for each unit of x */
	/* growth / error; without one +-1e12, or 0 if no scatter can show */
	double z;
	double variance; /* growth's, by sampling alone */
	double samples;	 /* alive, over all snapshots */
	int degrees;	 /* the residuals' degrees of freedom */
};

/* q of a size that is caught with the probability P; 0 when P is 1 by rule. */
double pq_slope_missed(double caught, int64_t period);

/* load: by snapshot, or NULL. */
void pq_slope_fit(const struct pq_series *s, const double *load,
		  const struct pq_slope_class *classes, size_t n,
		  struct pq_slope *slope);

/*
 * The slope of the last half of the longest part (the later one of equals),
 * of three snapshots at least, without load.
 */
void pq_slope_fit_end(const struct pq_series *s,
		      const struct pq_slope_class *classes, size_t n,
		      struct pq_slope *slope);

/* Where the longest part begins; its end goes to *end. */
size_t pq_series_longest(const struct pq_series *s, size_t *end);

/* Snapshots in parts of two and more, and the number of such parts. */
size_t pq_series_fitted(const struct pq_series *s, size_t *n_parts);

/* One-sided p of a z at least as large. */
double pq_normal_tail(double z);

#endif
