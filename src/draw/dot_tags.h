/*
 * dot_tags.h - the boxes beside a node of a drawing that show its tags.
 *
 * Owner:  boxes and texts live in the report's arena; texts are escaped.
 * Source: the reference: at most four label tags, and for each of them, and
 *         for the samples without labels, at most four numeric ones; more
 *         numbers are drawn together to ranges around the four largest.
 */
#ifndef PQ_DRAW_DOT_TAGS_H
#define PQ_DRAW_DOT_TAGS_H

#include "draw/dot_builder.h"

/* A tag, with the edge that leads to it. */
struct pq_dot_box {
	struct pq_text id, from, label, value;
	bool dotted;
	/* as data: the labels, or the number or range of numbers */
	const struct pq_text *names;
	size_t n_names;
	size_t beside; /* the box it hangs from, from 1; 0: the node */
	int64_t amount;
	bool is_numeric, is_cum;
	bool is_left_out; /* of a picture that has too many */
};

struct pq_dot_boxes {
	struct pq_dot_box *at;
	size_t n, capacity;
};

/* Appends the boxes of a node that has this number in the drawing. */
void pq_dot_tag_boxes(struct pq_dot_builder *b, struct pq_dot_boxes *to,
		      uint32_t node, unsigned number);

#endif
