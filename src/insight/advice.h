/*
 * advice.h - lines that lead from a report to what it does not show.
 *
 * Who does not know it reads from a CPU profile that the runtime is slow, and
 * from the bytes of a heap that its largest function is to blame.  Thresholds
 * are those of triage, so that both say the same:
 *
 *   gc       the collector takes much of the CPU (rule gc-cpu)
 *   objects  bytes are shown of a million objects or more, and half of these
 *            are of another function than most of the bytes are
 *   few      a CPU profile has so few samples that its shares are guesses
 *
 * Cost: one walk over the samples, which is why large profiles and those that
 *       would be read again get no advice.
 */
#ifndef PQ_INSIGHT_ADVICE_H
#define PQ_INSIGHT_ADVICE_H

#include "base/notes.h"
#include "profile/profile.h"

/* How a reader is told to go on. */
struct pq_advice_words {
	const char *file; /* where the profile is; NULL: nowhere to name */
	bool in_session;  /* a type is chosen by its name, without "-" */
};

/* Adds at most two lines about the profile, whose value `column` is shown. */
void pq_advise(const struct pq_profile *p, unsigned column,
	       const struct pq_advice_words *words, struct pq_notes *to);

#endif
