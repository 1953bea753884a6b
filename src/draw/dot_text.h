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
 * Dot text for people is the reference's.  For layout, graph and legend have
 * names of this program's own, as graphviz puts names into svg as they are,
 * and one is no attribute to escape in; lines do not end within brackets, and
 * long contents of brackets are cut; the largest label boxes are drawn only.
 */
enum pq_dot_use { PQ_DOT_FOR_READERS, PQ_DOT_FOR_LAYOUT };

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
		      const struct pq_node *n, enum pq_dot_use use);

/* "&" for people; what graphviz reads as it. */
const char *pq_dot_ampersand(enum pq_dot_use use);

/*
 * The class of a share in a picture: a side of the palette and one of four steps,
 * "red3"; empty for none.  assets/graph_colors.css has what they look like.
 */
struct pq_dot_class {
	char text[8];
};

struct pq_dot_class pq_dot_class(double score, enum pq_palette palette);

/* "#rrggbb" for a share of the total, between -1 and 1: the reference's. */
struct pq_dot_color {
	char text[8];
};

struct pq_dot_color pq_dot_color(double score, bool background,
				 enum pq_palette palette);

#endif
