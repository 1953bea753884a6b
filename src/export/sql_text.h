/*
 * sql_text.h - engines, and text on its way into their scripts.
 *
 * Text stands in SQL as a literal and in no other way.  In a literal a quote
 * is doubled; ClickHouse, which reads escapes in it, has a backslash before
 * quotes and backslashes.
 */
#ifndef PQ_EXPORT_SQL_TEXT_H
#define PQ_EXPORT_SQL_TEXT_H

#include "base/buf.h"
#include "base/error.h"

enum pq_engine {
	PQ_DUCKDB,
	PQ_SQLITE,
	PQ_POSTGRES,
	PQ_CLICKHOUSE,
	PQ_N_ENGINES
};

/* By its name; `option` is who asks, for the error (PQ_EUSAGE). */
bool pq_engine_find(const char *option, struct pq_text name,
		    enum pq_engine *engine, struct pq_error *err);

void pq_sql_literal(struct pq_buf *to, enum pq_engine engine,
		    struct pq_text text);

/*
 * Whether a text can be compared with what the tables have: PQ_EUSAGE for one
 * that is not UTF-8.
 */
bool pq_sql_check_text(const char *option, struct pq_text text,
		       struct pq_error *err);

/* A file's name, for the shell that a script runs in. */
void pq_shell_word(struct pq_buf *to, struct pq_text text);

#endif
