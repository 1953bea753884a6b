/* churn: what is allocated a second, and how long it lives. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "insight/cells.h"
#include "insight/churn_chart.h"
#include "insight/duration.h"
#include "insight/heap_report.h"
#include "profile/sampling.h"

#include "base/banned.h"

/* A collection starts when so much was allocated, whatever is alive. */
#define LEAST_HEAP (4 << 20)

struct churn_row {
	const struct pq_heap_group *group;
	int64_t alloc_space, alloc_objects; /* in the interval */
	int64_t live_space, live_before;    /* at its end, at its beginning */
	int64_t born, freed, live;	    /* samples; live at the end */
	struct pq_life life;
};

struct churn_report {
	struct pq_heap_report base;
	struct churn_row *rows;
	size_t n;
	double seconds;	  /* the interval's; 0: unknown */
	double gc_period; /* NAN: unknown */
	double gogc;
	int64_t alloc_space, alloc_objects, live_space; /* all rows' */
	bool is_delta;
	struct pq_churn_chart chart;
};

/* ---- the interval ---- */

static bool fail_two_processes(const struct pq_heap *h, size_t a, size_t falls,
			       struct pq_error *err)
{
	return pq_fail(err, PQ_EUSAGE,
		       "%s, %s: two processes (%zu allocation counts fell): a "
		       "rate between them means nothing",
		       h->files[a].name.bytes, h->files[a + 1].name.bytes,
		       falls);
}

/* Filters must not hide that these are two processes. */
static void *churn_before(const struct pq_report_input *in,
			  struct pq_error *err)
{
	static const struct pq_grouping all = { .by = PQ_PER_TOTAL };
	struct pq_heap h;
	bool ok = true;

	if (!pq_heap_build(&h, in->joined, &all, false, err))
		return NULL;
	for (size_t f = 0; ok && f + 1 < h.n_files; f++) {
		size_t falls = pq_heap_falls(&h, f, f + 1);

		/* Deltas fall as they like: find_interval refuses them. */
		if (falls && pq_heap_find_delta(&h) == h.n_files)
			ok = fail_two_processes(&h, f, falls, err);
	}
	pq_heap_release(&h);
	/* there is nothing to be remembered */
	return ok ? pq_arena_zeroed(in->arena, 1) : NULL;
}

static bool find_interval(struct churn_report *r,
			  const struct pq_report_input *in,
			  struct pq_error *err)
{
	const struct pq_heap *h = &r->base.heap;
	const struct pq_joined_file *files = h->joined->files;
	int64_t nanos = files[h->n_files - 1].time_nanos - files[0].time_nanos;

	r->is_delta = pq_heap_find_delta(h) < h->n_files;
	/* The interval of one file: a delta's own, or -uptime. */
	if (h->n_files == 1) {
		nanos = r->is_delta ? files[0].duration_nanos : 0;
		r->seconds = (double)nanos / 1e9;
		return r->is_delta ||
		       pq_duration_parse(&r->seconds, in->insight->uptime, err);
	}
	if (r->is_delta)
		return pq_fail(err, PQ_EUSAGE,
			       "delta profiles (seconds=N): give one alone, or "
			       "two without seconds=");
	/* Without a time between them two files have no rate. */
	if (nanos <= 0)
		return pq_fail(err, PQ_EUSAGE, "the files bear the same time");
	r->seconds = (double)nanos / 1e9;
	return true;
}

/* ---- rows ---- */

/* The part of the interval that a file's level stands for. */
static double part_of(const struct churn_report *r, size_t f)
{
	const struct pq_joined_file *files = r->base.heap.joined->files;
	size_t last = r->base.heap.n_files - 1;
	double nanos = 0;

	if (!last)
		return 1;
	/* A level stands for half of the time on either side of it. */
	if (f)
		nanos +=
			(double)(files[f].time_nanos - files[f - 1].time_nanos);
	if (f < last)
		nanos +=
			(double)(files[f + 1].time_nanos - files[f].time_nanos);
	return nanos / 2e9 / r->seconds;
}

/* A column at the end of the interval, less that at its beginning. */
static int64_t gained(const struct churn_report *r, const int64_t *counts,
		      enum pq_heap_column column)
{
	const struct pq_heap *h = &r->base.heap;
	const int64_t *at = pq_heap_counts(h, counts, column);

