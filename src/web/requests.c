#include "web/front.h"

#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"

#include "base/banned.h"

/* From a head to a handler; see front.h. */

/* An answer within a tenth of a second comes at once. */
enum { FRAME_MS = 100 };

/* ---- life of a request ---- */

struct begun_request {
	struct pq_web_front *front;
	const char *uri;
	struct pq_request *made;
};

static void make_request(void *arg)
{
	struct begun_request *b = arg;
	struct pq_request *r = pq_alloc_zeroed(sizeof(*r));
	size_t n = strlen(b->uri), path;

	pq_arena_init(&r->arena);
	r->front = b->front;
	r->upload = -1;
	r->target = pq_arena_copy(&r->arena, b->uri, n + 1);
	/* The path is looked up, the query parsed, each by itself. */
	path = strcspn(b->uri, "?");
	r->path = pq_arena_copy(&r->arena, b->uri, path + 1);
	r->path[path] = '\0';
	r->query = r->target[path] ? r->target + path + 1 : r->target + path;
	b->made = r;
}

void *pq_request_begin(void *cls, const char *uri,
		       struct MHD_Connection *connection)
{
	struct begun_request b = { .front = cls, .uri = uri };
	struct pq_error ignored;

	pq_error_clear(&ignored);
	if (!pq_mem_guard(make_request, &b, &ignored))
		return NULL;
	/* Linked in last, when nothing can fail any more. */
	b.made->connection = connection;
	b.made->next = b.front->requests;
	if (b.made->next)
		b.made->next->previous = b.made;
	b.front->requests = b.made;
	return b.made;
}

static void unlist_request(struct pq_request *r)
{
	if (r->previous)
		r->previous->next = r->next;
	else
		r->front->requests = r->next;
	if (r->next)
		r->next->previous = r->previous;
}

void pq_request_end(void *cls, struct MHD_Connection *connection,
		    void **request, enum MHD_RequestTerminationCode how)
{
	struct pq_request *r = *request;

	(void)cls;
	(void)connection;
	(void)how;
	if (!r)
		return;
	*request = NULL;
	/* The connection waits for its next head from now on. */
	if (r->place) {
		r->place->what = PQ_CONNECTION_IDLE;
		r->place->since_ms = pq_clock_ms();
		r->place->has_answered = true;
	}
	/* Everything that it held is given back. */
	unlist_request(r);
	if (r->entry)
		pq_cache_leave(&r->front->cache, r->entry);
	if (r->upload >= 0)
		close(r->upload);
	pq_arena_release(&r->arena);
	pq_free(r);
}

void pq_request_suspend(struct pq_request *r)
{
	r->is_suspended = true;
	r->result = MHD_YES;
	pq_mhd.suspend_connection(r->connection);
}

void pq_request_resume(struct pq_request *r)
{
	if (!r->is_suspended)
		return;
	r->is_suspended = false;
	pq_mhd.resume_connection(r->connection);
}

/*
 * A flame graph wants a script, which can ask for the answer while a window has
 * its menus already.  Other views are whole without one.
 */
static bool shows_frame_first(const struct pq_request *r)
{
	return r->is_navigation && r->is_suspended && r->entry &&
	       r->route->kind == PQ_JOB_FLAME_VIEW && r->route->name;
}

int64_t pq_requests_wake_late(struct pq_web_front *f, int64_t most)
{
	int64_t now = pq_clock_ms();

	for (struct pq_request *r = f->requests; r; r = r->next) {
		int64_t left = r->since_ms + FRAME_MS - now;

		if (!shows_frame_first(r))
			continue;
		if (left > 0) {
			most = left < most ? left : most;
			continue;
		}
		r->is_late = true;
		pq_request_resume(r);
		most = 0;
	}
	return most;
}

/* ---- the head ---- */

/* Headers that may come once, and where each goes. */
static const struct {
	const char *name;
	size_t offset;
} single_headers[] = {
	{ "Origin", offsetof(struct pq_head, origin) },
	{ "Sec-Fetch-Site", offsetof(struct pq_head, fetch_site) },
	{ "Sec-Fetch-Mode", offsetof(struct pq_head, fetch_mode) },
	{ "X-Profq-Token", offsetof(struct pq_head, token) },
	{ "Content-Length", offsetof(struct pq_head, length) },
	{ "Transfer-Encoding", offsetof(struct pq_head, encoding) },
};

