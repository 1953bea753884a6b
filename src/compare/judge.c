#include "compare/judge.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "stats/binomial.h"
#include "stats/family.h"

#include "base/banned.h"

/* The share of the found rows that may be false. */
#define FALSE_SHARE 0.05

struct judging {
	struct pq_comparison *c;
	const struct pq_evidence *evidence;
	struct pq_facts *facts;
	double wait_scale; /* mutex, block: contentions to one sample */
};

static const struct pq_tally *tested_tally(const struct judging *j, size_t i)
{
	return j->facts->method == PQ_BY_PROCESS ? &j->evidence[i].turnover
						 : &j->evidence[i].counts;
}

static bool is_method(const struct judging *j, enum pq_method method)
{
	return j->facts->method == method;
}

/* ---- groups: the spread within each side ---- */

/* The largest distance from the mean, in means. */
static double largest_distance(const double *x, size_t n)
{
	double mean = 0, most = 0;

	for (size_t i = 0; i < n; i++)
		mean += x[i] / (double)n;
	for (size_t i = 0; i < n; i++)
		most = fmax(most, fabs(x[i] - mean));
	return mean ? most / fabs(mean) : NAN;
}

static double degrees_of_freedom(const struct judging *j)
{
	return (double)(j->facts->n_old + j->facts->n_new) - 2;
}

/* The worth of one effective sample in the unit of e->samples. */
static double group_unit(const struct judging *j, const struct pq_evidence *e)
{
	if (j->facts->sampling.by == PQ_SAMPLED_WAITS)
		return j->wait_scale;
	if (j->facts->sampling.by == PQ_SAMPLED_TIME)
		return 1;
	return pq_tally_unit(&e->counts, 0);
}

static double group_excess(const struct judging *j, const struct pq_evidence *e)
{
	size_t n = j->facts->n_old;
	double chi2 = (pq_chi_square(e->samples, n) +
		       pq_chi_square(e->samples + n, j->facts->n_new)) /
		      group_unit(j, e);

	return pq_excess_of_groups(chi2, degrees_of_freedom(j));
}

static double group_p(const struct judging *j, const struct pq_evidence *e)
{
	double n = (double)j->facts->n_old, m = (double)j->facts->n_new, old,
	       new;
	double factor = j->facts->factor, scale;

	if (pq_tally_samples(&e->counts) <= 0)
		return 1;
	scale = group_unit(j, e) * group_excess(j, e);
	/* Runs of a side add up: their spread is in the scale. */
	old = new = 0;
	for (size_t i = 0; i < j->facts->n_old; i++)
		old += e->samples[i];
	for (size_t i = 0; i < j->facts->n_new; i++)
		new += e->samples[j->facts->n_old + i];
	return pq_binomial_mid_p(old / scale, new / scale, n, m * factor);
}

static double group_margin(const struct judging *j, const struct pq_evidence *e)
{
	struct pq_tally t = e->counts;
	struct pq_trial trial = { 1, j->facts->factor };
	double n = (double)j->facts->n_old, m = (double)j->facts->n_new;

	trial.excess = group_excess(j, e);
	for (unsigned side = 0; side < 2; side++) {
		double files = side ? m : n;

		t.error[side] *= j->wait_scale / files / files;
		t.value[side] /= files;
		t.n[side] /= files;
	}
	return pq_tally_margin(&t, &trial);
}

/*
 * Contentions are scaled by a sampling fraction that is not in the file.  The
 * scale found here makes the spread of the middle row that of counting.
 */
static void find_wait_scale(struct judging *j)
{
	double *list, df = degrees_of_freedom(j);
	size_t n = 0, n_old = j->facts->n_old;

	j->wait_scale = 1;
	if (j->facts->sampling.by != PQ_SAMPLED_WAITS || df <= 0)
		return;
	list = pq_alloc(pq_size_mul(j->c->n + 1, sizeof(*list)));
	for (size_t i = 0; i < j->c->n; i++) {
		const struct pq_evidence *e = &j->evidence[i];
		double chi2 =
			pq_chi_square(e->samples, n_old) +
			pq_chi_square(e->samples + n_old, j->facts->n_new);

		/* Rows that never vary tell nothing of the scale. */
		if (chi2 > 0)
			list[n++] = chi2 / df;
	}
	j->wait_scale = fmax(1, pq_median(list, n));
	pq_free(list);
}

