/*
 * ladder.h - whether the objects of one place are one buffer after another,
 * each made to take in the one before it.
 *
 * Rules:    `double': the next size is what twice the request gets.
 *           `append': what Go's append makes of a full slice, for one element
 *           size.  `ratio': a constant factor, as two neighbours show it.
 *           The longest chain of sizes by a rule is a ladder if it holds
 *           nearly all of the bytes allocated between its ends and half of
 *           all, if of each rung enough were freed to have become the next
 *           one, and if a quarter of its bytes are copies.
 * Cannot:   a pool of objects of powers of two, of which each size is dropped
 *           about as often as the next is made, looks the same.
 * Cost:     n log n for each rule; more than PQ_LADDER_SIZES sizes are no
 *           ladder, whatever they are.
 * Source:   the runtime (size_class.h); conditions and limits were set on
 *           recorded programs and simulations.
 */
#ifndef PQ_INSIGHT_LADDER_H
#define PQ_INSIGHT_LADDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

#define PQ_LADDER_SIZES 8192

/* The objects of one size. */
struct pq_rung {
	int64_t size, alloc_space;
	int64_t alloc, live; /* samples */
};

enum pq_growth_rule { PQ_GROWTH_DOUBLE, PQ_GROWTH_APPEND, PQ_GROWTH_RATIO };

const char *pq_growth_rule_name(enum pq_growth_rule rule);

struct pq_ladder {
	enum pq_growth_rule rule;
	const struct pq_rung **rungs; /* ascending; in the arena */
	size_t n;
	double ratio; /* neighbours', on average; 2 for double */
	int64_t alloc_space;
	double copied; /* bytes */
	double copied_share;
};

/*
 * rungs: ascending by size.  grows: they were made by a function that is known
 * to grow buffers, which may then be a little more generous.  False when there
 * is no ladder.
 */
bool pq_ladder_find(struct pq_ladder *l, const struct pq_rung *rungs, size_t n,
		    int64_t period, bool grows, struct pq_arena *arena);

#endif
