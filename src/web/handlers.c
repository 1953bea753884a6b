#include "web/front.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "render/json_writer.h"
#include "web/assets.h"

#include "base/banned.h"

/* Answers that the front gives by itself; see front.h. */

static void put_named_text(struct pq_json_writer *w, const char *name,
			   struct pq_text value)
{
	pq_json_put_name(w, name);
	pq_json_put_text(w, value);
}

static void put_named_int(struct pq_json_writer *w, const char *name,
			  int64_t value)
{
	pq_json_put_name(w, name);
	pq_json_put_int(w, value);
}

static void put_named_bool(struct pq_json_writer *w, const char *name,
			   bool value)
{
	pq_json_put_name(w, name);
	pq_json_put_bool(w, value);
}

struct json_body {
	struct pq_json_writer w;
	struct pq_out out;
};

static void begin_json(struct json_body *b)
{
	pq_out_open_memory(&b->out);
	pq_json_begin(&b->w, &b->out);
}

static void respond_json(struct pq_request *r, unsigned status,
			 struct json_body *b)
{
	pq_json_end(&b->w);
	pq_out_str(&b->out, "\n");
	pq_respond(r, status, "application/json", &b->out.buf);
}

/* ---- status ---- */

static const char *const state_names[] = {
	[PQ_FRONT_LOADING] = "loading",
	[PQ_FRONT_READY] = "ready",
	[PQ_FRONT_FAILED] = "failed",
};

/* Seconds that a server takes; null when none is waited for. */
static void put_waiting(struct pq_json_writer *w,
			const struct pq_front_engine *e)
{
	pq_json_put_name(w, "waiting");
	if (!e->is_waiting) {
		pq_json_put_real(w, (double)(1e308 * 10)); /* null */
		return;
	}
	pq_json_open_object(w);
	put_named_int(w, "seconds", e->waited);
	put_named_int(w, "of", e->waits_of);
	pq_json_close_object(w);
}

static void put_state(struct pq_json_writer *w, const struct pq_front_engine *e)
{
	/* Without a profile there is nothing to wait for. */
	put_named_text(w, "state",
		       pq_text_of(e->id ? state_names[e->state] : "ready"));
	pq_json_put_name(w, "progress");
	pq_json_open_object(w);
	put_named_int(w, "bytes", e->done);
	put_named_int(w, "of", e->all);
	pq_json_close_object(w);
	put_waiting(w, e);
	pq_json_put_name(w, "error");
	if (e->state == PQ_FRONT_FAILED)
		pq_json_put_text(w, pq_buf_view(&e->failure));
	else
		pq_json_put_real(w, (double)(1e308 * 10)); /* null */
}

static void put_profiles(struct pq_json_writer *w, const struct pq_web_front *f)
{
	pq_json_put_name(w, "profiles");
	pq_json_open_list(w);
	for (size_t i = 0; i < PQ_FRONT_UPLOADS; i++) {
		const struct pq_front_engine *e = &f->engines[i];

		/* A place without an id is free. */
		if (!e->id)
			continue;
		pq_json_open_object(w);
		put_named_int(w, "id", e->id);
		put_named_text(w, "name", pq_buf_view(&e->name));
		put_named_text(w, "role",
			       i ? PQ_TEXT("base") : PQ_TEXT("main"));
		pq_json_close_object(w);
	}
	pq_json_close_list(w);
}

static void put_type_list(struct pq_json_writer *w,
			  const struct pq_facts_profile *facts)
{
	pq_json_put_name(w, "types");
	pq_json_open_list(w);
	for (size_t i = 0; i < facts->n_types; i++) {
		pq_json_open_object(w);
		put_named_text(w, "type", facts->types[i].name);
		put_named_text(w, "unit", facts->types[i].unit);
		put_named_int(w, "total", facts->types[i].total);
		pq_json_close_object(w);
	}
	pq_json_close_list(w);
	put_named_text(w, "default_type", facts->default_type);
}

