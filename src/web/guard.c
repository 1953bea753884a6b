#include "web/guard.h"

#include <string.h>
#include <strings.h>

#include "base/banned.h"

enum {
	MOST_TARGET = 64 << 10,
	MOST_HEADERS = 64 << 10,
	MOST_BODY = 64 << 10,
	MOST_HOST = 256,
};

/* ---- Host ---- */

/* Cuts the port off a Host header; false for what is no host at all. */
static bool split_host(const char *host, char name[static MOST_HOST])
{
	size_t n = strlen(host), end;

	if (!n || n >= MOST_HOST)
		return false;
	memcpy(name, host, n + 1);
	/* Colons inside brackets are part of the address. */
	end = name[0] == '[' ? strcspn(name, "]") + 1 : strcspn(name, ":");
	if (end > n)
		return false;
	if (name[end] == ':' &&
	    strspn(name + end + 1, "0123456789") != n - end - 1)
		return false;
	if (name[end] != '\0' && name[end] != ':')
		return false;
	name[end] = '\0';
	return true;
}

bool pq_guard_is_loopback(const char *host)
{
	return !*host || !strcasecmp(host, "localhost") ||
	       !strcmp(host, "127.0.0.1") || !strcmp(host, "::1") ||
	       !strcmp(host, "[::1]");
}

static bool is_known_host(const struct pq_guard *g, const char *host)
{
	char name[MOST_HOST];
	size_t n;

	if (!host || !split_host(host, name) || !*name)
		return false;
	if (pq_guard_is_loopback(name) || !strcasecmp(name, g->host))
		return true;
	/* -http=[fe80::1]:80 has no brackets left in g->host. */
	n = strlen(name);
	return name[0] == '[' && n - 2 == strlen(g->host) &&
	       !strncasecmp(name + 1, g->host, n - 2);
}

/* ---- other sites ---- */

static bool is_same_origin(const struct pq_head *head)
{
	static const char scheme[] = "http://";
	size_t n = sizeof(scheme) - 1;

	return !head->origin || (!strncmp(head->origin, scheme, n) &&
				 !strcasecmp(head->origin + n, head->host));
}

/* A link from elsewhere to a page goes on to the check of the token. */
static bool is_fetch_allowed(const struct pq_head *head)
{
	if (!head->fetch_site || !strcmp(head->fetch_site, "same-origin") ||
	    !strcmp(head->fetch_site, "none"))
		return true;
	return head->fetch_mode && !strcmp(head->fetch_mode, "navigate") &&
	       !strcmp(head->method, "GET") && !pq_route_is_api(head->target);
}

/* ---- the token ---- */

/* In a time that does not tell how much of it is right. */
static bool is_same_secret(const char *secret, struct pq_text token)
{
	unsigned differs = 0;

	if (token.len != PQ_TOKEN_CHARS)
		return false;
	for (size_t i = 0; i < PQ_TOKEN_CHARS; i++)
		differs |= (unsigned char)(token.bytes[i] ^ secret[i]);
	return !differs;
}

bool pq_guard_token_is(const struct pq_guard *g, struct pq_text token)
{
	return !g->token[0] || is_same_secret(g->token, token);
}

bool pq_guard_is_once(const struct pq_guard *g, struct pq_text token)
{
	return g->once[0] && is_same_secret(g->once, token);
}

bool pq_guard_has_token(const struct pq_guard *g, const struct pq_head *head)
{
	return (head->cookie &&
		pq_guard_token_is(g, pq_text_of(head->cookie))) ||
	       (head->token && pq_guard_token_is(g, pq_text_of(head->token))) ||
	       !g->token[0];
}

