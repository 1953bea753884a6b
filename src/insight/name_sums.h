/*
 * name_sums.h - a sum for each name, and the name with the largest.
 */
#ifndef PQ_INSIGHT_NAME_SUMS_H
#define PQ_INSIGHT_NAME_SUMS_H

#include "base/arena.h"
#include "base/intern.h"
#include "base/text.h"
#include "base/vec.h"

struct pq_name_sums {
	struct pq_arena arena; /* the names', which outlive their frames */
	struct pq_intern names;
	PQ_VEC(int64_t) sums; /* by id of the name */
};

void pq_name_sums_init(struct pq_name_sums *s);
void pq_name_sums_add(struct pq_name_sums *s, struct pq_text name,
		      int64_t value);
/* The largest, and of equals the greater name; its sum goes to *sum. */
struct pq_text pq_name_sums_most(const struct pq_name_sums *s, int64_t *sum);
void pq_name_sums_release(struct pq_name_sums *s);

#endif
