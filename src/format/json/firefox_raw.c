/*
 * Raw tables of Firefox and the strings of their frames; firefox_reading.h
 * declares what is here.
 */
#include "format/json/firefox_reading.h"

#include "format/text/scan.h"

#include "base/banned.h"

/* More columns than any table has. */
#define COLUMNS_MOST 64

/* Which column of ours an element of a row is; 0: none, else one more. */
struct schema {
	uint8_t columns[COLUMNS_MOST];
	bool is_there;
};

static bool take_schema(struct pq_firefox *r,
			const struct pq_firefox_raw_column *columns, size_t n,
			struct schema *to)
{
	struct pq_text key;
	int64_t at;

	to->is_there = true;
	pq_pull_object(&r->j);
	while (pq_pull_key(&r->j, &key)) {
		size_t which = 0;

		while (which < n && !pq_text_is(key, columns[which].name))
			which++;
		if (!pq_pull_int(&r->j, &at))
			return false;
		if (at < 0 || at >= COLUMNS_MOST)
			return pq_pull_fail(&r->j, "a row has no such column");
		to->columns[at] = which < n ? (uint8_t)(which + 1) : 0;
	}
	return pq_pull_ok(&r->j);
}

static void push_null(const struct pq_firefox_raw_column *c)
{
	if (c->narrow)
		*pq_vec_push(&c->narrow->at) = PQ_FIREFOX_NONE;
	else
		*pq_vec_push(&c->wide->at) = PQ_FIREFOX_NULL;
}

static void set_last(struct pq_firefox *r,
		     const struct pq_firefox_raw_column *c)
{
	if (c->narrow)
		pq_firefox_take_index(r,
				      &c->narrow->at.at[c->narrow->at.n - 1]);
	else
		pq_firefox_take_number(r, c->shift,
				       &c->wide->at.at[c->wide->at.n - 1]);
}

/* Rows are cut short where the last elements are null. */
static bool take_row(struct pq_firefox *r,
		     const struct pq_firefox_raw_column *columns, size_t n,
		     const struct schema *schema)
{
	for (size_t i = 0; i < n; i++)
		push_null(&columns[i]);
	pq_pull_array(&r->j);
	for (size_t at = 0; pq_pull_element(&r->j); at++) {
		unsigned which = at < COLUMNS_MOST ? schema->columns[at] : 0;

		if (which)
			set_last(r, &columns[which - 1]);
		else
			pq_pull_skip(&r->j);
	}
	return pq_pull_ok(&r->j);
}

bool pq_firefox_take_rows(struct pq_firefox *r,
			  const struct pq_firefox_raw_column *columns, size_t n)
{
	struct schema schema = { .is_there = false };
	struct pq_text key;

	/* Columns without rows are empty, and yet they are there. */
	for (size_t i = 0; i < n; i++) {
		if (columns[i].narrow)
			columns[i].narrow->is_there = true;
		else
			columns[i].wide->is_there = true;
	}
	pq_pull_object(&r->j);
	while (pq_pull_key(&r->j, &key)) {
		if (pq_text_is(key, "schema")) {
			take_schema(r, columns, n, &schema);
		} else if (!pq_text_is(key, "data")) {
			pq_pull_skip(&r->j);
		} else if (!schema.is_there) {
			return pq_pull_fail(&r->j, "rows come before the "
						   "schema that explains them");
		} else {
			pq_pull_array(&r->j);
			while (pq_pull_element(&r->j) &&
			       take_row(r, columns, n, &schema))
				;
		}
	}
	return pq_pull_ok(&r->j);
}

/* ---- locations ---- */

/* Takes digits off the end with the colon before them; false: none there. */
static bool take_number_off(struct pq_text *t, int64_t *value)
{
	size_t at = t->len;

	*value = 0;
	while (at && pq_is_digit(t->bytes[at - 1]))
		at--;
	/* 9 digits at most: the value fits. */
	if (at == t->len || t->len - at > 9 || !at || t->bytes[at - 1] != ':')
		return false;
	for (size_t i = at; i < t->len; i++)
		*value = *value * 10 + (t->bytes[i] - '0');
	*t = pq_text_slice(*t, 0, at - 1);
	return true;
}

/* Takes "[12]" off, which tells a function's category. */
static struct pq_text without_category(struct pq_text t)
{
	size_t at = t.len;

	if (!at || t.bytes[at - 1] != ']')
		return t;
	for (at--; at && pq_is_digit(t.bytes[at - 1]); at--)
		;
	return at && t.bytes[at - 1] == '[' ? pq_text_slice(t, 0, at - 1) : t;
}

/* Where the " (" stands whose ")" is the last byte; t.len: nowhere. */
static size_t find_open(struct pq_text t)
{
	size_t depth = 0;

	if (!t.len || t.bytes[t.len - 1] != ')')
		return t.len;
	/* Parentheses within a file's name nest: the outer pair counts. */
	for (size_t i = t.len; i--;) {
		depth += t.bytes[i] == ')';
		if (t.bytes[i] == '(' && !--depth)
			return i > 1 && t.bytes[i - 1] == ' ' ? i - 1 : t.len;
	}
	return t.len;
}

struct pq_firefox_place pq_firefox_split_location(struct pq_text location)
{
	struct pq_firefox_place whole = { .name = location }, place = whole;
	struct pq_text rest = without_category(location), inside;
	size_t open = find_open(rest);
	int64_t last;

	/* Without a place behind it, all of the text is the name. */
	if (open == rest.len)
		return whole;
	inside = pq_text_slice(rest, open + 2, rest.len - 1);
	place.name = pq_text_slice(rest, 0, open);
	if (pq_text_starts(inside, "in ")) {
		place.lib = pq_text_slice(inside, 3, inside.len);
		return place;
	}
	/* FILE:LINE:COLUMN, or FILE:LINE */
	if (!take_number_off(&inside, &last))
		return whole;
	if (!take_number_off(&inside, &place.line))
		place.line = last;
	place.file = inside;
	return place;
}
