/*
 * change_text.h - changes and sides in words, the same in rows and pictures.
 *
 * Every function appends to the buffer, or to the notes, that it is given.
 */
#ifndef PQ_COMPARE_CHANGE_TEXT_H
#define PQ_COMPARE_CHANGE_TEXT_H

#include "compare/compare.h"

/* "+5MB", "-5MB", "0" */
void pq_change_signed(const struct pq_view *v, struct pq_buf *b, int64_t value);

/* "13.29MB -> 222.34MB" */
void pq_change_sides(const struct pq_view *v, struct pq_buf *b,
		     const struct pq_change *c);

/* "x16.7", "new", "gone" or "-" */
void pq_change_ratio_text(struct pq_buf *b, const struct pq_change *c);

/* "+12.5%": a share with its sign */
void pq_change_percent(struct pq_buf *b, int64_t value, int64_t total);

/* "±3.54MB", "~" where sizes were guessed, "?" where it is not known, "-" */
void pq_change_margin(const struct pq_view *v, const struct pq_facts *facts,
		      struct pq_buf *b, const struct pq_change *c);

/* "Old: FILE, TIME", "New: ..." and "Type: ..." */
void pq_change_legend(struct pq_notes *l, const struct pq_view *v,
		      const struct pq_joined *j, const struct pq_facts *facts);

/* "Total: ..." with change, margin and verdict; percentages are of `of'. */
void pq_change_total(struct pq_notes *l, const struct pq_view *v,
		     const struct pq_comparison *c, int64_t of);

/* "Before filters: ..." */
void pq_change_whole(struct pq_notes *l, const struct pq_view *v,
		     const struct pq_facts *facts);

#endif
