#include "insight/ladder.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "insight/size_class.h"
#include "profile/sampling.h"
#include "stats/binomial.h"

#include "base/banned.h"

/* Fewest rungs of a chain; one that doubles is known by less. */
#define LEAST_DOUBLING 4
#define LEAST_OTHERS 5

/* Shares of the bytes between the ends of a ladder, and of all. */
#define SHARE_BETWEEN 0.9
#define SHARE_OF_ALL 0.5
#define SHARE_COPIED 0.25

/* A rung may be missing if nobody saw it with at least this chance. */
#define CHANCE_UNSEEN 0.02

/* Levels of the tests that each object freed the one before. */
#define LEVEL_OF_RUNGS 0.01
#define DEVIATIONS_OF_ALL 2.33

/* No process has larger ones. */
#define LARGEST_OBJECT (INT64_C(1) << 50)

/* The end of a chain. */
#define NO_NEXT UINT32_MAX

/* The best chain that begins at a size. */
struct chain {
	uint32_t next; /* position of the next rung, or NO_NEXT */
	uint32_t last, n;
	int64_t alloc_space;
	double p; /* that so many freed this rung for the next; NAN: not asked */
};

struct searching {
	const struct pq_rung **seen; /* sizes with samples, ascending */
	size_t n;
	int64_t period;
	bool grows;
	double *caught, *made; /* P, and objects allocated, of each of them */
	int64_t *sum;	       /* allocated below each of them */
	struct chain *chains;
	uint32_t *queue; /* a window's */
	/* the best so far */
	struct pq_ladder *best;
	uint32_t *best_rungs; /* positions */
	bool found;
};

const char *pq_growth_rule_name(enum pq_growth_rule rule)
{
	static const char *const names[] = { "double", "append", "ratio" };

	return names[rule];
}

/* ---- is a chain a ladder? ---- */

/* The fate of a rung, as far as it is no longer alive. */
static double freed_samples(const struct pq_rung *rung)
{
	return (double)rung->alloc - (double)rung->live;
}

/*
 * The chance of so many objects on the next rung, if each came from one freed
 * here; where everything is recorded, 1 or 0.
 */
static double find_p(const struct searching *s, uint32_t a)
{
	uint32_t b = s->chains[a].next;
	double freed = freed_samples(s->seen[a]);
	double made = (double)s->seen[b]->alloc, sum;

	/* Rate 1 records everything: a slack of 2 % and one object. */
	if (s->period <= 1)
		return made <=
		       1.02 * freed + 1 + 0.02 * (double)s->seen[a]->live;
	sum = s->caught[a] + s->caught[b];
	return pq_binomial_tail(made, freed, s->caught[b] / sum);
}

static bool frees_each(struct searching *s, uint32_t first)
{
	/* The level is shared: more rungs must not refuse more by chance. */
	double level = LEVEL_OF_RUNGS / (s->chains[first].n - 1);

	for (uint32_t a = first; s->chains[a].next != NO_NEXT;
	     a = s->chains[a].next) {
		/* Many chains pass a rung; p depends on its next only. */
		if (isnan(s->chains[a].p))
			s->chains[a].p = find_p(s, a);
		if (s->chains[a].p < level)
			return false;
	}
	return true;
}

/* The same for all rungs together: small excesses add up. */
static bool frees_all(const struct searching *s, uint32_t first)
{
	double excess = 0, variance = 0;
	uint32_t a = first, b;

	if (s->period <= 1)
		return true;
	for (; (b = s->chains[a].next) != NO_NEXT; a = b) {
		/* Counts are compared at the chance of the lower rung. */
		double freed = freed_samples(s->seen[a]);
		double made = (double)s->seen[b]->alloc;
		double scale = s->caught[a] / s->caught[b];

		excess += made * scale - freed;
		variance += made * (1 - s->caught[b]) * scale * scale +
			    freed * (1 - s->caught[a]);
	}
	return excess <= DEVIATIONS_OF_ALL * sqrt(variance + 1);
}

