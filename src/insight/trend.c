/* trend: what grows from snapshot to snapshot, and what leaks. */
#include "insight/trend.h"

#include <math.h>
#include <string.h>

#include "base/units.h"
#include "profile/kind.h"

#include "base/banned.h"

/* Exit status with -fail_on_leak. */
enum { STATUS_FINE = 0, STATUS_LEAK = 1, STATUS_UNKNOWN = 3 };

/* ---- building ---- */

static bool wants_series(const struct pq_report_input *in, struct pq_error *err)
{
	if (in->joined && in->joined->n_files > 1)
		return true;
	return pq_fail(err, PQ_EUSAGE,
		       "trend needs 2 snapshots or more (4 or more to judge); "
		       "for one file see sites");
}

/* The order and the cuts are those of the whole files. */
static void *trend_before(const struct pq_report_input *in,
			  struct pq_error *err)
{
	static const struct pq_grouping all = { .by = PQ_PER_TOTAL };
	struct pq_snapshots *s = pq_arena_zeroed(in->arena, sizeof(*s));
	struct pq_heap h;

	/* Order and cuts are found in buckets: one group for all is enough. */
	if (!pq_heap_build(&h, pq_heap_joined(in), &all, true, err))
		return NULL;
	/* The kind is refused first: more files of it would not help. */
	if (!wants_series(in, err)) {
		pq_heap_release(&h);
		return NULL;
	}
	pq_snapshots_find(s, &h, in->arena, in->log);
	pq_heap_release(&h);
	if (s->n > 1)
		return s;
	pq_fail(err, PQ_EUSAGE,
		"trend needs 2 snapshots or more (4 or more to judge); all of "
		"these are the same");
	return NULL;
}

static bool check_trend_files(const struct pq_heap_report *base,
			      struct pq_error *err)
{
	struct pq_buf why = { 0 };

	if (!pq_heap_refuse_delta(&base->heap, err))
		return false;
	if (base->heap.noise)
		return true;
	/* The last note is the reason why samples are missing. */
	pq_buf_text(&why, base->checked.lines[base->checked.n - 1]);
	pq_fail(err, PQ_EUSAGE, "%s: trend needs samples", pq_buf_cstr(&why));
	pq_buf_release(&why);
	return false;
}

static bool trends_objects(const struct pq_view *v)
{
	static const char objects[] = "objects";
	size_t n = sizeof(objects) - 1;

	return v->type.len >= n &&
	       pq_text_is(pq_text_slice(v->type, v->type.len - n, v->type.len),
			  objects);
}

/* When leaks reach the limit at their rate; no interval is claimed. */
static void find_limit(struct pq_trend_report *r)
{
	double growth = 0;

	r->days_to_limit = NAN;
	for (size_t i = 0; i < r->trend.n; i++) {
		const struct pq_trend_row *row = &r->trend.rows[i];

		r->live = pq_add(r->live, row->last);
		if (row->verdict != PQ_TREND_LEAK)
			continue;
		growth += row->slope.growth;
		r->n_leaks++;
	}
	/* A limit in bytes says nothing of objects or goroutines. */
	if (r->limit >= 0 && growth > 0 && !r->trend.objects &&
	    !r->base.heap.goroutines)
		r->days_to_limit =
			fmax(0, ((double)r->limit - (double)r->live) / growth);
}

static void *trend_build(const struct pq_report_input *in, struct pq_error *err)
{
	struct pq_trend_report *r = pq_arena_zeroed(in->arena, sizeof(*r));
	enum pq_grouping_by standard = PQ_PER_SITE;

	if (!wants_series(in, err))
		return NULL;
	/* Heaps go by site, goroutines by the function that owns them. */
	if (pq_kind_find(in->profile, in->joined->n_types) ==
	    PQ_KIND_GOROUTINES)
		standard = PQ_PER_OWNER;
	if (!pq_heap_report_read(&r->base, in, standard, true, err))
		return NULL;
	pq_heap_check(&r->base.heap, in->log, &r->base.checked);
	if (!check_trend_files(&r->base, err)) {
		pq_heap_report_release(&r->base);
		return NULL;
	}
	/* Order and cuts are of the whole files, found before any filter. */
	r->snapshots = in->before;
	pq_trend_find(&r->trend, &r->base.heap, r->snapshots,
		      trends_objects(in->view), in->arena);
	r->limit = in->insight->limit;
	r->fails_on_leak = in->insight->fail_on_leak;
	find_limit(r);
	/* Rows are cut last: -nodecount must not hide a leak from the sums. */
	r->trend.n = pq_heap_report_limit(&r->base, in, r->trend.n);
	return r;
}

