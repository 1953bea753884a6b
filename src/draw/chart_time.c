/* Marks at round local times: pq_chart_times of chart.h. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/units.h"
#include "draw/chart.h"

#include "base/banned.h"

enum { MOST_MARKS = 8, DAY = 86400 };

/* Shorter than this, local times would repeat: seconds since the first. */
#define SHORTEST 10

/* Seconds between two marks, so that there are eight at most. */
static double step_of_time(double seconds)
{
	static const int steps[] = { 1,	   2,	 5,	10,    15,    30,
				     60,   120,	 300,	600,   900,   1800,
				     3600, 7200, 10800, 21600, 43200, DAY };
	double step = DAY;

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (seconds / steps[i] <= MOST_MARKS)
			return steps[i];
	/* Days are doubled, until there are few enough. */
	while (seconds / step > MOST_MARKS)
		step *= 2;
	return step;
}

static void name_time(struct pq_chart_tick *tick, time_t t, double step)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct tm tm;

	memset(&tm, 0, sizeof(tm));
	localtime_r(&t, &tm);
	/* A midnight among hours has the day that begins with it. */
	if (step >= DAY || !(tm.tm_hour || tm.tm_min || tm.tm_sec))
		snprintf(tick->label, sizeof(tick->label), "%d %.3s",
			 tm.tm_mday, months + 3 * tm.tm_mon);
	else
		strftime(tick->label, sizeof(tick->label),
			 step >= 60 ? "%H:%M" : "%H:%M:%S", &tm);
}

/* The first mark: behind a midnight there are whole steps to all of them. */
static struct tm midnight_before(time_t first)
{
	struct tm tm;

	memset(&tm, 0, sizeof(tm));
	localtime_r(&first, &tm);
	tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
	tm.tm_isdst = -1;
	return tm;
}

static size_t mark_times(struct pq_chart_tick *ticks, time_t first,
			 double fraction, double seconds)
{
	double step = step_of_time(seconds);
	struct tm from = midnight_before(first);
	size_t n = 0;

	for (long k = 0; n < PQ_CHART_TICKS; k++) {
		struct tm tm = from;
		double at;
		time_t t;

		/* A day may have 23 hours: its parts are the calendar's. */
		if (step >= DAY)
			tm.tm_mday += (int)(k * (long)(step / DAY));
		else
			tm.tm_sec += (int)(k * (long)step);
		t = mktime(&tm);
		at = difftime(t, first) - fraction;
		if (at > seconds || t == (time_t)-1)
			break;
		if (at < 0)
			continue;
		ticks[n].at = at;
		name_time(&ticks[n++], t, step);
	}
	return n;
}

/* A series of seconds, counted from its first. */
static size_t mark_seconds(struct pq_chart_tick *ticks, double seconds)
{
	double step = pow(10, floor(log10(fmax(seconds, 1e-6) / 4)));
	size_t n = 0;

	if (seconds / step > MOST_MARKS)
		step *= seconds / step > 20 ? 5 : 2;
	for (double at = 0; at <= seconds && n < PQ_CHART_TICKS; at += step) {
		ticks[n].at = at;
		snprintf(ticks[n++].label, sizeof(ticks->label), "%.3g", at);
	}
	return n;
}

size_t pq_chart_times(struct pq_chart_tick *ticks, int64_t nanos,
		      double seconds, struct pq_buf *about)
{
	int64_t whole = nanos / 1000000000;

	if (seconds < SHORTEST) {
		pq_buf_str(about, "seconds since ");
		pq_time_header(about, nanos);
		return mark_seconds(ticks, seconds);
	}
	pq_buf_str(about, "local time, from ");
	pq_time_header(about, nanos);
	return mark_times(ticks, (time_t)whole,
			  (double)(nanos % 1000000000) / 1e9, seconds);
}
