/*
 * samples.h - the sample store: packed records, read in order.
 *
 * Shape:  a record is a run of varints: its length in bytes, the values
 *         (zigzag, as many as the profile has sample types), the number of
 *         locations and their numbers (positions in pq_profile.locations,
 *         leaf first), then the labels up to the end of the record.
 *         Records are about as small as the file's own bytes and need no array
 *         of offsets, because samples are only ever walked in order.
 * Walk:   pq_walk_next steps to a record; values, stack and labels are then
 *         decoded on demand, in that order, into arrays of the walk that stay
 *         valid until the next step:
 *
 *             struct pq_walk w;
 *             pq_walk_begin(&w, &profile->samples);
 *             while (pq_walk_next(&w)) {
 *                     pq_walk_values(&w);   w.sample.values
 *                     pq_walk_stack(&w);    w.sample.locations
 *                     pq_walk_labels(&w);   w.sample.labels
 *             }
 *             pq_walk_end(&w);
 *
 * Again:  a store may also hold nothing, and have its samples made anew for
 *         each walk (struct pq_sample_source).  Walking it is the same, but
 *         for one thing: there is one walk at a time.  Edits of it are kept as
 *         steps that each later walk runs.
 * Owner:  the store belongs to its profile; memory comes from pq_alloc.
 * Errors: a source that fails in a walk unwinds (pq_unwind).
 */
#ifndef PQ_PROFILE_SAMPLES_H
#define PQ_PROFILE_SAMPLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cursor.h"
#include "base/vec.h"

/*
 * One value of one label.  All of them are string ids of the profile; str is
 * not 0 exactly when the label is a string label.
 */
struct pq_label {
	uint32_t key, str;
	uint32_t unit; /* 0: none */
	int64_t num;
};

struct pq_sample {
	int64_t *values;
	uint32_t *locations; /* leaf first */
	size_t n_locations;
	struct pq_label *labels; /* values of one key in their order */
	size_t n_labels;
};

/*
 * A sample whose parts were written as they came, each as it stands in a
 * record; their order in the input is then of no matter.
 */
struct pq_packed {
	const uint8_t *values, *locations, *labels;
	size_t values_bytes, locations_bytes, labels_bytes;
	size_t n_locations;
};

/*
 * The maker of samples that are not held, from a file that is read again.  One
 * walk is: begin, next until it returns false or no more are wanted, end.  An
 * unwinding may leave a walk without its end; the next begin must cope with it.
 * release frees the source.
 */
struct pq_sample_source {
	void (*begin)(struct pq_sample_source *s);
	/* The bytes that *to points at are valid until the next call. */
	bool (*next)(struct pq_sample_source *s, struct pq_packed *to);
	void (*end)(struct pq_sample_source *s);
	void (*release)(struct pq_sample_source *s);
	unsigned n_values; /* in each sample */
	unsigned stores;   /* stores that use it: clones share it */
};

/*
 * An observer sees each sample once while the profile is read, beginning when
 * samples are no longer held; samples that were held before come first.  A
 * location of a sample may not be read yet (pq_location_is_read).  `see`
 * returns false when it wants no more samples.
 */
struct pq_profile;

struct pq_sample_observer {
	bool (*see)(struct pq_sample_observer *f, const struct pq_profile *p,
		    const struct pq_packed *sample);
	/* Called after an unwinding freed all that `see` had allocated. */
	void (*reset)(struct pq_sample_observer *f);
};

/* Limits for a reader that can make its samples again. */
struct pq_keeping {
	size_t most;   /* bytes of samples to hold; above that none */
	uint64_t read; /* inflated bytes to read then; more is refused */
	struct pq_sample_observer *observer; /* or NULL */
	uint64_t start; /* where the input begins; set by pq_profile_read */
};

struct pq_chunk;
struct pq_sample_step;
struct pq_sample_share;

struct pq_samples {
	struct pq_chunk *first, *last;
	size_t n;
	unsigned n_values;		 /* values in each record */
	size_t held_bytes;		 /* bytes of all records */
	struct pq_sample_source *source; /* NULL: the records are held */
	int64_t *noted; /* pq_samples_total by value; NULL: not noted */
	/* with a source: */
	struct pq_sample_step *steps; /* edits, the newest first */
	int64_t *totals; /* pq_samples_total by value, as no record is held */
	struct pq_sample_share *share; /* a clone's */
	/* while a profile is read; NULL: hold all */
	const struct pq_keeping *keeping;
};

void pq_samples_release(struct pq_samples *s);

