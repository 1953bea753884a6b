#include "session/answer.h"

#include <string.h>

#include "base/mem.h"
#include "base/regex.h"
#include "export/own_formats.h"
#include "insight/advice.h"
#include "profile/filter.h"
#include "profile/sample_index.h"
#include "render/delimited.h"
#include "render/json.h"
#include "session/filters.h"
#include "session/source.h"
#include "session/view_settings.h"

#include "base/banned.h"

static const char *answer_name(const struct pq_answer *a)
{
	return a->query->command->name;
}

/* ---- what a report can do at all ---- */

/* A format that is the report's own, by the word of -format. */
static pq_own_format *own_format(const struct pq_report *report,
				 enum pq_format_choice format)
{
	const struct pq_option *option = &pq_option_table[PQ_OPTION_format];
	struct pq_text word;

	return pq_option_choice(option, format, &word)
		       ? pq_own_format_find(report, word)
		       : NULL;
}

static bool check_format(const struct pq_query *q, enum pq_format_choice format,
			 struct pq_error *err)
{
	const struct pq_report *report = q->command->report;

	if (format == PQ_FORMAT_TEXT || own_format(report, format))
		return true;
	if (format >= PQ_FORMAT_GITHUB)
		return pq_fail(err, PQ_EUSAGE,
			       "-format: github, junit and sarif are for "
			       "check");
	if (!report->sections[0].put)
		return pq_fail(err, PQ_EUSAGE, "%s: %s has a format of its own",
			       format == PQ_FORMAT_JSON ? "-json" : "-format",
			       q->command->name);
	if (format != PQ_FORMAT_JSON && !pq_report_is_table(report))
		return pq_fail(err, PQ_EUSAGE,
			       "-format: %s is no table; -json prints it",
			       q->command->name);
	return true;
}

static bool check_diff_option(const struct pq_query *q, struct pq_error *err)
{
	const char *name = q->command->name;

	if (q->options.diff && q->command->report->takes == PQ_TAKES_ONE)
		return pq_fail(err, PQ_EUSAGE,
			       "-diff: %s shows one profile; -diff_base=BEFORE "
			       "subtracts another one",
			       name);
	return true;
}

/* A session may have begun with a theme: only a command line is judged. */
static bool check_theme(const struct pq_query *q, struct pq_error *err)
{
	const struct pq_report *report = q->command->report;
	const struct pq_options *o = &q->options;

	if (o->theme == PQ_COLORS_AUTO || q->front != PQ_FRONT_LINE)
		return true;
	/* A chart is chosen by the name of the file. */
	if (o->format == PQ_FORMAT_TEXT &&
	    (report->has_themes || (report->draws_by_name &&
				    pq_own_format_of_file(report, o->output))))
		return true;
	return pq_fail(err, PQ_EUSAGE,
		       "-theme: %s has no themes here; flame, svg and weblist "
		       "have them, and trend, sizes and ladders -o FILE.svg",
		       q->command->name);
}

/* More boxes of labels than this hide the graph that they hang from. */
#define LABEL_BOXES 30

/* How many boxes of labels a picture has; for reports that draw them only. */
static bool read_label_boxes(const struct pq_query *q, size_t *boxes,
			     struct pq_error *err)
{
	struct pq_text word = q->options.labels;
	size_t at = 0;

	*boxes = word.len ? 0 : LABEL_BOXES;
	if (!word.len || pq_text_is(word, "none"))
		return true;
	if (pq_text_is(word, "all")) {
		*boxes = SIZE_MAX;
		return true;
	}
	for (; at < word.len && at < 9; at++) {
		if (word.bytes[at] < '0' || word.bytes[at] > '9')
			break;
		*boxes = *boxes * 10 + (size_t)(word.bytes[at] - '0');
	}
	return at == word.len ||
	       pq_fail(err, PQ_EUSAGE,
		       "-labels: %s draws a number of them, all or none",
		       q->command->name);
}

static bool check_labels(const struct pq_query *q, size_t *boxes,
			 struct pq_error *err)
{
	if (q->command->report->has_label_boxes)
		return read_label_boxes(q, boxes, err);
	if (q->options.labels.len && q->front == PQ_FRONT_LINE)
		return pq_fail(err, PQ_EUSAGE,
			       "-labels is for export and for pictures of call "
			       "graphs (svg, png, pdf, ps, gif)");
	return true;
}

