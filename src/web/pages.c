#include "web/front.h"

#include <string.h>

#include "command/commands.h"
#include "render/xml_text.h"
#include "report/report.h"
#include "web/assets.h"

#include "base/banned.h"

/*
 * The frame of front.h around what a worker wrote: head, menu, filters,
 * messages, dialogs.  All of it works without a script but for the flame
 * graph and what sends files.
 */

/* ---- texts ---- */

static void put_number_between(struct pq_buf *to, const char *before,
			       int64_t number, const char *after)
{
	pq_buf_printf(to, "%s%lld%s", before, (long long)number, after);
}

static void put_between(struct pq_buf *to, const char *before,
			struct pq_text text, const char *after)
{
	pq_buf_str(to, before);
	pq_xml_text(to, text);
	pq_buf_str(to, after);
}

/* The query of this page, for the links of it. */
static void put_link(const struct pq_request *r, struct pq_buf *to)
{
	struct pq_buf link = { 0 };

	/* Zoom and pivot are of one picture; the search goes along. */
	pq_params_put(&r->params, &link);
	if (r->params.words[PQ_WORD_base].len)
		pq_params_put_one(&link, "base", r->params.words[PQ_WORD_base]);
	if (r->params.words[PQ_WORD_of].len)
		pq_params_put_one(&link, "of", r->params.words[PQ_WORD_of]);
	if (r->params.words[PQ_WORD_q].len)
		pq_params_put_one(&link, "q", r->params.words[PQ_WORD_q]);
	if (link.len)
		pq_buf_char(to, '?');
	pq_xml_text(to, pq_buf_view(&link));
	pq_buf_release(&link);
}

static const char *view_name(const struct pq_request *r)
{
	return r->route && r->route->name ? r->route->name : "flamegraph";
}

/* ---- head ---- */

/*
 * The token, for the script to change something with: a cookie alone is not
 * enough, as other sites can make a browser send it.
 */
static void put_token(const struct pq_request *r, struct pq_buf *to)
{
	const char *token = r->front->guard.token;

	pq_buf_printf(to, "<meta name=\"profq-token\" content=\"%s\"/>\n",
		      token[0] ? token : "off");
}

/*
 * The theme is settled before anything is drawn: a script that had to be fetched
 * would keep the page from being parsed meanwhile.
 */
static void put_scripts(struct pq_request *r, struct pq_buf *to)
{
	const char *hash = pq_asset_hash();

	pq_buf_printf(to, "<script nonce=\"%s\">%s</script>\n",
		      pq_respond_nonce(r), pq_asset_named("theme.js")->text);
	pq_buf_printf(to,
		      "<link rel=\"stylesheet\" href=\"/static/%s/page.css\"/>"
		      "\n<script type=\"module\" src=\"/static/%s/page.js\">"
		      "</script>\n",
		      hash, hash);
}

/* The theme of the command line, which holds until a reader chooses another. */
static void put_html_begin(enum pq_theme_choice theme, struct pq_buf *to)
{
	static const char *const names[] = {
		[PQ_COLORS_AUTO] = "auto",
		[PQ_COLORS_LIGHT] = "light",
		[PQ_COLORS_DARK] = "dark",
	};

	pq_buf_printf(to,
		      "<!DOCTYPE html>\n<html lang=\"en\" data-theme=\"%s\"",
		      names[theme]);
	/* A script would settle it; without one the style has to know. */
	if (theme != PQ_COLORS_AUTO)
		pq_buf_printf(to, " data-scheme=\"%s\"", names[theme]);
	pq_buf_str(to, ">\n<head>\n<meta charset=\"utf-8\"/>\n<title>");
}

