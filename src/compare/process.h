/*
 * process.h - whether two heap profiles are snapshots of one process.
 *
 * Counts since the start never fall while a process runs, and a bucket that
 * was there stays.  Two runs of one program fail this test in many buckets,
 * however alike they are.
 */
#ifndef PQ_COMPARE_PROCESS_H
#define PQ_COMPARE_PROCESS_H

#include "compare/buckets.h"

struct pq_process {
	size_t later; /* the later one of the two files */
};

/* Files a and b of the joined profile; tries the order of time first. */
bool pq_one_process(const struct pq_buckets *buckets, const struct pq_joined *j,
		    size_t a, size_t b, struct pq_process *found);

#endif
