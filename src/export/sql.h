/*
 * sql.h - what engines are told: the tables' schema, how they are loaded, and
 * questions.
 *
 * Everything is text for the engine's own client, made of tables.def,
 * sql_words.def and sql_queries.def; the same arguments give the same bytes.
 *
 * Errors: PQ_EUSAGE, with nothing in `to' that is of use.
 */
#ifndef PQ_EXPORT_SQL_H
#define PQ_EXPORT_SQL_H

#include "export/sql_filter.h"
#include "export/sql_text.h"

/*
 * CREATE TABLE statements.  `cluster', for ClickHouse, is the name of the
 * machines that share the tables; empty: one machine.
 */
bool pq_sql_schema(enum pq_engine engine, struct pq_text cluster,
		   struct pq_buf *to, struct pq_error *err);

/*
 * A script that loads the tables of a folder, once: rows that are there
 * already are passed over.  `gzip`: their files are compressed.
 */
bool pq_sql_load(enum pq_engine engine, struct pq_text folder, bool gzip,
		 struct pq_buf *to, struct pq_error *err);

struct pq_sql_question {
	enum pq_engine engine;
	struct pq_text report;
	struct pq_text sample_type; /* empty: the one that is shown first */
	struct pq_text function;    /* empty: none */
	const struct pq_sql_filter *where, *old, *new;
	bool by_cum;
	int64_t most; /* rows; not positive: all */
};

/* One statement. */
bool pq_sql_question(const struct pq_sql_question *q, struct pq_buf *to,
		     struct pq_error *err);

#endif
