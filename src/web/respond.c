#include "web/front.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "gzip/gzip.h"
#include "render/json_writer.h"
#include "web/token.h"

#include "base/banned.h"

/*
 * Responses of front.h: the headers that all of them have, compression, and
 * what is not sent again.
 */

#define JSON_TYPE "application/json"
#define HTML_TYPE "text/html; charset=utf-8"

enum { ZIP_FROM_BYTES = 16 << 10 };

/* ---- headers ---- */

const char *pq_respond_nonce(struct pq_request *r)
{
	if (!r->nonce[0])
		pq_token_make(r->nonce, PQ_NONCE_CHARS);
	return r->nonce;
}

static void put_policy(struct MHD_Response *response, const char *nonce)
{
	char policy[512];

	snprintf(policy, sizeof(policy),
		 "default-src 'none'; script-src 'nonce-%s' 'self'; style-src "
		 "'nonce-%s' 'self'; img-src 'self' data:; connect-src 'self'; "
		 "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
		 nonce, nonce);
	pq_mhd.add_response_header(response, "Content-Security-Policy", policy);
}

static void put_common_headers(struct MHD_Response *response, const char *nonce,
			       const char *type, bool keeps_a_year)
{
	put_policy(response, nonce);
	pq_mhd.add_response_header(response, "X-Content-Type-Options",
				   "nosniff");
	pq_mhd.add_response_header(response, "Referrer-Policy", "no-referrer");
	pq_mhd.add_response_header(response, "Cross-Origin-Resource-Policy",
				   "same-origin");
	pq_mhd.add_response_header(response, "Cross-Origin-Opener-Policy",
				   "same-origin");
	/* A path that names its content can be kept for long. */
	pq_mhd.add_response_header(response, "Cache-Control",
				   keeps_a_year ? "max-age=31536000, immutable"
						: "no-cache");
	if (type)
		pq_mhd.add_response_header(response, "Content-Type", type);
}

static void queue_response(struct pq_request *r, unsigned status,
			   struct MHD_Response *response)
{
	if (!response) {
		r->result = MHD_NO;
		return;
	}
	/* The library holds it as long as it is sent. */
	r->result = pq_mhd.queue_response(r->connection, status, response);
	pq_mhd.destroy_response(response);
	if (r->place) {
		r->place->what = PQ_CONNECTION_SENDS;
		r->place->since_ms = pq_clock_ms();
	}
}

static const char *header_of(struct pq_request *r, const char *name)
{
	return pq_mhd.lookup_connection_value(r->connection, MHD_HEADER_KIND,
					      name);
}

/* ---- bodies ---- */

static void free_body(void *body)
{
	struct pq_buf *b = body;

	pq_buf_release(b);
	pq_free(b);
}

/* A response that owns the bytes of a buffer, which is empty then. */
static struct MHD_Response *response_of(struct pq_buf *body)
{
	struct pq_buf *own = pq_alloc(sizeof(*own));
	struct MHD_Response *response;

	*own = *body;
	memset(body, 0, sizeof(*body));
	/* The library frees it when the last byte is sent. */
	response = pq_mhd.create_response_from_buffer_with_free_callback_cls(
		own->len, pq_unchecked_writable(own->data), free_body, own);
	if (!response)
		free_body(own);
	return response;
}

/* Whether one entry of Accept-Encoding, such as "gzip;q=0.5", takes gzip. */
static bool takes_gzip(const char *entry, size_t n)
{
	size_t name = 0, at;

	while (name < n && !strchr(" \t;", entry[name]))
		name++;
	if (name != 4 || strncasecmp(entry, "gzip", name) != 0)
		return false;
	/* A weight of zero, in however many digits, refuses it. */
	for (at = name; at < n && entry[at] != '='; at++)
		;
	return at == n || strspn(entry + at + 1, "0. \t") < n - at - 1;
}

static bool wants_gzip(struct pq_request *r, size_t bytes)
{
	const char *at = header_of(r, "Accept-Encoding");

	if (bytes < ZIP_FROM_BYTES || !at)
		return false;
	/* Entries stand between commas and blanks. */
	while (*(at += strspn(at, ", \t"))) {
		size_t n = strcspn(at, ",");

		if (takes_gzip(at, n))
			return true;
		at += n;
	}
	return false;
}

static void zip(struct pq_text body, struct pq_buf *zipped)
{
	struct pq_out out;
	struct pq_gzip *gz;

	pq_out_open_memory(&out);
	gz = pq_gzip_begin(&out, NULL);
	pq_gzip_write(gz, pq_unchecked_bytes(body.bytes), body.len);
	pq_gzip_end(gz);
	*zipped = out.buf;
}

