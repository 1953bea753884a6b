/*
 * dot_text.h - names and colors as they stand in dot text.
 *
 * Everything here appends what may stand between the quotes of an attribute
 * or of an ID.  First a text is made safe for terminals (text.h), then quotes
 * and backslashes are escaped: no name can end its string, nor be taken for
 * one of graphviz's escapes.
 *
 * Source: the reference, which escapes in fewer places.
 */
#ifndef PQ_DRAW_DOT_TEXT_H
#define PQ_DRAW_DOT_TEXT_H

#include "base/buf.h"
#include "base/text.h"
#include "report/report.h"

/*
 * The ampersand's stand-in: graphviz replaces entities in labels.  Dot
 * text for people has "&" itself.
 */
void pq_dot_escape(struct pq_buf *to, struct pq_text text,
		   const char *ampersand);

/* A function's name without what a reader can do without. */
struct pq_text pq_dot_shorten(struct pq_buf *scratch, struct pq_text name);

/* The name of a node, one part a line, with "\n" at the end of each. */
void pq_dot_node_name(struct pq_buf *to, const struct pq_graph *g,
		      const struct pq_node *n, const char *ampersand);

/* "#rrggbb" for a share of the total, between -1 and 1. */
struct pq_dot_color {
	char text[8];
};

struct pq_dot_color pq_dot_color(double score, bool background,
				 enum pq_palette palette);

#endif
