#include "format/legacy/heap_values.h"

#include <math.h>

#include "base/units.h"

#include "base/banned.h"

void pq_heap_types(struct pq_legacy *b, bool alloc)
{
	if (alloc) {
		pq_legacy_sample_type(b, "alloc_objects", PQ_TEXT("count"));
		pq_legacy_sample_type(b, "alloc_space", PQ_TEXT("bytes"));
	}
	pq_legacy_sample_type(b, alloc ? "inuse_objects" : "objects",
			      PQ_TEXT("count"));
	pq_legacy_sample_type(b, alloc ? "inuse_space" : "space",
			      PQ_TEXT("bytes"));
	pq_legacy_period_type(b, "space", "bytes");
}

void pq_heap_unsample(struct pq_heap_pair *pair, int64_t rate)
{
	double mean, scale;

	if (!pair->count || !pair->bytes) {
		pair->count = pair->bytes = 0;
		return;
	}
	if (rate <= 1)
		return;
	/* The mean size stands for the size of each object. */
	mean = (double)pair->bytes / (double)pair->count;
	scale = 1 / (1 - exp(-mean / (double)rate));
	pair->count = pq_trunc((double)pair->count * scale);
	pair->bytes = pq_trunc((double)pair->bytes * scale);
}

int64_t pq_heap_blocksize(const struct pq_heap_pair *pair)
{
	/* The one quotient that does not fit wraps. */
	if (pair->count == -1)
		return (int64_t)(0 - (uint64_t)pair->bytes);
	return pair->bytes / pair->count;
}

void pq_heap_sample(struct pq_legacy *b, const struct pq_heap_pair *alloc,
		    const struct pq_heap_pair *inuse, int64_t blocksize)
{
	int64_t values[4];
	unsigned n = 0;

	if (alloc) {
		values[n++] = alloc->count;
		values[n++] = alloc->bytes;
	}
	values[n++] = inuse->count;
	values[n++] = inuse->bytes;
	pq_legacy_label_bytes(b, blocksize);
	pq_legacy_sample(b, values);
}
