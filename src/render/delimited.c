#include "render/delimited.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/banned.h"

struct table {
	struct pq_rows rows; /* first: the writer is this struct */
	enum pq_delimited format;
	struct pq_out *out;
	struct pq_buf scratch;
	struct pq_text unit; /* of each row, in its last cell; or "" */
	bool any;	     /* a cell of the row was printed */
};

static struct table *table_of(struct pq_rows *w)
{
	return (struct table *)w;
}

bool pq_report_is_table(const struct pq_report *report)
{
	return report->sections[0].put &&
	       (!report->sections[1].put || report->rows_suffice) &&
	       pq_columns_are_flat(report->sections[0].columns);
}

/*
 * True for a text that a spreadsheet would take for a formula.  Methods of
 * Objective-C begin with "-[" or "+[", which is none.
 */
static bool looks_like_formula(struct pq_text text)
{
	char first = text.len ? text.bytes[0] : 'a';

	return first == '=' || first == '@' ||
	       ((first == '-' || first == '+') &&
		!(text.len > 1 && text.bytes[1] == '['));
}

/* An apostrophe makes text of what would be a formula. */
static void put_guarded(struct pq_out *out, struct pq_text text)
{
	if (looks_like_formula(text))
		pq_out_str(out, "'");
}

static void put_quoted(struct pq_out *out, struct pq_text text)
{
	const char *bytes = pq_unchecked_bytes(text.bytes);

	pq_out_str(out, "\"");
	put_guarded(out, text);
	for (size_t i = 0; i < text.len; i++)
		pq_out_raw(out, bytes[i] == '"' ? "\"\"" : &bytes[i],
			   bytes[i] == '"' ? 2 : 1);
	pq_out_str(out, "\"");
}

static void put_csv(struct pq_out *out, struct pq_text text)
{
	for (size_t i = 0; i < text.len; i++)
		if (strchr("\",\t ", text.bytes[i])) {
			put_quoted(out, text);
			return;
		}
	put_guarded(out, text);
	pq_out_raw(out, pq_unchecked_bytes(text.bytes), text.len);
}

static void put_tsv(struct pq_out *out, struct pq_text text)
{
	const char *bytes = pq_unchecked_bytes(text.bytes);

	put_guarded(out, text);
	for (size_t i = 0; i < text.len; i++)
		pq_out_raw(out, bytes[i] == '\t' ? "\\t" : &bytes[i],
			   bytes[i] == '\t' ? 2 : 1);
}

/*
 * True for a byte that makes a link of what is around it: GitHub finds
 * addresses in plain text.
 */
static bool makes_link(struct pq_text text, size_t i)
{
	struct pq_text rest = pq_text_slice(text, i, text.len);

	if (text.bytes[i] == '.')
		return i >= 3 &&
		       !strncasecmp(pq_unchecked_bytes(text.bytes) + i - 3,
				    "www", 3);
	return text.bytes[i] == '@' || pq_text_starts(rest, "://");
}

static void put_markdown(struct pq_out *out, struct pq_text text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.bytes[i];

		/* HTML and Markdown both steer: each has its own escapes. */
		if (c == '<')
			pq_out_str(out, "&lt;");
		else if (c == '>')
			pq_out_str(out, "&gt;");
		else if (c == '&')
			pq_out_str(out, "&amp;");
		else if (makes_link(text, i))
			pq_out_printf(out, "&#%d;", c);
		else if (strchr("\\`*_[]|#~!", c))
			pq_out_printf(out, "\\%c", c);
		else
			pq_out_raw(out, &c, 1);
	}
}

static void begin_cell(struct table *t)
{
	static const char *const between[] = {
		[PQ_CSV] = ",", [PQ_TSV] = "\t", [PQ_MARKDOWN] = " | "
	};

	if (t->any)
		pq_out_str(t->out, between[t->format]);
	else if (t->format == PQ_MARKDOWN)
		pq_out_str(t->out, "| ");
	t->any = true;
}

