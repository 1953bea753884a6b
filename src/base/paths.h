/*
 * paths.h - path texts of a profile, worked on as text only.
 *
 * Source: Go's filepath.Clean, and the reference's trimming of source paths.
 */
#ifndef PQ_BASE_PATHS_H
#define PQ_BASE_PATHS_H

#include "base/buf.h"
#include "base/text.h"

/*
 * Appends the shortest name of the same file: "//", "." and ".." resolved
 * without a look at any disk; "" becomes ".".
 */
void pq_path_clean(struct pq_buf *to, struct pq_text path);

/*
 * The part of a path that a person wants to see, and that source files are
 * looked up by.  trim_path and search_path are colon separated, both may be
 * empty; the result is a view into path.
 */
struct pq_text pq_path_trim(struct pq_text path, struct pq_text trim_path,
			    struct pq_text search_path);

#endif