	/* Hostile values may differ by more than fits: unsigned wraps. */
	return h->n_files == 1 ? at[0]
			       : (int64_t)((uint64_t)at[h->n_files - 1] -
					   (uint64_t)at[0]);
}

static void add_cell_life(struct churn_report *r, struct churn_row *row,
			  struct pq_life_input *life,
			  const struct pq_heap_cell *cell)
{
	const struct pq_heap *h = &r->base.heap;
	const int64_t *live =
		pq_heap_counts(h, cell->counts, PQ_HEAP_LIVE_SAMPLES);
	const int64_t *space =
		pq_heap_counts(h, cell->counts, PQ_HEAP_LIVE_SPACE);
	int64_t born = gained(r, cell->counts, PQ_HEAP_ALLOC_SAMPLES);
	size_t last = h->n_files - 1;

	/* The interval's own, and all that is alive at its end. */
	row->alloc_space += gained(r, cell->counts, PQ_HEAP_ALLOC_SPACE);
	row->alloc_objects += gained(r, cell->counts, PQ_HEAP_ALLOC_OBJECTS);
	row->born += born;
	row->freed += born - gained(r, cell->counts, PQ_HEAP_LIVE_SAMPLES);
	row->live += live[last];
	row->live_space += space[last];
	row->live_before += last ? space[0] : 0;
	life->live_ends += (double)live[last] + (last ? (double)live[0] : 0);
	/* The mean weighs each snapshot by its part of the interval. */
	for (size_t f = 0; f <= last; f++) {
		life->live_all += (double)live[f];
		life->mean_live += (double)space[f] * part_of(r, f);
	}
	/* One sample of the largest size bounds what may live unseen. */
	if (born)
		life->largest =
			fmax(life->largest,
			     (double)cell->size /
				     pq_sampling_caught(cell->size, h->period));
}

static void fill_churn_row(struct churn_report *r, struct churn_row *row,
			   const struct pq_heap_group *group)
{
	const struct pq_heap *h = &r->base.heap;
	struct pq_life_input life = { .seconds = r->seconds,
				      .n_files = h->n_files,
				      .live_is_known = !r->is_delta };

	memset(row, 0, sizeof(*row));
	row->group = group;
	/* Sizes are judged one by one: sampling catches them differently. */
	for (uint32_t i = 0; i < group->n_cells; i++)
		add_cell_life(r, row, &life,
			      &h->cells.at[group->first_cell + i]);
	life.born = (double)row->born;
	life.freed = (double)row->freed;
	life.alloc_space = (double)row->alloc_space;
	pq_life_find(&row->life, &life);
}

static int compare_churn_rows(const void *left, const void *right)
{
	const struct churn_row *a = left, *b = right;

	if (a->alloc_space != b->alloc_space)
		return a->alloc_space < b->alloc_space ? 1 : -1;
	if (a->live_space != b->live_space)
		return a->live_space < b->live_space ? 1 : -1;
	return pq_text_compare(a->group->name, b->group->name);
}

static void build_churn_rows(struct churn_report *r,
			     const struct pq_report_input *in)
{
	const struct pq_heap *h = &r->base.heap;

	r->rows = PQ_ARENA_NEW(in->arena, struct churn_row, h->groups.n);
	for (size_t i = 0; i < h->groups.n; i++) {
		struct churn_row *row = &r->rows[r->n];

		fill_churn_row(r, row, &h->groups.at[i]);
		/* A group without any bytes has nothing to show. */
		if (!row->alloc_space && !row->live_space)
			continue;
		r->alloc_space = pq_add(r->alloc_space, row->alloc_space);
		r->alloc_objects = pq_add(r->alloc_objects, row->alloc_objects);
		r->live_space = pq_add(r->live_space, row->live_space);
		r->n++;
	}
	if (r->n)
		qsort(r->rows, r->n, sizeof(*r->rows), compare_churn_rows);
	/* Totals are of all rows, and only the first ones are printed. */
	r->n = pq_heap_report_limit(&r->base, in, r->n);
}

