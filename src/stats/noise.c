#include "stats/noise.h"

#include <math.h>

#include "stats/binomial.h"

#include "base/banned.h"

#define NORMAL_95 1.96

const struct pq_trial pq_plain_trial = { 1, 1 };

/*
 * Objects that were not sampled on both sides, if the sides have equally many;
 * for equal P this is (n1 + n2) (1 - P) / P.
 */
static double unsampled_objects(const struct pq_class *c, double n1, double n2)
{
	double p1 = c->caught[0], p2 = c->caught[1];

	/* Samples of time: there is always more that was not seen. */
	if (p1 <= 0 || p2 <= 0)
		return n1 + n2;
	return (n1 / p1 + n2 / p2) / 2 * (1 - p1 + 1 - p2);
}

void pq_tally_add(struct pq_tally *t, const struct pq_class *c, double n1,
		  double n2)
{
	double n[2] = { n1, n2 };
	double both = n1 * c->weight[0] + n2 * c->weight[1];

	for (unsigned side = 0; side < 2; side++) {
		/* A sample stands for w of value: variances have w twice. */
		double w = c->weight[side], miss = 1 - c->caught[side];

		t->n[side] += n[side];
		t->value[side] += n[side] * w;
		t->error[side] += n[side] * w * w * miss;
		t->spread[side] += both * w * miss;
		t->square[side] += both * w;
	}
	t->missed += unsampled_objects(c, n1, n2);
	t->apart += fabs(n2 - n1);
}

double pq_tally_unit(const struct pq_tally *t, unsigned side)
{
	double few = fmin(1, 8 / pq_tally_samples(t));

	/* The spread alone trusts few large objects too much. */
	return fmax(t->spread[side], few * t->square[side]) /
	       (t->value[0] + t->value[1]);
}

double pq_tally_p(const struct pq_tally *t, const struct pq_trial *trial)
{
	double unit[2];

	if (pq_tally_samples(t) <= 0)
		return 1;
	/* Fewer than one object was missed: test the change against that. */
	if (t->missed < 1) {
		double apart =
			trial->factor == 1
				? t->apart
				: fabs(t->n[1] / trial->factor - t->n[0]);

		return pq_poisson_tail(t->missed, floor(apart));
	}
	/* Values in effective samples make the test one of counts. */
	unit[0] = pq_tally_unit(t, 0);
	unit[1] = pq_tally_unit(t, 1);
	return pq_binomial_mid_p(t->value[0] / unit[0] / trial->excess,
				 t->value[1] / unit[1] / trial->excess,
				 1 / unit[0], trial->factor / unit[1]);
}

/* Square of the limit of what a side without samples may have. */
static double squared_limit_unseen(const struct pq_tally *t, unsigned side)
{
	double limit;

	if (t->n[side] > 0 || t->missed < 1 || t->spread[side] <= 0)
		return 0;
	/* Three samples are the 95 % limit where none was seen. */
	limit = 3 * t->square[side] / (t->value[0] + t->value[1]);
	return limit * limit;
}

double pq_tally_margin(const struct pq_tally *t, const struct pq_trial *trial)
{
	double f2 = trial->factor * trial->factor;
	double variance = t->error[0] + t->error[1] / f2;
	double square = NORMAL_95 * NORMAL_95 * trial->excess * variance;

	return sqrt(square + squared_limit_unseen(t, 0) +
		    squared_limit_unseen(t, 1) / f2);
}

void pq_turned_over(double n1, double n2, double born, double m[2])
{
	double change = n2 - n1, freed = born - change;
	double turnover = fmin(n1 + n2, born + freed);

	/* Objects that are in both snapshots cancel. */
	m[0] = (turnover - change) / 2;
	m[1] = (turnover + change) / 2;
}

/* f sqrt(n) = 3.2 sqrt(2 + f), f being the growth without the 1. */
#define POWER (3.2 * 3.2)

double pq_growth_shown(double n)
{
	return 1 + (POWER + sqrt(POWER * POWER + 8 * POWER * n)) / (2 * n);
}

double pq_samples_for_growth(double factor)
{
	double f = factor - 1;

	return POWER * (2 + f) / (f * f);
}
