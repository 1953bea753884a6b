/*
 * merge_kinds.h - which of many files do not fit together, for whoever merges
 * them to a file: by their sample types and periods.
 *
 * The first file's kind is a line of its own, and so is each file of another
 * kind, up to PQ_MERGE_KINDS_TOLD of them:
 *
 *     a.pb.gz and 2 more: samples/count cpu/nanoseconds, sampled by
 *     cpu/nanoseconds
 *     b.pb.gz: inuse_space/bytes, sampled by space/bytes
 */
#ifndef PQ_SESSION_MERGE_KINDS_H
#define PQ_SESSION_MERGE_KINDS_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/intern.h"
#include "base/log.h"
#include "profile/profile.h"

#define PQ_MERGE_KINDS_TOLD 20

struct pq_merge_file {
	const char *name;
	uint32_t kind;
};

struct pq_merge_kinds {
	struct pq_arena arena;
	struct pq_intern texts;		    /* of kinds; ids count from 1 */
	PQ_VEC(struct pq_merge_file) files; /* the first, and other kinds' */
	size_t n_first, n_others;
};

void pq_merge_kinds_init(struct pq_merge_kinds *k);
void pq_merge_kinds_release(struct pq_merge_kinds *k);

/* `name` is borrowed. */
void pq_merge_kinds_add(struct pq_merge_kinds *k, const char *name,
			const struct pq_profile *p);

/* Says what kinds there are, if there is more than one. */
void pq_merge_kinds_tell(const struct pq_merge_kinds *k, struct pq_log *log);

#endif
