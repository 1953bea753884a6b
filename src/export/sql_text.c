#include "export/sql_text.h"

#include "base/suggest.h"

#include "base/banned.h"

static const char *const engine_names[PQ_N_ENGINES] = {
	[PQ_DUCKDB] = "duckdb",
	[PQ_SQLITE] = "sqlite",
	[PQ_POSTGRES] = "postgres",
	[PQ_CLICKHOUSE] = "clickhouse",
};

bool pq_engine_find(const char *option, struct pq_text name,
		    enum pq_engine *engine, struct pq_error *err)
{
	struct pq_suggest near;

	for (unsigned i = 0; i < PQ_N_ENGINES; i++)
		if (pq_text_is(name, engine_names[i])) {
			*engine = i;
			return true;
		}
	/* No engine at all gets the list, and no nearest name. */
	if (!name.len)
		return pq_fail(err, PQ_EUSAGE,
			       "-%s wants an engine: duckdb, sqlite, postgres "
			       "or clickhouse",
			       option);
	pq_suggest_begin(&near, name);
	for (unsigned i = 0; i < PQ_N_ENGINES; i++)
		pq_suggest_offer(&near, pq_text_of(engine_names[i]));
	return pq_suggest_fail(&near, err,
			       near.found
				       ? "-%s: no engine \"%.*s\""
				       : "-%s: no engine \"%.*s\"; there are "
					 "duckdb, sqlite, postgres and "
					 "clickhouse",
			       option, (int)(name.len < 200 ? name.len : 200),
			       name.bytes);
}

void pq_sql_literal(struct pq_buf *to, enum pq_engine engine,
		    struct pq_text text)
{
	bool escapes = engine == PQ_CLICKHOUSE;

	pq_buf_char(to, '\'');
	for (size_t i = 0; i < text.len; i++) {
		char c = text.bytes[i];

		/* ClickHouse has backslashes, the others double the quote. */
		if (escapes && (c == '\'' || c == '\\'))
			pq_buf_char(to, '\\');
		else if (c == '\'')
			pq_buf_char(to, '\'');
		pq_buf_char(to, c);
	}
	pq_buf_char(to, '\'');
}

bool pq_sql_check_text(const char *option, struct pq_text text,
		       struct pq_error *err)
{
	for (size_t at = 0; at < text.len;) {
		uint32_t rune;
		size_t n = pq_text_rune(text, at, &rune);

		if (!n)
			return pq_fail(err, PQ_EUSAGE,
				       "-%s: the text is not UTF-8, and in the "
				       "tables all text is",
				       option);
		at += n;
	}
	return true;
}

void pq_shell_word(struct pq_buf *to, struct pq_text text)
{
	/* In single quotes a shell looks for nothing but their end. */
	pq_buf_char(to, '\'');
	for (size_t i = 0; i < text.len; i++)
		if (text.bytes[i] == '\'')
			pq_buf_str(to, "'\\''");
		else
			pq_buf_char(to, text.bytes[i]);
	pq_buf_char(to, '\'');
}
