/*
 * load.h - from the names on the command line to one profile: read, merge,
 * take a base off, symbolize, drop frames, comment.
 *
 * Errors: a source that cannot be read is told to the watch at once, and the
 *         others are used, unless -keep_going is off; when none is left, or
 *         merging fails, the result is NULL.  err->code is PQ_OK when the
 *         watch was told of each.
 * Memory: that of the result and of a few sources, where the sources are files
 *         of equal types; else of so many sources as the reference holds at a
 *         time.  The result is the same.  Of a single large profile.proto the
 *         samples are held while that takes a part of -max_memory only, and
 *         else read again for each walk; -scan says it outright.
 * Source: the reference's fetching of several sources.
 */
#ifndef PQ_SESSION_LOAD_H
#define PQ_SESSION_LOAD_H

#include "command/options.h"
#include "session/inputs.h"
#include "session/watch.h"

/*
 * All inputs become one, less the base.  An observer (or NULL) is given the
 * samples of a lone profile that has too many of them to be held.
 */
struct pq_profile *pq_load(const struct pq_options *o, struct pq_inputs *in,
			   struct pq_sample_observer *observer,
			   const struct pq_watch *watch, struct pq_error *err);

/*
 * Input i of several that will be joined: *disk_bytes, from 0, is what the
 * memory budget knows of those before.
 */
struct pq_profile *pq_load_side(const struct pq_options *o,
				struct pq_inputs *in, size_t i,
				uint64_t *disk_bytes,
				const struct pq_watch *watch,
				struct pq_error *err);

#endif
