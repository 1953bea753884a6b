#include "suites.h"

#include "export/moment.h"

static const struct {
	const char *text;
	bool ok;
	int64_t ns;
} moments[] = {
	{ "0", true, 0 },
	{ "-1", true, -1 },
	{ "9223372036854775807", true, INT64_MAX },
	{ "-9223372036854775808", true, INT64_MIN },
	{ "9223372036854775808", false, 0 },
	{ "", false, 0 },
	{ "-", false, 0 },
	{ "12x", false, 0 },
	{ "1970-01-01T00:00:00Z", true, 0 },
	{ "1970-01-01t00:00:00z", true, 0 },
	{ "1969-12-31T23:59:59.999999999Z", true, -1 },
	{ "2026-11-01T00:00:00+01:00", true, 1793487600000000000 },
	{ "2026-10-31T18:00:00-05:00", true, 1793487600000000000 },
	{ "2024-02-29T12:00:00.5Z", true, 1709208000500000000 },
	{ "2000-02-29T00:00:00Z", true, 951782400000000000 },
	{ "2100-02-29T00:00:00Z", false, 0 },
	{ "2023-02-29T00:00:00Z", false, 0 },
	{ "2026-13-01T00:00:00Z", false, 0 },
	{ "2026-00-01T00:00:00Z", false, 0 },
	{ "2026-01-00T00:00:00Z", false, 0 },
	{ "2026-01-01T24:00:00Z", false, 0 },
	{ "2026-01-01T00:60:00Z", false, 0 },
	{ "2026-01-01T00:00:00", false, 0 },
	{ "2026-01-01T00:00:00.Z", false, 0 },
	{ "2026-01-01T00:00:00.1234567890Z", false, 0 },
	{ "2026-01-01 00:00:00Z", false, 0 },
	{ "2026-01-01T00:00:00Zx", false, 0 },
	{ "2026-01-01", false, 0 },
	{ "9999-12-31T23:59:59Z", false, 0 },
	{ "0000-01-01T00:00:00Z", false, 0 },
};

START_TEST(times_are_nanoseconds_or_dates)
{
	int64_t ns = 7;
	bool ok = pq_moment_parse(pq_text_of(moments[_i].text), &ns);

	ck_assert_msg(ok == moments[_i].ok, "row %d: %d", _i, ok);
	ck_assert_msg(!ok || ns == moments[_i].ns, "row %d: %lld", _i,
		      (long long)ns);
}
END_TEST

Suite *export_moment_suite(void)
{
	Suite *suite = suite_create("export_moment");
	TCase *tcase = tcase_create("moment");

	tcase_add_loop_test(tcase, times_are_nanoseconds_or_dates, 0,
			    ROWS(moments));
	suite_add_tcase(suite, tcase);
	return suite;
}
