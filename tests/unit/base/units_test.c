#include "suites.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "base/units.h"

static const struct {
	int64_t value;
	struct pq_text from, to;
	const char *want;
} labels[] = {
	/* bytes */
	{ 0, PQ_TEXT("bytes"), PQ_TEXT("auto"), "0" },
	{ 1, PQ_TEXT("bytes"), PQ_TEXT("auto"), "1B" },
	{ 1023, PQ_TEXT("bytes"), PQ_TEXT("auto"), "1023B" },
	{ 1024, PQ_TEXT("bytes"), PQ_TEXT("auto"), "1kB" },
	{ 1536, PQ_TEXT("bytes"), PQ_TEXT("auto"), "1.50kB" },
	{ 1536, PQ_TEXT("bytes"), PQ_TEXT("minimum"), "1.50kB" },
	{ -1536, PQ_TEXT("bytes"), PQ_TEXT("auto"), "-1.50kB" },
	{ 1 << 20, PQ_TEXT("b"), PQ_TEXT("auto"), "1MB" },
	{ 1 << 30, PQ_TEXT("b"), PQ_TEXT("auto"), "1GB" },
	{ 1ll << 40, PQ_TEXT("b"), PQ_TEXT("auto"), "1TB" },
	{ 1ll << 50, PQ_TEXT("b"), PQ_TEXT("auto"), "1PB" },
	{ 1ll << 60, PQ_TEXT("b"), PQ_TEXT("auto"), "1024PB" },
	{ -4, PQ_TEXT("kb"), PQ_TEXT("b"), "-4096B" },
	{ 1, PQ_TEXT("bytes"), PQ_TEXT("mb"), "0" },
	{ 2, PQ_TEXT("Bytes"), PQ_TEXT("B"), "2B" },
	{ 2, PQ_TEXT("kbs"), PQ_TEXT("b"), "2048B" },
	{ 3, PQ_TEXT("kilobytes"), PQ_TEXT("KBYTE"), "3kB" },
	{ 3, PQ_TEXT("megabyte"), PQ_TEXT("mbytes"), "3MB" },
	{ 3, PQ_TEXT("gigabytes"), PQ_TEXT("Gbyte"), "3GB" },
	{ 3, PQ_TEXT("terabytes"), PQ_TEXT("tbyte"), "3TB" },
	{ 3, PQ_TEXT("petabytes"), PQ_TEXT("pbyte"), "3PB" },
	/* time */
	{ 999, PQ_TEXT("ns"), PQ_TEXT("auto"), "999ns" },
	{ 1000, PQ_TEXT("ns"), PQ_TEXT("auto"), "1us" },
	{ 1500, PQ_TEXT("microseconds"), PQ_TEXT("auto"), "1.50ms" },
	{ 10500000000, PQ_TEXT("nanoseconds"), PQ_TEXT("auto"), "10.50s" },
	{ 3599, PQ_TEXT("s"), PQ_TEXT("auto"), "3599s" },
	{ 3600, PQ_TEXT("s"), PQ_TEXT("auto"), "1hrs" },
	{ 7200, PQ_TEXT("seconds"), PQ_TEXT("auto"), "2hrs" },
	{ 3, PQ_TEXT("HRS"), PQ_TEXT("secs"), "10800s" },
	{ 3, PQ_TEXT("hours"), PQ_TEXT("hr"), "3hrs" },
	{ 1, PQ_TEXT("ns"), PQ_TEXT("s"), "0" },
	{ -1, PQ_TEXT("ns"), PQ_TEXT("s"), "0" },
	{ 5, PQ_TEXT("ms"), PQ_TEXT("s"), "0.01s" },
	{ -5, PQ_TEXT("ms"), PQ_TEXT("s"), "-0.01s" },
	{ 1005, PQ_TEXT("ms"), PQ_TEXT("s"), "1s" },
	{ 125, PQ_TEXT("nanoseconds"), PQ_TEXT("us"), "0.12us" },
	{ 0, PQ_TEXT("s"), PQ_TEXT("hrs"), "0" },
	/* GCU */
	{ 1500, PQ_TEXT("GCU"), PQ_TEXT("auto"), "1.50k*GCU" },
	{ 1, PQ_TEXT("gcus"), PQ_TEXT("nanogcu"), "1000000000n*GCU" },
	{ 5, PQ_TEXT("microgcu"), PQ_TEXT("auto"), "5u*GCU" },
	{ 5, PQ_TEXT("milligcus"), PQ_TEXT("auto"), "5m*GCU" },
	{ 5, PQ_TEXT("megagcu"), PQ_TEXT("auto"), "5M*GCU" },
	{ 5, PQ_TEXT("gigagcu"), PQ_TEXT("auto"), "5G*GCU" },
	{ 5, PQ_TEXT("teragcu"), PQ_TEXT("auto"), "5T*GCU" },
	{ 3, PQ_TEXT("petagcus"), PQ_TEXT("gcu"), "3000000000000000GCU" },
	{ 1, PQ_TEXT("nanogcu"), PQ_TEXT("gcu"), "0" },
	/* a unit of another family, or of none: the usual one */
	{ 1048576, PQ_TEXT("bytes"), PQ_TEXT("ms"), "1048576B" },
	{ 1, PQ_TEXT("hour"), PQ_TEXT("mb"), "3600s" },
	{ 1, PQ_TEXT("gcu"), PQ_TEXT("hrs"), "1GCU" },
	{ 1, PQ_TEXT("MB"), PQ_TEXT("foo"), "1048576B" },
	{ 1, PQ_TEXT("MB"), PQ_TEXT(""), "1048576B" },
	/* units that are not known */
	{ 5, PQ_TEXT("widgets"), PQ_TEXT("minimum"), "5" },
	{ 5, PQ_TEXT("widgets"), PQ_TEXT("widgets"), "5widgets" },
	{ 5, PQ_TEXT("widgets"), PQ_TEXT("count"), "5" },
	{ 5, PQ_TEXT("widgets"), PQ_TEXT("sample"), "5" },
	{ 5, PQ_TEXT("widgets"), PQ_TEXT("unit"), "5" },
	{ 5, PQ_TEXT("samples"), PQ_TEXT("samples"), "5samples" },
	{ 5, PQ_TEXT("widgets"), PQ_TEXT("mb"), "5mb" },
	{ 0, PQ_TEXT("widgets"), PQ_TEXT("widgets"), "0" },
	{ -1, PQ_TEXT("widgets"), PQ_TEXT("auto"), "-1" },
	{ 5, PQ_TEXT(""), PQ_TEXT("auto"), "5" },
	{ 5, PQ_TEXT(""), PQ_TEXT("foo"), "5foo" },
	{ 3, PQ_TEXT("minutes"), PQ_TEXT("auto"), "3" },
	{ 3, PQ_TEXT("min"), PQ_TEXT("s"), "3s" },
	/* no "s" is taken off two bytes */
	{ 2, PQ_TEXT("bs"), PQ_TEXT("auto"), "2" },
	{ 2, PQ_TEXT("ss"), PQ_TEXT("auto"), "2" },
	/* micro sign and Greek mu: three bytes, so that the "s" goes */
	{ 1, PQ_TEXT("\xce\xbcs"), PQ_TEXT("auto"), "1" },
	{ 1, PQ_TEXT("\xc2\xb5s"), PQ_TEXT("ns"), "1ns" },
	/* Kelvin sign and dotted capital I become ASCII in lower case */
	{ 1,
	  PQ_TEXT("\xe2\x84\xaa"
		  "B"),
	  PQ_TEXT("b"), "1024B" },
	{ 2,
	  PQ_TEXT("M\xc4\xb0"
		  "CROSECONDS"),
	  PQ_TEXT("ns"), "2000ns" },
	{ 1, PQ_TEXT("ns\0"), PQ_TEXT("auto"), "1" },
	{ 1, PQ_TEXT("b\0x"), PQ_TEXT("auto"), "1" },
	{ 1, PQ_TEXT("\xff"), PQ_TEXT("auto"), "1" },
	{ 1, PQ_TEXT("a unit of more letters than any alias has"),
	  PQ_TEXT("auto"), "1" },
	/* the ends of the range */
	{ INT64_MAX, PQ_TEXT("bytes"), PQ_TEXT("auto"), "8192PB" },
	{ INT64_MAX, PQ_TEXT("ns"), PQ_TEXT("auto"), "2562047.79hrs" },
	{ INT64_MIN, PQ_TEXT("bytes"), PQ_TEXT("auto"),
	  "-9223372036854775808B" },
	{ INT64_MIN, PQ_TEXT("bytes"), PQ_TEXT("gb"), "-8589934592GB" },
	{ INT64_MIN, PQ_TEXT("widgets"), PQ_TEXT("x"),
	  "-9223372036854775808x" },
};

