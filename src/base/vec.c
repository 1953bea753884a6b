#include "base/vec.h"

#include <string.h>

#include "base/banned.h"

#define FIRST_BYTES ((size_t)512)
#define SMALL_BYTES ((size_t)8 << 10)
#define MIDDLE_BYTES ((size_t)256 << 10)

void *pq_vec_grow(void *at, size_t *capacity, size_t need, size_t each)
{
	/* small ones are quick to outgrow, large ones dear to overdo */
	size_t bytes = *capacity * each;
	size_t grown = bytes < SMALL_BYTES    ? *capacity * 4
		       : bytes < MIDDLE_BYTES ? *capacity * 2
					      : *capacity + *capacity / 2;

	if (grown * each < FIRST_BYTES)
		grown = FIRST_BYTES / each + 1;
	if (grown < need)
		grown = need;
	at = pq_realloc(at, pq_size_mul(grown, each));
	*capacity = grown;
	return at;
}

/* As far as the capacity goes, so that the next ones are there already. */
void *pq_vec_extend(void *at, size_t *n, size_t *capacity, size_t need,
		    size_t each)
{
	if (need > *capacity)
		at = pq_vec_grow(at, capacity, need, each);
	memset((char *)at + *n * each, 0, (*capacity - *n) * each);
	*n = *capacity;
	return at;
}