static bool zip_if_wanted(struct pq_request *r, struct pq_buf *body)
{
	struct pq_buf zipped = { 0 };

	if (!wants_gzip(r, body->len))
		return false;
	zip(pq_buf_view(body), &zipped);
	pq_buf_release(body);
	*body = zipped;
	return true;
}

static void mark_zipped(struct MHD_Response *response)
{
	if (!response)
		return;
	pq_mhd.add_response_header(response, "Content-Encoding", "gzip");
	pq_mhd.add_response_header(response, "Vary", "Accept-Encoding");
}

void pq_respond(struct pq_request *r, unsigned status, const char *type,
		struct pq_buf *body)
{
	bool zipped = zip_if_wanted(r, body);
	struct MHD_Response *response = response_of(body);

	if (response)
		put_common_headers(response, pq_respond_nonce(r), type, false);
	if (zipped)
		mark_zipped(response);
	queue_response(r, status, response);
}

/* ---- answers that are kept ---- */

struct entry_use {
	struct pq_web_front *front;
	struct pq_cache_entry *entry;
};

static void leave_entry(void *use)
{
	struct entry_use *u = use;

	pq_cache_leave(&u->front->cache, u->entry);
	pq_free(u);
}

static bool is_known_to_browser(struct pq_request *r,
				const struct pq_cache_entry *e)
{
	const char *known = header_of(r, "If-None-Match");

	return known && (!strcmp(known, "*") || strstr(known, e->etag));
}

static struct MHD_Response *empty_response(void)
{
	return pq_mhd.create_response_from_buffer(0, NULL,
						  MHD_RESPMEM_PERSISTENT);
}

/* The file's name, where it is one to be saved. */
static void put_disposition(struct pq_request *r, struct MHD_Response *response)
{
	struct pq_text format = r->params.words[PQ_WORD_format];
	char value[96];

	if (!r->route || (r->route->kind != PQ_JOB_DOWNLOAD &&
			  r->route->kind != PQ_JOB_WHOLE))
		return;
	if (r->route->kind == PQ_JOB_WHOLE || pq_text_is(format, "proto"))
		snprintf(value, sizeof(value),
			 "attachment;filename=profile.pb.gz");
	else if (pq_text_is(format, "speedscope"))
		snprintf(value, sizeof(value),
			 "attachment;filename=profile.speedscope.json");
	else /* one of the formats that the worker knows */
		snprintf(value, sizeof(value),
			 "attachment;filename=profile.%.*s", (int)format.len,
			 pq_unchecked_bytes(format.bytes));
	/* A browser saves it under that name. */
	pq_mhd.add_response_header(response, "Content-Disposition", value);
}

/* The bytes stay in the cache, and are sent from there. */
static struct MHD_Response *
response_of_entry(struct pq_request *r, struct pq_cache_entry *e, bool zipped)
{
	struct pq_buf *body = zipped ? &e->zipped : &e->body;
	struct entry_use *use = pq_alloc(sizeof(*use));
	struct MHD_Response *response;

	*use = (struct entry_use){ r->front, e };
	pq_cache_use(e);
	response = pq_mhd.create_response_from_buffer_with_free_callback_cls(
		body->len, pq_unchecked_writable(body->data), leave_entry, use);
	if (!response)
		leave_entry(use);
	return response;
}

void pq_respond_entry(struct pq_request *r, struct pq_cache_entry *e,
		      const char *type)
{
	bool known = is_known_to_browser(r, e);
	bool zipped = !known && wants_gzip(r, e->body.len);
	struct MHD_Response *response;

	/* Compressed once, for all who want it so. */
	if (zipped && !e->zipped.len)
		zip(pq_buf_view(&e->body), &e->zipped);
	response = known ? empty_response() : response_of_entry(r, e, zipped);
	if (response) {
		put_common_headers(response, pq_respond_nonce(r), type, false);
		pq_mhd.add_response_header(response, "ETag", e->etag);
		put_disposition(r, response);
	}
	if (zipped)
		mark_zipped(response);
	queue_response(r, known ? 304 : 200, response);
}

void pq_respond_static(struct pq_request *r, unsigned status, const char *type,
		       struct pq_text body, bool keeps_a_year)
{
	struct MHD_Response *response = pq_mhd.create_response_from_buffer(
		body.len,
		pq_unchecked_writable((char PQ_RAW *)(uintptr_t)body.bytes),
		MHD_RESPMEM_PERSISTENT);

	if (response)
		put_common_headers(response, pq_respond_nonce(r), type,
				   keeps_a_year);
	queue_response(r, status, response);
}

