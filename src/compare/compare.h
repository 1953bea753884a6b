/*
 * compare.h - two sides of a joined profile, function by function: what
 * changed, and whether sampling alone explains it.
 *
 * Use:    pq_compare_facts before any filter has changed the profile, which
 *         settles what is true of the files as a whole; pq_compare afterwards,
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

#include "compare/buckets.h"
#include "base/notes.h"
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

/* What is to be made equal before comparing. */
enum pq_normalize_by {
	PQ_NORMALIZE_NONE,
	PQ_NORMALIZE_TOTAL,
	PQ_NORMALIZE_SECONDS,
	PQ_NORMALIZE_SAMPLES,
};

struct pq_compare_options {
	const struct pq_joined *joined;
	enum pq_normalize_by normalize;
	bool independent; /* do not look for snapshots of one process */
};

/* How the counts of a row are to be judged. */
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
	size_t n_buckets;   /* of the process, by which it was recognized */
	double factor;	    /* of -normalize; 1 */
	int64_t total[2];   /* of a side, before filters, as rows are rounded */
	bool guessed_sizes; /* margins are from object sizes that were guessed */
	struct pq_notes notes; /* for the reader, whole lines */
};

struct pq_change {
	struct pq_text name;
	uint32_t node;	 /* of the view's graph; PQ_NONE: none */
	size_t n_summed; /* 0; of a row that sums up, how many rows */
	int64_t base, new, delta;
	double samples[2];  /* of all files of a side */
	double tested;	    /* samples of both that are evidence */
	double estimate[2]; /* what the samples stand for: base and new but for
			       the rounding of each sample in the file */
	double margin, p;   /* half of the 95 % interval of delta */
	double spread[2];   /* groups: largest distance from the mean / mean */
	enum pq_verdict verdict;
};

struct pq_comparison {
	const struct pq_facts *facts;
	bool cumulative;
	struct pq_change *rows, total;
	size_t n;
	size_t n_family; /* rows with a test of their own */
	double excess;	 /* CPU: phi */
	/* growth that this pair can show: of the largest row, and x2 */
	double shown_growth, shown_at, twice_at;
};

/* In the arena given.  False with err for what makes no sense. */
struct pq_facts *pq_compare_facts(const struct pq_compare_options *o,
				  const struct pq_view *v,
				  struct pq_arena *arena, struct pq_error *err);

struct pq_comparison *pq_compare(const struct pq_compare_options *o,
				 struct pq_facts *facts, struct pq_view *v,
				 struct pq_arena *arena);

/* ratio new / base; NAN when base is 0 */
double pq_change_ratio(const struct pq_change *c);

/*
 * Whether a picture gives a change a color: it was found, or it is exact, or
 * nothing can be found in these files at all.
 */
bool pq_change_stands_out(const struct pq_change *c,
			  const struct pq_facts *facts);

#endif
