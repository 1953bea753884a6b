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
	char modcache[PATH_MAX];
};

/* Reads go.mod and the environment; cwd is absolute, or empty. */
void pq_go_places_find(struct pq_go_places *g, const char *cwd);

/*
 * Leaves GOROOT out when it says that it is of another version than a program;
 * an empty version is not known, and changes nothing.
 */
void pq_go_places_want_version(struct pq_go_places *g, struct pq_text version);

/* The caller's attempt: reads dir/name, and is true when it was there. */
typedef bool pq_go_try(void *ctx, const char *dir, const char *name);

/* Attempts a name in these places, nearest first; true at the first success. */
bool pq_go_search(const struct pq_go_places *g, const char *name,
		  pq_go_try *attempt, void *ctx);

#endif
