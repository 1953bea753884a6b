/*
 * sides.h - from the command line of a report that compares to its two sides:
 * `profq diff OLD NEW', `profq svg -diff OLD NEW', or, in place of the two,
 * `-group old=FILES -group new=FILES'.
 *
 *     pq_sides_find(&sides, &request, err)	which files
 *     pq_sides_load(&sides, &options, log, err)	read, join
 *     ... sides.joined
 *     pq_sides_release(&sides)
 *
 * Groups: a group's FILES may be a pattern of glob(7); the name given first is
 *         the old side, unless the two names are "new" and "old".  A name that
 *         comes again adds files.  The order within a side is that of names.
 * Errors: PQ_EUSAGE when there are not two sides.  A file that cannot be read
 *         is an error here, not a line: half of a comparison is none.
 */
#ifndef PQ_SESSION_INPUTS_H
#define PQ_SESSION_INPUTS_H

#include "base/arena.h"
#include "cli/arguments.h"
#include "profile/join.h"

struct pq_sides {
	struct pq_joined joined;
	struct pq_arena arena;
	struct pq_profile **list; /* as loaded; joined.files has views of it */
};

bool pq_sides_find(struct pq_sides *s, const struct pq_request *r,
		   struct pq_error *err);
bool pq_sides_load(struct pq_sides *s, const struct pq_options *o,
		   struct pq_log *log, struct pq_error *err);
void pq_sides_release(struct pq_sides *s);

#endif
