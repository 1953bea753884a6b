#include <string.h>

#include "base/mem.h"
#include "profile/compatible.h"
#include "profile/merge.h"

#include "base/banned.h"

/* Two profiles side by side: merging, with a set of values for each. */

struct moving {
	unsigned n_types;
	bool second; /* the values belong into the second half */
};

static bool move_values(void *ctx, struct pq_sample *sample)
{
	const struct moving *m = ctx;
	size_t bytes = m->n_types * sizeof(int64_t);
	int64_t *half = sample->values + m->n_types;

	if (m->second) {
		memcpy(half, sample->values, bytes);
		memset(sample->values, 0, bytes);
	} else {
		memset(half, 0, bytes);
	}
	return true;
}

/* Doubles the values and, for the time of the merge, the sample types. */
static void widen(struct pq_profile *p, bool second)
{
	struct moving m = { (unsigned)p->sample_types.n, second };

	for (unsigned i = 0; i < m.n_types; i++) {
		struct pq_value_type type = p->sample_types.at[i];

		*pq_vec_push(&p->sample_types) = type;
	}
	if (m.n_types)
		pq_samples_rewrite(&p->samples, 2 * m.n_types, move_values, &m);
}

struct pq_profile *pq_side_by_side(struct pq_profile *before,
				   struct pq_profile *after,
				   struct pq_error *err)
{
	struct pq_profile *both[2] = { after, before }, *result;

	if (!pq_common_types(both, 2, err) || !pq_common_units(both, 2, err))
		return NULL;
	widen(after, false);
	widen(before, true);
	result = pq_merge(both, 2, err);
	if (result)
		result->sample_types.n /= 2;
	return result;
}
