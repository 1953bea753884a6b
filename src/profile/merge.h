/*
 * merge.h - several profiles into one, by content.
 *
 * pq_merge follows the reference's rules: mappings, functions, locations and
 * stacks with equal content become one, ids count from 1 in order of first
 * use, samples whose values are all zero disappear.
 * pq_combine does what the command line does with a list of files: it reduces
 * them to the sample types they have in common, brings units to the finest
 * one, and merges; a single profile passes unchanged but for its types.
 *
 * Owner:  the result is new; the inputs of pq_combine may be changed, and
 *         stay the caller's.
 * Errors: PQ_EFORMAT when types or units do not fit together.
 * Source: the reference's profile merging.
 */
#ifndef PQ_PROFILE_MERGE_H
#define PQ_PROFILE_MERGE_H

#include "base/error.h"
#include "profile/profile.h"

struct pq_profile *pq_merge(struct pq_profile *const *list, size_t n,
			    struct pq_error *err);

/*
 * The same, but values are not added up: those of file f stand in columns of
 * their own, from f * n_types on; sample types are those of one file.  With
 * `takes_samples` the samples of each file are freed once they are merged.
 */
struct pq_profile *pq_merge_apart(struct pq_profile *const *list, size_t n,
				  bool takes_samples, struct pq_error *err);

/*
 * The same one after another, for more profiles than fit into memory: what
 * was added may be freed at once.
 *
 *     m = pq_merger_new();
 *     pq_merger_add(m, p) ...	false: p does not fit, see below
 *     pq_merger_end_chunk(m)	after as many as pq_combine would get at once,
 *				and at the end
 *     p = pq_merger_finish(m)	frees m
 *
 * Profiles fit when pq_combine would leave their types and units alone: then
 * the result is that of pq_combine for each chunk, and for what there was and
 * each chunk's result.
 */
struct pq_merger;

struct pq_merger *pq_merger_new(void);
bool pq_merger_add(struct pq_merger *m, const struct pq_profile *p);
void pq_merger_end_chunk(struct pq_merger *m);
struct pq_profile *pq_merger_finish(struct pq_merger *m);
void pq_merger_free(struct pq_merger *m);

/* Reduces, unifies units and merges; the result may be list[0] itself. */
struct pq_profile *pq_combine(struct pq_profile **list, size_t n,
			      struct pq_error *err);

/*
 * Multiplies each value column by its ratio, rounding half away from zero.
 * Columns of ratio 1 are left alone, and a sample whose other columns all
 * become 0 is dropped, as the reference does.
 */
void pq_scale(struct pq_profile *p, const double *ratios);

/* Gives every sample the string label key=value in place of others of key. */
void pq_set_label(struct pq_profile *p, struct pq_text key,
		  struct pq_text value);

#endif
