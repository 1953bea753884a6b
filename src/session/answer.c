#include "session/answer.h"

#include <string.h>

#include "base/mem.h"
#include "base/regex.h"
#include "session/filters.h"
#include "render/delimited.h"
#include "render/json.h"
#include "report/report.h"
#include "profile/filter.h"
#include "profile/sample_index.h"

#include "base/banned.h"

static enum pq_granularity granularity(const struct pq_options *o,
				       const struct pq_report *report)
{
	static const enum pq_granularity of_choice[] = {
		[PQ_BY_FUNCTIONS] = PQ_FUNCTIONS,
		[PQ_BY_FILEFUNCTIONS] = PQ_FILEFUNCTIONS,
		[PQ_BY_FILES] = PQ_FILES,
		[PQ_BY_LINES] = PQ_LINES,
		[PQ_BY_ADDRESSES] = PQ_ADDRESSES,
	};

	switch (report->view.granularity) {
	case PQ_GRANULARITY_LINES:
		return PQ_LINES;
	case PQ_GRANULARITY_ADDRESSES:
		return PQ_ADDRESSES;
	default:
		return of_choice[o->granularity];
	}
}

static void view_options(struct pq_view_options *v, const struct pq_options *o,
			 const struct pq_report *report)
{
	memset(v, 0, sizeof(*v));
	v->shape.granularity = granularity(o, report);
	v->shape.noinlines = o->noinlines;
	v->shape.showcolumns = o->showcolumns;
	v->shape.object_names = report->view.object_names;
	v->shape.trim_path = o->trim_path;
	v->shape.source_path = o->source_path;
	v->shape.mean = o->mean;
	v->shape.drop_negative = o->drop_negative;
	v->unit = o->unit;
	v->divide_by = o->divide_by;
	v->order = report->view.visual			     ? PQ_BY_ENTROPY
		   : o->sort == PQ_SORT_CUM || o->cumulative ? PQ_BY_CUM
							     : PQ_BY_FLAT;
	v->visual = report->view.visual;
	v->with_edges = report->view.with_edges;
	v->call_tree = o->call_tree && report->view.call_tree;
	v->finest_unit = report->view.finest_unit;
	v->all_types = report->view.all_types;
	if (report->view.never_trims || !o->trim)
		return; /* no limits at all */
	v->nodefraction = o->nodefraction;
	v->edgefraction = o->edgefraction;
	v->nodecount = o->nodecount == -1 ? report->view.default_nodecount
					  : o->nodecount;
}

static void diff_options(struct pq_diff_options *d, const struct pq_options *o,
			 const struct pq_joined *joined)
{
	static const enum pq_diff_order orders[] = {
		[PQ_SORT_FLAT] = PQ_DIFF_BY_DELTA,
		[PQ_SORT_CUM] = PQ_DIFF_BY_DELTA,
		[PQ_SORT_DELTA] = PQ_DIFF_BY_DELTA,
		[PQ_SORT_RATIO] = PQ_DIFF_BY_RATIO,
		[PQ_SORT_BASE] = PQ_DIFF_BY_BASE,
		[PQ_SORT_NEW] = PQ_DIFF_BY_NEW,
		[PQ_SORT_NAME] = PQ_DIFF_BY_NAME,
	};
	static const enum pq_normalize_by by[] = {
		[PQ_BY_TOTAL] = PQ_NORMALIZE_TOTAL,
		[PQ_BY_SECONDS] = PQ_NORMALIZE_SECONDS,
		[PQ_BY_SAMPLES] = PQ_NORMALIZE_SAMPLES,
	};

	d->compare.joined = joined;
	d->compare.independent = o->independent;
	d->compare.normalize = o->normalize ? by[o->normalize_by]
					    : PQ_NORMALIZE_NONE;
	d->order = orders[o->sort];
	d->cumulative = o->sort == PQ_SORT_CUM || o->cumulative;
	d->all = o->all;
	d->threshold = o->threshold;
}

struct run {
	struct pq_job *job;
	struct pq_profile *p;
	const struct pq_options *o;
	const struct pq_report *report;
	const char *argument;
	struct pq_regex *regex; /* of the argument */
	struct pq_label_units units;
	struct pq_arena arena;
	struct pq_view view;
	struct pq_log *log; /* tee, below */
	struct pq_error *err;
	const char *name; /* of the report */
	struct pq_log tee;
	struct pq_log *outer;
	PQ_VEC(struct pq_text) warnings; /* that went through the log */
	struct pq_diff_options diff;
	struct pq_notes filters;
	struct pq_report_input in;
};

