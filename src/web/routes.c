#include "web/routes.h"

#include <string.h>

#include "base/mem.h"
#include "command/commands.h"
#include "web/params.h"

#include "base/banned.h"

const struct pq_route pq_route_table[] = {
#define VIEW(name_, kind_, command_, label_)  \
	{ .path = "/ui/" #name_,              \
	  .methods = PQ_METHOD_GET,           \
	  .kind = PQ_JOB_##kind_,             \
	  .command = #command_,               \
	  .type = "text/html; charset=utf-8", \
	  .name = #name_,                     \
	  .label = label_ },
#define REPORT(name_) JSON_ROUTE(name_, false)
#define PAGED_REPORT(name_) JSON_ROUTE(name_, true)
#define JSON_ROUTE(name_, is_paged_)  \
	{ .path = "/api/1/" #name_,   \
	  .methods = PQ_METHOD_GET,   \
	  .kind = PQ_JOB_JSON,        \
	  .command = #name_,          \
	  .type = "application/json", \
	  .is_paged = is_paged_ },
#define DATA(path_, kind_, command_, type_) \
	{ .path = path_,                    \
	  .methods = PQ_METHOD_GET,         \
	  .kind = PQ_JOB_##kind_,           \
	  .command = DATA_##command_,       \
	  .type = type_ },
#define DATA_flame "flame"
#define DATA_trend "trend"
#define DATA_sizes "sizes"
#define DATA_ladders "ladders"
#define DATA_top "top"
#define DATA_svg "svg"
#define DATA_dot "dot"
#define DATA_proto "proto"
#define DATA_NULL NULL
#define OWN(path_, methods_, handler_)                             \
	{ .path = path_,                                           \
	  .methods = PQ_METHOD_##methods_,                         \
	  .handler = PQ_HANDLER_##handler_,                        \
	  .is_upload = PQ_HANDLER_##handler_ == PQ_HANDLER_UPLOAD, \
	  .is_open = PQ_HANDLER_##handler_ == PQ_HANDLER_STATIC || \
		     PQ_HANDLER_##handler_ == PQ_HANDLER_ICON },
#include "web/routes.def"
#undef VIEW
#undef REPORT
#undef PAGED_REPORT
#undef DATA
#undef OWN
};

const size_t pq_n_routes = sizeof(pq_route_table) / sizeof(*pq_route_table);

/* Encoded dots are what a path that leaves its place looks like. */
static bool is_straight_path(const char *path)
{
	for (const char *c = path; *c; c++)
		if (!strncasecmp(c, "%2e", 3))
			return false;
	return !strstr(path, "//") && !strstr(path, "..");
}

static bool route_matches(const struct pq_route *r, const char *path,
			  const char **rest)
{
	size_t n = strlen(r->path);

	*rest = path + strlen(path);
	if (!strcmp(r->path, path))
		return true;
	/* A row that ends in a slash takes all below it, but /ui/. */
	if (r->path[n - 1] != '/' || strncmp(path, r->path, n) != 0 ||
	    !strcmp(r->path, "/ui/"))
		return false;
	*rest = path + n;
	return true;
}

/* Decodes a path into the room; false for what cannot be one of ours. */
static bool decode_path(const char *path, char *room, size_t bytes)
{
	struct pq_buf decoded = { 0 };
	bool ok = is_straight_path(path) &&
		  pq_percent_decode(path, strlen(path), false, &decoded) &&
		  decoded.len < bytes && pq_text_is_utf8(pq_buf_view(&decoded));

	if (ok) {
		if (decoded.len)
			memcpy(room, pq_unchecked_bytes(decoded.data),
			       decoded.len);
		room[decoded.len] = '\0';
		/* Nothing that decoding uncovered may leave its place either. */
		ok = is_straight_path(room);
	}
	pq_buf_release(&decoded);
	return ok;
}

const struct pq_route *pq_route_find(const char *path, const char **rest,
				     char *room, size_t bytes)
{
	if (!decode_path(path, room, bytes))
		return NULL;
	for (size_t i = 0; i < pq_n_routes; i++)
		if (route_matches(&pq_route_table[i], room, rest))
			return pq_route_exists(&pq_route_table[i])
				       ? &pq_route_table[i]
				       : NULL;
	return NULL;
}

bool pq_route_exists(const struct pq_route *r)
{
	return !r->command || pq_command_find(pq_text_of(r->command));
}

bool pq_route_is_api(const char *path)
{
	return !strncmp(path, "/api/", 5);
}

bool pq_route_redirects(const char *path)
{
	size_t n = strlen(path) + 1;
	char *room = pq_alloc(n);
	bool redirects = decode_path(path, room, n) &&
			 strncmp(room, "/ui/", 4) != 0 &&
			 strcmp(room, "/ui") != 0 && !pq_route_is_api(room) &&
			 strncmp(room, "/static/", 8) != 0;

	pq_free(room);
	return redirects;
}
