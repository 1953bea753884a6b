#include "cli/run.h"

#include <string.h>

#include "base/mem.h"
#include "base/regex.h"
#include "cli/filters.h"
#include "emit/delimited.h"
#include "emit/json.h"
#include "graph/report.h"
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

	switch (report->granularity) {
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
	v->shape.object_names = report->object_names;
	v->shape.trim_path = o->trim_path;
	v->shape.source_path = o->source_path;
	v->shape.mean = o->mean;
	v->shape.drop_negative = o->drop_negative;
	v->unit = o->unit;
	v->divide_by = o->divide_by;
	v->order = report->visual	     ? PQ_BY_ENTROPY
		   : o->sort == PQ_SORT_CUM ? PQ_BY_CUM
					    : PQ_BY_FLAT;
	v->visual = report->visual;
	v->with_edges = report->with_edges;
	v->call_tree = o->call_tree && report->call_tree;
	v->finest_unit = report->finest_unit;
	v->all_types = report->all_types;
	if (report->never_trims || !o->trim)
		return; /* no limits at all */
	v->nodefraction = o->nodefraction;
	v->edgefraction = o->edgefraction;
	v->nodecount = o->nodecount == -1 ? report->default_nodecount
					  : o->nodecount;
}

struct run {
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
};

/* JSON repeats the notes that the run wrote. */
static void note(void *ctx, struct pq_text message)
{
	struct run *r = ctx;
	struct pq_text *copy = pq_vec_push(&r->warnings);

	copy->bytes = pq_arena_copy(&r->arena, message.bytes, message.len);
	copy->len = message.len;
	pq_log_text(r->outer, message);
}

static bool filter(struct run *r)
{
	struct pq_filters f;

	pq_filters_from_options(&f, r->o);
	return pq_filter(r->p, &f, &r->units, r->log, r->err);
}

static bool compile_argument(struct run *r)
{
	struct pq_error inner;

	if (!r->argument)
		return true;
	pq_error_clear(&inner);
	r->regex = pq_regex_new(pq_text_of(r->argument), &inner);
	return r->regex || pq_fail(r->err, inner.code,
				   "parsing argument regexp %s: %s",
				   r->argument, inner.msg);
}

/* What raw and proto show of the profile is changed by -noinlines itself. */
static void aggregate(struct run *r)
{
	if (r->report->stores_noinlines && r->o->noinlines)
		pq_keep_outermost_lines(r->p, r->o->showcolumns);
}

static bool prepare(struct run *r)
{
	struct pq_view_options v;

	pq_label_units_report(&r->units, r->log);
	if (r->o->tagroot.len || r->o->tagleaf.len)
		pq_add_label_frames(r->p, r->o->tagroot, r->o->tagleaf,
				    r->o->unit, &r->units, r->log);
	if (r->o->relative_percentages && !filter(r))
		return false;
	view_options(&v, r->o, r->report);
	v.tag_unit = pq_label_unit(&r->units, PQ_TEXT("bytes"));
	return pq_sample_index(r->p, r->o->sample_index,
			       &v.shape.sample_index, r->err) &&
	       pq_view_init(&r->view, r->p, &v, r->err) &&
	       compile_argument(r) && (r->o->relative_percentages || filter(r));
}

static void print_json(struct run *r, const void *rows, struct pq_out *out)
{
	struct pq_filter_text filters[PQ_FILTERS_MOST];
	struct pq_json_input in = { .name = r->name,
				    .report = r->report,
				    .view = &r->view,
				    .filters = filters,
				    .n_filters = pq_filters_texts(r->o, filters),
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
	if (r->o->diff && !r->report->two_sides)
		return pq_fail(r->err, PQ_EUSAGE,
			       "-diff: %s shows one profile; -diff_base=BEFORE "
			       "subtracts another one",
			       r->name);
	if (r->o->format == PQ_FORMAT_TEXT)
		return true;
	if (!r->report->sections[0].put)
		return pq_fail(r->err, PQ_EUSAGE,
			       "-format: %s has a format of its own", r->name);
	if (r->o->format != PQ_FORMAT_JSON && !pq_report_is_table(r->report))
		return pq_fail(r->err, PQ_EUSAGE,
			       "-format: %s is no table; -json prints it",
			       r->name);
	return true;
}

static bool report(struct run *r, struct pq_out *out)
{
	struct pq_legend filters;
	struct pq_report_input in = { .view = &r->view,
				      .profile = r->p,
				      .filters = &filters,
				      .compact_labels = r->o->compact_labels,
				      .arena = &r->arena,
				      .units = &r->units,
				      .regex = r->regex,
				      .output = r->o->output,
				      .two_sides = r->o->diff,
				      .root_at_bottom = r->o->orientation ==
							PQ_ORIENTATION_FLAME,
				      .log = r->log };
	void *rows;

	pq_legend_init(&filters, &r->arena);
	pq_filters_legend(&filters, r->o);
	in.layout_seconds = r->o->layout_time < 1	? 1
			    : r->o->layout_time > 86400 ? 86400
							: (unsigned)r->o->layout_time;
	if (r->o->palette == PQ_COLORS_COLORBLIND)
		in.palette = PQ_PALETTE_COLORBLIND;
	if (r->argument)
		in.argument = pq_text_of(r->argument);
	rows = r->report->build(&in, r->err);
	if (!rows)
		return false;
	print(r, rows, out);
	return true;
}

/* Looking for them is a walk over all samples. */
static bool needs_label_units(const struct run *r)
{
	const struct pq_options *o = r->o;

	return r->report->label_units || o->tagfocus.len || o->tagignore.len ||
	       o->tagroot.len || o->tagleaf.len;
}

bool pq_run_report(struct pq_profile *p, const struct pq_command *command,
		   const struct pq_options *o, const char *argument,
		   struct pq_out *out, struct pq_log *log,
		   struct pq_error *err)
{
	struct run r = { .p = p,
			 .o = o,
			 .report = command->report,
			 .argument = argument,
			 .err = err,
			 .name = command->name,
			 .outer = log };
	bool ok;

	if (!check_format(&r))
		return false;
	pq_arena_init(&r.arena);
	r.tee.line = note;
	r.tee.ctx = &r;
	r.log = &r.tee;
	if (needs_label_units(&r))
		pq_label_units_find(&r.units, p);
	ok = prepare(&r);
	if (ok) {
		aggregate(&r);
		ok = report(&r, out);
	}
	pq_regex_free(r.regex);
	pq_view_release(&r.view);
	pq_label_units_release(&r.units);
	pq_vec_release(&r.warnings);
	pq_arena_release(&r.arena);
	return ok;
}
