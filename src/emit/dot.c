#include "emit/dot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"

#include "base/banned.h"

/* dot: the call graph in graphviz's language. */

struct pq_text pq_dot_take(struct pq_dot_builder *b)
{
	struct pq_text taken = { NULL, b->text.len };

	taken.bytes = pq_arena_copy(b->in->arena, b->text.data, b->text.len);
	pq_buf_clear(&b->text);
	return taken;
}

void pq_dot_put(struct pq_dot_builder *b, struct pq_text text)
{
	pq_dot_escape(&b->text, text, b->ampersand);
}

void pq_dot_put_value(struct pq_dot_builder *b, int64_t value)
{
	pq_buf_clear(&b->raw);
	pq_view_value(b->in->view, &b->raw,
		      value); /* with a unit of the file */
	pq_dot_put(b, pq_buf_view(&b->raw));
}

static void put_share(struct pq_dot_builder *b, int64_t value)
{
	pq_buf_str(&b->text, " (");
	pq_percentage_trimmed(&b->text, value, b->in->view->total);
	pq_buf_char(&b->text, ')');
}

/* ---- nodes ---- */

static struct pq_text node_label(struct pq_dot_builder *b,
				 const struct pq_node *n)
{
	int64_t flat = pq_node_flat(n), cum = pq_node_cum(n);

	pq_dot_node_name(&b->text, &b->in->view->graph, n, b->ampersand);
	if (flat) {
		pq_dot_put_value(b, flat);
		put_share(b, flat);
	} else {
		pq_buf_char(&b->text, '0');
	}
	if (cum != flat) {
		pq_buf_str(&b->text, flat ? "\\nof " : " of ");
		pq_dot_put_value(b, cum);
		put_share(b, cum);
	}
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

static double score(const struct pq_dot_builder *b, int64_t value)
{
	return (double)value / (double)pq_abs(b->in->view->total);
}

static void fill_node(struct pq_dot_builder *b, struct pq_dot_node *row,
		      uint32_t node, unsigned number, int64_t most)
{
	const struct pq_node *n = &b->in->view->graph.nodes.at[node];
	int64_t cum = pq_node_cum(n);

	row->label = node_label(b, n);
	pq_dot_put(b, n->label);
	pq_buf_str(&b->text, " (");
	pq_dot_put_value(b, cum);
	pq_buf_char(&b->text, ')');
	row->tooltip = pq_dot_take(b);
	row->font_size = font_size(pq_node_flat(n), most);
	row->color = pq_dot_color(score(b, cum), false, b->in->palette);
	row->fill = pq_dot_color(score(b, cum), true, b->in->palette);
	pq_dot_tag_boxes(b, &row->boxes, node, number);
}

static int64_t most_flat(const struct pq_graph *g)
{
	int64_t most = 0;

	for (size_t i = 0; i < g->listed.n; i++) {
		int64_t flat =
			pq_abs(pq_node_flat(&g->nodes.at[g->listed.at[i]]));

		if (!i || flat > most)
			most = flat;
	}
	return most;
}

/* ---- edges ---- */

/* 1 plus |value * steps / total|, at most steps. */
static unsigned steps_of(int64_t value, int64_t steps, int64_t total)
{
	int64_t n = (int64_t)((uint64_t)value * (uint64_t)steps);

	n = pq_abs(pq_mean(n, total));
	return 1 + (unsigned)(n < 0 ? 0 : n > steps ? steps : n);
}

static void fill_edge(struct pq_dot_builder *b, struct pq_dot_edge *row,
		      const struct pq_edge *e)
{
	const struct pq_view *v = b->in->view;
	const struct pq_graph *g = &v->graph;
	int64_t weight = pq_mean(e->weight, e->weight_div);

	pq_dot_put_value(b, weight);
	row->value = pq_dot_take(b);
	pq_dot_put(b, g->nodes.at[e->from].label);
	pq_buf_str(&b->text, e->residual ? " ... " : " -> ");
	pq_dot_put(b, g->nodes.at[e->to].label);
	pq_buf_str(&b->text, " (");
	pq_buf_text(&b->text, row->value);
	pq_buf_char(&b->text, ')');
	row->tooltip = pq_dot_take(b);
	row->is_inline = e->is_inline;
	row->residual = e->residual;
	row->weight = row->pen_width = 1;
	row->has_color = v->total != 0;
	if (!v->total)
		return;
	row->weight = steps_of(weight, 100, v->total);
	row->pen_width = steps_of(weight, 5, v->total);
	row->color = pq_dot_color(score(b, weight), false, b->in->palette);
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
		row->long_way = dot->nodes[row->from - 1].boxes.n > 0;
	}
}

