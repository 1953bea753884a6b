#include "base/radix.h"

#include "base/mem.h"

#include "base/banned.h"

#define DIGIT_BITS 8
#define DIGITS (1 << DIGIT_BITS)

static size_t radix_digit(struct pq_keyed k, unsigned shift)
{
	return (size_t)(k.key >> shift & (DIGITS - 1));
}

static void sort_by_digit(struct pq_keyed *to, const struct pq_keyed *from,
			  size_t n, unsigned shift)
{
	size_t first[DIGITS] = { 0 }, at = 0;

	for (size_t i = 0; i < n; i++)
		first[radix_digit(from[i], shift)]++;
	/* Counts become the places where each digit begins. */
	for (size_t d = 0; d < DIGITS; d++) {
		size_t count = first[d];

		first[d] = at;
		at += count;
	}
	for (size_t i = 0; i < n; i++)
		to[first[radix_digit(from[i], shift)]++] = from[i];
}

struct pq_keyed *pq_radix_sort(struct pq_keyed *list, size_t n)
{
	struct pq_keyed *other = pq_alloc(pq_size_mul(n, sizeof(*other)));
	uint64_t differing = 0;

	for (size_t i = 0; i < n; i++)
		differing |= list[i].key ^ list[0].key;
	/* The lowest digit first; equal digits need no pass. */
	for (unsigned shift = 0; shift < 64; shift += DIGIT_BITS) {
		struct pq_keyed *sorted = other;

		if (!(differing >> shift & (DIGITS - 1)))
			continue;
		sort_by_digit(sorted, list, n, shift);
		other = list;
		list = sorted;
	}
	pq_free(other);
	return list;
}