static void put_page_head(struct pq_request *r, const struct pq_page *page,
			  struct pq_text title, struct pq_buf *to)
{
	put_html_begin(r->front->options->theme, to);
	/* Encoded by the worker already. */
	if (title.len)
		pq_buf_text(to, title);
	else
		pq_buf_str(to, page->is_start	   ? "profq"
			       : page->code	   ? "profq: there is no answer"
			       : page->is_counting ? "profq: counting"
						   : "profq: reading");
	/* Everything that a page loads is of this server. */
	pq_buf_str(to, "</title>\n<meta name=\"viewport\" "
		       "content=\"width=device-width, initial-scale=1\"/>\n"
		       "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
		       "<link rel=\"icon\" href=\"/favicon.ico\"/>\n");
	if (r->is_trusted)
		put_token(r, to);
	put_scripts(r, to);
	pq_buf_str(to, "</head>\n");
}

/* ---- menu ---- */

/* Heaps alone have sites and sizes; a trend wants several of them. */
static bool fits_series(const struct pq_request *r, const struct pq_route *view,
			const struct pq_web_facts *facts,
			const struct pq_facts_profile *p)
{
	bool is_trend = !strcmp(view->name, "trend");
	bool has_series = facts->takes == PQ_TAKES_SERIES ||
			  (facts->takes == PQ_TAKES_ONE &&
			   pq_front_count_files(r->front) > 1 &&
			   pq_front_can_load_again(r->front));

	if (is_trend)
		return has_series && (p->kind == PQ_KIND_HEAP ||
				      p->kind == PQ_KIND_GOROUTINES);
	return p->kind == PQ_KIND_HEAP;
}

/* Whether what is loaded is what a view is about. */
static bool takes_fit(const struct pq_request *r, const struct pq_route *view,
		      const struct pq_web_facts *facts,
		      const struct pq_facts_profile *p)
{
	const struct pq_command *c = pq_command_find(pq_text_of(view->command));
	struct pq_text of = r->params.words[PQ_WORD_of];

	/* Of several profiles nothing is subtracted. */
	if (r->front->inputs->base.name && c->report->takes != PQ_TAKES_ONE &&
	    c->report->takes != PQ_TAKES_ONE_OR_SIDES)
		return false;
	/* A link to a view that would refuse its data is not shown. */
	switch (c->report->takes) {
	case PQ_TAKES_SIDES:
		return facts->takes == PQ_TAKES_SIDES ||
		       pq_text_find(of, 0, "-") < of.len;
	case PQ_TAKES_SERIES:
		return fits_series(r, view, facts, p);
	case PQ_TAKES_KINDS:
		return facts->takes == PQ_TAKES_KINDS ||
		       (facts->takes == PQ_TAKES_ONE &&
			p->kind != PQ_KIND_OTHER);
	default:
		return true;
	}
}

static void put_menu(const struct pq_request *r,
		     const struct pq_web_facts *facts,
		     const struct pq_facts_profile *p, struct pq_buf *to)
{
	pq_buf_str(to, "<nav aria-label=\"View\"><ul>\n");
	for (size_t i = 0; i < pq_n_routes; i++) {
		const struct pq_route *view = &pq_route_table[i];

		/* Views of what is not loaded are no choice. */
		if (!view->label || !pq_route_exists(view) ||
		    !takes_fit(r, view, facts, p))
			continue;
		pq_buf_printf(to, "<li><a data-view-name=\"%s\" href=\"%s",
			      view->name, view->path);
		put_link(r, to);
		pq_buf_printf(to, "\"%s>%s</a></li>\n",
			      view == r->route ? " aria-current=\"page\"" : "",
			      view->label);
	}
	pq_buf_str(to, "</ul></nav>\n");
}

static void put_type_box(const struct pq_request *r,
			 const struct pq_facts_profile *facts,
			 struct pq_buf *to)
{
	struct pq_text chosen = r->params.options[PQ_PARAM_si];

	if (facts->n_types < 2)
		return;
	/* The type that the URL says, or that of the command line. */
	if (!chosen.len)
		chosen = facts->default_type;
	pq_buf_str(to, "<label for=\"type\">Sample type</label>"
		       "<select id=\"type\" name=\"si\">\n");
	for (size_t i = 0; i < facts->n_types; i++) {
		struct pq_text name = facts->types[i].name;

		put_between(to, "<option value=\"", name, "\"");
		if (pq_text_equal(name, chosen))
			pq_buf_str(to, " selected=\"\"");
		put_between(to, ">", name, "</option>\n");
	}
	pq_buf_str(to, "</select>\n");
}

