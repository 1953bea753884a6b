/* check: a profile against budgets, for a pipeline. */
#include "insight/check.h"

#include <math.h>
#include <string.h>

#include "base/units.h"
#include "insight/cells.h"

#include "base/banned.h"

/* Exit status. */
enum { STATUS_OK = 0, STATUS_FAILED = 1, STATUS_UNKNOWN = 3 };

const char *pq_check_verdict_name(enum pq_check_verdict verdict)
{
	static const char *const names[] = {
		[PQ_CHECK_OK] = "ok",
		[PQ_CHECK_NOISE] = "noise",
		[PQ_CHECK_INCONCLUSIVE] = "inconclusive",
		[PQ_CHECK_FAIL] = "fail",
	};

	return names[verdict];
}

/* ---- building ---- */

static void *check_build(const struct pq_report_input *in, struct pq_error *err)
{
	struct pq_check_report *r = pq_arena_zeroed(in->arena, sizeof(*r));

	r->view = in->view;
	r->strict = in->insight->strict;
	/* Front ends that hold one profile have no second to check. */
	if (!in->joined) {
		pq_fail(err, PQ_EUSAGE,
			"check is for a command line: profq check "
			"-budget=FILE NEW");
		return NULL;
	}
	if (!pq_budgets_read(&r->budgets, in->insight->budget, in->arena, err))
		return NULL;
	r->n = r->budgets.n;
	r->list = pq_arena_zeroed(in->arena, r->n * sizeof(*r->list));
	for (size_t i = 0; i < r->n; i++) {
		r->list[i].budget = &r->budgets.list[i];
		if (!pq_check_one(&r->list[i], in, err))
			return NULL;
		/* Verdicts ascend by gravity: the worst budget decides. */
		if (r->list[i].verdict > r->verdict)
			r->verdict = r->list[i].verdict;
	}
	return r;
}

static int check_status(const void *rows)
{
	const struct pq_check_report *r = rows;

	if (r->verdict == PQ_CHECK_FAIL)
		return STATUS_FAILED;
	/* Without -strict inconclusive passes: noise breaks no pipeline. */
	return r->verdict == PQ_CHECK_INCONCLUSIVE && r->strict ? STATUS_UNKNOWN
								: STATUS_OK;
}

/* ---- words that several formats use ---- */

void pq_check_put_value(struct pq_buf *b, const struct pq_check_report *r,
			const struct pq_check_budget *c, double value)
{
	struct pq_text unit = r->view->o.unit;

	if (isnan(value))
		pq_buf_char(b, '-');
	else if (pq_text_is(c->unit, "count"))
		pq_buf_printf(b, "%.0f", value);
	else if (pq_text_is(c->unit, "bytes"))
		pq_put_bytes(b, r->view, value);
	else
		/* Each value has the unit that suits it: limits differ much. */
		pq_unit_label(b, pq_trunc(nearbyint(value)), c->unit,
			      pq_text_is(unit, "minimum") ? PQ_TEXT("auto")
							  : unit);
}

void pq_check_put_row(struct pq_buf *b, const struct pq_check_report *r,
		      const struct pq_check_budget *c,
		      const struct pq_check_row *row)
{
	pq_buf_text(b, row->name);
	pq_buf_str(b, "  ");
	pq_check_put_value(b, r, c, row->base);
	pq_buf_str(b, " -> ");
	pq_check_put_value(b, r, c, row->new);
	pq_buf_str(b, " (limit ");
	pq_check_put_value(b, r, c, row->limit);
	/* Growth from nothing has no percentage. */
	if (row->base > 0)
		pq_buf_printf(b, ", %+.0f%%", 100 * (row->new / row->base - 1));
	else if (row->base == 0)
		pq_buf_str(b, ", new");
	pq_buf_char(b, ')');
}

static void put_limit(struct pq_buf *b, const char *name,
		      const struct pq_budget_limit *l)
{
	if (!l->given)
		return;
	if (l->is_share)
		pq_buf_printf(b, ", %s %.4g%%", name, 100 * l->amount);
	else
		pq_buf_printf(b, ", %s %.0f", name, l->amount);
}

void pq_check_put_budget(struct pq_buf *b, const struct pq_budget *budget)
{
	pq_buf_text(b, budget->sample_index);
	put_limit(b, "max", &budget->max);
	put_limit(b, "max_growth", &budget->growth);
}

void pq_check_put_doubt(struct pq_buf *b, const struct pq_check_budget *c)
{
	if (c->doubt)
		pq_buf_str(b, c->doubt);
	else
		pq_buf_printf(b,
			      "too few samples to see a breach in any of %zu "
			      "rows",
			      c->n_checked);
}

/* ---- text ---- */

static void print_check_line(struct pq_buf *b, struct pq_out *out)
{
	pq_out_text(out, pq_buf_view(b));
	pq_out_str(out, "\n");
	pq_buf_clear(b);
}

static void print_check_rows(const struct pq_check_report *r,
			     const struct pq_check_budget *c, struct pq_buf *b,
			     struct pq_out *out)
{
	for (size_t i = 0; i < c->n_rows; i++) {
		bool failed = c->rows[i].verdict == PQ_CHECK_FAIL;

		if (failed)
			pq_out_style(out, PQ_STYLE_RED);
		pq_out_str(out, failed ? "FAIL " : "?    ");
		pq_out_style(out, PQ_STYLE_NONE);
		pq_buf_text(b, c->budget->name);
		pq_buf_str(b, ": ");
		pq_check_put_row(b, r, c, &c->rows[i]);
		/* A row that did not fail is shown for its doubt. */
		if (!failed)
			pq_buf_printf(b, ", %s",
				      c->rows[i].doubt ? c->rows[i].doubt
						       : "may be within it");
		print_check_line(b, out);
	}
}