/* JSON repeats the notes that the run wrote. */
static void note(void *ctx, struct pq_text message)
{
	struct run *r = ctx;

	*pq_vec_push(&r->warnings) = pq_arena_text(&r->arena, message);
	pq_log_text(r->outer, message);
}

static bool filter(struct run *r)
{
	struct pq_filters f;

	pq_filters_from_options(&f, r->o);
	/* what is compared may be in the labels, and labels are not shown */
	if (r->job->joined)
		f.tagshow = f.taghide = PQ_TEXT("");
	return pq_filter(r->p, &f, &r->units, r->log, r->err);
}

static bool compile_argument(struct run *r)
{
	struct pq_error inner;

	if (!r->argument)
		return true;
	pq_error_clear(&inner);
	r->regex = pq_regex_new(pq_text_of(r->argument), &inner);
	return r->regex ||
	       pq_fail(r->err, inner.code, "parsing argument regexp %s: %s",
		       r->argument, inner.msg);
}

/* What raw and proto show of the profile is changed by -noinlines itself. */
static void aggregate(struct run *r)
{
	if (r->report->view.stores_noinlines && r->o->noinlines)
		pq_keep_outermost_lines(r->p, r->o->showcolumns);
}

/* The types of a joined profile repeat; those of the first file count. */
static bool choose_value(struct run *r, unsigned *index)
{
	size_t n = r->p->sample_types.n;
	bool ok;

	if (r->job->joined)
		r->p->sample_types.n = r->job->joined->n_types;
	ok = pq_sample_index(r->p, r->o->sample_index, index, r->err);
	r->p->sample_types.n = n;
	return ok;
}

/* Between a second and a day. */
static unsigned layout_seconds(const struct pq_options *o)
{
	if (o->layout_time < 1)
		return 1;
	return o->layout_time > 86400 ? 86400 : (unsigned)o->layout_time;
}

/* What the report gets; everything in it outlives the run's steps. */
static void set_input(struct run *r)
{
	pq_notes_init(&r->filters, &r->arena);
	pq_filters_legend(&r->filters, r->o);
	r->in.view = &r->view;
	r->in.profile = r->p;
	r->in.filters = &r->filters;
	r->in.compact_labels = r->o->compact_labels;
	r->in.arena = &r->arena;
	r->in.units = &r->units;
	r->in.regex = r->regex;
	r->in.output = r->o->output;
	r->in.root_at_bottom = r->o->orientation == PQ_ORIENTATION_FLAME;
	r->in.layout_seconds = layout_seconds(r->o);
	if (r->o->palette == PQ_COLORS_COLORBLIND)
		r->in.palette = PQ_PALETTE_COLORBLIND;
	r->in.log = r->log;
	if (r->argument)
		r->in.argument = pq_text_of(r->argument);
	if (!r->job->joined)
		return;
	diff_options(&r->diff, r->o, r->job->joined);
	r->in.diff = &r->diff;
}

/* The report's own look at the profile before filters change it. */
static bool look_before(struct run *r)
{
	set_input(r);
	if (!r->job->joined || !r->report->before)
		return true;
	r->in.before = r->report->before(&r->in, r->err);
	return r->in.before != NULL;
}

static bool prepare(struct run *r)
{
	struct pq_view_options v;

	pq_label_units_report(&r->units, r->log);
	if (r->o->tagroot.len || r->o->tagleaf.len)
		pq_add_label_frames(r->p, r->o->tagroot, r->o->tagleaf,
				    r->o->unit, r->log);
	if (r->o->relative_percentages && !filter(r))
		return false;
	view_options(&v, r->o, r->report);
	v.early = r->job->early;
	v.tag_unit = pq_label_unit(&r->units, PQ_TEXT("bytes"));
	return choose_value(r, &v.shape.sample_index) &&
	       pq_view_init(&r->view, r->p, &v, r->err) &&
	       compile_argument(r) && look_before(r) &&
	       (r->o->relative_percentages || filter(r));
}

static void print_json(struct run *r, const void *rows, struct pq_out *out)
{
	struct pq_filter_text filters[PQ_FILTERS_MOST];
	struct pq_json_input in = { .name = r->name,
				    .report = r->report,
				    .view = &r->view,
				    .filters = filters,
				    .n_filters =
					    pq_filters_texts(r->o, filters),
				    .warnings = r->warnings.at,
				    .n_warnings = r->warnings.n };

	pq_json_report(&in, rows, out);
}

