#include "compare/process.h"

#include "base/banned.h"

/* In fewer buckets, it may be chance that none falls. */
#define LEAST_BUCKETS 10

/* True when no count since the start is lower in the second snapshot. */
static bool none_falls(const struct pq_buckets *buckets, size_t first,
		       size_t second, struct pq_process *found)
{
	size_t n_allocated = 0;

	found->later = second;
	for (size_t i = 0; i < buckets->list.n; i++) {
		const double *alloc = pq_bucket_alloc(buckets, i);

		if (alloc[second] < alloc[first])
			return false;
		n_allocated += alloc[second] > 0;
	}
	return n_allocated >= LEAST_BUCKETS;
}

bool pq_one_process(const struct pq_buckets *buckets, const struct pq_joined *j,
		    size_t a, size_t b, struct pq_process *found)
{
	const struct pq_joined_file *x = &j->files[a], *y = &j->files[b];
	bool b_first = x->time_nanos > y->time_nanos;
	size_t first = b_first ? b : a, second = b_first ? a : b;

	if (x->period != y->period || !pq_text_equal(x->program, y->program))
		return false;
	return none_falls(buckets, first, second, found) ||
	       none_falls(buckets, second, first, found);
}
