/* sites: where the objects are, how many and how large. */
#include <math.h>
#include <string.h>

#include "base/units.h"
#include "insight/heap_report.h"
#include "insight/site_rows.h"

#include "base/banned.h"

/* The collector's cost is worth a note from so many live objects. */
#define MANY_OBJECTS 1000000
#define MANY_AT 3 /* sites at most, that hold ... */
#define MANY_SHARE 0.9

/* Fewer samples than this have no interval in the text. */
#define FEW_SAMPLES 10

struct sites_report {
	struct pq_heap_report base;
	struct pq_sites sites; /* n may be less than there are */
};

static double live_objects(const struct pq_site *site)
{
	return (double)site->sum[PQ_HEAP_LIVE_OBJECTS];
}

static double live_space(const struct pq_site *site)
{
	return (double)site->sum[PQ_HEAP_LIVE_SPACE];
}

/* ---- the note ---- */

/* More objects first, then by name. */
static bool comes_before(const struct pq_site *a, const struct pq_site *b)
{
	if (live_objects(a) != live_objects(b))
		return live_objects(a) > live_objects(b);
	return pq_text_compare(a->group->name, b->group->name) < 0;
}

/* The first of those that come after `last'; of all, for NULL. */
static const struct pq_site *next_most(const struct pq_sites *s,
				       const struct pq_site *last)
{
	const struct pq_site *best = NULL;

	for (size_t i = 0; i < s->n; i++) {
		const struct pq_site *row = &s->rows[i];

		if ((!last || comes_before(last, row)) &&
		    (!best || comes_before(row, best)))
			best = row;
	}
	return best;
}

static void note_collector(struct sites_report *r)
{
	double all = (double)r->sites.total[PQ_HEAP_LIVE_OBJECTS], sum = 0;
	const struct pq_site *row = NULL;
	struct pq_buf b = { 0 };

	/* Beyond MANY_AT sites there is no culprit to name. */
	for (unsigned n = 1; all >= MANY_OBJECTS && n <= MANY_AT; n++) {
		row = next_most(&r->sites, row);
		if (!row)
			break;
		/* The fewest sites that make up most are named. */
		sum += live_objects(row);
		if (sum < MANY_SHARE * all)
			continue;
		pq_buf_printf(&b,
			      "%.0f %% of live objects are at %u site%s; "
			      "garbage collector cost follows objects and "
			      "pointers, not bytes",
			      floor(100 * sum / all), n, n == 1 ? "" : "s");
		pq_take_note(&r->base.notes, &b);
		break;
	}
	pq_buf_release(&b);
}

/* ---- building ---- */

static void *sites_build(const struct pq_report_input *in, struct pq_error *err)
{
	struct sites_report *r = pq_arena_zeroed(in->arena, sizeof(*r));

	if (!pq_heap_report_begin(&r->base, in, PQ_PER_SITE, err))
		return NULL;
	/* Nothing is alive in a delta: its live values are differences. */
	if (!pq_heap_refuse_delta(&r->base.heap, err)) {
		pq_heap_report_release(&r->base);
		return NULL;
	}
	pq_heap_report_added_up(&r->base, in->log);
	pq_sites_rows(&r->sites, &r->base.heap, in->insight->sites_order,
		      in->arena);
	note_collector(r);
	r->sites.n = pq_heap_report_limit(&r->base, in, r->sites.n);
	return r;
}

static void sites_release(void *rows)
{
	pq_heap_report_release(&((struct sites_report *)rows)->base);
}

/* ---- text ---- */

/* "16B", or "16B-4kB (12)"; of live objects, where there are some. */
static void put_sizes(struct pq_buf *b, const struct sites_report *r,
		      const struct pq_site *site)
{
	const struct pq_heap *h = &r->base.heap;
	const struct pq_heap_cell *cells =
		h->cells.at + site->group->first_cell;
	int64_t least = 0, most = 0;
	size_t n = 0;

	for (uint32_t i = 0; i < site->group->n_cells; i++) {
		/* Sizes of which nothing lives are left out. */
		if (site->sum[PQ_HEAP_LIVE_OBJECTS] &&
		    !pq_heap_sum(h, cells[i].counts, PQ_HEAP_LIVE_OBJECTS))
			continue;
		/* Cells ascend by size: first and last are the limits. */
		if (!n++)
			least = cells[i].size;
		most = cells[i].size;
	}
	pq_put_bytes(b, r->base.view, (double)least);
	if (n < 2)
		return;
	pq_buf_char(b, '-');
	pq_put_bytes(b, r->base.view, (double)most);
	pq_buf_printf(b, " (%zu)", n);
}

static void put_error(struct pq_buf *b, const struct pq_site *site)
{
	int64_t n = site->sum[PQ_HEAP_LIVE_SAMPLES];
	double objects = live_objects(site);

	/* A few samples may be wrong by several times: no percentage. */
	if (isnan(site->objects.low))
		pq_buf_str(b, "-");
	else if (n > 0 && n < FEW_SAMPLES)
		pq_buf_str(b, "few");
	else if (objects == 0)
		pq_buf_str(b, "-");
	else
		pq_buf_printf(b, "\302\261%.0f%%",
			      50 * (site->objects.high - site->objects.low) /
				      objects);
}

