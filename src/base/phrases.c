#include "base/phrases.h"

#include "base/mem.h"

#include "base/banned.h"

void pq_phrases_add(struct pq_phrases *p, const void *bytes, size_t n)
{
	uint32_t start = p->starts.n ? p->starts.at[p->starts.n - 1] : 0;
	size_t end = pq_size_add(start, n);

	if (end > UINT32_MAX)
		pq_unwind_limit("the names take more than 4294967295 bytes");
	if (!p->starts.n)
		*pq_vec_push(&p->starts) = 0;
	pq_vec_reserve(&p->bytes, pq_size_add(end, PQ_PHRASE_STEP));
	if (n)
		memcpy(p->bytes.at + start, bytes, n);
	/* A step reads what stands behind the last one, and it is made. */
	memset(p->bytes.at + end, 0, PQ_PHRASE_STEP);
	p->bytes.n = end;
	*pq_vec_push(&p->starts) = (uint32_t)end;
}

void pq_phrases_release(struct pq_phrases *p)
{
	pq_vec_release(&p->bytes);
	pq_vec_release(&p->starts);
}