static void trend_release(void *rows)
{
	pq_heap_report_release(&((struct pq_trend_report *)rows)->base);
}

static int trend_status(const void *rows)
{
	const struct pq_trend_report *r = rows;

	if (!r->fails_on_leak)
		return STATUS_FINE;
	if (r->n_leaks)
		return STATUS_LEAK;
	/* A series too short to judge must not pass for one without leaks. */
	return r->trend.judged ? STATUS_FINE : STATUS_UNKNOWN;
}

/* ---- text ---- */

/* The largest unit of which the series has two. */
const char *pq_trend_unit(const struct pq_trend_report *r, double *per_day)
{
	static const struct {
		const char *name;
		double per_day;
	} units[] = {
		{ "day", 1 }, { "h", 24 }, { "min", 1440 }, { "s", 86400 }
	};
	double span = pq_snapshots_span(r->snapshots);
	size_t i = 0;

	*per_day = 1;
	if (!r->snapshots->has_times)
		return "file";
	/* A growth per day of a series of hours would be extrapolated. */
	while (i < 3 && span * units[i].per_day < 2)
		i++;
	*per_day = units[i].per_day;
	return units[i].name;
}

void pq_trend_put_value(struct pq_buf *b, const struct pq_trend_report *r,
			double value)
{
	if (r->trend.objects || r->base.heap.goroutines)
		pq_buf_printf(b, "%.4g", value);
	else
		pq_put_bytes(b, r->base.view, value);
}

void pq_trend_put_growth(struct pq_buf *b, const struct pq_trend_report *r,
			 double growth)
{
	double per_day;
	const char *unit = pq_trend_unit(r, &per_day);

	pq_trend_put_value(b, r, growth / per_day);
	pq_buf_printf(b, "/%s", unit);
}

static bool is_told(const struct pq_trend_row *row)
{
	return row->verdict <= PQ_TREND_PLATEAUED;
}

static void put_trend_row(struct pq_table *t, const struct pq_trend_report *r,
			  const struct pq_trend_row *row)
{
	struct pq_buf *b;
	double per_day;

	/* Growth is a day's inside; a row shows it by the series' unit. */
	pq_trend_unit(r, &per_day);
	pq_buf_str(pq_table_cell(t), pq_trend_verdict_name(row->verdict));
	pq_trend_put_growth(pq_table_cell(t), r, row->slope.growth);
	b = pq_table_cell(t);
	pq_buf_str(b, "\302\261");
	pq_trend_put_value(b, r, 1.96 * row->slope.error / per_day);
	pq_trend_put_value(pq_table_cell(t), r, (double)row->first);
	pq_trend_put_value(pq_table_cell(t), r, (double)row->last);
	pq_buf_printf(pq_table_cell(t), "%zu/%zu", row->rises,
		      r->trend.longest - 1);
	pq_buf_text(pq_table_cell(t), row->group->name);
}

static void print_trend_line(struct pq_buf *b, struct pq_out *out)
{
	pq_out_text(out, pq_buf_view(b));
	pq_out_str(out, "\n");
	pq_buf_clear(b);
}

static void print_series(const struct pq_trend_report *r, struct pq_out *out)
{
	const struct pq_snapshots *s = r->snapshots;
	struct pq_buf b = { 0 };

	pq_buf_printf(&b, "%zu snapshots over ", s->n);
	if (s->has_times)
		pq_put_seconds(&b, pq_snapshots_span(s) * 86400);
	else
		pq_buf_str(&b, "unknown time");
	pq_buf_str(&b, ", parts of ");
	/* Each part is one process, as long as it lived. */
	for (size_t k = 0, first = 0; k <= s->n_cuts; first = s->ends[k++])
		pq_buf_printf(&b, "%s%zu", k ? "+" : "", s->ends[k] - first);
	print_trend_line(&b, out);
	/* Each cut names the file that begins a new part, and why. */
	for (size_t i = 0; i < s->n_cuts; i++) {
		const struct pq_cut *cut = &s->cuts[i];

		pq_buf_str(&b, "cut before ");
		pq_buf_text(&b, r->base.heap.files[s->files[cut->at]].name);
		pq_buf_printf(&b, ": %s", pq_cut_reason_name(cut->why));
		if (cut->falls)
			pq_buf_printf(&b, " (%zu allocation counts fell)",
				      cut->falls);
		print_trend_line(&b, out);
	}
	pq_buf_release(&b);
}

