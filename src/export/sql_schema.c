/*
 * sql_schema.c - CREATE TABLE of each engine, from tables.def; sql.h declares
 * it.
 */
#include "export/sql.h"

#include "export/table_columns.h"

#include "base/banned.h"

static const char *const type_names[PQ_N_ENGINES][PQ_N_TABLE_TYPES] = {
	[PQ_DUCKDB] = { "BIGINT NOT NULL", "VARCHAR NOT NULL",
			"VARCHAR NOT NULL", "BIGINT[] NOT NULL" },
	[PQ_SQLITE] = { "INTEGER NOT NULL", "TEXT NOT NULL", "TEXT NOT NULL",
			"TEXT NOT NULL" },
	[PQ_POSTGRES] = { "BIGINT NOT NULL", "TEXT NOT NULL", "TEXT NOT NULL",
			  "BIGINT[] NOT NULL" },
	[PQ_CLICKHOUSE] = { "Int64", "String", "LowCardinality(String)",
			    "Array(Int64)" },
};

static void put_columns(enum pq_engine engine, enum pq_table_id table,
			const char *between, const char *behind,
			struct pq_buf *to)
{
	size_t n;
	const struct pq_table_column *columns = pq_table_columns(table, &n);

	for (size_t i = 0; i < n; i++)
		pq_buf_printf(to, "%s%s %s%s", i ? between : "",
			      columns[i].name,
			      type_names[engine][columns[i].type], behind);
}

/* ---- engines with keys ---- */

/* Whether a table is its key and little more, and is stored by it. */
static bool is_found_by_one_key(enum pq_table_id table)
{
	size_t n, keys = 0;
	const struct pq_table_column *columns = pq_table_columns(table, &n);

	for (size_t i = 0; i < n; i++)
		keys += columns[i].keyed;
	return keys == 1 && !pq_tables[table].month;
}

static void put_key(enum pq_table_id table, struct pq_buf *to)
{
	size_t n, keys = 0;
	const struct pq_table_column *columns = pq_table_columns(table, &n);

	for (size_t i = 0; i < n; i++)
		if (columns[i].keyed)
			pq_buf_printf(to, "%s%s",
				      keys++ ? ", " : ",\n  PRIMARY KEY (",
				      columns[i].name);
	if (keys)
		pq_buf_char(to, ')');
}

/*
 * PostgreSQL's indexes take no row over 2,704 bytes, and a label may well be a
 * whole statement of SQL: a key with texts of a file has digests of them.
 */
static bool is_key_of_digests(enum pq_engine engine, enum pq_table_id table)
{
	size_t n;
	const struct pq_table_column *columns = pq_table_columns(table, &n);
	bool has_text = false;

	for (size_t i = 0; i < n; i++)
		has_text |= columns[i].keyed &&
			    columns[i].type == PQ_TABLE_TEXT;
	return engine == PQ_POSTGRES && has_text;
}

static void put_key_of_digests(enum pq_table_id table, struct pq_buf *to)
{
	const char *name = pq_tables[table].name, *between = "";
	size_t n;
	const struct pq_table_column *columns = pq_table_columns(table, &n);

	pq_buf_printf(to, "CREATE UNIQUE INDEX IF NOT EXISTS %s_by_key ON %s (",
		      name, name);
	for (size_t i = 0; i < n; i++) {
		if (!columns[i].keyed)
			continue;
		pq_buf_printf(to,
			      columns[i].type == PQ_TABLE_INT
				      ? "%s%s"
				      : "%shashtextextended(%s, 0)",
			      between, columns[i].name);
		between = ", ";
	}
	pq_buf_str(to, ");\n");
}

static void put_keyed_table(enum pq_engine engine, enum pq_table_id table,
			    struct pq_buf *to)
{
	const struct pq_table *t = &pq_tables[table];
	bool by_key = engine == PQ_SQLITE && is_found_by_one_key(table);
	bool by_digests = is_key_of_digests(engine, table);

	pq_buf_printf(to, "CREATE TABLE IF NOT EXISTS %s (\n  ", t->name);
	put_columns(engine, table, ",\n  ", "", to);
	if (!by_digests)
		put_key(table, to);
	pq_buf_printf(to, "\n)%s;\n", by_key ? " WITHOUT ROWID" : "");
	if (by_digests)
		put_key_of_digests(table, to);
	/* DuckDB keeps the least and the largest id of each block itself. */
	if (t->index && engine != PQ_DUCKDB)
		pq_buf_printf(to,
			      "CREATE INDEX IF NOT EXISTS %s_by_profile ON %s "
			      "(%s);\n",
			      t->name, t->name, t->index);
}

/* ---- ClickHouse ---- */

static void put_merging_table(enum pq_table_id table, const char *suffix,
			      struct pq_buf *to)
{
	const struct pq_table *t = &pq_tables[table];

	pq_buf_printf(to, "CREATE TABLE IF NOT EXISTS %s%s (\n  ", t->name,
		      suffix);
	put_columns(PQ_CLICKHOUSE, table, ",\n  ", " CODEC(ZSTD(1))", to);
	pq_buf_printf(to, "\n) ENGINE = ReplacingMergeTree(%s)",
		      t->version ? t->version : "");
	/* A partition is a month, which can be dropped whole. */
	if (t->month)
		pq_buf_printf(to,
			      " PARTITION BY toYYYYMM(toDateTime(intDiv(%s, "
			      "1000000000)))",
			      t->month);
	pq_buf_printf(to, " ORDER BY %s;\n", t->order);
}

/* The same row goes to the same machine, where it meets its double. */
static void put_distributed_table(enum pq_table_id table,
				  struct pq_text cluster, struct pq_buf *to)
{
	const struct pq_table *t = &pq_tables[table];

	pq_buf_printf(to, "CREATE TABLE IF NOT EXISTS %s (", t->name);
	put_columns(PQ_CLICKHOUSE, table, ", ", "", to);
	pq_buf_str(to, ") ENGINE = Distributed(");
	pq_buf_text(to, cluster);
	pq_buf_printf(to, ", currentDatabase(), %s_local, cityHash64(%s));\n",
		      t->name, t->shard);
}

/* A cluster's name stands in SQL as it is, and is nothing but a name. */
static bool check_cluster(enum pq_engine engine, struct pq_text cluster,
			  struct pq_error *err)
{
	if (cluster.len && engine != PQ_CLICKHOUSE)
		return pq_fail(err, PQ_EUSAGE,
			       "-cluster is for -ddl=clickhouse");
	for (size_t i = 0; i < cluster.len; i++) {
		char c = cluster.bytes[i];

		/* No digit comes first: the name stands without quotes. */
		if ((c < '0' || c > '9' || !i) && (c < 'a' || c > 'z') &&
		    (c < 'A' || c > 'Z') && c != '_')
			return pq_fail(err, PQ_EUSAGE,
				       "-cluster: a name is of letters, digits "
				       "and _");
	}
	return true;
}

bool pq_sql_schema(enum pq_engine engine, struct pq_text cluster,
		   struct pq_buf *to, struct pq_error *err)
{
	if (!check_cluster(engine, cluster, err))
		return false;
	for (unsigned i = 0; i < PQ_N_TABLES; i++) {
		if (engine != PQ_CLICKHOUSE)
			put_keyed_table(engine, i, to);
		else
			put_merging_table(i, cluster.len ? "_local" : "", to);
		/* The cluster's table has the name; rows are in _local. */
		if (cluster.len)
			put_distributed_table(i, cluster, to);
	}
	return true;
}
