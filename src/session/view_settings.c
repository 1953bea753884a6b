#include "session/view_settings.h"

#include <string.h>

#include "base/banned.h"

enum pq_granularity pq_report_granularity(const struct pq_options *o,
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

void pq_view_settings(struct pq_view_options *v, const struct pq_options *o,
		      const struct pq_report *report)
{
	memset(v, 0, sizeof(*v));
	v->shape.granularity = pq_report_granularity(o, report);
	v->shape.noinlines = o->noinlines || report->view.never_inlines;
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
	/* Without -nodecount the report's own number counts. */
	v->nodecount = o->nodecount == -1 ? report->view.default_nodecount
					  : o->nodecount;
}

void pq_diff_settings(struct pq_diff_options *d, const struct pq_options *o,
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
	/* Orders of other reports are none of diff's. */
	d->order = o->sort < sizeof(orders) / sizeof(*orders)
			   ? orders[o->sort]
			   : PQ_DIFF_BY_DELTA;
	d->cumulative = o->sort == PQ_SORT_CUM || o->cumulative;
	d->all = o->all;
	d->threshold = o->threshold;
}

void pq_insight_settings(struct pq_insight_options *i,
			 const struct pq_options *o)
{
	memset(i, 0, sizeof(*i));
	i->by = o->by;
	i->uptime = o->uptime;
	i->limit = o->limit;
	i->gogc = o->gogc;
	i->budget = o->budget;
	i->strict = o->strict;
	i->fail_on_leak = o->fail_on_leak;
	/* -trim=false asks for all rows, too */
	i->nodecount = o->trim ? o->nodecount : 0;
	if (o->sort >= PQ_SORT_OBJECTS)
		i->sites_order =
			(enum pq_sites_order)(o->sort - PQ_SORT_OBJECTS);
}
