/* Lines over time: pq_trend_svg of charts.h. */
#include <math.h>
#include <stdio.h>

#include "base/units.h"
#include "draw/chart.h"
#include "draw/charts.h"
#include "insight/trend.h"
#include "profile/sampling.h"

#include "base/banned.h"

#define MOST_LINES 8
#define LINES_OF_STEADY 5
/* Names stand behind their lines, so many letters of them. */
#define RIGHT 720
#define NAMES_LEFT (RIGHT + 14)
#define NAME_LETTERS 33
#define NAME_ROW 32
/* The middle 95 % of a normal distribution, in deviations. */
#define DEVIATIONS 1.96

struct drawing {
	struct pq_chart c;
	const struct pq_trend_report *r;
	struct pq_chart_axis axis;
	size_t n;		  /* lines */
	double most;		  /* of them and their bands */
	size_t order[MOST_LINES]; /* of their names, from the top */
	double name_y[MOST_LINES];
};

/* ---- from values to places ---- */

static double x_of_snapshot(const struct drawing *d, size_t i)
{
	const struct pq_snapshots *s = d->r->snapshots;
	double span = s->x[s->n - 1] - s->x[0];

	return PQ_CHART_LEFT +
	       (RIGHT - PQ_CHART_LEFT) * (span > 0 ? s->x[i] / span : 0);
}

static double y_of_value(const struct drawing *d, double value)
{
	return pq_chart_y(&d->axis, value);
}

/* What sampling leaves open of a value, at 95 %. */
static double margin_of(const struct drawing *d, const struct pq_trend_row *row,
			size_t i)
{
	const struct pq_heap *h = &d->r->base.heap;
	size_t file = d->r->snapshots->files[i];
	double variance = 0;

	/* Goroutines are counted, and not sampled. */
	if (h->goroutines)
		return 0;
	/* Samples are independent: variances of the sizes add up. */
	for (uint32_t k = 0; k < row->group->n_cells; k++) {
		const struct pq_heap_cell *cell =
			&h->cells.at[row->group->first_cell + k];
		double caught =
			pq_sampling_caught(cell->size, h->files[file].period);
		double each = d->r->trend.objects ? 1 : (double)cell->size;
		double weight = each / caught;

		variance += (double)pq_heap_counts(h, cell->counts,
						   PQ_HEAP_LIVE_SAMPLES)[file] *
			    weight * weight * (1 - caught);
	}
	return DEVIATIONS * sqrt(variance);
}

/* Rows that are told of come first; where there are none, the largest. */
static void choose_lines(struct drawing *d)
{
	const struct pq_trend *t = &d->r->trend;

	while (d->n < t->n && d->n < MOST_LINES &&
	       t->rows[d->n].verdict <= PQ_TREND_PLATEAUED)
		d->n++;
	if (!d->n)
		d->n = t->n < LINES_OF_STEADY ? t->n : LINES_OF_STEADY;
	d->most = 1;
	/* Bands reach above their lines, and have to fit in. */
	for (size_t k = 0; k < d->n; k++)
		for (size_t i = 0; i < d->r->snapshots->n; i++)
			d->most = fmax(d->most,
				       (double)t->rows[k].values[i] +
					       margin_of(d, &t->rows[k], i));
}

/* ---- axes ---- */

static void find_axis(struct drawing *d)
{
	const char *counted = d->r->base.heap.goroutines ? "goroutines"
			      : d->r->trend.objects	 ? "objects"
							 : "";

	pq_chart_axis(&d->axis, d->most, counted, d->r->base.view);
}

static void draw_tick(struct drawing *d, double x, const char *label)
{
	pq_out_printf(d->c.out,
		      "<line class=\"base\" x1=\"%.1f\" x2=\"%.1f\" "
		      "y1=\"%d\" y2=\"%d\"/>\n",
		      x, x, PQ_CHART_BOTTOM, PQ_CHART_BOTTOM + 5);
	pq_buf_str(&d->c.text, label);
	pq_chart_label(&d->c, x, PQ_CHART_BOTTOM + 20, "axis", "middle");
}

/* Files without times are numbered, as far as there is room. */
static void draw_numbers(struct drawing *d)
{
	const struct pq_snapshots *s = d->r->snapshots;
	size_t every = s->n / 16 + 1;

	for (size_t i = 0; i < s->n; i += every) {
		char label[24];

		snprintf(label, sizeof(label), "%zu", i + 1);
		draw_tick(d, x_of_snapshot(d, i), label);
	}
	pq_buf_str(&d->c.text, "snapshot");
}

