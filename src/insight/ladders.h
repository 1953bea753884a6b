/*
 * ladders.h - the groups of a heap that grow by copying (ladder.h).
 */
#ifndef PQ_INSIGHT_LADDERS_H
#define PQ_INSIGHT_LADDERS_H

#include "insight/heap.h"
#include "insight/ladder.h"

struct pq_ladder_row {
	const struct pq_heap_group *group;
	struct pq_ladder ladder;
	bool by_function; /* made by a function that is known to grow buffers */
	bool both_live;	  /* the two largest rungs; no fewer at the largest */
	int64_t live_space;	   /* the whole group's */
	double share_of_alloc;	   /* out of all that the file allocated */
	struct pq_text callers[6]; /* outside of the library, leaf first */
	size_t n_callers;
};

struct pq_ladders {
	struct pq_ladder_row *rows; /* by copied bytes, falling; then by name */
	size_t n;
	int64_t alloc_space; /* all groups' */
};

/* Fails where samples, or what was allocated, are not known. */
bool pq_ladders_find(struct pq_ladders *l, const struct pq_heap *h,
		     struct pq_arena *arena, struct pq_error *err);

/* Appends the callers of a row, joined by " <- ". */
void pq_ladder_put_callers(struct pq_buf *b, const struct pq_ladder_row *row);

#endif