static void put_search_box(const struct pq_request *r, struct pq_buf *to)
{
	put_between(to,
		    "<div class=\"search\" role=\"search\">"
		    "<input id=\"search\" type=\"search\" "
		    "aria-label=\"Search\" placeholder=\"Search  /\" "
		    "autocomplete=\"off\" spellcheck=\"false\" value=\"",
		    r->params.words[PQ_WORD_q],
		    "\"/><button type=\"button\" id=\"previous\" "
		    "aria-label=\"Previous match\">&#8593;</button>"
		    "<button type=\"button\" id=\"next\" aria-label=\"Next "
		    "match\">&#8595;</button><output id=\"found\" "
		    "role=\"status\"></output></div>\n");
}

static const struct {
	const char *format, *label;
} downloads[] = {
	{ "proto", "Profile (pb.gz), filtered" },
	{ "folded", "Folded stacks" },
	{ "speedscope", "Speedscope" },
	{ "svg", "Call graph (svg)" },
	{ "html", "Flame graph (html)" },
	{ "csv", "Top (csv)" },
	{ "json", "Top (json)" },
};

static void put_downloads(const struct pq_request *r, struct pq_buf *to)
{
	struct pq_buf link = { 0 };

	/* A download is of what is looked at: filters, side and file. */
	pq_params_put(&r->params, &link);
	if (r->params.words[PQ_WORD_base].len)
		pq_params_put_one(&link, "base", r->params.words[PQ_WORD_base]);
	if (r->params.words[PQ_WORD_of].len)
		pq_params_put_one(&link, "of", r->params.words[PQ_WORD_of]);
	pq_buf_str(to, "<div class=\"drop\"><button type=\"button\" "
		       "id=\"download\" aria-haspopup=\"menu\" "
		       "aria-expanded=\"false\" "
		       "aria-controls=\"download-menu\">Download</button>"
		       "<ul role=\"menu\" id=\"download-menu\" "
		       "aria-label=\"Download\" hidden=\"\">\n");
	for (size_t i = 0; i < sizeof(downloads) / sizeof(*downloads); i++) {
		pq_buf_printf(to,
			      "<li role=\"none\"><a role=\"menuitem\" "
			      "tabindex=\"-1\" href=\"/api/1/download?"
			      "format=%s",
			      downloads[i].format);
		if (link.len)
			put_between(to, "&amp;", pq_buf_view(&link), "");
		pq_buf_printf(to, "\">%s</a></li>\n", downloads[i].label);
	}
	pq_buf_str(to, "</ul></div>\n");
	pq_buf_release(&link);
}

/* Two files are named, more are counted. */
static void put_file_list(const struct pq_inputs *in, struct pq_buf *to)
{
	size_t n = in->sources.n;

	pq_xml_text(to, pq_text_basename(pq_text_of(in->sources.at[0].name)));
	if (n == 2)
		put_between(
			to, in->takes == PQ_TAKES_SIDES ? " \u2192 " : ", ",
			pq_text_basename(pq_text_of(in->sources.at[1].name)),
			"");
	else if (n > 2)
		put_number_between(to, " and ", (int64_t)n - 1, " more");
	if (in->base.name)
		put_between(to, " minus ",
			    pq_text_basename(pq_text_of(in->base.name)), "");
}

/* The files, without their folders; one that was dropped is the old side. */
static void put_file_names(struct pq_request *r, struct pq_buf *to)
{
	const struct pq_web_front *f = r->front;
	const struct pq_front_engine *e = pq_engine_of(r);

	if (e && e->old >= 0) {
		pq_xml_text(to, pq_buf_view(&e->name));
		pq_buf_str(to, " \u2192 ");
	}
	if (pq_front_is_empty(f))
		pq_buf_str(to, "profq");
	else if (f->opened.is_set)
		pq_xml_text(to, pq_text_basename(pq_buf_view(&f->opened.name)));
	else
		put_file_list(f->inputs, to);
}