START_TEST(label)
{
	struct pq_buf b = { 0 };

	pq_buf_str(&b, "<");
	pq_unit_label(&b, labels[_i].value, labels[_i].from, labels[_i].to);
	ck_assert_msg(!strcmp(pq_buf_cstr(&b) + 1, labels[_i].want),
		      "row %d: '%s'", _i, pq_buf_cstr(&b) + 1);
	pq_buf_release(&b);
}
END_TEST

static const struct {
	struct pq_text unit;
	bool is_time;
} times_units[] = {
	{ PQ_TEXT("ns"), true },       { PQ_TEXT("Nanoseconds"), true },
	{ PQ_TEXT("us"), true },       { PQ_TEXT("ms"), true },
	{ PQ_TEXT("s"), true },	       { PQ_TEXT("secs"), true },
	{ PQ_TEXT("hours"), true },    { PQ_TEXT("bytes"), false },
	{ PQ_TEXT("gcu"), false },     { PQ_TEXT("count"), false },
	{ PQ_TEXT("minutes"), false }, { PQ_TEXT(""), false },
	{ PQ_TEXT("s\0"), false },
};

START_TEST(which_units_are_times)
{
	ck_assert_msg(pq_unit_is_time(times_units[_i].unit) ==
			      times_units[_i].is_time,
		      "row %d", _i);
}
END_TEST

