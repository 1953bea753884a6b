/*
 * guard.h - who may ask at all: what a request's head must be like before any
 * handler sees it.
 *
 * Order:  the rules stand in web.md section 4; the first that is broken
 *         decides.
 * Why:    a page from anywhere can make a browser send requests here, under a
 *         name of its own that resolves to this machine.  Host, Origin and
 *         Sec-Fetch-Site tell those from ours; the token tells other users of
 *         this machine from its owner; a header that no form can set guards
 *         what changes something.
 */
#ifndef PQ_WEB_GUARD_H
#define PQ_WEB_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "web/routes.h"

enum { PQ_TOKEN_CHARS = 32 };

/* The server, as far as a request is judged by it. */
struct pq_guard {
	const char *host; /* that of -http, without brackets; "" is localhost */
	char token[PQ_TOKEN_CHARS + 1]; /* "": -http_token=off */
	/*
	 * A token of the first request only, for a command line that others
	 * can see: the browser's; "": it was used, or there is none.
	 */
	char once[PQ_TOKEN_CHARS + 1];
	uint64_t most_upload;
};

/* A head as it came; NULL for a header that is not there. */
struct pq_head {
	const char *method;
	const char *target;	      /* as sent, with the query */
	const struct pq_route *route; /* that of its path; NULL: there is none */
	unsigned n_hosts;
	const char *host, *origin, *fetch_site, *fetch_mode;
	const char *token;    /* X-Profq-Token */
	const char *cookie;   /* the value of profq in Cookie */
	const char *length;   /* Content-Length */
	const char *encoding; /* Transfer-Encoding */
	bool repeats;	      /* a header that the guard reads came twice */
	size_t bytes;	      /* of all headers */
	/* token=... of the query; empty when there is none */
	struct pq_text token_param;
};

enum pq_guard_verdict {
	PQ_GUARD_PASS,
	PQ_GUARD_BAD,		/* 400 */
	PQ_GUARD_TOO_LONG,	/* 413 */
	PQ_GUARD_URL_TOO_LONG,	/* 414 */
	PQ_GUARD_HEAD_TOO_LONG, /* 431 */
	PQ_GUARD_FORBIDDEN,	/* 403 */
	PQ_GUARD_METHOD,	/* 405 */
	PQ_GUARD_TOKEN,		/* 401 */
	PQ_GUARD_GIVE_COOKIE,	/* 303 to the URL without the token */
};

enum pq_guard_verdict pq_guard_judge(const struct pq_guard *g,
				     const struct pq_head *head);

/* Whether a name after -http, or in a Host header, is this machine alone. */
bool pq_guard_is_loopback(const char *host);

/* Whether it is the token: in a time that does not tell how much is right. */
bool pq_guard_token_is(const struct pq_guard *g, struct pq_text token);

/* Whether it is the token of one use. */
bool pq_guard_is_once(const struct pq_guard *g, struct pq_text token);

/*
 * Whether the head has the token, or none is wanted.  The verdict alone does
 * not tell: a head that is refused, or asks for an open file, may lack it.
 */
bool pq_guard_has_token(const struct pq_guard *g, const struct pq_head *head);

/* The value of profq in a Cookie header, into room[]; false: none. */
bool pq_guard_cookie(const char *header, char *room, size_t bytes);

#endif
