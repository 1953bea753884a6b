/*
 * search.h - positions in records that ascend by a number.
 *
 *     i = PQ_FIRST_FROM(list.at, list.n, address, wanted);
 *
 * is the position of the first record whose address is not below wanted, and
 * PQ_FIRST_ABOVE that of the first whose address is above it; n when there is
 * none.  PQ_NUMBER_FROM and PQ_NUMBER_ABOVE are for plain lists of numbers.
 * The field is a uint64_t.
 */
#ifndef PQ_BASE_SEARCH_H
#define PQ_BASE_SEARCH_H

#include <stddef.h>
#include <stdint.h>

#define PQ_FIRST_FROM(list, n, field, key) \
	((n) ? pq_first_from(&(list)->field, (n), sizeof(*(list)), (key)) : 0)
#define PQ_FIRST_ABOVE(list, n, field, key) \
	((n) ? pq_first_above(&(list)->field, (n), sizeof(*(list)), (key)) : 0)
#define PQ_NUMBER_FROM(list, n, key) \
	pq_first_from((list), (n), sizeof(*(list)), (key))
#define PQ_NUMBER_ABOVE(list, n, key) \
	pq_first_above((list), (n), sizeof(*(list)), (key))

/* Inline: the size of a record is known where it is asked for. */
static inline size_t pq_first_from(const uint64_t *first, size_t n, size_t size,
				   uint64_t key)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const char *at = (const char *)first + middle * size;

		if (*(const uint64_t *)(const void *)at < key)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static inline size_t pq_first_above(const uint64_t *first, size_t n,
				    size_t size, uint64_t key)
{
	return key == UINT64_MAX ? n : pq_first_from(first, n, size, key + 1);
}

#endif
