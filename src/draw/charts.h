/*
 * charts.h - pictures of series, sizes and lifetimes, as svg or as a page with it.
 *
 * Each stands alone, without scripts, and follows the reader's light or dark
 * theme.  All texts from files are encoded (render/xml_text.h) and cut to
 * what fits.
 *
 * pq_trend_svg: a line for each row that grows (or for the largest ones, where
 * none does); around it a band of two deviations of sampling; cuts are dashed.
 * pq_sizes_svg: bytes allocated by size, what is alive of them, and the ladder.
 * pq_churn_svg: a bar for what each row makes a second, and beside it on an axis
 * of time how long it lives, as a band of 95 %.
 */
#ifndef PQ_DRAW_CHARTS_H
#define PQ_DRAW_CHARTS_H

#include "base/out.h"

void pq_trend_svg(const void *rows, struct pq_out *out);
void pq_trend_html(const void *rows, struct pq_out *out);
void pq_sizes_svg(const void *rows, struct pq_out *out);
void pq_sizes_html(const void *rows, struct pq_out *out);
void pq_churn_svg(const void *rows, struct pq_out *out);
void pq_churn_html(const void *rows, struct pq_out *out);
void pq_ladders_svg(const void *rows, struct pq_out *out);
void pq_ladders_html(const void *rows, struct pq_out *out);

#endif
