/*
 * sql_load.c - scripts that load a folder of tables, from tables.def; sql.h
 * declares it.
 *
 * All but ClickHouse load in one transaction, samples only of profiles that
 * are not there.  In ClickHouse rows that come again merge away.
 */
#include "export/sql.h"

#include "export/table_columns.h"

#include "base/banned.h"

struct load_script {
	enum pq_engine engine;
	struct pq_text folder;
	bool gzip;
	struct pq_buf *to;
};

/* Types of the columns of a table that takes the file as it is. */
static const char *const plain_types[PQ_N_ENGINES][PQ_N_TABLE_TYPES] = {
	[PQ_DUCKDB] = { "BIGINT", "VARCHAR", "VARCHAR", "BIGINT[]" },
	[PQ_SQLITE] = { "INTEGER", "TEXT", "TEXT", "TEXT" },
	[PQ_POSTGRES] = { "BIGINT", "TEXT", "TEXT", "TEXT" },
};

/* ---- names of files ---- */

static void put_path(const struct load_script *s, enum pq_table_id table,
		     struct pq_buf *to)
{
	pq_buf_text(to, s->folder);
	pq_buf_printf(to, "/%s.csv%s", pq_tables[table].name,
		      s->gzip ? ".gz" : "");
}

/* The words of a shell that write the file's content to their output. */
static void put_unpacking(const struct load_script *s, enum pq_table_id table,
			  struct pq_buf *to)
{
	struct pq_buf path = { 0 };

	put_path(s, table, &path);
	pq_buf_str(to, "gzip -dc ");
	pq_shell_word(to, pq_buf_view(&path));
	pq_buf_release(&path);
}

static void put_path_literal(const struct load_script *s,
			     enum pq_table_id table)
{
	struct pq_buf path = { 0 };

	put_path(s, table, &path);
	pq_sql_literal(s->to, PQ_DUCKDB, pq_buf_view(&path));
	pq_buf_release(&path);
}

/* An argument of SQLite's shell, which reads it as C reads a string. */
static void put_shell_argument(const struct load_script *s,
			       enum pq_table_id table)
{
	struct pq_buf word = { 0 };

	/* A name that begins with a bar is a command to SQLite's shell. */
	if (s->gzip) {
		pq_buf_char(&word, '|');
		put_unpacking(s, table, &word);
	} else {
		put_path(s, table, &word);
	}
	/* The shell reads escapes: quotes and backslashes get one. */
	pq_buf_char(s->to, '"');
	for (size_t i = 0; i < word.len; i++) {
		if (word.data[i] == '"' || word.data[i] == '\\')
			pq_buf_char(s->to, '\\');
		pq_buf_char(s->to, word.data[i]);
	}
	pq_buf_char(s->to, '"');
	pq_buf_release(&word);
}

/* ---- statements ---- */

/* Columns with the types that a file has: lists are text but for DuckDB. */
static void put_plain_columns(const struct load_script *s,
			      enum pq_table_id table)
{
	size_t n;
	const struct pq_table_column *columns = pq_table_columns(table, &n);
	const char *quote = s->engine == PQ_DUCKDB ? "'" : "";
	const char *between = s->engine == PQ_DUCKDB ? ": " : " ";

	for (size_t i = 0; i < n; i++)
		pq_buf_printf(s->to, "%s%s%s%s%s%s%s%s", i ? ", " : "", quote,
			      columns[i].name, quote, between, quote,
			      plain_types[s->engine][columns[i].type], quote);
}

static const char *unless_loaded(enum pq_table_id table)
{
	return table == PQ_TABLE_OF_samples
		       ? " WHERE profile_id NOT IN (SELECT profile_id FROM "
			 "profiles)"
		       : "";
}

/* Samples have no key: what is loaded is told by their profile. */
static const char *or_ignore(enum pq_table_id table)
{
	return table == PQ_TABLE_OF_samples ? "" : " OR IGNORE";
}

static void load_into_duckdb(const struct load_script *s)
{
	/* Profiles are last: one that is there has all its samples. */
	pq_buf_str(s->to, "BEGIN;\n");
	for (unsigned i = 0; i < PQ_N_TABLES; i++) {
		pq_buf_printf(s->to, "INSERT%s INTO %s SELECT * FROM read_csv(",
			      or_ignore(i), pq_tables[i].name);
		put_path_literal(s, i);
		/*
		 * Nothing is guessed from the first rows, and a line may be
		 * what a stack of 400,000 frames takes: DuckDB's own limit is
		 * 2 MB, and its time grows with a larger one.
		 */
		pq_buf_str(s->to, ", header = true, auto_detect = false, "
				  "delim = ',', quote = '\"', escape = '\"', "
				  "new_line = '\\n', max_line_size = 16777216, "
				  "allow_quoted_nulls = false, columns = {");
		put_plain_columns(s, i);
		pq_buf_printf(s->to, "})%s;\n", unless_loaded(i));
	}
	pq_buf_str(s->to, "COMMIT;\n");
}