static void draw_times(struct drawing *d)
{
	const struct pq_snapshots *s = d->r->snapshots;
	double span = (s->x[s->n - 1] - s->x[0]) * 86400;
	struct pq_chart_tick ticks[PQ_CHART_TICKS];
	size_t n = 0;

	if (s->has_times)
		n = pq_chart_times(
			ticks,
			d->r->base.heap.joined->files[s->files[0]].time_nanos,
			span, &d->c.text);
	else
		draw_numbers(d);
	/* What is said of the axis stands below its marks. */
	pq_chart_label(&d->c, RIGHT, PQ_CHART_BOTTOM + 38, "axis", "end");
	for (size_t i = 0; i < n; i++)
		draw_tick(d,
			  PQ_CHART_LEFT +
				  (RIGHT - PQ_CHART_LEFT) *
					  (span > 0 ? ticks[i].at / span : 0),
			  ticks[i].label);
}

/* A cut lies between the snapshot before it and the one behind. */
static void draw_cuts(struct drawing *d)
{
	const struct pq_snapshots *s = d->r->snapshots;

	for (size_t k = 0; k < s->n_cuts; k++) {
		size_t at = s->cuts[k].at;
		/* The moment between the two is not known. */
		double x =
			(x_of_snapshot(d, at - 1) + x_of_snapshot(d, at)) / 2;

		pq_out_printf(d->c.out,
			      "<line class=\"cut\" x1=\"%.1f\" x2=\"%.1f\" "
			      "y1=\"%d\" y2=\"%d\"/>\n",
			      x, x, PQ_CHART_TOP - 4, PQ_CHART_BOTTOM);
		pq_buf_str(&d->c.text, pq_cut_reason_name(s->cuts[k].why));
		pq_chart_label(&d->c, x, PQ_CHART_TOP - 8, "axis", "middle");
	}
}

/* ---- lines ---- */

static const char *class_of_row(const struct pq_trend_row *row)
{
	return row->verdict == PQ_TREND_LEAK ? "leak" : "other";
}

static void put_point(struct drawing *d, size_t i, double value)
{
	pq_out_printf(d->c.out, "%.1f,%.1f ", x_of_snapshot(d, i),
		      y_of_value(d, value));
}

/* One part of a row: the band, then the line upon it. */
static void draw_part(struct drawing *d, size_t k, size_t first, size_t end)
{
	const struct pq_trend_row *row = &d->r->trend.rows[k];

	pq_out_printf(d->c.out, "<polygon class=\"band %s\" points=\"",
		      class_of_row(row));
	for (size_t i = first; i < end; i++)
		put_point(d, i, (double)row->values[i] + margin_of(d, row, i));
	/* The lower edge of the band leads back. */
	for (size_t i = end; i-- > first;)
		put_point(d, i, (double)row->values[i] - margin_of(d, row, i));
	pq_out_printf(d->c.out, "\"/>\n<polyline class=\"line %s\" points=\"",
		      class_of_row(row));
	for (size_t i = first; i < end; i++)
		put_point(d, i, (double)row->values[i]);
	pq_out_str(d->c.out, "\"/>\n");
	for (size_t i = first; i < end; i++)
		pq_out_printf(d->c.out,
			      "<circle class=\"mark %s\" cx=\"%.1f\" "
			      "cy=\"%.1f\" r=\"2.5\" data-file=\"%zu\"/>\n",
			      class_of_row(row), x_of_snapshot(d, i),
			      y_of_value(d, (double)row->values[i]),
			      d->r->snapshots->files[i] + 1);
}

static void draw_row(struct drawing *d, size_t k)
{
	const struct pq_snapshots *s = d->r->snapshots;
	size_t first = 0;

	for (size_t part = 0; part <= s->n_cuts; part++) {
		draw_part(d, k, first, s->ends[part]);
		first = s->ends[part];
	}
}

/* ---- names, each behind the end of its line ---- */

static double end_of_line(const struct drawing *d, size_t k)
{
	size_t last = d->r->snapshots->n - 1;

	return y_of_value(d, (double)d->r->trend.rows[k].values[last]);
}