/*
 * Makes *to a copy that may be changed without the other one noticing.  The
 * records are shared until one of them adds to its own or rewrites them: a
 * clone costs no more than its struct.  Both belong to one thread.
 */
void pq_samples_clone(struct pq_samples *to, const struct pq_samples *from);

/* Appends a sample; its arrays are copied. */
void pq_samples_add(struct pq_samples *s, const struct pq_sample *sample);

/*
 * Appending in two steps, for merging: the tail is everything after the
 * values, and two samples that are to be added up have equal tails.
 * pq_sample_encode_tail writes it to a buffer with room for
 * PQ_VARINT_MOST + 5 bytes a location + 20 a label, and returns its end.
 */
uint8_t *pq_sample_encode_tail(uint8_t *to, const struct pq_sample *sample);
void pq_samples_add_tail(struct pq_samples *s, const int64_t *values,
			 const uint8_t *tail, size_t tail_bytes);

/* Appends a sample that is packed already. */
void pq_samples_add_packed(struct pq_samples *s, const struct pq_packed *from);

/*
 * Frees what is held; from here on adding (packed) only counts, until the
 * source that makes the samples again is known.  They are in the order in
 * which they were added.
 */
void pq_samples_stop_holding(struct pq_samples *s);
void pq_samples_set_source(struct pq_samples *s,
			   struct pq_sample_source *source);

/* Shows an observer the samples held; false when it wants no more. */
bool pq_samples_observe(const struct pq_samples *s, const struct pq_profile *p,
			struct pq_sample_observer *observer);

/* Writes a label as it stands in a record: at most PQ_LABEL_MOST bytes. */
#define PQ_LABEL_MOST 20
uint8_t *pq_label_put(uint8_t *to, const struct pq_label *label);

struct pq_walk {
	const struct pq_chunk *chunk;
	unsigned n_values;
	const uint8_t *next; /* the record after the current one */
	struct pq_cursor at; /* the part of the current one not decoded yet */
	struct pq_sample sample;
	size_t location_capacity, label_capacity;
	/* for samples made again: */
	struct pq_sample_source *source;
	PQ_VEC(uint8_t) record;
	PQ_VEC(struct pq_sample_step *) steps; /* the oldest first */
};

void pq_walk_begin(struct pq_walk *w, const struct pq_samples *s);
bool pq_walk_next(struct pq_walk *w);
void pq_walk_values(struct pq_walk *w);
/* One value in place of all of them, which is quicker. */
int64_t pq_walk_value(struct pq_walk *w, unsigned index);
/* Or none of them. */
void pq_walk_pass_values(struct pq_walk *w);
void pq_walk_stack(struct pq_walk *w);
void pq_walk_labels(struct pq_walk *w);
void pq_walk_all(struct pq_walk *w); /* the three above */
void pq_walk_end(struct pq_walk *w);

/* The sum of one value's sizes, without decoding anything else. */
int64_t pq_samples_total(const struct pq_samples *s, unsigned index);

/* The same for the first n values, which all samples have, in one walk. */
void pq_samples_totals(const struct pq_samples *s, unsigned n, int64_t *totals);

/*
 * Finds all of them now, for a store that is asked again and again; clones
 * know them, too.  What adds samples or rewrites them forgets the totals.
 */
void pq_samples_note_totals(struct pq_samples *s);

/*
 * Replaces the store by what `edit` makes of each sample; `edit` may change
 * the sample's arrays in place, shrink them, or point them at its own, and
 * returns whether the sample stays.  Old chunks are freed as they are read,
 * so that no second copy comes to be.
 */
typedef bool pq_sample_edit(void *ctx, struct pq_sample *sample);
void pq_samples_rewrite(struct pq_samples *s, unsigned n_values,
			pq_sample_edit *edit, void *ctx);

/*
 * The same for values alone: `edit` is shown no stack, which stays as it is, and
 * no labels, which are dropped.
 */
void pq_samples_revalue(struct pq_samples *s, unsigned n_values,
			pq_sample_edit *edit, void *ctx);

/*
 * Rewriting samples that may not fit into memory: where they are made again
 * the edit becomes a step of every later walk, and must do the same to the
 * same sample each time.  It has been run over all samples once when this
 * returns.  True: ctx is the store's, which calls release(ctx) when no walk
 * needs it any more.
 */
bool pq_samples_edit(struct pq_samples *s, unsigned n_values,
		     pq_sample_edit *edit, void *ctx,
		     void (*release)(void *ctx));

#endif