/* ---- the whole ---- */

static void build_legend(struct pq_dot_builder *b, struct pq_dot *dot)
{
	const struct pq_report_input *in = b->in;
	struct pq_legend l;

	pq_legend_init(&l, in->arena);
	pq_legend_profile(&l, in->view); /* even where it is not wanted */
	for (size_t i = 0; i < in->filters->n; i++)
		pq_legend_add(&l, in->filters->lines[i]);
	pq_legend_nodes(&l, in->view);
	dot->n_legend = l.n;
	dot->legend = PQ_ARENA_NEW(in->arena, struct pq_text, l.n);
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
			    const char *ampersand)
{
	const struct pq_graph *g = &in->view->graph;
	struct pq_dot_builder b = { .in = in, .ampersand = ampersand };
	struct pq_dot *dot = pq_arena_zeroed(in->arena, sizeof(*dot));
	uint32_t *numbers;
	int64_t most;

	pq_view_graph(in->view);
	numbers = pq_arena_zeroed(in->arena, pq_size_mul(g->nodes.n, 4));
	build_title(&b, dot);
	build_legend(&b, dot);
	dot->n_nodes = g->listed.n;
	dot->nodes = pq_arena_zeroed(
		in->arena, pq_size_mul(g->listed.n, sizeof(*dot->nodes)));
	most = most_flat(g);
	for (size_t i = 0; i < g->listed.n; i++) {
		numbers[g->listed.at[i]] = (uint32_t)i + 1;
		fill_node(&b, &dot->nodes[i], g->listed.at[i], (unsigned)i + 1,
			  most);
	}
	build_edges(&b, dot, numbers);
	pq_buf_release(&b.text);
	pq_buf_release(&b.raw);
	return dot;
}

/* ---- text ---- */

static void put(struct pq_out *out, struct pq_text escaped)
{
	pq_out_raw(out, escaped.bytes, escaped.len);
}

/* ATTRIBUTE"TEXT" */
static void put_attribute(struct pq_out *out, const char *attribute,
			  struct pq_text escaped)
{
	pq_out_str(out, attribute);
	pq_out_str(out, "\"");
	put(out, escaped);
	pq_out_str(out, "\"");
}

/* Whether a line could be taken for the name of a node. */
static bool is_like_an_id(struct pq_text line)
{
	return line.len > 1 && line.bytes[0] == 'N' &&
	       (line.bytes[1] == 'N' ||
		(line.bytes[1] >= '0' && line.bytes[1] <= '9'));
}

static void print_legend_name(const struct pq_dot *dot, enum pq_dot_use use,
			      struct pq_out *out)
{
	if (use == PQ_DOT_FOR_LAYOUT) {
		pq_out_str(out, "\"legend\" [id=\"legend\" ");
		return;
	}
	pq_out_str(out, is_like_an_id(dot->legend[0]) ? "\"legend " : "\"");
	put(out, dot->legend[0]);
	pq_out_str(out, "\" [");
}

static void print_legend(const struct pq_dot *dot, enum pq_dot_use use,
			 struct pq_out *out)
{
	pq_out_str(out, "subgraph cluster_L { ");
	print_legend_name(dot, use, out);
	pq_out_str(out, "shape=box fontsize=16 label=\"");
	for (size_t i = 0; i < dot->n_legend; i++) {
		put(out, dot->legend[i]);
		pq_out_str(out, "\\l");
	}
	pq_out_str(out, "\\lSee https://git.io/JfYMW for how to read the "
			"graph\\l\"");
	if (dot->title.len)
		put_attribute(out, " tooltip=", dot->title);
	pq_out_str(out, "] }\n");
}

