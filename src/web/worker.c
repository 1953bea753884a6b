#include "web/worker.h"

#include <string.h>

#include "base/mem.h"
#include "export/own_formats.h"
#include "host/sandbox.h"
#include "profile/sample_index.h"
#include "render/xml_text.h"
#include "report/legend.h"
#include "web/flame.h"
#include "web/links.h"
#include "web/search.h"
#include "web/subject.h"
#include "web/table.h"

#include "base/banned.h"

/*
 * Functions of a page of source, which the reference stops at, too; and bytes
 * of rows, so that no page has more than a megabyte.
 */
enum { MOST_FUNCTIONS = 50, MOST_ROW_BYTES = 900000 };

struct answering {
	const struct pq_worker *w;
	const struct pq_job *job;
	struct pq_query query;
	struct pq_command asked; /* the command, with a page's own report */
	struct pq_report around; /* what a page says around a picture */
	struct pq_answer answer;
	struct pq_log log;
	struct pq_out out;
	struct pq_error err;
	enum pq_answer_code code; /* where the error does not say it */
	struct pq_web_subject about;
	bool ok;
};

/* ---- the question ---- */

static void ignore_line(void *ctx, struct pq_text message)
{
	(void)ctx;
	(void)message;
}

static const char *file_format(const struct answering *a)
{
	static const struct {
		const char *name, *command, *option, *value;
	} formats[] = {
		{ "proto", "proto", NULL, NULL },
		{ "folded", "folded", NULL, NULL },
		{ "speedscope", "speedscope", NULL, NULL },
		{ "svg", "svg", NULL, NULL },
		{ "html", "flame", "output", "profile.html" },
		{ "csv", "top", "format", "csv" },
		{ "json", "top", "format", "json" },
	};

	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
		/* The first column is the URL's word. */
		if (!pq_text_is(a->job->format, formats[i].name))
			continue;
		/* Some formats are commands, others an option of one. */
		if (formats[i].option) {
			struct pq_error ignored;

			pq_error_clear(&ignored);
			pq_query_set((struct pq_query *)(uintptr_t)&a->query,
				     formats[i].option,
				     pq_text_of(formats[i].value), &ignored);
		}
		return formats[i].command;
	}
	return NULL;
}

static bool find_job_command(struct answering *a)
{
	struct pq_text name = a->job->command;

	/* Downloads name a format, all others a command. */
	if (a->job->kind == PQ_JOB_DOWNLOAD) {
		const char *command = file_format(a);

		if (!command)
			return pq_fail(&a->err, PQ_EUSAGE,
				       "format: one of proto, folded, "
				       "speedscope, svg, html, csv, json");
		name = pq_text_of(command);
	}
	a->query.command = pq_command_find(name);
	if (a->query.command && a->query.command->report)
		return true;
	a->code = PQ_ANSWER_NOT_FOUND;
	return pq_fail(&a->err, PQ_EUSAGE, "there is no such report here");
}

static bool set_options(struct answering *a)
{
	for (size_t i = 0; i < a->job->n_options; i++) {
		struct pq_buf name = { 0 };
		const struct pq_option *option;

		option = pq_option_find(a->job->options[i].name);
		pq_buf_release(&name);
		if (!option ||
		    !pq_query_set_option(&a->query, option,
					 a->job->options[i].value, &a->err))
			return pq_fail(&a->err, PQ_EUSAGE,
				       "there is no such option");
	}
	return true;
}

/* A URL may say -normalize of any session; only one with a base can do it. */
static void settle_normalize(struct answering *a)
{
	struct pq_options *o = &a->query.options;

	if (!o->base.n && !o->diff_base.len && !a->w->session->joined.p)
		o->normalize = false;
}

static bool makes_json(const struct answering *a)
{
	return a->job->kind == PQ_JOB_JSON;
}

static void *take_view(const struct pq_report_input *in, struct pq_error *err)
{
	(void)err;
	return in->view;
}

/*
 * The flame graph of a page has a report of its own.  A graph's page names its
 * picture, which is another question: drawn here as well, it would take as
 * long once more, and no page would come from where there is no Graphviz.
 */