static void put_label_list(struct pq_json_writer *w,
			   const struct pq_facts_profile *facts)
{
	pq_json_put_name(w, "labels");
	pq_json_open_list(w);
	for (size_t i = 0; i < facts->n_labels; i++) {
		pq_json_open_object(w);
		put_named_text(w, "key", facts->labels[i].key);
		put_named_bool(w, "numeric", facts->labels[i].numeric);
		put_named_int(w, "values", facts->labels[i].values);
		pq_json_close_object(w);
	}
	pq_json_close_list(w);
}

static void put_note_list(struct pq_json_writer *w,
			  const struct pq_front_engine *e)
{
	pq_json_put_name(w, "notes");
	pq_json_open_list(w);
	for (size_t i = 0; e->facts && i < e->facts->n_notes; i++)
		pq_json_put_text(w, e->facts->notes[i]);
	pq_json_close_list(w);
}

static bool respond_no_profile(struct pq_request *r)
{
	pq_respond_error(r, PQ_ANSWER_NOT_FOUND, PQ_TEXT("base"),
			 PQ_TEXT("there is no profile of that number"));
	return false;
}

static void handle_status(struct pq_request *r)
{
	static const struct pq_facts_profile none = { .n_types = 0 };
	const struct pq_front_engine *e = pq_engine_of(r);
	const struct pq_facts_profile *facts;
	struct json_body b;

	if (!e) {
		respond_no_profile(r);
		return;
	}
	/* Types and labels are known once the engine has loaded. */
	facts = pq_front_facts(r);
	if (!facts)
		facts = &none;
	begin_json(&b);
	pq_json_open_object(&b.w);
	put_named_int(&b.w, "version", 1);
	put_named_text(&b.w, "program", PQ_TEXT("profq " PACKAGE_VERSION));
	put_state(&b.w, e);
	/* Lists stand empty while nothing is loaded, and are never left out. */
	put_profiles(&b.w, r->front);
	put_type_list(&b.w, facts);
	put_label_list(&b.w, facts);
	put_note_list(&b.w, e);
	put_named_bool(&b.w, "compares",
		       e->facts && e->facts->takes == PQ_TAKES_SIDES);
	pq_json_close_object(&b.w);
	respond_json(r, 200, &b);
}

/* ---- options ---- */

static const char *const kind_names[] = {
	[PQ_OPTION_BOOL] = "bool",   [PQ_OPTION_INT] = "int",
	[PQ_OPTION_FLOAT] = "float", [PQ_OPTION_STR] = "text",
	[PQ_OPTION_ENUM] = "choice", [PQ_OPTION_SIZE] = "size",
	[PQ_OPTION_LIST] = "list",
};

static void put_option_choices(struct pq_json_writer *w,
			       const struct pq_option *o)
{
	struct pq_text choice;

	pq_json_put_name(w, "choices");
	pq_json_open_list(w);
	for (unsigned i = 0;
	     o->kind == PQ_OPTION_ENUM && pq_option_choice(o, i, &choice); i++)
		pq_json_put_text(w, choice);
	pq_json_close_list(w);
}

static void handle_options(struct pq_request *r)
{
	struct json_body b;

	begin_json(&b);
	pq_json_open_list(&b.w);
	/* The table of parameters tells all: a script needs no other list. */
	for (unsigned i = 0; i < PQ_N_PARAMS; i++) {
		const struct pq_option *o = pq_param_table[i].option;

		pq_json_break_line(&b.w);
		pq_json_open_object(&b.w);
		put_named_text(&b.w, "name", pq_text_of(o->name));
		put_named_text(&b.w, "param",
			       pq_text_of(pq_param_table[i].name));
		put_named_text(&b.w, "kind", pq_text_of(kind_names[o->kind]));
		put_option_choices(&b.w, o);
		put_named_text(&b.w, "default", pq_text_of(o->standard));
		put_named_text(&b.w, "help", pq_text_of(o->help));
		put_named_text(&b.w, "group",
			       pq_text_of(pq_group_titles[o->group]));
		pq_json_close_object(&b.w);
	}
	pq_json_close_list(&b.w);
	respond_json(r, 200, &b);
}

/* ---- profiles ---- */

