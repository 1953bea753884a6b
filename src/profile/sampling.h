/*
 * sampling.h - from the values of a profile back to the samples they were
 * made of.
 *
 * Heap:   a Go heap profile holds n objects of s bytes that were sampled, each
 *         with the probability P = 1 - exp(-s / period), as n / P objects and
 *         n * s / P bytes.  The size is the numeric label "bytes", so n can be
 *         had again exactly.  Without the label (files that passed through
 *         other tools, or rate 1) the size is bytes / objects, if that is
 *         whole.
 * Time:   n is the column of samples, or the value over the period.
 * Others: what is sampled by a rule that the file does not hold.
 *
 * Columns are positions of sample types; PQ_NO_COLUMN for what is not there.
 */
#ifndef PQ_PROFILE_SAMPLING_H
#define PQ_PROFILE_SAMPLING_H

#include "profile/profile.h"

enum pq_sampled_by {
	PQ_SAMPLED_UNKNOWN,
	PQ_SAMPLED_BYTES, /* heap: one in so many bytes allocated */
	PQ_SAMPLED_TIME,  /* CPU, wall: one every period */
	PQ_SAMPLED_WAITS, /* mutex, block: the fraction is not in the file */
	PQ_SAMPLED_ALL,	  /* goroutines, threads: counted, not sampled */
};

#define PQ_NO_COLUMN UINT32_MAX

struct pq_sampling {
	enum pq_sampled_by by;
	bool counts_objects; /* the value chosen is of objects, not of bytes */
	bool is_alloc;	     /* ... allocated since the start, not in use */
	/* heap: the two columns of the value chosen, and those of alloc_* */
	uint32_t bytes, objects, alloc_bytes, alloc_objects;
	uint32_t samples; /* time, waits: the column that counts them */
	uint32_t value;	  /* the column chosen */
};

/* Derives the sampling from the first n_types types and the period type. */
void pq_sampling_find(struct pq_sampling *s, const struct pq_profile *p,
		      size_t n_types, uint32_t value);

/* P; 1 for a period of at most 1, where everything is recorded. */
double pq_sampling_caught(int64_t size, int64_t period);

/* n of a value in bytes or in objects, before it is rounded for bytes. */
double pq_samples_of_bytes(int64_t bytes, int64_t size, double caught);
double pq_samples_of_objects(int64_t objects, double caught);

/* The label "bytes" of a sample, or 0. */
int64_t pq_object_size(const struct pq_profile *p,
		       const struct pq_sample *sample);

/* bytes / objects if it is whole to half a percent, else 0. */
int64_t pq_object_size_guess(int64_t bytes, int64_t objects);

/*
 * Whether bytes is just what the runtime writes for n samples.  In a merged
 * file it often is not: each part was rounded down on its own.  `scale` is
 * that of the size and the period.
 */
bool pq_is_written_at_once(int64_t bytes, double n, int64_t size, double scale);
double pq_written_scale(int64_t size, int64_t period);

#endif
