#include "base/vec.h"

#include "base/banned.h"

void *pq_vec_grow(void *at, size_t *capacity, size_t need, size_t each)
{
	size_t grown = *capacity + *capacity / 2;

	if (grown < 16)
		grown = 16;
	if (grown < need)
		grown = need;
	at = pq_realloc(at, pq_size_mul(grown, each));
	*capacity = grown;
	return at;
}
