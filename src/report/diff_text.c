#include <math.h>
#include <stdio.h>

#include "base/mem.h"
#include "base/units.h"
#include "compare/change_text.h"
#include "report/diff.h"
#include "report/header.h"

#include "base/banned.h"

const char *pq_diff_rows_are(const struct pq_view *v)
{
	static const char *const names[] = {
		[PQ_FUNCTIONS] = "functions", [PQ_FILEFUNCTIONS] = "functions",
		[PQ_FILES] = "files",	      [PQ_LINES] = "lines",
		[PQ_ADDRESSES] = "addresses",
	};

	return names[v->o.shape.granularity];
}

/* ---- numbers ---- */

static void put_spread(struct pq_buf *b, double spread)
{
	if (isfinite(spread))
		pq_buf_printf(b, "\302\261%.0f%%", spread * 100);
}

/* ---- columns: what top prints in one line, here a table of cells ---- */

enum cell {
	CELL_BASE,
	CELL_SPREAD_BASE,
	CELL_NEW,
	CELL_SPREAD_NEW,
	CELL_DELTA,
	CELL_PERCENT,
	CELL_RATIO,
	CELL_MARGIN,
	CELL_VERDICT,
	CELL_P,
	N_CELLS
};

static const struct {
	const char *title;
	bool pairs, groups; /* where it is printed */
} cells[N_CELLS] = {
	[CELL_BASE] = { "base", true, true },
	[CELL_SPREAD_BASE] = { "spread", false, true },
	[CELL_NEW] = { "new", true, true },
	[CELL_SPREAD_NEW] = { "spread", false, true },
	[CELL_DELTA] = { "delta", true, true },
	[CELL_PERCENT] = { "delta%", true, true },
	[CELL_RATIO] = { "ratio", true, true },
	[CELL_MARGIN] = { "\302\261 (95 %)", true, true },
	[CELL_VERDICT] = { "verdict", true, true },
	[CELL_P] = { "p", false, true },
};

static void put_p(const struct pq_diff *d, struct pq_buf *b,
		  const struct pq_change *c)
{
	if (isfinite(c->p))
		pq_buf_printf(b, "(p=%.3f n=%zu+%zu)", c->p,
			      d->comparison->facts->n_old,
			      d->comparison->facts->n_new);
}

static void put_diff_cell(const struct pq_diff *d, const struct pq_change *c,
			  enum cell cell, struct pq_buf *b)
{
	pq_buf_clear(b);
	/* Numbers that nobody knows have an empty cell. */
	switch (cell) {
	case CELL_BASE:
		pq_view_value(d->view, b, c->base);
		break;
	case CELL_NEW:
		pq_view_value(d->view, b, c->new);
		break;
	case CELL_DELTA:
		pq_change_signed(d->view, b, c->delta);
		break;
	case CELL_PERCENT:
		pq_change_percent(b, c->delta, d->view->total);
		break;
	case CELL_RATIO:
		pq_change_ratio_text(b, c);
		break;
	case CELL_MARGIN:
		pq_change_margin(d->view, d->comparison->facts, b, c);
		break;
	case CELL_SPREAD_BASE:
		put_spread(b, c->spread[0]);
		break;
	case CELL_SPREAD_NEW:
		put_spread(b, c->spread[1]);
		break;
	case CELL_P:
		put_p(d, b, c);
		break;
	default:
		pq_buf_str(b, pq_verdict_name(c->verdict));
	}
}

static bool is_printed(const struct pq_diff *d, enum cell cell)
{
	return d->groups ? cells[cell].groups : cells[cell].pairs;
}

static size_t width_of(const struct pq_diff *d, enum cell cell,
		       struct pq_buf *b)
{
	size_t width = pq_text_width(pq_text_of(cells[cell].title));

	for (size_t i = 0; i < d->n; i++) {
		size_t w;

		put_diff_cell(d, &d->rows[i], cell, b);
		w = pq_text_width(pq_buf_view(b));
		width = w > width ? w : width;
	}
	return width;
}

/* Samples that stayed in one process are no evidence, and not printed. */
static void print_sample_counts(const struct pq_diff *d,
				const struct pq_change *c, struct pq_out *out)
{
	pq_out_printf(out, " (%.0f -> %.0f samples", c->samples[0],
		      c->samples[1]);
	if (d->verbose && d->comparison->facts->method == PQ_BY_PROCESS)
		pq_out_printf(out, ", %.0f turned over", c->tested);
	pq_out_str(out, ")");
}

