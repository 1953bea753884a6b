/* sizes: the objects of the whole heap by size. */
#include <math.h>

#include "insight/heap_report.h"
#include "insight/site_rows.h"
#include "insight/size_chart.h"
#include "base/units.h"

#include "base/banned.h"

/* Length of the longest bar of the text. */
#define BAR 20

struct sizes_report {
	struct pq_heap_report base;
	size_t n; /* cells that are rows: all there are, or -nodecount */
	int64_t total[PQ_HEAP_COLUMNS];
	struct pq_size_chart chart; /* for a picture only */
};

static int64_t size_sum(const struct sizes_report *r, size_t row,
			enum pq_heap_column column)
{
	const struct pq_heap *h = &r->base.heap;

	return pq_heap_sum(h, h->cells.at[row].counts, column);
}

/* The picture shows the ladder of a site among the sizes of all. */
static void fill_chart(struct sizes_report *r, const struct pq_report_input *in)
{
	static const struct pq_grouping by_site = { .by = PQ_PER_SITE };
	struct pq_ladders l = { .n = 0 };
	struct pq_error ignored;
	struct pq_notes said;
	struct pq_heap h;

	r->chart.view = in->view;
	r->chart.theme = in->theme;
	r->chart.site = r->chart.caption = PQ_TEXT("");
	pq_error_clear(&ignored);
	/* A picture without the ladder is better than no report. */
	if (!r->base.heap.groups.n ||
	    !pq_heap_build(&h, r->base.heap.joined, &by_site, false, &ignored))
		return;
	pq_notes_init(&said, in->arena);
	pq_heap_check(&h, NULL, &said);
	/* A heap that cannot have ladders still has its sizes drawn. */
	if (!pq_ladders_find(&l, &h, in->arena, &ignored))
		l.n = 0;
	pq_size_chart_fill(&r->chart, &r->base.heap, &r->base.heap.groups.at[0],
			   l.n ? &l.rows[0] : NULL, in->arena);
	pq_heap_release(&h);
}

const struct pq_size_chart *pq_sizes_chart(const void *rows)
{
	return &((const struct sizes_report *)rows)->chart;
}

static void *sizes_build(const struct pq_report_input *in, struct pq_error *err)
{
	struct sizes_report *r = pq_arena_zeroed(in->arena, sizeof(*r));

	if (!pq_heap_report_begin(&r->base, in, PQ_PER_TOTAL, err))
		return NULL;
	if (!pq_heap_refuse_delta(&r->base.heap, err)) {
		pq_heap_report_release(&r->base);
		return NULL;
	}
	pq_heap_report_added_up(&r->base, in->log);
	for (size_t i = 0; i < r->base.heap.cells.n; i++)
		for (unsigned c = 0; c < PQ_HEAP_COLUMNS; c++)
			r->total[c] = pq_add(r->total[c], size_sum(r, i, c));
	r->n = pq_heap_report_limit(&r->base, in, r->base.heap.cells.n);
	/* Only a picture wants ladders: other formats are spared the search. */
	if (pq_is_picture_name(in->output))
		fill_chart(r, in);
	/* part of a histogram says nothing: the text has all of it */
	r->base.n_shown = r->n;
	return r;
}

static void sizes_release(void *rows)
{
	pq_heap_report_release(&((struct sizes_report *)rows)->base);
}

/* ---- text ---- */

static double largest_alloc(const struct sizes_report *r)
{
	double most = 1;

	for (size_t i = 0; i < r->n; i++)
		most = fmax(most, (double)size_sum(r, i, PQ_HEAP_ALLOC_SPACE));
	return most;
}

static void put_alloc_cells(struct pq_table *t, const struct sizes_report *r,
			    size_t row)
{
	if (!r->base.heap.has_alloc) {
		pq_buf_str(pq_table_cell(t), "-");
		pq_buf_str(pq_table_cell(t), "-");
		return;
	}
	pq_buf_int(pq_table_cell(t), size_sum(r, row, PQ_HEAP_ALLOC_OBJECTS),
		   0);
	pq_put_bytes(pq_table_cell(t), r->base.view,
		     (double)size_sum(r, row, PQ_HEAP_ALLOC_SPACE));
}

static void put_size_row(struct pq_table *t, const struct sizes_report *r,
			 size_t row, double most)
{
	double share = (double)size_sum(r, row, PQ_HEAP_ALLOC_SPACE) / most;

	pq_put_bytes(pq_table_cell(t), r->base.view,
		     (double)r->base.heap.cells.at[row].size);
	put_alloc_cells(t, r, row);
	pq_buf_int(pq_table_cell(t), size_sum(r, row, PQ_HEAP_LIVE_OBJECTS), 0);
	pq_put_bytes(pq_table_cell(t), r->base.view,
		     (double)size_sum(r, row, PQ_HEAP_LIVE_SPACE));
	pq_buf_repeat(pq_table_cell(t), '#',
		      share > 0 ? (size_t)nearbyint(BAR * share) : 0);
}