/* ---- CPU: how much more the runs differ ---- */

/* Above the first there is a note, above the second no verdict. */
#define EXCESS_REPORTED 1.3
#define MOST_EXCESS 3

static void find_excess(struct judging *j)
{
	double *list = pq_alloc(pq_size_mul(j->c->n + 1, sizeof(*list)));
	size_t n = 0;

	for (size_t i = 0; i < j->c->n; i++) {
		const struct pq_tally *t = &j->evidence[i].counts;
		double sum = pq_tally_samples(t), apart = t->n[1] - t->n[0];

		if (sum >= PQ_EXCESS_LEAST_SAMPLES &&
		    !j->evidence[i].not_judged)
			list[n++] = apart * apart / sum;
	}
	j->c->excess = pq_excess_of_pair(list, n);
	pq_free(list);
}

static void note_excess(struct judging *j)
{
	struct pq_buf b = { 0 };

	if (j->c->excess <= EXCESS_REPORTED)
		return;
	pq_buf_printf(&b,
		      "variance between the runs is %.1f times that of "
		      "counting",
		      j->c->excess);
	/* Tests assume one kind of work: so much variance denies it. */
	if (j->c->excess > MOST_EXCESS) {
		pq_buf_str(&b, ": the two runs differ nearly everywhere; "
			       "different work or machine?");
		j->facts->method = PQ_BY_NOTHING;
	}
	pq_notes_add(&j->facts->notes, pq_buf_view(&b));
	pq_buf_release(&b);
}

/* ---- rows ---- */

static void measure_row(struct judging *j, struct pq_change *row, size_t i)
{
	const struct pq_evidence *e = &j->evidence[i];
	const struct pq_tally *t = tested_tally(j, i);
	struct pq_trial trial = { j->c->excess, j->facts->factor };
	size_t n = j->facts->n_old;

	if (is_method(j, PQ_BY_NOTHING) || e->not_judged)
		return;

	/* Groups: the spread within each side is the error. */
	if (is_method(j, PQ_BY_GROUPS)) {
		row->p = group_p(j, e);
		row->margin = group_margin(j, e);
		row->spread[0] = largest_distance(e->values, n);
		row->spread[1] =
			largest_distance(e->values + n, j->facts->n_new);
		return;
	}

	/* Pairs: the error is that of counting. */
	row->tested = pq_tally_samples(t);
	row->p = pq_tally_p(t, &trial);
	row->margin = pq_tally_margin(t, &trial);

	/* Objects in both snapshots are there for sure: only turnover errs. */
	if (is_method(j, PQ_BY_PROCESS))
		row->margin = 1.96 * sqrt(t->error[0] + t->error[1]);
}

static enum pq_verdict verdict_without_test(const struct judging *j, size_t i)
{
	if (j->facts->exact || j->evidence[i].not_judged)
		return PQ_NOT_JUDGED;
	return is_method(j, PQ_BY_NOTHING) ? PQ_UNKNOWN : PQ_FEW;
}

static bool can_be_tested(const struct judging *j, size_t i)
{
	return !is_method(j, PQ_BY_NOTHING) && !j->evidence[i].not_judged &&
	       pq_tally_samples(tested_tally(j, i)) >= PQ_LEAST_SAMPLES;
}

static enum pq_verdict verdict_of_direction(const struct pq_change *row)
{
	return row->estimate[1] > row->estimate[0] ? PQ_GREW : PQ_SHRANK;
}

