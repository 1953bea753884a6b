/*
 * radix.h - sorting positions by a number, in time that grows with how many
 * there are and no faster.
 *
 * Order: ascending keys; equal keys keep their order.
 * Cost:  a pass for each byte in which keys differ; room for a second list.
 */
#ifndef PQ_BASE_RADIX_H
#define PQ_BASE_RADIX_H

#include <stddef.h>
#include <stdint.h>

struct pq_keyed {
	uint64_t key;
	uint32_t at; /* the caller's */
};

/* Sorts a list that pq_alloc made, and returns it or the one in its place. */
struct pq_keyed *pq_radix_sort(struct pq_keyed *list, size_t n);

#endif