static struct pq_front_engine *engine_of_id(struct pq_web_front *f, int64_t id)
{
	for (size_t i = 1; i < PQ_FRONT_UPLOADS; i++)
		if (id && f->engines[i].id == id)
			return &f->engines[i];
	return NULL;
}

static struct pq_front_engine *free_engine(struct pq_web_front *f)
{
	for (size_t i = 1; i < PQ_FRONT_UPLOADS; i++)
		if (!f->engines[i].id)
			return &f->engines[i];
	return NULL;
}

static void respond_profile(struct pq_request *r,
			    const struct pq_front_engine *e)
{
	struct json_body b;

	begin_json(&b);
	pq_json_open_object(&b.w);
	put_named_int(&b.w, "id", e->id);
	put_named_text(&b.w, "name", pq_buf_view(&e->name));
	pq_json_close_object(&b.w);
	respond_json(r, 201, &b);
}

/* The start page again, in place of the profile that was opened from it. */
static void close_opened(struct pq_web_front *f)
{
	struct pq_front_opened *o = &f->opened;

	pq_engine_drop(f, &f->engines[0]);
	if (o->fd >= 0)
		close(o->fd);
	o->fd = -1;
	o->is_set = o->is_upload = false;
	pq_front_forget_bodies(f);
}

/* One that could not be read makes room for the next one. */
static void close_failed(struct pq_web_front *f)
{
	if (f->opened.is_set && f->engines[0].state == PQ_FRONT_FAILED)
		close_opened(f);
}

/* Begins to load what was opened; an upload is waited for. */
static void begin_opened(struct pq_request *r)
{
	struct pq_web_front *f = r->front;

	if (!pq_engine_open(f)) {
		close_opened(f);
		pq_respond_error(r, PQ_ANSWER_LIMIT, PQ_TEXT(""),
				 PQ_TEXT("the system starts no more "
					 "processes"));
		return;
	}
	if (!f->opened.is_upload) {
		respond_profile(r, &f->engines[0]);
		return;
	}
	/* The answer waits for the reading: a bad file is told at once. */
	r->waits_for = f->engines[0].id;
	pq_request_suspend(r);
}

static bool name_upload(struct pq_request *r, struct pq_buf *name)
{
	const char *header = pq_mhd.lookup_connection_value(
		r->connection, MHD_HEADER_KIND, "X-Profq-Name");

	if (!header || !*header) {
		pq_buf_str(name, "profile");
		return true;
	}
	return pq_percent_decode(header, strlen(header), false, name) &&
	       name->len && name->len < 1024 &&
	       pq_text_is_utf8(pq_buf_view(name));
}

/* The first upload of a server that has no profile is what it shows. */
static void open_upload(struct pq_request *r, struct pq_buf *name)
{
	struct pq_web_front *f = r->front;
	struct pq_front_opened *o = &f->opened;

	pq_buf_release(&o->name);
	o->name = *name;
	o->fd = r->upload;
	o->is_set = o->is_upload = true;
	r->upload = -1;
	begin_opened(r);
}

static void begin_upload(struct pq_request *r)
{
	struct pq_web_front *f = r->front;
	struct pq_front_engine *e = free_engine(f);
	struct pq_buf name = { 0 };

	/* Refusals come before anything is changed. */
	if (!name_upload(r, &name)) {
		pq_respond_error(r, PQ_ANSWER_VALUE, PQ_TEXT(""),
				 PQ_TEXT("X-Profq-Name: a name of at most 1023 "
					 "bytes of UTF-8 is wanted, "
					 "percent-encoded"));
		pq_buf_release(&name);
		return;
	}
	if (r->upload < 0) {
		pq_buf_str(&name, ": empty input file");
		pq_respond_error(r, PQ_ANSWER_VALUE, PQ_TEXT(""),
				 pq_buf_view(&name));
		pq_buf_release(&name);
		return;
	}
	close_failed(f);
	if (pq_front_is_empty(f)) {
		open_upload(r, &name);
		return;
	}
	if (!e || !pq_front_can_load_again(f) || !f->engines[0].facts ||
	    f->engines[0].facts->takes != PQ_TAKES_ONE) {
		pq_respond_error(
			r, PQ_ANSWER_CONFLICT, PQ_TEXT(""),
			e ? PQ_TEXT("only one profile from files can be "
				    "compared with another one")
			  : PQ_TEXT("eight profiles are open; close one"));
		pq_buf_release(&name);
		return;
	}
	/* From here on the upload is the engine's. */
	pq_buf_release(&e->name);
	e->name = name;
	e->old = r->upload;
	r->upload = -1;
	e->id = ++f->newest_id;
	if (!pq_engine_start(f, e)) {
		pq_engine_drop(f, e);
		pq_respond_error(r, PQ_ANSWER_LIMIT, PQ_TEXT(""),
				 PQ_TEXT("the system starts no more "
					 "processes"));
		return;
	}
	/* The answer is given when the engine has read it. */
	r->waits_for = e->id;
	pq_request_suspend(r);
}

