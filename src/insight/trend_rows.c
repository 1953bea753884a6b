#include "insight/trend_rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "profile/sampling.h"
#include "stats/family.h"
#include "stats/noise.h"

#include "base/banned.h"

#define DAY 86400e9 /* nanoseconds */

/* Files of a part to judge at all, and in all to name a leak. */
#define LEAST_FILES 4
#define LEAK_FILES 6

/* Goroutines are counted: growth by fewer is none. */
#define LEAST_GOROUTINES 10

/* Load is used when so many samples a step show it. */
#define LEAST_LOAD 30

/* The share of findings that may be false. */
#define FALSE_SHARE 0.05

/* The smallest leak that is mostly found, in deviations; and of the tests. */
#define DEVIATIONS_SEEN 3.3
#define Z_END 2.33
#define Z_END_LOW 1.64
#define Z_WHOLE 3.1

struct finding {
	struct pq_trend *t;
	const struct pq_heap *h;
	const struct pq_snapshots *s;
	struct pq_series series;
	struct pq_arena room; /* the row at hand's */
	double *all;	      /* samples allocated, of all rows, by snapshot */
	bool uses_load;
	/* the row at hand's */
	struct pq_slope_class *classes;
	double *load; /* NULL: too little to be used */
};

const char *pq_trend_verdict_name(enum pq_trend_verdict verdict)
{
	static const char *const names[] = {
		[PQ_TREND_LEAK] = "leak",
		[PQ_TREND_RISING] = "rising",
		[PQ_TREND_PLATEAUED] = "plateaued",
		[PQ_TREND_STEADY] = "steady",
		[PQ_TREND_FEW] = "few",
		[PQ_TREND_FEW_FILES] = "few files",
	};

	return names[verdict];
}

/* ---- one row ---- */

/* A column of a cell in the order of the snapshots. */
static int64_t *take_trend_column(struct finding *f,
				  const struct pq_heap_cell *cell,
				  enum pq_heap_column column)
{
	const int64_t *from = pq_heap_counts(f->h, cell->counts, column);
	int64_t *to = PQ_ARENA_NEW(&f->room, int64_t, f->s->n);

	for (size_t i = 0; i < f->s->n; i++)
		to[i] = from[f->s->files[i]];
	return to;
}

static void fill_classes(struct finding *f, const struct pq_heap_group *group)
{
	/* The arena holds one row, and is as large as the largest. */
	pq_arena_reset(&f->room);
	f->classes =
		PQ_ARENA_NEW(&f->room, struct pq_slope_class, group->n_cells);
	for (uint32_t i = 0; i < group->n_cells; i++) {
		const struct pq_heap_cell *cell =
			&f->h->cells.at[group->first_cell + i];
		struct pq_slope_class *c = &f->classes[i];
		int64_t period = f->h->goroutines
					 ? 1
					 : f->h->files[f->s->files[0]].period;
		double caught = pq_sampling_caught(cell->size, period);

		/* A sample stands for 1 / caught objects of its size. */
		c->weight = (f->t->objects ? 1 : (double)cell->size) / caught;
		c->missed = pq_slope_missed(caught, period);
		c->live = take_trend_column(f, cell, PQ_HEAP_LIVE_SAMPLES);
		c->alloc = f->h->goroutines
				   ? NULL
				   : take_trend_column(f, cell,
						       PQ_HEAP_ALLOC_SAMPLES);
	}
}

static double own_samples(const struct finding *f,
			  const struct pq_heap_group *group, size_t i)
{
	double sum = 0;

	for (uint32_t c = 0; c < group->n_cells; c++)
		sum += (double)f->classes[c].alloc[i];
	return sum;
}

/*
 * Samples that all other rows allocated in the interval before each snapshot,
 * a day; the first of a part is as the second.
 */
