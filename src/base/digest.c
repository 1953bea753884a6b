#include "base/digest.h"

#include "base/banned.h"

int64_t pq_digest_of(const void PQ_RAW *bytes, size_t n)
{
	return (int64_t)XXH64(pq_unchecked_bytes(bytes), n, 0);
}

void pq_digest_begin(struct pq_digest *d)
{
	(void)XXH64_reset(&d->state, 0);
}

void pq_digest_add(struct pq_digest *d, const void *bytes, size_t n)
{
	if (n)
		(void)XXH64_update(&d->state, bytes, n);
}

int64_t pq_digest_end(const struct pq_digest *d)
{
	return (int64_t)XXH64_digest(&d->state);
}