static const struct pq_report *report_of_page(struct answering *a)
{
	const struct pq_report *report = a->query.command->report;

	switch (a->job->kind) {
	case PQ_JOB_FLAME:
	case PQ_JOB_FLAME_VIEW:
		return &pq_web_flame_report;
	case PQ_JOB_GRAPH_VIEW:
		a->around = (struct pq_report){
			.takes = report->takes,
			.view = report->view,
			.has_label_boxes = report->has_label_boxes,
			.build = take_view,
		};
		return &a->around;
	default:
		return report;
	}
}

static bool make_query(struct answering *a)
{
	struct pq_query *q = &a->query;

	/* Data are what the command line prints; pages have their own ways. */
	pq_query_init(q, makes_json(a) ? PQ_FRONT_LINE : PQ_FRONT_WEB,
		      a->w->defaults);
	/* A picture is one by the name that it would have. */
	q->options.output = a->job->kind == PQ_JOB_CHART ? PQ_TEXT("chart.svg")
							 : PQ_TEXT("");
	q->options.format = PQ_FORMAT_TEXT;
	if (!find_job_command(a) || !set_options(a))
		return false;
	/* A view whose expression is missing shows everything. */
	if (a->job->has_argument)
		pq_query_set_argument(q, a->job->argument);
	else if (q->command->argument)
		pq_query_set_argument(q, PQ_TEXT(""));
	if (makes_json(a))
		q->options.format = PQ_FORMAT_JSON;
	/* Two sides are shown wherever the report can. */
	q->options.diff = pq_web_compares(a->w->session, a->job) &&
			  q->command->report->takes == PQ_TAKES_ONE_OR_SIDES;
	settle_normalize(a);
	/* Options of the server itself are no part of the question. */
	q->options.http = PQ_TEXT("");
	q->options.no_browser = false;
	if (!pq_query_check(q, &a->log, &a->err))
		return false;
	a->asked = *q->command;
	a->asked.report = report_of_page(a);
	q->command = &a->asked;
	return true;
}

/* ---- pages ---- */

static void put_answer_xml(struct answering *a, struct pq_text text)
{
	struct pq_buf b = { 0 };

	pq_xml_text(&b, text);
	pq_out_raw(&a->out, pq_unchecked_bytes(b.data), b.len);
	pq_buf_release(&b);
}

/* The first line: the title of the page. */
static void put_title_line(struct answering *a)
{
	const struct pq_profile *p = a->answer.view.p;
	struct pq_text file = PQ_TEXT("");

	if (p->mappings.n)
		file = pq_text_basename(pq_string(p, p->mappings.at[0].file));
	put_answer_xml(a, file.len ? file : PQ_TEXT("unknown"));
	pq_out_str(&a->out, " ");
	put_answer_xml(a, a->answer.view.type.len ? a->answer.view.type
						  : PQ_TEXT("unknown"));
	pq_out_str(&a->out, "\n");
}

static void put_notice(struct answering *a, struct pq_text text)
{
	pq_out_str(&a->out, "<p class=\"notice\" role=\"status\">");
	put_answer_xml(a, text);
	pq_out_str(&a->out, "</p>\n");
}

/* Warnings of filters and reading; a page of lines is one notice. */
static void put_notices(struct answering *a)
{
	size_t n = a->answer.warnings.n;

	/* A view that shows less than what is loaded says so first. */
	if (a->about.notice)
		put_notice(a, pq_text_of(a->about.notice));
	if (!n)
		return;
	pq_out_str(&a->out, "<div class=\"notice\" role=\"status\"><ul>\n");
	for (size_t i = 0; i < n; i++) {
		pq_out_str(&a->out, "<li>");
		put_answer_xml(a, a->answer.warnings.at[i]);
		pq_out_str(&a->out, "</li>\n");
	}
	pq_out_str(&a->out, "</ul></div>\n");
}

static void put_legend(struct answering *a)
{
	struct pq_notes lines;

	pq_notes_init(&lines, &a->answer.arena);
	pq_legend_profile(&lines, &a->answer.view);
	pq_out_str(&a->out, "<ul class=\"legend\" "
			    "aria-label=\"About the profile\">\n");
	for (size_t i = 0; i < lines.n; i++) {
		pq_out_str(&a->out, "<li>");
		put_answer_xml(a, lines.lines[i]);
		pq_out_str(&a->out, "</li>\n");
	}
	pq_out_str(&a->out, "</ul>\n");
}

