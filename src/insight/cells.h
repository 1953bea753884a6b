/*
 * cells.h - numbers and tables of the reports on heaps, for people.
 *
 * Numbers are appended to a buffer; NAN, and a count that is not known, is
 * "-".  Bytes follow -unit and -divide_by of the view.
 *
 * A table has all columns aligned on the right but the last:
 *
 *     pq_table_init(&t, titles, n);
 *     pq_buf_str(pq_table_cell(&t), "few");	cell by cell, row by row
 *     pq_table_print(&t, out);			once
 */
#ifndef PQ_INSIGHT_CELLS_H
#define PQ_INSIGHT_CELLS_H

#include "base/notes.h"
#include "base/out.h"
#include "base/vec.h"
#include "graph/view.h"

/* "513.58kB", "0B" */
void pq_put_bytes(struct pq_buf *b, const struct pq_view *v, double bytes);

/* "353ms", "9d", "1.2m": three digits */
void pq_put_seconds(struct pq_buf *b, double seconds);

/* "61.6%"; "-" of a whole of 0 */
void pq_put_percent(struct pq_buf *b, double part, double whole);

/* A list of the reports' own lines: takes what is in b, and empties it. */
void pq_take_note(struct pq_notes *to, struct pq_buf *b);

struct pq_table {
	const char *const *titles;
	size_t n_columns;
	struct pq_buf text; /* all cells', one after another */
	PQ_VEC(size_t) starts;
};

void pq_table_init(struct pq_table *t, const char *const *titles, size_t n);

/* Begins the next cell: append to what is returned. */
struct pq_buf *pq_table_cell(struct pq_table *t);

/* Prints titles and rows, and frees the table. */
void pq_table_print(struct pq_table *t, struct pq_out *out);

#endif