/* How often the collector would start, at this rate and level. */
static void find_gc_period(struct churn_report *r, double gogc)
{
	double rate = (double)r->alloc_space / r->seconds;

	/* A collection is due when GOGC percent of what lives was allocated. */
	r->gc_period = NAN;
	if (r->seconds > 0 && !r->is_delta && rate > 0 && gogc > 0)
		r->gc_period = fmax((double)r->live_space, LEAST_HEAP) * gogc /
			       100 / rate;
}

static bool check_samples(const struct churn_report *r, struct pq_error *err)
{
	const struct pq_heap *h = &r->base.heap;
	const struct pq_notes *said = &r->base.checked;
	struct pq_buf why = { 0 };

	if (!h->has_alloc)
		return pq_fail(err, PQ_EUSAGE,
			       "%s: no alloc_space: churn needs what was "
			       "allocated",
			       h->files[0].name.bytes);
	if (h->noise)
		return true;
	/* The last note is the reason why samples are missing. */
	pq_buf_text(&why, said->lines[said->n - 1]);
	pq_fail(err, PQ_EUSAGE, "%s: churn needs samples", pq_buf_cstr(&why));
	pq_buf_release(&why);
	return false;
}

/* Few rows are shown: what a picture wants of them costs nothing. */
static void fill_churn_chart(struct churn_report *r, struct pq_arena *arena)
{
	size_t n = r->base.n_shown;
	struct pq_churn_bar *bars = PQ_ARENA_NEW(arena, struct pq_churn_bar, n);

	for (size_t i = 0; i < n; i++) {
		const struct churn_row *row = &r->rows[i];
		double made = (double)row->alloc_space;

		bars[i] = (struct pq_churn_bar){
			.name = row->group->name,
			.made = r->seconds > 0 ? made / r->seconds : made,
			.live_space = r->is_delta ? NAN
						  : (double)row->live_space,
			.life = row->life,
		};
	}
	r->chart = (struct pq_churn_chart){
		r->base.view, r->base.theme, r->seconds, bars, n, r->base.n_rows
	};
}

const struct pq_churn_chart *pq_churn_chart(const void *rows)
{
	return &((const struct churn_report *)rows)->chart;
}

static void *churn_build(const struct pq_report_input *in, struct pq_error *err)
{
	struct churn_report *r = pq_arena_zeroed(in->arena, sizeof(*r));

	if (!pq_heap_report_begin(&r->base, in, PQ_PER_SITE, err))
		return NULL;
	if (!check_samples(r, err) || !find_interval(r, in, err)) {
		pq_heap_report_release(&r->base);
		return NULL;
	}
	build_churn_rows(r, in);
	find_gc_period(r, in->insight->gogc);
	r->gogc = in->insight->gogc;
	fill_churn_chart(r, in->arena);
	return r;
}

static void churn_release(void *rows)
{
	pq_heap_report_release(&((struct churn_report *)rows)->base);
}

/* ---- text ---- */

void pq_put_life(struct pq_buf *b, const struct pq_life *life)
{
	if (life->state == PQ_LIFE_SHORT) {
		pq_buf_char(b, '<');
		pq_put_seconds(b, life->high);
		return;
	}
	pq_put_seconds(b, life->mean);
	/* A mean that is not known is printed as "-", without limits. */
	if (isnan(life->mean))
		return;
	pq_buf_str(b, " (");
	pq_put_seconds(b, life->low);
	pq_buf_char(b, '-');
	pq_put_seconds(b, life->high);
	pq_buf_char(b, ')');
}

static void put_churn_row(struct pq_table *t, const struct churn_report *r,
			  const struct churn_row *row)
{
	const struct pq_view *v = r->base.view;
	double scale = r->seconds > 0 ? 1 / r->seconds : 1;
	struct pq_buf *b = pq_table_cell(t);

	/* Without an interval the cells are totals: no rate is feigned. */
	pq_put_bytes(b, v, (double)row->alloc_space * scale);
	pq_buf_str(b, r->seconds > 0 ? "/s" : "");
	b = pq_table_cell(t);
	if (r->seconds > 0)
		pq_buf_printf(b, "%.3g", (double)row->alloc_objects * scale);
	else
		pq_buf_int(b, row->alloc_objects, 0);
	pq_put_bytes(pq_table_cell(t), v,
		     r->is_delta ? NAN : (double)row->live_space);
	pq_buf_str(pq_table_cell(t), pq_life_state_name(row->life.state));
	pq_put_life(pq_table_cell(t), &row->life);
	pq_buf_text(pq_table_cell(t), row->group->name);
}