static void put_file_choice(const struct pq_request *r, size_t i,
			    struct pq_text name, struct pq_buf *to)
{
	struct pq_buf number = { 0 };

	pq_buf_printf(&number, "%zu", i);
	pq_buf_printf(to, "<option value=\"%zu\"%s>%zu  ", i,
		      pq_text_equal(pq_buf_view(&number),
				    r->params.words[PQ_WORD_of])
			      ? " selected=\"\""
			      : "",
		      i);
	put_between(to, "", name, "</option>\n");
	pq_buf_release(&number);
}

/* The choice of one of several files. */
static void put_file_box(const struct pq_request *r,
			 const struct pq_web_facts *facts, struct pq_buf *to)
{
	struct pq_text of = r->params.words[PQ_WORD_of];
	bool of_two = pq_text_find(of, 0, "-") < of.len;

	if (facts->n_names < 2 ||
	    (facts->takes != PQ_TAKES_SERIES && facts->takes != PQ_TAKES_KINDS))
		return;
	pq_buf_str(to, "<label for=\"of\">Profile</label><select id=\"of\" "
		       "name=\"of\">\n");
	/* A series is shown as a whole, too; kinds do not add up. */
	if (facts->takes == PQ_TAKES_SERIES)
		pq_buf_str(to, "<option value=\"\">all</option>\n");
	if (of_two)
		put_between(to, "<option value=\"", of, "\" selected=\"\">");
	if (of_two)
		put_between(to, "", of, "</option>\n");
	for (size_t i = 0; i < facts->n_names; i++)
		put_file_choice(r, i + 1, facts->names[i], to);
	pq_buf_str(to, "</select>\n");
}

static void put_tools(const struct pq_request *r,
		      const struct pq_web_facts *facts,
		      const struct pq_facts_profile *p, struct pq_buf *to)
{
	put_menu(r, facts, p, to);
	pq_buf_str(to, "<div class=\"tools\">\n");
	put_file_box(r, facts, to);
	put_type_box(r, p, to);
	put_search_box(r, to);
	pq_buf_str(to, "<button type=\"button\" id=\"compare\">Compare..."
		       "</button>\n<button type=\"button\" id=\"save\">Save "
		       "settings...</button>\n");
	put_downloads(r, to);
}

static void put_page_header(struct pq_request *r,
			    const struct pq_front_engine *e,
			    const struct pq_page *page, struct pq_buf *to)
{
	/* Of zeros; as a constant it would be 190 kB of the program. */
	static struct pq_web_facts none;
	const struct pq_facts_profile *p = pq_front_facts(r);

	pq_buf_str(to, "<a class=\"skip\" href=\"#main\">Skip to the view</a>"
		       "\n<header>\n<button type=\"button\" id=\"menu\" "
		       "aria-expanded=\"false\" aria-controls=\"bar\">Menu"
		       "</button>\n<h1>");
	put_file_names(r, to);
	pq_buf_str(to, "</h1>\n<div id=\"bar\">\n");
	/* The start page has no profile that views could show. */
	if (page->is_start)
		pq_buf_str(to, "<div class=\"tools\">\n");
	else
		put_tools(r, p ? e->facts : &none, p ? p : &none.of[0], to);
	pq_buf_str(to, "<button type=\"button\" id=\"theme\">Theme</button>\n"
		       "<button type=\"button\" id=\"keys\">Keyboard</button>"
		       "\n</div>\n</div>\n</header>\n");
}

/* ---- filters ---- */

static const struct {
	enum pq_param_id param;
	const char *label, *removes;
} filters[] = {
	{ PQ_PARAM_f, "Focus", "focus" },
	{ PQ_PARAM_i, "Ignore", "ignore" },
	{ PQ_PARAM_h, "Hide", "hide" },
	{ PQ_PARAM_s, "Show", "show" },
	{ PQ_PARAM_sf, "Show from", "show from" },
	{ PQ_PARAM_prunefrom, "Prune from", "prune from" },
	{ PQ_PARAM_tf, "Tag focus", "tag focus" },
	{ PQ_PARAM_ti, "Tag ignore", "tag ignore" },
	{ PQ_PARAM_tagroot, "Tags as roots", "tags as roots" },
	{ PQ_PARAM_tagleaf, "Tags as leaves", "tags as leaves" },
};

