/* Rules of triage_rules.h on heaps: growth, leaks and the collector's work. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "insight/ladders.h"
#include "insight/site_rows.h"
#include "insight/trend_rows.h"
#include "insight/triage_rules.h"

#include "base/banned.h"

/* With fewer objects alive, the collector's work is how often it starts. */
#define MANY_OBJECTS 100000

/* Growth is worth a note when it copies so much, or holds so much at once. */
#define SHARE_COPIED 0.1
#define LEAST_COPIED (16 << 20)
#define SHARE_ALIVE 0.3
#define LEAST_LARGEST (1 << 20)

/* Heaps that make a series. */
#define LEAST_SERIES 4

static const struct pq_triage_file *last_heap(const struct pq_triage *t)
{
	for (size_t i = t->n_files; i-- > 0;)
		if (t->files[i].kind == PQ_TRIAGE_HEAP)
			return &t->files[i];
	return NULL;
}

/* The heap of the last file, by site. */
static bool build_last(const struct pq_triage *t, struct pq_heap *h,
		       struct pq_joined *j, struct pq_joined_file *storage,
		       struct pq_error *err)
{
	static const struct pq_grouping by_site = { .by = PQ_PER_SITE };
	struct pq_notes said;

	pq_triage_join_one(j, storage, last_heap(t));
	if (!pq_heap_build(h, j, &by_site, false, err))
		return false;
	/* The notes are dropped: only the verdict, h->noise, is wanted. */
	pq_notes_init(&said, t->arena);
	pq_heap_check(h, NULL, &said);
	return true;
}

/* ---- what the collector has to do ---- */

static const struct pq_site *most_allocated_row(const struct pq_sites *s)
{
	const struct pq_site *most = &s->rows[0];

	for (size_t i = 1; i < s->n; i++) {
		const struct pq_site *row = &s->rows[i];
		int64_t space = row->sum[PQ_HEAP_ALLOC_SPACE];
		int64_t so_far = most->sum[PQ_HEAP_ALLOC_SPACE];

		if (space > so_far ||
		    (space == so_far &&
		     pq_text_compare(row->group->name, most->group->name) > 0))
			most = row;
	}
	return most;
}

static void put_live_site(struct pq_buf *b, const struct pq_heap *h,
			  const struct pq_site *site)
{
	pq_buf_str(b, "most live objects: ");
	pq_buf_text(b, site->group->name);
	pq_buf_printf(b, ", %lld of ",
		      (long long)site->sum[PQ_HEAP_LIVE_OBJECTS]);
	for (uint32_t i = 0; i < site->group->n_cells && i < 3; i++)
		pq_buf_printf(b, "%s%lld", i ? "/" : "",
			      (long long)h->cells
				      .at[site->group->first_cell + i]
				      .size);
	pq_buf_str(b, " B");
}

static void take_heap_line(struct pq_triage *t, struct pq_buf *b)
{
	pq_notes_add(&t->heap_evidence, pq_buf_view(b));
	pq_buf_clear(b);
}

static void describe_heap(struct pq_triage *t, const struct pq_heap *h)
{
	const struct pq_site *alloc;
	struct pq_sites s;
	struct pq_buf b = { 0 };
	int64_t live;

	pq_sites_rows(&s, h, PQ_SITES_BY_OBJECTS, t->arena);
	if (!s.n)
		return;
	/* Rows stand by live objects: allocations have another first. */
	alloc = most_allocated_row(&s);
	live = s.total[PQ_HEAP_LIVE_OBJECTS];
	pq_buf_printf(&b, "%lld live objects, mean %.0f B", (long long)live,
		      floor((double)s.total[PQ_HEAP_LIVE_SPACE] /
			    fmax(1, (double)live)));
	take_heap_line(t, &b);
	/* Few objects: the number of collections costs, not each one. */
	if (live >= MANY_OBJECTS) {
		t->heap_site = pq_arena_text(t->arena, s.rows[0].group->name);
		put_live_site(&b, h, &s.rows[0]);
	} else {
		t->heap_site = pq_arena_text(t->arena, alloc->group->name);
		pq_buf_str(&b, "few live objects: collections are cheap but "
			       "frequent; allocate less, or raise GOGC");
	}
	take_heap_line(t, &b);
	pq_buf_str(&b, "most allocated: ");
	pq_buf_text(&b, alloc->group->name);
	take_heap_line(t, &b);
	pq_buf_release(&b);
}