static struct pq_front_engine *awaited_engine(struct pq_request *r)
{
	struct pq_front_engine *main = &r->front->engines[0];

	return main->id == r->waits_for ? main
					: engine_of_id(r->front, r->waits_for);
}

static void end_upload(struct pq_request *r)
{
	struct pq_front_engine *e = awaited_engine(r);

	/* Woken too early: the engine was begun again. */
	if (e && e->state == PQ_FRONT_LOADING) {
		pq_request_suspend(r);
		return;
	}
	if (!e || e->state == PQ_FRONT_FAILED) {
		pq_respond_error(r, PQ_ANSWER_VALUE, PQ_TEXT(""),
				 e ? pq_buf_view(&e->failure)
				   : PQ_TEXT("it was taken away"));
		if (e && e != &r->front->engines[0])
			pq_engine_drop(r->front, e);
		else if (e)
			close_opened(r->front);
		return;
	}
	respond_profile(r, e);
}

static void handle_upload(struct pq_request *r)
{
	if (r->waits_for)
		end_upload(r);
	else
		begin_upload(r);
}

/* A file of the list, by its number: no URL names a file of this machine. */
static bool name_recent(struct pq_request *r, struct pq_buf *name)
{
	const struct pq_front_recent *recent = &r->front->recent;
	struct pq_error ignored;
	int64_t n;

	pq_error_clear(&ignored);
	if (!pq_params_number(&r->params, PQ_WORD_recent, 0, INT32_MAX, &n,
			      &ignored) ||
	    !n || (size_t)n > recent->n)
		return false;
	pq_buf_str(name, recent->paths[n - 1]);
	return true;
}

static bool is_web_address(struct pq_text text)
{
	return pq_text_starts(text, "http://") ||
	       pq_text_starts(text, "https://");
}

static bool name_opened(struct pq_request *r, struct pq_buf *name)
{
	struct pq_text url = r->params.words[PQ_WORD_url];

	if (!url.len)
		return name_recent(r, name);
	pq_buf_text(name, url);
	return is_web_address(url);
}

static void handle_open(struct pq_request *r)
{
	struct pq_web_front *f = r->front;
	struct pq_buf name = { 0 };

	close_failed(f);
	/* A page that was left open must not replace a profile. */
	if (!pq_front_is_empty(f) || !name_opened(r, &name)) {
		pq_respond_error(
			r,
			pq_front_is_empty(f) ? PQ_ANSWER_VALUE
					     : PQ_ANSWER_CONFLICT,
			PQ_TEXT("url"),
			pq_front_is_empty(f)
				? PQ_TEXT("an address is wanted that begins "
					  "with http:// or https://")
				: PQ_TEXT("a profile is open already"));
		pq_buf_release(&name);
		return;
	}
	/* The name changes owner here. */
	pq_buf_release(&f->opened.name);
	f->opened.name = name;
	f->opened.is_set = true;
	begin_opened(r);
}

/* The number that the path ends in; 0, which nobody has, for anything else. */
static int64_t number_of_rest(const struct pq_request *r)
{
	size_t n = strlen(r->rest);

	if (!n || n > 18 || strspn(r->rest, "0123456789") != n)
		return 0;
	return strtoll(r->rest, NULL, 10);
}

