/*
 * confine.h - a child gives up all rights but to compute: for reading files
 * that nobody has checked by more code than one would like.
 *
 * After it the process may read the descriptors that it has, map them, write
 * to one descriptor, allocate, and end.  It can open, make, remove and list
 * nothing, start nothing, reach no socket and no other process; such a call
 * fails with EPERM.
 * How:    no_new_privs and a seccomp filter, on x86-64 and AArch64.
 * Errors: a kernel without it leaves the child with its limits (child.h) only.
 */
#ifndef PQ_BASE_CONFINE_H
#define PQ_BASE_CONFINE_H

#include <stdbool.h>

/* Whether there is such a filter for this machine. */
bool pq_can_confine(void);

/* `out' is the descriptor that may be written to. */
void pq_confine_to_reading(int out);

#endif