static const char *sorted_column(const struct answering *a)
{
	switch (a->query.options.sort) {
	case PQ_SORT_CUM:
		return "cum";
	case PQ_SORT_FLAT:
		return "flat";
	case PQ_SORT_BASE:
		return "base";
	case PQ_SORT_NEW:
		return "new";
	case PQ_SORT_NAME:
		return "name";
	case PQ_SORT_RATIO:
		return "ratio";
	default:
		return "delta";
	}
}

/* "top" is headed Top. */
static void label_of(const char *name, char room[static 32])
{
	size_t n = strlen(name);

	n = n < 31 ? n : 31;
	memcpy(room, name, n);
	room[n] = '\0';
	if (room[0] >= 'a' && room[0] <= 'z')
		room[0] = (char)(room[0] - 'a' + 'A');
}

static void put_rest_of_rows(struct answering *a, size_t shown, size_t of)
{
	pq_out_printf(&a->out,
		      "<p class=\"notice\" role=\"status\">%zu of %zu rows; "
		      "filters, or -nodecount, choose others.</p>\n",
		      shown, of);
}

static bool link_of_finding(void *ctx, struct pq_text command,
			    struct pq_buf *link)
{
	const struct answering *a = ctx;
	const struct pq_subject *s = &a->about.subject;

	return pq_web_command_link(command, s->kind_names, s->n_kinds, link);
}

/* The picture is another request, as a graph's is. */
static void put_chart_place(struct answering *a)
{
	if (!pq_own_format_find(a->answer.report, PQ_TEXT("svg")))
		return;
	pq_out_printf(&a->out,
		      "<div id=\"chart\" class=\"wide\" tabindex=\"0\" "
		      "role=\"group\" aria-label=\"Chart, scrolls\">"
		      "<img alt=\"Chart of %s\" src=\"/api/1/chart/%s?",
		      a->query.command->name, a->query.command->name);
	put_answer_xml(a, a->job->link);
	pq_out_str(&a->out, "\"/></div>\n");
}

static void put_tables(struct answering *a)
{
	const struct pq_report *report = a->answer.report;
	bool is_source = a->query.command->argument &&
			 pq_text_is(a->job->command, "list");
	size_t room = MOST_ROW_BYTES;
	char label[32];

	label_of(a->query.command->name, label);
	for (size_t i = 0; i < PQ_REPORT_SECTIONS; i++) {
		const struct pq_section *s = &report->sections[i];
		struct pq_web_table t = {
			.section = s,
			.rows = a->answer.rows,
			.view = &a->answer.view,
			.label = i ? s->name : label,
			.link = a->job->link,
			.link_of = link_of_finding,
			.ctx = a,
			.sorted_by = i ? NULL : sorted_column(a),
			.from = i ? 0 : (size_t)a->job->from,
			.most = i	    ? 0
				: is_source ? MOST_FUNCTIONS
					    : (size_t)a->job->rows,
			.room = room,
		};
		struct pq_web_rows n;

		/* Sections after the first have a heading of their own. */
		if (!s->put)
			continue;
		if (i) {
			char heading[32];

			label_of(s->name, heading);
			pq_out_printf(&a->out, "<h2>%s</h2>\n", heading);
		}
		/* The first section alone has pages: others are short. */
		n = pq_web_table_put(&t, &a->out);
		room -= n.bytes < room ? n.bytes : room;
		if (n.of > t.from + n.shown)
			put_rest_of_rows(a, n.shown, n.of);
	}
}

static bool put_table_view(struct answering *a)
{
	put_title_line(a);
	put_notices(a);
	put_chart_place(a);
	put_tables(a);
	put_legend(a);
	return true;
}

/* JSON may stand within <script> once it has no < in it. */
static void put_json_in_page(struct answering *a, const struct pq_buf *json)
{
	struct pq_buf safe = { 0 };

	for (size_t i = 0; i < json->len; i++) {
		char c = pq_unchecked_bytes(json->data)[i];

		if (c == '<')
			pq_buf_str(&safe, "\\u003c");
		else
			pq_buf_char(&safe, c);
	}
	pq_out_raw(&a->out, pq_unchecked_bytes(safe.data), safe.len);
	pq_buf_release(&safe);
}

