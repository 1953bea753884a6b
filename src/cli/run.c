#include "cli/run.h"

#include <string.h>

#include "base/mem.h"
#include "base/regex.h"
#include "cli/filters.h"
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
	v->order = o->sort == PQ_SORT_CUM ? PQ_BY_CUM : PQ_BY_FLAT;
	v->with_edges = report->with_edges;
	v->call_tree = o->call_tree && report->call_tree;
	v->finest_unit = report->finest_unit;
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
	struct pq_log *log;
	struct pq_error *err;
};

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
	return pq_sample_index(r->p, r->o->sample_index,
			       &v.shape.sample_index, r->err) &&
	       pq_view_init(&r->view, r->p, &v, r->err) &&
	       compile_argument(r) && (r->o->relative_percentages || filter(r));
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
				      .log = r->log };
	void *rows;

	pq_legend_init(&filters, &r->arena);
	pq_filters_legend(&filters, r->o);
	if (r->argument)
		in.argument = pq_text_of(r->argument);
	rows = r->report->build(&in, r->err);
	if (!rows)
		return false;
	r->report->text(rows, out);
	return true;
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
			 .log = log,
			 .err = err };
	bool ok;

	pq_arena_init(&r.arena);
	pq_label_units_find(&r.units, p);
	ok = prepare(&r);
	if (ok) {
		aggregate(&r);
		ok = report(&r, out);
	}
	pq_regex_free(r.regex);
	pq_view_release(&r.view);
	pq_label_units_release(&r.units);
	pq_arena_release(&r.arena);
	return ok;
}
