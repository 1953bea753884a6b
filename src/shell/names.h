/*
 * names.h - functions and labels of a profile, for completion.
 *
 * They are looked for at the first question: functions in the table of the
 * profile, labels by a walk over all samples.  At most PQ_NAMES_MOST of each
 * are known, sorted bytewise, each once.
 *
 * Owner: the texts are the profile's.  Who asks under a guard makes the names
 *        before it (pq_shell_names_make), since they outlive it (base/mem.h).
 */
#ifndef PQ_SHELL_NAMES_H
#define PQ_SHELL_NAMES_H

#include "base/vec.h"
#include "profile/profile.h"

enum { PQ_NAMES_MOST = 100000 };

/* A value of a string label. */
struct pq_shell_label {
	struct pq_text key, value;
};

struct pq_shell_names {
	const struct pq_profile *p;
	bool made;
	PQ_VEC(struct pq_text) functions;
	PQ_VEC(struct pq_text) keys; /* of string and of numeric labels */
	PQ_VEC(struct pq_shell_label) labels; /* by key, then by value */
};

void pq_shell_names_init(struct pq_shell_names *n, const struct pq_profile *p);
void pq_shell_names_make(struct pq_shell_names *n);
void pq_shell_names_release(struct pq_shell_names *n);

#endif