static bool check_subject(const struct pq_query *q,
			  const struct pq_subject *subject,
			  struct pq_error *err)
{
	const struct pq_report *report = q->command->report;
	const char *name = q->command->name;

	if (report->takes == PQ_TAKES_SIDES && !subject->joined)
		return pq_fail(err, PQ_EUSAGE,
			       "%s takes two profiles: profq %s OLD NEW", name,
			       name);
	if (!subject->joined)
		return true;
	if (q->options.mean)
		return pq_fail(err, PQ_EUSAGE,
			       "%s: -mean: means do not add up to a total",
			       name);
	if (q->options.call_tree && report->view.call_tree)
		return pq_fail(err, PQ_EUSAGE,
			       "%s -diff: -call_tree: functions are compared, "
			       "not the paths to them",
			       name);
	return true;
}

/* ---- the steps from a profile to rows ---- */

/* Keeps a note that the run writes, because JSON repeats it. */
static void keep_warning(void *ctx, struct pq_text message)
{
	struct pq_answer *a = ctx;

	*pq_vec_push(&a->warnings) = pq_arena_text(&a->arena, message);
	pq_log_text(a->outer, message);
}

static void keep_aside(void *ctx, struct pq_text message)
{
	struct pq_answer *a = ctx;

	*pq_vec_push(&a->warnings) = pq_arena_text(&a->arena, message);
	pq_log_aside(a->outer, message);
}

/* Looking for units of labels is a walk over all samples. */
static bool needs_label_units(const struct pq_answer *a)
{
	const struct pq_options *o = &a->query->options;

	return a->report->view.label_units || o->tagfocus.len ||
	       o->tagignore.len || o->tagroot.len || o->tagleaf.len;
}

static bool filter_samples(struct pq_answer *a, struct pq_error *err)
{
	struct pq_filters f;

	pq_filters_from_options(&f, &a->query->options);
	/* Labels may hold what is compared, and a comparison shows none. */
	f.plain_numbers = a->report->view.plain_numbers;
	if (a->subject.joined)
		f.tagshow = f.taghide = PQ_TEXT("");
	/* A session that goes on has no kinds, so that they may change. */
	for (size_t i = 1; i < a->subject.n_kinds; i++)
		if (!pq_filter(a->subject.kinds[i], &f, &a->units, &a->log,
			       err))
			return false;
	return pq_filter(a->subject.p, &f, &a->units, &a->log, err);
}

static bool compile_argument(struct pq_answer *a, struct pq_error *err)
{
	struct pq_error inner;

	if (!a->query->argument)
		return true;
	pq_error_clear(&inner);
	a->regex = pq_regex_new(pq_text_of(a->query->argument), &inner);
	return a->regex ||
	       pq_fail(err, inner.code, "parsing argument regexp %s: %s",
		       a->query->argument, inner.msg);
}

/* The types of a joined profile repeat; those of the first file count. */
static bool choose_value(struct pq_answer *a, unsigned *index,
			 struct pq_error *err)
{
	struct pq_profile *p = a->subject.p;
	size_t n = p->sample_types.n;
	bool ok;

	if (a->subject.joined)
		p->sample_types.n = a->joined.n_types;
	ok = pq_sample_index(p, a->query->options.sample_index, index, err);
	p->sample_types.n = n;
	return ok;
}

/* Between a second and a day. */
static unsigned layout_seconds(const struct pq_options *o)
{
	if (o->layout_time < 1)
		return 1;
	return o->layout_time > 86400 ? 86400 : (unsigned)o->layout_time;
}

static enum pq_theme theme_of(const struct pq_options *o)
{
	switch (o->theme) {
	case PQ_COLORS_LIGHT:
		return PQ_THEME_LIGHT;
	case PQ_COLORS_DARK:
		return PQ_THEME_DARK;
	default:
		return PQ_THEME_AUTO;
	}
}

