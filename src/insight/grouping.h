/*
 * grouping.h - what a row stands for: -by=site and its like.
 *
 * The name of a group is its key: stacks whose names are equal are one group.
 *
 *     func, line       leaf function; leaf as "FUNC FILE:LINE"
 *     stack            all frames, joined by " <- "
 *     owner            the owner (frames.h) as "FUNC FILE:LINE"
 *     site             line, and " <- " owner if that is another frame
 *     package          import path of the leaf; its name if it has none
 *     label:KEY        the first value of that label, "<none>" without one
 *     total            one group of all (budgets only)
 */
#ifndef PQ_INSIGHT_GROUPING_H
#define PQ_INSIGHT_GROUPING_H

#include "base/buf.h"
#include "base/error.h"
#include "insight/frames.h"

enum pq_grouping_by {
	PQ_PER_SITE,
	PQ_PER_FUNC,
	PQ_PER_LINE,
	PQ_PER_OWNER,
	PQ_PER_STACK,
	PQ_PER_PACKAGE,
	PQ_PER_LABEL,
	PQ_PER_TOTAL,
};

struct pq_grouping {
	enum pq_grouping_by by;
	struct pq_text key; /* a label's */
};

/*
 * Reads a word of -by; "" is `standard'.  The word "total" is one of them only
 * `with_total'.
 */
bool pq_grouping_parse(struct pq_grouping *g, struct pq_text word,
		       enum pq_grouping_by standard, bool with_total,
		       struct pq_error *err);

/*
 * Whether two stacks with the same leaf and owner are always one group, and
 * labels do not matter.
 */
bool pq_grouping_is_by_frames(const struct pq_grouping *g);

/* The name of the group of a sample with this stack. */
void pq_grouping_name(const struct pq_grouping *g, const struct pq_frames *f,
		      struct pq_frame_stack stack,
		      const struct pq_sample *sample, struct pq_buf *to);

#endif
