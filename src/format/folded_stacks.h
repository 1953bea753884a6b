/*
 * folded_stacks.h - stacks as "root;...;leaf": a function and a location for
 * each distinct name.
 *
 * Owner: the struct is the caller's; what it adds is the profile's, and names
 *        are copied.
 */
#ifndef PQ_FORMAT_FOLDED_STACKS_H
#define PQ_FORMAT_FOLDED_STACKS_H

#include "base/intern.h"
#include "profile/profile.h"

struct pq_folded_stacks {
	struct pq_profile *p;
	struct pq_intern names; /* name i has the location location_of[i] - 1 */
	PQ_VEC(uint32_t) location_of;
	PQ_VEC(uint32_t) stack; /* of the last pq_folded_stack, leaf first */
};

void pq_folded_stacks_init(struct pq_folded_stacks *s, struct pq_profile *p);
void pq_folded_stacks_release(struct pq_folded_stacks *s);

uint32_t pq_folded_location(struct pq_folded_stacks *s, struct pq_text name);

/* Takes a stack apart; an empty text is one frame without a name. */
void pq_folded_stack(struct pq_folded_stacks *s, struct pq_text text);

#endif