static void print_budget(const struct pq_check_report *r,
			 const struct pq_check_budget *c, struct pq_buf *b,
			 struct pq_out *out)
{
	print_check_rows(r, c, b, out);
	/* Rows that fail have spoken for the budget: no summary follows. */
	if (c->verdict == PQ_CHECK_FAIL || c->n_rows)
		return;
	pq_buf_str(b, c->verdict == PQ_CHECK_OK ? "ok   " : "?    ");
	pq_buf_text(b, c->budget->name);
	pq_buf_str(b, ": ");
	if (c->verdict == PQ_CHECK_OK)
		pq_buf_printf(b,
			      "%zu rows, %zu can show twice the limit, %zu "
			      "within noise",
			      c->n_checked, c->n_able, c->n_noise);
	else
		pq_check_put_doubt(b, c);
	print_check_line(b, out);
}

static void check_text(const void *rows, struct pq_out *out)
{
	const struct pq_check_report *r = rows;
	struct pq_buf b = { 0 };

	for (size_t i = 0; i < r->n; i++)
		print_budget(r, &r->list[i], &b, out);
	pq_buf_release(&b);
}

/* ---- data ---- */

#define NUMBER(name, help, heading_)                                         \
	{                                                                    \
		name, PQ_COLUMN_REAL, help, .heading = heading_, .width = 10 \
	}
#define COUNT(name, help, heading_)                                        \
	{                                                                  \
		name, PQ_COLUMN_INT, help, .heading = heading_, .width = 6 \
	}
#define TEXT(name, help, heading_)                                           \
	{                                                                    \
		name, PQ_COLUMN_TEXT, help, .heading = heading_, .width = 12 \
	}

static const struct pq_column row_columns[] = {
	TEXT("budget", "name of the budget", "Budget"),
	TEXT("name", "key of the group", "Name"),
	TEXT("function", "leaf function of the stack that allocated most",
	     "Function"),
	TEXT("file", "its source file", "File"),
	COUNT("line", "line in that", "Line"),
	NUMBER("base", "value of the base; unknown without one", "Base"),
	NUMBER("new", "value now", "New"),
	NUMBER("limit", "what the budget allows", "Limit"),
	TEXT("verdict", "fail or inconclusive", "Verdict"),
	NUMBER("p",
	       "chance of such a growth at the limit; unknown where "
	       "none was tested",
	       "p"),
	{ .kind = PQ_COLUMN_END },
};

static const struct pq_column columns[] = {
	TEXT("budget", "name of the budget", "Budget"),
	COUNT("line", "its line in the file", "Line"),
	TEXT("sample_index", "sample type that is held to it", "Type"),
	TEXT("verdict", "ok, inconclusive or fail", "Verdict"),
	COUNT("checked", "rows that were looked at", "Checked"),
	COUNT("able", "... of which twice the growth would be seen", "Able"),
	COUNT("within_noise", "... beyond the limit, but within noise",
	      "Noise"),
	{ "rows", PQ_COLUMN_LIST, "rows that fail, or may",
	  .items = row_columns, .heading = "Rows" },
	{ .kind = PQ_COLUMN_END },
};

static void put_check_row(struct pq_rows *w, const struct pq_check_budget *c,
			  const struct pq_check_row *row)
{
	pq_rows_begin(w);
	pq_rows_text(w, c->budget->name);
	pq_rows_text(w, row->name);
	pq_rows_text(w, row->function);
	pq_rows_text(w, row->file);
	pq_rows_int(w, row->line);
	pq_rows_real(w, row->base);
	pq_rows_real(w, row->new);
	pq_rows_real(w, row->limit);
	pq_rows_text(w, pq_text_of(pq_check_verdict_name(row->verdict)));
	pq_rows_real(w, row->p);
	pq_rows_end(w);
}

static void check_put(const void *rows, struct pq_rows *w)
{
	const struct pq_check_report *r = rows;

	for (size_t i = 0; i < r->n; i++) {
		const struct pq_check_budget *c = &r->list[i];

		pq_rows_begin(w);
		pq_rows_text(w, c->budget->name);
		pq_rows_int(w, (int64_t)c->budget->line);
		pq_rows_text(w, c->budget->sample_index);
		pq_rows_text(w, pq_text_of(pq_check_verdict_name(c->verdict)));
		pq_rows_int(w, (int64_t)c->n_checked);
		pq_rows_int(w, (int64_t)c->n_able);
		pq_rows_int(w, (int64_t)c->n_noise);
		pq_rows_list(w);
		for (size_t k = 0; k < c->n_rows; k++)
			put_check_row(w, c, &c->rows[k]);
		pq_rows_list_end(w);
		pq_rows_end(w);
	}
}

static const struct pq_column head_columns[] = {
	TEXT("verdict", "of all budgets: ok, inconclusive or fail", "Verdict"),
	{ .kind = PQ_COLUMN_END },
};

static void check_put_head(const void *rows, struct pq_rows *w)
{
	const struct pq_check_report *r = rows;

	pq_rows_begin(w);
	pq_rows_text(w, pq_text_of(pq_check_verdict_name(r->verdict)));
	pq_rows_end(w);
}

const struct pq_report pq_report_check = {
	.takes = PQ_TAKES_BASE,
	.view = { .never_trims = true,
		  .plain_numbers = true,
		  .label_units = true },
	.rights = { .reads_files = true },
	.rows_suffice = true,
	.build = check_build,
	.text = check_text,
	.head = { "head", "what is true of all budgets", head_columns,
		  check_put_head },
	.sections = {
		{ "rows", "budgets in the order of the file", columns,
		  check_put },
	},
	.status = check_status,
};
