/*
 * spaces.h - which mapping an address of a process lies in, as mappings come
 * and processes fork.
 *
 * Shape:  a space is a set of ranges that do not overlap: a new mapping takes
 *         the place of all that it covers.  Ranges are the nodes of a treap
 *         that forks share; a node is copied when one of them changes it, so
 *         that a fork costs nothing and a mapping the logarithm of their
 *         number, whatever order a file has them in.
 * Limit:  4 million ranges in all spaces.
 * Owner:  struct pq_spaces has the nodes of all spaces; a space itself is
 *         plain data.
 */
#ifndef PQ_FORMAT_PERF_SPACES_H
#define PQ_FORMAT_PERF_SPACES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/vec.h"

struct pq_range {
	uint64_t start, limit; /* the first address, and the one behind */
	uint32_t map;	       /* the caller's number for it */
	uint32_t left, right;  /* nodes; 0: none */
	uint32_t priority;     /* by chance; a parent has the largest one */
	uint32_t owner;	       /* the space whose it is; others copy it */
};

struct pq_spaces {
	PQ_VEC(struct pq_range) nodes; /* the first one is none */
	PQ_VEC(uint32_t) free;
	uint32_t n_owners;
	uint64_t n_changes;
};

struct pq_space {
	uint32_t root, owner;
	/* two spaces of one number have the same ranges; 0: no ranges */
	uint64_t content;
};

void pq_spaces_release(struct pq_spaces *all);

/* Gives *child the ranges of *parent; those that it had are forgotten. */
void pq_space_fork(struct pq_spaces *all, struct pq_space *child,
		   struct pq_space *parent);

/* Maps start up to limit, which is larger; false: too many ranges. */
bool pq_space_map(struct pq_spaces *all, struct pq_space *space, uint64_t start,
		  uint64_t limit, uint32_t map);

/* The mapping that an address lies in, or UINT32_MAX. */
uint32_t pq_space_find(const struct pq_spaces *all,
		       const struct pq_space *space, uint64_t address);

#endif
