/*
 * filter.h - everything that takes samples, frames or labels out of a
 * profile, in the reference's order: focus, ignore, hide and show together;
 * show_from; tagfocus and tagignore; tagshow and taghide; prune_from.
 *
 * The profile is changed in place.  Each distinct name is matched once.
 * Messages: an expression that matched nothing is a line in the log, with the
 *           nearest names there are; so are filters by name that left no
 *           sample; with verbose, a line for each filter says how many samples
 *           and frames it removed.
 * Errors:   PQ_EUSAGE for an expression that does not parse.
 */
#ifndef PQ_PROFILE_FILTER_H
#define PQ_PROFILE_FILTER_H

#include "base/buf.h"
#include "base/error.h"
#include "base/log.h"
#include "profile/profile.h"
#include "profile/label_units.h"

/* The expressions of a run; an empty text is none. */
struct pq_filters {
	struct pq_text focus, ignore, hide, show, show_from;
	struct pq_text tagfocus, tagignore, tagshow, taghide;
	struct pq_text prune_from;
	bool verbose; /* log how much each of them removed */
	/*
	 * A range without a unit is in the unit of its label; in the reference
	 * it matches labels without one only.
	 */
	bool plain_numbers;
};

bool pq_filter(struct pq_profile *p, const struct pq_filters *f,
	       const struct pq_label_units *units, struct pq_log *log,
	       struct pq_error *err);

/*
 * Appends "; the nearest name is NAME" for an expression that matched nothing,
 * when there is a near one.
 */
void pq_append_nearest_name(struct pq_buf *to, const struct pq_profile *p,
			    struct pq_text expression);

/*
 * The part for labels (filter_tags.c): keeps the samples for which tagfocus
 * holds and tagignore does not.  _new parses, and is NULL on an error; _run
 * changes the profile, and sets *f to NULL when the profile keeps the filters
 * (samples.h).
 */
struct pq_tag_filters;

struct pq_tag_filters *pq_tag_filters_new(struct pq_profile *p,
					  const struct pq_filters *f,
					  const struct pq_label_units *units,
					  struct pq_log *log,
					  struct pq_error *err);
void pq_tag_filters_run(struct pq_tag_filters **f, struct pq_log *log);
void pq_tag_filters_free(struct pq_tag_filters *f);

/*
 * tagroot and tagleaf: comma separated label keys whose values become frames
 * at the root or the leaf of each stack.  Numbers are shown in output_unit.
 */
void pq_add_label_frames(struct pq_profile *p, struct pq_text tagroot,
			 struct pq_text tagleaf, struct pq_text output_unit,
			 struct pq_log *log);

#endif