static bool holds_most(const struct searching *s, uint32_t first)
{
	const struct chain *c = &s->chains[first];
	double between = (double)(s->sum[c->last + 1] - s->sum[first]);
	double all = (double)s->sum[s->n], own = (double)c->alloc_space;

	return own >= SHARE_BETWEEN * between && own >= SHARE_OF_ALL * all;
}

static double copied_bytes(const struct searching *s, uint32_t first,
			   double *all)
{
	double copied = 0;

	*all = s->made[first] * (double)s->seen[first]->size;
	for (uint32_t a = first, b; (b = s->chains[a].next) != NO_NEXT; a = b) {
		copied += s->made[b] * (double)s->seen[a]->size;
		*all += s->made[b] * (double)s->seen[b]->size;
	}
	return copied;
}

/* More bytes win, then the shorter name, then who was first. */
static bool is_better(const struct searching *s, int64_t alloc_space,
		      enum pq_growth_rule rule)
{
	if (!s->found || alloc_space != s->best->alloc_space)
		return !s->found || alloc_space > s->best->alloc_space;
	return strlen(pq_growth_rule_name(rule)) <
	       strlen(pq_growth_rule_name(s->best->rule));
}

static void keep_best(struct searching *s, uint32_t first,
		      enum pq_growth_rule rule)
{
	const struct chain *c = &s->chains[first];

	s->found = true;
	s->best->rule = rule;
	s->best->n = c->n;
	s->best->alloc_space = c->alloc_space;
	for (size_t i = 0; i < c->n; i++) {
		s->best_rungs[i] = first;
		first = s->chains[first].next;
	}
}

static void judge_chain(struct searching *s, uint32_t first,
			enum pq_growth_rule rule)
{
	double all, copied;

	/* Cheap conditions come first: tails of binomials cost most. */
	if (!is_better(s, s->chains[first].alloc_space, rule) ||
	    !holds_most(s, first))
		return;
	copied = copied_bytes(s, first, &all);
	if (copied < SHARE_COPIED * all || !frees_each(s, first) ||
	    !frees_all(s, first))
		return;
	keep_best(s, first, rule);
	s->best->copied = copied;
	s->best->copied_share = copied / all;
}

/* ---- chains, from the largest size down ---- */

static void begin_chain(struct searching *s, uint32_t at)
{
	s->chains[at] =
		(struct chain){ NO_NEXT, at, 1, s->seen[at]->alloc_space, NAN };
}

/* Longer is better, then more bytes. */
static bool is_longer(const struct chain *a, const struct chain *b)
{
	return a->n != b->n ? a->n > b->n : a->alloc_space > b->alloc_space;
}

/* Lets a chain go on at `next', if that is the best so far. */
static void offer_next(struct searching *s, uint32_t at, uint32_t next)
{
	struct chain *c = &s->chains[at], with = s->chains[next];

	with.n++;
	with.alloc_space = pq_add(with.alloc_space, s->seen[at]->alloc_space);
	with.next = next;
	with.p = NAN;
	if (is_longer(&with, c))
		*c = with;
}

/* The position of the first size of at least so much; n when none is. */
static uint32_t find_size(const struct searching *s, double size)
{
	size_t low = 0, high = s->n;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if ((double)s->seen[middle]->size >= size)
			high = middle;
		else
			low = middle + 1;
	}
	return (uint32_t)low;
}

/* The position of a size, or n. */
static uint32_t find_same(const struct searching *s, int64_t size)
{
	uint32_t at = find_size(s, (double)size);

	if (at < s->n && s->seen[at]->size == size)
		return at;
	return (uint32_t)s->n;
}

/*
 * The best chain among the sizes from `low' to below `end', both of which only
 * go down from call to call: those that no later window can want are dropped,
 * so that each size enters and leaves the queue once.
 */
struct window {
	size_t head, tail;
	uint32_t low; /* positions from here on were queued */
};