static void put_alloc(struct pq_table *t, const struct sites_report *r,
		      const struct pq_site *site)
{
	bool known = r->base.heap.has_alloc;

	/* Heaps without allocations keep their columns, as "-". */
	if (known)
		pq_buf_int(pq_table_cell(t), site->sum[PQ_HEAP_ALLOC_OBJECTS],
			   0);
	else
		pq_buf_str(pq_table_cell(t), "-");
	pq_put_bytes(pq_table_cell(t), r->base.view,
		     known ? (double)site->sum[PQ_HEAP_ALLOC_SPACE] : NAN);
	if (isnan(site->alloc_per_live))
		pq_buf_str(pq_table_cell(t), "-");
	else
		pq_buf_printf(pq_table_cell(t), "%.3g", site->alloc_per_live);
}

static void put_site_row(struct pq_table *t, const struct sites_report *r,
			 const struct pq_site *site)
{
	const struct pq_view *v = r->base.view;

	pq_buf_int(pq_table_cell(t), site->sum[PQ_HEAP_LIVE_OBJECTS], 0);
	pq_put_percent(pq_table_cell(t), live_objects(site),
		       (double)r->sites.total[PQ_HEAP_LIVE_OBJECTS]);
	pq_put_bytes(pq_table_cell(t), v, live_space(site));
	pq_put_percent(pq_table_cell(t), live_space(site),
		       (double)r->sites.total[PQ_HEAP_LIVE_SPACE]);
	pq_put_bytes(pq_table_cell(t), v, site->mean_live);
	put_error(pq_table_cell(t), site);
	put_alloc(t, r, site);
	put_sizes(pq_table_cell(t), r, site);
	pq_buf_text(pq_table_cell(t), site->group->name);
}

static void print_total(const struct sites_report *r, struct pq_out *out)
{
	struct pq_buf b = { 0 };
	double objects = (double)r->sites.total[PQ_HEAP_LIVE_OBJECTS];
	double space = (double)r->sites.total[PQ_HEAP_LIVE_SPACE];

	pq_buf_str(&b, "Live: ");
	pq_put_bytes(&b, r->base.view, space);
	pq_buf_printf(&b, " in %.0f objects (mean ", objects);
	pq_put_bytes(&b, r->base.view, objects != 0 ? space / objects : 0);
	pq_buf_printf(&b, "), %lld sampled\n",
		      (long long)r->sites.total[PQ_HEAP_LIVE_SAMPLES]);
	b.len--;
	pq_out_text(out, pq_buf_view(&b));
	pq_out_str(out, "\n");
	pq_buf_release(&b);
}

static void sites_text(const void *rows, struct pq_out *out)
{
	const struct sites_report *r = rows;
	const char *const titles[] = {
		"objects",    "obj%",	      "live",	     "live%",
		"mean",	      "\302\261 95%", "alloc obj",   "alloc",
		"alloc/live", "sizes",	      r->base.title,
	};
	struct pq_table t;

	pq_heap_report_head(&r->base, out);
	print_total(r, out);
	pq_table_init(&t, titles, sizeof(titles) / sizeof(titles[0]));
	for (size_t i = 0; i < r->base.n_shown; i++)
		put_site_row(&t, r, &r->sites.rows[i]);
	pq_table_print(&t, out);
	pq_heap_report_foot(&r->base, out);
}

/* ---- data ---- */

#define HEAP_COLUMNS                                                         \
	{ "live_objects", PQ_COLUMN_INT, "objects alive",                    \
	  .heading = "Objects", .width = 10 },                               \
		{ "live_space",	     PQ_COLUMN_VALUE, "bytes alive",         \
		  .heading = "Live", .width = 10,     .unit = "bytes" },     \
		{ "alloc_objects", PQ_COLUMN_INT,                            \
		  "objects allocated since the start",                       \
		  .heading = "Allocated objects", .width = 10 },             \
	{                                                                    \
		"alloc_space", PQ_COLUMN_VALUE,                              \
			"bytes allocated since the start",                   \
			.heading = "Allocated", .width = 10, .unit = "bytes" \
	}

static const struct pq_column size_columns[] = {
	{ "bytes", PQ_COLUMN_VALUE, "size of an object", .heading = "Size",
	  .width = 10, .unit = "bytes" },
	HEAP_COLUMNS,
	{ .kind = PQ_COLUMN_END },
};

#define BOUND(name, kind_, help, heading_)                                     \
	{                                                                      \
		name, kind_, help,                                             \
			.heading = heading_, .width = 10,                      \
			.unit = kind_ == PQ_COLUMN_REAL_VALUE ? "bytes" : NULL \
	}

