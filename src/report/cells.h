/*
 * cells.h - the value and percentage columns that several reports share.
 */
#ifndef PQ_REPORT_CELLS_H
#define PQ_REPORT_CELLS_H

#include "report/report.h"

struct pq_cells {
	const struct pq_view *view;
	struct pq_out *out;
	struct pq_buf scratch;
};

/* A value right-aligned in `width` columns. */
void pq_cells_value(struct pq_cells *c, int64_t value, int width);
/* The share of a whole, as the reference pads it. */
void pq_cells_share(struct pq_cells *c, int64_t value, int64_t whole);
/* flat flat% sum% cum cum%, of the report's total. */
void pq_cells_node(struct pq_cells *c, int64_t flat, int64_t sum, int64_t cum);

/*
 * Bold for what holds a tenth of the total or more, ended by
 * PQ_STYLE_NONE; the numbers say the same without color.
 */
void pq_cells_emphasis(struct pq_cells *c, int64_t value);

void pq_cells_release(struct pq_cells *c);

#endif
