/*
 * size_chart.h - sizes and their ladder as a picture wants them.
 */
#ifndef PQ_INSIGHT_SIZE_CHART_H
#define PQ_INSIGHT_SIZE_CHART_H

#include "insight/ladders.h"

struct pq_size_bar {
	int64_t size, alloc_space, live_space;
	bool is_rung;
};

struct pq_size_chart {
	const struct pq_view *view;
	enum pq_theme theme;
	struct pq_size_bar *bars; /* ascending by size */
	size_t n;
	struct pq_text site;	/* the ladder's; "" where there is none */
	struct pq_text caption; /* the ladder in words */
	bool has_alloc;		/* else alloc_space is that of live_space */
};

/* From the cells of a group; ladder may be NULL. */
void pq_size_chart_fill(struct pq_size_chart *c, const struct pq_heap *h,
			const struct pq_heap_group *group,
			const struct pq_ladder_row *ladder,
			struct pq_arena *arena);

/* The rows of sizes, and the first row of ladders; may have no bars. */
const struct pq_size_chart *pq_sizes_chart(const void *rows);
const struct pq_size_chart *pq_ladders_chart(const void *rows);

/* Whether a file of this name is a picture. */
bool pq_is_picture_name(struct pq_text name);

extern const struct pq_report pq_report_sizes, pq_report_ladders;

#endif
