/* Bytes made a second and their lifetimes: pq_churn_svg of charts.h. */
#include <math.h>

#include "draw/chart.h"
#include "draw/charts.h"
#include "insight/cells.h"
#include "insight/churn_chart.h"

#include "base/banned.h"

/* A row has its name, a bar on the left, and its lifetime on the right. */
#define MADE_LEFT 20
#define MADE_RIGHT 420
#define LIVES_LEFT 520
#define LIVES_RIGHT 960
#define FIRST 84 /* the base line of the first name */
#define ROW 44
#define BAR_TOP 8 /* below that line */
#define BAR_HEIGHT 16
#define MOST_ROWS 40
#define NAME_LETTERS 62
#define HALF_LABEL 66 /* half of the width of "353ms (211ms-562ms)" */

struct drawing {
	struct pq_chart c;
	const struct pq_churn_chart *chart;
	size_t n; /* rows that are drawn */
	struct pq_chart_axis axis;
	size_t first, last; /* the ends of the axis of time, of marks[] */
	bool has_lives;	    /* else that axis has nothing to show */
};

/* Seconds that have a name. */
static const double marks[] = { 1e-6, 1e-5, 1e-4, 1e-3, 1e-2,  0.1,   1,    10,
				60,   600,  3600, 36e3, 86400, 864e3, 864e4 };

enum { N_MARKS = sizeof(marks) / sizeof(marks[0]) };

/* ---- from values to places ---- */

static double y_of_row(size_t i)
{
	return FIRST + (double)i * ROW;
}

static double x_of_made(const struct drawing *d, double bytes)
{
	return MADE_LEFT +
	       (MADE_RIGHT - MADE_LEFT) * fmax(0, bytes) / d->axis.top;
}

static double x_of_seconds(const struct drawing *d, double seconds)
{
	double first = log(marks[d->first]), last = log(marks[d->last]);
	double part = (log(seconds) - first) / (last - first);

	/* log(0) is less than any mark */
	return LIVES_LEFT + (LIVES_RIGHT - LIVES_LEFT) * fmin(1, fmax(0, part));
}

/* Whether a lifetime has a place on the axis. */
static bool has_lifetime(const struct pq_life *life)
{
	return life->state == PQ_LIFE_SHORT || !isnan(life->mean);
}

/* Marks on both sides of all lifetimes, at least two. */
static void find_churn_scales(struct drawing *d)
{
	double most = 0, low = INFINITY, high = 0;

	for (size_t i = 0; i < d->n; i++) {
		const struct pq_churn_bar *bar = &d->chart->bars[i];

		most = fmax(most, bar->made);
		if (!has_lifetime(&bar->life))
			continue;
		low = fmin(low, isnan(bar->life.mean) ? bar->life.high / 10
						      : bar->life.low);
		high = fmax(high, bar->life.high);
	}
	d->has_lives = high > 0;
	pq_chart_axis(&d->axis, fmax(1, most), "", d->chart->view);
	while (d->first + 2 < N_MARKS && marks[d->first + 1] <= low)
		d->first++;
	for (d->last = d->first + 1; d->last + 1 < N_MARKS; d->last++)
		if (marks[d->last] >= high)
			break;
}

/* ---- axes ---- */

static void draw_upright(struct drawing *d, double x, bool is_base)
{
	pq_out_printf(d->c.out,
		      "<line class=\"%s\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" "
		      "y2=\"%.1f\"/>\n",
		      is_base ? "base" : "grid", x, x, FIRST - 18,
		      y_of_row(d->n) - 14);
}

static void draw_made_axis(struct drawing *d)
{
	const struct pq_chart_axis *a = &d->axis;
	double below = y_of_row(d->n) + 2;

	for (double v = 0; v <= a->top * (1 + 1e-9); v += a->step) {
		draw_upright(d, x_of_made(d, v), v <= 0);
		pq_buf_printf(&d->c.text, "%.6g", v / a->unit);
		pq_chart_label(&d->c, x_of_made(d, v), below, "axis", "middle");
	}
	pq_buf_text(&d->c.text, a->name);
	pq_buf_str(&d->c.text, d->chart->seconds > 0 ? " allocated a second"
						     : " allocated");
	pq_chart_label(&d->c, MADE_RIGHT, below + 18, "axis", "end");
}

static void draw_lives_axis(struct drawing *d)
{
	double below = y_of_row(d->n) + 2;

	for (size_t i = d->first; i <= d->last; i++) {
		draw_upright(d, x_of_seconds(d, marks[i]), false);
		pq_put_seconds(&d->c.text, marks[i]);
		pq_chart_label(&d->c, x_of_seconds(d, marks[i]), below, "axis",
			       "middle");
	}
	pq_buf_str(&d->c.text, "lifetime of an object, on a scale of tens");
	pq_chart_label(&d->c, LIVES_RIGHT, below + 18, "axis", "end");
}

/* ---- rows ---- */

static const char *words_of_state(enum pq_life_state state)
{
	switch (state) {
	case PQ_LIFE_KEPT:
		return "kept: nothing is freed";
	case PQ_LIFE_FEW:
		return "too few samples to say";
	case PQ_LIFE_YOUNG:
		return "nearly as old as the process";
	case PQ_LIFE_GROWING:
		return "growing: more is made than freed";
	case PQ_LIFE_SHRINKING:
		return "shrinking: more is freed than made";
	default:
		return "lifetime not known";
	}
}

