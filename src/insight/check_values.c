#include "insight/check_values.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "profile/sampling.h"
#include "stats/family.h"

#include "base/banned.h"

/* Two CPU profiles that differ by more than this are not compared. */
#define MOST_EXCESS 3

static bool is_time(const struct pq_check_values *v)
{
	return !v->is_heap && v->type.by == PQ_SAMPLED_TIME;
}

static bool are_groups(const struct pq_check_values *v)
{
	return v->n_side[0] > 1 || (v->n_side[0] && v->n_side[1] > 1);
}

/* ---- which values ---- */

static bool fail_type(const struct pq_budget *b, const struct pq_joined *j,
		      struct pq_error *err)
{
	struct pq_buf has = { 0 };

	/* The message lists what could be asked for instead. */
	for (size_t i = 0; i < j->n_types; i++) {
		pq_buf_str(&has, i ? ", " : "");
		pq_text_encode(&has,
			       pq_string(j->p, j->p->sample_types.at[i].type));
	}
	pq_fail(err, PQ_EUSAGE,
		"budget \"%s\": sample_index %s: this file has %s",
		b->name.bytes, b->sample_index.bytes, pq_buf_cstr(&has));
	pq_buf_release(&has);
	return false;
}

static bool choose_heap_columns(struct pq_check_values *v,
				const struct pq_budget *b)
{
	static const struct {
		const char *name;
		enum pq_heap_column value, samples;
		bool objects;
	} columns[] = {
		{ "alloc_objects", PQ_HEAP_ALLOC_OBJECTS, PQ_HEAP_ALLOC_SAMPLES,
		  true },
		{ "alloc_space", PQ_HEAP_ALLOC_SPACE, PQ_HEAP_ALLOC_SAMPLES,
		  false },
		{ "inuse_objects", PQ_HEAP_LIVE_OBJECTS, PQ_HEAP_LIVE_SAMPLES,
		  true },
		{ "inuse_space", PQ_HEAP_LIVE_SPACE, PQ_HEAP_LIVE_SAMPLES,
		  false },
	};

	for (size_t i = 0; i < 4; i++) {
		/* Allocations are in no heap that keeps live objects alone. */
		if (!pq_text_is(b->sample_index, columns[i].name) ||
		    (columns[i].value <= PQ_HEAP_ALLOC_SPACE &&
		     !v->heap.has_alloc))
			continue;
		/* Values and samples go together: noise is of both. */
		v->value = columns[i].value;
		v->samples = columns[i].samples;
		v->objects = columns[i].objects;
		v->unit = v->objects ? PQ_TEXT("count") : PQ_TEXT("bytes");
		return true;
	}
	return false;
}

static bool choose_type(struct pq_check_values *v, const struct pq_budget *b,
			const struct pq_joined *j)
{
	for (uint32_t i = 0; i < j->n_types; i++) {
		const struct pq_value_type *type = &j->p->sample_types.at[i];

		if (!pq_text_equal(pq_string(j->p, type->type),
				   b->sample_index))
			continue;
		/* Values of any type go where a heap has its live bytes. */
		pq_sampling_find(&v->type, j->p, j->n_types, i);
		v->value = PQ_HEAP_LIVE_SPACE;
		v->samples = PQ_HEAP_LIVE_SAMPLES;
		v->unit = pq_string(j->p, type->unit);
		return true;
	}
	return false;
}

/* ---- the files ---- */

static int64_t file_value(const struct pq_check_values *v,
			  const int64_t *counts, enum pq_heap_column column,
			  size_t f)
{
	return pq_heap_counts(&v->heap, counts, column)[f];
}

/* The mean of a column over one side: the old one, or the new one. */
static double side_mean(const struct pq_check_values *v, const int64_t *counts,
			unsigned side)
{
	size_t first = side ? v->n_side[0] : 0;
	int64_t sum = 0;

	for (size_t i = 0; i < v->n_side[side]; i++)
		sum = pq_add(sum, file_value(v, counts, v->value, first + i));
	return (double)sum / (double)v->n_side[side];
}

/* The part of the total that shares are of: before anything is filtered. */
static bool find_total_of_new(struct pq_check_values *v,
			      const struct pq_budget *b,
			      const struct pq_joined *j, struct pq_error *err)
{
	static const struct pq_grouping all = { .by = PQ_PER_TOTAL };
	bool ok;

	if (v->is_heap) {
		if (!pq_heap_build(&v->heap, j, &all, false, err))
			return false;
		ok = choose_heap_columns(v, b);
	} else {
		ok = choose_type(v, b, j);
		if (ok)
			pq_heap_build_type(&v->heap, j, &all, &v->type, false);
	}
	if (!ok)
		return fail_type(b, j, err);
	/* Shares are of the new side: a budget is for what is new. */
	for (size_t i = 0; i < v->heap.cells.n; i++)
		v->total += side_mean(v, v->heap.cells.at[i].counts, 1);
	pq_heap_release(&v->heap);
	/* The same struct holds the filtered heap next. */
	memset(&v->heap, 0, sizeof(v->heap));
	return true;
}

