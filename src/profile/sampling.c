#include "profile/sampling.h"

#include <math.h>

#include "base/units.h"

#include "base/banned.h"

static struct pq_text name_of_column(const struct pq_profile *p, uint32_t i)
{
	return pq_string(p, p->sample_types.at[i].type);
}

static uint32_t find_named_column(const struct pq_profile *p, size_t n,
				  const char *name)
{
	for (uint32_t i = 0; i < n; i++)
		if (pq_text_is(name_of_column(p, i), name))
			return i;
	return PQ_NO_COLUMN;
}

static bool find_heap_columns(struct pq_sampling *s, const struct pq_profile *p,
			      size_t n)
{
	struct pq_text type = name_of_column(p, s->value);

	if (!pq_text_is(pq_string(p, p->period_type.type), "space"))
		return false;
	s->alloc_bytes = find_named_column(p, n, "alloc_space");
	s->alloc_objects = find_named_column(p, n, "alloc_objects");
	s->is_alloc = pq_text_starts(type, "alloc_");
	/* A value is judged by the pair of columns it belongs to. */
	if (s->is_alloc) {
		s->bytes = s->alloc_bytes;
		s->objects = s->alloc_objects;
	} else {
		s->bytes = find_named_column(p, n, "inuse_space");
		s->objects = find_named_column(p, n, "inuse_objects");
	}
	s->counts_objects = s->value == s->objects;
	return s->value == s->bytes || s->value == s->objects;
}

static bool find_time_columns(struct pq_sampling *s, const struct pq_profile *p,
			      size_t n)
{
	struct pq_value_type period = p->period_type;
	const struct pq_value_type *type = &p->sample_types.at[s->value];

	if (!pq_unit_is_time(pq_string(p, period.unit)))
		return false;
	s->samples = find_named_column(p, n, "samples");
	if (s->samples == PQ_NO_COLUMN)
		s->samples = find_named_column(p, n, "sample");
	/* The value is the count of samples or the one the period measures. */
	return s->value == s->samples ||
	       (pq_text_equal(pq_string(p, type->type),
			      pq_string(p, period.type)) &&
		pq_text_equal(pq_string(p, type->unit),
			      pq_string(p, period.unit)));
}

/* Delays have heavy tails: the contentions are judged in their place. */
static bool find_wait_columns(struct pq_sampling *s, const struct pq_profile *p,
			      size_t n)
{
	struct pq_text type = name_of_column(p, s->value);

	s->samples = find_named_column(p, n, "contentions");
	return s->samples != PQ_NO_COLUMN &&
	       (s->value == s->samples || pq_text_is(type, "delay"));
}

void pq_sampling_find(struct pq_sampling *s, const struct pq_profile *p,
		      size_t n_types, uint32_t value)
{
	struct pq_text type = name_of_column(p, value);

	*s = (struct pq_sampling){
		.bytes = PQ_NO_COLUMN,
		.objects = PQ_NO_COLUMN,
		.alloc_bytes = PQ_NO_COLUMN,
		.alloc_objects = PQ_NO_COLUMN,
		.samples = PQ_NO_COLUMN,
		.value = value,
	};
	if (find_heap_columns(s, p, n_types))
		s->by = PQ_SAMPLED_BYTES;
	else if (find_wait_columns(s, p, n_types))
		s->by = PQ_SAMPLED_WAITS;
	else if (pq_text_is(type, "goroutine") ||
		 pq_text_is(type, "goroutines") ||
		 pq_text_is(type, "threadcreate"))
		s->by = PQ_SAMPLED_ALL;
	else if (find_time_columns(s, p, n_types))
		s->by = PQ_SAMPLED_TIME;
}

double pq_sampling_caught(int64_t size, int64_t period)
{
	return period <= 1 ? 1 : -expm1(-(double)size / (double)period);
}

double pq_samples_of_bytes(int64_t bytes, int64_t size, double caught)
{
	return (double)bytes / (double)size * caught;
}

double pq_samples_of_objects(int64_t objects, double caught)
{
	/* the file has n / P rounded down */
	return ceil((double)objects * caught - 1e-6);
}

int64_t pq_object_size(const struct pq_profile *p,
		       const struct pq_sample *sample)
{
	for (size_t i = 0; i < sample->n_labels; i++) {
		const struct pq_label *l = &sample->labels[i];

		if (!l->str && l->num > 0 &&
		    pq_text_is(pq_string(p, l->key), "bytes"))
			return l->num;
	}
	return 0;
}

int64_t pq_object_size_guess(int64_t bytes, int64_t objects)
{
	double size, whole;

	if (bytes <= 0 || objects <= 0)
		return 0;
	/* A mean that is nearly whole stands for objects of one size. */
	size = (double)bytes / (double)objects;
	whole = round(size);
	return fabs(size - whole) <= 0.005 * whole ? pq_trunc(whole) : 0;
}

/* The runtime's own order of operations, for equal rounding. */
double pq_written_scale(int64_t size, int64_t period)
{
	if (period <= 1)
		return 1;
	return 1 / (1 - exp(-(double)size / (double)period));
}

bool pq_is_written_at_once(int64_t bytes, double n, int64_t size, double scale)
{
	return pq_trunc(n * (double)size * scale) == bytes;
}
