#include "cli/series.h"

#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/buf.h"
#include "base/child.h"
#include "base/units.h"
#include "fetch/address.h"

#include "base/banned.h"

bool pq_series_is_asked(const struct pq_options *o)
{
	return o->every.len || o->count > 0;
}

/* Appends the name of the i-th file; the number of places that changed. */
static unsigned put_series_name(struct pq_buf *to, const char *pattern,
				int64_t i, time_t now)
{
	unsigned n = 0;
	struct tm tm;
	char text[32];

	for (; *pattern; pattern++) {
		/* A sign before any other letter stays in the name as it is. */
		if (*pattern != '%' || !strchr("tn%", pattern[1]) ||
		    !pattern[1]) {
			pq_buf_char(to, *pattern);
			continue;
		}
		switch (*++pattern) {
		case 't':
			gmtime_r(&now, &tm);
			strftime(text, sizeof(text), "%Y%m%dT%H%M%SZ", &tm);
			pq_buf_str(to, text);
			n++;
			break;
		case 'n':
			pq_buf_printf(to, "%03lld", (long long)i + 1);
			n++;
			break;
		default:
			pq_buf_char(to, '%');
		}
	}
	return n;
}

static bool check_series(const struct pq_options *o, struct pq_error *err)
{
	const char *every = pq_unchecked_bytes(o->every.bytes);
	struct pq_buf name = { 0 };
	unsigned changing = put_series_name(
		&name, pq_unchecked_bytes(o->output.bytes), 0, 0);

	pq_buf_release(&name);
	if (!o->every.len)
		return pq_fail(err, PQ_EUSAGE,
			       "-count is for a series: -every=TIME says how "
			       "often, as in -every=1h");
	if (pq_duration_seconds(every) < 1)
		return pq_fail(err, PQ_EUSAGE,
			       "-every=%.100s: a time is written 30s, 15m, 1h "
			       "or 1d",
			       every);
	/* Without %t or %n each fetch would replace the one before. */
	if (!changing)
		return pq_fail(err, PQ_EUSAGE,
			       "-every: each file wants a name of its own: "
			       "-o heap-%%t.pb.gz has the time in it, "
			       "heap-%%n.pb.gz a number");
	return true;
}

/* ---- one fetch of many ---- */

struct one_fetch {
	int (*fetch_once)(void *ctx, const char *output);
	void *ctx;
	const char *output;
};

static int run_one_fetch(void *arg, int in, int out)
{
	struct one_fetch *x = arg;

	(void)in;
	(void)out;
	return x->fetch_once(x->ctx, x->output);
}

static void say_written(const char *output, struct pq_log *log)
{
	struct pq_buf b = { 0 };
	struct stat st;

	pq_buf_str(&b, output);
	if (!stat(output, &st)) {
		pq_buf_str(&b, ": ");
		pq_unit_label(&b, st.st_size, PQ_TEXT("bytes"),
			      PQ_TEXT("auto"));
	}
	pq_log_text(log, pq_buf_view(&b));
	pq_buf_release(&b);
}

static bool fetch_one(struct one_fetch *x, struct pq_log *log,
		      struct pq_error *err)
{
	struct pq_child_plan plan = { .run = run_one_fetch,
				      .arg = x,
				      .dies_with_parent = true };
	struct pq_child child = { 0 };

	if (!pq_child_begin(&child, &plan, err))
		return false;
	/* The child has said why; one refused fetch does not end a series. */
	if (!pq_child_succeeded(pq_child_wait(&child)))
		return false;
	say_written(x->output, log);
	return true;
}

static void sleep_until(const struct timespec *begin, int64_t seconds)
{
	struct timespec at = *begin;

	at.tv_sec += (time_t)seconds;

	/* An absolute time does not drift when a signal breaks the sleep. */
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL))
		continue;
}

bool pq_series_run(const struct pq_options *o,
		   int (*fetch_once)(void *ctx, const char *output), void *ctx,
		   struct pq_log *log, struct pq_error *err)
{
	int64_t every, refused = 0, i;
	struct timespec begin;

	if (!check_series(o, err))
		return false;
	every = pq_duration_seconds(pq_unchecked_bytes(o->every.bytes));
	clock_gettime(CLOCK_MONOTONIC, &begin);
	for (i = 0; (o->count <= 0 || i < o->count) && err->code == PQ_OK;
	     i++) {
		struct pq_buf name = { 0 };
		struct one_fetch x = { fetch_once, ctx, NULL };

		/* Times count from the beginning: no fetch delays the next. */
		if (i)
			sleep_until(&begin, i * every);
		put_series_name(&name, pq_unchecked_bytes(o->output.bytes), i,
				time(NULL));
		x.output = pq_unchecked_bytes(pq_buf_cstr(&name));
		refused += !fetch_one(&x, log, err);
		pq_buf_release(&name);
	}
	if (!refused)
		return true;
	return pq_fail(err, PQ_EIO, "%lld of %lld fetches were refused",
		       (long long)refused, (long long)i);
}
