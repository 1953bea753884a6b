#include "suites.h"

#include "base/mem.h"
#include "export/sql_filter.h"

#define BY_PROFILE "profile_id IN (SELECT profile_id\n  FROM profiles\n  WHERE "

static const struct {
	const char *filter;
	const char *samples; /* NULL: no filter */
} filters[] = {
	{ "service=api", "service = 'api'" },
	{ "service=", "service = ''" },
	{ "service=it's", "service = 'it''s'" },
	{ "service=a,b", "service = 'a,b'" },
	{ "service=a,b=c", "service = 'a,b=c'" },
	{ "service=a,since=5", "service = 'a' AND taken_at_ns >= 5" },
	{ "since=5,until=9,service=a",
	  "taken_at_ns >= 5 AND taken_at_ns < 9 AND service = 'a'" },
	{ "service=a,service=b", "service = 'a' AND service = 'b'" },
	{ "service=a,set:", "service = 'a,set:'" },
	{ "service=a,set:=x", "service = 'a,set:=x'" },
	{ "service=a,label:k,x=1", "service = 'a,label:k,x=1'" },
	{ "instance=i", BY_PROFILE "instance = 'i')" },
	{ "until=1970-01-01T00:00:01Z", "taken_at_ns < 1000000000" },
	{ "label:user=x\\",
	  "label_set IN (SELECT label_set\n  FROM labels\n"
	  "  WHERE key = 'user' AND is_num = 0 AND str = 'x\\')" },
	{ "set:a=b=c",
	  BY_PROFILE "label_set IN (SELECT label_set\n  FROM labels\n"
		     "  WHERE key = 'a' AND is_num = 0 AND str = 'b=c'))" },
	{ "", NULL },
	{ "service", NULL },
	{ "=x", NULL },
	{ "set:=x", NULL },
	{ "color=red", NULL },
	{ "since=noon", NULL },
	{ "service=a,since=noon", NULL },
	{ "service=\xff", NULL },
	{ "label:\xff=a", NULL },
};

START_TEST(filters_become_conditions)
{
	struct pq_sql_filter f = { 0 };
	struct pq_error err;
	struct pq_buf b = { 0 };
	bool ok;

	pq_error_clear(&err);
	ok = pq_sql_filter_add(&f, "where", pq_text_of(filters[_i].filter),
			       &err);
	ck_assert_msg(ok == (filters[_i].samples != NULL), "row %d: %s", _i,
		      err.msg);
	ck_assert_msg(ok || err.code == PQ_EUSAGE, "row %d", _i);
	if (ok) {
		pq_sql_filter_samples(&f, PQ_SQLITE, &b);
		ck_assert_msg(pq_text_is(pq_buf_view(&b), filters[_i].samples),
			      "row %d: %s", _i, pq_buf_cstr(&b));
	}
	pq_sql_filter_release(&f);
	pq_buf_release(&b);
	ck_assert(pq_mem_used() == 0);
}
END_TEST

static const struct {
	enum pq_engine engine;
	const char *text, *literal;
} literals[] = {
	{ PQ_SQLITE, "", "''" },
	{ PQ_SQLITE, "a'b\\", "'a''b\\'" },
	{ PQ_DUCKDB, "'' OR '1'='1\\", "''''' OR ''1''=''1\\'" },
	{ PQ_POSTGRES, "\\'; DROP", "'\\''; DROP'" },
	{ PQ_CLICKHOUSE, "a'b\\", "'a\\'b\\\\'" },
	{ PQ_CLICKHOUSE, "\\'", "'\\\\\\''" },
	{ PQ_CLICKHOUSE, "x\ny", "'x\ny'" },
};

START_TEST(text_stays_in_its_literal)
{
	struct pq_buf b = { 0 };

	pq_sql_literal(&b, literals[_i].engine, pq_text_of(literals[_i].text));
	ck_assert_msg(pq_text_is(pq_buf_view(&b), literals[_i].literal),
		      "row %d: %s", _i, pq_buf_cstr(&b));
	pq_buf_release(&b);
}
END_TEST

Suite *export_sql_filter_suite(void)
{
	Suite *suite = suite_create("export_sql_filter");
	TCase *tcase = tcase_create("sql_filter");

	tcase_add_loop_test(tcase, filters_become_conditions, 0, ROWS(filters));
	tcase_add_loop_test(tcase, text_stays_in_its_literal, 0,
			    ROWS(literals));
	suite_add_tcase(suite, tcase);
	return suite;
}