static void print_trend_rows(const struct pq_trend_report *r,
			     struct pq_out *out)
{
	const char *const titles[] = {
		"verdict", "growth", "\302\261 95%", "from",
		"to",	   "rises",  r->base.title,
	};
	struct pq_table t;

	/* Told verdicts sort first: an untold first row leaves no table. */
	if (!r->base.n_shown || !is_told(&r->trend.rows[0]))
		return;
	pq_table_init(&t, titles, sizeof(titles) / sizeof(titles[0]));
	for (size_t i = 0; i < r->base.n_shown; i++)
		if (is_told(&r->trend.rows[i]))
			put_trend_row(&t, r, &r->trend.rows[i]);
	pq_table_print(&t, out);
}

/* The last line where nothing leaks. */
static void print_nothing(const struct pq_trend_report *r, struct pq_buf *b,
			  struct pq_out *out)
{
	double per_day;
	const char *unit = pq_trend_unit(r, &per_day);

	/* Silence can mean that nothing grows, or that nothing was seen. */
	if (!r->trend.judged) {
		pq_buf_str(b, "cannot tell yet: 4 snapshots of one process "
			      "are needed, 6 to name a leak");
	} else if (isnan(r->trend.smallest)) {
		pq_buf_str(b, "no leak: there are too few samples to see any");
	} else if (r->base.heap.goroutines) {
		pq_buf_str(b, "no leak: nothing grows by 10 goroutines and "
			      "more, and by more than it scatters");
	} else {
		pq_buf_str(b, "no leak above ");
		pq_trend_put_value(b, r, r->trend.smallest / per_day);
		pq_buf_printf(b, " a %s (smaller ones need more snapshots)",
			      unit);
	}
	print_trend_line(b, out);
}

static void print_limit(const struct pq_trend_report *r, struct pq_buf *b,
			struct pq_out *out)
{
	if (isnan(r->days_to_limit))
		return;
	pq_buf_str(b, "at this rate the heap reaches ");
	pq_put_bytes(b, r->base.view, (double)r->limit);
	pq_buf_str(b, " in ");
	if (r->snapshots->has_times)
		pq_put_seconds(b, r->days_to_limit * 86400);
	else
		pq_buf_printf(b, "%.3g files", r->days_to_limit);
	print_trend_line(b, out);
}

static void trend_text(const void *rows, struct pq_out *out)
{
	const struct pq_trend_report *r = rows;
	struct pq_buf b = { 0 };

	pq_heap_report_head(&r->base, out);
	print_series(r, out);
	print_trend_rows(r, out);
	if (!r->n_leaks)
		print_nothing(r, &b, out);
	print_limit(r, &b, out);
	pq_out_str(out, "note: a profile shows where memory was allocated, "
			"not who holds it\n");
	pq_buf_release(&b);
}

/* ---- data ---- */

#define REAL(name, help, heading_)                                           \
	{                                                                    \
		name, PQ_COLUMN_REAL, help, .heading = heading_, .width = 10 \
	}
#define INT(name, help, heading_)                                          \
	{                                                                  \
		name, PQ_COLUMN_INT, help, .heading = heading_, .width = 6 \
	}

static const struct pq_column columns[] = {
	PQ_PLACE_COLUMNS,
	{ "verdict", PQ_COLUMN_TEXT,
	  "leak, rising, plateaued, steady, few (samples) or few files",
	  .heading = "Verdict", .width = 9 },
	REAL("growth", "slope of the values, for each unit of time", "Growth"),
	REAL("error", "standard error of growth", "Error"),
	REAL("z", "growth over error", "z"),
	REAL("p", "chance of such a slope where nothing grows", "p"),
	{ "first", PQ_COLUMN_VALUE, "value at the start of the last part",
	  .heading = "From", .width = 10 },
	{ "last", PQ_COLUMN_VALUE, "value at the end", .heading = "To",
	  .width = 10 },
	{ "values", PQ_COLUMN_VALUES, "value in each snapshot",
	  .heading = "Values", .width = 24 },
	INT("rises", "steps of the longest part that went up", "Rises"),
	INT("steps", "steps of the longest part", "Steps"),
	INT("samples", "samples alive, over all snapshots", "Samples"),
	{ .kind = PQ_COLUMN_END },
};

