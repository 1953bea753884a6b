/*
 * json_rows.h - the writer of rows.h that prints each row as one line of JSON.
 *
 * Rows go into the list that is open in the JSON writer, which is borrowed.
 */
#ifndef PQ_RENDER_JSON_ROWS_H
#define PQ_RENDER_JSON_ROWS_H

#include "render/json_writer.h"
#include "report/rows.h"

struct pq_json_rows {
	struct pq_rows rows; /* first: the writer is this struct */
	struct pq_json_writer *to;
	bool bare; /* values of rows become members of the open object */
	/* a page of them: all are counted, and those outside left out */
	int64_t first, most; /* most 0: all */
	int64_t n;
};

void pq_json_rows_init(struct pq_json_rows *j, struct pq_json_writer *to,
		       const struct pq_column *columns);

#endif
