#include "insight/snapshots.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

#include "base/banned.h"

#define DAY 86400e9 /* nanoseconds */

const char *pq_cut_reason_name(enum pq_cut_reason why)
{
	static const char *const names[] = {
		[PQ_CUT_BINARY] = "another binary",
		[PQ_CUT_PERIOD] = "another sampling period",
		[PQ_CUT_RESTART] = "restart",
	};

	return names[why];
}

struct pq_series pq_snapshots_series(const struct pq_snapshots *s)
{
	return (struct pq_series){ s->x, s->n, s->ends, s->n_cuts + 1 };
}

double pq_snapshots_span(const struct pq_snapshots *s)
{
	return s->has_times && s->n ? s->x[s->n - 1] : 0;
}

/* ---- files that are there twice ---- */

static bool same_binary(const struct pq_joined_file *a,
			const struct pq_joined_file *b)
{
	return pq_text_equal(a->program, b->program) &&
	       pq_text_equal(a->build_id, b->build_id);
}

static bool same_content(const struct pq_heap *h, size_t a, size_t b)
{
	const struct pq_joined_file *files = h->joined->files;

	if (files[a].time_nanos != files[b].time_nanos ||
	    files[a].period != files[b].period ||
	    !same_binary(&files[a], &files[b]))
		return false;
	/* Two services may be recorded at one instant: the values decide. */
	for (size_t i = 0; i < h->buckets.n; i++)
		for (unsigned c = 0; c < PQ_HEAP_COLUMNS; c++) {
			const int64_t *at =
				pq_heap_counts(h, h->buckets.at[i].counts, c);

			if (at[a] != at[b])
				return false;
		}
	return true;
}

static void say_twice(const struct pq_heap *h, size_t f, struct pq_log *log)
{
	struct pq_buf b = { 0 };

	pq_buf_text(&b, h->files[f].name);
	pq_buf_str(&b, ": the same file twice, used once");
	pq_log_text(log, pq_buf_view(&b));
	pq_buf_release(&b);
}

/* Files are in order of time, so that equal ones have the same neighbours. */
static bool is_again(const struct pq_snapshots *s, const struct pq_heap *h,
		     size_t f)
{
	const struct pq_joined_file *files = h->joined->files;

	for (size_t i = s->n; i-- > 0;) {
		if (files[s->files[i]].time_nanos != files[f].time_nanos)
			return false;
		if (same_content(h, s->files[i], f))
			return true;
	}
	return false;
}

/* ---- the order ---- */

static void find_times(struct pq_snapshots *s, const struct pq_heap *h)
{
	const struct pq_joined_file *files = h->joined->files;

	s->has_times = s->n && files[s->files[0]].time_nanos != 0;
	/* One time that is missing or equal makes all of them useless. */
	for (size_t i = 1; i < s->n; i++)
		if (files[s->files[i]].time_nanos ==
			    files[s->files[i - 1]].time_nanos ||
		    !files[s->files[i]].time_nanos)
			s->has_times = false;
	for (size_t i = 0; i < s->n; i++)
		s->x[i] = s->has_times
				  ? (double)(files[s->files[i]].time_nanos -
					     files[s->files[0]].time_nanos) /
					    DAY
				  : (double)i;
}

/* By the place on the command line; a few files, and mostly in order. */
static void order_as_given(struct pq_snapshots *s, const struct pq_heap *h)
{
	const struct pq_joined_file *files = h->joined->files;

	for (size_t i = 1; i < s->n; i++)
		for (size_t k = i; k && files[s->files[k - 1]].given >
						files[s->files[k]].given;
		     k--) {
			size_t file = s->files[k];

			s->files[k] = s->files[k - 1];
			s->files[k - 1] = file;
		}
}

static bool is_as_given(const struct pq_snapshots *s, const struct pq_heap *h)
{
	const struct pq_joined_file *files = h->joined->files;

	for (size_t i = 1; i < s->n; i++)
		if (files[s->files[i - 1]].given > files[s->files[i]].given)
			return false;
	return true;
}

static void find_order(struct pq_snapshots *s, const struct pq_heap *h,
		       struct pq_log *log)
{
	for (size_t f = 0; f < h->n_files; f++) {
		/* The same snapshot twice would be a step of no time. */
		if (is_again(s, h, f))
			say_twice(h, f, log);
		else
			s->files[s->n++] = f;
	}
	find_times(s, h);
	if (!s->has_times) {
		if (s->n > 1)
			pq_log_say(log,
				   "times are missing or equal: files in the "
				   "order given, growth is per file");
		order_as_given(s, h);
	} else if (!is_as_given(s, h)) {
		pq_log_say(log, "files were put in order of their time");
	}
}

/* ---- the cuts ---- */

static bool find_cut(const struct pq_snapshots *s, const struct pq_heap *h,
		     size_t at, struct pq_cut *cut)
{
	size_t a = s->files[at - 1], b = s->files[at];
	const struct pq_joined_file *files = h->joined->files;

	*cut = (struct pq_cut){ .at = at };
	/* The binary comes first: the counts of another one fall, too. */
	if (!same_binary(&files[a], &files[b])) {
		cut->why = PQ_CUT_BINARY;
		return true;
	}
	if (files[a].period != files[b].period) {
		cut->why = PQ_CUT_PERIOD;
		return true;
	}
	cut->why = PQ_CUT_RESTART;
	cut->falls = pq_heap_falls(h, a, b);
	return cut->falls > 0;
}

void pq_snapshots_find(struct pq_snapshots *s, const struct pq_heap *h,
		       struct pq_arena *arena, struct pq_log *log)
{
	memset(s, 0, sizeof(*s));
	s->files = PQ_ARENA_NEW(arena, size_t, h->n_files);
	s->x = PQ_ARENA_NEW(arena, double, h->n_files);
	s->cuts = PQ_ARENA_NEW(arena, struct pq_cut, h->n_files);
	s->ends = PQ_ARENA_NEW(arena, size_t, h->n_files + 1);
	find_order(s, h, log);
	/* goroutines come and go: nothing tells a restart */
	for (size_t at = 1; at < s->n && !h->goroutines; at++)
		if (find_cut(s, h, at, &s->cuts[s->n_cuts])) {
			s->ends[s->n_cuts] = at;
			s->n_cuts++;
		}
	s->ends[s->n_cuts] = s->n;
}
