/*
 * sql_question.c - the statements of sql_queries.def with a question's parts
 * put in; sql.h declares it.
 */
#include "export/sql.h"

#include "base/mem.h"
#include "base/suggest.h"

#include "base/banned.h"

enum function_use { FUNCTION_NO, FUNCTION_TAKES, FUNCTION_NEEDS };

static const struct {
	const char *report;
	enum function_use function;
	const char *text, *clickhouse;
} queries[] = {
#define QUERY(report, function, text, clickhouse) \
	{ #report, FUNCTION_##function, text, clickhouse },
#include "export/sql_queries.def"
#undef QUERY
};

#define N_QUERIES (sizeof(queries) / sizeof(queries[0]))

static const struct {
	const char *name;
	const char *text[PQ_N_ENGINES];
} words[] = {
#define WORD(name, duckdb, sqlite, postgres, clickhouse) \
	{ #name, { duckdb, sqlite, postgres, clickhouse } },
#include "export/sql_words.def"
#undef WORD
};

/* Parts that a question brings, by their names in braces. */
struct question_part {
	const char *name;
	struct pq_buf text;
};

enum part_name {
	PART_WHERE,
	PART_OLD,
	PART_NEW,
	PART_PROFILES,
	PART_OF_SERVICE,
	PART_FUNCTION,
	PART_VALUES,
	PART_ORDER,
	N_PARTS
};

struct questioning {
	const struct pq_sql_question *q;
	struct question_part parts[N_PARTS];
	struct pq_buf *to;
};

/* ---- conditions ---- */

/*
 * Without a name: the type that the profiles' files call their default, else
 * one that is no count (of a heap inuse_space, of a CPU profile cpu).
 */
static void put_standard_type(const struct pq_sql_question *q,
			      const struct pq_sql_filter *f, struct pq_buf *to)
{
	struct pq_buf where = { 0 }, profiles = { 0 };

	/* Both are the question's: other profiles have other types. */
	pq_sql_filter_samples(f, q->engine, &where);
	pq_sql_filter_profiles(f, q->engine, &profiles);
	pq_buf_str(to, "(SELECT sample_type\n  FROM samples");
	pq_buf_str(to, where.len ? "\n  WHERE " : "");
	pq_buf_text(to, pq_buf_view(&where));
	pq_buf_printf(to,
		      "\n  GROUP BY sample_type, unit\n  ORDER BY CASE WHEN "
		      "sample_type %s (SELECT default_type\n  FROM profiles",
		      q->engine == PQ_CLICKHOUSE ? "GLOBAL IN" : "IN");
	pq_buf_str(to, profiles.len ? "\n  WHERE " : "");
	pq_buf_text(to, pq_buf_view(&profiles));
	pq_buf_str(to, ") THEN 0 WHEN unit <> 'count' THEN 1 ELSE 2 END, "
		       "sample_type DESC\n  LIMIT 1)");
	pq_buf_release(&where);
	pq_buf_release(&profiles);
}

static void put_condition(const struct pq_sql_question *q,
			  const struct pq_sql_filter *f, struct pq_buf *to)
{
	pq_sql_filter_samples(f, q->engine, to);
	/* Values of different types make no sum: one is always chosen. */
	pq_buf_str(to, to->len ? " AND sample_type = " : "sample_type = ");
	if (q->sample_type.len)
		pq_sql_literal(to, q->engine, q->sample_type);
	else
		put_standard_type(q, f, to);
}

static void put_where(struct pq_buf *to,
		      void (*put)(const struct pq_sql_filter *, enum pq_engine,
				  struct pq_buf *),
		      const struct pq_sql_question *q)
{
	struct pq_buf condition = { 0 };

	put(q->where, q->engine, &condition);
	if (condition.len) {
		pq_buf_str(to, "\n  WHERE ");
		pq_buf_text(to, pq_buf_view(&condition));
	}
	pq_buf_release(&condition);
}

static const char *order_of_rows(const struct pq_sql_question *q)
{
	if (pq_text_is(q->report, "diff"))
		return q->by_cum ? "abs(new_cum - old_cum) DESC, name"
				 : "abs(new_flat - old_flat) DESC, name";
	if (q->by_cum)
		return "abs(cum) DESC, name";
	/* ClickHouse's flat is a column already, and never NULL. */
	return q->engine == PQ_CLICKHOUSE ? "abs(flat) DESC, name"
					  : "abs(coalesce(flat, 0)) DESC, name";
}

static void make_parts(struct questioning *x)
{
	static const char *const names[N_PARTS] = {
		"where",      "old",	  "new",    "profiles",
		"of_service", "function", "values", "order",
	};
	const struct pq_sql_question *q = x->q;
	struct question_part *parts = x->parts;

	for (unsigned i = 0; i < N_PARTS; i++)
		parts[i].name = names[i];
	/* All parts are made: a query takes those that it names. */
	put_condition(q, q->where, &parts[PART_WHERE].text);
	put_condition(q, q->old, &parts[PART_OLD].text);
	put_condition(q, q->new, &parts[PART_NEW].text);
	put_where(&parts[PART_PROFILES].text, pq_sql_filter_profiles, q);
	put_where(&parts[PART_OF_SERVICE].text, pq_sql_filter_service, q);
	pq_sql_literal(&parts[PART_FUNCTION].text, q->engine, q->function);
	pq_buf_str(&parts[PART_VALUES].text,
		   pq_text_is(q->report, "diff") ? "a, b" : "v");
	pq_buf_str(&parts[PART_ORDER].text, order_of_rows(q));
}

/* ---- putting them in ---- */

static void expand_text(struct questioning *x, struct pq_text text);

/* Where a brace ends that begins at `at'. */
static size_t find_closing_brace(struct pq_text text, size_t at)
{
	size_t depth = 0;

	for (; at < text.len; at++) {
		depth += text.bytes[at] == '{';
		if (text.bytes[at] == '}' && !--depth)
			break;
	}
	return at;
}

static void expand_word(struct questioning *x, struct pq_text word)
{
	static const char condition[] = "if_function ";
	size_t n = sizeof(condition) - 1;

	if (pq_text_starts(word, condition)) {
		if (x->q->function.len)
			expand_text(x, pq_text_slice(word, n, word.len));
		return;
	}
	/* Parts have words of the user's: they are not expanded again. */
	for (unsigned i = 0; i < N_PARTS; i++)
		if (pq_text_is(word, x->parts[i].name))
			pq_buf_text(x->to, pq_buf_view(&x->parts[i].text));
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (pq_text_is(word, words[i].name))
			expand_text(x, pq_text_of(words[i].text[x->q->engine]));
}

static void expand_text(struct questioning *x, struct pq_text text)
{
	size_t at = 0;

	while (at < text.len) {
		size_t brace = pq_text_find(text, at, "{"), end;

		pq_buf_text(x->to, pq_text_slice(text, at, brace));
		if (brace == text.len)
			break;
		/* Braces nest: an if_function has words inside of its own. */
		end = find_closing_brace(text, brace);
		expand_word(x, pq_text_slice(text, brace + 1, end));
		at = end + 1;
	}
}

/* ---- questions that make sense ---- */

static bool find_query(struct pq_text report, size_t *at, struct pq_error *err)
{
	struct pq_suggest near;

	for (*at = 0; *at < N_QUERIES; ++*at)
		if (pq_text_is(report, queries[*at].report))
			return true;
	pq_suggest_begin(&near, report);
	for (size_t i = 0; i < N_QUERIES; i++)
		pq_suggest_offer(&near, pq_text_of(queries[i].report));
	return pq_suggest_fail(&near, err,
			       near.found
				       ? "-sql: no question \"%.*s\""
				       : "-sql: no question \"%.*s\"; there "
					 "are top, diff, peek, folded, list, "
					 "trend and sizes",
			       (int)(report.len < 200 ? report.len : 200),
			       report.bytes);
}

static bool check_sides(const struct pq_sql_question *q, struct pq_error *err)
{
	bool is_diff = pq_text_is(q->report, "diff");

	/* Conditions of -where are among those of both. */
	if (is_diff && (q->old->conditions.n == q->where->conditions.n ||
			q->new->conditions.n == q->where->conditions.n))
		return pq_fail(err, PQ_EUSAGE,
			       "-sql=diff wants -old=FILTER and -new=FILTER");
	if (!is_diff && (q->old->conditions.n > q->where->conditions.n ||
			 q->new->conditions.n > q->where->conditions.n))
		return pq_fail(err, PQ_EUSAGE,
			       "-old and -new are for -sql=diff; -where is for "
			       "the others");
	return true;
}

static bool check_question(const struct pq_sql_question *q,
			   enum function_use function, struct pq_error *err)
{
	if (function == FUNCTION_NEEDS && !q->function.len)
		return pq_fail(err, PQ_EUSAGE,
			       "-sql=list wants -function=NAME, the whole name "
			       "of one function");
	if (function == FUNCTION_NO && q->function.len)
		return pq_fail(err, PQ_EUSAGE,
			       "-function is for -sql=list and -sql=peek");
	if (q->by_cum && !pq_text_is(q->report, "top") &&
	    !pq_text_is(q->report, "diff"))
		return pq_fail(err, PQ_EUSAGE,
			       "-cum is for -sql=top and -sql=diff");
	return check_sides(q, err) &&
	       pq_sql_check_text("sample_index", q->sample_type, err) &&
	       pq_sql_check_text("function", q->function, err);
}

bool pq_sql_question(const struct pq_sql_question *q, struct pq_buf *to,
		     struct pq_error *err)
{
	struct questioning x = { .q = q, .to = to };
	size_t at;

	/* Nothing is written before all of the question is checked. */
	if (!find_query(q->report, &at, err) ||
	    !check_question(q, queries[at].function, err))
		return false;
	make_parts(&x);
	/* ClickHouse has a form of each question for itself. */
	expand_text(&x, pq_text_of(q->engine == PQ_CLICKHOUSE
					   ? queries[at].clickhouse
					   : queries[at].text));
	if (q->most > 0)
		pq_buf_printf(to, "\n  LIMIT %lld", (long long)q->most);
	pq_buf_str(to, ";\n");
	for (unsigned i = 0; i < N_PARTS; i++)
		pq_buf_release(&x.parts[i].text);
	return true;
}
