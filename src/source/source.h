/*
 * source.h - finding and reading source files that a profile names.
 *
 * Search: first as the reference: the name, trimmed, in each directory of the
 *         search path and their parents.  Then where Go puts things: the
 *         module cache, the module of the current directory, its vendor
 *         folder, GOROOT; and last by the longest suffix of the name that
 *         is there below the project (without one: the current directory).
 * Safety: a name from a profile never chooses what is opened outside these
 *         directories.  Names are resolved beneath a directory (no "..", no
 *         symbolic link that leads out), only regular files are read, never
 *         below /proc, /dev or /sys, and no open ever waits.  Parents of a
 *         directory count only inside the current directory, or up to the
 *         root of the project (the nearest folder with go.mod or .git).  An
 *         absolute name outside of all these is not opened (the reference
 *         opens it); the message says so.
 * Owner:  pq_sources_new / pq_sources_free; lines are valid until then.
 * Source: the reference's source reader, and "go help modules" for the
 *         layout of the module cache.
 */
#ifndef PQ_SOURCE_SOURCE_H
#define PQ_SOURCE_SOURCE_H

#include "base/buf.h"
#include "base/text.h"

struct pq_sources;

/*
 * search_path and trim_path are colon separated; both may be empty.  A version
 * of Go ("go1.23.5") keeps sources of another one's GOROOT out.
 */
struct pq_sources *pq_sources_new(struct pq_text search_path,
				  struct pq_text trim_path,
				  struct pq_text go_version);
void pq_sources_free(struct pq_sources *s);

struct pq_source_file {
	const struct pq_text *lines; /* line 1 first, without line ends */
	size_t n_lines;
	bool found;
	bool guessed;	      /* found where the reference does not look */
	struct pq_text path;  /* found: the file read */
	struct pq_text error; /* missing or guessed: the reference's message */
	bool exists;	      /* missing: but a file has this name */
};

/* Each file is looked for once; the result belongs to s. */
const struct pq_source_file *pq_sources_find(struct pq_sources *s,
					     struct pq_text name);

/* As pq_sources_find, but NULL for a file that was not looked for yet. */
const struct pq_source_file *pq_sources_known(const struct pq_sources *s,
					      struct pq_text name);

/*
 * The first places that the last search has tried, one a line, and how many
 * there were besides; valid until the next search.  A line with a file that
 * was not read, because it is of another version, says that.
 */
struct pq_text pq_sources_tried(const struct pq_sources *s, size_t *n_more);

#endif