/* Snapshots of one process are no independent runs. */
static bool holds_one_process(const struct pq_check_values *v, unsigned side)
{
	size_t first = side ? v->n_side[0] : 0, end = first + v->n_side[side];

	for (size_t a = first; a < end; a++)
		for (size_t b = a + 1; b < end; b++)
			if (!pq_heap_falls(&v->heap, a, b) ||
			    !pq_heap_falls(&v->heap, b, a))
				return true;
	return false;
}

/* What can be known of the noise of these files, before any group is seen. */
static void find_noise(struct pq_check_values *v, const struct pq_budget *b,
		       const struct pq_report_input *in)
{
	struct pq_notes said;

	v->noise = PQ_CHECK_EXACT;
	if (b->noise_ignored || (!v->is_heap && v->type.by == PQ_SAMPLED_ALL))
		return;
	v->noise = PQ_CHECK_SAMPLED;
	/* Heaps tell their noise themselves; other types go by their name. */
	if (v->is_heap) {
		pq_notes_init(&said, in->arena);
		pq_heap_check(&v->heap, NULL, &said);
		if (!v->heap.noise)
			v->noise = PQ_CHECK_EXACT;
		else if (are_groups(v) && v->heap.has_alloc &&
			 (holds_one_process(v, 0) || holds_one_process(v, 1)))
			v->doubt = "snapshots of one process are no "
				   "independent runs";
	} else if (v->type.by == PQ_SAMPLED_WAITS && !are_groups(v)) {
		v->doubt = "the sampling of waits is not in the file: give "
			   "three files a side";
	} else if (v->type.by == PQ_SAMPLED_UNKNOWN) {
		v->doubt = "its sampling is not known";
	}
	/* A doubt makes any verdict a question. */
	if (v->doubt)
		v->noise = PQ_CHECK_UNKNOWN;
}

static bool build_filtered(struct pq_check_values *v, const struct pq_budget *b,
			   const struct pq_report_input *in,
			   struct pq_error *err)
{
	/* A clone: the next budget wants the profile unfiltered. */
	if (b->filtered) {
		v->joined.p = pq_profile_clone(in->joined->p);
		if (!pq_filter(v->joined.p, &b->filters, in->units, in->log,
			       err))
			return false;
	}
	if (v->is_heap)
		return pq_heap_build(&v->heap, &v->joined, &b->by, false, err);
	/* One run against one: the runtime varies more than counting says. */
	pq_heap_build_type(&v->heap, &v->joined, &b->by, &v->type,
			   is_time(v) && v->n_side[0] && !are_groups(v) &&
				   !b->noise_ignored);
	return true;
}

/* ---- one group ---- */

/* Each file's samples weigh by its own period. */
static void estimate_file(const struct pq_check_values *v,
			  const struct pq_heap_cell *cell, size_t f,
			  struct pq_estimate *e)
{
	double n = (double)file_value(v, cell->counts, v->samples, f);
	double value = (double)file_value(v, cell->counts, v->value, f);

	if (v->is_heap)
		pq_estimate_add(e, v->objects ? 1 : (double)cell->size,
				pq_sampling_caught(cell->size,
						   v->heap.files[f].period),
				n);
	else
		pq_estimate_add_time(e, n > 0 ? value / n : 1, n);
}

/* The spread of the files within each side, in effective samples. */
static double spread_within(const struct pq_check_values *v,
			    const struct pq_check_value *x,
			    const double *values)
{
	double unit = pq_estimate_unit_of_both(&x->side[0], &x->side[1]);

	if (!(unit > 0))
		return 0;
	return (pq_chi_square(values, v->n_side[0]) +
		pq_chi_square(values + v->n_side[0], v->n_side[1])) /
	       unit;
}

static void fill_value(const struct pq_check_values *v,
		       struct pq_check_value *x, double *values)
{
	const struct pq_heap_group *group = x->group;
	size_t n_files = v->heap.n_files;