static void print_row(const struct pq_diff *d, const struct pq_change *c,
		      const int *widths, struct pq_buf *b, struct pq_out *out)
{
	bool found = c->verdict == PQ_GREW || c->verdict == PQ_SHRANK;

	for (unsigned cell = 0; cell < N_CELLS; cell++) {
		if (!is_printed(d, cell))
			continue;
		put_diff_cell(d, c, cell, b);
		/* Verdicts are words, on the left; numbers are on the right. */
		pq_out_pad(out, pq_buf_view(b),
			   cell == CELL_VERDICT ? -widths[cell] : widths[cell]);
		pq_out_str(out, "  ");
	}
	if (found)
		pq_out_style(out, PQ_STYLE_BOLD);
	pq_out_text(out, c->name);
	pq_out_style(out, PQ_STYLE_NONE);
	/* Few samples: their number is what a reader can judge by. */
	if (c->verdict == PQ_FEW && !c->n_summed)
		print_sample_counts(d, c, out);
	pq_out_str(out, "\n");
}

void pq_diff_text(const void *rows, struct pq_out *out)
{
	const struct pq_diff *d = rows;
	struct pq_buf b = { 0 };
	int widths[N_CELLS] = { 0 };

	pq_header_print(&d->header, out);
	for (unsigned cell = 0; cell < N_CELLS; cell++) {
		if (!is_printed(d, cell))
			continue;
		/* Cells are made once more for their width: rows are few. */
		widths[cell] = (int)width_of(d, cell, &b);
		pq_out_pad(out, pq_text_of(cells[cell].title),
			   cell == CELL_VERDICT ? -widths[cell] : widths[cell]);
		pq_out_str(out, "  ");
	}
	pq_out_str(out, "name\n");
	/* Rows wait for all widths: any of them can be the widest. */
	for (size_t i = 0; i < d->n; i++)
		print_row(d, &d->rows[i], widths, &b, out);
	pq_header_print(&d->footer, out);
	pq_buf_release(&b);
}

/* ---- header and footer ---- */

static void take_diff_line(struct pq_notes *l, struct pq_buf *b)
{
	pq_notes_add(l, pq_buf_view(b));
	pq_buf_clear(b);
}

static void describe_power(struct pq_diff *d, struct pq_buf *b)
{
	const struct pq_comparison *c = d->comparison;

	if (!(c->shown_at > 0))
		return;
	pq_buf_str(b, "smallest growth this pair can show: ");
	if (c->facts->method == PQ_BY_PROCESS) {
		pq_view_value(d->view, b, pq_trunc(round(c->shown_at)));
	} else {
		/* Growth is rounded up: no less than this can be seen. */
		pq_buf_printf(b, "x%.1f at ", ceil(c->shown_growth * 10) / 10);
		pq_view_value(d->view, b, pq_trunc(round(c->shown_at)));
		if (c->twice_at < c->shown_at) {
			pq_buf_str(b, ", x2.0 at ");
			pq_view_value(d->view, b, pq_trunc(round(c->twice_at)));
		}
	}
	take_diff_line(&d->header, b);
}

static void describe_family(struct pq_diff *d, struct pq_buf *b)
{
	const struct pq_comparison *c = d->comparison;
	const char *rows = pq_diff_rows_are(d->view);

	if (c->cumulative) {
		pq_buf_printf(
			b,
			"within noise: %zu %s, not shown: %zu; cumulative "
			"values overlap and have no sum",
			d->n_quiet, rows, d->n_rest);
		take_diff_line(&d->footer, b);
	}
	/* Without a test there is no family to count. */
	if (!d->verbose || c->facts->method == PQ_BY_NOTHING)
		return;
	pq_buf_printf(b,
		      "%zu of %zu %s tested together; of those found, 5 %% "
		      "are false on average",
		      c->n_family, c->n, rows);
	take_diff_line(&d->footer, b);
}

void pq_diff_head(struct pq_diff *d, const struct pq_report_input *in)
{
	const struct pq_facts *facts = d->comparison->facts;
	struct pq_buf b = { 0 };

	d->verbose = in->verbose;
	pq_notes_init(&d->header, in->arena);
	pq_notes_init(&d->footer, in->arena);
	if (!in->compact_labels)
		pq_change_legend(&d->header, d->view, d->joined, facts);
	/* Filters stand above the totals that they changed. */
	for (size_t i = 0; i < in->filters->n; i++)
		pq_notes_add(&d->header, in->filters->lines[i]);
	pq_change_total(&d->header, d->view, d->comparison, d->view->total);
	/* Filtered totals stand beside those of the whole files. */
	if (in->filters->n)
		pq_change_whole(&d->header, d->view, facts);
	pq_notes_add(&d->header, PQ_TEXT("Percentages are of the old total"));
	for (size_t i = 0; i < facts->notes.n; i++)
		pq_notes_add(&d->header, facts->notes.lines[i]);
	describe_power(d, &b);
	describe_family(d, &b);
	pq_buf_release(&b);
}
