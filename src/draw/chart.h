/*
 * chart.h - what pictures of numbers share: a sheet with a title, axes and
 * texts.
 *
 * Units: pixels of a sheet PQ_CHART_WIDTH wide; the plot lies between the
 *        margins below.
 */
#ifndef PQ_DRAW_CHART_H
#define PQ_DRAW_CHART_H

#include "base/buf.h"
#include "base/out.h"
#include "report/report.h"

#define PQ_CHART_WIDTH 1000
#define PQ_CHART_LEFT 90
#define PQ_CHART_RIGHT 970
#define PQ_CHART_TOP 70
#define PQ_CHART_BOTTOM 400

struct pq_chart {
	struct pq_out *out;
	struct pq_buf text, scratch;
	bool page; /* within html */
};

struct pq_chart_sheet {
	const char *title;
	int height;
	enum pq_theme theme;
	bool page;
};

/* Opens the sheet, with styles and a title. */
void pq_chart_begin(struct pq_chart *c, const struct pq_chart_sheet *sheet,
		    const struct pq_view *v, struct pq_out *out);
void pq_chart_end(struct pq_chart *c);

/*
 * A text, at most so many characters of it; class is one of the style sheet's,
 * anchor "start", "middle" or "end".
 */
void pq_chart_text(struct pq_chart *c, double x, double y, const char *class,
		   const char *anchor, struct pq_text text, size_t most);

/* The same of what is in c->text, which is emptied. */
void pq_chart_label(struct pq_chart *c, double x, double y, const char *class,
		    const char *anchor);

/* A round step of which `most' reaches 4 to 10 times. */
double pq_chart_step(double most, bool bytes);

#endif
