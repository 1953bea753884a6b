/*
 * family.h - many tests at once.
 *
 * Source: Benjamini and Hochberg 1995; of what is found by their rule at q,
 *         a share of q is false on average.
 */
#ifndef PQ_STATS_FAMILY_H
#define PQ_STATS_FAMILY_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Sets found[] for the k smallest of n values p, with the largest k whose k-th
 * p is at most q * k / n.  Returns k.
 */
size_t pq_family_find(const double *p, size_t n, double q, bool *found);

/* The middle value; sorts the list.  0 when it is empty. */
double pq_median(double *list, size_t n);

/*
 * How much more two runs differ than counting explains, from (n1-n2)^2 /
 * (n1+n2) of the functions with 10 samples and more: their median over 0.455,
 * the median that counting alone gives.  At least 1, and 1 for fewer than 8 of
 * them.  The list is sorted.
 */
double pq_excess_of_pair(double *squares, size_t n);
#define PQ_EXCESS_LEAST_SAMPLES 10

/* The sum of (x - mean)^2 / mean: the spread of one group's counts. */
double pq_chi_square(const double *x, size_t n);

/*
 * The same for one function of groups: chi2 is its spread within the groups
 * over what counting explains, df the number of files less two.  It is drawn
 * towards 1 as if by 8 more degrees of freedom, so that three files a side
 * are enough.
 */
double pq_excess_of_groups(double chi2, double df);

#endif
