#include "report/diff.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"

#include "base/banned.h"

/* diff: two profiles, function by function, with what sampling explains. */

/* ---- the threshold of -exit_code ---- */

struct threshold {
	double share; /* a part of base; */
	double value; /* or in the sample type's unit */
};

/* "10%", or a value with or without a unit: "5MB". */
static bool parse_threshold(struct threshold *t, struct pq_text text,
			    const struct pq_view *v, struct pq_error *err)
{
	const char *from = pq_unchecked_bytes(text.bytes);
	char *end;
	double number;
	bool known = true;

	*t = (struct threshold){ 0, 0 };
	if (!text.len)
		return true;
	/* A percentage is a share of base. */
	number = strtod(from, &end);
	if (end != from && number >= 0 && !strcmp(end, "%")) {
		t->share = number / 100;
		return true;
	}
	/* A value may have a unit of the sample type's family. */
	t->value = number;
	if (*end)
		t->value *=
			pq_unit_ratio(pq_text_of(end), v->sample_unit, &known);
	if (end != from && number >= 0 && known)
		return true;
	return pq_fail(err, PQ_EUSAGE,
		       "invalid value \"%.200s\" for flag -threshold: must be "
		       "a percentage such as 10%%, or a value such as 5MB",
		       text.bytes);
}

static bool is_beyond(const struct threshold *t, const struct pq_change *c)
{
	double delta = (double)c->delta;

	return c->verdict == PQ_GREW && delta >= t->value &&
	       delta >= t->share * (double)c->base;
}

/* ---- the order ---- */

static int larger_first(double a, double b)
{
	return (a < b) - (a > b);
}

static int compare_change_names(const void *a, const void *b)
{
	const struct pq_change *x = a, *y = b;

	return pq_text_compare(x->name, y->name);
}

