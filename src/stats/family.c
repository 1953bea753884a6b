#include "stats/family.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

#include "base/banned.h"

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

size_t pq_family_find(const double *p, size_t n, double q, bool *found)
{
	double *sorted = pq_alloc(pq_size_mul(n + 1, sizeof(*sorted)));
	double limit = -1;
	size_t k = 0;

	for (size_t i = 0; i < n; i++)
		sorted[i] = p[i];
	qsort(sorted, n, sizeof(*sorted), compare_doubles);
	/* The largest k that passes counts, whether or not smaller ones do. */
	for (size_t i = 0; i < n; i++)
		if (sorted[i] <= q * (double)(i + 1) / (double)n) {
			limit = sorted[i];
			k = i + 1;
		}
	/* found[] is in the caller's order, not in the sorted one. */
	pq_free(sorted);
	for (size_t i = 0; i < n; i++)
		found[i] = p[i] <= limit;
	return k;
}

double pq_median(double *list, size_t n)
{
	if (!n)
		return 0;
	qsort(list, n, sizeof(*list), compare_doubles);
	return (list[(n - 1) / 2] + list[n / 2]) / 2;
}

double pq_excess_of_pair(double *squares, size_t n)
{
	if (n < 8)
		return 1;
	return fmax(1, pq_median(squares, n) / 0.455);
}

double pq_chi_square(const double *x, size_t n)
{
	double mean = 0, sum = 0;

	for (size_t i = 0; i < n; i++)
		mean += x[i] / (double)n;
	for (size_t i = 0; i < n && mean > 0; i++)
		sum += (x[i] - mean) * (x[i] - mean) / mean;
	return sum;
}

double pq_excess_of_groups(double chi2, double df)
{
	return fmax(1, (8 + chi2) / (8 + df));
}
