/*
 * facts.c - the facts about the compared files as a whole: how they are
 * sampled, whether they are of one process, which test their rows get.
 * compare/compare.h declares pq_compare_facts.
 */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "compare/compare.h"
#include "compare/process.h"

#include "base/banned.h"

struct fact_finder {
	const struct pq_compare_options *o;
	const struct pq_joined *j;
	struct pq_facts *facts;
	const struct pq_buckets *buckets;
	const int64_t *values; /* of the type, by bucket and file */
	struct pq_arena *arena;
};

static bool is_heap(const struct fact_finder *f)
{
	return f->facts->sampling.by == PQ_SAMPLED_BYTES;
}

/* True for a merged file: over 1 % of its values were not written at once. */
static bool is_pieced(const struct pq_file_check *check)
{
	return check->n_pieced > 1 && check->n_pieced * 100 > check->n_values;
}

/* ---- notes ---- */

static void add_note(struct fact_finder *f, const char *before,
		     const char *name, const char *after)
{
	struct pq_buf b = { 0 };

	pq_buf_str(&b, before);
	pq_buf_str(&b, name);
	pq_buf_str(&b, after);
	pq_notes_add(&f->facts->notes, pq_buf_view(&b));
	pq_buf_release(&b);
}

/* There will be no verdicts; a note says why. */
static void judge_by_nothing(struct fact_finder *f, const char *before,
			     const char *name, const char *after)
{
	f->facts->method = PQ_BY_NOTHING;
	add_note(f, before, name, after);
}

/* ---- one process ---- */

/* True when a and b are snapshots of one process; found has their order. */
static bool is_one_process(const struct fact_finder *f, size_t a, size_t b,
			   struct pq_process *found)
{
	return is_heap(f) && !f->o->independent &&
	       f->facts->sampling.alloc_bytes != PQ_NO_COLUMN &&
	       !is_pieced(&f->buckets->files[a]) &&
	       !is_pieced(&f->buckets->files[b]) &&
	       pq_one_process(f->buckets, f->j, a, b, found);
}

static void note_process(struct fact_finder *f, size_t b)
{
	struct pq_buf text = { 0 };

	pq_buf_str(&text, "two snapshots of one process (judged by what was "
			  "allocated between them)");
	if (f->facts->swapped) {
		pq_buf_str(&text, "; the older snapshot is ");
		pq_buf_str(&text, f->j->files[b].name);
	}
	pq_notes_add(&f->facts->notes, pq_buf_view(&text));
	pq_buf_release(&text);
}

static void judge_as_process(struct fact_finder *f, size_t a, size_t b)
{
	struct pq_process found;

	if (!is_one_process(f, a, b, &found))
		return;
	f->facts->swapped = found.later == a;
	note_process(f, b);
	if (!f->facts->sampling.is_alloc && f->facts->factor == 1)
		f->facts->method = PQ_BY_PROCESS;
}

/* ---- groups ---- */

/* The index of the earliest or latest file. */
static size_t extreme_in_time(const struct fact_finder *f, bool latest)
{
	size_t best = 0;

	for (size_t i = 1; i < f->j->n_files; i++) {
		int64_t t = f->j->files[i].time_nanos;
		int64_t so_far = f->j->files[best].time_nanos;

		if (latest ? t >= so_far : t < so_far)
			best = i;
	}
	return best;
}

/* Counts pairs of files of one process, within the sides or over both. */
static size_t count_related_pairs(const struct fact_finder *f, bool within)
{
	size_t n_old = f->j->n_old, pairs = 0;
	struct pq_process found;

	for (size_t a = 0; a < f->j->n_files; a++)
		for (size_t b = a + 1; b < f->j->n_files; b++)
			if (!within || (a < n_old) == (b < n_old))
				pairs += is_one_process(f, a, b, &found);
	return pairs;
}

static void judge_as_groups(struct fact_finder *f)
{
	struct pq_facts *facts = f->facts;
	size_t n = f->j->n_files;

	facts->method = PQ_BY_GROUPS;
	for (size_t i = 1; i < n && is_heap(f); i++)
		if (f->j->files[i].period != f->j->files[0].period)
			return judge_by_nothing(
				f, f->j->files[i].name,
				": another sampling period than ",
				f->j->files[0].name);

	/* Snapshots of one process are not independent runs. */
	if (!count_related_pairs(f, true))
		return;
	if (count_related_pairs(f, false) < n * (n - 1) / 2)
		return judge_by_nothing(
			f,
			"a group holds snapshots of one process, "
			"which are not independent: no verdicts",
			"", "");

	/* All are of one process: its first and last snapshot remain. */
	facts->old_files[0] = extreme_in_time(f, false);
	facts->new_files[0] = extreme_in_time(f, true);
	facts->n_old = facts->n_new = 1;
	facts->method = PQ_BY_PAIR;
	add_note(f,
		 "snapshots of one process are no independent runs: the "
		 "first is compared with the last",
		 "", "");
	judge_as_process(f, facts->old_files[0], facts->new_files[0]);
}

