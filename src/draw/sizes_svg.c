/* Objects by size: pq_sizes_svg of charts.h. */
#include <math.h>

#include "base/units.h"
#include "draw/chart.h"
#include "draw/charts.h"
#include "insight/cells.h"
#include "insight/size_chart.h"

#include "base/banned.h"

struct drawing {
	struct pq_chart c;
	const struct pq_size_chart *chart;
	double most;	    /* bytes at the top of the plot */
	double first, last; /* logarithms of sizes, at its sides */
	double bar;	    /* width of a bar */
};

/* ---- from sizes to places ---- */

static double x_of_size(const struct drawing *d, double size)
{
	return PQ_CHART_LEFT + (PQ_CHART_RIGHT - PQ_CHART_LEFT) *
				       (log2(size) - d->first) /
				       (d->last - d->first);
}

static double y_of_bytes(const struct drawing *d, double bytes)
{
	return PQ_CHART_BOTTOM -
	       (PQ_CHART_BOTTOM - PQ_CHART_TOP) * fmax(0, bytes) / d->most;
}

/* Bars do not overlap, unless sizes are very close. */
static void find_scales(struct drawing *d)
{
	const struct pq_size_chart *s = d->chart;
	double nearest = 1;

	d->most = 1;
	d->first = 3;
	d->last = 4;
	/* Sizes ascend: the nearest to each is the one before it. */
	for (size_t i = 0; i < s->n; i++) {
		double at = log2(fmax(1, (double)s->bars[i].size));

		d->most = fmax(d->most, fmax((double)s->bars[i].alloc_space,
					     (double)s->bars[i].live_space));
		if (!i)
			d->first = floor(at) - 0.5;
		else
			nearest = fmin(
				nearest,
				at - log2(fmax(1,
					       (double)s->bars[i - 1].size)));
		d->last = fmax(d->first + 1, ceil(at) + 0.5);
	}
	/* Bars are as wide as the nearest two sizes allow. */
	d->bar = fmin(40, 0.8 * nearest * (PQ_CHART_RIGHT - PQ_CHART_LEFT) /
				  (d->last - d->first));
	d->bar = fmax(3, d->bar);
}

/* ---- axes ---- */

static void draw_bytes(struct drawing *d)
{
	double step = pq_chart_step(d->most, true);

	for (double v = 0; v <= d->most; v += step) {
		pq_out_printf(d->c.out,
			      "<line class=\"%s\" x1=\"%d\" x2=\"%d\" "
			      "y1=\"%.1f\" y2=\"%.1f\"/>\n",
			      v > 0 ? "grid" : "base", PQ_CHART_LEFT,
			      PQ_CHART_RIGHT, y_of_bytes(d, v),
			      y_of_bytes(d, v));
		pq_put_bytes(&d->c.text, d->chart->view, v);
		pq_chart_label(&d->c, PQ_CHART_LEFT - 8, y_of_bytes(d, v) + 4,
			       "axis", "end");
	}
}

static void draw_sizes(struct drawing *d)
{
	double every = ceil((d->last - d->first) / 16);

	/* Powers of two stand below, sixteen of them at most. */
	for (double k = ceil(d->first); k <= d->last; k += every) {
		double x = x_of_size(d, exp2(k));

		pq_out_printf(d->c.out,
			      "<line class=\"base\" x1=\"%.1f\" x2=\"%.1f\" "
			      "y1=\"%d\" y2=\"%d\"/>\n",
			      x, x, PQ_CHART_BOTTOM, PQ_CHART_BOTTOM + 5);
		pq_put_bytes(&d->c.text, d->chart->view, exp2(k));
		pq_chart_label(&d->c, x, PQ_CHART_BOTTOM + 20, "axis",
			       "middle");
	}
	pq_buf_str(&d->c.text, "size of an object");
	pq_chart_label(&d->c, PQ_CHART_RIGHT, PQ_CHART_BOTTOM + 36, "axis",
		       "end");
}

/* ---- bars and the ladder ---- */

static void draw_bar(struct drawing *d, const struct pq_size_bar *bar,
		     const char *class, double bytes, double width)
{
	double x = x_of_size(d, fmax(1, (double)bar->size)),
	       y = y_of_bytes(d, bytes);

	/* A bar of no height would still take the mouse. */
	if (bytes <= 0)
		return;
	pq_out_printf(d->c.out,
		      "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" "
		      "width=\"%.1f\" height=\"%.1f\"><title>",
		      class, x - width / 2, y, width, PQ_CHART_BOTTOM - y);
	/* The tip has the numbers that axes show only roughly. */
	pq_put_bytes(&d->c.text, d->chart->view, (double)bar->size);
	pq_buf_str(&d->c.text, ": ");
	pq_put_bytes(&d->c.text, d->chart->view, bytes);
	pq_buf_printf(&d->c.text, " %s", *class == 'a' ? "allocated" : "alive");
	pq_out_text(d->c.out, pq_buf_view(&d->c.text));
	pq_buf_clear(&d->c.text);
	pq_out_str(d->c.out, "</title></rect>\n");
}

