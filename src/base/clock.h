/*
 * clock.h - the time that passes, for limits and progress: no time of day.
 */
#ifndef PQ_BASE_CLOCK_H
#define PQ_BASE_CLOCK_H

#include <stdint.h>

/* Milliseconds since some moment in the past; never goes back. */
int64_t pq_clock_ms(void);

#endif