bool pq_triage_read_heap(struct pq_triage *t, struct pq_error *err)
{
	struct pq_joined_file storage;
	struct pq_joined j;
	struct pq_heap h;

	pq_notes_init(&t->heap_evidence, t->arena);
	if (!t->n_of[PQ_TRIAGE_HEAP])
		return true;
	t->heap_file = last_heap(t)->name;
	if (!build_last(t, &h, &j, &storage, err))
		return false;
	/* A delta does not say what is alive: the finding has no site then. */
	if (pq_heap_find_delta(&h) == h.n_files)
		describe_heap(t, &h);
	pq_heap_release(&h);
	return true;
}

/* ---- growth ---- */

static bool holds_much(const struct pq_ladder_row *row, double live)
{
	const struct pq_ladder *l = &row->ladder;
	double top = (double)l->rungs[l->n - 1]->size;
	double below = (double)l->rungs[l->n - 2]->size;

	return row->both_live && top + below >= SHARE_ALIVE * live &&
	       top >= LEAST_LARGEST;
}

static bool copies_much(const struct pq_ladder_row *row, double alloc)
{
	return row->ladder.copied >= SHARE_COPIED * alloc &&
	       row->ladder.copied >= LEAST_COPIED;
}

static void report_ladder(struct pq_triage *t, const struct pq_ladder_row *row,
			  bool both_alive)
{
	const struct pq_ladder *l = &row->ladder;
	struct pq_buf text = { 0 }, command = { 0 };
	struct pq_finding *f;

	pq_buf_printf(&text,
		      "%.0f %% of the %lld B allocated here were copied to a "
		      "larger buffer",
		      100 * l->copied_share, (long long)l->alloc_space);
	pq_buf_str(&command, "profq sizes -ladders ");
	pq_buf_text(&command, t->heap_file);
	f = pq_triage_find(t, "growth", &text,
			   pq_arena_text(t->arena, row->group->name),
			   row->share_of_alloc, &command);
	pq_buf_printf(&text, "%zu rungs to %lld B, rule %s; %s", l->n,
		      (long long)l->rungs[l->n - 1]->size,
		      pq_growth_rule_name(l->rule),
		      row->by_function ? "a function that grows buffers"
				       : "judged by sizes alone");
	pq_triage_add_evidence(f, &text);
	/* A library's function copies: its callers can do better. */
	pq_buf_str(&text, "callers: ");
	pq_ladder_put_callers(&text, row);
	pq_triage_add_evidence(f, &text);
	if (both_alive) {
		pq_buf_str(&text, "the largest and the one before it are both "
				  "alive");
		pq_triage_add_evidence(f, &text);
	}
	pq_buf_release(&text);
	pq_buf_release(&command);
}

static bool find_ladders(struct pq_triage *t, const struct pq_heap *h,
			 struct pq_error *err)
{
	struct pq_buf why = { 0 };
	struct pq_ladders l;
	double live = 0;
	size_t n = 0;

	if (!pq_ladders_find(&l, h, t->arena, err))
		return false;
	/* A peak is measured by all live bytes. */
	for (size_t i = 0; i < h->cells.n; i++)
		live += (double)pq_heap_sum(h, h->cells.at[i].counts,
					    PQ_HEAP_LIVE_SPACE);
	for (size_t i = 0; i < l.n; i++) {
		bool peak = holds_much(&l.rows[i], live);

		/* Two buffers at once are a peak, copies are work. */
		if (!peak && !copies_much(&l.rows[i], (double)l.alloc_space))
			continue;
		report_ladder(t, &l.rows[i], peak);
		n++;
	}
	if (!n) {
		pq_buf_str(&why, "no buffer growth worth a note");
		pq_triage_be_quiet(t, "growth", &why);
		pq_buf_release(&why);
	}
	return true;
}

bool pq_triage_growth(struct pq_triage *t, struct pq_error *err)
{
	struct pq_joined_file storage;
	struct pq_buf why = { 0 };
	struct pq_joined j;
	struct pq_heap h;
	bool ok = true;

	if (!build_last(t, &h, &j, &storage, err))
		return false;
	/* Ladders need allocations, their sampling, and a whole life. */
	if (h.has_alloc && h.noise && pq_heap_find_delta(&h) == h.n_files) {
		ok = find_ladders(t, &h, err);
	} else {
		pq_buf_str(&why, "the heap does not say what was allocated, "
				 "and how it was sampled");
		pq_triage_be_quiet(t, "growth", &why);
	}
	pq_buf_release(&why);
	pq_heap_release(&h);
	return ok;
}

