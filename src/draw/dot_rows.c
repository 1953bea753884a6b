#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "draw/dot.h"
#include "draw/dot_diff.h"

#include "base/banned.h"

/* The rows of a drawing: nodes, edges and legend, from the view. */

static void put_share_of_total(struct pq_dot_builder *b, int64_t value)
{
	pq_buf_str(&b->text, " (");
	pq_percentage_trimmed(&b->text, value, b->in->view->total);
	pq_buf_char(&b->text, ')');
}

/* ---- nodes ---- */

static void put_values(struct pq_dot_builder *b, const struct pq_node *n)
{
	int64_t flat = pq_node_flat(n), cum = pq_node_cum(n);

	pq_dot_node_name(&b->text, &b->in->view->graph, n, b->use);
	if (flat) {
		pq_dot_put_value(b, flat);
		put_share_of_total(b, flat);
	} else {
		pq_buf_char(&b->text, '0');
	}
	/* Two values that are one are printed once. */
	if (cum != flat) {
		pq_buf_str(&b->text, flat ? "\\nof " : " of ");
		pq_dot_put_value(b, cum);
		put_share_of_total(b, cum);
	}
}

static struct pq_text node_label(struct pq_dot_builder *b, uint32_t node)
{
	if (b->diff)
		pq_dot_diff_label(b, b->diff, node);
	else
		put_values(b, &b->in->view->graph.nodes.at[node]);
	return pq_dot_take(b);
}

static struct pq_text node_tooltip(struct pq_dot_builder *b, uint32_t node)
{
	const struct pq_node *n = &b->in->view->graph.nodes.at[node];

	pq_dot_put(b, n->label);
	pq_buf_str(&b->text, " (");
	if (b->diff)
		pq_dot_diff_signed(b, pq_dot_diff_cum(b->diff, node));
	else
		pq_dot_put_value(b, pq_node_cum(n));
	pq_buf_char(&b->text, ')');
	return pq_dot_take(b);
}

/* From 8 to 24 points: the area follows the flat value. */
static unsigned font_size(int64_t flat, int64_t most)
{
	double part;

	if (!flat || !most)
		return 8;
	part = sqrt((double)pq_abs(flat) / (double)most);
	return part >= 0 && part <= 1 ? 8 + (unsigned)ceil(16.0 * part) : 8;
}

/* The value that colors a node; size_value is the one that sizes it. */
static int64_t color_value(const struct pq_dot_builder *b, uint32_t node)
{
	return b->diff ? pq_dot_diff_node(b->diff, node)
		       : pq_node_cum(&b->in->view->graph.nodes.at[node]);
}

static int64_t size_value(const struct pq_dot_builder *b, uint32_t node)
{
	return b->diff ? pq_dot_diff_node(b->diff, node)
		       : pq_node_flat(&b->in->view->graph.nodes.at[node]);
}

static double share_of_total(const struct pq_dot_builder *b, int64_t value)
{
	return (double)value / (double)pq_abs(b->in->view->total);
}

static void fill_node(struct pq_dot_builder *b, struct pq_dot_node *row,
		      uint32_t node, unsigned number, int64_t most)
{
	const struct pq_graph *g = &b->in->view->graph;
	double share = share_of_total(b, color_value(b, node));

	row->name = g->nodes.at[node].label;
	row->verdict = "";
	/* A comparison's row has both sides, and what was found. */
	if (b->diff) {
		pq_dot_diff_values(b->diff, node, row);
	} else {
		row->flat = pq_node_flat(&g->nodes.at[node]);
		row->cum = pq_node_cum(&g->nodes.at[node]);
	}
	row->label = node_label(b, node);
	row->tooltip = node_tooltip(b, node);
	row->font_size = font_size(size_value(b, node), most);
	row->color = pq_dot_color(share, false, b->in->palette);
	row->fill = pq_dot_color(share, true, b->in->palette);
	row->class = pq_dot_class(share, b->in->palette);
	pq_dot_tag_boxes(b, &row->boxes, node, number);
}

static int64_t most_sized(const struct pq_dot_builder *b)
{
	const struct pq_graph *g = &b->in->view->graph;
	int64_t most = 0;

	for (size_t i = 0; i < g->listed.n; i++) {
		int64_t value = pq_abs(size_value(b, g->listed.at[i]));

		if (!i || value > most)
			most = value;
	}
	return most;
}

/* ---- boxes of labels ---- */

/* A box of one of the nodes, by its size. */
struct ranked_box {
	int64_t size;
	size_t order; /* in the drawing */
	struct pq_dot_box *box;
};

static int compare_box_sizes(const void *x, const void *y)
{
	const struct ranked_box *a = x, *b = y;

	if (a->size != b->size)
		return a->size > b->size ? -1 : 1;
	return a->order < b->order ? -1 : 1;
}