static void handle_drop(struct pq_request *r)
{
	struct pq_front_engine *e = engine_of_id(r->front, number_of_rest(r));

	if (!e) {
		respond_no_profile(r);
		return;
	}
	pq_engine_drop(r->front, e);
	pq_respond_nothing(r);
}

/* ---- saved settings ---- */

static void put_config(void *ctx, struct pq_text name, struct pq_text query)
{
	struct pq_json_writer *w = ctx;

	pq_json_open_object(w);
	put_named_text(w, "name", name);
	put_named_text(w, "query", query);
	pq_json_close_object(w);
}

static void respond_settings_error(struct pq_request *r,
				   const struct pq_error *err)
{
	pq_respond_error(r,
			 err->code == PQ_EFORMAT ? PQ_ANSWER_CONFLICT
						 : PQ_ANSWER_INTERNAL,
			 PQ_TEXT(""), pq_text_of(err->msg));
}

static void handle_configs(struct pq_request *r)
{
	struct pq_error err;
	struct json_body b;

	pq_error_clear(&err);
	begin_json(&b);
	pq_json_open_list(&b.w);
	if (!pq_settings_each(&r->front->settings, put_config, &b.w, &err)) {
		respond_settings_error(r, &err);
		return;
	}
	pq_json_close_list(&b.w);
	respond_json(r, 200, &b);
}

static void save_config(struct pq_request *r, struct pq_text name,
			bool says_nothing)
{
	const struct pq_option *bad;
	struct pq_error err;
	struct pq_query q;
	bool ok;

	pq_error_clear(&err);
	pq_query_init(&q, PQ_FRONT_WEB, r->front->options);
	/* Settings that could not be used again are not saved. */
	ok = pq_params_set_options(&r->params, &q, &bad, &err);
	/* The reference's page wants an empty text, and ours no body. */
	if (!ok)
		pq_respond_error(r, PQ_ANSWER_VALUE, pq_text_of(bad->name),
				 pq_text_of(err.msg));
	else if (!pq_settings_save(&r->front->settings, name, &q.options, &err))
		respond_settings_error(r, &err);
	else if (says_nothing)
		pq_respond_nothing(r);
	else
		pq_respond_static(r, 200, "text/plain; charset=utf-8",
				  PQ_TEXT(""), false);
	pq_query_release(&q);
}

static void delete_config(struct pq_request *r, struct pq_text name,
			  enum pq_answer_code absent, bool says_nothing)
{
	struct pq_error err;
	struct pq_buf message = { 0 };
	bool found;

	pq_error_clear(&err);
	/* Old and new interface differ in the code of an absent name. */
	if (!pq_settings_delete(&r->front->settings, name, &found, &err)) {
		respond_settings_error(r, &err);
	} else if (!found) {
		pq_buf_str(&message, "config ");
		pq_buf_text(&message, name);
		pq_buf_str(&message, " not found");
		pq_respond_error(r, absent, PQ_TEXT(""), pq_buf_view(&message));
	} else if (says_nothing) {
		pq_respond_nothing(r);
	} else {
		pq_respond_static(r, 200, "text/plain; charset=utf-8",
				  PQ_TEXT(""), false);
	}
	pq_buf_release(&message);
}

static bool has_config_name(struct pq_request *r, struct pq_text name)
{
	if (name.len && name.len <= 256)
		return true;
	pq_respond_error(r, PQ_ANSWER_VALUE, PQ_TEXT(""),
			 PQ_TEXT("invalid config name"));
	return false;
}

static void handle_config(struct pq_request *r)
{
	struct pq_text name = pq_text_of(r->rest);

	if (!has_config_name(r, name))
		return;
	if (r->method_is_put)
		save_config(r, name, true);
	else
		delete_config(r, name, PQ_ANSWER_NOT_FOUND, true);
}

/* ---- files ---- */

static void handle_static(struct pq_request *r)
{
	const struct pq_asset *a = pq_asset_find(r->rest);

	if (a)
		pq_respond_static(r, 200, a->type, pq_text_of(a->text), true);
	else
		pq_respond_error(r, PQ_ANSWER_NOT_FOUND, PQ_TEXT(""),
				 PQ_TEXT("there is no such file"));
}

