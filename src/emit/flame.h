/*
 * flame.h - what the two kinds of flame graph files share.
 *
 * Names:  at most PQ_FLAME_NAME bytes are shown, so that one name cannot use
 *         up the room of all others; what was cut off ends in an ellipsis.
 * Colors: classes of assets/flame_colors.css.  Packages have one by the hash
 *         of their name, the same in every run; differences one of five steps
 *         up or down.
 * Source: the pictures follow Brendan Gregg's flame graphs.
 */
#ifndef PQ_EMIT_FLAME_H
#define PQ_EMIT_FLAME_H

#include "base/out.h"
#include "emit/flame_tree.h"
#include "graph/legend.h"

#define PQ_FLAME_NAME 1000
#define PQ_FLAME_BUDGET ((size_t)3000000)
#define PQ_FLAME_COLORS 16

struct pq_flame_page {
	const struct pq_view *view;
	struct pq_view_type types[PQ_VIEW_TYPES]; /* the chosen one first */
	unsigned n_types;
	struct pq_flame flame;
	struct pq_text title;	  /* "story1: cpu" */
	struct pq_legend *header; /* "Time: ...", active filters */
	bool root_at_bottom;
	bool html;
	struct pq_buf scratch;
};

void pq_flame_svg(struct pq_flame_page *page, struct pq_out *out);
void pq_flame_html(struct pq_flame_page *page, struct pq_out *out);

/* Bytes that a box costs at most; ctx is the page (pq_flame_options). */
size_t pq_flame_svg_cost(void *ctx, const struct pq_flame *f, uint32_t frame);
size_t pq_flame_html_cost(void *ctx, const struct pq_flame *f, uint32_t frame);

/* Whether colors show change: two sides, or values of either sign. */
bool pq_flame_shows_change(const struct pq_flame *f);

/* The class of a package, from 0; PQ_FLAME_COLORS - 1 is the last. */
unsigned pq_flame_color(struct pq_text package);

/* A name as it is shown: appended to `to', cut when too long. */
void pq_flame_name(struct pq_buf *to, struct pq_text name);

/* As many whole characters as make up about so many bytes. */
struct pq_text pq_flame_cut(struct pq_text text, size_t bytes);

/* As much of a name as has room, an ellipsis in place of the rest. */
void pq_flame_fit(struct pq_buf *to, struct pq_text name, size_t columns);

/* What of a name follows the folders of its package. */
struct pq_text pq_flame_short(struct pq_text name);

#endif