/* Fills what the report gets; everything in it lives as long as the answer. */
static void set_input(struct pq_answer *a)
{
	const struct pq_options *o = &a->query->options;
	struct pq_report_input *in = &a->in;
	struct pq_filter_text filters[PQ_FILTERS_MOST];

	pq_notes_init(&a->filters, &a->arena);
	pq_filters_legend(&a->filters, o);
	in->view = &a->view;
	in->profile = a->subject.p;
	in->filters = &a->filters;
	in->compact_labels = o->compact_labels;
	in->verbose = o->verbose;
	in->arena = &a->arena;
	in->units = &a->units;
	in->regex = a->regex;
	in->takes_names = a->query->front == PQ_FRONT_WEB;
	in->only_data = o->format != PQ_FORMAT_TEXT;
	in->output = o->output;
	a->io = pq_io_options_of(o);
	in->io = &a->io;
	in->root_at_bottom = o->orientation == PQ_ORIENTATION_FLAME;
	in->layout_seconds = layout_seconds(o);
	if (o->palette == PQ_COLORS_COLORBLIND)
		in->palette = PQ_PALETTE_COLORBLIND;
	in->theme = theme_of(o);
	in->log = &a->log;
	in->binary_path = o->binary_path;
	in->program = a->subject.program;
	in->trusts_paths = o->trust_paths;
	in->intel_syntax = o->intel_syntax;
	if (a->query->argument)
		in->argument = pq_text_of(a->query->argument);

	pq_insight_settings(&a->insight, o);
	in->insight = &a->insight;

	/* Several profiles: side by side in one, or a list of them. */
	in->kinds = a->subject.kinds;
	in->kind_names = a->subject.kind_names;
	in->n_kinds = a->subject.n_kinds;
	if (!a->subject.joined)
		return;
	in->joined = &a->joined;
	pq_diff_settings(&a->diff, o, &a->joined);
	a->diff.compare.stacks = &a->stacks;
	a->stacks.filtered = pq_filters_texts(o, filters) > 0;
	if (a->subject.takes == PQ_TAKES_SIDES)
		in->diff = &a->diff;
}

/* The report's own look at the profile before filters change it. */
static bool look_before(struct pq_answer *a, struct pq_error *err)
{
	set_input(a);
	if (!a->subject.joined || !a->report->before)
		return true;
	a->in.before = a->report->before(&a->in, err);
	return a->in.before != NULL;
}

static bool prepare_view(struct pq_answer *a, struct pq_error *err)
{
	const struct pq_options *o = &a->query->options;
	struct pq_view_options v;

	/* Frames from labels come first: filters see them. */
	pq_label_units_report(&a->units, &a->log);
	if (o->tagroot.len || o->tagleaf.len)
		pq_add_label_frames(a->subject.p, o->tagroot, o->tagleaf,
				    o->unit, &a->log);
	/* Percentages are of the total that the view finds here. */
	if (o->relative_percentages && !filter_samples(a, err))
		return false;
	pq_view_settings(&v, o, a->report);
	v.read_sums = a->subject.sums;
	v.tag_unit = pq_label_unit(&a->units, PQ_TEXT("bytes"));
	return choose_value(a, &v.shape.sample_index, err) &&
	       pq_view_init(&a->view, a->subject.p, &v, err) &&
	       compile_argument(a, err) && look_before(a, err) &&
	       (o->relative_percentages || filter_samples(a, err));
}

static bool build_rows(struct pq_answer *a, struct pq_error *err)
{
	const struct pq_options *o = &a->query->options;

	if (!prepare_view(a, err))
		return false;
	/* raw and proto show the profile itself, as -noinlines leaves it. */
	if (a->report->view.stores_noinlines && o->noinlines)
		pq_keep_outermost_lines(a->subject.p, o->showcolumns);
	a->rows = a->report->build(&a->in, err);
	return a->rows != NULL;
}

/* ---- the answer ---- */

static void set_subject(struct pq_answer *a, const struct pq_subject *subject)
{
	a->subject = *subject;
	if (!subject->joined)
		return;
	/* Pictures reduce the columns of the joined profile: those of the copy. */
	a->joined = *subject->joined;
	a->joined.p = subject->p;
}

/* What filters or a base left is not the program that was profiled. */
static bool shows_all(const struct pq_answer *a)
{
	const struct pq_options *o = &a->query->options;
	struct pq_filter_text filters[PQ_FILTERS_MOST];

	return !a->subject.joined && !o->given[PQ_OPTION_base] &&
	       !o->given[PQ_OPTION_diff_base] && !pq_filters_texts(o, filters);
}

void pq_answer_advise(const struct pq_answer *a, struct pq_notes *to)
{
	const struct pq_advice_words words = {
		.file = a->subject.file,
		.in_session = a->query->front == PQ_FRONT_SHELL,
	};

	if (a->report->view.lists_nodes && shows_all(a) &&
	    a->query->options.notes != PQ_NOTES_NEVER)
		pq_advise(a->subject.p, a->view.o.shape.sample_index, &words,
			  to);
}