static void fill_load(struct finding *f, const struct pq_heap_group *group)
{
	const struct pq_joined_file *files = f->h->joined->files;
	double *others, *load, sum = 0;
	size_t n = f->s->n, steps = 0, first = 0;

	f->load = NULL;
	if (!f->uses_load)
		return;
	load = PQ_ARENA_NEW(&f->room, double, n);
	others = PQ_ARENA_NEW(&f->room, double, n);
	/* The row itself is left out: it must not explain itself. */
	for (size_t i = 0; i < n; i++)
		others[i] = f->all[i] - own_samples(f, group, i);
	/* Restarts begin a part: counts are compared within one only. */
	for (size_t k = 0; k < f->series.n_parts; k++) {
		size_t end = f->series.ends[k];

		load[first] = 0;
		for (size_t i = first + 1; i < end; i++) {
			int64_t nanos = files[f->s->files[i]].time_nanos -
					files[f->s->files[i - 1]].time_nanos;

			sum += others[i] - others[i - 1];
			steps++;
			load[i] = (others[i] - others[i - 1]) /
				  ((double)nanos / DAY);
		}
		if (end > first + 1)
			load[first] = load[first + 1];
		first = end;
	}
	/* A load of a few samples says nothing. */
	if (steps && sum >= LEAST_LOAD * (double)steps)
		f->load = load;
}

static void fill_values(struct finding *f, struct pq_trend_row *row,
			struct pq_arena *arena)
{
	enum pq_heap_column column = f->t->objects ? PQ_HEAP_LIVE_OBJECTS
						   : PQ_HEAP_LIVE_SPACE;
	size_t first, end, n = f->s->n, last_part;

	row->values = pq_arena_zeroed(arena, n * sizeof(*row->values));
	for (uint32_t c = 0; c < row->group->n_cells; c++) {
		uint32_t at = row->group->first_cell + c;
		const int64_t *from =
			pq_heap_counts(f->h, f->h->cells.at[at].counts, column);

		for (size_t i = 0; i < n; i++)
			row->values[i] =
				pq_add(row->values[i], from[f->s->files[i]]);
	}
	/* From and to are of the last part: earlier processes have ended. */
	last_part = f->series.n_parts > 1
			    ? f->series.ends[f->series.n_parts - 2]
			    : 0;
	row->first = row->values[last_part];
	row->last = row->values[n - 1];
	/* Rises are counted in the longest part: a restart is no fall. */
	first = pq_series_longest(&f->series, &end);
	for (size_t i = first + 1; i < end; i++)
		row->rises += row->values[i] > row->values[i - 1];
}

static bool is_all_zero(const struct pq_trend_row *row, size_t n)
{
	int64_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum = pq_add(sum, row->values[i]);
	return !sum;
}

static void fill_trend_row(struct finding *f, struct pq_trend_row *row)
{
	fill_classes(f, row->group);
	fill_load(f, row->group);
	pq_slope_fit(&f->series, f->load, f->classes, row->group->n_cells,
		     &row->slope);
	row->p = pq_normal_tail(row->slope.z);
}

/* ---- verdicts ---- */

static bool has_enough(const struct finding *f, const struct pq_trend_row *row)
{
	/* Exact counts have no noise: a least growth is asked for instead. */
	return row->slope.samples >= PQ_LEAST_SAMPLES &&
	       (!f->h->goroutines ||
		row->last - row->first >= LEAST_GOROUTINES);
}

static enum pq_trend_verdict judge_found(struct finding *f,
					 const struct pq_trend_row *row)
{
	struct pq_slope end;
	size_t n_parts;

	/* Half of a shorter series cannot tell a leak from warming up. */
	if (pq_series_fitted(&f->series, &n_parts) < LEAK_FILES)
		return PQ_TREND_RISING;
	/* The classes at hand are the last row's: they are made again. */
	fill_classes(f, row->group);
	pq_slope_fit_end(&f->series, f->classes, row->group->n_cells, &end);
	if (end.z > Z_END || (end.z > Z_END_LOW && row->slope.z > Z_WHOLE))
		return PQ_TREND_LEAK;
	/* A plateau: the end grows less than the whole, beyond noise. */
	if (end.z < 1 && row->slope.growth - end.growth >
				 Z_END_LOW * sqrt(end.error * end.error +
						  row->slope.variance))
		return PQ_TREND_PLATEAUED;
	return PQ_TREND_RISING;
}