static const struct {
	struct pq_text from, to;
	double ratio;
	bool known;
} ratios[] = {
	{ PQ_TEXT("bytes"), PQ_TEXT("bytes"), 1, true },
	{ PQ_TEXT("bytes"), PQ_TEXT("kb"), 1.0 / 1024, true },
	{ PQ_TEXT("MB"), PQ_TEXT("kbs"), 1024, true },
	{ PQ_TEXT("s"), PQ_TEXT("ns"), 1e9, true },
	{ PQ_TEXT("hour"), PQ_TEXT("second"), 3600, true },
	{ PQ_TEXT("widgets"), PQ_TEXT("widgets"), 1, true },
	{ PQ_TEXT(""), PQ_TEXT(""), 1, true },
	{ PQ_TEXT("widgets"), PQ_TEXT("gadgets"), 1, false },
	{ PQ_TEXT("bytes"), PQ_TEXT("ns"), 1, false },
	{ PQ_TEXT("bytes"), PQ_TEXT("widgets"), 1, false },
	{ PQ_TEXT("widgets"), PQ_TEXT("bytes"), 1, false },
};

START_TEST(ratio)
{
	bool known;
	double r = pq_unit_ratio(ratios[_i].from, ratios[_i].to, &known);

	ck_assert_msg(known == ratios[_i].known, "row %d: known", _i);
	ck_assert_msg(!known || r == ratios[_i].ratio, "row %d: %g", _i, r);
}
END_TEST

static const struct {
	double value;
	int64_t want;
} truncs[] = {
	{ 0, 0 },
	{ 1.9, 1 },
	{ -1.9, -1 },
	{ 9223372036854774784.0, 9223372036854774784 },
	{ 9223372036854775808.0, INT64_MIN },
	{ -9223372036854775808.0, INT64_MIN },
	{ -9223372036854777856.0, INT64_MIN },
	{ 1e300, INT64_MIN },
	{ NAN, INT64_MIN },
	{ INFINITY, INT64_MIN },
	{ -INFINITY, INT64_MIN },
};

START_TEST(trunc_is_as_on_amd64)
{
	ck_assert_msg(pq_trunc(truncs[_i].value) == truncs[_i].want, "row %d",
		      _i);
}
END_TEST