static void sizes_text(const void *rows, struct pq_out *out)
{
	static const char *const titles[] = { "size",	 "alloc obj", "alloc",
					      "objects", "live",      "" };
	const struct sizes_report *r = rows;
	double most = largest_alloc(r);
	struct pq_table t;

	pq_heap_report_head(&r->base, out);
	pq_table_init(&t, titles, sizeof(titles) / sizeof(titles[0]));
	for (size_t i = 0; i < r->n; i++)
		put_size_row(&t, r, i, most);
	pq_table_print(&t, out);
	pq_heap_report_foot(&r->base, out);
}

/* ---- data ---- */

#define COUNTS                                                                 \
	{ "alloc_objects", PQ_COLUMN_INT, "objects allocated since the start", \
	  .heading = "Allocated objects", .width = 10 },                       \
		{ "alloc_space",                                               \
		  PQ_COLUMN_VALUE,                                             \
		  "bytes allocated since the start",                           \
		  .heading = "Allocated",                                      \
		  .width = 10,                                                 \
		  .unit = "bytes" },                                           \
		{ "live_objects", PQ_COLUMN_INT, "objects alive",              \
		  .heading = "Objects", .width = 10 },                         \
	{                                                                      \
		"live_space", PQ_COLUMN_VALUE, "bytes alive",                  \
			.heading = "Live", .width = 10, .unit = "bytes"        \
	}

static const struct pq_column columns[] = {
	{ "bytes", PQ_COLUMN_VALUE, "size of an object", .heading = "Size",
	  .width = 10, .unit = "bytes" },
	COUNTS,
	{ "samples_alloc", PQ_COLUMN_INT, "samples behind what was allocated",
	  .heading = "Samples allocated", .width = 6 },
	{ "samples_live", PQ_COLUMN_INT, "samples behind what is alive",
	  .heading = "Samples", .width = 6 },
	{ .kind = PQ_COLUMN_END },
};

static void sizes_put(const void *rows, struct pq_rows *w)
{
	const struct sizes_report *r = rows;

	for (size_t i = 0; i < r->n && !pq_rows_stopped(w); i++) {
		pq_rows_begin(w);
		pq_rows_value(w, r->base.heap.cells.at[i].size);
		pq_rows_int(w, size_sum(r, i, PQ_HEAP_ALLOC_OBJECTS));
		pq_rows_value(w, size_sum(r, i, PQ_HEAP_ALLOC_SPACE));
		pq_rows_int(w, size_sum(r, i, PQ_HEAP_LIVE_OBJECTS));
		pq_rows_value(w, size_sum(r, i, PQ_HEAP_LIVE_SPACE));
		pq_rows_int(w, size_sum(r, i, PQ_HEAP_ALLOC_SAMPLES));
		pq_rows_int(w, size_sum(r, i, PQ_HEAP_LIVE_SAMPLES));
		pq_rows_end(w);
	}
}

static const struct pq_column total_columns[] = {
	COUNTS,
	{ .kind = PQ_COLUMN_END },
};

static const struct pq_column head_columns[] = {
	{ "total", PQ_COLUMN_RECORD, "sums over all sizes",
	  .items = total_columns, .heading = "Total" },
	{ .kind = PQ_COLUMN_END },
};

static void sizes_put_head(const void *rows, struct pq_rows *w)
{
	const struct sizes_report *r = rows;

	pq_rows_begin(w);
	pq_rows_record(w);
	pq_rows_int(w, r->total[PQ_HEAP_ALLOC_OBJECTS]);
	pq_rows_value(w, r->total[PQ_HEAP_ALLOC_SPACE]);
	pq_rows_int(w, r->total[PQ_HEAP_LIVE_OBJECTS]);
	pq_rows_value(w, r->total[PQ_HEAP_LIVE_SPACE]);
	pq_rows_record_end(w);
	pq_rows_end(w);
}

const struct pq_report pq_report_sizes = {
	.takes = PQ_TAKES_SERIES,
	.view = { .never_trims = true, .plain_numbers = true },
	.rows_suffice = true,
	.draws_by_name = true,
	.build = sizes_build,
	.text = sizes_text,
	.release = sizes_release,
	.head = { "head", "what is true of all rows", head_columns,
		  sizes_put_head },
	.sections = {
		{ "rows", "sizes, ascending", columns, sizes_put },
	},
};