static enum MHD_Result note_header(void *cls, enum MHD_ValueKind kind,
				   const char *key, const char *value)
{
	struct pq_head *head = cls;

	(void)kind;
	value = value ? value : "";
	/* A line has a colon, a blank and its end besides. */
	head->bytes += strlen(key) + strlen(value) + 4;
	if (!strcasecmp(key, "Host")) {
		head->n_hosts++;
		head->host = value;
	}
	for (size_t i = 0; i < sizeof(single_headers) / sizeof(*single_headers);
	     i++) {
		const char **to = (const char **)((char *)head +
						  single_headers[i].offset);

		if (strcasecmp(key, single_headers[i].name) != 0)
			continue;
		head->repeats = head->repeats || *to;
		*to = value;
	}
	return MHD_YES;
}

static void fill_head(struct pq_request *r, const char *method,
		      struct pq_head *head)
{
	const char *cookie;
	char *room;

	*head = (struct pq_head){ .method = method,
				  .target = r->target,
				  .route = r->route };
	pq_mhd.get_connection_values(r->connection, MHD_HEADER_KIND,
				     note_header, head);
	/* Other programs on this host may have set cookies of their own. */
	cookie = pq_mhd.lookup_connection_value(r->connection, MHD_HEADER_KIND,
						"Cookie");
	room = pq_arena_alloc(&r->arena, 256);
	if (cookie && pq_guard_cookie(cookie, room, 256))
		head->cookie = room;
	head->token_param = r->params.words[PQ_WORD_token];
}

/* However the name is written: one that stays would lead here again. */
static bool is_token_pair(const char *pair, size_t n)
{
	const char *equals = memchr(pair, '=', n);
	struct pq_buf name = { 0 };
	bool is;

	is = pq_percent_decode(pair, equals ? (size_t)(equals - pair) : n, true,
			       &name) &&
	     pq_text_is(pq_buf_view(&name), "token");
	pq_buf_release(&name);
	return is;
}

/* The same URL without its token. */
static void put_url_without_token(const struct pq_request *r, struct pq_buf *to)
{
	bool any = false;

	pq_buf_str(to, r->path);
	for (const char *at = r->query; *at;) {
		size_t n = strcspn(at, "&");

		if (n && !is_token_pair(at, n)) {
			pq_buf_char(to, any ? '&' : '?');
			pq_buf_bytes(to, at, n);
			any = true;
		}
		at += n + (at[n] != '\0');
	}
}

static void give_cookie(struct pq_request *r)
{
	struct pq_buf to = { 0 }, cookie = { 0 };

	/* A path that begins with two slashes would lead to another host. */
	if (r->path[0] == '/' && (r->path[1] == '/' || r->path[1] == '\\'))
		pq_buf_str(&to, "/");
	else
		put_url_without_token(r, &to);
	pq_buf_printf(&cookie,
		      "profq=%s; HttpOnly; SameSite=Strict; Path=/; "
		      "Max-Age=2592000",
		      r->front->guard.token);
	if (pq_guard_is_once(&r->front->guard, r->params.words[PQ_WORD_token]))
		r->front->guard.once[0] = '\0';
	pq_respond_redirect(r, 303, pq_buf_view(&to),
			    pq_unchecked_bytes(pq_buf_cstr(&cookie)));
	pq_buf_release(&to);
	pq_buf_release(&cookie);
}

static const struct {
	enum pq_answer_code code;
	const char *message;
} refusals[] = {
	[PQ_GUARD_BAD] = { PQ_ANSWER_VALUE,
			   "the head of the request can be read in two ways" },
	[PQ_GUARD_TOO_LONG] = { PQ_ANSWER_TOO_LARGE,
				"what was sent is too large; -http_upload=SIZE "
				"lets larger profiles in" },
	[PQ_GUARD_URL_TOO_LONG] = { PQ_ANSWER_URL_TOO_LONG,
				    "the URL is too long" },
	[PQ_GUARD_HEAD_TOO_LONG] = { PQ_ANSWER_HEAD_TOO_LONG,
				     "the headers are longer than 64 KiB" },
	[PQ_GUARD_FORBIDDEN] = { PQ_ANSWER_FORBIDDEN,
				 "the request comes from another site" },
	[PQ_GUARD_METHOD] = { PQ_ANSWER_METHOD,
			      "this path takes another method" },
	[PQ_GUARD_TOKEN] = { PQ_ANSWER_TOKEN,
			     "Open the address that profq printed when it "
			     "began to serve: it has the token that this page "
			     "wants to see." },
};