/* Names in the order of their lines' ends, apart from each other. */
static void place_names(struct drawing *d)
{
	double room = PQ_CHART_BOTTOM;

	for (size_t k = 0; k < d->n; k++) {
		size_t at = k;

		for (;
		     at && end_of_line(d, d->order[at - 1]) > end_of_line(d, k);
		     at--)
			d->order[at] = d->order[at - 1];
		d->order[at] = k;
	}
	/* Downwards they make way for each other, then back into the plot. */
	for (size_t i = 0; i < d->n; i++) {
		double y = end_of_line(d, d->order[i]);

		if (i)
			y = fmax(y, d->name_y[i - 1] + NAME_ROW);
		d->name_y[i] = fmax(y, PQ_CHART_TOP);
	}
	for (size_t i = d->n; i-- > 0; room = d->name_y[i] - NAME_ROW)
		d->name_y[i] = fmin(d->name_y[i], room);
}

static void draw_line_name(struct drawing *d, size_t i)
{
	const struct pq_trend_row *row = &d->r->trend.rows[d->order[i]];
	double y = d->name_y[i], end = end_of_line(d, d->order[i]);

	/* A short line leads to a name that had to make way. */
	pq_out_printf(d->c.out,
		      "<line class=\"lead\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" "
		      "y2=\"%.1f\"/>\n",
		      RIGHT + 4, NAMES_LEFT - 2, end, y);
	pq_chart_name(&d->c, NAMES_LEFT + 2, y + 2, row->group->name,
		      NAME_LETTERS);
	pq_buf_str(&d->c.text, pq_trend_verdict_name(row->verdict));
	pq_buf_str(&d->c.text, ", ");
	pq_trend_put_growth(&d->c.text, d->r, row->slope.growth);
	pq_chart_label(&d->c, NAMES_LEFT + 2, y + 16, "axis", "start");
}

/* All numbers that the lines are drawn from, for who does not see them. */
static void put_trend_table(struct drawing *d)
{
	const struct pq_snapshots *s = d->r->snapshots;

	if (!d->n)
		return;
	pq_out_str(d->c.out, "<desc>");
	for (size_t k = 0; k < d->n; k++) {
		const struct pq_trend_row *row = &d->r->trend.rows[k];

		pq_buf_text(&d->c.text, row->group->name);
		pq_buf_printf(&d->c.text, ": %s",
			      pq_trend_verdict_name(row->verdict));
		for (size_t i = 0; i < s->n; i++) {
			pq_buf_str(&d->c.text, i ? ", " : "; ");
			pq_trend_put_value(&d->c.text, d->r,
					   (double)row->values[i]);
		}
		pq_chart_put_text(&d->c);
		pq_out_str(d->c.out, ".\n");
	}
	pq_out_str(d->c.out, "</desc>\n");
}

static void draw_about(struct drawing *d)
{
	const struct pq_snapshots *s = d->r->snapshots;

	pq_buf_printf(&d->c.text, "%zu snapshots", s->n);
	/* Files without times have an order, but no span. */
	if (s->has_times) {
		pq_buf_str(&d->c.text, " over ");
		pq_put_seconds(&d->c.text, pq_snapshots_span(s) * 86400);
	}
	pq_buf_printf(&d->c.text, "; %zu of %zu rows are drawn", d->n,
		      d->r->base.n_rows);
	/* Values that are not sampled have no band. */
	if (!d->r->base.heap.goroutines)
		pq_buf_str(&d->c.text,
			   "; bands hold 95 % of what sampling leaves open");
	pq_chart_label(&d->c, 20, 46, "about", "start");
}

static void draw_trend(const void *rows, struct pq_out *out, bool page)
{
	struct drawing d = { .r = rows };

	choose_lines(&d);
	find_axis(&d);
	place_names(&d);
	pq_chart_begin(&d.c,
		       &(struct pq_chart_sheet){
			       .title = d.r->n_leaks ? "what leaks: trend"
						     : "trend",
			       .height = PQ_CHART_BOTTOM + 56,
			       .theme = d.r->base.theme,
			       .page = page },
		       d.r->base.view, out);
	put_trend_table(&d);
	draw_about(&d);
	pq_chart_draw_axis(&d.c, &d.axis, RIGHT);
	draw_times(&d);
	draw_cuts(&d);
	/* Backwards: the first row lies upon the others. */
	for (size_t k = d.n; k-- > 0;)
		draw_row(&d, k);
	for (size_t i = 0; i < d.n; i++)
		draw_line_name(&d, i);
	pq_chart_end(&d.c);
}

void pq_trend_svg(const void *rows, struct pq_out *out)
{
	draw_trend(rows, out, false);
}

void pq_trend_html(const void *rows, struct pq_out *out)
{
	draw_trend(rows, out, true);
}
