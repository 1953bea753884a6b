/* Annotations of GitHub's workflows, and a table: see check_formats.h. */
#include <string.h>

#include "export/check_formats.h"
#include "render/delimited.h"

#include "base/banned.h"

/* ---- workflow commands ---- */

/* After the encoding for terminals; a property has two characters more. */
static void put_annotation_text(struct pq_out *out, struct pq_text text,
				bool property)
{
	struct pq_buf encoded = { 0 }, b = { 0 };
	struct pq_text plain;

	pq_text_encode(&encoded, text);
	plain = pq_buf_view(&encoded);
	for (size_t i = 0; i < plain.len; i++) {
		char c = plain.bytes[i];

		/* Signs that end a text or a property are written %XX. */
		if (c == '%' || c == '\r' || c == '\n' ||
		    (property && (c == ':' || c == ',')))
			pq_buf_printf(&b, "%%%02X", (unsigned)c);
		else
			pq_buf_char(&b, c);
	}
	pq_out_raw(out, pq_unchecked_bytes(b.data), b.len);
	pq_buf_release(&encoded);
	pq_buf_release(&b);
}

/* "::error file=F,line=N,title=profq%3A NAME::" */
static void begin_annotation(struct pq_out *out,
			     const struct pq_check_budget *c,
			     const struct pq_check_row *row, bool failed)
{
	pq_out_str(out, failed ? "::error " : "::warning ");
	/* A warning without a file is about the whole run. */
	if (row && row->file.len) {
		pq_out_str(out, "file=");
		put_annotation_text(out, row->file, true);
		if (row->line > 0)
			pq_out_printf(out, ",line=%lld", (long long)row->line);
		pq_out_str(out, ",");
	}
	pq_out_str(out, "title=profq%3A ");
	put_annotation_text(out, c->budget->name, true);
	pq_out_str(out, "::");
}

static void annotate_budget(const struct pq_check_report *r,
			    const struct pq_check_budget *c, struct pq_buf *b,
			    struct pq_out *out)
{
	for (size_t i = 0; i < c->n_rows; i++) {
		const struct pq_check_row *row = &c->rows[i];

		begin_annotation(out, c, row, row->verdict == PQ_CHECK_FAIL);
		pq_buf_clear(b);
		pq_check_put_row(b, r, c, row);
		put_annotation_text(out, pq_buf_view(b), false);
		pq_out_str(out, "\n");
	}
	/* A budget in doubt has no rows: one line speaks for it. */
	if (c->verdict != PQ_CHECK_INCONCLUSIVE || c->n_rows)
		return;
	begin_annotation(out, c, NULL, false);
	pq_buf_clear(b);
	pq_check_put_doubt(b, c);
	put_annotation_text(out, pq_buf_view(b), false);
	pq_out_str(out, "\n");
}

void pq_check_github(const void *rows, struct pq_out *out)
{
	const struct pq_check_report *r = rows;
	struct pq_buf b = { 0 };

	for (size_t i = 0; i < r->n; i++)
		annotate_budget(r, &r->list[i], &b, out);
	pq_buf_release(&b);
}

/* ---- a table ---- */

#define CELL(name)                                          \
	{                                                   \
		name, PQ_COLUMN_TEXT, name, .heading = name \
	}

static const struct pq_column columns[] = {
	CELL("budget"),
	CELL("row"),
	CELL("base"),
	CELL("new"),
	CELL("limit"),
	CELL("verdict"),
	{ .kind = PQ_COLUMN_END },
};

static void put_value_cell(struct pq_rows *w, const struct pq_check_report *r,
			   const struct pq_check_budget *c, double value)
{
	struct pq_buf b = { 0 };

	pq_check_put_value(&b, r, c, value);
	pq_rows_text(w, pq_buf_view(&b));
	pq_buf_release(&b);
}

static void put_check_table(const void *rows, struct pq_rows *w)
{
	const struct pq_check_report *r = rows;

	for (size_t i = 0; i < r->n; i++) {
		const struct pq_check_budget *c = &r->list[i];

		for (size_t k = 0; k < c->n_rows; k++) {
			const struct pq_check_row *row = &c->rows[k];

			pq_rows_begin(w);
			pq_rows_text(w, c->budget->name);
			pq_rows_text(w, row->name);
			put_value_cell(w, r, c, row->base);
			put_value_cell(w, r, c, row->new);
			put_value_cell(w, r, c, row->limit);
			pq_rows_text(w, pq_text_of(pq_check_verdict_name(
						row->verdict)));
			pq_rows_end(w);
		}
		/* A budget without such rows has a line by itself. */
		if (c->n_rows)
			continue;
		pq_rows_begin(w);
		pq_rows_text(w, c->budget->name);
		for (unsigned k = 0; k < 4; k++)
			pq_rows_text(w, PQ_TEXT(""));
		pq_rows_text(w, pq_text_of(pq_check_verdict_name(c->verdict)));
		pq_rows_end(w);
	}
}

void pq_check_markdown(const void *rows, struct pq_out *out)
{
	static const struct pq_report table = {
		.sections = { { "rows", "budgets and rows", columns,
				put_check_table } },
	};

	pq_delimited_report(PQ_MARKDOWN, &table, rows, PQ_TEXT(""), out);
}