static uint32_t best_in_window(struct searching *s, struct window *w,
			       uint32_t low, uint32_t end)
{
	while (w->low > low) {
		uint32_t at = --w->low;

		/* A later chain that is as long stays in the window longer. */
		while (w->tail > w->head &&
		       !is_longer(&s->chains[s->queue[w->tail - 1]],
				  &s->chains[at]))
			w->tail--;
		s->queue[w->tail++] = at;
	}
	/* Sizes beyond the end stay so: ends only go down. */
	while (w->head < w->tail && s->queue[w->head] >= end)
		w->head++;
	return w->head < w->tail ? s->queue[w->head] : NO_NEXT;
}

/* Nobody may have seen the rung between, when few objects passed it. */
static bool may_be_missing(const struct searching *s, int64_t size, double made)
{
	double caught = pq_sampling_caught(size, s->period);

	return made * log1p(-caught) >= log(CHANCE_UNSEEN);
}

/* A rung that is missing: twice the next one. */
static void offer_gap(struct searching *s, uint32_t at, uint32_t from)
{
	double size = (double)s->seen[at]->size;
	int64_t missing = pq_size_class(2 * s->seen[at]->size);
	uint32_t low = find_size(s, 3.7 * size);

	for (uint32_t u = low > from ? low : from;
	     u < s->n && (double)s->seen[u]->size <= 4.6 * size; u++)
		if (may_be_missing(s, missing, s->made[u]))
			offer_next(s, at, u);
}

static void chain_doubling(struct searching *s)
{
	struct window w = { 0, 0, (uint32_t)s->n };

	/* From the top down: chains of successors are known by then. */
	for (uint32_t at = (uint32_t)s->n; at-- > 0;) {
		int64_t size = s->seen[at]->size;
		double most = (double)pq_size_doubled_most(size);
		uint32_t low =
			find_size(s, (double)pq_size_doubled_least(size));
		uint32_t end, next;

		/* A known grower may take the bytes asked for, past 2 x. */
		if (s->grows)
			most = fmax(most, 2.25 * (double)size);
		end = find_size(s, nextafter(most, INFINITY));
		begin_chain(s, at);
		/* Rounding may not make a size its own successor. */
		low = low > at ? low : at + 1;
		next = best_in_window(s, &w, low, end);
		if (next != NO_NEXT)
			offer_next(s, at, next);
		offer_gap(s, at, end > at ? end : at + 1);
	}
}

static void chain_appending(struct searching *s, int64_t element)
{
	for (uint32_t at = (uint32_t)s->n; at-- > 0;) {
		int64_t size = pq_size_appended(s->seen[at]->size, element);
		int64_t beyond;
		uint32_t next = find_same(s, size);

		begin_chain(s, at);
		if (next < s->n) {
			offer_next(s, at, next);
			continue;
		}
		if (!size)
			continue;
		/* Without the next rung, the one after it must be there. */
		beyond = pq_size_appended(size, element);
		next = find_same(s, beyond);
		if (next < s->n && may_be_missing(s, size, s->made[next]))
			offer_next(s, at, next);
	}
}

/* Pages are of whole bytes. */
static double rounded_up(double size)
{
	int64_t bytes = pq_trunc(size);

	if (size <= PQ_LARGEST_CLASS)
		bytes = pq_trunc(ceil(size));
	return (double)pq_size_class(bytes);
}

static void chain_by_ratio(struct searching *s, double ratio)
{
	struct window w = { 0, 0, (uint32_t)s->n };

	for (uint32_t at = (uint32_t)s->n; at-- > 0;) {
		double size = ratio * (double)s->seen[at]->size;
		double most = 1.03 * size;
		uint32_t low = find_size(s, 0.97 * size - 8), end, next;

		most = fmax(most, rounded_up(most));
		end = find_size(s, nextafter(most, INFINITY));
		begin_chain(s, at);
		/* A chain only ascends, or it would meet itself. */
		low = low > at ? low : at + 1;
		next = best_in_window(s, &w, low, end);
		if (next != NO_NEXT)
			offer_next(s, at, next);
	}
}

static void judge_chains(struct searching *s, enum pq_growth_rule rule,
			 uint32_t least)
{
	for (uint32_t at = 0; at < s->n; at++)
		if (s->chains[at].n >= least)
			judge_chain(s, at, rule);
}

