#include "stats/slope.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

#include "base/banned.h"

struct fitting {
	const struct pq_series *s;
	double *xc, *lc, *weight, *value;
	double x_square, load_square;
	size_t n_fitted;
	int degrees;
	bool with_load;
};

static size_t part_begin(const struct pq_series *s, size_t part)
{
	return part ? s->ends[part - 1] : 0;
}

size_t pq_series_longest(const struct pq_series *s, size_t *end)
{
	size_t best = 0, most = 0;

	for (size_t k = 0; k < s->n_parts; k++) {
		size_t n = s->ends[k] - part_begin(s, k);

		if (n < most)
			continue;
		best = k;
		most = n;
	}
	*end = s->ends[best];
	return part_begin(s, best);
}

size_t pq_series_fitted(const struct pq_series *s, size_t *n_parts)
{
	size_t n = 0;

	*n_parts = 0;
	for (size_t k = 0; k < s->n_parts; k++) {
		size_t length = s->ends[k] - part_begin(s, k);

		if (length < 2)
			continue;
		n += length;
		++*n_parts;
	}
	return n;
}

double pq_slope_missed(double caught, int64_t period)
{
	return period <= 1 ? 0 : fmax(1 - caught, 0.05);
}

double pq_normal_tail(double z)
{
	return erfc(z / sqrt(2)) / 2;
}

/* ---- the weights ---- */

/* from - mean of its part, for parts of two and more; 0 for others. */
static void center(const struct pq_series *s, const double *from, double *to)
{
	for (size_t k = 0; k < s->n_parts; k++) {
		size_t first = part_begin(s, k), end = s->ends[k];
		double mean = 0;

		for (size_t i = first; i < end; i++)
			mean += from[i];
		mean /= (double)(end - first);
		for (size_t i = first; i < end; i++)
			to[i] = end - first < 2 ? 0 : from[i] - mean;
	}
}

static double sum_of_products(const double *a, const double *b, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += a[i] * b[i];
	return sum;
}

/* Load that is all but time leaves nothing to tell a slope by. */
#define LEAST_LEFT 1e-9

static void find_weights(struct fitting *f, const double *load)
{
	size_t n = f->s->n;
	double r = 0, square;

	center(f->s, f->s->x, f->xc);
	f->x_square = sum_of_products(f->xc, f->xc, n);
	memcpy(f->weight, f->xc, n * sizeof(double));
	/* Load explains a part of the growth, which is taken out first. */
	if (load) {
		center(f->s, load, f->lc);
		f->load_square = sum_of_products(f->lc, f->lc, n);
		if (f->load_square > 0)
			r = sum_of_products(f->lc, f->xc, n) / f->load_square;
		for (size_t i = 0; i < n; i++)
			f->weight[i] -= r * f->lc[i];
	}
	square = sum_of_products(f->weight, f->weight, n);
	if (square <= LEAST_LEFT * f->x_square)
		square = INFINITY;
	else if (load)
		f->degrees--;
	for (size_t i = 0; i < n; i++)
		f->weight[i] /= square;
}

/* ---- one object size ---- */

/* Sums over pairs of snapshots of the samples they share. */
struct shared {
	double weighted; /* sum w_i w_j S_ij */
	double trace;	 /* sum S_ii */
	double fitted;	 /* the residuals' part that the fit takes */
};

/* The samples of i that are still there at i + 1, at least. */
static double kept(const struct pq_slope_class *c, size_t i)
{
	double now = (double)c->live[i], next = (double)c->live[i + 1];
	double born = c->alloc ? (double)c->alloc[i + 1] - (double)c->alloc[i]
			       : 0;
	double freed = born - (next - now);

	return fmax(0, fmax(now - freed, next - born));
}

/*
 * S_ij is n_i times the share kept at each step from i to j, so that sums over
 * all later j follow from those of i + 1.
 */
static void add_part(const struct fitting *f, const struct pq_slope_class *c,
		     size_t first, size_t end, struct shared *sum)
{
	const double *w = f->weight, *x = f->xc;
	double mean = 1 / (double)(end - first);
	double by_weight = 0, by_time = 0, all = 0;

	/* Backwards: sums over later snapshots are known by then. */
	for (size_t i = end; i-- > first;) {
		double n = (double)c->live[i], self = n + 0.3, share;

		if (i + 1 < end) {
			share = n > 0 ? kept(c, i) / n : 0;
			by_weight = share * (w[i + 1] + by_weight);
			by_time = share * (x[i + 1] + by_time);
			all = share * (1 + all);
		}
		sum->weighted += w[i] * (w[i] * self + 2 * n * by_weight);
		sum->trace += self;
		sum->fitted += self * (mean + x[i] * w[i]);
		sum->fitted += n * (2 * mean * all + x[i] * by_weight +
				    w[i] * by_time);
	}
}

