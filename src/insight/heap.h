/*
 * heap.h - heap profiles, one or several joined, as groups of objects of one
 * size: what sites, sizes, churn, trend and check look at.
 *
 * Bucket: the objects of one stack and one size.  Size is the numeric label
 *         "bytes"; without it, bytes / objects if that is whole, and else the
 *         file has no object sizes.
 * Cell:   the objects of one group and one size.
 * Counts: for each file six numbers, see enum pq_heap_column.  Samples are
 *         what the values were made of (profile/sampling.h), alive or
 *         allocated since the start; a file without alloc_* has zeros there.
 * Others: a profile of goroutines is read as one whose objects have size 1,
 *         are all counted, and of which nothing is known but that they live.
 *         One sample type of any other kind is read in the same way: live
 *         space is its value, live objects and samples what stands behind it.
 * Shape:  cells of a group stand together, ascending by size; groups in order
 *         of first appearance.
 * Stacks: are not copied, as they would be half of all memory: they are read
 *         again where the sample store has them (pq_heap_stack).
 * Owner:  pq_heap_release; the joined profile must outlive it, and its samples
 *         stay as they are.
 */
#ifndef PQ_INSIGHT_HEAP_H
#define PQ_INSIGHT_HEAP_H

#include "insight/grouping.h"
#include "profile/join.h"
#include "profile/sampling.h"
#include "report/report.h"

enum pq_heap_column {
	PQ_HEAP_ALLOC_SAMPLES,
	PQ_HEAP_LIVE_SAMPLES,
	PQ_HEAP_ALLOC_OBJECTS,
	PQ_HEAP_ALLOC_SPACE,
	PQ_HEAP_LIVE_OBJECTS,
	PQ_HEAP_LIVE_SPACE,
	PQ_HEAP_COLUMNS
};

struct pq_heap_bucket {
	uint32_t cell, stack; /* cell: while it is built only */
	union {
		/* column c of file f: counts[c * n_files + f] */
		int64_t *counts;
		/* the bytes that find places; without has_bucket_counts */
		int64_t space;
	};
};

struct pq_heap_cell {
	uint32_t group;
	int64_t size;
	int64_t *counts;
};

struct pq_heap_group {
	struct pq_text name;
	uint32_t first_cell, n_cells;
	/* the bucket's with the most allocated bytes; ties: greater stack */
	struct pq_frame_stack stack;
};

/* Oddities of one file, noticed on the way. */
struct pq_heap_file {
	struct pq_text name; /* base name */
	int64_t period;
	size_t n_values, n_whole;    /* bytes values, and whole samples */
	size_t n_guessed, n_missing; /* samples without a label of size */
	bool negative;
};

struct pq_heap {
	struct pq_arena arena;
	struct pq_frames frames;
	const struct pq_joined *joined;
	PQ_VEC(struct pq_heap_bucket) buckets;
	PQ_VEC(const uint8_t *) stacks; /* as records have them */
	uint8_t *is_runtime;		/* by frame; NULL: nothing is cut */
	PQ_VEC(struct pq_heap_cell) cells;
	PQ_VEC(struct pq_heap_group) groups;
	struct pq_heap_file *files;
	size_t n_files;
	bool has_alloc;	 /* alloc_* is there */
	bool goroutines; /* they are no objects */
	bool one_type;	 /* neither heap nor goroutines: pq_heap_build_type */
	bool noise;	 /* samples can be had of all files */
	bool has_bucket_counts; /* files, or goroutines, are compared by them */
	int64_t period;		/* the first file's */
};

/* The six numbers of a column, by file. */
static inline const int64_t *pq_heap_counts(const struct pq_heap *h,
					    const int64_t *counts,
					    enum pq_heap_column column)
{
	return counts + (size_t)column * h->n_files;
}

/*
 * False when a file is no heap profile (or of goroutines, where those are
 * wanted).  What is known of samples is then decided by pq_heap_check.
 */
bool pq_heap_build(struct pq_heap *h, const struct pq_joined *j,
		   const struct pq_grouping *by, bool goroutines,
		   struct pq_error *err);
void pq_heap_release(struct pq_heap *h);

/* The frames of a bucket's stack; they are valid as long as the list is. */
struct pq_frame_stack pq_heap_stack(const struct pq_heap *h, uint32_t stack,
				    struct pq_frame_list *room);

/* Whether pq_heap_build takes it for a heap. */
bool pq_heap_is_heap(const struct pq_joined *j);

/*
 * One sample type of a profile that is no heap.  `cut_runtime': the frames of
 * Go's runtime at the leaf are left out, and their values are those of the
 * first other frame; stacks of nothing else are no group's.
 */
void pq_heap_build_type(struct pq_heap *h, const struct pq_joined *j,
			const struct pq_grouping *by,
			const struct pq_sampling *type, bool cut_runtime);

/*
 * Says what was noticed of each file, in words for a person, and sets noise;
 * log may be NULL.  The last of the lines is what a report that cannot do
 * without samples gives as its reason.
 */
void pq_heap_check(struct pq_heap *h, struct pq_log *log,
		   struct pq_notes *lines);

/* A profile of differences (heap?seconds=N): that file, or n_files. */
size_t pq_heap_find_delta(const struct pq_heap *h);

/* Fails if one of the files is a delta. */
bool pq_heap_refuse_delta(const struct pq_heap *h, struct pq_error *err);

/*
 * Buckets of file a whose count of allocated samples is smaller in file b:
 * more than 0 says that these are two processes.
 */
size_t pq_heap_falls(const struct pq_heap *h, size_t a, size_t b);

/* The joined profile of a report, be it of one file or of several. */
const struct pq_joined *pq_heap_joined(const struct pq_report_input *in);

#endif
