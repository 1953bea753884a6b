/*
 * json_rows.h - the writer of rows.h that prints each row as one line of JSON.
 */
#ifndef PQ_RENDER_JSON_ROWS_H
#define PQ_RENDER_JSON_ROWS_H

#include <cjson/cJSON.h>

#include "base/out.h"
#include "report/rows.h"

struct pq_json_rows {
	struct pq_rows rows; /* first: the writer is this struct */
	struct pq_out *out;
	struct pq_buf scratch;
	/* containers under way; levels[0] is the row */
	cJSON *levels[2 * PQ_ROWS_DEPTH];
	unsigned depth;
	bool any; /* a row was printed */
};

void pq_json_rows_init(struct pq_json_rows *j, struct pq_out *out,
		       const struct pq_column *columns);
void pq_json_rows_release(struct pq_json_rows *j);

#endif
