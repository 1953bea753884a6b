/*
 * rows.h - the rows of a report as data: for JSON, CSV and their like.
 *
 * A report declares its columns once; the schema, the header of a CSV file
 * and the keys of JSON come from there. It then puts each row, value by
 * value in the order of the columns, into a writer whose format it does not
 * know:
 *
 *     pq_rows_begin(w);
 *     pq_rows_text(w, name);
 *     pq_rows_int(w, flat);
 *     pq_rows_list(w);          a column of kind LIST
 *     ... rows of its items, each begun and ended ...
 *     pq_rows_list_end(w);
 *     pq_rows_end(w);
 *
 * Units:  values are in the unit of their sample type, exact, never scaled;
 *         which unit that is the column says.  All other numbers have none.
 * Errors: putting a value of another kind than the column's is a bug and
 *         ends in an assertion.
 */
#ifndef PQ_REPORT_ROWS_H
#define PQ_REPORT_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

enum pq_column_kind {
	PQ_COLUMN_END,	 /* ends an array of columns */
	PQ_COLUMN_INT,	 /* a line, a count, a position: a number of no unit */
	PQ_COLUMN_VALUE, /* a value of a sample, or a sum of such */
	PQ_COLUMN_REAL,	 /* a number of no unit that may be unknown */
	PQ_COLUMN_REAL_VALUE, /* in the unit of a value, and may be unknown */
	PQ_COLUMN_TEXT,
	PQ_COLUMN_BOOL,
	PQ_COLUMN_INTS,	  /* a list of integers; lists from here on */
	PQ_COLUMN_VALUES, /* a list of values, one for each sample type */
	PQ_COLUMN_TEXTS,  /* a list of texts */
	PQ_COLUMN_LIST,	  /* a list of rows, of the columns in items */
	PQ_COLUMN_RECORD, /* one such row */
};

/*
 * A row of a table of columns:
 *
 *     { "flat", PQ_COLUMN_VALUE, "value of the node itself",
 *       .heading = "Flat", .width = 10 },
 */
struct pq_column {
	const char *name;
	enum pq_column_kind kind;
	const char *help; /* one sentence, for the schema */
	/* A LIST's or a RECORD's: the columns of its rows. */
	const struct pq_column *items;
	/* For tables on a terminal or in a page. */
	const char *heading;
	int width; /* least, in characters; 0: as wide as what is in it */
	/*
	 * A value's: its unit, or the text column of its row that says the
	 * unit.  Neither: the unit of the sample type that is reported.
	 */
	const char *unit;
	const char *unit_in;
};

struct pq_rows;

struct pq_rows_ops {
	void (*begin_row)(struct pq_rows *w);
	void (*end_row)(struct pq_rows *w);
	void (*integer)(struct pq_rows *w, const char *name, int64_t value);
	void (*value)(struct pq_rows *w, const char *name, int64_t value);
	void (*real)(struct pq_rows *w, const char *name, double value);
	void (*text)(struct pq_rows *w, const char *name, struct pq_text value);
	void (*boolean)(struct pq_rows *w, const char *name, bool value);
	void (*begin_list)(struct pq_rows *w, const char *name);
	void (*end_list)(struct pq_rows *w);
	/* NULL where rows are flat */
	void (*begin_record)(struct pq_rows *w, const char *name);
	void (*end_record)(struct pq_rows *w);
	bool (*stopped)(struct pq_rows *w);
};

/* Lists may stand in lists, but not deeper than this. */
#define PQ_ROWS_DEPTH 4

struct pq_rows {
	const struct pq_rows_ops *ops;
	const struct pq_column *columns[PQ_ROWS_DEPTH]; /* by level */
	const struct pq_column *next[PQ_ROWS_DEPTH];
	unsigned depth;
};

void pq_rows_init(struct pq_rows *w, const struct pq_rows_ops *ops,
		  const struct pq_column *columns);

void pq_rows_begin(struct pq_rows *w);
void pq_rows_end(struct pq_rows *w);
void pq_rows_int(struct pq_rows *w, int64_t value);
void pq_rows_value(struct pq_rows *w, int64_t value);
void pq_rows_real_value(struct pq_rows *w, double value);
void pq_rows_real(struct pq_rows *w, double value);
/* A writer that wants the text after this call copies it. */
void pq_rows_text(struct pq_rows *w, struct pq_text value);
/* An address as a text, "0x1f": readers of JSON lose bits of large numbers. */
void pq_rows_hex(struct pq_rows *w, uint64_t value);
void pq_rows_bool(struct pq_rows *w, bool value);

/* A column of kind LIST, INTS, VALUES or TEXTS. */
void pq_rows_list(struct pq_rows *w);
void pq_rows_list_end(struct pq_rows *w);

/* A column of kind RECORD: the values in between are of its columns. */
void pq_rows_record(struct pq_rows *w);
void pq_rows_record_end(struct pq_rows *w);

/* True when there is no use in putting more. */
bool pq_rows_stopped(struct pq_rows *w);

/* Whether a column holds one number, which tables align on the right. */
static inline bool pq_column_is_number(const struct pq_column *c)
{
	return c->kind >= PQ_COLUMN_INT && c->kind <= PQ_COLUMN_REAL_VALUE;
}

/* Whether it is in a unit. */
static inline bool pq_column_is_value(const struct pq_column *c)
{
	return c->kind == PQ_COLUMN_VALUE || c->kind == PQ_COLUMN_REAL_VALUE;
}

/* Whether rows are plain tables: no column is a list. */
bool pq_columns_are_flat(const struct pq_column *columns);

#endif
