#include "stats/binomial.h"

#include <math.h>

#include "base/banned.h"

/* More terms than any count here needs: they grow with its square root. */
#define MOST_TERMS 20000

static double log_beta(double a, double b)
{
	return lgamma(a) + lgamma(b) - lgamma(a + b);
}

/* The continued fraction; converges fast for x below (a + 1) / (a + b + 2). */
static double beta_fraction(double a, double b, double x)
{
	double c = 1, d = 1 / (1 - (a + b) * x / (a + 1)), h = d;

	for (int i = 1; i < MOST_TERMS; i++) {
		double m = i, t;

		/* The even and the odd term of each step, by Lentz's method. */
		t = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
		d = 1 / (1 + t * d);
		c = 1 + t / c;
		h *= d * c;
		t = -(a + m) * (a + b + m) * x /
		    ((a + 2 * m) * (a + 2 * m + 1));
		d = 1 / (1 + t * d);
		c = 1 + t / c;
		h *= d * c;
		if (fabs(d * c - 1) < 1e-13)
			break;
	}
	return h;
}

static double beta_by_fraction(double a, double b, double x)
{
	double front = a * log(x) + b * log1p(-x) - log_beta(a, b);

	return exp(front) * beta_fraction(a, b, x) / a;
}

double pq_beta_inc(double a, double b, double x)
{
	if (x <= 0 || b <= 0)
		return b <= 0 && x > 0;
	if (x >= 1 || a <= 0)
		return 1;
	/* The fraction converges on one side of the mode: use the symmetry. */
	if (x > (a + 1) / (a + b + 2))
		return 1 - beta_by_fraction(b, a, 1 - x);
	return beta_by_fraction(a, b, x);
}

double pq_binomial_tail(double k, double r, double share)
{
	double beyond = r > 0 ? pq_beta_inc(k + 1, r, share) : 0;

	if (k <= 0)
		return 1;
	return (pq_beta_inc(k, r + 1, share) + beyond) / 2;
}

double pq_binomial_mid_p(double m1, double m2, double rate1, double rate2)
{
	double up, down;

	if (m1 + m2 <= 0)
		return 1;
	/* The sides change places, so that exchanging them is exact. */
	up = pq_binomial_tail(m2, m1, rate2 / (rate1 + rate2));
	down = pq_binomial_tail(m1, m2, rate1 / (rate1 + rate2));
	return fmin(1, 2 * fmin(up, down));
}

double pq_poisson_tail(double mean, double least)
{
	double sum = 0;

	if (least <= 0)
		return 1;
	if (mean <= 0)
		return 0;
	/* Means are below 1 here: forty terms are all that count. */
	for (int i = 0; i < 40; i++) {
		double k = least + i;

		sum += exp(k * log(mean) - mean - lgamma(k + 1));
	}
	return fmin(1, sum);
}
