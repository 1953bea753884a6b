#include "draw/dot.h"

#include "draw/dot_diff.h"
#include "draw/graph_json.h"

#include "base/banned.h"

/* dot: the call graph in graphviz's language. */

static void put_escaped(struct pq_out *out, struct pq_text escaped)
{
	pq_out_raw(out, pq_unchecked_bytes(escaped.bytes), escaped.len);
}

/* ATTRIBUTE"TEXT" */
static void put_attribute(struct pq_out *out, const char *attribute,
			  struct pq_text escaped)
{
	pq_out_str(out, attribute);
	pq_out_str(out, "\"");
	put_escaped(out, escaped);
	pq_out_str(out, "\"");
}

/* Whether a line could be taken for the name of a node. */
static bool is_like_an_id(struct pq_text line)
{
	return line.len > 1 && line.bytes[0] == 'N' &&
	       (line.bytes[1] == 'N' || pq_is_digit(line.bytes[1]));
}

static void print_legend_name(const struct pq_dot *dot, enum pq_dot_use use,
			      struct pq_out *out)
{
	if (use == PQ_DOT_FOR_LAYOUT) {
		pq_out_str(out, "\"legend\" [id=\"legend\" ");
		return;
	}
	pq_out_str(out, is_like_an_id(dot->legend[0]) ? "\"legend " : "\"");
	put_escaped(out, dot->legend[0]);
	pq_out_str(out, "\" [");
}

static void print_legend(const struct pq_dot *dot, enum pq_dot_use use,
			 struct pq_out *out)
{
	pq_out_str(out, "subgraph cluster_L { ");
	print_legend_name(dot, use, out);
	pq_out_str(out, "shape=box fontsize=16 label=\"");
	for (size_t i = 0; i < dot->n_legend; i++) {
		put_escaped(out, dot->legend[i]);
		pq_out_str(out, "\\l");
	}
	/* Pictures are our own: they do not send readers to others' pages. */
	if (use == PQ_DOT_FOR_READERS)
		pq_out_str(out, "\\lSee https://git.io/JfYMW for how to read "
				"the graph\\l");
	pq_out_str(out, "\"");
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
	put_escaped(out, box->id);
	put_attribute(out, " [label = ", box->label);
	put_attribute(out, " id=", box->id);
	pq_out_printf(out, " fontsize=%u", font_of(8, use));
	put_attribute(out, " shape=box3d tooltip=", box->value);
	pq_out_str(out, "]\n");
	/* The weight of its edge keeps a box close to its node. */
	put_escaped(out, box->from);
	pq_out_str(out, " -> ");
	put_escaped(out, box->id);
	pq_out_str(out, " [label=\" ");
	put_escaped(out, box->value);
	put_attribute(out, "\" weight=100 tooltip=", box->value);
	put_attribute(out, " labeltooltip=", box->value);
	pq_out_str(out, box->dotted ? " style=\"dotted\"]\n" : "]\n");
}

/* A picture in svg has its colors by the class. */
static void print_class(struct pq_dot_class class, enum pq_dot_use use,
			struct pq_out *out)
{
	if (use == PQ_DOT_FOR_LAYOUT && class.text[0])
		pq_out_printf(out, " class=\"%s\"", class.text);
}

static void print_node(const struct pq_dot_node *n, unsigned number,
		       enum pq_dot_use use, struct pq_out *out)
{
	pq_out_printf(out, "N%u ", number);
	put_attribute(out, "[label=", n->label);
	pq_out_printf(out, " id=\"node%u\" fontsize=%u shape=box", number,
		      font_of(n->font_size, use));
	put_attribute(out, " tooltip=", n->tooltip);
	print_class(n->class, use, out);
	pq_out_printf(out, " color=\"%s\" fillcolor=\"%s\"]\n", n->color.text,
		      n->fill.text);
	for (size_t i = 0; i < n->boxes.n; i++)
		if (!n->boxes.at[i].is_left_out)
			print_box(&n->boxes.at[i], use, out);
}

static void print_edge(const struct pq_dot_edge *e, enum pq_dot_use use,
		       struct pq_out *out)
{
	pq_out_printf(out, "N%u -> N%u [label=\" ", e->from, e->to);
	put_escaped(out, e->value);
	pq_out_str(out, e->is_inline ? "\\n (inline)\"" : "\"");
	/* The reference leaves out a weight of 1, graphviz's default. */
	if (e->weight > 1)
		pq_out_printf(out, " weight=%u", e->weight);
	if (e->pen_width > 1)
		pq_out_printf(out, " penwidth=%u", e->pen_width);
	print_class(e->class, use, out);
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
		print_edge(&dot->edges[i], use, out);
	pq_out_str(out, "}\n");
}

static void *dot_build(const struct pq_report_input *in, struct pq_error *err)
{
	(void)err;
	return pq_dot_build(in, PQ_DOT_FOR_READERS);
}

static void dot_text(const void *rows, struct pq_out *out)
{
	pq_dot_print(rows, PQ_DOT_FOR_READERS, out);
}

const struct pq_report pq_emit_dot = {
	.takes = PQ_TAKES_ONE_OR_SIDES,
	.view = { .with_edges = true,
		  .visual = true,
		  .label_units = true,
		  .call_tree = true,
		  .default_nodecount = 80 },
	.before = pq_dot_diff_before,
	.build = dot_build,
	.text = dot_text,
	.sections = PQ_GRAPH_SECTIONS,
};
