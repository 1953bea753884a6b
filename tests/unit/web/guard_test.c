#include "suites.h"

#include <string.h>

#include "web/guard.h"

/* Heads of requests, and what becomes of them. */

#define TOKEN "0123456789abcdef0123456789abcdef"

static const struct pq_guard guard = { .host = "localhost",
				       .token = TOKEN,
				       .most_upload = 1000000 };

static const struct {
	const char *what, *method, *target;
	struct pq_head head; /* the rest of it */
	enum pq_guard_verdict verdict;
} heads[] = {
#define HOST .n_hosts = 1, .host = "localhost:1234"
#define HEAD(...)           \
	{                   \
		__VA_ARGS__ \
	}
	{ "cookie", "GET", "/ui/top", HEAD(HOST, .cookie = TOKEN),
	  PQ_GUARD_PASS },
	{ "header", "GET", "/ui/top", HEAD(HOST, .token = TOKEN),
	  PQ_GUARD_PASS },
	{ "no token", "GET", "/ui/top", HEAD(HOST), PQ_GUARD_TOKEN },
	{ "token cut short", "GET", "/ui/top",
	  HEAD(HOST, .cookie = "0123456789abcdef0123456789abcde"),
	  PQ_GUARD_TOKEN },
	{ "empty token", "GET", "/ui/top", HEAD(HOST, .cookie = ""),
	  PQ_GUARD_TOKEN },
	{ "static files are open", "GET", "/static/0/main.js", HEAD(HOST),
	  PQ_GUARD_PASS },
	{ "no host", "GET", "/", HEAD(.n_hosts = 0), PQ_GUARD_BAD },
	{ "two hosts", "GET", "/", HEAD(.n_hosts = 2, .host = "localhost"),
	  PQ_GUARD_BAD },
	{ "an absolute target", "GET", "http://localhost/",
	  HEAD(HOST, .cookie = TOKEN), PQ_GUARD_BAD },
	{ "a length and an encoding", "GET", "/ui/top",
	  HEAD(HOST, .length = "3", .encoding = "chunked"), PQ_GUARD_BAD },
	{ "an encoding without an end", "GET", "/ui/top",
	  HEAD(HOST, .cookie = TOKEN, .encoding = "gzip"), PQ_GUARD_BAD },
	{ "a body in parts", "GET", "/ui/top",
	  HEAD(HOST, .cookie = TOKEN, .encoding = "Chunked"), PQ_GUARD_PASS },
	{ "a header that came twice", "GET", "/ui/top",
	  HEAD(HOST, .cookie = TOKEN, .repeats = true), PQ_GUARD_BAD },
	{ "long headers", "GET", "/ui/top",
	  HEAD(HOST, .cookie = TOKEN, .bytes = 65536), PQ_GUARD_PASS },
	{ "headers that are too long", "GET", "/ui/top",
	  HEAD(HOST, .cookie = TOKEN, .bytes = 65537), PQ_GUARD_HEAD_TOO_LONG },
	{ "another host", "GET", "/ui/top",
	  HEAD(.n_hosts = 1, .host = "evil.example", .cookie = TOKEN),
	  PQ_GUARD_FORBIDDEN },
	{ "a host that begins like ours", "GET", "/ui/top",
	  HEAD(.n_hosts = 1, .host = "localhost.evil.com", .cookie = TOKEN),
	  PQ_GUARD_FORBIDDEN },
	{ "two ports", "GET", "/ui/top",
	  HEAD(.n_hosts = 1, .host = "localhost:1:2", .cookie = TOKEN),
	  PQ_GUARD_FORBIDDEN },
	{ "brackets without an end", "GET", "/ui/top",
	  HEAD(.n_hosts = 1, .host = "[::1", .cookie = TOKEN),
	  PQ_GUARD_FORBIDDEN },
	{ "IPv6", "GET", "/ui/top",
	  HEAD(.n_hosts = 1, .host = "[::1]:80", .cookie = TOKEN),
	  PQ_GUARD_PASS },
	{ "another origin", "GET", "/ui/top",
	  HEAD(HOST, .origin = "http://evil.example", .cookie = TOKEN),
	  PQ_GUARD_FORBIDDEN },
	{ "our origin, another port", "GET", "/ui/top",
	  HEAD(HOST, .origin = "http://localhost:1", .cookie = TOKEN),
	  PQ_GUARD_FORBIDDEN },
	{ "our origin", "GET", "/ui/top",
	  HEAD(HOST, .origin = "http://localhost:1234", .cookie = TOKEN),
	  PQ_GUARD_PASS },
	{ "a request of another site", "GET", "/api/1/top",
	  HEAD(HOST, .fetch_site = "cross-site", .fetch_mode = "no-cors",
	       .cookie = TOKEN),
	  PQ_GUARD_FORBIDDEN },
	{ "a link of another site", "GET", "/ui/top",
	  HEAD(HOST, .fetch_site = "cross-site", .fetch_mode = "navigate"),
	  PQ_GUARD_TOKEN },
	{ "a link of another site to data", "GET", "/api/1/top",
	  HEAD(HOST, .fetch_site = "cross-site", .fetch_mode = "navigate",
	       .cookie = TOKEN),
	  PQ_GUARD_FORBIDDEN },
	{ "our own request", "GET", "/api/1/top",
	  HEAD(HOST, .fetch_site = "same-origin", .cookie = TOKEN),
	  PQ_GUARD_PASS },
	{ "a method of no path", "POST", "/ui/top", HEAD(HOST, .token = TOKEN),
	  PQ_GUARD_METHOD },
	{ "a method that nobody knows", "BREW", "/ui/top",
	  HEAD(HOST, .token = TOKEN), PQ_GUARD_METHOD },
	{ "a change by cookie alone", "POST", "/ui/saveconfig",
	  HEAD(HOST, .cookie = TOKEN), PQ_GUARD_FORBIDDEN },
	{ "a change by header", "POST", "/ui/saveconfig",
	  HEAD(HOST, .token = TOKEN), PQ_GUARD_PASS },
	{ "a long body", "POST", "/ui/saveconfig",
	  HEAD(HOST, .token = TOKEN, .length = "65537"), PQ_GUARD_TOO_LONG },
	{ "a profile may be longer", "POST", "/api/1/profiles",
	  HEAD(HOST, .token = TOKEN, .length = "65537"), PQ_GUARD_PASS },
	{ "but not too long", "POST", "/api/1/profiles",
	  HEAD(HOST, .token = TOKEN, .length = "1000001"), PQ_GUARD_TOO_LONG },
	{ "a length that is no number", "POST", "/api/1/profiles",
	  HEAD(HOST, .token = TOKEN, .length = "-1"), PQ_GUARD_TOO_LONG },
	{ "a length that wraps around", "POST", "/api/1/profiles",
	  HEAD(HOST, .token = TOKEN, .length = "18446744073709551617"),
	  PQ_GUARD_TOO_LONG },
};

