/*
 * heap_report.h - what all reports on heaps have in common: how they begin,
 * which rows they show, and how they say where something is.
 */
#ifndef PQ_INSIGHT_HEAP_REPORT_H
#define PQ_INSIGHT_HEAP_REPORT_H

#include "insight/cells.h"
#include "insight/heap.h"

/* The first member of the rows of each report. */
struct pq_heap_report {
	struct pq_heap heap;
	const struct pq_view *view;
	enum pq_theme theme; /* of its chart */
	struct pq_notes header;	 /* dim, above all */
	struct pq_notes notes;	 /* below the table, after "note: " */
	struct pq_notes checked; /* said by pq_heap_check */
	const char *title;	 /* the column of names has it */
	size_t n_rows, n_shown;	 /* rows that there are, and in the text */
};

/*
 * Builds the heap of the report's profiles and its header; notes of the files
 * go to the log.  False, with nothing to release, when a file does not fit.
 */
bool pq_heap_report_begin(struct pq_heap_report *r,
			  const struct pq_report_input *in,
			  enum pq_grouping_by standard, struct pq_error *err);

/* The same without a look at samples, for who says more of them itself. */
bool pq_heap_report_read(struct pq_heap_report *r,
			 const struct pq_report_input *in,
			 enum pq_grouping_by standard, bool goroutines,
			 struct pq_error *err);

/*
 * Several files were added up to one: says so, and whether that may be.  No
 * error bars where periods differ.
 */
void pq_heap_report_added_up(struct pq_heap_report *r, struct pq_log *log);

/*
 * How many of n rows there are in all formats (-nodecount), which is returned,
 * and in the text.
 */
size_t pq_heap_report_limit(struct pq_heap_report *r,
			    const struct pq_report_input *in, size_t n);

void pq_heap_report_release(struct pq_heap_report *r);

/* The header, and below the table the notes. */
void pq_heap_report_head(const struct pq_heap_report *r, struct pq_out *out);
void pq_heap_report_foot(const struct pq_heap_report *r, struct pq_out *out);

/* name, function, file, line, owner, owner_file, owner_line */
#define PQ_PLACE_COLUMNS                                                          \
	{ "name", PQ_COLUMN_TEXT, "key of the group", .heading = "Site",          \
	  .width = 24 },                                                          \
		{ "function", PQ_COLUMN_TEXT,                                     \
		  "leaf function of the stack that allocated most",               \
		  .heading = "Function", .width = 24 },                           \
		{ "file", PQ_COLUMN_TEXT, "its source file",                      \
		  .heading = "File", .width = 24 },                               \
		{ "line", PQ_COLUMN_INT, "line in that", .heading = "Line",       \
		  .width = 6 },                                                   \
		{ "owner", PQ_COLUMN_TEXT,                                        \
		  "first function of that stack outside of the standard library", \
		  .heading = "Owner", .width = 24 },                              \
		{ "owner_file", PQ_COLUMN_TEXT, "its source file",                \
		  .heading = "Owner's file", .width = 24 },                       \
	{                                                                         \
		"owner_line", PQ_COLUMN_INT, "line in that",                      \
			.heading = "Owner's line", .width = 6                     \
	}

void pq_put_place(struct pq_rows *w, const struct pq_heap *h,
		  const struct pq_heap_group *group);

/* A column of kind TEXTS. */
void pq_put_texts(struct pq_rows *w, const struct pq_notes *texts);

#endif