/* ---- without a body ---- */

void pq_respond_redirect(struct pq_request *r, unsigned status,
			 struct pq_text to, const char *cookie)
{
	struct MHD_Response *response = empty_response();
	struct pq_buf where = { 0 };

	pq_buf_text(&where, to);
	/* Without memory there is none: queueing it ends the request. */
	if (response) {
		put_common_headers(response, pq_respond_nonce(r), NULL, false);
		pq_mhd.add_response_header(
			response, "Location",
			pq_unchecked_bytes(pq_buf_cstr(&where)));
		if (cookie)
			pq_mhd.add_response_header(response, "Set-Cookie",
						   cookie);
	}
	pq_buf_release(&where);
	queue_response(r, status, response);
}

void pq_respond_nothing(struct pq_request *r)
{
	struct MHD_Response *response = empty_response();

	if (response)
		put_common_headers(response, pq_respond_nonce(r), NULL, false);
	queue_response(r, 204, response);
}

/* ---- errors ---- */

static void put_error_member(struct pq_json_writer *w, const char *name,
			     struct pq_text value)
{
	pq_json_put_name(w, name);
	pq_json_put_text(w, value);
}

static void put_error_json(enum pq_answer_code code, struct pq_text option,
			   struct pq_text message, struct pq_buf *to)
{
	struct pq_json_writer w;
	struct pq_out out;

	pq_out_open_memory(&out);
	pq_json_begin(&w, &out);
	pq_json_open_object(&w);
	pq_json_put_name(&w, "error");
	pq_json_open_object(&w);
	put_error_member(&w, "code", pq_text_of(pq_answer_codes[code].name));
	/* An option is named where the page can mark its box. */
	if (option.len)
		put_error_member(&w, "option", option);
	put_error_member(&w, "message", message);
	pq_json_close_object(&w);
	pq_json_close_object(&w);
	pq_json_end(&w);
	pq_out_str(&out, "\n");
	*to = out.buf;
}

static void put_allowed(struct pq_request *r, struct MHD_Response *response)
{
	unsigned methods = r->route ? r->route->methods : PQ_METHOD_GET;
	char allowed[64];

	snprintf(allowed, sizeof(allowed), "%s%s%s%s",
		 methods & PQ_METHOD_GET ? "GET, HEAD, " : "",
		 methods & PQ_METHOD_POST ? "POST, " : "",
		 methods & PQ_METHOD_PUT ? "PUT, " : "",
		 methods & PQ_METHOD_DELETE ? "DELETE, " : "");
	allowed[strlen(allowed) - 2] = '\0';
	pq_mhd.add_response_header(response, "Allow", allowed);
}

void pq_respond_error(struct pq_request *r, enum pq_answer_code code,
		      struct pq_text option, struct pq_text message)
{
	bool is_api = pq_route_is_api(r->path);
	struct pq_page page = { .code = code,
				.option = option,
				.message = message,
				.state = code == PQ_ANSWER_LOADING ? "loading"
								   : NULL };
	struct MHD_Response *response;
	struct pq_buf body = { 0 };

	/* A script gets data, and a person a page. */
	if (is_api)
		put_error_json(code, option, message, &body);
	else
		pq_page_put(r, &page, &body);
	/* Who is to come again is told when. */
	response = response_of(&body);
	if (response) {
		put_common_headers(response, pq_respond_nonce(r),
				   is_api ? JSON_TYPE : HTML_TYPE, false);
		if (code == PQ_ANSWER_METHOD)
			put_allowed(r, response);
		if (code == PQ_ANSWER_LIMIT || code == PQ_ANSWER_LOADING)
			pq_mhd.add_response_header(response, "Retry-After",
						   "1");
	}
	queue_response(r, pq_answer_codes[code].status, response);
}

enum MHD_Result pq_respond_no_memory(struct MHD_Connection *connection)
{
	static char text[] = "There is not enough memory for an answer.\n";
	struct MHD_Response *response = pq_mhd.create_response_from_buffer(
		sizeof(text) - 1, text, MHD_RESPMEM_PERSISTENT);
	char nonce[PQ_NONCE_CHARS + 1];
	enum MHD_Result result;

	if (!response)
		return MHD_NO;
	pq_token_make(nonce, PQ_NONCE_CHARS);
	put_common_headers(response, nonce, "text/plain; charset=utf-8", false);
	pq_mhd.add_response_header(response, "Retry-After", "1");
	result = pq_mhd.queue_response(connection, 503, response);
	pq_mhd.destroy_response(response);
	return result;
}
