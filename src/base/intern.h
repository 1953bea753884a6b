/*
 * intern.h - texts by content: equal texts get one id.
 *
 * Ids count from 0 in order of first use; id 0 is the empty text.
 * Owner: the caller holds the struct; with `copy` the bytes are copied into
 *        the arena given, otherwise they must outlive the table.
 */
#ifndef PQ_BASE_INTERN_H
#define PQ_BASE_INTERN_H

#include "base/arena.h"
#include "base/map.h"
#include "base/text.h"
#include "base/vec.h"

struct pq_intern {
	struct pq_map map;
	PQ_VEC(struct pq_text) texts;
	struct pq_arena *copies; /* NULL: texts are borrowed */
};

void pq_intern_init(struct pq_intern *t, struct pq_arena *copies);
void pq_intern_release(struct pq_intern *t);
uint32_t pq_intern(struct pq_intern *t, struct pq_text text);

/* The id of a text that may have none: PQ_MAP_NONE then. */
uint32_t pq_intern_find(const struct pq_intern *t, struct pq_text text);

static inline struct pq_text pq_intern_text(const struct pq_intern *t,
					    uint32_t id)
{
	return t->texts.at[id];
}

#endif
