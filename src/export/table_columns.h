/*
 * table_columns.h - the tables and columns of tables.def.
 */
#ifndef PQ_EXPORT_TABLE_COLUMNS_H
#define PQ_EXPORT_TABLE_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

enum pq_table_type {
	PQ_TABLE_INT,
	PQ_TABLE_TEXT,
	PQ_TABLE_WORD,
	PQ_TABLE_LIST,
	PQ_N_TABLE_TYPES
};

enum pq_table_id {
#define TABLE(name, order, version, month, shard, index) PQ_TABLE_OF_##name,
#define KEYED(table, name, kind)
#define COLUMN(table, name, kind)
#include "export/tables.def"
#undef TABLE
#undef KEYED
#undef COLUMN
	PQ_N_TABLES
};

struct pq_table {
	const char *name;
	const char *order, *version, *month, *shard, *index; /* or NULL */
};

struct pq_table_column {
	enum pq_table_id table;
	const char *name;
	enum pq_table_type type;
	bool keyed;
};

/* In the order in which they are loaded. */
extern const struct pq_table pq_tables[PQ_N_TABLES];

/* The columns of a table, which stand together. */
const struct pq_table_column *pq_table_columns(enum pq_table_id table,
					       size_t *n);

#endif