/* ---- leaks ---- */

static int compare_heap_times(const void *left, const void *right)
{
	const struct pq_triage_file *a = *(struct pq_triage_file *const *)left;
	const struct pq_triage_file *b = *(struct pq_triage_file *const *)right;
	int64_t x = a->profile->time_nanos, y = b->profile->time_nanos;

	if (x != y)
		return x < y ? -1 : 1;
	return (a > b) - (a < b);
}

static void report_leak(struct pq_triage *t, const struct pq_trend *trend,
			const struct pq_trend_row *row)
{
	const struct pq_snapshots *s = trend->snapshots;
	struct pq_buf text = { 0 }, command = { 0 };
	struct pq_finding *f;

	pq_buf_printf(&text, "grows by %.0f bytes a %s in %zu snapshots",
		      floor(row->slope.growth), s->has_times ? "day" : "file",
		      s->n);
	/* Names of a whole series would not fit into a line. */
	pq_buf_str(&command, "profq trend HEAP...");
	f = pq_triage_find(t, "leak", &text,
			   pq_arena_text(t->arena, row->group->name), NAN,
			   &command);
	pq_buf_printf(&text, "%lld -> %lld bytes, up in %zu of %zu steps",
		      (long long)row->first, (long long)row->last, row->rises,
		      trend->longest - 1);
	pq_triage_add_evidence(f, &text);
	pq_buf_release(&text);
	pq_buf_release(&command);
}

static void report_leaks(struct pq_triage *t, const struct pq_trend *trend)
{
	struct pq_buf why = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < trend->n; i++) {
		if (trend->rows[i].verdict != PQ_TREND_LEAK)
			continue;
		report_leak(t, trend, &trend->rows[i]);
		n++;
	}
	if (!n) {
		pq_buf_printf(&why, "no leak above %.0f bytes a %s",
			      isnan(trend->smallest) ? 0
						     : floor(trend->smallest),
			      trend->snapshots->has_times ? "day" : "file");
		pq_triage_be_quiet(t, "leak", &why);
	}
	pq_buf_release(&why);
}

static bool follow_series(struct pq_triage *t, const struct pq_joined *j,
			  struct pq_error *err)
{
	static const struct pq_grouping by_site = { .by = PQ_PER_SITE };
	struct pq_buf why = { 0 };
	struct pq_snapshots s;
	struct pq_trend trend;
	struct pq_notes said;
	struct pq_heap h;

	if (!pq_heap_build(&h, j, &by_site, false, err))
		return false;
	/* Notes of the check are for reports on heaps, and not shown here. */
	pq_notes_init(&said, t->arena);
	pq_heap_check(&h, NULL, &said);
	/* Growth of a delta, or of unknown sampling, proves nothing. */
	if (!h.noise || pq_heap_find_delta(&h) < h.n_files) {
		pq_buf_str(&why, "a heap is a delta, or its sampling is not "
				 "known");
		pq_triage_be_quiet(t, "leak", &why);
	} else {
		pq_snapshots_find(&s, &h, t->arena, t->in->log);
		pq_trend_find(&trend, &h, &s, false, t->arena);
		report_leaks(t, &trend);
	}
	pq_buf_release(&why);
	pq_heap_release(&h);
	return true;
}

bool pq_triage_leaks(struct pq_triage *t, struct pq_error *err)
{
	size_t n = t->n_of[PQ_TRIAGE_HEAP], k = 0;
	struct pq_triage_file **files;
	struct pq_profile **list;
	struct pq_joined j = { .n_files = n, .n_old = n };
	bool ok;

	files = PQ_ARENA_NEW(t->arena, struct pq_triage_file *, n);
	list = PQ_ARENA_NEW(t->arena, struct pq_profile *, n);
	j.files = pq_arena_zeroed(t->arena, n * sizeof(*j.files));
	for (size_t i = 0; i < t->n_files; i++)
		if (t->files[i].kind == PQ_TRIAGE_HEAP)
			files[k++] = &t->files[i];
	/* Equal times keep the order given, which is that of the addresses. */
	qsort(files, n, sizeof(struct pq_triage_file *), compare_heap_times);
	for (size_t i = 0; i < n; i++) {
		list[i] = files[i]->profile;
		j.files[i].name = files[i]->path;
		/* The place given orders a series without times. */
		j.files[i].given = (size_t)(files[i] - t->files);
	}
	ok = pq_join(&j, list, err) && follow_series(t, &j, err);
	pq_profile_free(j.p);
	return ok;
}
