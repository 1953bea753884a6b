/* Objects by size: pq_sizes_svg of charts.h. */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/units.h"
#include "draw/chart.h"
#include "draw/charts.h"
#include "insight/cells.h"
#include "insight/size_chart.h"

#include "base/banned.h"

#define LETTER 7 /* pixels of a letter of a size, about */

struct drawing {
	struct pq_chart c;
	const struct pq_size_chart *chart;
	struct pq_chart_axis axis;
	double most;	    /* bytes of the highest bar */
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
	return pq_chart_y(&d->axis, bytes);
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

/* The value that decides how high a bar is. */
static double height_of_bar(const struct drawing *d, size_t i)
{
	const struct pq_size_bar *bar = &d->chart->bars[i];

	return fmax((double)bar->live_space,
		    d->chart->has_alloc ? (double)bar->alloc_space : 0);
}

static double x_of_bar(const struct drawing *d, size_t i)
{
	return x_of_size(d, fmax(1, (double)d->chart->bars[i].size));
}

struct size_label {
	double x, height; /* of its bar */
	double half;	  /* of the width of its text */
	size_t bar;
};

static int compare_heights(const void *x, const void *y)
{
	const struct size_label *a = x, *b = y;

	if (a->height != b->height)
		return a->height > b->height ? -1 : 1;
	return a->bar < b->bar ? -1 : 1;
}

static void put_bar_size(struct drawing *d, size_t i)
{
	pq_put_bytes(&d->c.text, d->chart->view,
		     (double)d->chart->bars[i].size);
}

/* All labels, those of high bars first. */
static struct size_label *rank_labels(struct drawing *d)
{
	size_t n = d->chart->n;
	struct size_label *labels =
		pq_alloc(pq_size_mul(n + 1, sizeof(*labels)));