/* ---- the rules ---- */

static void try_appending(struct searching *s)
{
	static const int16_t elements[] = {
		1,   2,	  4,   8,   12,	 16,  20,  24,	32,  40,
		48,  56,  64,  72,  80,	 88,  96,  104, 112, 120,
		128, 144, 160, 192, 208, 256, 320, 384, 512, 1024,
	};

	for (size_t i = 0; i < sizeof(elements) / sizeof(elements[0]); i++) {
		chain_appending(s, elements[i]);
		judge_chains(s, PQ_GROWTH_APPEND, LEAST_OTHERS);
	}
}

static void try_ratios(struct searching *s)
{
	for (size_t a = 0; a < s->n; a++)
		for (size_t b = a + 1; b < s->n && b < a + 3; b++) {
			double ratio = (double)s->seen[b]->size /
				       (double)s->seen[a]->size;

			/* Ratios near 2 are the doubling rule's. */
			if (ratio < 1.3 || ratio > 4.2 ||
			    fabs(ratio - 2) < 0.12)
				continue;
			chain_by_ratio(s, ratio);
			judge_chains(s, PQ_GROWTH_RATIO, LEAST_OTHERS);
		}
}

static void take_best(struct searching *s, struct pq_arena *arena)
{
	struct pq_ladder *l = s->best;

	l->rungs = PQ_ARENA_NEW(arena, const struct pq_rung *, l->n);
	for (size_t i = 0; i < l->n; i++)
		l->rungs[i] = s->seen[s->best_rungs[i]];
	l->ratio = 2;
	if (l->rule != PQ_GROWTH_DOUBLE)
		l->ratio = pow((double)l->rungs[l->n - 1]->size /
				       (double)l->rungs[0]->size,
			       1 / ((double)l->n - 1));
}

static void prepare(struct searching *s, struct pq_arena *room,
		    const struct pq_rung *rungs, size_t n)
{
	s->seen = PQ_ARENA_NEW(room, const struct pq_rung *, n);
	s->caught = PQ_ARENA_NEW(room, double, n);
	s->made = PQ_ARENA_NEW(room, double, n);
	s->sum = PQ_ARENA_NEW(room, int64_t, n + 1);
	s->chains = PQ_ARENA_NEW(room, struct chain, n);
	s->best_rungs = PQ_ARENA_NEW(room, uint32_t, n);
	s->queue = PQ_ARENA_NEW(room, uint32_t, n);
	s->sum[0] = 0;
	for (size_t i = 0; i < n; i++) {
		double caught;

		/* Sizes no process can have would overflow in what follows. */
		if (rungs[i].alloc < 1 || rungs[i].size < 1 ||
		    rungs[i].size > LARGEST_OBJECT)
			continue;
		caught = pq_sampling_caught(rungs[i].size, s->period);
		s->seen[s->n] = &rungs[i];
		s->caught[s->n] = caught;
		s->made[s->n] = (double)rungs[i].alloc / caught;
		/* Running sums give the bytes of any range at once. */
		s->sum[s->n + 1] = pq_add(s->sum[s->n], rungs[i].alloc_space);
		s->n++;
	}
}

bool pq_ladder_find(struct pq_ladder *l, const struct pq_rung *rungs, size_t n,
		    int64_t period, bool grows, struct pq_arena *arena)
{
	struct searching s = { .period = period, .grows = grows, .best = l };
	struct pq_arena room;

	/* Ratios take time by the square of the number of sizes. */
	if (n < LEAST_DOUBLING || n > PQ_LADDER_SIZES)
		return false;
	pq_arena_init(&room);
	prepare(&s, &room, rungs, n);
	if (s.n >= LEAST_DOUBLING) {
		chain_doubling(&s);
		judge_chains(&s, PQ_GROWTH_DOUBLE, LEAST_DOUBLING);
		try_appending(&s);
		try_ratios(&s);
	}
	if (s.found)
		take_best(&s, arena);
	pq_arena_release(&room);
	return s.found;
}