enum { N_FILTERS = sizeof(filters) / sizeof(*filters) };

static bool is_filter(enum pq_param_id param)
{
	for (size_t i = 0; i < N_FILTERS; i++)
		if (filters[i].param == param)
			return true;
	return false;
}

static void put_hidden(struct pq_buf *to, const char *name,
		       struct pq_text value)
{
	if (!value.len)
		return;
	pq_buf_printf(to, "<input type=\"hidden\" name=\"%s\" value=\"", name);
	put_between(to, "", value, "\"/>\n");
}

/* Parameters that the form has no box for would be forgotten by it. */
static void put_other_params(const struct pq_request *r, struct pq_buf *to)
{
	for (unsigned i = 0; i < PQ_N_PARAMS; i++)
		if (!is_filter((enum pq_param_id)i))
			put_hidden(to, pq_param_table[i].name,
				   r->params.options[i]);
	put_hidden(to, "base", r->params.words[PQ_WORD_base]);
	put_hidden(to, "of", r->params.words[PQ_WORD_of]);
}

static void put_filter_box(const struct pq_request *r, size_t i,
			   const struct pq_page *page, struct pq_buf *to)
{
	const struct pq_param *p = &pq_param_table[filters[i].param];
	bool bad = page->code && pq_text_is(page->option, p->option->name);

	pq_buf_printf(to,
		      "<label>%s<input type=\"text\" name=\"%s\" "
		      "data-option=\"%s\" title=\"",
		      filters[i].label, p->name, p->option->name);
	pq_xml_text(to, pq_text_of(p->option->help));
	put_between(to, "\" autocomplete=\"off\" spellcheck=\"false\" value=\"",
		    r->params.options[filters[i].param], "\"");
	pq_buf_str(to,
		   bad ? " aria-invalid=\"true\"/></label>\n" : "/></label>\n");
}

static void put_active_filters(const struct pq_request *r, struct pq_buf *to)
{
	pq_buf_str(to, "<div id=\"active\">\n");
	for (size_t i = 0; i < N_FILTERS; i++) {
		struct pq_text value = r->params.options[filters[i].param];

		if (!value.len)
			continue;
		/* A button for each: one click takes a filter away. */
		pq_buf_printf(to,
			      "<button type=\"button\" data-remove=\"%s\">"
			      "Remove %s ",
			      pq_param_table[filters[i].param].name,
			      filters[i].removes);
		put_between(to, "<b>", value, "</b></button>\n");
	}
	pq_buf_str(to, "</div>\n");
}

static void put_filter_form(const struct pq_request *r,
			    const struct pq_page *page, struct pq_buf *to)
{
	pq_buf_printf(to,
		      "<section aria-label=\"Filters\" id=\"filters\">\n"
		      "<form method=\"get\" action=\"/ui/%s\">\n<fieldset>"
		      "<legend>Filters</legend>\n",
		      view_name(r));
	for (size_t i = 0; i < N_FILTERS; i++)
		put_filter_box(r, i, page, to);
	/* A form sends what it holds: the rest of the query is hidden in it. */
	put_other_params(r, to);
	pq_buf_str(to, "<button type=\"submit\">Apply</button>\n<button "
		       "type=\"button\" id=\"reset\">Reset</button>\n"
		       "</fieldset>\n</form>\n");
	put_active_filters(r, to);
	pq_buf_str(to, "</section>\n");
}

/* ---- saved settings, profiles ---- */

struct config_links {
	const struct pq_request *r;
	struct pq_buf *to;
};

static void put_config_link(void *ctx, struct pq_text name,
			    struct pq_text query)
{
	const struct config_links *l = ctx;

