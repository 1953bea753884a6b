/*
 * choose.h - which profile is meant when the command line names none.
 *
 *   1. standard input, if it is a pipe or a regular file and not empty
 *   2. $PROFQ_PROFILE
 *   3. the profile last opened from this directory (recent.h), if still there
 *   4. the only file in this directory whose name is that of a profile
 *
 * A pipe is told to be empty by reading from it: this waits for its writer,
 * and the byte that was read goes to the caller in head[], to be put before
 * what the descriptor still has.
 *
 * Errors: PQ_EUSAGE, when there is none or, in step 4, more than one; the
 *         message says what was looked at, or names up to five files.
 * Owner:  the caller; pq_chosen_release frees the path and closes nothing.
 */
#ifndef PQ_HOST_CHOOSE_H
#define PQ_HOST_CHOOSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct pq_chosen {
	int fd;		 /* standard input, or -1 */
	char *path;	 /* to be opened, when fd is -1 */
	const char *why; /* a literal: "the only profile in this directory" */
	uint8_t head[1]; /* taken from fd already */
	size_t head_len;
};

/* Whether a file's name, without its folder, is one that profiles have. */
bool pq_is_profile_name(const char *name);

/* Steps 1 and 2 alone; false where neither names one. */
bool pq_choose_given(struct pq_chosen *out);

bool pq_choose_profile(struct pq_chosen *out, struct pq_error *err);

void pq_chosen_release(struct pq_chosen *selection);

#endif
