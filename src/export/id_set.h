/*
 * id_set.h - ids that were met, 8 bytes and a little more each.
 *
 * Ids are digests that a file could be made for; their places depend on the
 * key of map.h, which no file knows.
 *
 * Growth: a set is of many small tables, which grow one by one and by half, so
 *         that no moment needs twice the memory.
 * Owner:  whoever holds the struct.  Errors: none (mem.h).
 */
#ifndef PQ_EXPORT_ID_SET_H
#define PQ_EXPORT_ID_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PQ_ID_SET_PARTS 256

struct pq_id_part {
	int64_t *ids; /* 0: free */
	size_t n, capacity;
};

struct pq_id_set {
	struct pq_id_part parts[PQ_ID_SET_PARTS];
	size_t n;
	bool has_zero;
};

void pq_id_set_release(struct pq_id_set *s);

/*
 * Says that an id will be asked for soon: memory is slow, and begins to fetch
 * the place meanwhile.
 */
void pq_id_set_expect(const struct pq_id_set *s, int64_t id);

bool pq_id_set_has(const struct pq_id_set *s, int64_t id);
/* Whether it was not there before. */
bool pq_id_set_add(struct pq_id_set *s, int64_t id);

#endif
