#include "export/table_columns.h"

#include "base/banned.h"

const struct pq_table pq_tables[PQ_N_TABLES] = {
#define TABLE(name, order, version, month, shard, index) \
	{ #name, order, version, month, shard, index },
#define KEYED(table, name, kind)
#define COLUMN(table, name, kind)
#include "export/tables.def"
#undef TABLE
#undef KEYED
#undef COLUMN
};

static const struct pq_table_column all_columns[] = {
#define TABLE(name, order, version, month, shard, index)
#define KEYED(table, name, kind) \
	{ PQ_TABLE_OF_##table, #name, PQ_TABLE_##kind, true },
#define COLUMN(table, name, kind) \
	{ PQ_TABLE_OF_##table, #name, PQ_TABLE_##kind, false },
#include "export/tables.def"
#undef TABLE
#undef KEYED
#undef COLUMN
};

const struct pq_table_column *pq_table_columns(enum pq_table_id table,
					       size_t *n)
{
	const struct pq_table_column *first = all_columns;
	const struct pq_table_column *end =
		all_columns + sizeof(all_columns) / sizeof(*all_columns);

	/* The columns of a table stand together in tables.def. */
	while (first->table != table)
		first++;
	*n = 0;
	while (first + *n < end && first[*n].table == table)
		++*n;
	return first;
}