START_TEST(arithmetic_wraps)
{
	ck_assert(pq_abs(0) == 0);
	ck_assert(pq_abs(-5) == 5);
	ck_assert(pq_abs(5) == 5);
	ck_assert(pq_abs(INT64_MIN) == INT64_MIN);
	ck_assert(pq_add(2, -3) == -1);
	ck_assert(pq_add(INT64_MAX, 1) == INT64_MIN);
	ck_assert(pq_add(INT64_MIN, -1) == INT64_MAX);
}
END_TEST

static const struct {
	int64_t value, total;
	const char *want, *trimmed;
} percentages[] = {
	{ 0, 0, "    0%", "0%" },
	{ 1, 0, "    0%", "0%" },
	{ 0, 5, "    0%", "0%" },
	{ 1, 50, " 2.00%", "2.00%" },
	{ 10, 21, "47.62%", "47.62%" },
	{ -10, 21, "47.62%", "47.62%" },
	{ 10, -21, "47.62%", "47.62%" },
	{ 1, 3, "33.33%", "33.33%" },
	{ 5, 1000, "  0.5%", "0.5%" },
	{ 95, 100000, "0.095%", "0.095%" },
	{ 994, 100000, " 0.99%", "0.99%" },
	{ 996, 100000, "    1%", "1%" },
	{ 999, 100000, "    1%", "1%" },
	{ 1, 100, " 1.00%", "1.00%" },
	{ 100, 20, "500.00%", "500.00%" },
	{ 32, 100000000, "3.2e-05%", "3.2e-05%" },
	{ 9994, 10000, "99.94%", "99.94%" },
	{ 9995, 10000, "  100%", "100%" },
	{ 7, 7, "  100%", "100%" },
	{ 10005, 10000, "  100%", "100%" },
	{ 10006, 10000, "100.06%", "100.06%" },
	{ INT64_MIN, INT64_MAX, "  100%", "100%" },
	{ INT64_MAX, 1, "922337203685477580800.00%",
	  "922337203685477580800.00%" },
	{ 1, INT64_MAX, "1.1e-17%", "1.1e-17%" },
};

START_TEST(percentage)
{
	struct pq_buf b = { 0 };

	pq_buf_str(&b, "<");
	pq_percentage(&b, percentages[_i].value, percentages[_i].total);
	ck_assert_msg(!strcmp(pq_buf_cstr(&b) + 1, percentages[_i].want),
		      "row %d: '%s'", _i, pq_buf_cstr(&b) + 1);
	pq_buf_clear(&b);
	pq_buf_str(&b, "(");
	pq_percentage_trimmed(&b, percentages[_i].value, percentages[_i].total);
	ck_assert_msg(!strcmp(pq_buf_cstr(&b) + 1, percentages[_i].trimmed),
		      "row %d: trimmed: '%s'", _i, pq_buf_cstr(&b) + 1);
	pq_buf_release(&b);
}
END_TEST

static const struct {
	int64_t nanos;
	const char *want;
} durations[] = {
	{ 0, "0s" },
	{ 5, "5ns" },
	{ 999, "999ns" },
	{ 1000, "1\xc2\xb5s" },
	{ 1100, "1.1\xc2\xb5s" },
	{ 2200000, "2.2ms" },
	{ 1234567, "1.234567ms" },
	{ 999999999, "999.999999ms" },
	{ 1000000000, "1s" },
	{ 3300000000, "3.3s" },
	{ 10500000000, "10.5s" },
	{ 59999999999, "59.999999999s" },
	{ 60000000000, "1m0s" },
	{ 245000000000, "4m5s" },
	{ 345001000000, "5m45.001s" },
	{ 3600000000000, "1h0m0s" },
	{ 3600000000001, "1h0m0.000000001s" },
	{ 16470000000000, "4h34m30s" },
	{ -1, "-1ns" },
	{ -1500000, "-1.5ms" },
	{ INT64_MAX, "2562047h47m16.854775807s" },
	{ INT64_MIN, "-2562047h47m16.854775808s" },
};

START_TEST(duration_is_as_in_go)
{
	struct pq_buf b = { 0 };

	pq_duration_go(&b, durations[_i].nanos);
	ck_assert_msg(!strcmp(pq_buf_cstr(&b), durations[_i].want),
		      "row %d: '%s'", _i, pq_buf_cstr(&b));
	pq_buf_release(&b);
}
END_TEST

#define CET "CET-1CEST,M3.5.0,M10.5.0/3"