static void put_trend_values(struct pq_rows *w, const struct pq_trend_report *r,
			     const struct pq_trend_row *row)
{
	pq_rows_begin(w);
	pq_put_place(w, &r->base.heap, row->group);
	pq_rows_text(w, pq_text_of(pq_trend_verdict_name(row->verdict)));
	pq_rows_real(w, row->slope.growth);
	pq_rows_real(w, row->slope.error);
	pq_rows_real(w, row->slope.z);
	pq_rows_real(w, row->p);
	pq_rows_value(w, row->first);
	pq_rows_value(w, row->last);
	pq_rows_list(w);
	/* All levels go along: a picture can be drawn from the row. */
	for (size_t i = 0; i < r->snapshots->n; i++)
		pq_rows_value(w, row->values[i]);
	pq_rows_list_end(w);
	pq_rows_int(w, (int64_t)row->rises);
	pq_rows_int(w, (int64_t)r->trend.longest - 1);
	pq_rows_int(w, pq_trunc(row->slope.samples));
	pq_rows_end(w);
}

static void trend_put(const void *rows, struct pq_rows *w)
{
	const struct pq_trend_report *r = rows;

	for (size_t i = 0; i < r->trend.n && !pq_rows_stopped(w); i++)
		put_trend_values(w, r, &r->trend.rows[i]);
}

static const struct pq_column cut_columns[] = {
	{ "file", PQ_COLUMN_TEXT, "first snapshot after the cut",
	  .heading = "File", .width = 24 },
	{ "why", PQ_COLUMN_TEXT,
	  "restart, another binary or another sampling period",
	  .heading = "Why", .width = 12 },
	REAL("falls", "allocation counts that fell; unknown but for a restart",
	     "Falls"),
	{ .kind = PQ_COLUMN_END },
};

static const struct pq_column head_columns[] = {
	INT("snapshots", "files that were used", "Snapshots"),
	{ "parts", PQ_COLUMN_INTS, "snapshots of each part", .heading = "Parts",
	  .width = 12 },
	{ "cuts", PQ_COLUMN_LIST, "where the series was cut",
	  .items = cut_columns, .heading = "Cuts" },
	{ "unit", PQ_COLUMN_TEXT,
	  "what growth is for each of: day, or file without times",
	  .heading = "Unit", .width = 5 },
	REAL("span_days", "time from the first snapshot to the last", "Span"),
	{ "kind", PQ_COLUMN_TEXT, "heap or goroutine", .heading = "Kind",
	  .width = 9 },
	REAL("smallest", "growth that would be found in the middle row",
	     "Smallest"),
	REAL("days_to_limit",
	     "units of time until leaks reach -limit, at this rate", "Limit"),
	{ .kind = PQ_COLUMN_END },
};

static void put_parts(struct pq_rows *w, const struct pq_trend_report *r)
{
	const struct pq_snapshots *s = r->snapshots;

	pq_rows_list(w);
	for (size_t k = 0, first = 0; k <= s->n_cuts; first = s->ends[k++])
		pq_rows_int(w, (int64_t)(s->ends[k] - first));
	pq_rows_list_end(w);
	pq_rows_list(w);
	for (size_t i = 0; i < s->n_cuts; i++) {
		const struct pq_cut *cut = &s->cuts[i];

		pq_rows_begin(w);
		pq_rows_text(w, r->base.heap.files[s->files[cut->at]].name);
		pq_rows_text(w, pq_text_of(pq_cut_reason_name(cut->why)));
		/* A cut for another reason has no count: null. */
		pq_rows_real(w, cut->falls ? (double)cut->falls : NAN);
		pq_rows_end(w);
	}
	pq_rows_list_end(w);
}

static void trend_put_head(const void *rows, struct pq_rows *w)
{
	const struct pq_trend_report *r = rows;
	bool goroutines = r->base.heap.goroutines;

	pq_rows_begin(w);
	pq_rows_int(w, (int64_t)r->snapshots->n);
	put_parts(w, r);
	pq_rows_text(w, r->snapshots->has_times ? PQ_TEXT("day")
						: PQ_TEXT("file"));
	pq_rows_real(w, r->snapshots->x[r->snapshots->n - 1]);
	pq_rows_text(w, goroutines ? PQ_TEXT("goroutine") : PQ_TEXT("heap"));
	pq_rows_real(w, r->trend.smallest);
	pq_rows_real(w, r->days_to_limit);
	pq_rows_end(w);
}

const struct pq_report pq_report_trend = {
	.takes = PQ_TAKES_SERIES,
	.view = { .never_trims = true, .plain_numbers = true },
	.rows_suffice = true,
	.names_last = true,
	.draws_by_name = true,
	.before = trend_before,
	.build = trend_build,
	.text = trend_text,
	.release = trend_release,
	.head = { "head", "what is true of all rows", head_columns,
		  trend_put_head },
	.sections = {
		{ "rows", "groups, by verdict and growth", columns,
		  trend_put },
	},
	.status = trend_status,
};
