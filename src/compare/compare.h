/*
 * compare.h - two sides of a joined profile, function by function: the change
 * of each, and whether sampling alone explains it.
 *
 * Use:    pq_compare_facts before any filter has changed the profile, for it
 *         settles the facts about the files as a whole; pq_compare afterwards,
 *         with a view whose graph is not built yet.
 * Sides:  a side of several files is their mean; with -normalize the values of
 *         the new side are divided by a factor first.  All values are rounded
 *         once, in a row; delta is new - base of the rounded ones.
 * Sums:   of flat values, the rows add up to `total`; cumulative rows do not.
 * Units:  values and margins are in the unit of the sample type, counts are
 *         samples.  A number that cannot be known is NAN.
 * Order:  rows stand in the order of the graph; sorting is the report's.
 * Source: stats/noise.h; profq(1), section STATISTICS.
 */
#ifndef PQ_COMPARE_COMPARE_H
#define PQ_COMPARE_COMPARE_H

#include "base/notes.h"
#include "compare/compare_stacks.h"
#include "graph/view.h"

enum pq_verdict {
	PQ_GREW,
	PQ_SHRANK,
	PQ_NOISE,
	PQ_FEW,	       /* fewer than six samples: too few to say */
	PQ_NOT_JUDGED, /* exact counts, or the Go runtime's own work */
	PQ_UNKNOWN,    /* the error cannot be known; a note says why */
};

/* "grew", "shrank", "noise", "few", "-", "?" */
const char *pq_verdict_name(enum pq_verdict verdict);

/* The quantity made equal on both sides before comparing. */
enum pq_normalize_by {
	PQ_NORMALIZE_NONE,
	PQ_NORMALIZE_TOTAL,
	PQ_NORMALIZE_SECONDS,
	PQ_NORMALIZE_SAMPLES,
};

struct pq_compare_options {
	const struct pq_joined *joined;
	struct pq_compare_stacks *stacks;
	enum pq_normalize_by normalize;
	bool independent; /* do not look for snapshots of one process */
};

/* The test that a row's counts are put to. */
enum pq_method {
	PQ_BY_NOTHING, /* no verdicts; why_not says why */
	PQ_BY_PAIR,    /* one file against one */
	PQ_BY_PROCESS, /* two snapshots of one process */
	PQ_BY_GROUPS,  /* the spread within each side */
};

struct pq_facts {
	struct pq_sampling sampling;
	enum pq_method method;
	bool exact; /* nothing was sampled: differences are real */
	/* files compared: all, or the first and the last of one process */
	size_t *old_files, *new_files;
	size_t n_old, n_new;
	bool swapped;	    /* the old side is the later snapshot */
	double factor;	    /* -normalize: divides the new side; else 1 */
	int64_t total[2];   /* by side, before filters, rounded as rows are */
	bool guessed_sizes; /* margins rest on guessed object sizes */
	struct pq_notes notes; /* remarks for the reader, whole lines */
};

struct pq_change {
	struct pq_text name;
	uint32_t node;	 /* in the view's graph; PQ_NONE: none */
	size_t n_summed; /* rows that this row sums up; else 0 */
	int64_t base, new, delta;
	double samples[2];  /* in all files of a side */
	double tested;	    /* samples of both sides that are evidence */
	double estimate[2]; /* base and new without the rounding of each
			       sample in the file */
	double margin, p;   /* half of the 95 % interval of delta */
	double spread[2];   /* groups: largest distance from the mean, by it */
	enum pq_verdict verdict;
};

struct pq_comparison {
	const struct pq_facts *facts;
	bool cumulative;
	struct pq_change *rows, total;
	size_t n;
	size_t n_family; /* rows that are tested together */
	double excess;	 /* CPU: variance over that of counting (phi) */
	/*
	 * The power of this comparison.  A pair: growth that shows in the
	 * largest row, that row's value, and the least value whose doubling
	 * shows.  One process: shown_at is the least new amount that shows.
	 */
	double shown_growth, shown_at, twice_at;
};

/* Facts in the arena given; NULL with err when -normalize cannot be done. */
struct pq_facts *pq_compare_facts(const struct pq_compare_options *o,
				  const struct pq_view *v,
				  struct pq_arena *arena, struct pq_error *err);

/* The rows, in the arena given; builds the view's graph. */
struct pq_comparison *pq_compare(const struct pq_compare_options *o,
				 struct pq_facts *facts, struct pq_view *v,
				 struct pq_arena *arena);

/*
 * The same for several sample types, which are those of facts[0..n); to[i] is
 * for facts[i].  Counting a sample for several types costs little more than
 * for one where these are the values of a heap.
 */
void pq_compare_types(const struct pq_compare_options *o,
		      struct pq_facts *const *facts, size_t n,
		      struct pq_view *v, struct pq_arena *arena,
		      struct pq_comparison **to);

/* ratio new / base; NAN when base is 0 */
double pq_change_ratio(const struct pq_change *c);

/*
 * True for a change that a picture gives a color: one that was found, or is
 * exact, or is in files that cannot tell (PQ_UNKNOWN).
 */
bool pq_change_stands_out(const struct pq_change *c,
			  const struct pq_facts *facts);

#endif