static bool fail_no_box(struct answering *a)
{
	a->code = PQ_ANSWER_NOT_FOUND;
	return pq_fail(&a->err, PQ_EUSAGE, "there is no box of that id");
}

static bool put_flame(struct answering *a)
{
	return pq_web_flame_put(&a->answer, a->job, &a->out) || fail_no_box(a);
}

static bool put_flame_view(struct answering *a)
{
	struct pq_out json;

	put_title_line(a);
	put_notices(a);
	pq_out_open_memory(&json);
	/* A box of an old link may be gone with other filters. */
	if (!pq_web_flame_put(&a->answer, a->job, &json)) {
		pq_buf_release(&json.buf);
		return fail_no_box(a);
	}
	pq_out_str(&a->out, "<script type=\"application/json\" id=\"data\">\n");
	put_json_in_page(a, &json.buf);
	pq_out_str(&a->out,
		   "</script>\n<div id=\"flame\"></div>\n<noscript><p>This "
		   "view is drawn by a script; <a href=\"/ui/tree\">Tree</a> "
		   "has the same numbers without one.</p></noscript>\n");
	pq_buf_release(&json.buf);
	put_legend(a);
	return true;
}

/* The drawing is another request: it takes its time, and may fail. */
static bool put_graph_view(struct answering *a)
{
	put_title_line(a);
	put_notices(a);
	pq_out_str(&a->out, "<div id=\"graph\" class=\"wide\" tabindex=\"0\" "
			    "role=\"group\" aria-label=\"Call graph, scrolls\">"
			    "<img alt=\"Call graph\" src=\"/api/1/graph?");
	put_answer_xml(a, a->job->link);
	pq_out_str(&a->out,
		   "\"/></div>\n<noscript><p>Where no picture comes, <a "
		   "href=\"/ui/tree?");
	put_answer_xml(a, a->job->link);
	pq_out_str(&a->out,
		   "\">Tree</a> has the same numbers.</p></noscript>\n");
	put_legend(a);
	return true;
}

/* ---- all kinds of answers ---- */

static bool put_json(struct answering *a)
{
	a->answer.page = (struct pq_json_paging){ .is_set = a->job->is_paged,
						  .from = a->job->from,
						  .rows = a->job->rows };
	return pq_answer_write(&a->answer, PQ_FORMAT_JSON, &a->out, &a->err);
}

static bool put_search_answer(struct answering *a)
{
	return pq_web_search_put(&a->answer, a->job->search, &a->out, &a->err);
}

static bool put_file(struct answering *a)
{
	return pq_answer_write(&a->answer, a->query.options.format, &a->out,
			       &a->err);
}

typedef bool put_answer(struct answering *a);

static put_answer *const writers[PQ_N_JOB_KINDS] = {
	[PQ_JOB_JSON] = put_json,
	[PQ_JOB_TABLE_VIEW] = put_table_view,
	[PQ_JOB_FLAME_VIEW] = put_flame_view,
	[PQ_JOB_GRAPH_VIEW] = put_graph_view,
	[PQ_JOB_FLAME] = put_flame,
	[PQ_JOB_SEARCH] = put_search_answer,
	[PQ_JOB_GRAPH] = put_file,
	[PQ_JOB_CHART] = put_file,
	[PQ_JOB_DOWNLOAD] = put_file,
	[PQ_JOB_WHOLE] = put_file,
};

static bool drop_worker_rights(struct answering *a)
{
	const struct pq_report *report = a->query.command->report;
	struct pq_sandbox s = {
		.reads_files = report->rights.reads_files,
		.forks = report->rights.forks,
		.off = !a->query.options.sandbox || !pq_sandbox_usable(),
	};

	return s.reads_files ? pq_sandbox_enter(&s, &a->err)
			     : pq_sandbox_close(&s, &a->err);
}

static void answer_job(void *arg)
{
	struct answering *a = arg;

	if (!make_query(a) || !drop_worker_rights(a) ||
	    !pq_web_subject_find(&a->about, a->w->session, a->job, &a->query,
				 &a->err) ||
	    !pq_answer_make(&a->answer, &a->query, &a->about.subject, &a->log,
			    &a->err))
		return;
	a->ok = writers[a->job->kind](a) &&
		pq_out_flush(&a->out, "the answer", &a->err);
}