/* Whether the request goes on to a handler. */
static bool pass_guard(struct pq_request *r, const char *method)
{
	struct pq_error params_err;
	struct pq_head head;
	enum pq_guard_verdict verdict;
	char *room = pq_arena_alloc(&r->arena, strlen(r->path) + 1);

	pq_error_clear(&params_err);
	r->rest = "";
	r->route = pq_route_find(r->path, &r->rest, room, strlen(r->path) + 1);
	/* The query may hold the token: its errors wait for the guard. */
	pq_params_parse(&r->params, r->query, &r->arena, &params_err);
	fill_head(r, method, &head);
	/* The guard speaks before the query is looked at. */
	verdict = pq_guard_judge(&r->front->guard, &head);
	if (verdict == PQ_GUARD_GIVE_COOKIE) {
		give_cookie(r);
		return false;
	}
	if (verdict != PQ_GUARD_PASS) {
		pq_respond_error(r, refusals[verdict].code, PQ_TEXT(""),
				 pq_text_of(refusals[verdict].message));
		return false;
	}
	r->is_trusted = pq_guard_has_token(&r->front->guard, &head);
	r->is_navigation = head.fetch_mode &&
			   !strcmp(head.fetch_mode, "navigate");
	if (params_err.code == PQ_OK)
		return true;
	pq_respond_error(r, PQ_ANSWER_VALUE, PQ_TEXT(""),
			 pq_text_of(params_err.msg));
	return false;
}

/* ---- a body ---- */

static void take_body_part(struct pq_request *r)
{
	bool is_upload = r->route && r->route->is_upload;

	r->upload_bytes += r->data_bytes;
	if (r->place)
		r->place->body_bytes = r->upload_bytes;
	/* Other bodies are read and dropped, as long as they are short. */
	if (!is_upload || r->is_broken) {
		r->is_broken = r->is_broken || r->upload_bytes > 64 << 10;
		return;
	}
	/* An upload goes to memory, never to a disk. */
	if (r->upload < 0)
		r->upload = memfd_create("profile", MFD_CLOEXEC);
	if (r->upload < 0 || r->upload_bytes > r->front->guard.most_upload ||
	    !pq_io_write_all(r->upload, r->data, r->data_bytes))
		r->is_broken = true;
}

/* ---- the library's call ---- */

struct handled_request {
	struct pq_request *r;
	const char *method;
};

static void judge_request(struct handled_request *h)
{
	struct pq_request *r = h->r;

	r->is_judged = true;
	r->since_ms = pq_clock_ms();
	r->method_is_put = !strcmp(h->method, "PUT");
	r->place = pq_connection_of(r->front, r->connection);
	if (r->place) {
		r->place->what = PQ_CONNECTION_BUSY;
		r->place->since_ms = pq_clock_ms();
		r->place->body_bytes = 0;
	}
	if (pass_guard(r, h->method))
		r->result = MHD_YES;
}

static void handle_part(void *arg)
{
	struct handled_request *h = arg;
	struct pq_request *r = h->r;

	/* The first call has the head, the next ones parts of a body. */
	if (!r->is_judged) {
		judge_request(h);
		return;
	}
	if (r->data_bytes) {
		take_body_part(r);
		r->result = MHD_YES;
		return;
	}
	if (r->is_broken)
		pq_respond_error(
			r, PQ_ANSWER_TOO_LARGE, PQ_TEXT(""),
			pq_text_of(refusals[PQ_GUARD_TOO_LONG].message));
	else
		pq_handle_request(r);
}

enum MHD_Result pq_request_handle(void *cls, struct MHD_Connection *connection,
				  const char *url, const char *method,
				  const char *version, const char *data,
				  size_t *data_bytes, void **request)
{
	struct handled_request h = { *request, method };
	struct pq_error err;

	(void)cls;
	(void)url;
	(void)version;
	if (!h.r)
		return pq_respond_no_memory(connection);
	h.r->data = data;
	h.r->data_bytes = *data_bytes;
	/* A count of 0 tells the library that nothing is left. */
	*data_bytes = 0;
	h.r->result = MHD_NO;
	pq_error_clear(&err);
	/* A request that finds no memory ends alone, not the server. */
	if (!pq_mem_guard(handle_part, &h, &err))
		return pq_respond_no_memory(connection);
	return h.r->result;
}
