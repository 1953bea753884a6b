/*
 * beneath.h - opening a file below a directory and nowhere else.
 */
#ifndef PQ_BASE_BENEATH_H
#define PQ_BASE_BENEATH_H

#include "base/error.h"

/*
 * Opens dir/name for reading if it is a regular file and stays below dir: no
 * "..", no symbolic link that leads out, nothing below /proc, /dev and /sys
 * whatever links lead there, nothing of the kernel's own file systems.
 * Never waits for a FIFO.  Returns -1 with errno set when the file is not
 * there, or not allowed (EXDEV).
 */
int pq_open_beneath(const char *dir, const char *name);

#endif
