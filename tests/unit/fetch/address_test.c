#include "suites.h"

#include <string.h>

#include "base/buf.h"
#include "fetch/address.h"

/* Words of a command line and what is requested; NULL: the name of a file. */
struct row {
	const char *word;
	int64_t seconds;
	const char *request, *symbolz;
	int64_t takes; /* seconds that the server says it takes */
};

static const struct row rows[] = {
	{ "http://h:1/debug/pprof/heap", 0, "http://h:1/debug/pprof/heap",
	  "http://h:1/debug/pprof/symbol", 0 },
	{ "h:1/debug/pprof/heap", 0, "http://h:1/debug/pprof/heap",
	  "http://h:1/debug/pprof/symbol", 0 },
	{ "localhost:8080", 0, "http://localhost:8080",
	  "http://localhost:8080/symbolz", 0 },
	{ "127.0.0.1:80/x", 0, "http://127.0.0.1:80/x",
	  "http://127.0.0.1:80/symbolz", 0 },
	{ "HTTP://h/p", 0, "http://h/p", "http://h/symbolz", 0 },
	{ "https+insecure://h/p", 0, "https://h/p", "https://h/symbolz", 0 },
	{ "http://[::1]:80/p", 0, "http://[::1]:80/p",
	  "http://[::1]:80/symbolz", 0 },
	{ "http://h/raw/p.pb.gz?x=1", 0, "http://h/raw/p.pb.gz?x=1",
	  "http://h/raw/symbolz", 0 },
	{ "http://h/x/pprof/heap", 0, "http://h/x/pprof/heap",
	  "http://h/x/pprof/symbol", 0 },
	/* the path as it was typed, or escaped where it must be */
	{ "http://h/a%20b/heap", 0, "http://h/a%20b/heap",
	  "http://h/a%20b/symbolz", 0 },
	{ "http://h/caf\xc3\xa9/heap", 0, "http://h/caf%C3%A9/heap",
	  "http://h/caf%C3%A9/symbolz", 0 },
	{ "http://h/p#part", 0, "http://h/p", "http://h/symbolz", 0 },
	/* the query in order */
	{ "http://h/p?gc=1&debug=0", 0, "http://h/p?debug=0&gc=1",
	  "http://h/symbolz", 0 },
	{ "http://h/p?b=%2f%3D&a=x%20y", 0, "http://h/p?a=x+y&b=%2F%3D",
	  "http://h/symbolz", 0 },
	{ "http://h/p?z=%26&a=1&m&a=0", 0, "http://h/p?a=1&a=0&m=&z=%26",
	  "http://h/symbolz", 0 },
	{ "http://h/p?a=1;b=2&c=%zz&d=3", 0, "http://h/p?d=3",
	  "http://h/symbolz", 0 },
	/* a mark alone stays, and goes where there is a query */
	{ "http://h/p?", 0, "http://h/p?", "http://h/symbolz", 0 },
	{ "http://h?", 0, "http://h?", "http://h/symbolz", 0 },
	{ "http://h/p?#?", 0, "http://h/p?", "http://h/symbolz", 0 },
	{ "http://h/p??", 0, "http://h/p?%3F=", "http://h/symbolz", 0 },
	{ "http://h/p?&", 0, "http://h/p", "http://h/symbolz", 0 },
	{ "http://h/p?", 3, "http://h/p?seconds=3", "http://h/symbolz", 3 },
	{ "unix:/run/app.sock:/p?", 0, "http://localhost/p?",
	  "http://localhost/symbolz", 0 },
	{ "http://h:000080/p", 0, "http://h:000080/p",
	  "http://h:000080/symbolz", 0 },
	/* seconds */
	{ "http://h/p", 3, "http://h/p?seconds=3", "http://h/symbolz", 3 },
	{ "http://h/p?seconds=2&gc=1", 7, "http://h/p?gc=1&seconds=7",
	  "http://h/symbolz", 7 },
	{ "http://h/p?seconds=4", 0, "http://h/p?seconds=4", "http://h/symbolz",
	  4 },
	{ "http://h/p?seconds=abc", -1, "http://h/p?seconds=abc",
	  "http://h/symbolz", 0 },
	/* a socket of this machine */
	{ "unix:/run/app.sock:/debug/pprof/heap?b=1&a=2", 0,
	  "http://localhost/debug/pprof/heap?a=2&b=1",
	  "http://localhost/debug/pprof/symbol", 0 },
	/* files */
	{ "heap.pb.gz", 0, NULL, NULL, 0 },
	{ "host/path", 0, NULL, NULL, 0 },
	{ "file:///etc/hostname", 0, NULL, NULL, 0 },
	{ "http:///x", 0, NULL, NULL, 0 },
	{ "http://h:99999/x", 0, NULL, NULL, 0 },
	{ "http://h:x/x", 0, NULL, NULL, 0 },
	{ "http://a b/x", 0, NULL, NULL, 0 },
	{ "unix:/run/app.sock", 0, NULL, NULL, 0 },
	{ "", 0, NULL, NULL, 0 },
};

