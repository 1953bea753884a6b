/*
 * ids.h - dense numbers for the 64-bit ids of a file, given on sight.
 *
 * Small ids, which nearly all files use, go through a plain array; the others
 * through an open-addressed table.  The first id met gets number 0, the next
 * one 1, and so on, whatever the order in which tables and samples come.
 * The order in the table is one of chance (base/map.h), so that ids cannot be
 * made to meet in it; the numbers do not depend on it.
 */
#ifndef PQ_PROFILE_IDS_H
#define PQ_PROFILE_IDS_H

#include <stdint.h>

#include "base/vec.h"

struct pq_ids {
	PQ_VEC(uint32_t) direct; /* number + 1 by id; 0: not met */
	uint64_t *keys;		 /* id of a slot */
	uint32_t *numbers;	 /* number + 1; 0: free */
	size_t mask, used;
	uint32_t n; /* numbers given out */
};

void pq_ids_release(struct pq_ids *ids);

/* The number of an id; *fresh tells whether it was given just now. */
uint32_t pq_ids_number_slow(struct pq_ids *ids, uint64_t id, bool *fresh);

/* The number of an id that may have none: UINT32_MAX then. */
uint32_t pq_ids_find(const struct pq_ids *ids, uint64_t id);

static inline uint32_t pq_ids_number(struct pq_ids *ids, uint64_t id,
				     bool *fresh)
{
	if (id < ids->direct.n && ids->direct.at[id]) {
		*fresh = false;
		return ids->direct.at[id] - 1;
	}
	return pq_ids_number_slow(ids, id, fresh);
}

#endif