static struct ranked_box *rank_boxes(const struct pq_report_input *in,
				     const struct pq_dot *dot, size_t n)
{
	struct ranked_box *ranked =
		PQ_ARENA_NEW(in->arena, struct ranked_box, n);
	size_t at = 0;

	for (size_t i = 0; i < dot->n_nodes; i++)
		for (size_t k = 0; k < dot->nodes[i].boxes.n; k++, at++) {
			struct pq_dot_box *box = &dot->nodes[i].boxes.at[k];

			ranked[at] = (struct ranked_box){ pq_abs(box->amount),
							  at, box };
		}
	qsort(ranked, n, sizeof(*ranked), compare_box_sizes);
	return ranked;
}

/* A box that hangs from another one goes with it. */
static void leave_out_hanging_boxes(struct pq_dot_boxes *boxes)
{
	for (size_t i = 0; i < boxes->n; i++) {
		struct pq_dot_box *box = &boxes->at[i];

		if (box->beside && boxes->at[box->beside - 1].is_left_out)
			box->is_left_out = true;
	}
}

/* Data have all of them; a picture has the largest. */
static void leave_out_small_boxes(const struct pq_report_input *in,
				  struct pq_dot *dot)
{
	struct ranked_box *ranked;

	for (size_t i = 0; i < dot->n_nodes; i++)
		dot->n_boxes += dot->nodes[i].boxes.n;
	dot->n_boxes_drawn = dot->n_boxes;
	if (dot->n_boxes <= in->label_boxes || in->only_data)
		return;
	ranked = rank_boxes(in, dot, dot->n_boxes);
	for (size_t i = in->label_boxes; i < dot->n_boxes; i++)
		ranked[i].box->is_left_out = true;
	/* What is left is counted for the legend. */
	dot->n_boxes_drawn = 0;
	for (size_t i = 0; i < dot->n_nodes; i++) {
		struct pq_dot_boxes *boxes = &dot->nodes[i].boxes;

		leave_out_hanging_boxes(boxes);
		for (size_t k = 0; k < boxes->n; k++)
			dot->n_boxes_drawn += !boxes->at[k].is_left_out;
	}
}

static bool has_boxes(const struct pq_dot_node *n)
{
	for (size_t i = 0; i < n->boxes.n; i++)
		if (!n->boxes.at[i].is_left_out)
			return true;
	return false;
}

/* ---- edges ---- */

/* 1 plus |value * steps / total|, at most steps. */
static unsigned steps_of(int64_t value, int64_t steps, int64_t total)
{
	int64_t n = (int64_t)((uint64_t)value * (uint64_t)steps);

	n = pq_abs(pq_mean(n, total));
	return 1 + (unsigned)(n < 0 ? 0 : n > steps ? steps : n);
}

static int64_t edge_value(const struct pq_dot_builder *b,
			  const struct pq_edge *e)
{
	return b->diff ? pq_dot_diff_edge(b->diff, e)
		       : pq_mean(e->weight, e->weight_div);
}

static void fill_edge(struct pq_dot_builder *b, struct pq_dot_edge *row,
		      const struct pq_edge *e)
{
	const struct pq_view *v = b->in->view;
	const struct pq_graph *g = &v->graph;
	int64_t weight = edge_value(b, e);

	if (b->diff)
		pq_dot_diff_signed(b, weight);
	else
		pq_dot_put_value(b, weight);
	row->value = pq_dot_take(b);
	/* The tooltip names both ends and repeats the value. */
	pq_dot_put(b, g->nodes.at[e->from].label);
	pq_buf_str(&b->text, e->residual ? " ... " : " -> ");
	pq_dot_put(b, g->nodes.at[e->to].label);
	pq_buf_str(&b->text, " (");
	pq_buf_text(&b->text, row->value);
	pq_buf_char(&b->text, ')');
	row->tooltip = pq_dot_take(b);
	row->amount = weight;
	row->is_inline = e->is_inline;
	row->residual = e->residual;
	/* Weight, width and color follow the share of the total. */
	row->weight = row->pen_width = 1;
	row->has_color = v->total != 0;
	if (!v->total)
		return;
	row->weight = steps_of(weight, 100, v->total);
	row->pen_width = steps_of(weight, 5, v->total);
	row->color =
		pq_dot_color(share_of_total(b, weight), false, b->in->palette);
	row->class = pq_dot_class(share_of_total(b, weight), b->in->palette);
}

static int compare_edges(const void *x, const void *y, void *g)
{
	return pq_edge_compare(g, *(const uint32_t *)x, *(const uint32_t *)y);
}

