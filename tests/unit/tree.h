/*
 * tree.h - files of a test, in an empty directory that is the working
 * directory meanwhile.
 *
 * Names have no symbolic link in them, so that they can be compared with what
 * the system says.  Every failure is one of the test.
 */
#ifndef PQ_TESTS_UNIT_TREE_H
#define PQ_TESTS_UNIT_TREE_H

#include <limits.h>

/* For a checked fixture: makes and enters the directory; removes all of it. */
void tree_enter(void);
void tree_leave(void);

/* The directory's absolute name, and that of a file in it. */
const char *tree_top(void);
const char *tree_path(char to[PATH_MAX], const char *name);

/* Writes a file, and makes the folders above it. */
void tree_put(const char *name, const char *content);
void tree_link(const char *target, const char *name);
void tree_fifo(const char *name);
void tree_chdir(const char *name);

#endif