/* In pictures the smallest text can be read when all of it is in view. */
static unsigned font_of(unsigned size, enum pq_dot_use use)
{
	return use == PQ_DOT_FOR_LAYOUT && size < 11 ? 11 : size;
}

static void print_box(const struct pq_dot_box *box, enum pq_dot_use use,
		      struct pq_out *out)
{
	put(out, box->id);
	put_attribute(out, " [label = ", box->label);
	put_attribute(out, " id=", box->id);
	pq_out_printf(out, " fontsize=%u", font_of(8, use));
	put_attribute(out, " shape=box3d tooltip=", box->value);
	pq_out_str(out, "]\n");
	put(out, box->from);
	pq_out_str(out, " -> ");
	put(out, box->id);
	pq_out_str(out, " [label=\" ");
	put(out, box->value);
	put_attribute(out, "\" weight=100 tooltip=", box->value);
	put_attribute(out, " labeltooltip=", box->value);
	pq_out_str(out, box->dotted ? " style=\"dotted\"]\n" : "]\n");
}

static void print_node(const struct pq_dot_node *n, unsigned number,
		       enum pq_dot_use use, struct pq_out *out)
{
	pq_out_printf(out, "N%u ", number);
	put_attribute(out, "[label=", n->label);
	pq_out_printf(out, " id=\"node%u\" fontsize=%u shape=box", number,
		      font_of(n->font_size, use));
	put_attribute(out, " tooltip=", n->tooltip);
	pq_out_printf(out, " color=\"%s\" fillcolor=\"%s\"]\n", n->color.text,
		      n->fill.text);
	for (size_t i = 0; i < n->boxes.n; i++)
		print_box(&n->boxes.at[i], use, out);
}

static void print_edge(const struct pq_dot_edge *e, struct pq_out *out)
{
	pq_out_printf(out, "N%u -> N%u [label=\" ", e->from, e->to);
	put(out, e->value);
	pq_out_str(out, e->is_inline ? "\\n (inline)\"" : "\"");
	if (e->weight > 1)
		pq_out_printf(out, " weight=%u", e->weight);
	if (e->pen_width > 1)
		pq_out_printf(out, " penwidth=%u", e->pen_width);
	if (e->has_color)
		pq_out_printf(out, " color=\"%s\"", e->color.text);
	put_attribute(out, " tooltip=", e->tooltip);
	put_attribute(out, " labeltooltip=", e->tooltip);
	pq_out_str(out, e->residual ? " style=\"dotted\"" : "");
	pq_out_str(out, e->long_way ? " minlen=2]\n" : "]\n");
}

void pq_dot_print(const struct pq_dot *dot, enum pq_dot_use use,
		  struct pq_out *out)
{
	bool named = dot->title.len && use == PQ_DOT_FOR_READERS;

	put_attribute(out, "digraph ", named ? dot->title : PQ_TEXT("unnamed"));
	pq_out_str(out, " {\nnode [style=filled fillcolor=\"#f8f8f8\"]\n");
	if (use == PQ_DOT_FOR_LAYOUT)
		pq_out_str(out, "graph [ranksep=0.3]\nedge [fontsize=11]\n");
	print_legend(dot, use, out);
	for (size_t i = 0; i < dot->n_nodes && !pq_out_stopped(out); i++)
		print_node(&dot->nodes[i], (unsigned)i + 1, use, out);
	for (size_t i = 0; i < dot->n_edges && !pq_out_stopped(out); i++)
		print_edge(&dot->edges[i], out);
	pq_out_str(out, "}\n");
}

static void *dot_build(const struct pq_report_input *in, struct pq_error *err)
{
	(void)err;
	return pq_dot_build(in, "&");
}

static void dot_text(const void *rows, struct pq_out *out)
{
	pq_dot_print(rows, PQ_DOT_FOR_READERS, out);
}

const struct pq_report pq_emit_dot = {
	.with_edges = true,
	.visual = true,
	.label_units = true,
	.call_tree = true,
	.default_nodecount = 80,
	.build = dot_build,
	.text = dot_text,
};
