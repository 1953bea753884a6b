/*
 * kind.h - what a profile is about, by its sample types.
 */
#ifndef PQ_PROFILE_KIND_H
#define PQ_PROFILE_KIND_H

#include "base/error.h"
#include "profile/profile.h"

enum pq_kind {
	PQ_KIND_OTHER,
	PQ_KIND_HEAP,
	PQ_KIND_CPU,
	PQ_KIND_GOROUTINES,
	PQ_KIND_CONTENTION, /* mutex or block */
};

/* The first n_types sample types and the period type decide. */
enum pq_kind pq_kind_find(const struct pq_profile *p, size_t n_types);

/* In a word for messages: "cpu"; else the last sample type. */
struct pq_text pq_kind_name(const struct pq_profile *p, size_t n_types);

/* Fails, naming the kinds, unless all profiles are of one. */
bool pq_kinds_are_one(struct pq_profile *const *list, size_t n,
		      struct pq_error *err);

#endif
