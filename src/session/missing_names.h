/*
 * missing_names.h - what a person is told when code stayed without names, and
 * the reader of its format knows what would help.
 *
 * Two notes: that of the reader (struct pq_profile), where a location of a
 * mapping has no lines; and for perf.data one on the kernel's names, where
 * samples with kernel frames have more than 1 % of the value that is shown
 * when nothing else is asked for.
 */
#ifndef PQ_SESSION_MISSING_NAMES_H
#define PQ_SESSION_MISSING_NAMES_H

#include "base/log.h"
#include "profile/profile.h"

/* After all names were looked for; not where none were wanted. */
void pq_tell_missing_names(const struct pq_profile *p, struct pq_log *log);

#endif
