/*
 * state.h - the folder in which this program keeps what it remembers:
 * $XDG_STATE_HOME/profq, by default ~/.local/state/profq, with mode 0700.
 *
 * Errors: none; where there is no folder nothing is remembered.
 */
#ifndef PQ_HOST_STATE_H
#define PQ_HOST_STATE_H

#include "base/buf.h"

/* Appends the folder's path; false when there is nowhere to put it. */
bool pq_state_folder(struct pq_buf *path);

/* Makes all that is missing of it, but for $HOME itself. */
void pq_state_make_folder(struct pq_buf *path);

#endif