/* Sizes as the machine has them: |INT64_MIN| is larger than all others. */
static uint64_t change_size(int64_t value)
{
	return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

static int by_delta(const void *a, const void *b)
{
	const struct pq_change *x = a, *y = b;
	uint64_t i = change_size(x->delta), j = change_size(y->delta);

	if (i != j)
		return i < j ? 1 : -1;
	i = change_size(x->base) + change_size(x->new);
	j = change_size(y->base) + change_size(y->new);
	if (i != j)
		return i < j ? 1 : -1;
	return compare_change_names(a, b);
}

static double ratio_rank(const struct pq_change *c)
{
	return c->base	    ? (double)c->new / (double)c->base
	       : c->new > 0 ? INFINITY
			    : 0;
}

static int by_ratio(const void *a, const void *b)
{
	int order = larger_first(ratio_rank(a), ratio_rank(b));

	return order ? order : by_delta(a, b);
}

static int by_base(const void *a, const void *b)
{
	const struct pq_change *x = a, *y = b;

	if (x->base != y->base)
		return x->base < y->base ? 1 : -1;
	return by_delta(a, b);
}

static int by_new(const void *a, const void *b)
{
	const struct pq_change *x = a, *y = b;

	if (x->new != y->new)
		return x->new < y->new ? 1 : -1;
	return by_delta(a, b);
}

static int (*const orders[])(const void *, const void *) = {
	[PQ_DIFF_BY_DELTA] = by_delta,
	[PQ_DIFF_BY_RATIO] = by_ratio,
	[PQ_DIFF_BY_BASE] = by_base,
	[PQ_DIFF_BY_NEW] = by_new,
	[PQ_DIFF_BY_NAME] = compare_change_names,
};

/* ---- rows that stand for many ---- */

static void fold(struct pq_change *into, const struct pq_change *c)
{
	into->n_summed++;
	into->base = pq_add(into->base, c->base);
	into->new = pq_add(into->new, c->new);
	into->delta = pq_add(into->delta, c->delta);
	for (unsigned side = 0; side < 2; side++) {
		into->samples[side] += c->samples[side];
		into->estimate[side] += c->estimate[side];
	}
}

static void begin_fold(struct pq_change *row, enum pq_verdict verdict)
{
	memset(row, 0, sizeof(*row));
	row->margin = row->p = row->spread[0] = row->spread[1] = NAN;
	row->verdict = verdict;
}

/* Cumulative values overlap: they have no sum. */
static void end_fold(struct pq_diff *d, struct pq_change *row, const char *what,
		     struct pq_arena *arena)
{
	struct pq_buf b = { 0 };

	if (!row->n_summed)
		return;
	pq_buf_printf(&b, "%s: %zu %s", what, row->n_summed,
		      pq_diff_rows_are(d->view));
	row->name = pq_arena_text(arena, pq_buf_view(&b));
	pq_buf_release(&b);
	d->rows[d->n++] = *row;
}

/* Whether a row says no more than that nothing was found. */
static bool is_quiet(const struct pq_change *c)
{
	return c->verdict == PQ_NOISE || !c->delta;
}

static void choose_rows(struct pq_diff *d, const struct pq_report_input *in)
{
	const struct pq_comparison *c = d->comparison;
	bool judged = c->facts->method != PQ_BY_NOTHING;
	uint64_t most = d->view->o.nodecount > 0
				? (uint64_t)d->view->o.nodecount
				: UINT64_MAX;
	struct pq_change quiet, rest;

	/* Two rows may sum up others: quiet ones, and those beyond -nodecount. */
	begin_fold(&quiet, judged ? PQ_NOISE : PQ_NOT_JUDGED);
	begin_fold(&rest, PQ_NOT_JUDGED);
	d->rows = PQ_ARENA_NEW(in->arena, struct pq_change, c->n + 2);
	qsort(c->rows, c->n, sizeof(*c->rows), orders[in->diff->order]);
	for (size_t i = 0; i < c->n; i++) {
		/* Quiet ones first: they do not count as rows. */
		if (!in->diff->all && is_quiet(&c->rows[i]))
			fold(&quiet, &c->rows[i]);
		else if (d->n < most)
			d->rows[d->n++] = c->rows[i];
		else
			fold(&rest, &c->rows[i]);
	}
	/* Cumulative values do not add up, and have no such rows. */
	d->n_quiet = quiet.n_summed;
	d->n_rest = rest.n_summed;
	if (c->cumulative)
		return;
	end_fold(d, &rest, "not shown", in->arena);
	end_fold(d, &quiet, judged ? "within noise" : "unchanged", in->arena);
}

/* ---- building ---- */

static void *diff_before(const struct pq_report_input *in, struct pq_error *err)
{
	return pq_compare_facts(&in->diff->compare, in->view, in->arena, err);
}

/* One unit for all, in which the largest value has two digits or more. */
static void choose_diff_unit(struct pq_diff *d)
{
	const struct pq_change *total = &d->comparison->total;
	uint64_t most = change_size(total->base) > change_size(total->new)
				? change_size(total->base)
				: change_size(total->new);

	/* Rows of opposite signs can be larger than the total. */
	for (size_t i = 0; i < d->n; i++) {
		const struct pq_change *c = &d->rows[i];

		most = change_size(c->base) > most ? change_size(c->base)
						   : most;
		most = change_size(c->new) > most ? change_size(c->new) : most;
	}
	pq_view_choose_unit(d->view, (int64_t)(most / 10),
			    (int64_t)(most / 10));
}

static void *diff_build(const struct pq_report_input *in, struct pq_error *err)
{
	struct pq_diff *d = pq_arena_zeroed(in->arena, sizeof(*d));
	struct pq_facts *facts = in->before;
	struct threshold threshold;

	if (!parse_threshold(&threshold, in->diff->threshold, in->view, err))
		return NULL;
	d->view = in->view;
	d->joined = in->diff->compare.joined;
	d->comparison =
		pq_compare(&in->diff->compare, facts, in->view, in->arena);
	d->groups = facts->method == PQ_BY_GROUPS ||
		    facts->n_old + facts->n_new > 2;
	/* The exit status goes by all rows, shown or not. */
	for (size_t i = 0; i < d->comparison->n; i++)
		d->grew = d->grew ||
			  is_beyond(&threshold, &d->comparison->rows[i]);
	/*
	 * Percentages, in every format, are of the whole, which is the
	 * sum of the rows, rounded as they are, unless filters took a part.
	 */
	in->view->total = d->comparison->cumulative || in->filters->n
				  ? facts->total[0]
				  : d->comparison->total.base;
	choose_rows(d, in);
	choose_diff_unit(d);
	pq_diff_head(d, in);
	return d;
}

static bool diff_says_no(const void *rows)
{
	return ((const struct pq_diff *)rows)->grew;
}

/* ---- data ---- */

static const struct pq_column columns[] = {
	{ "name", PQ_COLUMN_TEXT, "printable name of the node",
	  .heading = "Name", .width = 24 },
	{ "base", PQ_COLUMN_VALUE, "value of the old side", .heading = "Old",
	  .width = 10 },
	{ "new", PQ_COLUMN_VALUE, "value of the new side", .heading = "New",
	  .width = 10 },
	{ "delta", PQ_COLUMN_VALUE, "new - base", .heading = "Delta",
	  .width = 10 },
	{ "ratio", PQ_COLUMN_REAL, "new / base; unknown when base is 0",
	  .heading = "Ratio", .width = 9 },
	{ "margin", PQ_COLUMN_REAL_VALUE,
	  "half of the 95 % interval of delta; "
	  "unknown when the sampling error is",
	  .heading = "Margin", .width = 10 },
	{ "verdict", PQ_COLUMN_TEXT,
	  "grew, shrank, noise, few (fewer than "
	  "six samples), - (not judged) or ? (error unknown)",
	  .heading = "Verdict", .width = 12 },
	{ "p", PQ_COLUMN_REAL,
	  "chance of such a difference or a larger one "
	  "where nothing changed",
	  .heading = "p", .width = 9 },
	{ "samples_base", PQ_COLUMN_REAL, "samples behind base",
	  .heading = "Samples, old", .width = 9 },
	{ "samples_new", PQ_COLUMN_REAL, "samples behind new",
	  .heading = "Samples, new", .width = 9 },
	{ "estimate_base", PQ_COLUMN_REAL_VALUE,
	  "what samples_base stand for, "
	  "before the file rounded it",
	  .heading = "Estimate, old", .width = 10 },
	{ "estimate_new", PQ_COLUMN_REAL_VALUE, "what samples_new stand for",
	  .heading = "Estimate, new", .width = 10 },
	{ "spread_base", PQ_COLUMN_REAL,
	  "groups: largest distance of a file "
	  "from the mean, as a share of it",
	  .heading = "Spread, old", .width = 9 },
	{ "spread_new", PQ_COLUMN_REAL, "the same of the new side",
	  .heading = "Spread, new", .width = 9 },
	{ "summed", PQ_COLUMN_INT,
	  "0 for a node; how many nodes a row that "
	  "sums up stands for",
	  .heading = "Summed", .width = 6 },
	{ .kind = PQ_COLUMN_END },
};

static void put_change_row(struct pq_rows *w, const struct pq_change *c)
{
	/* The order is that of the columns: values go in by position. */
	pq_rows_begin(w);
	pq_rows_text(w, c->name);
	pq_rows_value(w, c->base);
	pq_rows_value(w, c->new);
	pq_rows_value(w, c->delta);
	pq_rows_real(w, pq_change_ratio(c));
	pq_rows_real_value(w, c->margin);
	pq_rows_text(w, pq_text_of(pq_verdict_name(c->verdict)));
	pq_rows_real(w, c->p);
	for (unsigned side = 0; side < 2; side++)
		pq_rows_real(w, c->samples[side]);
	for (unsigned side = 0; side < 2; side++)
		pq_rows_real_value(w, c->estimate[side]);
	for (unsigned side = 0; side < 2; side++)
		pq_rows_real(w, c->spread[side]);
	pq_rows_int(w, (int64_t)c->n_summed);
	pq_rows_end(w);
}

static void diff_put(const void *rows, struct pq_rows *w)
{
	const struct pq_diff *d = rows;

	for (size_t i = 0; i < d->n; i++)
		put_change_row(w, &d->rows[i]);
}

static void total_put(const void *rows, struct pq_rows *w)
{
	put_change_row(w, &((const struct pq_diff *)rows)->comparison->total);
}

static const struct pq_column note_columns[] = {
	{ "line", PQ_COLUMN_TEXT, "a line of the header", .heading = "Line",
	  .width = 24 },
	{ .kind = PQ_COLUMN_END },
};

static void notes_put(const void *rows, struct pq_rows *w)
{
	const struct pq_diff *d = rows;

	for (size_t i = 0; i < d->header.n; i++) {
		pq_rows_begin(w);
		pq_rows_text(w, d->header.lines[i]);
		pq_rows_end(w);
	}
}

const struct pq_report pq_report_diff = {
	.takes = PQ_TAKES_SIDES,
	.rows_suffice = true,
	.names_last = true,
	.before = diff_before,
	.build = diff_build,
	.text = pq_diff_text,
	.sections = {
		{ "rows", "changes in the order of the report; those of flat "
		  "values add up to both totals", columns, diff_put },
		{ "change", "the total: one row", columns, total_put },
		{ "notes", "what the header of the text says", note_columns,
		  notes_put },
	},
	.says_no = diff_says_no,
};
