/*
 * dot_builder.h - putting together the texts of a drawing.
 *
 * Parts are appended, each made safe for its quotes, and what they come to is
 * taken as one text in the report's arena.
 *
 * Owner: whoever holds the struct; pq_dot_builder_release frees it.
 */
#ifndef PQ_DRAW_DOT_BUILDER_H
#define PQ_DRAW_DOT_BUILDER_H

#include "draw/dot_text.h"
#include "report/report.h"

struct pq_dot_diff;

struct pq_dot_builder {
	const struct pq_report_input *in;
	enum pq_dot_use use;
	const struct pq_dot_diff *diff; /* NULL: of one profile */
	struct pq_buf text;		/* under construction */
	struct pq_buf raw;		/* before it is escaped */
};

void pq_dot_builder_release(struct pq_dot_builder *b);

/* Ends the text under construction. */
struct pq_text pq_dot_take(struct pq_dot_builder *b);

/* Appends to it. */
void pq_dot_put(struct pq_dot_builder *b, struct pq_text text);
void pq_dot_put_value(struct pq_dot_builder *b, int64_t value);

#endif
