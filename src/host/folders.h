/*
 * folders.h - the folders of a person in which the program keeps something,
 * and files in them that are whole or not there.
 *
 * State is $XDG_STATE_HOME/profq, by default ~/.local/state/profq.  Folders
 * that are missing are made with mode 0700, but for $HOME itself; files have
 * mode 0600.
 */
#ifndef PQ_HOST_FOLDERS_H
#define PQ_HOST_FOLDERS_H

#include <stdbool.h>

#include "base/buf.h"

/*
 * Appends $VARIABLE/name, or $HOME/standard/name where the variable is not an
 * absolute path; false when there is nowhere to put it.
 */
bool pq_folder_find(struct pq_buf *path, const char *variable,
		    const char *standard, const char *name);
bool pq_folder_of_state(struct pq_buf *path);

/* Makes all that is missing; errors show when something is written there. */
void pq_folder_make(struct pq_buf *path);

/* Writes to a new name beside the path, and renames; false with errno. */
bool pq_folder_write(struct pq_buf *path, struct pq_text content);

#endif
