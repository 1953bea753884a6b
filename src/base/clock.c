#include "base/clock.h"

#include <time.h>

#include "base/banned.h"

int64_t pq_clock_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}
