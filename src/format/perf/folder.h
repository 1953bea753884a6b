/*
 * folder.h - the folder that `perf record --threads' writes in place of a file.
 *
 * "data" is a perf.data file: its header, and what was known before; data.0,
 * data.1 and on have the records of one thread of perf each, and nothing
 * around them.  A reader is given "data" as its stream, and the folder beside
 * it (gzip/io_options.h).
 * Owner:  descriptors are the caller's.
 * Source: tools/perf/Documentation/perf.data-directory-format.txt of Linux.
 */
#ifndef PQ_FORMAT_PERF_FOLDER_H
#define PQ_FORMAT_PERF_FOLDER_H

#include <stdint.h>

/*
 * "data" of the folder, with the folder itself in *folder; -1, and nothing is
 * open, when it is no such folder.
 */
int pq_perf_folder_open(const char *path, int *folder);

#define PQ_PERF_PART_CHARS 16

/* The name of the n-th thread's file in the folder: "data.0" */
void pq_perf_folder_name(char to[PQ_PERF_PART_CHARS], unsigned n);

/* That file; -1: there is none. */
int pq_perf_folder_part(int folder, unsigned n);

/* Bytes of all of them. */
uint64_t pq_perf_folder_bytes(int folder);

#endif
