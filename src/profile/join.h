/*
 * join.h - several profiles side by side in one.
 *
 * A comparison wants everything that is done to a profile (filters, frames
 * from labels, granularity) done to all sides alike, and the same function to
 * be one row.  So the profiles become one whose samples have the values of
 * every file: value c of file f stands at f * n_types + c, and a stack that a
 * file does not have has zeros there.  Which file a value is of can thus not
 * get lost, whatever is done to stacks and labels.
 *
 * Pictures need no files: pq_join_reduce leaves two values for each type, of
 * the new and of the old side.
 *
 * Types:  those that all files have in common, in their finest units; the
 *         first n_types sample types are theirs, the others repeat them.
 * Owner:  files[] is the caller's; the profile is new.
 */
#ifndef PQ_PROFILE_JOIN_H
#define PQ_PROFILE_JOIN_H

#include "base/error.h"
#include "profile/profile.h"

/* The header of one file, which the joined profile no longer has. */
struct pq_joined_file {
	const char *name;
	int64_t time_nanos, duration_nanos, period;
	struct pq_text program, build_id; /* the first mapping's */
	size_t given; /* place on the command line; set by the caller */
};

struct pq_joined {
	struct pq_profile *p;
	size_t n_types;
	struct pq_joined_file *files; /* the first n_old are the old side */
	size_t n_files, n_old;
	bool takes_samples; /* set by the caller: those of list[] are freed */
};

/*
 * Joins list[0..n_files), one for each of j->files, whose names and n_old are
 * set; sets the rest of *j.  The profiles are changed and stay the caller's;
 * the texts in j->files are views into them.  Their samples are freed on the
 * way where the caller says so, which halves the memory that joining takes.  A single one becomes the joined
 * profile itself, and list[0] NULL.
 */
bool pq_join(struct pq_joined *j, struct pq_profile **list,
	     struct pq_error *err);

/* One side of a comparison: the mean of these files, over a divisor. */
struct pq_join_side {
	const size_t *files;
	size_t n;
	const double *divisors; /* by sample type */
};

/* A mean over its divisor, rounded once, half away from zero. */
int64_t pq_join_mean(int64_t sum, size_t n, double divisor);

/*
 * Puts two values for each sample type in place of those of all files: value
 * c is that of sides[1], the new one, and n_types + c that of sides[0].  The
 * sample types are then those of one file; labels are gone.
 */
void pq_join_reduce(const struct pq_joined *j,
		    const struct pq_join_side sides[2]);

static inline int64_t pq_joined_value(const struct pq_joined *j,
				      const struct pq_sample *sample,
				      size_t file, uint32_t column)
{
	return sample->values[file * j->n_types + column];
}

#endif
