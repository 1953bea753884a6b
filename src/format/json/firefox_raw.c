/*
 * Raw tables of Firefox and the strings of their frames; firefox_reading.h
 * declares what is here.
 */
#include "format/json/firefox_reading.h"

#include "format/text/scan.h"

#include "base/banned.h"

static bool take_schema(struct pq_firefox_rows *rows, struct pq_firefox *r)
{
	struct pq_text key;
	int64_t at;

	rows->has_schema = true;
	pq_pull_object(&r->j);
	while (pq_pull_key(&r->j, &key)) {
		size_t which = 0;

		while (which < rows->n &&
		       !pq_text_is(key, rows->columns[which].name))
			which++;
		if (!pq_pull_int(&r->j, &at))
			return false;
		if (at < 0 || at >= PQ_FIREFOX_COLUMNS_MOST)
			return pq_pull_fail(&r->j, "a row has no such column");
		rows->schema[at] = which < rows->n ? (uint8_t)(which + 1) : 0;
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
static void push_row(const struct pq_firefox_rows *rows)
{
	for (size_t i = 0; i < rows->n; i++)
		push_null(&rows->columns[i]);
}

/* The column that an element of a row is of; NULL: none of ours. */
static const struct pq_firefox_raw_column *
find_column(const struct pq_firefox_rows *rows, size_t at)
{
	unsigned which = at < PQ_FIREFOX_COLUMNS_MOST ? rows->schema[at] : 0;

	return which ? &rows->columns[which - 1] : NULL;
}

static bool take_row(struct pq_firefox_rows *rows, struct pq_firefox *r)
{
	push_row(rows);
	pq_pull_array(&r->j);
	for (size_t at = 0; pq_pull_element(&r->j); at++) {
		const struct pq_firefox_raw_column *c = find_column(rows, at);

		if (c)
			set_last(r, c);
		else
			pq_pull_skip(&r->j);
	}
	return pq_pull_ok(&r->j);
}

/* ---- rows that come before their schema: writers may sort their keys ---- */

static bool keep_row(struct pq_firefox_rows *rows, struct pq_firefox *r)
{
	struct pq_firefox_cell cell = { .row = rows->n_kept++ };
	struct pq_text number;

	pq_pull_array(&r->j);
	for (; pq_pull_element(&r->j); cell.at++) {
		/* Columns of ours have numbers and null, which is no cell. */
		if (pq_pull_kind(&r->j) != PQ_PULL_NUMBER) {
			pq_pull_skip(&r->j);
			continue;
		}
		if (!pq_pull_number(&r->j, &number))
			return false;
		cell.text = pq_intern(&rows->texts, number);
		if (cell.at < PQ_FIREFOX_COLUMNS_MOST)
			*pq_vec_push(&rows->kept) = cell;
	}
	return pq_pull_ok(&r->j);
}

static bool set_kept(struct pq_firefox *r,
		     const struct pq_firefox_raw_column *c,
		     struct pq_text number)
{
	bool exact, ok;

	ok = c->narrow ? pq_firefox_parse_index(
				 number, &c->narrow->at.at[c->narrow->at.n - 1])
		       : pq_decimal(number, c->shift,
				    &c->wide->at.at[c->wide->at.n - 1], &exact);
	return ok || pq_pull_fail(&r->j, "a row of the table that ends here "
					 "has no index where one should be");
}

static bool use_kept_rows(struct pq_firefox_rows *rows, struct pq_firefox *r)
{
	size_t next = 0;

	if (rows->n_kept && !rows->has_schema)
		return pq_pull_fail(&r->j, "the table that ends here has rows "
					   "and no schema that explains them");
	for (uint32_t row = 0; row < rows->n_kept; row++) {
		push_row(rows);
		for (; next < rows->kept.n && rows->kept.at[next].row == row;
		     next++) {
			const struct pq_firefox_cell *cell =
				&rows->kept.at[next];
			const struct pq_firefox_raw_column *c =
				find_column(rows, cell->at);

			if (c &&
			    !set_kept(r, c,
				      pq_intern_text(&rows->texts, cell->text)))
				return false;
		}
	}
	return true;
}

/* ---- a table ---- */

void pq_firefox_rows_begin(struct pq_firefox_rows *rows,
			   const struct pq_firefox_raw_column *columns,
			   size_t n)
{
	*rows = (struct pq_firefox_rows){ .columns = columns, .n = n };
	pq_arena_init(&rows->arena);
	pq_intern_init(&rows->texts, &rows->arena);
}

bool pq_firefox_rows_take(struct pq_firefox_rows *rows, struct pq_firefox *r,
			  struct pq_text key)
{
	if (pq_text_is(key, "schema") && rows->n) {
		take_schema(rows, r);
		return true;
	}
	if (!pq_text_is(key, "data") || !rows->n)
		return false;
	pq_pull_array(&r->j);
	while (pq_pull_element(&r->j) &&
	       (rows->has_schema ? take_row(rows, r) : keep_row(rows, r)))
		;
	return true;
}

bool pq_firefox_rows_end(struct pq_firefox_rows *rows, struct pq_firefox *r)
{
	bool ok = pq_pull_ok(&r->j) && use_kept_rows(rows, r);

	pq_vec_release(&rows->kept);
	pq_intern_release(&rows->texts);
	pq_arena_release(&rows->arena);
	return ok;
}

/* ---- locations ---- */

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

struct pq_firefox_place pq_firefox_split_location(struct pq_text location)
{
	struct pq_firefox_place whole = { .name = location }, place = whole;
	struct pq_text rest = without_category(location), inside;
	size_t open = pq_text_last_pair(rest);
	int64_t last;

	/* Without a place behind it and a blank, all of it is the name. */
	if (open == rest.len || open < 2 || rest.bytes[open - 1] != ' ')
		return whole;
	inside = pq_text_slice(rest, open + 1, rest.len - 1);
	place.name = pq_text_slice(rest, 0, open - 1);
	if (pq_text_starts(inside, "in ")) {
		place.lib = pq_text_slice(inside, 3, inside.len);
		return place;
	}
	/* FILE:LINE:COLUMN, or FILE:LINE */
	if (!pq_cut_number_off(&inside, &last))
		return whole;
	if (!pq_cut_number_off(&inside, &place.line))
		place.line = last;
	place.file = inside;
	return place;
}