static void put_text_cell(struct table *t, struct pq_text text)
{
	struct pq_text encoded;

	begin_cell(t);
	pq_buf_clear(&t->scratch);
	pq_text_encode(&t->scratch, text);
	/* No control character is left: quotes are for the format's own. */
	encoded = pq_buf_view(&t->scratch);
	if (t->format == PQ_CSV)
		put_csv(t->out, encoded);
	else if (t->format == PQ_TSV)
		put_tsv(t->out, encoded);
	else
		put_markdown(t->out, encoded);
}

static void begin_table_row(struct pq_rows *w)
{
	table_of(w)->any = false;
}

static void end_line(struct table *t)
{
	pq_out_str(t->out, t->format == PQ_MARKDOWN ? " |\n" : "\n");
}

static void end_table_row(struct pq_rows *w)
{
	struct table *t = table_of(w);

	if (t->unit.len)
		put_text_cell(t, t->unit);
	end_line(t);
}

static void put_int_cell(struct pq_rows *w, const char *name, int64_t value)
{
	(void)name;
	begin_cell(table_of(w));
	pq_out_printf(table_of(w)->out, "%lld", (long long)value);
}

static void put_real_cell(struct pq_rows *w, const char *name, double value)
{
	(void)name;
	begin_cell(table_of(w));
	if (!isfinite(value))
		return;
	/* whole numbers, such as counts, are exact */
	if (value == floor(value) && fabs(value) < 1e15)
		pq_out_printf(table_of(w)->out, "%.0f", value);
	else
		pq_out_printf(table_of(w)->out, "%.6g", value);
}

static void put_row_text(struct pq_rows *w, const char *name,
			 struct pq_text value)
{
	(void)name;
	put_text_cell(table_of(w), value);
}

static void put_bool_cell(struct pq_rows *w, const char *name, bool value)
{
	(void)name;
	put_text_cell(table_of(w), value ? PQ_TEXT("true") : PQ_TEXT("false"));
}

/* Only flat columns come here. */
static void no_list(struct pq_rows *w, const char *name)
{
	(void)w;
	(void)name;
	assert(!"a list in a table");
}

static void no_list_end(struct pq_rows *w)
{
	(void)w;
}

static bool table_stopped(struct pq_rows *w)
{
	return pq_out_stopped(table_of(w)->out);
}

static const struct pq_rows_ops ops = {
	.begin_row = begin_table_row,
	.end_row = end_table_row,
	.integer = put_int_cell,
	.value = put_int_cell,
	.real = put_real_cell,
	.text = put_row_text,
	.boolean = put_bool_cell,
	.begin_list = no_list,
	.end_list = no_list_end,
	.stopped = table_stopped,
};

/* Whether a number of the table is in the unit of the sample type. */
static bool wants_unit(const struct pq_column *columns)
{
	for (const struct pq_column *c = columns; c->kind != PQ_COLUMN_END; c++)
		if ((c->kind == PQ_COLUMN_VALUE ||
		     c->kind == PQ_COLUMN_REAL_VALUE) &&
		    !c->unit && !c->unit_in)
			return true;
	return false;
}

static void put_table_head(struct table *t, const struct pq_column *columns)
{
	begin_table_row(&t->rows);
	for (const struct pq_column *c = columns; c->kind != PQ_COLUMN_END; c++)
		put_text_cell(t, pq_text_of(c->name));
	if (t->unit.len)
		put_text_cell(t, PQ_TEXT("unit"));
	end_line(t);
	/* Markdown wants a line that says how columns are aligned. */
	if (t->format != PQ_MARKDOWN)
		return;
	begin_table_row(&t->rows);
	for (const struct pq_column *c = columns; c->kind != PQ_COLUMN_END;
	     c++) {
		begin_cell(t);
		pq_out_str(t->out, pq_column_is_number(c) ? "---:" : "---");
	}
	end_line(t);
}

void pq_delimited_report(enum pq_delimited format,
			 const struct pq_report *report, const void *rows,
			 struct pq_text unit, struct pq_out *out)
{
	const struct pq_section *s = &report->sections[0];
	struct table t = { .format = format, .out = out };

	/* Markdown is for people, whose eyes a word in each row would tire. */
	if (format != PQ_MARKDOWN && wants_unit(s->columns))
		t.unit = unit;
	pq_rows_init(&t.rows, &ops, s->columns);
	put_table_head(&t, s->columns);
	s->put(rows, &t.rows);
	pq_buf_release(&t.scratch);
}
