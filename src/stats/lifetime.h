/*
 * lifetime.h - how long objects live, from how many are alive and how many are
 * made.
 *
 * Source: Little's law.  It holds while as many are made as are freed, which
 *         is tested; a process that is younger than its objects looks steady
 *         before it is, which is why long lifetimes want more evidence.
 */
#ifndef PQ_STATS_LIFETIME_H
#define PQ_STATS_LIFETIME_H

#include <stdbool.h>
#include <stddef.h>

enum pq_life_state {
	PQ_LIFE_UNKNOWN,
	PQ_LIFE_KEPT,  /* made or not, nothing is freed */
	PQ_LIFE_FEW,   /* too few samples to say */
	PQ_LIFE_YOUNG, /* one file: as old as the process, nearly */
	PQ_LIFE_GROWING,
	PQ_LIFE_SHRINKING,
	PQ_LIFE_SHORT,	/* none of them was ever seen alive */
	PQ_LIFE_STEADY, /* the only one with a lifetime */
};

struct pq_life_input {
	double seconds;	    /* the interval's; 0: unknown */
	size_t n_files;	    /* snapshots; one has no beginning */
	bool live_is_known; /* false for a delta profile */
	double born, freed; /* samples, in the interval */
	double live_ends;   /* samples alive in the first and the last file */
	double live_all;    /* ... in all files */
	double mean_live;   /* bytes alive, on average over the interval */
	double alloc_space; /* bytes allocated in the interval */
	double largest;	    /* bytes that one sample of the largest size is */
};

struct pq_life {
	enum pq_life_state state;
	double mean, low, high; /* seconds; NAN: unknown */
};

void pq_life_find(struct pq_life *life, const struct pq_life_input *in);

const char *pq_life_state_name(enum pq_life_state state);

#endif