bool pq_guard_cookie(const char *header, char *room, size_t bytes)
{
	static const char name[] = "profq=";

	/* Cookies are name=value, with semicolons and blanks between. */
	for (const char *at = header; *at;) {
		size_t n = strcspn(at, ";");

		while (n && (*at == ' ' || *at == '\t')) {
			at++;
			n--;
		}
		if (n >= sizeof(name) - 1 &&
		    !memcmp(at, name, sizeof(name) - 1)) {
			at += sizeof(name) - 1;
			n -= sizeof(name) - 1;
			/* A longer one cannot be the token. */
			if (n >= bytes)
				return false;
			memcpy(room, at, n);
			room[n] = '\0';
			return true;
		}
		at += n + (at[n] != '\0');
	}
	return false;
}

/* ---- methods and bodies ---- */

static bool is_reading(const char *method)
{
	return !strcmp(method, "GET") || !strcmp(method, "HEAD");
}

static bool is_method_allowed(const struct pq_head *head)
{
	if (!head->route)
		return is_reading(head->method);
	return (is_reading(head->method) &&
		(head->route->methods & PQ_METHOD_GET)) ||
	       (!strcmp(head->method, "POST") &&
		(head->route->methods & PQ_METHOD_POST)) ||
	       (!strcmp(head->method, "PUT") &&
		(head->route->methods & PQ_METHOD_PUT)) ||
	       (!strcmp(head->method, "DELETE") &&
		(head->route->methods & PQ_METHOD_DELETE));
}

static uint64_t body_limit(const struct pq_guard *g, const struct pq_head *head)
{
	return head->route && head->route->is_upload &&
			       !strcmp(head->method, "POST")
		       ? g->most_upload
		       : MOST_BODY;
}

/* A length that is no number is none that is short enough. */
static bool is_body_short(const struct pq_guard *g, const struct pq_head *head)
{
	uint64_t n = 0;

	if (!head->length)
		return true;
	for (const char *c = head->length; *c; c++) {
		if (*c < '0' || *c > '9' || n > UINT64_MAX / 20)
			return false;
		n = n * 10 + (uint64_t)(*c - '0');
	}
	return n <= body_limit(g, head);
}

/* ---- all of it ---- */

static enum pq_guard_verdict judge_token(const struct pq_guard *g,
					 const struct pq_head *head)
{
	if (head->route && head->route->is_open)
		return PQ_GUARD_PASS;
	if (head->token_param.len && is_reading(head->method) &&
	    (pq_guard_token_is(g, head->token_param) ||
	     pq_guard_is_once(g, head->token_param)))
		return PQ_GUARD_GIVE_COOKIE;
	return pq_guard_has_token(g, head) ? PQ_GUARD_PASS : PQ_GUARD_TOKEN;
}

/* Whether two parsers might read the head in two ways. */
static bool is_ambiguous(const struct pq_head *head)
{
	if (head->target[0] != '/' || head->n_hosts != 1 || head->repeats)
		return true;
	/* An encoding that is not known leaves the end of the body open. */
	return head->encoding &&
	       (head->length || strcasecmp(head->encoding, "chunked") != 0);
}

enum pq_guard_verdict pq_guard_judge(const struct pq_guard *g,
				     const struct pq_head *head)
{
	if (strlen(head->target) > MOST_TARGET)
		return PQ_GUARD_URL_TOO_LONG;
	if (head->bytes > MOST_HEADERS)
		return PQ_GUARD_HEAD_TOO_LONG;
	if (is_ambiguous(head))
		return PQ_GUARD_BAD;
	if (!is_body_short(g, head))
		return PQ_GUARD_TOO_LONG;

	/* Requests of other sites end here. */
	if (!is_known_host(g, head->host) || !is_same_origin(head) ||
	    !is_fetch_allowed(head))
		return PQ_GUARD_FORBIDDEN;

	/* Changes want the token in a header: a cookie is sent by others. */
	if (!is_method_allowed(head))
		return PQ_GUARD_METHOD;
	if (!is_reading(head->method) &&
	    !(head->token && pq_guard_token_is(g, pq_text_of(head->token))))
		return PQ_GUARD_FORBIDDEN;
	return judge_token(g, head);
}
