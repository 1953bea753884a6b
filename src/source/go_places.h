/*
 * go_places.h - where Go keeps sources.  Names that are no path on this machine
 * are found there: -trimpath builds, other machines' module caches, vendored
 * modules.
 *
 * Owner: plain data; nothing to release.  An empty string means "none".
 */
#ifndef PQ_SOURCE_GO_PLACES_H
#define PQ_SOURCE_GO_PLACES_H

#include <limits.h>
#include <stdbool.h>

#include "base/text.h"

struct pq_go_places {
	char cwd[PATH_MAX];
	char project[PATH_MAX];	   /* nearest folder with go.mod or .git */
	char module_dir[PATH_MAX]; /* nearest folder with go.mod */
	char module[PATH_MAX];	   /* the module's path, as go.mod says */
	char goroot[PATH_MAX];
	char goroot_src[PATH_MAX]; /* the real path of GOROOT/src */
	char goroot_version[64];   /* "go1.23.5", as GOROOT/VERSION says */
	char modcache[PATH_MAX];
	struct pq_text wanted_version; /* the program's; the caller's text */
};

/* Reads go.mod and the environment; cwd is absolute, or empty. */
void pq_go_places_find(struct pq_go_places *g, const char *cwd);

/* The version of a program, "go1.23.5"; an empty one is not known. */
void pq_go_places_want_version(struct pq_go_places *g, struct pq_text version);

/*
 * The caller's attempt: reads dir/name, and is true when it was there.  A file
 * that would be of another version of Go than the program is not to be read:
 * its lines would stand beside numbers that are not theirs.  Then
 * `other_version' is the file's; else it is NULL.
 */
typedef bool pq_go_try(void *ctx, const char *dir, const char *name,
		       const char *other_version);

/*
 * Attempts a name in these places, nearest first; true at the first success.
 * What GOROOT/VERSION says is compared with the version wanted, and with one in
 * the path to the Go that built the program, as in /usr/local/go1.24.3/src.
 */
bool pq_go_search(const struct pq_go_places *g, const char *name,
		  pq_go_try *attempt, void *ctx);

#endif