/* The edges of listed callers; a callee that is all zero has number 0. */
static uint32_t *find_edges(const struct pq_report_input *in, size_t *n)
{
	struct pq_graph *g = &in->view->graph;
	uint32_t *edges = PQ_ARENA_NEW(in->arena, uint32_t, g->edges.n);

	*n = 0;
	for (size_t i = 0; i < g->edges.n; i++)
		if (g->nodes.at[g->edges.at[i].from].listed)
			edges[(*n)++] = (uint32_t)i;
	if (*n)
		qsort_r(edges, *n, sizeof(*edges), compare_edges, g);
	return edges;
}

static void build_edges(struct pq_dot_builder *b, struct pq_dot *dot,
			const uint32_t *numbers)
{
	const struct pq_graph *g = &b->in->view->graph;
	uint32_t *edges = find_edges(b->in, &dot->n_edges);

	dot->edges =
		PQ_ARENA_NEW(b->in->arena, struct pq_dot_edge, dot->n_edges);
	for (size_t i = 0; i < dot->n_edges; i++) {
		const struct pq_edge *e = &g->edges.at[edges[i]];
		struct pq_dot_edge *row = &dot->edges[i];

		memset(row, 0, sizeof(*row));
		fill_edge(b, row, e);
		row->from = numbers[e->from];
		row->to = numbers[e->to];
		/* Boxes of tags take room: the edge is a longer one. */
		row->long_way = has_boxes(&dot->nodes[row->from - 1]);
	}
}

/* ---- the whole ---- */

static void add_legend(const struct pq_report_input *in, struct pq_notes *l)
{
	pq_legend_profile(l, in->view); /* even where it is not wanted */
	for (size_t i = 0; i < in->filters->n; i++)
		pq_notes_add(l, in->filters->lines[i]);
	pq_legend_nodes(l, in->view);
}

static void add_boxes_line(struct pq_dot_builder *b, const struct pq_dot *dot,
			   struct pq_notes *l)
{
	if (dot->n_boxes_drawn == dot->n_boxes)
		return;
	pq_buf_clear(&b->raw);
	if (dot->n_boxes_drawn)
		pq_buf_printf(&b->raw, "Showing the largest %zu of %zu",
			      dot->n_boxes_drawn, dot->n_boxes);
	else
		pq_buf_printf(&b->raw, "Showing none of %zu", dot->n_boxes);
	pq_buf_str(&b->raw, " label boxes (-labels)");
	pq_notes_add(l, pq_buf_view(&b->raw));
}

static void build_legend(struct pq_dot_builder *b, struct pq_dot *dot)
{
	const struct pq_report_input *in = b->in;
	struct pq_notes l;

	pq_notes_init(&l, in->arena);
	if (b->diff)
		pq_dot_diff_legend(b->diff, &l);
	else
		add_legend(in, &l);
	add_boxes_line(b, dot, &l);
	dot->n_legend = l.n;
	dot->legend = PQ_ARENA_NEW(in->arena, struct pq_text, l.n);
	/* Lines become labels of graphviz, with its escapes. */
	for (size_t i = 0; i < l.n; i++) {
		pq_dot_put(b, l.lines[i]);
		dot->legend[i] = pq_dot_take(b);
	}
}

static void build_title(struct pq_dot_builder *b, struct pq_dot *dot)
{
	const struct pq_profile *p = b->in->view->p;

	if (p->mappings.n && p->mappings.at[0].file)
		pq_dot_put(b, pq_text_basename(
				      pq_string(p, p->mappings.at[0].file)));
	dot->title = pq_dot_take(b);
}

struct pq_dot *pq_dot_build(const struct pq_report_input *in,
			    enum pq_dot_use use)
{
	const struct pq_graph *g = &in->view->graph;
	struct pq_dot_builder b = { .in = in, .use = use };
	struct pq_dot *dot = pq_arena_zeroed(in->arena, sizeof(*dot));
	uint32_t *numbers;
	int64_t most;

	if (in->diff)
		b.diff = pq_dot_diff_build(in);
	else
		pq_view_graph(in->view);
	/* Number 0 is left to nodes that are not drawn. */
	numbers = pq_arena_zeroed(in->arena, pq_size_mul(g->nodes.n, 4));
	build_title(&b, dot);
	/* Nodes come first: edges ask whether they have boxes. */
	dot->n_nodes = g->listed.n;
	dot->nodes = pq_arena_zeroed(
		in->arena, pq_size_mul(g->listed.n, sizeof(*dot->nodes)));
	most = most_sized(&b);
	for (size_t i = 0; i < g->listed.n; i++) {
		numbers[g->listed.at[i]] = (uint32_t)i + 1;
		fill_node(&b, &dot->nodes[i], g->listed.at[i], (unsigned)i + 1,
			  most);
	}
	if (use == PQ_DOT_FOR_LAYOUT)
		leave_out_small_boxes(in, dot);
	build_legend(&b, dot);
	build_edges(&b, dot, numbers);
	pq_dot_builder_release(&b);
	return dot;
}
