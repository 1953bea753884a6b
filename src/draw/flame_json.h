/*
 * flame_json.h - the boxes of a flame graph as data: rows of -json, the
 * columns that a page asks for, and what a written page holds.
 *
 * Boxes:  in preorder, the root first; their depth tells which box is inside
 *         which.  A box's own value is its value less those inside of it, so
 *         that sums are exact; of merged frames it is all of theirs.
 * Names:  each once, in order of first use; boxes have positions in the list,
 *         and -1 for the root and for merged frames.
 * Id:     the ranks on the way from the root, as in "0.2.0.5"; the root is
 *         "0".  A rank is a place among all children of a node, drawn or not
 *         (flame_tree.h), so that an id names the same box in any budget.
 */
#ifndef PQ_DRAW_FLAME_JSON_H
#define PQ_DRAW_FLAME_JSON_H

#include "draw/flame_page.h"
#include "report/rows.h"

/* The numbers that are in no box itself. */
void pq_flame_data_find(struct pq_flame_data *d, const struct pq_flame *f,
			struct pq_arena *arena);

/* One type as columns: the answer to GET /api/1/flame of a page. */
struct pq_flame_columns {
	const struct pq_flame_data *data;
	unsigned type;	     /* position among the flame's types */
	struct pq_text name; /* the sample type's, as is the unit */
	struct pq_text unit;
	int64_t total;
	struct pq_text at; /* id of boxes[0] */
};

/*
 * One object with a list for each of rank, depth, name, value, own and merged
 * (of two sides before and tone, too), as long as there are boxes.
 */
void pq_flame_json_columns(const struct pq_flame_columns *c,
			   struct pq_out *out);

/* All types of a page that is written to a file, safe within <script>. */
void pq_flame_json_page(const struct pq_flame_page *page, struct pq_out *out);

/* The same of the chosen type as rows; `rows` is a pq_flame_page. */
extern const struct pq_column pq_flame_name_columns[];
extern const struct pq_column pq_flame_box_columns[];
void pq_flame_put_names(const void *rows, struct pq_rows *w);
void pq_flame_put_boxes(const void *rows, struct pq_rows *w);

#endif
