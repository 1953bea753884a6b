/*
 * flame_page.h - what the two kinds of flame graph files share.
 *
 * Source: the pictures follow Brendan Gregg's flame graphs.
 */
#ifndef PQ_DRAW_FLAME_PAGE_H
#define PQ_DRAW_FLAME_PAGE_H

#include "base/notes.h"
#include "base/out.h"
#include "draw/flame_legend.h"
#include "graph/flame_tree.h"
#include "report/report.h"

#define PQ_FLAME_BUDGET ((size_t)3000000)

/* Names and own values of the boxes (flame_json.h), in the report's arena. */
struct pq_flame_data {
	const struct pq_flame *flame;
	uint32_t *frames; /* by name: position in the flame's frames */
	uint32_t *names;  /* by frame: position among names, or PQ_NONE */
	uint32_t n_names;
	int64_t *own; /* as the values of the flame */
	struct pq_flame_legend legend;
};

struct pq_flame_page {
	const struct pq_view *view;
	struct pq_view_type types[PQ_VIEW_TYPES]; /* the chosen one first */
	unsigned n_types;
	struct pq_flame flame;
	struct pq_flame_data data;
	struct pq_text title;	 /* "story1: cpu" */
	struct pq_notes *header; /* "Time: ...", active filters */
	bool root_at_bottom;
	bool html;
	enum pq_theme theme;
	struct pq_buf scratch;
};

void pq_flame_svg(struct pq_flame_page *page, struct pq_out *out);
void pq_flame_html(const struct pq_flame_page *page, struct pq_out *out);

/* Bytes that a box costs at most; ctx is the page (pq_flame_options). */
size_t pq_flame_svg_cost(void *ctx, const struct pq_flame *f, uint32_t frame);
size_t pq_flame_html_cost(void *ctx, const struct pq_flame *f, uint32_t frame);

#endif
