/*
 * recent.h - the profile last opened from each directory.
 *
 * File:   $XDG_STATE_HOME/profq/last, by default ~/.local/state/profq/last;
 *         one `directory TAB profile' a line, absolute paths, newest first, at
 *         most 100 lines and one for each directory.  Written anew and renamed,
 *         so a reader never sees half of it; mode 0600 in a directory of 0700.
 * Paths with a tab or a line feed are not remembered.
 * Errors: none.  What cannot be read or written is as if it were not there.
 */
#ifndef PQ_HOST_RECENT_H
#define PQ_HOST_RECENT_H

#include <stdbool.h>
#include <stddef.h>

/* Call this after a profile was opened; `path' as the user named it. */
void pq_recent_remember(const char *path);

/* Whether remembering it would change nothing: it is the newest there is. */
bool pq_recent_is_newest(const char *path);

/*
 * The profile last opened from the current directory, if it is still there:
 * a path for pq_free, or NULL.
 */
char *pq_recent_recall(void);

/*
 * The profiles of all directories that are still there, newest first and each
 * once: at most `most' paths for pq_free.  Returns how many.
 */
size_t pq_recent_list(char **paths, size_t most);

#endif
