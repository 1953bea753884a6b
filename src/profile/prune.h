/*
 * prune.h - cutting stacks below certain frames.
 *
 * Source: the reference's pruning; names are simplified before they are
 *         matched (name_match.h).
 */
#ifndef PQ_PROFILE_PRUNE_H
#define PQ_PROFILE_PRUNE_H

#include "profile/name_match.h"

/*
 * prune_from: cuts what is below the first matching frame, seen from the
 * leaf.  Sets *frames to how many were cut.
 */
void pq_prune_from(struct pq_profile *p, struct pq_names *names,
		   uint64_t *frames);

/*
 * Cuts the frames that the profile itself calls uninteresting
 * (drop_frames without keep_frames); an expression in the file that does not
 * parse drops nothing.
 */
void pq_drop_frames(struct pq_profile *p);

#endif