static void judge_rows(struct finding *f)
{
	struct pq_trend *t = f->t;
	double *p = pq_alloc(pq_size_mul(t->n + 1, sizeof(*p)));
	size_t *of = pq_alloc(pq_size_mul(t->n + 1, sizeof(*of))), n = 0;
	bool *found = pq_alloc(t->n + 1);

	/* Each member of the family costs the others power. */
	for (size_t i = 0; i < t->n; i++) {
		t->rows[i].verdict = t->judged ? PQ_TREND_FEW
					       : PQ_TREND_FEW_FILES;
		if (!t->judged || !has_enough(f, &t->rows[i]))
			continue;
		of[n] = i;
		p[n++] = t->rows[i].p;
	}
	pq_family_find(p, n, FALSE_SHARE, found);
	/* A row's own test and those of all others decide together. */
	for (size_t i = 0; i < n; i++)
		t->rows[of[i]].verdict =
			found[i] ? judge_found(f, &t->rows[of[i]])
				 : PQ_TREND_STEADY;
	pq_free(found);
	pq_free(of);
	pq_free(p);
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void find_smallest(struct finding *f)
{
	struct pq_trend *t = f->t;
	double *list = pq_alloc(pq_size_mul(t->n + 1, sizeof(*list)));
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++)
		if (t->rows[i].slope.samples >= PQ_LEAST_SAMPLES)
			list[n++] = DEVIATIONS_SEEN *
				    sqrt(t->rows[i].slope.variance);
	qsort(list, n, sizeof(*list), ascending);
	t->smallest = n ? list[n / 2] : NAN;
	pq_free(list);
}

static int compare_trend_rows(const void *left, const void *right)
{
	const struct pq_trend_row *a = left, *b = right;

	if (a->verdict != b->verdict)
		return a->verdict < b->verdict ? -1 : 1;
	if (a->slope.growth != b->slope.growth)
		return a->slope.growth < b->slope.growth ? 1 : -1;
	return pq_text_compare(a->group->name, b->group->name);
}

/* ---- all rows ---- */

static void sum_all(struct finding *f, struct pq_arena *arena)
{
	f->all = pq_arena_zeroed(arena, f->s->n * sizeof(*f->all));
	for (size_t c = 0; c < f->h->cells.n; c++) {
		const int64_t *alloc = pq_heap_counts(
			f->h, f->h->cells.at[c].counts, PQ_HEAP_ALLOC_SAMPLES);

		for (size_t i = 0; i < f->s->n; i++)
			f->all[i] += (double)alloc[f->s->files[i]];
	}
}

static void find_trend_rows(struct finding *f, struct pq_arena *arena)
{
	struct pq_trend *t = f->t;

	t->rows = PQ_ARENA_NEW(arena, struct pq_trend_row, f->h->groups.n);
	for (size_t i = 0; i < f->h->groups.n; i++) {
		struct pq_trend_row *row = &t->rows[t->n];

		memset(row, 0, sizeof(*row));
		row->group = &f->h->groups.at[i];
		fill_values(f, row, arena);
		/* A row of nothing would only make the family larger. */
		if (is_all_zero(row, f->s->n))
			continue;
		fill_trend_row(f, row);
		t->n++;
	}
}

void pq_trend_find(struct pq_trend *t, const struct pq_heap *h,
		   const struct pq_snapshots *s, bool objects,
		   struct pq_arena *arena)
{
	struct finding f = { .t = t, .h = h, .s = s };
	size_t n_parts, end;

	memset(t, 0, sizeof(*t));
	t->heap = h;
	t->snapshots = s;
	t->objects = objects;
	f.series = pq_snapshots_series(s);
	pq_arena_init(&f.room);
	/* The call gives the part's beginning; its length is kept. */
	t->longest = pq_series_longest(&f.series, &end);
	t->longest = end - t->longest;
	t->judged = t->longest >= LEAST_FILES;
	/* The load is one more term of the fit: it takes more files. */
	f.uses_load = !h->goroutines && s->has_times &&
		      pq_series_fitted(&f.series, &n_parts) >= LEAK_FILES;
	sum_all(&f, arena);
	find_trend_rows(&f, arena);
	judge_rows(&f);
	find_smallest(&f);
	if (t->n)
		qsort(t->rows, t->n, sizeof(*t->rows), compare_trend_rows);
	pq_arena_release(&f.room);
}