/* Programs read them, too; a page has other ways to lead on. */
static void advise_in_json(struct pq_answer *a)
{
	struct pq_notes advice;

	if (a->query->options.format != PQ_FORMAT_JSON ||
	    a->query->front == PQ_FRONT_WEB)
		return;
	pq_notes_init(&advice, &a->arena);
	pq_answer_advise(a, &advice);
	for (size_t i = 0; i < advice.n; i++)
		*pq_vec_push(&a->warnings) = advice.lines[i];
}

bool pq_answer_make(struct pq_answer *a, const struct pq_query *q,
		    const struct pq_subject *subject, struct pq_log *log,
		    struct pq_error *err)
{
	memset(a, 0, sizeof(*a));
	a->query = q;
	a->report = q->command->report;
	a->outer = log;
	a->log.line = keep_warning;
	a->log.aside = keep_aside;
	a->log.ctx = a;
	pq_arena_init(&a->arena);
	set_subject(a, subject);
	if (check_diff_option(q, err) &&
	    check_format(q, q->options.format, err) && check_theme(q, err) &&
	    check_labels(q, &a->in.label_boxes, err) &&
	    check_subject(q, subject, err)) {
		if (needs_label_units(a))
			pq_label_units_find(&a->units, a->subject.p);
		if (build_rows(a, err)) {
			advise_in_json(a);
			return true;
		}
	}
	pq_answer_release(a);
	return false;
}

static void write_json(const struct pq_answer *a, struct pq_out *out)
{
	struct pq_filter_text filters[PQ_FILTERS_MOST];
	struct pq_json_input in = { .name = answer_name(a),
				    .report = a->report,
				    .view = &a->view,
				    .filters = filters,
				    .n_filters = pq_filters_texts(
					    &a->query->options, filters),
				    .warnings = a->warnings.at,
				    .n_warnings = a->warnings.n,
				    .page = a->page };

	pq_json_report(&in, a->rows, out);
}

bool pq_answer_write(const struct pq_answer *a, enum pq_format_choice format,
		     struct pq_out *out, struct pq_error *err)
{
	pq_own_format *own = own_format(a->report, format);

	if (!check_format(a->query, format, err))
		return false;
	/* The ending of -o may ask for a picture of the report's own. */
	if (format == PQ_FORMAT_TEXT)
		own = pq_own_format_of_file(a->report,
					    a->query->options.output);
	if (own) {
		own(a->rows, out);
		return true;
	}
	switch (format) {
	case PQ_FORMAT_JSON:
		write_json(a, out);
		break;
	case PQ_FORMAT_CSV:
		pq_delimited_report(PQ_CSV, a->report, a->rows,
				    a->view.sample_unit, out);
		break;
	case PQ_FORMAT_TSV:
		pq_delimited_report(PQ_TSV, a->report, a->rows,
				    a->view.sample_unit, out);
		break;
	case PQ_FORMAT_MD:
		pq_delimited_report(PQ_MARKDOWN, a->report, a->rows,
				    a->view.sample_unit, out);
		break;
	default:
		a->report->text(a->rows, out);
	}
	return true;
}

int pq_answer_status(const struct pq_answer *a)
{
	if (a->report->status)
		return a->report->status(a->rows);
	return a->query->options.exit_code && a->report->says_no &&
	       a->report->says_no(a->rows);
}

void pq_answer_release(struct pq_answer *a)
{
	if (a->rows && a->report->release)
		a->report->release(a->rows);
	pq_regex_free(a->regex);
	pq_view_release(&a->view);
	pq_compare_stacks_forget(&a->stacks);
	pq_label_units_release(&a->units);
	pq_vec_release(&a->warnings);
	pq_arena_release(&a->arena);
	if (a->subject.is_copy)
		pq_profile_free(a->subject.p);
}

struct pq_read_sums *pq_answer_sums(const struct pq_query *q)
{
	const struct pq_report_view *view = &q->command->report->view;
	const struct pq_options *o = &q->options;
	struct pq_filter_text filters[PQ_FILTERS_MOST];

	if (!view->visual && !view->lists_nodes)
		return NULL;
	if (pq_report_granularity(o, q->command->report) != PQ_FUNCTIONS ||
	    view->object_names || o->mean ||
	    (o->call_tree && view->call_tree) || pq_filters_texts(o, filters))
		return NULL;
	return pq_read_sums_new(o->sample_index, o->noinlines);
}