static void put_interval(const struct churn_report *r, struct pq_buf *b)
{
	const struct pq_view *v = r->base.view;

	pq_buf_str(b, "Interval: ");
	if (r->seconds > 0)
		pq_put_seconds(b, r->seconds);
	else
		pq_buf_str(b, "unknown (give -uptime, or two snapshots)");
	pq_buf_str(b, ", allocated ");
	pq_put_bytes(b, v, (double)r->alloc_space);
	if (r->seconds > 0) {
		pq_buf_str(b, " (");
		pq_put_bytes(b, v, (double)r->alloc_space / r->seconds);
		pq_buf_printf(b, "/s, %.3g objects/s)",
			      (double)r->alloc_objects / r->seconds);
	}
	/* A delta has freed and new objects, but no level. */
	if (r->is_delta)
		return;
	pq_buf_str(b, ", live ");
	pq_put_bytes(b, v, (double)r->live_space);
}

static void print_collector(const struct churn_report *r, struct pq_out *out)
{
	struct pq_buf b = { 0 };

	if (isnan(r->gc_period))
		return;
	pq_buf_printf(&b,
		      "At GOGC=%.4g and this rate a collection would start "
		      "every ",
		      r->gogc);
	pq_put_seconds(&b, r->gc_period);
	pq_buf_char(&b, '.');
	pq_out_text(out, pq_buf_view(&b));
	pq_out_str(out, "\n");
	pq_buf_release(&b);
}

static void churn_text(const void *rows, struct pq_out *out)
{
	const struct churn_report *r = rows;
	bool rate = r->seconds > 0;
	const char *const titles[] = {
		rate ? "alloc/s" : "alloc",
		rate ? "objects/s" : "objects",
		"live",
		"state",
		"lifetime (95%)",
		r->base.title,
	};
	struct pq_buf b = { 0 };
	struct pq_table t;

	pq_heap_report_head(&r->base, out);
	put_interval(r, &b);
	pq_out_text(out, pq_buf_view(&b));
	pq_out_str(out, "\n");
	pq_buf_release(&b);
	/* Columns are as wide as their widest cell. */
	pq_table_init(&t, titles, sizeof(titles) / sizeof(titles[0]));
	for (size_t i = 0; i < r->base.n_shown; i++)
		put_churn_row(&t, r, &r->rows[i]);
	pq_table_print(&t, out);
	/* Advice stands below the numbers that it is made of. */
	print_collector(r, out);
	pq_heap_report_foot(&r->base, out);
}

/* ---- data ---- */

#define BYTES(name, kind, help, heading_)                           \
	{                                                           \
		name, kind, help, .heading = heading_, .width = 10, \
				  .unit = "bytes"                   \
	}
#define COUNT(name, kind, help, heading_)                          \
	{                                                          \
		name, kind, help, .heading = heading_, .width = 10 \
	}

static const struct pq_column columns[] = {
	PQ_PLACE_COLUMNS,
	BYTES("alloc_space", PQ_COLUMN_VALUE, "bytes allocated in the interval",
	      "Allocated"),
	COUNT("alloc_objects", PQ_COLUMN_INT,
	      "objects allocated in the interval", "Objects"),
	BYTES("live_space", PQ_COLUMN_VALUE, "bytes alive at its end", "Live"),
	BYTES("live_before", PQ_COLUMN_REAL_VALUE,
	      "bytes alive at its beginning; unknown for one file",
	      "Live before"),
	COUNT("samples_born", PQ_COLUMN_INT,
	      "samples of objects made in the interval", "Born"),
	COUNT("samples_freed", PQ_COLUMN_INT, "... and freed in it", "Freed"),
	COUNT("samples_live", PQ_COLUMN_INT, "samples alive at its end",
	      "Alive"),
	BYTES("alloc_space_rate", PQ_COLUMN_REAL_VALUE,
	      "bytes allocated a second", "Bytes/s"),
	COUNT("alloc_objects_rate", PQ_COLUMN_REAL,
	      "objects allocated a second", "Objects/s"),
	COUNT("state", PQ_COLUMN_TEXT,
	      "steady, growing, shrinking, kept, short, young, few or unknown",
	      "State"),
	COUNT("lifetime", PQ_COLUMN_REAL,
	      "mean lifetime in seconds; known when steady", "Lifetime"),
	COUNT("lifetime_low", PQ_COLUMN_REAL, "lower end of its 95 % interval",
	      "Low"),
	COUNT("lifetime_high", PQ_COLUMN_REAL,
	      "its upper end; known when short, too", "High"),
	{ .kind = PQ_COLUMN_END },
};