static void handle_icon(struct pq_request *r)
{
	static const char icon[] =
		"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 16 "
		"16\"><path fill=\"#d9480f\" d=\"M1 12h14v3H1zm1-5h9v4H2z"
		"m1-5h4v4H3z\"/></svg>\n";

	pq_respond_static(r, 200, "image/svg+xml", pq_text_of(icon), true);
}

static void redirect_to(struct pq_request *r, unsigned status,
			const char *where)
{
	struct pq_buf to = { 0 };

	pq_buf_str(&to, where);
	if (*r->query)
		pq_buf_char(&to, '?');
	pq_buf_str(&to, r->query);
	pq_respond_redirect(r, status, pq_buf_view(&to), NULL);
	pq_buf_release(&to);
}

/* Only the flame graph is what is shown first of any profile. */
static void redirect_to_first(struct pq_request *r, unsigned status)
{
	const char *first = pq_front_first_view(r->front);

	if (pq_front_is_empty(r->front))
		redirect_to(r, 307, "/ui/start");
	else if (strcmp(first, PQ_FLAME_PATH) != 0)
		redirect_to(r, 307, first);
	else
		redirect_to(r, status, first);
}

/* ---- answers of workers ---- */

static void respond_with_page(struct pq_request *r)
{
	struct pq_page page = { .answer = pq_buf_view(&r->entry->body) };
	struct pq_buf body = { 0 };

	pq_page_put(r, &page, &body);
	pq_respond(r, 200, r->route->type, &body);
}

static const char *type_of_answer(const struct pq_request *r)
{
	static const struct {
		const char *format, *type;
	} types[] = {
		{ "proto", "application/vnd.google.protobuf+gzip" },
		{ "folded", "text/plain; charset=utf-8" },
		{ "speedscope", "application/json" },
		{ "svg", "image/svg+xml" },
		{ "html", "application/octet-stream" },
		{ "csv", "text/csv; charset=utf-8" },
		{ "json", "application/json" },
	};

	/* Downloads alone have a type that the URL chooses. */
	if (r->route->type)
		return r->route->type;
	/* A page that was downloaded must not open in this server's name. */
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (pq_text_is(r->params.words[PQ_WORD_format],
			       types[i].format))
			return types[i].type;
	return "application/octet-stream";
}

/* False while the answer is on its way. */
static bool respond_with_entry(struct pq_request *r)
{
	struct pq_cache_entry *e = r->entry;

	/* The request is woken when the entry settles. */
	if (e->state == PQ_CACHE_PENDING)
		return false;
	if (e->state == PQ_CACHE_FAILED)
		pq_respond_error(r, e->code, pq_buf_view(&e->option),
				 pq_buf_view(&e->message));
	else if (r->route->name)
		respond_with_page(r);
	else
		pq_respond_entry(r, e, type_of_answer(r));
	return true;
}

/* Menus and what is waited for; the script asks again, and waits. */
static void respond_counting(struct pq_request *r)
{
	static const struct pq_page page = { .is_counting = true };
	struct pq_buf body = { 0 };

	pq_page_put(r, &page, &body);
	pq_respond(r, 200, r->route->type, &body);
}

static void respond_loading(struct pq_request *r)
{
	static const struct pq_page page = { .state = "loading" };
	struct pq_buf body = { 0 };

	/* Data say it in JSON; a page waits by itself. */
	if (!r->route->name) {
		pq_respond_error(r, PQ_ANSWER_LOADING, PQ_TEXT(""),
				 PQ_TEXT("the profile is being read"));
		return;
	}
	pq_page_put(r, &page, &body);
	pq_respond(r, 200, r->route->type, &body);
}

static void handle_start(struct pq_request *r)
{
	static const struct pq_page page = { .state = "ready",
					     .is_start = true };
	const struct pq_front_engine *main = &r->front->engines[0];
	struct pq_buf body = { 0 };

	if (!pq_front_is_empty(r->front) && main->state != PQ_FRONT_FAILED) {
		redirect_to_first(r, 307);
		return;
	}
	pq_page_put(r, &page, &body);
	pq_respond(r, 200, "text/html; charset=utf-8", &body);
}