/* "54.64MB/s": as the axis has it, in all where there is no interval. */
static void put_made(struct drawing *d, const struct pq_churn_bar *bar)
{
	pq_put_bytes(&d->c.text, d->chart->view, bar->made);
	pq_buf_str(&d->c.text, d->chart->seconds > 0 ? "/s" : "");
}

static void draw_made(struct drawing *d, size_t i)
{
	const struct pq_churn_bar *bar = &d->chart->bars[i];
	double end = x_of_made(d, bar->made), y = y_of_row(i) + BAR_TOP;

	if (end > MADE_LEFT)
		pq_out_printf(d->c.out,
			      "<rect class=\"live\" x=\"%d\" y=\"%.1f\" "
			      "width=\"%.1f\" height=\"%d\"/>\n",
			      MADE_LEFT, y, end - MADE_LEFT, BAR_HEIGHT);
	put_made(d, bar);
	pq_chart_label(&d->c, end + 6, y + 12, "axis", "start");
}

/* The band holds 95 %; what was never seen alive has no lower end. */
static void draw_life(struct drawing *d, size_t i)
{
	const struct pq_life *life = &d->chart->bars[i].life;
	bool is_short = life->state == PQ_LIFE_SHORT;
	double y = y_of_row(i) + BAR_TOP, high = x_of_seconds(d, life->high);
	double low = is_short ? LIVES_LEFT : x_of_seconds(d, life->low);
	double middle = is_short ? high : x_of_seconds(d, life->mean);

	pq_out_printf(d->c.out,
		      "<rect class=\"band other\" x=\"%.1f\" y=\"%.1f\" "
		      "width=\"%.1f\" height=\"%d\"/>\n",
		      low, y, high - low, BAR_HEIGHT);
	if (!is_short)
		pq_out_printf(d->c.out,
			      "<circle class=\"mark other\" cx=\"%.1f\" "
			      "cy=\"%.1f\" r=\"5\"/>\n",
			      middle, y + BAR_HEIGHT / 2.0);
	pq_put_life(&d->c.text, life);
	pq_chart_label(&d->c,
		       fmin(LIVES_RIGHT - HALF_LABEL,
			    fmax(LIVES_LEFT + HALF_LABEL, middle)),
		       y - BAR_TOP, "axis", "middle");
}

static void draw_churn_row(struct drawing *d, size_t i)
{
	const struct pq_life *life = &d->chart->bars[i].life;

	pq_chart_name(&d->c, MADE_LEFT + 2, y_of_row(i), d->chart->bars[i].name,
		      NAME_LETTERS);
	draw_made(d, i);
	if (has_lifetime(life)) {
		draw_life(d, i);
		return;
	}
	pq_buf_str(&d->c.text, words_of_state(life->state));
	pq_chart_label(&d->c, LIVES_LEFT + 6, y_of_row(i) + BAR_TOP + 12,
		       "axis", "start");
}

/* ---- words ---- */

/* All numbers of the rows, for who does not see them. */
static void put_churn_table(struct drawing *d)
{
	if (!d->n)
		return;
	pq_out_str(d->c.out, "<desc>");
	for (size_t i = 0; i < d->n; i++) {
		const struct pq_churn_bar *bar = &d->chart->bars[i];

		pq_buf_text(&d->c.text, bar->name);
		pq_buf_str(&d->c.text, ": allocated ");
		put_made(d, bar);
		pq_buf_str(&d->c.text, ", alive ");
		pq_put_bytes(&d->c.text, d->chart->view, bar->live_space);
		pq_buf_printf(&d->c.text, "; %s, lifetime ",
			      pq_life_state_name(bar->life.state));
		pq_put_life(&d->c.text, &bar->life);
		pq_chart_put_text(&d->c);
		pq_out_str(d->c.out, ".\n");
	}
	pq_out_str(d->c.out, "</desc>\n");
}

static void draw_about_churn(struct drawing *d)
{
	const struct pq_churn_chart *chart = d->chart;

	if (chart->seconds > 0) {
		pq_buf_str(&d->c.text, "within ");
		pq_put_seconds(&d->c.text, chart->seconds);
		pq_buf_str(&d->c.text, "; ");
	}
	pq_buf_printf(&d->c.text, "%zu of %zu rows are drawn", d->n,
		      chart->n_rows);
	if (chart->seconds > 0)
		pq_buf_str(&d->c.text, "; bands hold 95 % of what sampling "
				       "leaves open");
	pq_chart_label(&d->c, 20, 46, "about", "start");
}

static void draw_churn(const void *rows, struct pq_out *out, bool page)
{
	struct drawing d = { .chart = pq_churn_chart(rows) };

	d.n = d.chart->n < MOST_ROWS ? d.chart->n : MOST_ROWS;
	find_churn_scales(&d);
	pq_chart_begin(&d.c,
		       &(struct pq_chart_sheet){
			       .title = "what is made, and how long it lives: "
					"churn",
			       .height = (int)y_of_row(d.n) + 34,
			       .theme = d.chart->theme,
			       .page = page },
		       d.chart->view, out);
	put_churn_table(&d);
	draw_about_churn(&d);
	draw_made_axis(&d);
	if (d.has_lives)
		draw_lives_axis(&d);
	for (size_t i = 0; i < d.n; i++)
		draw_churn_row(&d, i);
	pq_chart_end(&d.c);
}

void pq_churn_svg(const void *rows, struct pq_out *out)
{
	draw_churn(rows, out, false);
}

void pq_churn_html(const void *rows, struct pq_out *out)
{
	draw_churn(rows, out, true);
}