	put_between(l->to, "<li><a data-config=\"", name, "\" href=\"/ui/");
	pq_buf_str(l->to, view_name(l->r));
	put_between(l->to, "?", query, "\">");
	put_between(l->to, "", name,
		    "</a> <button type=\"button\" "
		    "data-delete=\"");
	put_between(l->to, "", name, "\">Delete ");
	put_between(l->to, "", name, "</button></li>\n");
}

static void put_configs(const struct pq_request *r, struct pq_buf *to)
{
	struct config_links l = { r, to };
	struct pq_error ignored;

	pq_error_clear(&ignored);
	pq_buf_str(to, "<ul id=\"configs\" aria-label=\"Saved settings\">\n");
	pq_settings_each(&r->front->settings, put_config_link, &l, &ignored);
	pq_buf_str(to, "</ul>\n");
}

static void put_compared(const struct pq_request *r, struct pq_buf *to)
{
	pq_buf_str(to, "<ul id=\"profiles\" aria-label=\"Profiles\">\n");
	/* The first place is that of the profile that is looked at. */
	for (size_t i = 1; i < PQ_FRONT_UPLOADS; i++) {
		const struct pq_front_engine *e = &r->front->engines[i];

		if (!e->id || e->state != PQ_FRONT_READY)
			continue;
		put_number_between(to,
				   "<li><button type=\"button\" data-base=\"",
				   e->id, "\">Compare with ");
		put_between(to, "", pq_buf_view(&e->name), "</button> ");
		put_number_between(to, "<button type=\"button\" data-close=\"",
				   e->id, "\">Close ");
		put_between(to, "", pq_buf_view(&e->name), "</button></li>\n");
	}
	if (r->params.words[PQ_WORD_base].len)
		pq_buf_str(to, "<li><button type=\"button\" data-base=\"\">"
			       "Compare no more</button></li>\n");
	pq_buf_str(to, "</ul>\n");
}

/* ---- messages ---- */

static void put_alerts(const struct pq_page *page, struct pq_buf *to)
{
	pq_buf_str(to, "<div id=\"alert\" role=\"alert\"");
	if (page->option.len)
		put_between(to, " data-option=\"", page->option, "\"");
	if (page->code)
		pq_buf_printf(to, " data-code=\"%s\"",
			      pq_answer_codes[page->code].name);
	pq_buf_str(to, ">");
	pq_xml_text(to, page->message);
	pq_buf_str(to, "</div>\n<div id=\"say\" role=\"status\"></div>\n");
}

/*
 * Lines that the command line prints as it reads, such as a program that was
 * not found: the first one in sight, the others behind it.
 */
static void put_reading_notes(const struct pq_front_engine *e,
			      struct pq_buf *to)
{
	const struct pq_web_facts *f = e ? e->facts : NULL;
	size_t n = f ? f->n_notes : 0;
	size_t more = n ? n - 1 + f->n_notes_left_out : 0;

	pq_buf_str(to, "<div id=\"notes\">");
	if (n)
		put_between(to,
			    more ? "<details class=\"notice\"><summary>"
				 : "<p class=\"notice\">",
			    f->notes[0], more ? "" : "</p>");
	if (more)
		put_number_between(to, " (", (int64_t)more, " more)</summary>");
	for (size_t i = 1; i < n; i++)
		put_between(to, "<p>", f->notes[i], "</p>");
	if (n && f->n_notes_left_out)
		put_number_between(to, "<p>", (int64_t)f->n_notes_left_out,
				   " more lines on standard error</p>");
	pq_buf_str(to, more ? "</details></div>\n" : "</div>\n");
}