static double largest_square(const double *w, size_t n)
{
	double most = 0;

	for (size_t i = 0; i < n; i++)
		most = fmax(most, w[i] * w[i]);
	return most;
}

/* Adds the variance of a size, and what of it the residuals show. */
static void add_class(struct fitting *f, const struct pq_slope_class *c,
		      double *variance, double *expected)
{
	const struct pq_series *s = f->s;
	struct shared sum = { 0, 0, 0 };
	double scale = c->weight * c->weight * c->missed;

	for (size_t i = 0; i < s->n; i++)
		f->value[i] += (double)c->live[i] * c->weight;
	for (size_t k = 0; k < s->n_parts; k++)
		if (s->ends[k] - part_begin(s, k) >= 2)
			add_part(f, c, part_begin(s, k), s->ends[k], &sum);
	*variance += scale * (sum.weighted + largest_square(f->weight, s->n));
	*expected += scale * (sum.trace - sum.fitted);
}

/* ---- the whole ---- */

#define ROUNDING 1e-12
#define Z_CERTAIN 1e12

/* The sum of squares that level, slope and load leave. */
static double residual_square(struct fitting *f, double growth)
{
	size_t n = f->s->n;
	double g = 0;

	center(f->s, f->value, f->value);
	for (size_t i = 0; i < n; i++)
		f->value[i] -= growth * f->xc[i];
	if (f->load_square > 0)
		g = sum_of_products(f->value, f->lc, n) / f->load_square;
	for (size_t i = 0; i < n; i++)
		f->value[i] -= g * f->lc[i];
	return sum_of_products(f->value, f->value, n);
}

/*
 * The z of a growth without error.  Two points lie on a line whatever they are,
 * so that they say nothing.
 */
static double certainty_of(const struct pq_slope *slope)
{
	if (slope->degrees < 1 || slope->growth == 0)
		return 0;
	return slope->growth > 0 ? Z_CERTAIN : -Z_CERTAIN;
}

static void set_error(struct fitting *f, struct pq_slope *slope,
		      double expected)
{
	double degrees = f->degrees, beyond = 0;

	/* Scatter beyond that of counting widens the error, never less. */
	if (degrees > 0)
		beyond = (residual_square(f, slope->growth) - expected) /
			 degrees;
	slope->degrees = f->degrees;
	slope->error =
		sqrt(slope->variance +
		     fmax(0, beyond) *
			     sum_of_products(f->weight, f->weight, f->s->n));
	/* Counted things may lie on a line; what rounding leaves is no error. */
	if (slope->error <= ROUNDING * fabs(slope->growth)) {
		slope->error = 0;
		slope->z = certainty_of(slope);
		return;
	}
	slope->z = slope->growth / slope->error;
}

void pq_slope_fit(const struct pq_series *s, const double *load,
		  const struct pq_slope_class *classes, size_t n,
		  struct pq_slope *slope)
{
	double *room = pq_alloc_zeroed(
		pq_size_mul(4, pq_size_mul(s->n + 1, sizeof(*room))));
	struct fitting f = { .s = s,
			     .xc = room,
			     .lc = room + s->n,
			     .weight = room + 2 * s->n,
			     .value = room + 3 * s->n };
	double expected = 0;
	size_t n_parts;

	memset(slope, 0, sizeof(*slope));
	f.degrees = (int)pq_series_fitted(s, &n_parts);
	f.degrees -= (int)n_parts + 1;
	find_weights(&f, load);
	/* Sizes differ in how they are sampled: variances add by class. */
	for (size_t c = 0; c < n; c++) {
		add_class(&f, &classes[c], &slope->variance, &expected);
		for (size_t i = 0; i < s->n; i++)
			slope->samples += (double)classes[c].live[i];
	}
	slope->growth = sum_of_products(f.weight, f.value, s->n);
	set_error(&f, slope, expected);
	pq_free(room);
}

void pq_slope_fit_end(const struct pq_series *s,
		      const struct pq_slope_class *classes, size_t n,
		      struct pq_slope *slope)
{
	struct pq_slope_class *cut = pq_alloc(pq_size_mul(n + 1, sizeof(*cut)));
	size_t end, first = pq_series_longest(s, &end);
	size_t half = (end - first + 1) / 2;
	struct pq_series part;

	/* A line through fewer than 3 points has no error. */
	if (half < 3)
		half = end - first < 3 ? end - first : 3;
	first = end - half;
	part = (struct pq_series){ s->x + first, half, &half, 1 };
	/* Columns are borrowed from where the end begins: none is copied. */
	for (size_t c = 0; c < n; c++) {
		cut[c] = classes[c];
		cut[c].live += first;
		if (cut[c].alloc)
			cut[c].alloc += first;
	}
	pq_slope_fit(&part, NULL, cut, n, slope);
	pq_free(cut);
}
