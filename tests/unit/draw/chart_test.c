#include "suites.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "draw/chart.h"

/* ---- axes of values ---- */

static const struct {
	double most;
	const char *counted, *unit;
	double ratio; /* that values are divided by, turned around */
	double step, top, each;
	const char *name;
} axes[] = {
	/* bytes go by powers of two, in one unit */
	{ 225e6, "", "minimum", 1, 0x1p26, 0x1p28, 0x1p20, "MB" },
	{ 21.5 * 0x1p20, "", "minimum", 1, 0x1p23, 3 * 0x1p23, 0x1p20, "MB" },
	{ 5 * 0x1p30, "", "minimum", 1, 0x1p30, 5 * 0x1p30, 0x1p30, "GB" },
	{ 5.1 * 0x1p30, "", "minimum", 1, 0x1p31, 3 * 0x1p31, 0x1p30, "GB" },
	{ 1, "", "minimum", 1, 1, 1, 1, "B" },
	{ 0, "", "minimum", 1, 1, 1, 1, "B" },
	{ 0x1p30, "", "MB", 1, 0x1p28, 0x1p30, 0x1p20, "MB" },
	{ 0x1p30, "", "nosuch", 1, 0x1p28, 0x1p30, 0x1p30, "GB" },
	{ 0x1p30, "", "minimum", 0.5, 0x1p28, 0x1p30, 0x1p30, "MB" },
	/* what is counted goes by 1, 2 and 5 */
	{ 170, "goroutines", "minimum", 1, 50, 200, 1, "goroutines" },
	{ 100, "objects", "minimum", 1, 20, 100, 1, "objects" },
	{ 3, "objects", "minimum", 1, 1, 3, 1, "objects" },
	{ 24081564, "objects", "minimum", 1, 5e6, 25e6, 1e6,
	  "million objects" },
};

START_TEST(an_axis_has_few_round_steps)
{
	struct pq_view v = { .ratio = axes[_i].ratio };
	struct pq_buf name = { 0 };
	struct pq_chart_axis a;

	v.o.unit = pq_text_of(axes[_i].unit);
	pq_chart_axis(&a, axes[_i].most, axes[_i].counted, &v);
	/* a divided value is half as much of a smaller unit */
	if (axes[_i].ratio != 1) {
		ck_assert_msg(fabs(a.top / a.unit * a.unit - 0x1p30) < 1,
			      "row %d", _i);
		ck_assert(pq_text_is(a.name, axes[_i].name));
		return;
	}
	ck_assert_msg(a.step == axes[_i].step && a.top == axes[_i].top &&
			      a.unit == axes[_i].each,
		      "row %d: step %g, top %g, unit %g", _i, a.step, a.top,
		      a.unit);
	pq_buf_str(&name, a.scale);
	pq_buf_text(&name, a.name);
	ck_assert_msg(!strcmp(pq_buf_cstr(&name), axes[_i].name), "row %d: %s",
		      _i, pq_buf_cstr(&name));
	pq_buf_release(&name);
}
END_TEST

START_TEST(no_axis_has_more_than_six_marks)
{
	struct pq_view v = { .ratio = 1 };
	struct pq_chart_axis a;

	v.o.unit = PQ_TEXT("auto");
	for (double most = 4; most < 1e18; most *= 1.07) {
		pq_chart_axis(&a, most, _i ? "objects" : "", &v);
		ck_assert_msg(a.top >= most && a.top / a.step <= 5 &&
				      a.top / a.step >= 3,
			      "%g: top %g, step %g", most, a.top, a.step);
	}
}
END_TEST

/* ---- axes of time ---- */

#define MARCH_2 1772438400 /* 2026-03-02 08:00:00 UTC */

static const struct {
	const char *zone;
	double seconds;
	const char *labels, *about;
} times[] = {
	{ "UTC0", 13 * 86400, "4 Mar|6 Mar|8 Mar|10 Mar|12 Mar|14 Mar|",
	  "local time, from 2026-03-02 08:00:00 UTC" },
	{ "UTC0", 86400, "09:00|12:00|15:00|18:00|21:00|3 Mar|03:00|06:00|",
	  NULL },
	{ "CET-1", 4000, "09:00|09:10|09:20|09:30|09:40|09:50|10:00|",
	  "local time, from 2026-03-02 09:00:00 CET" },
	{ "UTC0", 40,
	  "08:00:00|08:00:05|08:00:10|08:00:15|08:00:20|08:00:25|"
	  "08:00:30|08:00:35|08:00:40|",
	  NULL },
	{ "UTC0", 1.24, "0|0.2|0.4|0.6|0.8|1|1.2|",
	  "seconds since 2026-03-02 08:00:00 UTC" },
	/* the clocks go forward on 29 March */
	{ "CET-1CEST,M3.5.0,M10.5.0/3", 40 * 86400,
	  "10 Mar|18 Mar|26 Mar|3 Apr|11 Apr|", NULL },
	{ "UTC0", 0, "0|", NULL },
};

START_TEST(marks_stand_at_round_local_times)
{
	struct pq_chart_tick ticks[PQ_CHART_TICKS];
	struct pq_buf about = { 0 }, labels = { 0 };
	size_t n;

	setenv("TZ", times[_i].zone, 1);
	tzset();
	n = pq_chart_times(ticks, (int64_t)MARCH_2 * 1000000000,
			   times[_i].seconds, &about);
	for (size_t i = 0; i < n; i++) {
		pq_buf_printf(&labels, "%s|", ticks[i].label);
		ck_assert(ticks[i].at >= 0 &&
			  ticks[i].at <= times[_i].seconds + 1e-6);
	}
	ck_assert_msg(!strcmp(pq_buf_cstr(&labels), times[_i].labels),
		      "row %d: %s", _i, pq_buf_cstr(&labels));
	if (times[_i].about)
		ck_assert_str_eq(pq_buf_cstr(&about), times[_i].about);
	pq_buf_release(&about);
	pq_buf_release(&labels);
}
END_TEST

Suite *draw_chart_suite(void)
{
	Suite *suite = suite_create("draw_chart");
	TCase *tcase = tcase_create("chart");

	tcase_add_loop_test(tcase, an_axis_has_few_round_steps, 0, ROWS(axes));
	tcase_add_loop_test(tcase, no_axis_has_more_than_six_marks, 0, 2);
	tcase_add_loop_test(tcase, marks_stand_at_round_local_times, 0,
			    ROWS(times));
	suite_add_tcase(suite, tcase);
	return suite;
}
