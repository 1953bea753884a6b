/*
 * process.h - whether two heap profiles are snapshots of one process.
 *
 * What is counted since the start never falls while a process runs, and a
 * bucket that was there stays.  Two runs of a program fail this in many
 * buckets, whatever they have in common.
 */
#ifndef PQ_COMPARE_PROCESS_H
#define PQ_COMPARE_PROCESS_H

#include "compare/buckets.h"

struct pq_process {
	size_t later;	  /* which of the two files */
	size_t n_buckets; /* in how many something was allocated */
};

/* Files a and b of the joined profile; tries the order of time first. */
bool pq_one_process(const struct pq_buckets *buckets, const struct pq_joined *j,
		    size_t a, size_t b, struct pq_process *found);

#endif
