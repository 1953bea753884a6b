/* ladders, or sizes -ladders: what grows by copying, and what that costs. */
#include <math.h>

#include "insight/heap_report.h"
#include "insight/ladders.h"
#include "insight/size_chart.h"

#include "base/banned.h"

struct ladders_report {
	struct pq_heap_report base;
	struct pq_ladders ladders; /* n may be less than there are */
	struct pq_size_chart chart;
};

static void note_evidence(struct ladders_report *r)
{
	struct pq_buf b = { 0 };

	if (!r->ladders.n)
		pq_buf_str(&b, "nothing was found that grows by copying");
	/* A single row judged by its sizes is enough for the warning. */
	for (size_t i = 0; i < r->ladders.n && !b.len; i++)
		if (!r->ladders.rows[i].by_function)
			pq_buf_str(&b, "evidence sizes: judged by the sizes "
				       "alone; a pool of powers of two looks "
				       "the same");
	if (b.len)
		pq_take_note(&r->base.notes, &b);
	pq_buf_release(&b);
}

static void *ladders_build(const struct pq_report_input *in,
			   struct pq_error *err)
{
	struct ladders_report *r = pq_arena_zeroed(in->arena, sizeof(*r));

	if (!pq_heap_report_begin(&r->base, in, PQ_PER_SITE, err))
		return NULL;
	pq_heap_report_added_up(&r->base, in->log);
	/* A delta lacks what was allocated before it: rungs are missing. */
	if (!pq_heap_refuse_delta(&r->base.heap, err) ||
	    !pq_ladders_find(&r->ladders, &r->base.heap, in->arena, err)) {
		pq_heap_report_release(&r->base);
		return NULL;
	}
	note_evidence(r);
	r->chart.view = in->view;
	r->chart.theme = in->theme;
	r->chart.site = r->chart.caption = PQ_TEXT("");
	/* The chart is of the costliest row, whatever -nodecount leaves. */
	if (r->ladders.n)
		pq_size_chart_fill(&r->chart, &r->base.heap,
				   r->ladders.rows[0].group,
				   &r->ladders.rows[0], in->arena);
	r->ladders.n = pq_heap_report_limit(&r->base, in, r->ladders.n);
	return r;
}

static void ladders_release(void *rows)
{
	pq_heap_report_release(&((struct ladders_report *)rows)->base);
}

const struct pq_size_chart *pq_ladders_chart(const void *rows)
{
	return &((const struct ladders_report *)rows)->chart;
}

/* ---- text ---- */

static int64_t rung_size(const struct pq_ladder *l, size_t from_top)
{
	return l->rungs[l->n - 1 - from_top]->size;
}

static const char *evidence_of(const struct pq_ladder_row *row)
{
	return row->by_function ? "function" : "sizes";
}

static void put_ladder_row(struct pq_table *t, const struct pq_view *v,
			   const struct pq_ladder_row *row)
{
	const struct pq_ladder *l = &row->ladder;
	struct pq_buf *b;

	pq_buf_printf(pq_table_cell(t), "%zu", l->n);
	b = pq_table_cell(t);
	/* Only a ratio has a number that says how much is copied. */
	if (l->rule == PQ_GROWTH_RATIO)
		pq_buf_printf(b, "x%.2f", l->ratio);
	else
		pq_buf_str(b, pq_growth_rule_name(l->rule));
	b = pq_table_cell(t);
	pq_put_bytes(b, v, (double)l->rungs[0]->size);
	pq_buf_char(b, '-');
	pq_put_bytes(b, v, (double)rung_size(l, 0));
	pq_put_bytes(pq_table_cell(t), v, (double)l->alloc_space);
	pq_put_bytes(pq_table_cell(t), v, l->copied);
	pq_buf_printf(pq_table_cell(t), "%.0f%%", 100 * l->copied_share);
	pq_buf_str(pq_table_cell(t), row->both_live ? "yes" : "no");
	pq_buf_str(pq_table_cell(t), evidence_of(row));
	pq_buf_text(pq_table_cell(t), row->group->name);
}