/* ---- whether samples can be had at all ---- */

/* Looks for a reason for which file i tells nothing; true if there is one. */
static bool is_unknowable(struct fact_finder *f, size_t i)
{
	const struct pq_joined_file *file = &f->j->files[i];
	const struct pq_file_check *check = &f->buckets->files[i];
	const char *name = file->name;

	/* The first reason is told: any of them ends the judging. */
	if (file->period <= 0 && f->facts->sampling.by != PQ_SAMPLED_WAITS)
		judge_by_nothing(f, name, ": sampling period unknown", "");
	else if (check->negative)
		judge_by_nothing(f, name,
				 ": negative values, which are no samples", "");
	else if (check->no_sizes)
		judge_by_nothing(f, "no object sizes in ", name, "");
	else if (check->n_whole * 100 < check->n_values * 99)
		judge_by_nothing(
			f, name,
			": merged from different sampling rates; no error bars",
			"");
	else
		return false;
	return true;
}

static void note_file(struct fact_finder *f, size_t i)
{
	const struct pq_file_check *check = &f->buckets->files[i];
	const char *name = f->j->files[i].name;

	if (!is_heap(f))
		return;
	/* A period of 1 leaves nothing to chance. */
	if (f->j->files[i].period == 1)
		add_note(f, name, ": every allocation recorded", "");
	f->facts->guessed_sizes = f->facts->guessed_sizes ||
				  check->guessed_sizes;
	/* Notes name the file: others of the side may be better. */
	if (check->guessed_sizes)
		add_note(f, name,
			 ": object sizes are not in the file; ~ error bars "
			 "are from bytes / objects",
			 "");
	if (is_pieced(check))
		add_note(f, name,
			 ": merged input: \302\261 too small if the parts are "
			 "of one process",
			 "");
}

static void note_cpu_spread(struct fact_finder *f)
{
	if (f->facts->method == PQ_BY_PAIR)
		add_note(f,
			 "counting error only; runs differ more than this "
			 "on a shared machine: give 3 files a side",
			 "", "");
}

static void choose_method(struct fact_finder *f)
{
	struct pq_facts *facts = f->facts;
	enum pq_sampled_by by = facts->sampling.by;
	bool pair = f->j->n_files == 2;

	facts->method = PQ_BY_PAIR;
	facts->exact = by == PQ_SAMPLED_ALL;
	if (facts->exact)
		return judge_by_nothing(
			f,
			"counted, not sampled: every difference is "
			"real at that instant",
			"", "");

	/* Reasons for no verdict. */
	if (by == PQ_SAMPLED_UNKNOWN)
		return judge_by_nothing(f, "sampling period unknown", "", "");
	if (by == PQ_SAMPLED_WAITS && pair)
		return judge_by_nothing(
			f,
			"how many of the waits were sampled is not "
			"in the files: give 3 files a side",
			"", "");
	for (size_t i = 0; i < f->j->n_files; i++)
		if (is_unknowable(f, i))
			return;

	/* Two files, or groups of them. */
	for (size_t i = 0; i < f->j->n_files; i++)
		note_file(f, i);
	if (pair)
		judge_as_process(f, 0, 1);
	else
		judge_as_groups(f);
	if (by == PQ_SAMPLED_TIME)
		note_cpu_spread(f);
}

/* ---- totals and the factor between the sides ---- */

static size_t count_side_files(const struct fact_finder *f, unsigned side)
{
	return side ? f->j->n_files - f->j->n_old : f->j->n_old;
}

struct side_sums {
	int64_t value[2];
	double samples[2];
};

static void sum_sides(const struct fact_finder *f, struct side_sums *s)
{
	memset(s, 0, sizeof(*s));
	for (size_t i = 0; i < f->buckets->list.n; i++) {
		size_t first = i * f->j->n_files;

		for (size_t k = 0; k < f->j->n_files; k++) {
			unsigned side = k >= f->j->n_old;

			s->value[side] =
				pq_add(s->value[side], f->values[first + k]);
			s->samples[side] += f->buckets->samples.at[first + k];
		}
	}
}

/* The mean total of the files given, divided by the factor. */
static int64_t mean_total(const struct fact_finder *f, const size_t *files,
			  size_t n, double factor)
{
	int64_t sum = 0;

	for (size_t i = 0; i < f->buckets->list.n; i++)
		for (size_t k = 0; k < n; k++)
			sum = pq_add(sum,
				     f->values[i * f->j->n_files + files[k]]);
	return pq_join_mean(sum, n, factor);
}