/* Bytes that were read, or seconds of a server that takes its time. */
static void put_loading(const struct pq_request *r,
			const struct pq_front_engine *e, struct pq_buf *to)
{
	const struct pq_front_engine *first = e ? e : &r->front->engines[0];
	int64_t done = first->is_waiting ? first->waited : first->done;
	int64_t all = first->is_waiting ? first->waits_of : first->all;
	struct pq_text name = pq_buf_view(&first->name);

	/* An address is named whole, a file without its folder. */
	if (!first->is_waiting)
		name = pq_text_basename(name);
	put_between(to, "<p id=\"loading\" data-name=\"", name, "\">");
	put_between(to, first->is_waiting ? "Fetching " : "Reading ", name,
		    " ...");
	if (first->is_waiting)
		put_number_between(to, " ", done, " s");
	if (first->is_waiting && all)
		put_number_between(to, " of ", all, " s");
	put_between(to, "</p>\n<div role=\"progressbar\" aria-label=\"Reading ",
		    name,
		    "\" aria-valuemin=\"0\" aria-valuemax=\"100\" "
		    "aria-valuenow=\"");
	/* A size that is not known shows an empty bar. */
	put_number_between(to, "",
			   all > 0 && done < all ? done * 100 / all
			   : all > 0		 ? 100
						 : 0,
			   "\"><div></div></div>\n");
}

/* Without a script the page comes again, until its answer is there. */
static void put_counting(const struct pq_front_engine *e, struct pq_buf *to)
{
	put_between(to, "<p id=\"waiting\" role=\"status\">Counting stacks of ",
		    pq_text_basename(pq_buf_view(&e->name)), "");
	if (e->all >> 20)
		put_number_between(to, " (", e->all >> 20, " MB)");
	pq_buf_str(to, " ... <span aria-hidden=\"true\"></span></p>\n<noscript>"
		       "<meta http-equiv=\"refresh\" content=\"1\"/>"
		       "</noscript>\n");
}

/* ---- the start page ---- */

static const char start_forms[] =
	"<section class=\"start\" aria-label=\"Open a profile\"><h2>Open a "
	"profile</h2><p>Drop a file anywhere on this page, or choose one. It "
	"stays in the memory of this machine.</p><p><label for=\"open-file\">"
	"Profile to open</label><input type=\"file\" id=\"open-file\"/></p>"
	"<form id=\"open-url\"><label for=\"url\">Address to fetch</label>"
	"<input type=\"url\" id=\"url\" required=\"\" "
	"placeholder=\"http://localhost:6060/debug/pprof/profile?seconds=30\"/>"
	"<button type=\"submit\">Fetch</button></form></section>\n";

static void put_recent(const struct pq_front_recent *recent, size_t i,
		       struct pq_buf *to)
{
	struct pq_text path = pq_text_of(recent->paths[i]);
	struct pq_text name = pq_text_basename(path);

	put_number_between(to, "<li><button type=\"button\" data-recent=\"",
			   (int64_t)i + 1, "\">");
	put_between(to, "", name, "</button> <small>");
	put_between(to, "", pq_text_slice(path, 0, path.len - name.len),
		    "</small></li>\n");
}

static void put_start(const struct pq_request *r, struct pq_buf *to)
{
	const struct pq_front_recent *recent = &r->front->recent;

	pq_buf_str(to, start_forms);
	if (!recent->n)
		return;
	pq_buf_str(to, "<section class=\"start\" aria-label=\"Opened before\">"
		       "<h2>Opened before</h2><ul id=\"recent\">\n");
	for (size_t i = 0; i < recent->n; i++)
		put_recent(recent, i, to);
	pq_buf_str(to, "</ul></section>\n");
}

/* ---- dialogs ---- */

static const char compare_dialog[] =
	"<dialog id=\"compare-dialog\" aria-label=\"Compare\"><form "
	"method=\"dialog\"><h2>Compare</h2><p>The profile that is chosen here, "
	"or dropped anywhere on the page, becomes the old side. It stays in "
	"memory.</p><label>Profile to compare with<input type=\"file\" "
	"id=\"file\"/></label>";

static const char save_dialog[] =
	"<p class=\"buttons\"><button value=\"\">Close</button></p></form>"
	"</dialog>\n<dialog id=\"save-dialog\" aria-label=\"Save settings\">"
	"<form method=\"dialog\"><h2>Save settings</h2><label>Name<input "
	"type=\"text\" id=\"config-name\" autocomplete=\"off\"/></label>"
	"<p class=\"buttons\"><button type=\"button\" id=\"save-now\">Save"
	"</button><button value=\"\">Close</button></p></form></dialog>\n";

