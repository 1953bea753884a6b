#include "suites.h"

#include "helpers.h"
#include "fetch/url.h"

/* The answers are those of Go's url.Parse and IsAbs. */
static const struct {
	const char *text;
	bool is_url;
} rows[] = {
	{ "", false },
	{ "http://a/b", true },
	{ "https://u:p@host.example:8080/debug/pprof?x=%zz", true },
	{ "memfd:x (deleted)", true },
	{ "C:\\x", true },
	{ "/a/b", false },
	{ "a_b:c", false },
	{ "x:", true },
	{ ":x", false },
	{ "x://h:8z/", false },
	{ "x://h:80", true },
	{ "x://h:", true },
	{ "1a:b", false },
	{ "a+.-1:b", true },
	{ "x:%zz", true },
	{ "x:/%zz", false },
	{ "x:/%41", true },
	{ "x:#%zz", false },
	{ "x#y:z", false },
	{ "x?y:z", false },
	{ "x://[::1]:8", true },
	{ "x://[::1", false },
	{ "x:///a b", true },
	{ "x://a b", false },
	{ "x://h^", false },
	{ "x://u p@h", false },
	{ "x://h%2a", false },
	{ "x://h%25", true },
	{ "x://h%c3%a4", true },
	{ "x://h%4", false },
	{ "x://%zz@h", false },
	{ "x://[::1]8", false },
	{ "x:/a\nb", false },
	{ "x:a\177", false },
};

START_TEST(urls_are_what_go_takes_for_them)
{
	ck_assert_msg(pq_text_is_url(pq_text_of(rows[_i].text)) ==
			      rows[_i].is_url,
		      "row %d: %s", _i, rows[_i].text);
}
END_TEST

START_TEST(only_mappings_without_a_build_id_lose_their_file)
{
	struct pq_profile *p = profile_of("types: cpu/ns\n"
					  "map: 10 20 0 http://h/x -\n"
					  "map: 20 30 0 http://h/y id\n"
					  "map: 30 40 0 /bin/z -\n"
					  "main 1\n");

	pq_drop_url_mappings(p);
	ck_assert_uint_eq(pq_string(p, p->mappings.at[0].file).len, 0);
	ck_assert_uint_eq(pq_string(p, p->mappings.at[1].file).len, 10);
	ck_assert_uint_eq(pq_string(p, p->mappings.at[2].file).len, 6);
	pq_profile_free(p);
}
END_TEST

Suite *fetch_url_suite(void)
{
	Suite *s = suite_create("fetch_url");
	TCase *t = tcase_create("url");

	tcase_add_loop_test(t, urls_are_what_go_takes_for_them, 0, ROWS(rows));
	tcase_add_test(t, only_mappings_without_a_build_id_lose_their_file);
	suite_add_tcase(s, t);
	return s;
}
