/*
 * table.h - the rows of any report as html: what a page shows before its
 * script has run, and after it, too.
 *
 * Shape:  by the columns.  Rows with callers and callees become a table in
 *         which they stand above and below; rows with lines a section for
 *         each function; all others a plain table.
 * Found:  each row has its columns as data- attributes, numbers exact and in
 *         the unit of the sample type.
 * Text:   goes through xml_text; a name is a link to its callers and callees.
 */
#ifndef PQ_WEB_TABLE_H
#define PQ_WEB_TABLE_H

#include "report/report.h"

struct pq_web_table {
	const struct pq_section *section;
	const void *rows; /* the report's */
	const struct pq_view *view;
	const char *label;     /* "Top" */
	struct pq_text link;   /* the page's query without f, for names */
	const char *sorted_by; /* name of a column, or NULL */
	size_t from, most;     /* rows to show; 0: all */
	size_t room; /* bytes that rows may take, but for a first one */
	/* Appends the address of a command's view; NULL or false: none. */
	bool (*link_of)(void *ctx, struct pq_text command, struct pq_buf *link);
	void *ctx;
};

struct pq_web_rows {
	size_t of, shown, bytes;
};

/* Returns how many rows there are, and what is shown of them. */
struct pq_web_rows pq_web_table_put(const struct pq_web_table *t,
				    struct pq_out *out);

/* Appends a name as an expression that matches it and nothing else. */
void pq_web_quote_regex(struct pq_buf *to, struct pq_text name);

#endif