/* The meaning of the first row to its program. */
static void print_first(const struct ladders_report *r, struct pq_out *out)
{
	const struct pq_ladder_row *row = &r->ladders.rows[0];
	double top = (double)rung_size(&row->ladder, 0);
	double below = (double)rung_size(&row->ladder, 1);
	struct pq_buf b = { 0 };

	pq_buf_str(&b, "callers: ");
	pq_ladder_put_callers(&b, row);
	pq_out_text(out, pq_buf_view(&b));
	pq_buf_clear(&b);
	pq_out_str(out, "\n");
	/* Peaks surprise: the data never was as large. */
	pq_buf_str(&b, "While a buffer grows from ");
	pq_put_bytes(&b, r->base.view, below);
	pq_buf_str(&b, " to ");
	pq_put_bytes(&b, r->base.view, top);
	pq_buf_str(&b, " both are alive: ");
	pq_put_bytes(&b, r->base.view, below + top);
	pq_buf_str(&b, " for ");
	pq_put_bytes(&b, r->base.view, below);
	pq_buf_str(&b, " of data.");
	pq_out_text(out, pq_buf_view(&b));
	pq_out_str(out, "\n");
	pq_buf_release(&b);
}

static void ladders_text(const void *rows, struct pq_out *out)
{
	const struct ladders_report *r = rows;
	const char *const titles[] = { "rungs",	    "growth",	"sizes",
				       "alloc",	    "copied",	"copied%",
				       "both live", "evidence", r->base.title };
	struct pq_table t;

	pq_heap_report_head(&r->base, out);
	/* Titles without rows would look like a table cut short. */
	if (r->base.n_shown) {
		pq_table_init(&t, titles, sizeof(titles) / sizeof(titles[0]));
		for (size_t i = 0; i < r->base.n_shown; i++)
			put_ladder_row(&t, r->base.view, &r->ladders.rows[i]);
		pq_table_print(&t, out);
		print_first(r, out);
	}
	pq_heap_report_foot(&r->base, out);
}

/* ---- data ---- */

#define BYTES(name, kind, help, heading_)                           \
	{                                                           \
		name, kind, help, .heading = heading_, .width = 10, \
				  .unit = "bytes"                   \
	}

static const struct pq_column columns[] = {
	PQ_PLACE_COLUMNS,
	{ "rule", PQ_COLUMN_TEXT,
	  "double, append (as Go's append grows) or ratio", .heading = "Growth",
	  .width = 6 },
	{ "ratio", PQ_COLUMN_REAL, "of a rung to the one below, on average",
	  .heading = "Ratio", .width = 6 },
	{ "rungs", PQ_COLUMN_INT, "number of sizes", .heading = "Rungs",
	  .width = 5 },
	BYTES("smallest", PQ_COLUMN_VALUE, "size of the lowest rung", "From"),
	BYTES("largest", PQ_COLUMN_VALUE, "size of the highest rung", "To"),
	BYTES("sizes", PQ_COLUMN_VALUES, "sizes of all rungs, ascending",
	      "Sizes"),
	BYTES("alloc_space", PQ_COLUMN_VALUE, "bytes allocated on all rungs",
	      "Allocated"),
	BYTES("copied_space", PQ_COLUMN_REAL_VALUE,
	      "bytes that were copied from one rung to the next", "Copied"),
	{ "copied_share", PQ_COLUMN_REAL,
	  "copied_space over the bytes of all rungs", .heading = "Copied%",
	  .width = 6 },
	{ "evidence", PQ_COLUMN_TEXT,
	  "function: a function that is known to grow buffers; sizes: judged "
	  "by the sizes alone, and a pool of powers of two looks the same",
	  .heading = "Evidence", .width = 8 },
	BYTES("live_space", PQ_COLUMN_VALUE, "bytes alive of the group",
	      "Live"),
	{ "both_live", PQ_COLUMN_BOOL,
	  "objects of the two largest sizes are alive, no fewer of the "
	  "largest",
	  .heading = "Both live", .width = 5 },
	{ "share_of_alloc", PQ_COLUMN_REAL,
	  "alloc_space over all that was allocated", .heading = "Share",
	  .width = 6 },
	{ "callers", PQ_COLUMN_TEXTS,
	  "functions outside of the library, up to six, leaf first",
	  .heading = "Callers", .width = 24 },
	{ .kind = PQ_COLUMN_END },
};