/* ---- what went wrong ---- */

/* The filter whose expression does not parse; NULL: that is not it. */
static const struct pq_option *broken_filter(const struct answering *a)
{
	static const enum pq_option_id filters[] = {
		PQ_OPTION_focus,    PQ_OPTION_ignore,	 PQ_OPTION_hide,
		PQ_OPTION_show,	    PQ_OPTION_show_from, PQ_OPTION_prune_from,
		PQ_OPTION_tagfocus, PQ_OPTION_tagignore, PQ_OPTION_tagshow,
		PQ_OPTION_taghide,
	};

	/* Each is tried again: the message alone does not name the option. */
	for (size_t i = 0; i < sizeof(filters) / sizeof(*filters); i++) {
		const struct pq_option *o = &pq_option_table[filters[i]];
		const struct pq_text *value =
			(const void *)((const char *)&a->query.options +
				       o->offset);
		struct pq_error ignored;
		struct pq_regex *r;

		pq_error_clear(&ignored);
		r = value->len ? pq_regex_new(*value, &ignored) : NULL;
		pq_regex_free(r);
		if (value->len && !r)
			return o;
	}
	return NULL;
}

static bool is_type_unknown(const struct answering *a)
{
	struct pq_error ignored;
	unsigned index;

	pq_error_clear(&ignored);
	return !pq_sample_index(a->w->session->profile,
				a->query.options.sample_index, &index,
				&ignored);
}

static bool is_expression_broken(struct pq_text text)
{
	struct pq_error ignored;
	struct pq_regex *r;

	pq_error_clear(&ignored);
	r = pq_regex_new(text, &ignored);
	pq_regex_free(r);
	return !r;
}

/* Found out afterwards, by those steps that can fail: messages stay theirs. */
static void find_error_code(struct answering *a, struct pq_reply *reply)
{
	const struct pq_option *filter = broken_filter(a);
	struct pq_text message = pq_text_of(a->err.msg);

	/* The most precise reason comes first; a bad value is the rest. */
	if (a->code != PQ_ANSWER_FINE)
		reply->code = a->code;
	else if (filter ||
		 (a->job->has_argument &&
		  is_expression_broken(a->job->argument)) ||
		 is_expression_broken(a->job->search))
		reply->code = PQ_ANSWER_REGEX;
	else if (is_type_unknown(a))
		reply->code = PQ_ANSWER_UNKNOWN_TYPE;
	else if (pq_text_starts(message, "graph layout failed"))
		reply->code = PQ_ANSWER_LAYOUT;
	else if (a->err.code == PQ_ELIMIT)
		reply->code = PQ_ANSWER_LIMIT;
	else if (pq_text_starts(message, "no matches found"))
		reply->code = PQ_ANSWER_NO_MATCH;
	else
		reply->code = PQ_ANSWER_VALUE;
	/* The page marks the box of the option that is named. */
	if (filter)
		reply->option = pq_text_of(filter->name);
	else if (reply->code == PQ_ANSWER_UNKNOWN_TYPE)
		reply->option = PQ_TEXT("sample_index");
}

void pq_worker_run(const struct pq_worker *w, struct pq_reply *reply,
		   struct pq_buf *room)
{
	struct answering *a = pq_alloc_zeroed(sizeof(*a));
	bool unwound;

	a->w = w;
	a->job = w->job;
	a->log.line = ignore_line;
	pq_out_open_fd(&a->out, w->fd);
	/* An allocation over the limit ends the answer, not the process. */
	unwound = !pq_mem_guard(answer_job, a, &a->err);
	*reply = (struct pq_reply){ .kind = PQ_REPLY_DONE, .id = w->job->id };
	if (a->ok && !unwound)
		return;
	/* Texts of the question went with all that was allocated. */
	if (unwound)
		reply->code = PQ_ANSWER_LIMIT;
	else
		find_error_code(a, reply);
	/* The message outlives the guard in the caller's room. */
	pq_buf_text(room, pq_text_of(a->err.msg));
	reply->text = pq_buf_view(room);
}