static const struct {
	const char *zone;
	int64_t nanos;
	const char *header, *raw;
} times[] = {
	{ "UTC0", 1700000000000000000, "2023-11-14 22:13:20 UTC",
	  "2023-11-14 22:13:20 +0000 UTC" },
	{ "UTC0", 1700000000123456789, "2023-11-14 22:13:20 UTC",
	  "2023-11-14 22:13:20.123456789 +0000 UTC" },
	{ "UTC0", 1700000000120000000, "2023-11-14 22:13:20 UTC",
	  "2023-11-14 22:13:20.12 +0000 UTC" },
	{ "UTC0", 1700000000000000001, "2023-11-14 22:13:20 UTC",
	  "2023-11-14 22:13:20.000000001 +0000 UTC" },
	{ CET, 1700000000000000000, "2023-11-14 23:13:20 CET",
	  "2023-11-14 23:13:20 +0100 CET" },
	{ CET, 1688169600000000000, "2023-07-01 02:00:00 CEST",
	  "2023-07-01 02:00:00 +0200 CEST" },
	/* a zone without letters shows its offset twice */
	{ "<-03>3", 1700000000000000000, "2023-11-14 19:13:20 -03",
	  "2023-11-14 19:13:20 -0300 -03" },
	{ "<+0545>-5:45", 1700000000500000000, "2023-11-15 03:58:20 +0545",
	  "2023-11-15 03:58:20.5 +0545 +0545" },
	/* rounded down, before 1970 too */
	{ "UTC0", 999999999, "1970-01-01 00:00:00 UTC",
	  "1970-01-01 00:00:00.999999999 +0000 UTC" },
	{ "UTC0", -1, "1969-12-31 23:59:59 UTC",
	  "1969-12-31 23:59:59.999999999 +0000 UTC" },
	{ "UTC0", -1000000000, "1969-12-31 23:59:59 UTC",
	  "1969-12-31 23:59:59 +0000 UTC" },
	{ "UTC0", INT64_MAX, "2262-04-11 23:47:16 UTC",
	  "2262-04-11 23:47:16.854775807 +0000 UTC" },
	{ "UTC0", INT64_MIN, "1677-09-21 00:12:43 UTC",
	  "1677-09-21 00:12:43.145224192 +0000 UTC" },
};

START_TEST(time_in_the_zone_of_tz)
{
	const char *old = getenv("TZ");
	struct pq_buf b = { 0 }, kept = { 0 };

	if (old)
		pq_buf_str(&kept, old);
	setenv("TZ", times[_i].zone, 1);
	tzset();
	pq_time_header(&b, times[_i].nanos);
	ck_assert_msg(!strcmp(pq_buf_cstr(&b), times[_i].header),
		      "row %d: '%s'", _i, pq_buf_cstr(&b));
	pq_buf_clear(&b);
	pq_time_raw(&b, times[_i].nanos);
	ck_assert_msg(!strcmp(pq_buf_cstr(&b), times[_i].raw),
		      "row %d: raw: '%s'", _i, pq_buf_cstr(&b));
	if (old)
		setenv("TZ", pq_buf_cstr(&kept), 1);
	else
		unsetenv("TZ");
	tzset();
	pq_buf_release(&kept);
	pq_buf_release(&b);
	ck_assert_msg(pq_mem_used() == 0, "row %d: memory kept", _i);
}
END_TEST

Suite *base_units_suite(void)
{
	Suite *suite = suite_create("base_units");
	TCase *tcase = tcase_create("units");

	tcase_add_loop_test(tcase, label, 0, ROWS(labels));
	tcase_add_loop_test(tcase, which_units_are_times, 0, ROWS(times_units));
	tcase_add_loop_test(tcase, ratio, 0, ROWS(ratios));
	tcase_add_loop_test(tcase, trunc_is_as_on_amd64, 0, ROWS(truncs));
	tcase_add_test(tcase, arithmetic_wraps);
	tcase_add_loop_test(tcase, percentage, 0, ROWS(percentages));
	tcase_add_loop_test(tcase, duration_is_as_in_go, 0, ROWS(durations));
	tcase_add_loop_test(tcase, time_in_the_zone_of_tz, 0, ROWS(times));
	suite_add_tcase(suite, tcase);
	return suite;
}
