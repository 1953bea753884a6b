/*
 * binaries.h - which files of this machine are the programs of a profile.
 *
 * A profile names files, and whoever wrote it chose the names.  So:
 * Roots:    directories of the search path, and the binary on the command
 *           line.  Candidates are opened below a root and nowhere else
 *           (base/beneath.h).
 * Recorded: the path in the profile is opened when the mapping has a build id
 *           and the file the same one, or when `trusts_paths'.
 * Ids:      a file with another build id is a message and never a result.
 * Owner:    pq_binaries_new / pq_binaries_free.
 * Source:   the reference's search (PPROF_BINARY_PATH) and its messages.
 */
#ifndef PQ_SYMBOLIZE_BINARIES_H
#define PQ_SYMBOLIZE_BINARIES_H

#include "base/error.h"
#include "base/log.h"
#include "profile/profile.h"

struct pq_binaries;

/*
 * `search_path' has colons between directories; empty: ~/pprof/binaries.
 */
struct pq_binaries *pq_binaries_new(struct pq_text search_path,
				    bool trusts_paths);
void pq_binaries_free(struct pq_binaries *b);

/*
 * Before profiles are merged: gives each mapping the path of the file that was
 * found for it, if there is one.
 */
void pq_binaries_locate(struct pq_binaries *b, struct pq_profile *p,
			struct pq_log *log);

/*
 * After names were looked for: gives mappings back the paths that they had
 * before, where the profile keeps them (keeps_recorded_paths).
 */
void pq_binaries_restore(const struct pq_binaries *b, struct pq_profile *p);

/* A path of the command line, that a mapping has for its file from now on. */
void pq_binaries_trust(struct pq_binaries *b, const char *path);

/* Where a file was found: a directory, and a name that stays below it. */
struct pq_binary_place {
	struct pq_text shown;	 /* as in the mapping */
	struct pq_text recorded; /* in the mapping before; "" of the user's */
	const char *root, *name;
};

/*
 * The place of a mapping's file.  NULL when it is not there (PQ_EIO, in the
 * reference's words) or may not be opened (PQ_EUSAGE).
 */
const struct pq_binary_place *pq_binaries_place(struct pq_binaries *b,
						struct pq_text file,
						struct pq_text build_id,
						struct pq_error *err);

/* Directories in which debug files may be: the roots, then the system's. */
size_t pq_binaries_roots(const struct pq_binaries *b,
			 const char *const **roots);

#endif