static void judge_family(struct judging *j)
{
	struct pq_comparison *c = j->c;
	double *p = pq_alloc(pq_size_mul(c->n + 1, sizeof(*p)));
	size_t *of = pq_alloc(pq_size_mul(c->n + 1, sizeof(*of))), n = 0;
	bool *found = pq_alloc(c->n + 1);

	for (size_t i = 0; i < c->n; i++) {
		c->rows[i].verdict = verdict_without_test(j, i);
		/* Each member of the family costs the others power. */
		if (!can_be_tested(j, i))
			continue;
		of[n] = i;
		p[n++] = c->rows[i].p;
	}
	pq_family_find(p, n, FALSE_SHARE, found);

	/* All p values together decide which of them count as found. */
	for (size_t i = 0; i < n; i++) {
		struct pq_change *row = &c->rows[of[i]];

		row->verdict = found[i] ? verdict_of_direction(row) : PQ_NOISE;
	}
	c->n_family = n;
	pq_free(found);
	pq_free(of);
	pq_free(p);
}

/*
 * The total has a test of its own, outside the family.  The total of CPU time
 * is nearly fixed by the clock, so counting says nothing about it.
 */
static void judge_total(struct judging *j)
{
	struct pq_change *total = &j->c->total;
	size_t i = j->c->n;

	total->verdict = verdict_without_test(j, i);
	if (j->facts->sampling.by == PQ_SAMPLED_TIME &&
	    is_method(j, PQ_BY_PAIR)) {
		total->verdict = PQ_NOT_JUDGED;
		total->p = total->margin = NAN;
	} else if (can_be_tested(j, i)) {
		total->verdict = total->p <= FALSE_SHARE
					 ? verdict_of_direction(total)
					 : PQ_NOISE;
	}
}

/* ---- power: the growth that would have been found ---- */

static void find_power(struct judging *j)
{
	struct pq_comparison *c = j->c;
	double unit = 0, most = 0;

	if (!is_method(j, PQ_BY_PAIR) || !c->n_family)
		return;
	for (size_t i = 0; i < c->n; i++) {
		const struct pq_tally *t = &j->evidence[i].counts;
		double larger = fmax(t->value[0], t->value[1]);

		/* Rows in which nothing was missed have no sampling error. */
		if (!can_be_tested(j, i) || t->missed < 1 || larger <= most)
			continue;
		most = larger;
		unit = fmax(pq_tally_unit(t, 0), pq_tally_unit(t, 1)) *
		       c->excess;
	}
	if (!(most > 0))
		return;

	/* The largest row shows the least growth. */
	c->shown_at = most;
	c->shown_growth = pq_growth_shown(most / unit);
	c->twice_at = pq_samples_for_growth(2) * unit;
}

/* In one process with nothing freed, d new samples have p = 2^-d. */
static void find_power_of_process(struct judging *j)
{
	struct pq_comparison *c = j->c;
	double n = fmax(PQ_LEAST_SAMPLES,
			ceil(log2((double)c->n_family / FALSE_SHARE)));
	double most = 0, unit = 0;

	if (!is_method(j, PQ_BY_PROCESS) || !c->n_family)
		return;
	for (size_t i = 0; i < c->n; i++) {
		const struct pq_tally *t = &j->evidence[i].turnover;

		if (can_be_tested(j, i) && t->missed >= 1 &&
		    t->value[0] + t->value[1] > most) {
			most = t->value[0] + t->value[1];
			unit = pq_tally_unit(t, 0);
		}
	}
	/* More rows in the family ask for more samples in one. */
	c->shown_at = n * unit;
}

void pq_judge(struct pq_comparison *c, const struct pq_evidence *evidence,
	      struct pq_facts *facts)
{
	struct judging j = { .c = c, .evidence = evidence, .facts = facts };

	c->excess = 1;
	/* Scales come first: each row is measured by them. */
	find_wait_scale(&j);
	if (facts->sampling.by == PQ_SAMPLED_TIME &&
	    is_method(&j, PQ_BY_PAIR)) {
		find_excess(&j);
		note_excess(&j);
	}
	for (size_t i = 0; i < c->n; i++)
		measure_row(&j, &c->rows[i], i);
	measure_row(&j, &c->total, c->n);
	/* Verdicts wait for all rows: they are one family. */
	judge_family(&j);
	judge_total(&j);
	find_power(&j);
	find_power_of_process(&j);
}
