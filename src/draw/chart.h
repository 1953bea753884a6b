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
#define PQ_CHART_TOP 96
#define PQ_CHART_BOTTOM 416

struct pq_chart {
	struct pq_out *out;
	struct pq_buf text, scratch;
	bool page; /* within html */
};

/* What is in c->text, encoded, outside of any element; empties it. */
void pq_chart_put_text(struct pq_chart *c);

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

/* A function's name: its longest form that fits. */
void pq_chart_name(struct pq_chart *c, double x, double y, struct pq_text name,
		   size_t most);

/*
 * An axis of values from 0: four to six marks at round steps, bytes at powers of
 * two, others at 1, 2 or 5 and zeros.  All are in one unit, which stands at its
 * upper end.
 */
struct pq_chart_axis {
	double step, top;    /* in the values' own unit */
	double unit;	     /* so many of it are one on the axis */
	const char *scale;   /* "million ", or "" */
	struct pq_text name; /* of the unit, or of what is counted */
};

/* The largest value is `most'; what is counted, or "" for bytes. */
void pq_chart_axis(struct pq_chart_axis *a, double most, const char *counted,
		   const struct pq_view *v);

/* The place of a value; where lines of the grid end on the right. */
double pq_chart_y(const struct pq_chart_axis *a, double value);
void pq_chart_draw_axis(struct pq_chart *c, const struct pq_chart_axis *a,
			double right);

/* A mark on the axis of time, and what stands there. */
struct pq_chart_tick {
	double at; /* seconds since the first */
	char label[24];
};

#define PQ_CHART_TICKS 12

/*
 * Marks between a time in nanoseconds and so many seconds later, at round local
 * times; `about' says of which zone, and from when.  Returns how many.
 */
size_t pq_chart_times(struct pq_chart_tick *ticks, int64_t nanos,
		      double seconds, struct pq_buf *about);

#endif