static void draw_bars(struct drawing *d)
{
	for (size_t i = 0; i < d->chart->n; i++) {
		const struct pq_size_bar *bar = &d->chart->bars[i];

		if (d->chart->has_alloc)
			draw_bar(d, bar, "alloc", (double)bar->alloc_space,
				 d->bar);
		draw_bar(d, bar, "live", (double)bar->live_space, d->bar / 2);
	}
}

static double rung_y(const struct drawing *d, const struct pq_size_bar *bar)
{
	return y_of_bytes(d, (double)bar->alloc_space) - 9;
}

static void draw_ladder(struct drawing *d)
{
	const struct pq_size_chart *s = d->chart;

	pq_out_str(d->c.out, "<polyline class=\"ladder\" points=\"");
	for (size_t i = 0; i < s->n; i++)
		if (s->bars[i].is_rung)
			pq_out_printf(d->c.out, "%.1f,%.1f ",
				      x_of_size(d, (double)s->bars[i].size),
				      rung_y(d, &s->bars[i]));
	pq_out_str(d->c.out, "\"/>\n");
	for (size_t i = 0; i < s->n; i++)
		if (s->bars[i].is_rung)
			pq_out_printf(d->c.out,
				      "<circle class=\"rung\" cx=\"%.1f\" "
				      "cy=\"%.1f\" r=\"4\"/>\n",
				      x_of_size(d, (double)s->bars[i].size),
				      rung_y(d, &s->bars[i]));
}

/* ---- the whole ---- */

static void draw_key(struct drawing *d, double x, const char *class,
		     const char *words)
{
	pq_out_printf(d->c.out,
		      "<rect class=\"%s\" x=\"%.0f\" y=\"446\" width=\"14\" "
		      "height=\"10\"/>\n",
		      class, x);
	pq_buf_str(&d->c.text, words);
	pq_chart_label(&d->c, x + 20, 456, "axis", "start");
}

static void draw_bar_legend(struct drawing *d)
{
	if (d->chart->has_alloc)
		draw_key(d, 20, "alloc", "allocated");
	draw_key(d, 130, "live", "alive");
	if (!d->chart->site.len)
		return;
	draw_key(d, 210, "rung", "");
	pq_chart_text(&d->c, 232, 456, "axis", "start", d->chart->caption, 110);
	pq_chart_text(&d->c, 20, 478, "name", "start", d->chart->site, 140);
}

static void draw_sizes_chart(const struct pq_size_chart *chart,
			     struct pq_out *out, bool page, const char *title)
{
	struct drawing d = { .chart = chart };

	/* Everything below is placed by the scales. */
	find_scales(&d);
	pq_chart_begin(&d.c,
		       &(struct pq_chart_sheet){ .title = title,
						 .height = 495,
						 .theme = chart->theme,
						 .page = page },
		       chart->view, out);
	pq_buf_str(&d.c.text,
		   chart->site.len ? "bytes by size; the line joins the sizes "
				     "of buffers that grow by copying"
				   : "bytes by size; nothing was found that "
				     "grows by copying");
	pq_chart_label(&d.c, 20, 46, "about", "start");
	draw_bytes(&d);
	draw_sizes(&d);
	draw_bars(&d);
	/* The ladder lies over the bars, which would hide it. */
	if (chart->site.len)
		draw_ladder(&d);
	draw_bar_legend(&d);
	pq_chart_end(&d.c);
}

void pq_sizes_svg(const void *rows, struct pq_out *out)
{
	draw_sizes_chart(pq_sizes_chart(rows), out, false, "sizes");
}

void pq_sizes_html(const void *rows, struct pq_out *out)
{
	draw_sizes_chart(pq_sizes_chart(rows), out, true, "sizes");
}

void pq_ladders_svg(const void *rows, struct pq_out *out)
{
	draw_sizes_chart(pq_ladders_chart(rows), out, false, "growth");
}

void pq_ladders_html(const void *rows, struct pq_out *out)
{
	draw_sizes_chart(pq_ladders_chart(rows), out, true, "growth");
}