static void load_into_sqlite(const struct load_script *s)
{
	/* SQLite's shell goes on after errors, if it is not told to stop. */
	pq_buf_str(s->to, ".bail on\n.mode csv\n");
	for (unsigned i = 0; i < PQ_N_TABLES; i++) {
		pq_buf_printf(s->to, "CREATE TEMP TABLE new_%s (",
			      pq_tables[i].name);
		put_plain_columns(s, i);
		pq_buf_str(s->to, ");\n.import --csv --skip 1 --schema temp ");
		put_shell_argument(s, i);
		pq_buf_printf(s->to, " new_%s\n", pq_tables[i].name);
	}
	/* All or nothing: a load that fails leaves no rows. */
	pq_buf_str(s->to, "BEGIN;\n");
	for (unsigned i = 0; i < PQ_N_TABLES; i++)
		pq_buf_printf(s->to,
			      "INSERT%s INTO %s SELECT * FROM new_%s%s;\n",
			      or_ignore(i), pq_tables[i].name,
			      pq_tables[i].name, unless_loaded(i));
	pq_buf_str(s->to, "COMMIT;\n");
}

static void put_copy(const struct load_script *s, enum pq_table_id table)
{
	struct pq_buf command = { 0 };

	pq_buf_printf(s->to, "\\copy new_%s from ", pq_tables[table].name);
	/* \copy reads no compressed file: a program unpacks it. */
	if (s->gzip) {
		put_unpacking(s, table, &command);
		pq_buf_str(s->to, "program ");
		pq_sql_literal(s->to, PQ_POSTGRES, pq_buf_view(&command));
	} else {
		put_path_literal(s, table);
	}
	pq_buf_str(s->to, " with (format csv, header)\n");
	pq_buf_release(&command);
}

/* A list of a file becomes an array. */
static void put_converted_columns(const struct load_script *s,
				  enum pq_table_id table)
{
	size_t n;
	const struct pq_table_column *columns = pq_table_columns(table, &n);

	for (size_t i = 0; i < n; i++)
		pq_buf_printf(s->to,
			      columns[i].type == PQ_TABLE_LIST
				      ? "%stranslate(%s, '[]', '{}')::bigint[]"
				      : "%s%s",
			      i ? ", " : "", columns[i].name);
}

static void load_into_postgres(const struct load_script *s)
{
	/* The first error ends the script, and the transaction with it. */
	pq_buf_str(s->to, "\\set ON_ERROR_STOP on\nBEGIN;\n");
	for (unsigned i = 0; i < PQ_N_TABLES; i++) {
		const char *name = pq_tables[i].name;

		pq_buf_printf(s->to, "CREATE TEMP TABLE new_%s (", name);
		put_plain_columns(s, i);
		pq_buf_str(s->to, ") ON COMMIT DROP;\n");
		put_copy(s, i);
		pq_buf_printf(s->to, "INSERT INTO %s SELECT ", name);
		put_converted_columns(s, i);
		pq_buf_printf(s->to, " FROM new_%s%s;\n", name,
			      i == PQ_TABLE_OF_samples
				      ? unless_loaded(i)
				      : " ON CONFLICT DO NOTHING");
	}
	pq_buf_str(s->to, "COMMIT;\n");
}

static void load_into_clickhouse(const struct load_script *s)
{
	struct pq_buf path = { 0 };

	/* The script is for a shell, and ends at the first error. */
	pq_buf_str(s->to, "set -e\n");
	for (unsigned i = 0; i < PQ_N_TABLES; i++) {
		if (s->gzip) {
			put_unpacking(s, i, s->to);
			pq_buf_str(s->to, " | ");
		}
		pq_buf_printf(s->to,
			      "clickhouse-client $CLICKHOUSE_ARGS --query "
			      "'INSERT INTO %s FORMAT CSVWithNames'",
			      pq_tables[i].name);
		if (!s->gzip) {
			pq_buf_clear(&path);
			put_path(s, i, &path);
			pq_buf_str(s->to, " < ");
			pq_shell_word(s->to, pq_buf_view(&path));
		}
		pq_buf_char(s->to, '\n');
	}
	pq_buf_release(&path);
}

/* Clients read commands line by line: a name must not end a line. */
static bool check_folder(struct pq_text folder, struct pq_error *err)
{
	for (size_t i = 0; i < folder.len; i++)
		if ((unsigned char)folder.bytes[i] < 0x20 ||
		    folder.bytes[i] == 0x7f)
			return pq_fail(err, PQ_EUSAGE,
				       "-load: the name of the folder has "
				       "control characters, which clients of "
				       "engines cannot be told");
	return folder.len ||
	       pq_fail(err, PQ_EUSAGE,
		       "-load wants the folder of an export: profq export "
		       "-load=ENGINE DIR");
}

bool pq_sql_load(enum pq_engine engine, struct pq_text folder, bool gzip,
		 struct pq_buf *to, struct pq_error *err)
{
	static void (*const loaders[PQ_N_ENGINES])(
		const struct load_script *) = {
		[PQ_DUCKDB] = load_into_duckdb,
		[PQ_SQLITE] = load_into_sqlite,
		[PQ_POSTGRES] = load_into_postgres,
		[PQ_CLICKHOUSE] = load_into_clickhouse,
	};
	struct load_script s = { engine, folder, gzip, to };

	if (!check_folder(folder, err))
		return false;
	loaders[engine](&s);
	return true;
}