/* A view without a profile is the start page; data are not found. */
static void respond_empty(struct pq_request *r)
{
	if (r->route->name)
		pq_respond_redirect(r, 307, PQ_TEXT("/ui/start"), NULL);
	else
		pq_respond_error(r, PQ_ANSWER_NOT_FOUND, PQ_TEXT(""),
				 PQ_TEXT("no profile is open"));
}

/* The series is loaded when somebody asks for it. */
static void begin_series(struct pq_web_front *f, struct pq_front_engine *e)
{
	if (e != &f->engines[PQ_FRONT_SERIES] || e->id)
		return;
	pq_buf_clear(&e->name);
	pq_buf_text(&e->name, pq_buf_view(&f->engines[0].name));
	e->id = ++f->newest_id;
	if (!pq_engine_start(f, e))
		pq_engine_drop(f, e);
}

static void ask_worker(struct pq_request *r)
{
	struct pq_front_engine *e = pq_engine_of(r);
	struct pq_error err;

	pq_error_clear(&err);
	/* Woken: the answer that it waited for is there, or is late. */
	if (r->entry) {
		if (respond_with_entry(r))
			return;
		if (r->is_late)
			respond_counting(r);
		else
			pq_request_suspend(r);
		return;
	}
	/* Else the question is asked, as far as there is somebody to ask. */
	if (e)
		begin_series(r->front, e);
	if (!e)
		respond_no_profile(r);
	else if (!e->id)
		respond_empty(r);
	else if (e->state == PQ_FRONT_LOADING)
		respond_loading(r);
	else if (e->state == PQ_FRONT_FAILED)
		pq_respond_error(r, PQ_ANSWER_INTERNAL, PQ_TEXT(""),
				 pq_buf_view(&e->failure));
	else if (pq_question_ask(r, &err) && !respond_with_entry(r))
		pq_request_suspend(r);
}

/* ---- all of them ---- */

static void handle_route(struct pq_request *r)
{
	struct pq_text config = r->params.words[PQ_WORD_config];

	/* Each case answers, or suspends the request until it can. */
	switch (r->route->handler) {
	case PQ_HANDLER_WORKER:
		ask_worker(r);
		break;
	case PQ_HANDLER_STATUS:
		handle_status(r);
		break;
	case PQ_HANDLER_OPTIONS:
		handle_options(r);
		break;
	case PQ_HANDLER_UPLOAD:
		handle_upload(r);
		break;
	case PQ_HANDLER_DROP:
		handle_drop(r);
		break;
	case PQ_HANDLER_CONFIGS:
		handle_configs(r);
		break;
	case PQ_HANDLER_CONFIG:
		handle_config(r);
		break;
	case PQ_HANDLER_SAVE_CONFIG:
		if (has_config_name(r, config))
			save_config(r, config, false);
		break;
	case PQ_HANDLER_DELETE_CONFIG:
		if (has_config_name(r, config))
			delete_config(r, config, PQ_ANSWER_VALUE, false);
		break;
	case PQ_HANDLER_TO_FIRST:
		redirect_to_first(r, 301);
		break;
	case PQ_HANDLER_TO_FLAME:
		redirect_to(r, 301, PQ_FLAME_PATH);
		break;
	case PQ_HANDLER_START:
		handle_start(r);
		break;
	case PQ_HANDLER_OPEN:
		handle_open(r);
		break;
	case PQ_HANDLER_STATIC:
		handle_static(r);
		break;
	case PQ_HANDLER_ICON:
		handle_icon(r);
		break;
	}
}

void pq_handle_request(struct pq_request *r)
{
	if (r->route)
		handle_route(r);
	else if (pq_route_redirects(r->path))
		redirect_to_first(r, 307);
	else
		pq_respond_error(r, PQ_ANSWER_NOT_FOUND, PQ_TEXT(""),
				 PQ_TEXT("there is nothing at this address"));
}