static const char keys_dialog[] =
	"<dialog id=\"keys-dialog\" aria-label=\"Keyboard\"><form "
	"method=\"dialog\"><h2>Keyboard</h2><dl>"
	"<dt>/</dt><dd>search</dd><dt>n N</dt><dd>next, previous match</dd>"
	"<dt>arrows</dt><dd>caller, widest callee, neighbours</dd>"
	"<dt>Home</dt><dd>root</dd><dt>Enter</dt><dd>zoom</dd>"
	"<dt>Escape</dt><dd>close, clear the search, zoom out</dd>"
	"<dt>v</dt><dd>callers and callees</dd>"
	"<dt>f i h</dt><dd>focus, ignore, hide the selected frame</dd>"
	"<dt>s</dt><dd>source of the frame</dd>"
	"<dt>c C</dt><dd>copy name, stack</dd>"
	"<dt>p</dt><dd>all places of the function in one</dd>"
	"<dt>1 to 6</dt><dd>views in the order of the menu</dd>"
	"<dt>t</dt><dd>next sample type</dd><dt>d</dt><dd>theme</dd>"
	"<dt>0</dt><dd>reset all filters</dd><dt>?</dt><dd>this list</dd>"
	"</dl><p class=\"buttons\"><button value=\"\">Close</button></p>"
	"</form></dialog>\n";

static void put_dialogs(const struct pq_request *r, struct pq_buf *to)
{
	pq_buf_str(to, compare_dialog);
	put_compared(r, to);
	pq_buf_str(to, save_dialog);
	pq_buf_str(to, keys_dialog);
}

/* ---- all of it ---- */

static void put_body(struct pq_request *r, const struct pq_page *page,
		     struct pq_text main, struct pq_buf *to)
{
	const struct pq_front_engine *e = pq_engine_of(r);
	const char *state = page->state ? page->state : "busy";
	bool trusted = r->is_trusted;

	/* The script asks again while the state is loading, and no longer. */
	if (e && e->state == PQ_FRONT_FAILED && !page->is_start)
		state = "failed";
	pq_buf_printf(to,
		      "<body data-view=\"%s\" data-state=\"%s\" "
		      "data-engine=\"%lld\"%s%s>\n",
		      page->is_start ? "start" : view_name(r), state,
		      e ? (long long)e->id : 0,
		      r->front->opened.is_set ? " data-opened=\"\"" : "",
		      page->is_counting ? " data-waits=\"\"" : "");
	/* Strangers see the message alone, and no name of a file. */
	if (trusted) {
		put_page_header(r, e, page, to);
	}
	if (trusted && !page->is_start) {
		put_filter_form(r, page, to);
		put_configs(r, to);
	}
	put_alerts(page, to);
	if (trusted && !page->is_start)
		put_reading_notes(e, to);
	pq_buf_str(to, "<main id=\"main\" tabindex=\"-1\">\n");
	/* The view, or how far reading has come. */
	if (page->is_start)
		put_start(r, to);
	else if (page->state)
		put_loading(r, e, to);
	else if (page->is_counting && e)
		put_counting(e, to);
	if (e && e->state == PQ_FRONT_FAILED && r->front->opened.is_set &&
	    !page->is_start)
		pq_buf_str(to, "<p><a href=\"/ui/start\">Open another profile"
			       "</a></p>\n");
	pq_buf_text(to, main);
	pq_buf_str(to, "</main>\n");
	if (trusted)
		put_dialogs(r, to);
	pq_buf_str(to, "</body>\n</html>\n");
}

void pq_page_put(struct pq_request *r, const struct pq_page *page,
		 struct pq_buf *to)
{
	size_t line = pq_text_find(page->answer, 0, "\n");
	struct pq_text title = pq_text_slice(page->answer, 0, line);
	struct pq_text main = pq_text_slice(page->answer,
					    line + (line < page->answer.len),
					    page->answer.len);

	put_page_head(r, page, title, to);
	put_body(r, page, main, to);
}