static void print(struct run *r, const void *rows, struct pq_out *out)
{
	switch (r->o->format) {
	case PQ_FORMAT_JSON:
		print_json(r, rows, out);
		break;
	case PQ_FORMAT_CSV:
		pq_delimited_report(PQ_CSV, r->report, rows, out);
		break;
	case PQ_FORMAT_TSV:
		pq_delimited_report(PQ_TSV, r->report, rows, out);
		break;
	case PQ_FORMAT_MD:
		pq_delimited_report(PQ_MARKDOWN, r->report, rows, out);
		break;
	default:
		r->report->text(rows, out);
	}
}

static bool check_format(struct run *r)
{
	if (r->o->diff && r->report->takes == PQ_TAKES_ONE)
		return pq_fail(r->err, PQ_EUSAGE,
			       "-diff: %s shows one profile; -diff_base=BEFORE "
			       "subtracts another one",
			       r->name);
	if (r->o->format == PQ_FORMAT_TEXT)
		return true;
	if (!r->report->sections[0].put)
		return pq_fail(
			r->err, PQ_EUSAGE, "%s: %s has a format of its own",
			r->o->format == PQ_FORMAT_JSON ? "-json" : "-format",
			r->name);
	if (r->o->format != PQ_FORMAT_JSON && !pq_report_is_table(r->report))
		return pq_fail(r->err, PQ_EUSAGE,
			       "-format: %s is no table; -json prints it",
			       r->name);
	return true;
}

static bool report(struct run *r)
{
	void *rows = r->report->build(&r->in, r->err);

	if (!rows)
		return false;
	print(r, rows, r->job->out);
	if (r->report->says_no)
		r->job->says_no = r->report->says_no(rows);
	if (r->report->release)
		r->report->release(rows);
	return true;
}

/* Looking for them is a walk over all samples. */
static bool needs_label_units(const struct run *r)
{
	const struct pq_options *o = r->o;

	return r->report->view.label_units || o->tagfocus.len ||
	       o->tagignore.len || o->tagroot.len || o->tagleaf.len;
}

static bool check_sides(struct run *r)
{
	if (r->report->takes == PQ_TAKES_SIDES && !r->job->joined)
		return pq_fail(r->err, PQ_EUSAGE,
			       "%s takes two profiles: profq %s OLD NEW",
			       r->name, r->name);
	if (!r->job->joined)
		return true;
	if (r->o->mean)
		return pq_fail(r->err, PQ_EUSAGE,
			       "%s: -mean: means do not add up to a total",
			       r->name);
	if (r->o->call_tree && r->report->view.call_tree)
		return pq_fail(r->err, PQ_EUSAGE,
			       "%s -diff: -call_tree: functions are compared, "
			       "not the paths to them",
			       r->name);
	return true;
}

struct pq_read_sums *pq_read_sums_for(const struct pq_command *command,
				      const struct pq_options *o)
{
	const struct pq_report *report = command->report;
	struct pq_filter_text filters[PQ_FILTERS_MOST];

	if (!report->view.visual && !report->view.lists_nodes)
		return NULL;
	if (granularity(o, report) != PQ_FUNCTIONS ||
	    report->view.object_names || o->mean ||
	    (o->call_tree && report->view.call_tree) ||
	    pq_filters_texts(o, filters))
		return NULL;
	return pq_read_sums_new(o->sample_index, o->noinlines);
}

bool pq_run_report(struct pq_job *job, struct pq_error *err)
{
	struct run r = { .job = job,
			 .p = job->p,
			 .o = job->o,
			 .report = job->command->report,
			 .argument = job->argument,
			 .err = err,
			 .name = job->command->name,
			 .outer = job->log };
	bool ok;

	if (!check_format(&r) || !check_sides(&r))
		return false;
	pq_arena_init(&r.arena);
	r.tee.line = note;
	r.tee.ctx = &r;
	r.log = &r.tee;
	if (needs_label_units(&r))
		pq_label_units_find(&r.units, r.p);
	ok = prepare(&r);
	if (ok) {
		aggregate(&r);
		ok = report(&r);
	}
	pq_regex_free(r.regex);
	pq_view_release(&r.view);
	pq_label_units_release(&r.units);
	pq_vec_release(&r.warnings);
	pq_arena_release(&r.arena);
	return ok;
}
