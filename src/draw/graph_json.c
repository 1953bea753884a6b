#include "draw/graph_json.h"

#include "draw/dot.h"

#include "base/banned.h"

const struct pq_column pq_graph_node_columns[] = {
	{ "name", PQ_COLUMN_TEXT, "printable name of the node",
	  .heading = "Name", .width = 24 },
	{ "flat", PQ_COLUMN_VALUE,
	  "value of the node itself; of the new side where there are two",
	  .heading = "Flat", .width = 10 },
	{ "cum", PQ_COLUMN_VALUE, "value with everything it calls",
	  .heading = "Cum", .width = 10 },
	{ "flat_before", PQ_COLUMN_VALUE, "flat of the old side; 0 without one",
	  .heading = "Flat, old", .width = 10 },
	{ "cum_before", PQ_COLUMN_VALUE, "cum of the old side; 0 without one",
	  .heading = "Cum, old", .width = 10 },
	{ "verdict", PQ_COLUMN_TEXT,
	  "of two sides: what diff says of the value that gives the color; "
	  "else empty",
	  .heading = "Verdict", .width = 12 },
	{ .kind = PQ_COLUMN_END },
};

const struct pq_column pq_graph_edge_columns[] = {
	{ "from", PQ_COLUMN_INT, "position of the caller in nodes",
	  .heading = "From", .width = 6 },
	{ "to", PQ_COLUMN_INT,
	  "position of the callee in nodes; -1: it has no value, and no node",
	  .heading = "To", .width = 6 },
	{ "weight", PQ_COLUMN_VALUE,
	  "value that went along the edge; of two sides its change",
	  .heading = "Weight", .width = 10 },
	{ "inline", PQ_COLUMN_BOOL, "whether all these calls are inlined",
	  .heading = "Inlined", .width = 5 },
	{ "residual", PQ_COLUMN_BOOL,
	  "whether nodes between the two were left out", .heading = "Residual",
	  .width = 5 },
	{ .kind = PQ_COLUMN_END },
};

const struct pq_column pq_graph_tag_columns[] = {
	{ "node", PQ_COLUMN_INT, "position of its node in nodes",
	  .heading = "Node", .width = 6 },
	{ "within", PQ_COLUMN_INT,
	  "position in tags of the labels that a number was seen with; -1: "
	  "none",
	  .heading = "Within", .width = 6 },
	{ "labels", PQ_COLUMN_TEXTS,
	  "key:value of each label; of numbers one, or a range of them",
	  .heading = "Labels" },
	{ "numeric", PQ_COLUMN_BOOL, "whether it is a number",
	  .heading = "Numeric", .width = 5 },
	{ "value", PQ_COLUMN_VALUE, "value of the samples that have it",
	  .heading = "Value", .width = 10 },
	{ "cum", PQ_COLUMN_BOOL,
	  "whether value is a part of the node's cum, not of its flat",
	  .heading = "Cum", .width = 5 },
	{ .kind = PQ_COLUMN_END },
};

void pq_graph_put_nodes(const void *rows, struct pq_rows *w)
{
	const struct pq_dot *dot = rows;

	for (size_t i = 0; i < dot->n_nodes && !pq_rows_stopped(w); i++) {
		const struct pq_dot_node *n = &dot->nodes[i];

		pq_rows_begin(w);
		pq_rows_text(w, n->name);
		pq_rows_value(w, n->flat);
		pq_rows_value(w, n->cum);
		pq_rows_value(w, n->flat_before);
		pq_rows_value(w, n->cum_before);
		pq_rows_text(w, pq_text_of(n->verdict));
		pq_rows_end(w);
	}
}

void pq_graph_put_edges(const void *rows, struct pq_rows *w)
{
	const struct pq_dot *dot = rows;

	for (size_t i = 0; i < dot->n_edges && !pq_rows_stopped(w); i++) {
		const struct pq_dot_edge *e = &dot->edges[i];

		pq_rows_begin(w);
		/* numbers of nodes are from 1, positions from 0 */
		pq_rows_int(w, (int64_t)e->from - 1);
		pq_rows_int(w, (int64_t)e->to - 1);
		pq_rows_value(w, e->amount);
		pq_rows_bool(w, e->is_inline);
		pq_rows_bool(w, e->residual);
		pq_rows_end(w);
	}
}

/* `first` is the position in all tags of the first one of the node. */
static void put_tag(struct pq_rows *w, const struct pq_dot_box *tag,
		    size_t node, size_t first)
{
	pq_rows_begin(w);
	pq_rows_int(w, (int64_t)node);
	pq_rows_int(w, tag->beside ? (int64_t)(first + tag->beside - 1) : -1);
	pq_rows_list(w);
	for (size_t i = 0; i < tag->n_names; i++)
		pq_rows_text(w, tag->names[i]);
	pq_rows_list_end(w);
	pq_rows_bool(w, tag->is_numeric);
	pq_rows_value(w, tag->amount);
	pq_rows_bool(w, tag->is_cum);
	pq_rows_end(w);
}

void pq_graph_put_tags(const void *rows, struct pq_rows *w)
{
	const struct pq_dot *dot = rows;
	size_t first = 0;

	for (size_t i = 0; i < dot->n_nodes && !pq_rows_stopped(w); i++) {
		const struct pq_dot_boxes *boxes = &dot->nodes[i].boxes;

		for (size_t k = 0; k < boxes->n; k++)
			put_tag(w, &boxes->at[k], i, first);
		first += boxes->n;
	}
}
