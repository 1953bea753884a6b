/*
 * vec.h - growable array of one type.
 *
 *     PQ_VEC(uint32_t) ids = { 0 };
 *     *pq_vec_push(&ids) = 7;
 *     ids.at[0], ids.n
 *     pq_vec_release(&ids);
 *
 * Owner:   whoever holds the struct.  Growing moves the elements: a pointer
 *          into the array is valid until the next push or reserve.
 * Content: pushed elements are not zeroed.  Errors: none (mem.h).
 */
#ifndef PQ_BASE_VEC_H
#define PQ_BASE_VEC_H

#include <stddef.h>

#define PQ_VEC(type)             \
	struct {                 \
		type *at;        \
		size_t n;        \
		size_t capacity; \
	}

__attribute__((returns_nonnull)) void *pq_vec_grow(void *at, size_t *capacity,
						   size_t need, size_t each);

#define pq_vec_reserve(v, need)                                         \
	((void)((need) > (v)->capacity &&                               \
		((v)->at = pq_vec_grow((v)->at, &(v)->capacity, (need), \
				       sizeof(*(v)->at)),               \
		 1)))

#define pq_vec_push(v) (pq_vec_reserve((v), (v)->n + 1), &(v)->at[(v)->n++])

/* Makes n at least `need`; unlike pushed ones, the new elements are zeroed. */
#define pq_vec_reach(v, need)                                              \
	((void)((need) > (v)->n &&                                         \
		((v)->at = pq_vec_extend((v)->at, &(v)->n, &(v)->capacity, \
					 (need), sizeof(*(v)->at)),        \
		 1)))

void *pq_vec_extend(void *at, size_t *n, size_t *capacity, size_t need,
		    size_t each);

#define pq_vec_release(v) \
	(pq_free((v)->at), (v)->at = NULL, (v)->n = 0, (v)->capacity = 0)

#include "base/mem.h" /* pq_free, for pq_vec_release */

#endif