static const struct pq_column columns[] = {
	PQ_PLACE_COLUMNS,
	HEAP_COLUMNS,
	{ "samples_live", PQ_COLUMN_INT, "samples behind what is alive",
	  .heading = "Samples", .width = 6 },
	{ "samples_alloc", PQ_COLUMN_INT, "samples behind what was allocated",
	  .heading = "Samples allocated", .width = 6 },
	BOUND("mean_live", PQ_COLUMN_REAL_VALUE,
	      "mean size of the objects alive", "Mean"),
	BOUND("mean_alloc", PQ_COLUMN_REAL_VALUE,
	      "mean size of those allocated", "Mean allocated"),
	BOUND("alloc_per_live", PQ_COLUMN_REAL,
	      "bytes allocated for each byte alive", "Alloc/live"),
	{ "sizes", PQ_COLUMN_LIST, "the objects by size, ascending",
	  .items = size_columns, .heading = "Sizes" },
	BOUND("live_objects_low", PQ_COLUMN_REAL,
	      "lower end of the 95 % interval of live_objects", "Low"),
	BOUND("live_objects_high", PQ_COLUMN_REAL, "its upper end", "High"),
	BOUND("live_space_low", PQ_COLUMN_REAL_VALUE,
	      "lower end of the 95 % interval of live_space", "Low"),
	BOUND("live_space_high", PQ_COLUMN_REAL_VALUE, "its upper end", "High"),
	{ .kind = PQ_COLUMN_END },
};

static void put_heap_columns(struct pq_rows *w, const int64_t *sum)
{
	pq_rows_int(w, sum[PQ_HEAP_LIVE_OBJECTS]);
	pq_rows_value(w, sum[PQ_HEAP_LIVE_SPACE]);
	pq_rows_int(w, sum[PQ_HEAP_ALLOC_OBJECTS]);
	pq_rows_value(w, sum[PQ_HEAP_ALLOC_SPACE]);
}

static void put_cells(struct pq_rows *w, const struct pq_heap *h,
		      const struct pq_heap_group *group)
{
	pq_rows_list(w);
	for (uint32_t i = 0; i < group->n_cells; i++) {
		const struct pq_heap_cell *cell =
			&h->cells.at[group->first_cell + i];
		int64_t sum[PQ_HEAP_COLUMNS];

		for (unsigned c = 0; c < PQ_HEAP_COLUMNS; c++)
			sum[c] = pq_heap_sum(h, cell->counts, c);
		pq_rows_begin(w);
		pq_rows_value(w, cell->size);
		put_heap_columns(w, sum);
		pq_rows_end(w);
	}
	pq_rows_list_end(w);
}

static void sites_put(const void *rows, struct pq_rows *w)
{
	const struct sites_report *r = rows;

	for (size_t i = 0; i < r->sites.n && !pq_rows_stopped(w); i++) {
		const struct pq_site *site = &r->sites.rows[i];

		pq_rows_begin(w);
		pq_put_place(w, &r->base.heap, site->group);
		put_heap_columns(w, site->sum);
		pq_rows_int(w, site->sum[PQ_HEAP_LIVE_SAMPLES]);
		pq_rows_int(w, site->sum[PQ_HEAP_ALLOC_SAMPLES]);
		pq_rows_real_value(w, site->mean_live);
		pq_rows_real_value(w, site->mean_alloc);
		pq_rows_real(w, site->alloc_per_live);
		/* All sizes go along, as rows within the row. */
		put_cells(w, &r->base.heap, site->group);
		pq_rows_real(w, site->objects.low);
		pq_rows_real(w, site->objects.high);
		pq_rows_real_value(w, site->space.low);
		pq_rows_real_value(w, site->space.high);
		pq_rows_end(w);
	}
}

static const struct pq_column total_columns[] = {
	HEAP_COLUMNS,
	{ "samples_live", PQ_COLUMN_INT, "samples behind what is alive",
	  .heading = "Samples", .width = 6 },
	{ .kind = PQ_COLUMN_END },
};

static const struct pq_column head_columns[] = {
	{ "total", PQ_COLUMN_RECORD, "sums over all rows",
	  .items = total_columns, .heading = "Total" },
	{ "notes", PQ_COLUMN_TEXTS, "what the text says below the table",
	  .heading = "Notes", .width = 24 },
	{ .kind = PQ_COLUMN_END },
};

static void sites_put_head(const void *rows, struct pq_rows *w)
{
	const struct sites_report *r = rows;

	pq_rows_begin(w);
	pq_rows_record(w);
	put_heap_columns(w, r->sites.total);
	pq_rows_int(w, r->sites.total[PQ_HEAP_LIVE_SAMPLES]);
	pq_rows_record_end(w);
	pq_put_texts(w, &r->base.notes);
	pq_rows_end(w);
}

const struct pq_report pq_report_sites = {
	.takes = PQ_TAKES_SERIES,
	.view = { .never_trims = true, .plain_numbers = true, .orders_sites = true },
	.rows_suffice = true,
	.names_last = true,
	.build = sites_build,
	.text = sites_text,
	.release = sites_release,
	.head = { "head", "what is true of all rows", head_columns,
		  sites_put_head },
	.sections = {
		{ "rows", "sites in the order of the report", columns,
		  sites_put },
	},
};
