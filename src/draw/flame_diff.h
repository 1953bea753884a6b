/*
 * flame_diff.h - the two sides of a flame graph of a difference.
 *
 * Colors: a frame is colored by its own change where the cumulative value of
 *         its function changed beyond noise, as diff -cum has it; else it is
 *         gray.  Where the files allow no verdict, all are colored.
 * Use:    pq_flame_diff_before, then pq_flame_diff_sides in place of what a
 *         single profile knows, then the tree, then pq_flame_diff_tones.
 * Owner:  everything lives in the report's arena, but for the tones.
 */
#ifndef PQ_DRAW_FLAME_DIFF_H
#define PQ_DRAW_FLAME_DIFF_H

#include "graph/flame_tree.h"
#include "compare/changes.h"
#include "report/report.h"

struct pq_flame_diff {
	/* as those of a view; the chosen one first */
	struct pq_view_type types[PQ_VIEW_TYPES];
	unsigned n_types;
	struct pq_facts *facts[PQ_VIEW_TYPES];
	struct pq_changes changes[PQ_VIEW_TYPES];
};

/*
 * Facts of the files, found before filters.  Other types than the chosen one that
 * cannot be normalized as asked are left out.  NULL with err on failure.
 */
struct pq_flame_diff *pq_flame_diff_before(const struct pq_report_input *in,
					   bool all_types,
					   struct pq_error *err);

/* Compares, and leaves two values for each type in the profile. */
void pq_flame_diff_sides(struct pq_flame_diff *d,
			 const struct pq_report_input *in);

void pq_flame_diff_tones(const struct pq_flame_diff *d, struct pq_flame *f);

/* Adds lines that explain the colors, or why there are no verdicts. */
void pq_flame_diff_legend(const struct pq_flame_diff *d, struct pq_notes *l);

#endif
