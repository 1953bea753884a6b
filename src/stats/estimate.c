#include "stats/estimate.h"

#include <math.h>

#include "stats/binomial.h"

#include "base/banned.h"

/* Deviations within which 95 % of a normal distribution lie. */
#define Z95 1.959964

void pq_estimate_add(struct pq_estimate *e, double each, double caught,
		     double n)
{
	double weight = each / caught, miss = 1 - caught;

	e->n += n;
	e->value += n * weight;
	e->error += n * weight * weight * miss;
	e->square += n * weight * weight;
	e->caught += n * each;
	e->missable = fmax(e->missable, weight * miss);
}

void pq_estimate_add_time(struct pq_estimate *e, double weight, double n)
{
	e->n += n;
	e->value += n * weight;
	e->error += n * weight * weight;
	e->square += n * weight * weight;
	e->missable = fmax(e->missable, weight);
}

void pq_estimate_widen(struct pq_estimate *e, double excess)
{
	e->error *= excess;
	e->square *= excess;
}

double pq_estimate_unit(const struct pq_estimate *e)
{
	if (e->n <= 0 || e->error <= 0)
		return 0;
	/* A few samples say too little of their spread: 8 / n adds to it. */
	return fmax(e->error, fmin(1, 8 / e->n) * e->square) / e->value;
}

static double byar(double m, double z)
{
	double root = 1 - 1 / (9 * m) + z / (3 * sqrt(m));

	return m * root * root * root;
}

struct pq_limits pq_poisson_limits(double m)
{
	struct pq_limits limits = { 0, byar(m + 1, Z95) };

	if (m > 0)
		limits.low = fmax(0, byar(m, -Z95));
	return limits;
}

struct pq_limits pq_estimate_limits(const struct pq_estimate *e)
{
	double unit = pq_estimate_unit(e);
	struct pq_limits limits = { e->value, e->value };

	/* None seen: 3 that were missed are the limit at 95 %. */
	if (e->n == 0) {
		limits = (struct pq_limits){ 0, 3 * e->missable };
	} else if (unit > 0) {
		limits = pq_poisson_limits(e->value / unit);
		limits.low = fmax(limits.low * unit, e->caught);
		limits.high *= unit;
	}
	return limits;
}

double pq_share_low(double n, double total)
{
	double p, z2 = Z95 * Z95, spread;

	if (total <= 0)
		return 0;
	/* Wilson's limit holds for shares near 0 and 1, too. */
	p = n / total;
	spread = sqrt(p * (1 - p) / total + z2 / (4 * total * total));
	return (p + z2 / (2 * total) - Z95 * spread) / (1 + z2 / total);
}

double pq_estimate_unit_of_both(const struct pq_estimate *a,
				const struct pq_estimate *b)
{
	double few = fmin(1, 8 / (a->n + b->n));

	return fmax(a->error + b->error, few * (a->square + b->square)) /
	       (a->value + b->value);
}

double pq_growth_p(const struct pq_estimate *old, const struct pq_estimate *new,
		   double factor)
{
	double unit;

	if (old->n + new->n <= 0)
		return 1;
	/* Values that were not sampled are certain. */
	if (old->error + new->error <= 0)
		return new->value > old->value *factor ? 0 : 1;
	unit = pq_estimate_unit_of_both(old, new);
	return pq_binomial_tail(new->value / unit, old->value / unit,
				factor / (1 + factor));
}

bool pq_growth_is_seen(const struct pq_estimate *old, double factor)
{
	double unit = pq_estimate_unit(old);

	if (unit <= 0)
		return true;
	return sqrt(old->value / unit) * (factor - 1) /
		       sqrt(2 * factor - 1 + factor * factor) >=
	       3.2;
}
