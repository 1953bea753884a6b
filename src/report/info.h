/*
 * info.h - what info finds out about a profile (info.c), apart from how it is
 * printed (info_put.c).
 *
 * Owner: everything is in the arena of the report, or the profile's.
 */
#ifndef PQ_REPORT_INFO_H
#define PQ_REPORT_INFO_H

#include "report/report.h"

struct pq_info_type {
	struct pq_text type, unit;
	int64_t total; /* sum of absolute values, as in every report */
	bool chosen;
};

struct pq_info_label {
	struct pq_text key;
	uint64_t n_values;  /* distinct ones */
	uint64_t n_samples; /* that have the label */
};

struct pq_info_mapping {
	const struct pq_mapping *m;
	uint64_t n_locations;
	uint64_t n_named; /* with a function */
};

struct pq_info {
	const struct pq_view *view;
	struct pq_info_type *types;
	struct pq_info_label *labels; /* by key */
	struct pq_info_mapping *mappings;
	size_t n_types, n_labels, n_mappings;
	uint64_t n_frames;  /* in all stacks */
	uint64_t deepest;   /* frames of the longest stack */
	uint64_t n_unnamed; /* locations without a function */
	uint64_t top_bytes; /* that top needs, estimated */
	bool has_kernel;    /* a mapping is of kernel code */
	int64_t kernel;	    /* value chosen of samples in kernel code */
};

extern const struct pq_column pq_info_row_columns[], pq_info_type_columns[],
	pq_info_label_columns[], pq_info_mapping_columns[];

void pq_info_put_rows(const void *rows, struct pq_rows *w);
void pq_info_put_types(const void *rows, struct pq_rows *w);
void pq_info_put_labels(const void *rows, struct pq_rows *w);
void pq_info_put_mappings(const void *rows, struct pq_rows *w);

void pq_info_text(const void *rows, struct pq_out *out);

#endif