START_TEST(head_gets_its_verdict)
{
	struct pq_head head = heads[_i].head;
	char room[256];
	const char *rest;

	head.method = heads[_i].method;
	head.target = heads[_i].target;
	head.route = pq_route_find(head.target, &rest, room, sizeof(room));
	ck_assert_msg(pq_guard_judge(&guard, &head) == heads[_i].verdict,
		      "row %d: %s: %d", _i, heads[_i].what,
		      pq_guard_judge(&guard, &head));
}
END_TEST

START_TEST(right_token_in_the_url_becomes_a_cookie)
{
	struct pq_head head = { .method = "GET",
				.target = "/?token=" TOKEN,
				HOST,
				.token_param = PQ_TEXT(TOKEN) };

	ck_assert_int_eq(pq_guard_judge(&guard, &head), PQ_GUARD_GIVE_COOKIE);
	head.token_param = PQ_TEXT("0");
	ck_assert_int_eq(pq_guard_judge(&guard, &head), PQ_GUARD_TOKEN);
}
END_TEST

START_TEST(token_of_one_use_gives_a_cookie)
{
	static const char once[] = "ffffffffffffffffffffffffffffffff";
	struct pq_guard g = guard;
	struct pq_head head = { .method = "GET",
				.target = "/?token=x",
				HOST,
				.token_param = pq_text_of(once) };

	ck_assert_int_eq(pq_guard_judge(&g, &head), PQ_GUARD_TOKEN);
	memcpy(g.once, once, sizeof(once));
	ck_assert_int_eq(pq_guard_judge(&g, &head), PQ_GUARD_GIVE_COOKIE);
	/* It opens the first page, and nothing by a header. */
	head.token_param = PQ_TEXT("");
	head.token = once;
	ck_assert_int_eq(pq_guard_judge(&g, &head), PQ_GUARD_TOKEN);
}
END_TEST

static const struct {
	const char *header, *value; /* NULL: none of ours */
} cookies[] = {
	{ "profq=abc", "abc" },
	{ "a=b; profq=abc; c=d", "abc" },
	{ "a=b;profq=abc", "abc" },
	{ "xprofq=abc", NULL },
	{ "a=profq=abc", NULL },
	{ "profq=", "" },
	{ "", NULL },
	{ ";;; ;", NULL },
};

START_TEST(cookie_is_found)
{
	char room[8];
	bool found = pq_guard_cookie(cookies[_i].header, room, sizeof(room));

	ck_assert_msg(found == (cookies[_i].value != NULL), "row %d", _i);
	if (found)
		ck_assert_str_eq(room, cookies[_i].value);
}
END_TEST

static const struct {
	const char *path, *route, *rest;
} paths[] = {
	{ "/ui/top", "/ui/top", "" },
	{ "/ui/t%6Fp", "/ui/top", "" },
	{ "/api/1/configs/a%20b", "/api/1/configs/", "a b" },
	{ "/static/x/y", "/static/", "x/y" },
	{ "/ui/TOP", NULL, NULL },
	{ "/ui/top/", NULL, NULL },
	{ "/ui/../ui/top", NULL, NULL },
	{ "/ui/%2e%2e/top", NULL, NULL },
	{ "//ui/top", NULL, NULL },
	{ "/ui/top%00", NULL, NULL },
	{ "/ui/top%", NULL, NULL },
	{ "/ui/%ff", NULL, NULL },
	{ "/static/%2e%2e/%2e%2e/etc/passwd", NULL, NULL },
};

START_TEST(path_has_its_route)
{
	char room[256];
	const char *rest = NULL;
	const struct pq_route *r =
		pq_route_find(paths[_i].path, &rest, room, sizeof(room));

	ck_assert_msg((r != NULL) == (paths[_i].route != NULL), "row %d", _i);
	if (!r)
		return;
	ck_assert_str_eq(r->path, paths[_i].route);
	ck_assert_str_eq(rest, paths[_i].rest);
}
END_TEST

Suite *web_guard_suite(void)
{
	Suite *s = suite_create("web_guard");
	TCase *t = tcase_create("heads");

	tcase_add_loop_test(t, head_gets_its_verdict, 0, ROWS(heads));
	tcase_add_test(t, right_token_in_the_url_becomes_a_cookie);
	tcase_add_test(t, token_of_one_use_gives_a_cookie);
	tcase_add_loop_test(t, cookie_is_found, 0, ROWS(cookies));
	tcase_add_loop_test(t, path_has_its_route, 0, ROWS(paths));
	suite_add_tcase(s, t);
	return s;
}
