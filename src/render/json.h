/*
 * json.h - any report as JSON, in one envelope:
 *
 *     {"report": "top", "profile": {...}, "units": {...}, "filters": {...},
 *      "total": N, "rows": [...], "dropped": {...}, "warnings": [...]}
 *
 * with the report's further sections, if any, after rows.  Each row stands on
 * a line of its own and is made and freed alone, so that output of any length
 * needs no memory.  Integers are exact (beyond 2^53 too) and in the unit that
 * units names; names are never shortened.
 */
#ifndef PQ_RENDER_JSON_H
#define PQ_RENDER_JSON_H

#include "report/report.h"

struct pq_filter_text {
	const char *name;
	struct pq_text value;
};

/*
 * A page of the first section: from a row on, so many (0: all).  The envelope
 * then ends in "paging": {"from": N, "rows": N, "of": N}.
 */
struct pq_json_paging {
	bool is_set;
	int64_t from, rows;
};

struct pq_json_input {
	const char *name; /* the report's */
	const struct pq_report *report;
	const struct pq_view *view;
	const struct pq_filter_text *filters; /* only options that are set */
	size_t n_filters;
	const struct pq_text *warnings;
	size_t n_warnings;
	struct pq_json_paging page;
};

void pq_json_report(const struct pq_json_input *in, const void *rows,
		    struct pq_out *out);

/* The JSON Schema (draft 2020-12) of what pq_json_report prints. */
void pq_json_schema(const char *name, const struct pq_report *report,
		    struct pq_out *out);

#endif