	memset(values, 0, n_files * sizeof(*values));
	/* Without old files no base is known: 0 would be growth. */
	x->base = v->n_side[0] ? 0 : NAN;
	for (uint32_t i = 0; i < group->n_cells; i++) {
		const struct pq_heap_cell *cell =
			&v->heap.cells.at[group->first_cell + i];

		if (v->n_side[0])
			x->base += side_mean(v, cell->counts, 0);
		x->new += side_mean(v, cell->counts, 1);
		for (size_t f = 0; f < n_files; f++) {
			values[f] += (double)file_value(v, cell->counts,
							v->value, f);
			estimate_file(v, cell, f, &x->side[f >= v->n_side[0]]);
		}
	}
	x->spread = spread_within(v, x, values);
}

/* ---- what the runs differ by ---- */

/* As find_excess of compare/judge.c: one number for all groups. */
static double excess_of_pair(const struct pq_check_values *v)
{
	double *list = pq_alloc(pq_size_mul(v->n + 1, sizeof(*list)));
	double excess;
	size_t n = 0;

	for (size_t i = 0; i < v->n; i++) {
		const struct pq_estimate *e = v->list[i].side;
		double sum = e[0].n + e[1].n, apart = e[1].n - e[0].n;

		/* Rows of a few samples would tell of chance. */
		if (sum >= PQ_EXCESS_LEAST_SAMPLES)
			list[n++] = apart * apart / sum;
	}
	excess = pq_excess_of_pair(list, n);
	pq_free(list);
	return excess;
}

/* Contentions to one sample: the middle group's spread is counting's then. */
static double scale_of_waits(const struct pq_check_values *v, double df)
{
	double *list = pq_alloc(pq_size_mul(v->n + 1, sizeof(*list)));
	double scale;
	size_t n = 0;

	for (size_t i = 0; i < v->n; i++)
		if (v->list[i].spread > 0)
			list[n++] = v->list[i].spread / df;
	scale = fmax(1, pq_median(list, n));
	pq_free(list);
	return scale;
}

static void widen(struct pq_check_value *x, double excess)
{
	pq_estimate_widen(&x->side[0], excess);
	pq_estimate_widen(&x->side[1], excess);
}

static void widen_groups(struct pq_check_values *v)
{
	double df = (double)(v->n_side[0] + v->n_side[1]) - 2, scale = 1;

	if (!v->is_heap && v->type.by == PQ_SAMPLED_WAITS)
		scale = scale_of_waits(v, df);
	for (size_t i = 0; i < v->n; i++)
		widen(&v->list[i],
		      scale * pq_excess_of_groups(v->list[i].spread / scale,
						  df));
}

static void widen_pair(struct pq_check_values *v)
{
	double excess = excess_of_pair(v);

	/* Time of one run a side breaks no pipeline, whatever was found. */
	v->doubt = excess > MOST_EXCESS
			   ? "the two runs differ nearly everywhere"
			   : "one run a side is not enough for time: give "
			     "three";
	for (size_t i = 0; i < v->n; i++)
		widen(&v->list[i], excess);
}

/* ---- all ---- */

bool pq_check_values_find(struct pq_check_values *v, const struct pq_budget *b,
			  const struct pq_report_input *in,
			  struct pq_error *err)
{
	double *values;

	memset(v, 0, sizeof(*v));
	v->joined = *in->joined;
	v->n_side[0] = in->joined->n_old;
	v->n_side[1] = in->joined->n_files - in->joined->n_old;
	v->is_heap = pq_heap_is_heap(in->joined);
	/* The total is of all samples, and the groups of filtered ones. */
	if (!find_total_of_new(v, b, in->joined, err) ||
	    !build_filtered(v, b, in, err))
		return false;
	find_noise(v, b, in);

	/* Estimates of all groups come first: some noise is seen in all. */
	v->list = pq_arena_zeroed(in->arena, pq_size_mul(v->heap.groups.n + 1,
							 sizeof(*v->list)));
	values = PQ_ARENA_NEW(in->arena, double, v->heap.n_files + 1);
	for (size_t i = 0; i < v->heap.groups.n; i++) {
		v->list[i].group = &v->heap.groups.at[i];
		fill_value(v, &v->list[i], values);
	}
	v->n = v->heap.groups.n;
	if (v->noise == PQ_CHECK_SAMPLED && are_groups(v))
		widen_groups(v);
	else if (v->noise == PQ_CHECK_SAMPLED && is_time(v) && v->n_side[0])
		widen_pair(v);
	return true;
}

void pq_check_values_release(struct pq_check_values *v,
			     const struct pq_report_input *in)
{
	pq_heap_release(&v->heap);
	if (v->joined.p != in->joined->p)
		pq_profile_free(v->joined.p);
}

double pq_check_values_factor(const struct pq_check_values *v, double factor)
{
	return factor * (double)v->n_side[1] / (double)v->n_side[0];
}
