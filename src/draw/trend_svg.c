/* Lines over time: pq_trend_svg of charts.h. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "draw/chart.h"
#include "draw/charts.h"
#include "insight/trend.h"
#include "profile/sampling.h"

#include "base/banned.h"

#define MOST_LINES 8
#define LINES_OF_STEADY 5
#define LEGEND_TOP 450
#define LEGEND_ROW 20

struct drawing {
	struct pq_chart c;
	const struct pq_trend_report *r;
	size_t n;    /* lines */
	double most; /* value at the top of the plot */
};

/* ---- from values to places ---- */

static double x_of_snapshot(const struct drawing *d, size_t i)
{
	const struct pq_snapshots *s = d->r->snapshots;
	double span = s->x[s->n - 1] - s->x[0];

	return PQ_CHART_LEFT + (PQ_CHART_RIGHT - PQ_CHART_LEFT) *
				       (span > 0 ? s->x[i] / span : 0);
}

static double y_of_value(const struct drawing *d, double value)
{
	return PQ_CHART_BOTTOM -
	       (PQ_CHART_BOTTOM - PQ_CHART_TOP) * fmax(0, value) / d->most;
}

/* Two deviations of what sampling says of a value. */
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
	return 2 * sqrt(variance);
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

static void draw_values(struct drawing *d)
{
	bool bytes = !d->r->trend.objects && !d->r->base.heap.goroutines;
	double step = pq_chart_step(d->most, bytes);

	for (double v = 0; v <= d->most; v += step) {
		pq_out_printf(d->c.out,
			      "<line class=\"%s\" x1=\"%d\" x2=\"%d\" "
			      "y1=\"%.1f\" y2=\"%.1f\"/>\n",
			      v > 0 ? "grid" : "base", PQ_CHART_LEFT,
			      PQ_CHART_RIGHT, y_of_value(d, v),
			      y_of_value(d, v));
		pq_trend_put_value(&d->c.text, d->r, v);
		pq_chart_label(&d->c, PQ_CHART_LEFT - 8, y_of_value(d, v) + 4,
			       "axis", "end");
	}
}

static void draw_times(struct drawing *d)
{
	const struct pq_snapshots *s = d->r->snapshots;
	double per_day, last = -1e9;
	const char *unit = pq_trend_unit(d->r, &per_day);

	for (size_t i = 0; i < s->n; i++) {
		double x = x_of_snapshot(d, i);

		pq_out_printf(d->c.out,
			      "<line class=\"base\" x1=\"%.1f\" x2=\"%.1f\" "
			      "y1=\"%d\" y2=\"%d\"/>\n",
			      x, x, PQ_CHART_BOTTOM, PQ_CHART_BOTTOM + 5);
		/* Labels nearer than 60 pixels would overlap. */
		if (x - last < 60)
			continue;
		last = x;
		pq_buf_printf(&d->c.text, "%.3g", s->x[i] * per_day);
		pq_chart_label(&d->c, x, PQ_CHART_BOTTOM + 20, "axis",
			       "middle");
	}
	pq_buf_printf(&d->c.text, "%s since the first snapshot",
		      strcmp(unit, "day") ? unit : "days");
	pq_chart_label(&d->c, PQ_CHART_RIGHT, PQ_CHART_BOTTOM + 36, "axis",
		       "end");
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

static void draw_line_legend(struct drawing *d, size_t k)
{
	const struct pq_trend_row *row = &d->r->trend.rows[k];
	double y = LEGEND_TOP + (double)k * LEGEND_ROW;

	pq_out_printf(d->c.out,
		      "<rect class=\"mark %s\" x=\"20\" y=\"%.0f\" "
		      "width=\"14\" height=\"4\"/>\n",
		      class_of_row(row), y - 6);
	pq_buf_str(&d->c.text, pq_trend_verdict_name(row->verdict));
	pq_chart_label(&d->c, 42, y, "axis", "start");
	pq_trend_put_growth(&d->c.text, d->r, row->slope.growth);
	pq_chart_label(&d->c, 230, y, "axis", "end");
	pq_chart_text(&d->c, 246, y, "name", "start", row->group->name, 100);
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
			   "; bands are two deviations of sampling");
	pq_chart_label(&d->c, 20, 46, "about", "start");
}

static void draw_trend(const void *rows, struct pq_out *out, bool page)
{
	struct drawing d = { .r = rows };

	choose_lines(&d);
	pq_chart_begin(
		&d.c,
		&(struct pq_chart_sheet){
			.title = d.r->n_leaks ? "what leaks: trend" : "trend",
			.height = LEGEND_TOP + LEGEND_ROW * ((int)d.n + 1),
			.theme = d.r->base.theme,
			.page = page },
		d.r->base.view, out);
	draw_about(&d);
	draw_values(&d);
	draw_times(&d);
	draw_cuts(&d);
	/* Backwards: the first row lies upon the others. */
	for (size_t k = d.n; k-- > 0;)
		draw_row(&d, k);
	for (size_t k = 0; k < d.n; k++)
		draw_line_legend(&d, k);
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