static void set_totals(struct fact_finder *f)
{
	struct pq_facts *facts = f->facts;

	facts->total[0] = mean_total(f, facts->old_files, facts->n_old, 1);
	facts->total[1] =
		mean_total(f, facts->new_files, facts->n_new, facts->factor);
}

static void sum_durations(const struct fact_finder *f, double seconds[2])
{
	for (size_t k = 0; k < f->j->n_files; k++) {
		unsigned side = k >= f->j->n_old;

		seconds[side] += (double)f->j->files[k].duration_nanos / 1e9 /
				 (double)count_side_files(f, side);
	}
}

static bool find_factor(struct fact_finder *f, struct pq_error *err)
{
	static const char *const of[] = {
		[PQ_NORMALIZE_TOTAL] = "total",
		[PQ_NORMALIZE_SECONDS] = "duration",
		[PQ_NORMALIZE_SAMPLES] = "number of samples",
	};
	double seconds[2] = { 0, 0 }, by[2];
	struct side_sums sums;

	/* The quantity to be made equal, for each side. */
	f->facts->factor = 1;
	if (f->o->normalize == PQ_NORMALIZE_NONE)
		return true;
	sum_sides(f, &sums);
	sum_durations(f, seconds);
	for (unsigned side = 0; side < 2; side++) {
		double n = (double)count_side_files(f, side);

		by[side] = (double)sums.value[side] / n;
		if (f->o->normalize == PQ_NORMALIZE_SECONDS)
			by[side] = seconds[side];
		if (f->o->normalize == PQ_NORMALIZE_SAMPLES)
			by[side] = sums.samples[side] / n;
		/* Dividing by nothing would make every row grow without end. */
		if (!(by[side] > 0))
			return pq_fail(err, PQ_EUSAGE,
				       "-normalize: the %s of the %s side is "
				       "not known or not positive",
				       of[f->o->normalize],
				       side ? "new" : "old");
	}
	f->facts->factor = by[1] / by[0];
	return true;
}

/* Different durations are compared as they are, and a note says so. */
static void note_durations(struct fact_finder *f)
{
	double seconds[2] = { 0, 0 };
	struct pq_buf b = { 0 };

	if (f->o->normalize == PQ_NORMALIZE_NONE) {
		sum_durations(f, seconds);
		/* Differences below a tenth are not worth a note. */
		if (!(seconds[0] > 0) || !(seconds[1] > 0) ||
		    fabs(seconds[1] / seconds[0] - 1) < 0.1)
			return;
		pq_buf_printf(&b,
			      "durations differ, %.4gs and %.4gs: "
			      "-normalize_by=seconds compares per second",
			      seconds[0], seconds[1]);
	} else {
		pq_buf_printf(&b,
			      "the new side is divided by %.6g (-normalize)",
			      f->facts->factor);
	}
	pq_notes_add(&f->facts->notes, pq_buf_view(&b));
	pq_buf_release(&b);
}

static void list_files(struct fact_finder *f)
{
	struct pq_facts *facts = f->facts;
	size_t n = f->j->n_files;

	facts->old_files = PQ_ARENA_NEW(f->arena, size_t, n);
	facts->new_files = PQ_ARENA_NEW(f->arena, size_t, n);
	for (size_t i = 0; i < n; i++)
		if (i < f->j->n_old)
			facts->old_files[facts->n_old++] = i;
		else
			facts->new_files[facts->n_new++] = i;
}

struct pq_facts *pq_compare_facts(const struct pq_compare_options *o,
				  const struct pq_view *v,
				  struct pq_arena *arena, struct pq_error *err)
{
	struct fact_finder f = { .o = o, .j = o->joined, .arena = arena };
	bool ok;

	/* Buckets without nodes: rows do not matter here. */
	f.facts = pq_arena_zeroed(arena, sizeof(*f.facts));
	pq_notes_init(&f.facts->notes, arena);
	pq_sampling_find(&f.facts->sampling, f.j->p, f.j->n_types,
			 v->o.shape.sample_index);
	/* Numbers of stacks are the same for all types: made once. */
	if (!o->stacks->of_facts)
		o->stacks->of_facts = pq_stack_numbers_make(f.j, NULL, arena);
	f.buckets = pq_compare_buckets(o->stacks, f.j, &f.facts->sampling,
				       o->stacks->of_facts);
	f.values = pq_buckets_values(f.buckets, f.facts->sampling.value);
	list_files(&f);
	/* Totals and notes need the factor. */
	ok = find_factor(&f, err);
	if (ok) {
		choose_method(&f);
		set_totals(&f);
		note_durations(&f);
	}
	return ok ? f.facts : NULL;
}