	for (size_t i = 0; i < n; i++) {
		put_bar_size(d, i);
		labels[i] = (struct size_label){
			x_of_bar(d, i), height_of_bar(d, i),
			LETTER * (double)d->c.text.len / 2 + 4, i
		};
		pq_buf_clear(&d->c.text);
	}
	if (n)
		qsort(labels, n, sizeof(*labels), compare_heights);
	return labels;
}

/* Labels that fit beside those of higher bars are moved to the front. */
static size_t choose_labels(struct size_label *labels, size_t n)
{
	size_t chosen = 0;

	for (size_t i = 0; i < n; i++) {
		bool fits = true;

		for (size_t k = 0; k < chosen && fits; k++)
			fits = fabs(labels[k].x - labels[i].x) >=
			       labels[k].half + labels[i].half;
		if (fits)
			labels[chosen++] = labels[i];
	}
	return chosen;
}

/* Each bar has a mark, and its size as far as there is room. */
static void draw_sizes(struct drawing *d)
{
	struct size_label *labels = rank_labels(d);
	size_t n = d->chart->n, chosen;

	for (size_t i = 0; i < n; i++)
		pq_out_printf(d->c.out,
			      "<line class=\"base\" x1=\"%.1f\" x2=\"%.1f\" "
			      "y1=\"%d\" y2=\"%d\"/>\n",
			      x_of_bar(d, i), x_of_bar(d, i), PQ_CHART_BOTTOM,
			      PQ_CHART_BOTTOM + 5);
	chosen = choose_labels(labels, n);
	for (size_t i = 0; i < chosen; i++) {
		put_bar_size(d, labels[i].bar);
		pq_chart_label(&d->c, labels[i].x, PQ_CHART_BOTTOM + 20, "axis",
			       "middle");
	}
	pq_free(labels);
	pq_buf_str(&d->c.text, "size of an object, on a scale of doublings");
	pq_chart_label(&d->c, PQ_CHART_RIGHT, PQ_CHART_BOTTOM + 38, "axis",
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

/* ---- what the bars are ---- */

/* Words above a bar, with a line down to it. */
static void draw_bar_name(struct drawing *d, size_t i, double bytes, double x,
			  const char *words)
{
	double top = y_of_bytes(d, bytes);

	pq_out_printf(d->c.out,
		      "<line class=\"lead\" x1=\"%.1f\" x2=\"%.1f\" "
		      "y1=\"%d\" y2=\"%.1f\"/>\n",
		      x, x_of_bar(d, i), PQ_CHART_TOP - 24, top);
	pq_buf_str(&d->c.text, words);
	pq_chart_label(&d->c, fmin(x, PQ_CHART_RIGHT - 30), PQ_CHART_TOP - 28,
		       "axis", "middle");
}

/* The highest bar of each kind has the name of its kind. */
static void name_bars(struct drawing *d)
{
	const struct pq_size_bar *bars = d->chart->bars;
	size_t alloc = 0, live = 0;
	double x;

	for (size_t i = 1; i < d->chart->n; i++) {
		if (bars[i].alloc_space > bars[alloc].alloc_space)
			alloc = i;
		if (bars[i].live_space > bars[live].live_space)
			live = i;
	}
	if (!d->chart->n)
		return;
	x = x_of_bar(d, live);
	if (d->chart->has_alloc && bars[alloc].alloc_space > 0) {
		draw_bar_name(d, alloc, (double)bars[alloc].alloc_space,
			      x_of_bar(d, alloc), "allocated");
		/* The names of one bar would stand upon each other. */
		if (fabs(x - x_of_bar(d, alloc)) < 80)
			x = x_of_bar(d, alloc) + (x > 800 ? -80 : 80);
	}
	if (bars[live].live_space > 0)
		draw_bar_name(d, live, (double)bars[live].live_space, x,
			      "alive");
}

static void describe_growth(struct drawing *d)
{
	if (!d->chart->site.len)
		return;
	pq_out_str(d->c.out, "<circle class=\"rung\" cx=\"26\" cy=\"478\" "
			     "r=\"4\"/>\n");
	pq_chart_text(&d->c, 40, 482, "axis", "start", d->chart->caption, 120);
	pq_chart_text(&d->c, 40, 500, "name", "start", d->chart->site, 140);
}

/* The numbers of all bars, for who does not see them. */
static void put_size_table(struct drawing *d)
{
	const struct pq_size_chart *chart = d->chart;

	if (!chart->n)
		return;
	pq_out_str(d->c.out, "<desc>");
	for (size_t i = 0; i < chart->n; i++) {
		pq_put_bytes(&d->c.text, chart->view,
			     (double)chart->bars[i].size);
		if (chart->has_alloc) {
			pq_buf_str(&d->c.text, ": allocated ");
			pq_put_bytes(&d->c.text, chart->view,
				     (double)chart->bars[i].alloc_space);
		}
		pq_buf_str(&d->c.text,
			   chart->has_alloc ? ", alive " : ": alive ");
		pq_put_bytes(&d->c.text, chart->view,
			     (double)chart->bars[i].live_space);
		pq_chart_put_text(&d->c);
		pq_out_str(d->c.out, ".\n");
	}
	pq_out_str(d->c.out, "</desc>\n");
}

/* ---- the whole ---- */

static void draw_sizes_chart(const struct pq_size_chart *chart,
			     struct pq_out *out, bool page, const char *title)
{
	struct drawing d = { .chart = chart };

	/* Everything below is placed by the scales. */
	find_scales(&d);
	pq_chart_axis(&d.axis, d.most, "", chart->view);
	pq_chart_begin(&d.c,
		       &(struct pq_chart_sheet){ .title = title,
						 .height = 512,
						 .theme = chart->theme,
						 .page = page },
		       chart->view, out);
	put_size_table(&d);
	pq_buf_str(&d.c.text,
		   chart->site.len ? "bytes by size; the line joins the sizes "
				     "of buffers that grow by copying"
				   : "bytes by size; nothing was found that "
				     "grows by copying");
	pq_chart_label(&d.c, 20, 46, "about", "start");
	pq_chart_draw_axis(&d.c, &d.axis, PQ_CHART_RIGHT);
	draw_sizes(&d);
	draw_bars(&d);
	/* The ladder lies over the bars, which would hide it. */
	if (chart->site.len)
		draw_ladder(&d);
	name_bars(&d);
	describe_growth(&d);
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
