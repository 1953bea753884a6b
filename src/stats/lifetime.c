#include "stats/lifetime.h"

#include <math.h>

#include "stats/estimate.h"

#include "base/banned.h"

#define Z95 1.959964

/* Samples without which nothing is said, and with which long lives are. */
#define LEAST_BORN 10
#define MANY_BORN 200

const char *pq_life_state_name(enum pq_life_state state)
{
	static const char *const names[] = {
		[PQ_LIFE_UNKNOWN] = "unknown",
		[PQ_LIFE_KEPT] = "kept",
		[PQ_LIFE_FEW] = "few",
		[PQ_LIFE_YOUNG] = "young",
		[PQ_LIFE_GROWING] = "growing",
		[PQ_LIFE_SHRINKING] = "shrinking",
		[PQ_LIFE_SHORT] = "short",
		[PQ_LIFE_STEADY] = "steady",
	};

	return names[state];
}

/* As many born as freed, within what sampling and a tenth explain. */
static bool is_steady(const struct pq_life_input *in)
{
	double error = Z95 * sqrt(in->born + in->freed);

	return fabs(in->born - in->freed) <= fmax(error, 0.1 * in->born);
}

static enum pq_life_state state_of_few(const struct pq_life_input *in)
{
	return in->born > 0 || in->live_ends < LEAST_BORN ? PQ_LIFE_FEW
							  : PQ_LIFE_KEPT;
}

/* Bytes alive over bytes a second. */
static void find_mean(struct pq_life *life, const struct pq_life_input *in)
{
	struct pq_limits n = pq_poisson_limits(in->live_all);
	double mean = in->mean_live / (in->alloc_space / in->seconds);
	double spread = Z95 / sqrt(in->born);

	/* A life near to the uptime cannot be told from one snapshot. */
	if (in->n_files == 1 && mean > in->seconds / 5) {
		life->state = PQ_LIFE_YOUNG;
		return;
	}
	if (in->n_files > 1 && mean > in->seconds / 3 && in->born < MANY_BORN) {
		life->state = PQ_LIFE_FEW;
		return;
	}
	life->state = PQ_LIFE_STEADY;
	life->mean = mean;
	/* Limits are those of live samples, widened by those of births. */
	life->low = mean * n.low / in->live_all * (1 - fmin(0.9, spread));
	life->high = mean * n.high / in->live_all * (1 + spread);
}

void pq_life_find(struct pq_life *life, const struct pq_life_input *in)
{
	life->mean = life->low = life->high = NAN;
	/* A mean comes last: it holds for a steady state only. */
	if (!in->live_is_known || !(in->seconds > 0)) {
		life->state = PQ_LIFE_UNKNOWN;
	} else if (in->born < LEAST_BORN) {
		life->state = state_of_few(in);
	} else if (!is_steady(in)) {
		life->state = in->freed == 0	     ? PQ_LIFE_KEPT
			      : in->born > in->freed ? PQ_LIFE_GROWING
						     : PQ_LIFE_SHRINKING;
	} else if (in->live_all == 0) {
		life->state = PQ_LIFE_SHORT;
		life->high = 3 * in->largest / (in->alloc_space / in->seconds) /
			     (double)in->n_files;
	} else {
		find_mean(life, in);
	}
}
