/*
 * routes.h - which path is answered by what; the table is routes.def.
 *
 * Paths are compared as they are after one percent-decoding.  One that has
 * "..", "//", a NUL or an encoded dot in it is none of ours.
 */
#ifndef PQ_WEB_ROUTES_H
#define PQ_WEB_ROUTES_H

#include <stdbool.h>
#include <stddef.h>

#include "web/job.h"

enum pq_http_method {
	PQ_METHOD_GET = 1,
	PQ_METHOD_POST = 2,
	PQ_METHOD_PUT = 4,
	PQ_METHOD_DELETE = 8,
};

/* Who answers. */
enum pq_handler {
	PQ_HANDLER_WORKER,
	PQ_HANDLER_STATUS,
	PQ_HANDLER_OPTIONS,
	PQ_HANDLER_UPLOAD,
	PQ_HANDLER_DROP,
	PQ_HANDLER_CONFIGS,
	PQ_HANDLER_CONFIG,
	PQ_HANDLER_SAVE_CONFIG,
	PQ_HANDLER_DELETE_CONFIG,
	PQ_HANDLER_TO_FIRST,
	PQ_HANDLER_TO_FLAME,
	PQ_HANDLER_START,
	PQ_HANDLER_OPEN,
	PQ_HANDLER_STATIC,
	PQ_HANDLER_ICON,
};

struct pq_route {
	const char *path;
	unsigned methods;
	enum pq_handler handler;
	enum pq_job_kind kind; /* the worker's answer */
	const char *command;   /* NULL: the request says which */
	const char *type;      /* Content-Type; NULL: the request says which */
	const char *name;      /* a view's, else NULL */
	const char *label;     /* in the menu, else NULL */
	bool is_upload;	       /* its body may be long */
	bool is_open;	       /* wants no token */
	bool is_paged; /* JSON comes by rows, whether that is asked or not */
};

extern const struct pq_route pq_route_table[];
extern const size_t pq_n_routes;

/*
 * The route of a path, with what follows a prefix in *rest (decoded, valid as
 * long as the room).  NULL: there is none.
 */
const struct pq_route *pq_route_find(const char *path, const char **rest,
				     char *room, size_t bytes);

/* Whether the command of a route is in this program. */
bool pq_route_exists(const struct pq_route *r);

/* Whether an unknown path leads to the first page: not below /ui/, ... */
bool pq_route_redirects(const char *path);

bool pq_route_is_api(const char *path);

#endif