START_TEST(word_is_taken_apart)
{
	const struct row *row = &rows[_i];
	struct pq_arena arena;
	struct pq_address a;
	bool is;

	pq_arena_init(&arena);
	is = pq_address_parse(row->word, row->seconds, &arena, &a);
	ck_assert_msg(is == (row->request != NULL), "row %d: %s", _i,
		      is ? a.request : "a file");
	if (is) {
		ck_assert_str_eq(a.request, row->request);
		ck_assert_str_eq(a.symbolz, row->symbolz);
		ck_assert_msg(a.seconds == row->takes, "row %d: %lld s", _i,
			      (long long)a.seconds);
	}
	pq_arena_release(&arena);
}
END_TEST

START_TEST(passwords_are_not_shown)
{
	struct pq_arena arena;
	struct pq_address a;

	pq_arena_init(&arena);
	ck_assert(pq_address_parse("http://me:s3cret@h/p", 0, &arena, &a));
	ck_assert_str_eq(a.request, "http://me:s3cret@h/p");
	ck_assert_str_eq(a.shown, "http://me:xxxxx@h/p");
	ck_assert(pq_address_parse("https+insecure://h/p", 0, &arena, &a));
	ck_assert(a.insecure);
	ck_assert_str_eq(a.shown, "https+insecure://h/p");
	ck_assert(pq_address_parse("unix:/run/a.sock:/p", 0, &arena, &a));
	ck_assert_str_eq(a.socket, "/run/a.sock");
	pq_arena_release(&arena);
}
END_TEST

static const struct {
	int64_t seconds;
	const char *text;
} durations[] = {
	{ 3, "3s" },	    { 61, "1m1s" },	{ 90, "1m30s" },
	{ 3600, "1h0m0s" }, { 3661, "1h1m1s" }, { 0, "0s" },
};

START_TEST(duration_is_written)
{
	struct pq_buf b = { 0 };

	pq_duration_text(&b, durations[_i].seconds);
	ck_assert_str_eq(pq_buf_cstr(&b), durations[_i].text);
	pq_buf_release(&b);
}
END_TEST

START_TEST(duration_is_read)
{
	ck_assert_int_eq(pq_duration_seconds("30s"), 30);
	ck_assert_int_eq(pq_duration_seconds("15m"), 900);
	ck_assert_int_eq(pq_duration_seconds("1h30m"), 5400);
	ck_assert_int_eq(pq_duration_seconds("2d"), 172800);
	ck_assert_int_eq(pq_duration_seconds("45"), 45);
	ck_assert_int_eq(pq_duration_seconds("1x"), 0);
	ck_assert_int_eq(pq_duration_seconds("-1s"), 0);
	ck_assert_int_eq(pq_duration_seconds("s"), 0);
	ck_assert_int_eq(pq_duration_seconds(""), 0);
	ck_assert_int_eq(pq_duration_seconds("99999999999999h"), 0);
}
END_TEST

/* Hosts that are numbers, and whether they are an address as it is written. */
static const struct {
	const char *word;
	bool is_odd;
} hosts[] = {
	{ "127.0.0.1:80", false },	  { "http://127.1/", true },
	{ "http://0x7f.1:8080/p", true }, { "http://2130706433/", true },
	{ "http://0177.0.0.1/", true },	  { "http://127.0.0.256/", true },
	{ "http://127.0.0.1./", true },	  { "http://u:1@0/", true },
	{ "http://1.2.3.4.5/", true },	  { "http://u:p@10.0.0.1:1/", false },
	{ "http://[::1]/", false },	  { "http://1.example/", false },
	{ "http://0x/", false },	  { "http://a.0x7f/", false },
	{ "unix:/s:/p", false },
};

START_TEST(numbers_are_no_hosts)
{
	struct pq_arena arena;
	struct pq_address a;

	pq_arena_init(&arena);
	ck_assert(pq_address_parse(hosts[_i].word, 0, &arena, &a));
	ck_assert_msg(a.has_odd_host == hosts[_i].is_odd, "row %d", _i);
	pq_arena_release(&arena);
}
END_TEST

Suite *fetch_address_suite(void)
{
	Suite *suite = suite_create("fetch_address");
	TCase *tcase = tcase_create("address");

	tcase_add_loop_test(tcase, word_is_taken_apart, 0, ROWS(rows));
	tcase_add_test(tcase, passwords_are_not_shown);
	tcase_add_loop_test(tcase, duration_is_written, 0, ROWS(durations));
	tcase_add_test(tcase, duration_is_read);
	tcase_add_loop_test(tcase, numbers_are_no_hosts, 0, ROWS(hosts));
	suite_add_tcase(suite, tcase);
	return suite;
}