static void put_lists(struct pq_rows *w, const struct pq_ladder *l)
{
	pq_rows_list(w);
	for (size_t i = 0; i < l->n; i++)
		pq_rows_value(w, l->rungs[i]->size);
	pq_rows_list_end(w);
}

static void put_ladder(struct pq_rows *w, const struct ladders_report *r,
		       const struct pq_ladder_row *row)
{
	const struct pq_ladder *l = &row->ladder;

	pq_rows_begin(w);
	pq_put_place(w, &r->base.heap, row->group);
	pq_rows_text(w, pq_text_of(pq_growth_rule_name(l->rule)));
	pq_rows_real(w, l->ratio);
	pq_rows_int(w, (int64_t)l->n);
	pq_rows_value(w, l->rungs[0]->size);
	pq_rows_value(w, rung_size(l, 0));
	/* Rungs go along: a picture can be drawn from the row. */
	put_lists(w, l);
	pq_rows_value(w, l->alloc_space);
	pq_rows_real_value(w, l->copied);
	pq_rows_real(w, l->copied_share);
	pq_rows_text(w, pq_text_of(evidence_of(row)));
	pq_rows_value(w, row->live_space);
	pq_rows_bool(w, row->both_live);
	pq_rows_real(w, row->share_of_alloc);
	pq_rows_list(w);
	for (size_t i = 0; i < row->n_callers; i++)
		pq_rows_text(w, row->callers[i]);
	pq_rows_list_end(w);
	pq_rows_end(w);
}

static void ladders_put(const void *rows, struct pq_rows *w)
{
	const struct ladders_report *r = rows;

	for (size_t i = 0; i < r->ladders.n; i++)
		put_ladder(w, r, &r->ladders.rows[i]);
}

static const struct pq_column total_columns[] = {
	BYTES("alloc_space", PQ_COLUMN_VALUE,
	      "bytes allocated since the start, by all", "Allocated"),
	{ .kind = PQ_COLUMN_END },
};

static const struct pq_column head_columns[] = {
	{ "total", PQ_COLUMN_RECORD, "sums over the whole profile",
	  .items = total_columns, .heading = "Total" },
	{ "notes", PQ_COLUMN_TEXTS, "what the text says below the table",
	  .heading = "Notes", .width = 24 },
	{ .kind = PQ_COLUMN_END },
};

static void ladders_put_head(const void *rows, struct pq_rows *w)
{
	const struct ladders_report *r = rows;

	pq_rows_begin(w);
	pq_rows_record(w);
	pq_rows_value(w, r->ladders.alloc_space);
	pq_rows_record_end(w);
	pq_put_texts(w, &r->base.notes);
	pq_rows_end(w);
}

const struct pq_report pq_report_ladders = {
	.takes = PQ_TAKES_SERIES,
	.view = { .never_trims = true, .plain_numbers = true },
	.rows_suffice = true,
	.names_last = true,
	.draws_by_name = true,
	.build = ladders_build,
	.text = ladders_text,
	.release = ladders_release,
	.head = { "head", "what is true of all rows", head_columns,
		  ladders_put_head },
	.sections = {
		{ "rows", "what grows, by copied bytes", columns,
		  ladders_put },
	},
};