static double rate_of(const struct churn_report *r, int64_t value)
{
	return r->seconds > 0 ? (double)value / r->seconds : NAN;
}

static void put_churn_values(struct pq_rows *w, const struct churn_report *r,
			     const struct churn_row *row)
{
	bool has_before = r->base.heap.n_files > 1;

	pq_rows_begin(w);
	pq_put_place(w, &r->base.heap, row->group);
	pq_rows_value(w, row->alloc_space);
	pq_rows_int(w, row->alloc_objects);
	pq_rows_value(w, row->live_space);
	/* One file alone has no level before: null, and not 0. */
	pq_rows_real_value(w, has_before ? (double)row->live_before : NAN);
	pq_rows_int(w, row->born);
	pq_rows_int(w, row->freed);
	pq_rows_int(w, row->live);
	pq_rows_real_value(w, rate_of(r, row->alloc_space));
	pq_rows_real(w, rate_of(r, row->alloc_objects));
	pq_rows_text(w, pq_text_of(pq_life_state_name(row->life.state)));
	pq_rows_real(w, row->life.mean);
	pq_rows_real(w, row->life.low);
	pq_rows_real(w, row->life.high);
	pq_rows_end(w);
}

static void churn_put(const void *rows, struct pq_rows *w)
{
	const struct churn_report *r = rows;

	for (size_t i = 0; i < r->n; i++)
		put_churn_values(w, r, &r->rows[i]);
}

static const struct pq_column total_columns[] = {
	BYTES("alloc_space", PQ_COLUMN_VALUE, "bytes allocated in the interval",
	      "Allocated"),
	COUNT("alloc_objects", PQ_COLUMN_INT,
	      "objects allocated in the interval", "Objects"),
	BYTES("live_space", PQ_COLUMN_VALUE, "bytes alive at its end", "Live"),
	{ .kind = PQ_COLUMN_END },
};

static const struct pq_column head_columns[] = {
	COUNT("seconds", PQ_COLUMN_REAL, "length of the interval", "Seconds"),
	{ "total", PQ_COLUMN_RECORD, "sums over all rows",
	  .items = total_columns, .heading = "Total" },
	COUNT("gc_period", PQ_COLUMN_REAL,
	      "seconds from one start of the collector to the next, at this "
	      "rate and level",
	      "Collections"),
	{ .kind = PQ_COLUMN_END },
};

static void churn_put_head(const void *rows, struct pq_rows *w)
{
	const struct churn_report *r = rows;

	pq_rows_begin(w);
	pq_rows_real(w, r->seconds > 0 ? r->seconds : NAN);
	pq_rows_record(w);
	pq_rows_value(w, r->alloc_space);
	pq_rows_int(w, r->alloc_objects);
	pq_rows_value(w, r->live_space);
	pq_rows_record_end(w);
	pq_rows_real(w, r->gc_period);
	pq_rows_end(w);
}

const struct pq_report pq_report_churn = {
	.takes = PQ_TAKES_SERIES,
	.view = { .never_trims = true, .plain_numbers = true },
	.rows_suffice = true,
	.names_last = true,
	.draws_by_name = true,
	.before = churn_before,
	.build = churn_build,
	.text = churn_text,
	.release = churn_release,
	.head = { "head", "what is true of all rows", head_columns,
		  churn_put_head },
	.sections = {
		{ "rows", "groups, by bytes allocated", columns, churn_put },
	},
};
