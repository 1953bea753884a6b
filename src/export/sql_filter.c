#include "export/sql_filter.h"

#include "export/moment.h"

#include "base/banned.h"

static const char *const key_names[PQ_N_FILTER_KEYS] = {
	[PQ_FILTER_SERVICE] = "service", [PQ_FILTER_INSTANCE] = "instance",
	[PQ_FILTER_SINCE] = "since",	 [PQ_FILTER_UNTIL] = "until",
	[PQ_FILTER_SET] = "set:",	 [PQ_FILTER_LABEL] = "label:",
};

void pq_sql_filter_release(struct pq_sql_filter *f)
{
	pq_vec_release(&f->conditions);
}

/* ---- from text ---- */

static bool is_named_key(enum pq_filter_key key)
{
	return key == PQ_FILTER_SET || key == PQ_FILTER_LABEL;
}

/* The key at the start of a text, with its equals sign; 0: there is none. */
static size_t scan_key(struct pq_text text, struct pq_condition *c)
{
	size_t equals = pq_text_find(text, 0, "=");
	struct pq_text key = pq_text_slice(text, 0, equals);

	if (equals == text.len)
		return 0;
	for (unsigned i = 0; i < PQ_N_FILTER_KEYS; i++) {
		size_t n = pq_text_of(key_names[i]).len;

		/* A key that takes a name has it behind its colon. */
		if (is_named_key(i)
			    ? !pq_text_starts(key, key_names[i]) || key.len == n
			    : !pq_text_is(key, key_names[i]))
			continue;
		c->key = i;
		c->name = pq_text_slice(key, n, key.len);
		return equals + 1;
	}
	return 0;
}

/* Where a value ends: at a comma with a key behind it, or with the text. */
static size_t find_value_end(struct pq_text text, size_t at)
{
	struct pq_condition next;
	size_t end = pq_text_find(text, at, ",");

	while (end < text.len) {
		struct pq_text rest = pq_text_slice(text, end + 1, text.len);
		size_t comma = pq_text_find(rest, 0, ",");

		/* A name of a label has no comma: it would end a value. */
		if (scan_key(pq_text_slice(rest, 0, comma), &next))
			break;
		end = pq_text_find(text, end + 1, ",");
	}
	return end;
}

static bool settle_condition(struct pq_condition *c, const char *option,
			     struct pq_error *err)
{
	/* Times become numbers here; all else is text, and must be UTF-8. */
	if (c->key != PQ_FILTER_SINCE && c->key != PQ_FILTER_UNTIL)
		return pq_sql_check_text(option, c->name, err) &&
		       pq_sql_check_text(option, c->value, err);
	return pq_moment_parse(c->value, &c->ns) ||
	       pq_fail(err, PQ_EUSAGE,
		       "-%s: %s=%.*s is no time: nanoseconds since 1970, or as "
		       "in 2026-11-01T12:00:00Z",
		       option, key_names[c->key],
		       (int)(c->value.len < 200 ? c->value.len : 200),
		       c->value.bytes);
}

bool pq_sql_filter_add(struct pq_sql_filter *f, const char *option,
		       struct pq_text text, struct pq_error *err)
{
	size_t at = 0;

	do {
		struct pq_text rest = pq_text_slice(text, at, text.len);
		struct pq_condition c = { 0 };
		size_t key = scan_key(rest, &c), end;

		if (!key)
			return pq_fail(err, PQ_EUSAGE,
				       "-%s: \"%.*s\" is no filter; it is "
				       "KEY=VALUE with KEY one of service, "
				       "instance, since, until, set:NAME, "
				       "label:NAME",
				       option,
				       (int)(rest.len < 200 ? rest.len : 200),
				       rest.bytes);
		end = find_value_end(text, at + key);
		c.value = pq_text_slice(text, at + key, end);
		if (!settle_condition(&c, option, err))
			return false;
		*pq_vec_push(&f->conditions) = c;
		at = end + 1;
	} while (at <= text.len);
	return true;
}

/* ---- to SQL ---- */

static void put_and(struct pq_buf *to, bool *first)
{
	if (!*first)
		pq_buf_str(to, " AND ");
	*first = false;
}

static const char *in_word(enum pq_engine engine)
{
	/* A list made once, where the query came in, for all machines. */
	return engine == PQ_CLICKHOUSE ? "GLOBAL IN" : "IN";
}

static void put_label_condition(const struct pq_condition *c,
				enum pq_engine engine, struct pq_buf *to)
{
	pq_buf_printf(to,
		      "label_set %s (SELECT label_set\n  FROM labels\n"
		      "  WHERE key = ",
		      in_word(engine));
	pq_sql_literal(to, engine, c->name);
	pq_buf_str(to, " AND is_num = 0 AND str = ");
	pq_sql_literal(to, engine, c->value);
	pq_buf_char(to, ')');
}

/* A condition on columns that samples and profiles both have. */
static bool put_common_condition(const struct pq_condition *c,
				 enum pq_engine engine, bool *first,
				 struct pq_buf *to)
{
	switch (c->key) {
	case PQ_FILTER_SERVICE:
		put_and(to, first);
		pq_buf_str(to, "service = ");
		pq_sql_literal(to, engine, c->value);
		return true;
	case PQ_FILTER_SINCE:
	case PQ_FILTER_UNTIL:
		put_and(to, first);
		pq_buf_str(to, c->key == PQ_FILTER_SINCE ? "taken_at_ns >= "
							 : "taken_at_ns < ");
		pq_buf_int(to, c->ns, 0);
		return true;
	default:
		return false;
	}
}

void pq_sql_filter_profiles(const struct pq_sql_filter *f,
			    enum pq_engine engine, struct pq_buf *to)
{
	bool first = true;

	for (size_t i = 0; i < f->conditions.n; i++) {
		const struct pq_condition *c = &f->conditions.at[i];

		/* Labels are the samples': profiles have none of these. */
		if (put_common_condition(c, engine, &first, to) ||
		    c->key == PQ_FILTER_LABEL)
			continue;
		put_and(to, &first);
		if (c->key == PQ_FILTER_SET) {
			put_label_condition(c, engine, to);
		} else {
			pq_buf_str(to, "instance = ");
			pq_sql_literal(to, engine, c->value);
		}
	}
}

void pq_sql_filter_samples(const struct pq_sql_filter *f, enum pq_engine engine,
			   struct pq_buf *to)
{
	bool first = true, by_profile = false;

	for (size_t i = 0; i < f->conditions.n; i++) {
		const struct pq_condition *c = &f->conditions.at[i];

		by_profile |= c->key == PQ_FILTER_INSTANCE ||
			      c->key == PQ_FILTER_SET;
		(void)put_common_condition(c, engine, &first, to);
		if (c->key == PQ_FILTER_LABEL) {
			put_and(to, &first);
			put_label_condition(c, engine, to);
		}
	}
	/* Instances and sets are columns of profiles alone. */
	if (!by_profile)
		return;
	put_and(to, &first);
	pq_buf_printf(to,
		      "profile_id %s (SELECT profile_id\n  FROM profiles\n"
		      "  WHERE ",
		      in_word(engine));
	pq_sql_filter_profiles(f, engine, to);
	pq_buf_char(to, ')');
}

void pq_sql_filter_service(const struct pq_sql_filter *f, enum pq_engine engine,
			   struct pq_buf *to)
{
	bool first = true;

	for (size_t i = 0; i < f->conditions.n; i++)
		if (f->conditions.at[i].key == PQ_FILTER_SERVICE)
			(void)put_common_condition(&f->conditions.at[i], engine,
						   &first, to);
}
