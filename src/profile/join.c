#include "profile/join.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "profile/compatible.h"
#include "profile/merge.h"

#include "base/banned.h"

static void note_joined_file(struct pq_joined_file *f,
			     const struct pq_profile *p)
{
	f->time_nanos = p->time_nanos;
	f->duration_nanos = p->duration_nanos;
	f->period = p->period;
	f->program = f->build_id = PQ_TEXT("");
	if (p->mappings.n) {
		f->program = pq_string(p, p->mappings.at[0].file);
		f->build_id = pq_string(p, p->mappings.at[0].build_id);
	}
}

static void repeat_types(const struct pq_joined *j)
{
	struct pq_profile *p = j->p;
	size_t n = pq_size_mul(j->n_types, j->n_files);

	pq_vec_reserve(&p->sample_types, n);
	for (size_t i = j->n_types; i < n; i++)
		p->sample_types.at[i] = p->sample_types.at[i % j->n_types];
	p->sample_types.n = n;
}

bool pq_join(struct pq_joined *j, struct pq_profile **list,
	     struct pq_error *err)
{
	struct pq_error types;

	pq_error_clear(&types);
	if (!pq_common_types(list, j->n_files, &types))
		return pq_fail_no_common_type(list[0], j->files[0].name,
					      list[j->n_files - 1],
					      j->files[j->n_files - 1].name,
					      "there is nothing to compare",
					      err);
	if (!pq_common_units(list, j->n_files, err))
		return false;
	j->n_types = list[0]->sample_types.n;
	for (size_t i = 0; i < j->n_files; i++)
		note_joined_file(&j->files[i], list[i]);
	if (j->n_files == 1) {
		j->p = list[0];
		list[0] = NULL;
		return true;
	}
	j->p = pq_merge_apart(list, j->n_files, j->takes_samples, err);
	if (j->p)
		repeat_types(j);
	return j->p != NULL;
}

/* ---- two sides ---- */

/* The columns of all files on their way to two for each type. */
struct reducing {
	const struct pq_joined *j;
	const struct pq_join_side *sides;
	int64_t *values;
};

int64_t pq_join_mean(int64_t sum, size_t n, double divisor)
{
	if (n == 1 && divisor == 1)
		return sum;
	return pq_trunc(round((double)sum / (double)n / divisor));
}

static int64_t mean_of_side(const struct reducing *r,
			    const struct pq_sample *sample, unsigned side,
			    size_t type)
{
	const struct pq_join_side *s = &r->sides[side];
	int64_t sum = 0;

	for (size_t i = 0; i < s->n; i++)
		sum = pq_add(sum, pq_joined_value(r->j, sample, s->files[i],
						  (uint32_t)type));
	return pq_join_mean(sum, s->n, s->divisors[type]);
}

static bool reduce_joined_sample(void *ctx, struct pq_sample *sample)
{
	const struct reducing *r = ctx;
	size_t n = r->j->n_types;
	bool any = false;

	/* The new side comes first, as pq_join_reduce promises. */
	for (size_t i = 0; i < n; i++) {
		r->values[i] = mean_of_side(r, sample, 1, i);
		r->values[n + i] = mean_of_side(r, sample, 0, i);
		any = any || r->values[i] || r->values[n + i];
	}
	sample->values = r->values;
	return any;
}

void pq_join_reduce(const struct pq_joined *j,
		    const struct pq_join_side sides[2])
{
	struct reducing r = { .j = j, .sides = sides };
	size_t n = pq_size_mul(j->n_types, 2);

	r.values = pq_alloc(pq_size_mul(n, sizeof(*r.values)));
	pq_samples_revalue(&j->p->samples, (unsigned)n, reduce_joined_sample,
			   &r);
	pq_free(r.values);
	j->p->sample_types.n = j->n_types;
}
