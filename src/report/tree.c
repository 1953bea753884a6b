#include "base/mem.h"
#include "base/regex.h"
#include "base/units.h"
#include "report/report.h"
#include "report/cells.h"
#include "report/header.h"

#include "base/banned.h"

/* tree: each node between its callers and callees; peek: those that match. */

#define RULE                                                                 \
	"----------------------------------------------------------+-------" \
	"------\n"

struct edge_row {
	int64_t weight;
	struct pq_text name;
	bool is_inline;
};

struct row {
	int64_t flat, sum, cum;
	struct pq_text name;
	struct edge_row *callers, *callees;
	size_t n_callers, n_callees;
};

struct tree {
	const struct pq_view *view;
	struct pq_notes header;
	struct row *rows;
	size_t n;
	bool any_node;
};

static struct edge_row *edge_rows(const struct pq_report_input *in,
				  uint32_t first, uint32_t n, bool callers)
{
	const struct pq_graph *g = &in->view->graph;
	struct edge_row *rows = PQ_ARENA_NEW(in->arena, struct edge_row, n);

	for (uint32_t i = 0; i < n; i++) {
		const struct pq_edge *e =
			&g->edges.at[g->edge_order.at[first + i]];

		rows[i].weight = e->weight;
		rows[i].name = g->nodes.at[callers ? e->from : e->to].label;
		rows[i].is_inline = e->is_inline;
	}
	return rows;
}

static void fill_row(const struct pq_report_input *in, struct row *row,
		     const struct pq_node *n)
{
	row->flat = pq_node_flat(n);
	row->cum = pq_node_cum(n);
	row->name = n->label;
	row->n_callers = n->n_in;
	row->callers = edge_rows(in, n->first_in, n->n_in, true);
	row->n_callees = n->n_out;
	row->callees = edge_rows(in, n->first_out, n->n_out, false);
}

static bool matches_any_label(const struct pq_graph *g,
			      const struct pq_regex *only)
{
	for (size_t i = 0; i < g->listed.n; i++)
		if (pq_regex_match(only, g->nodes.at[g->listed.at[i]].label))
			return true;
	return false;
}

static bool is_shown(const struct pq_graph *g, const struct pq_node *n,
		     const struct pq_regex *only, bool by_label)
{
	if (!only)
		return true;
	return pq_regex_match(
		only, by_label ? n->label : pq_intern_text(&g->texts, n->name));
}

static struct tree *build(const struct pq_report_input *in,
			  const struct pq_regex *only)
{
	const struct pq_graph *g = &in->view->graph;
	struct tree *tree = PQ_ARENA_NEW(in->arena, struct tree, 1);
	int64_t sum = 0;
	bool by_label;

	pq_view_graph(in->view);
	/*
	 * Labels of lines have a place behind the name, so that ^name$ is in
	 * none of them: in links of the page it means the name.
	 */
	by_label = !in->takes_names || (only && matches_any_label(g, only));
	pq_header_build(&tree->header, in);
	tree->view = in->view;
	tree->n = 0;
	tree->any_node = g->listed.n > 0;
	tree->rows = PQ_ARENA_NEW(in->arena, struct row, g->listed.n);
	for (size_t i = 0; i < g->listed.n; i++) {
		const struct pq_node *n = &g->nodes.at[g->listed.at[i]];
		struct row *row = &tree->rows[tree->n];

		/* With an expression, matching nodes only: that is peek. */
		if (!is_shown(g, n, only, by_label))
			continue;
		fill_row(in, row, n);
		/* The running sum is of the rows that are shown. */
		row->sum = sum = pq_add(sum, row->flat);
		tree->n++;
	}
	return tree;
}

static void *tree_build(const struct pq_report_input *in, struct pq_error *err)
{
	(void)err;
	return build(in, NULL);
}

static void *peek_build(const struct pq_report_input *in, struct pq_error *err)
{
	struct tree *tree = build(in, in->regex);

	if (!tree->n)
		return pq_report_no_match(in, err);
	return tree;
}

static void print_edges(struct pq_cells *c, const struct edge_row *rows,
			size_t n, int64_t whole)
{
	for (size_t i = 0; i < n; i++) {
		pq_cells_value(c, rows[i].weight, 50);
		pq_out_str(c->out, " ");
		pq_cells_share(c, rows[i].weight, whole);
		pq_out_str(c->out, " |   ");
		pq_out_text(c->out, rows[i].name);
		pq_out_str(c->out, rows[i].is_inline ? " (inline)\n" : "\n");
	}
}

static void tree_text(const void *rows, struct pq_out *out)
{
	const struct tree *tree = rows;
	struct pq_cells c = { .view = tree->view, .out = out };

	pq_header_print(&tree->header, out);
	pq_out_str(out, RULE "      flat  flat%   sum%        cum   cum%   "
			     "calls calls% + context \t \t \n");
	for (size_t i = 0; i < tree->n; i++) {
		const struct row *row = &tree->rows[i];

		/* Callers, the node itself, callees. */
		pq_out_str(out, RULE);
		print_edges(&c, row->callers, row->n_callers, row->cum);
		pq_cells_node(&c, row->flat, row->sum, row->cum);
		pq_out_str(out, "                | ");
		pq_out_style(out, PQ_STYLE_BOLD);
		pq_out_text(out, row->name);
		pq_out_style(out, PQ_STYLE_NONE);
		pq_out_str(out, "\n");
		print_edges(&c, row->callees, row->n_callees, row->cum);
	}
	/* The last rule closes the table; one without nodes has none. */
	if (tree->any_node)
		pq_out_str(out, RULE);
	pq_cells_release(&c);
}

static const struct pq_column edge_columns[] = {
	{ "name", PQ_COLUMN_TEXT, "printable name of the other end",
	  .heading = "Name", .width = 24 },
	{ "weight", PQ_COLUMN_VALUE, "value of the calls between the two",
	  .heading = "Weight", .width = 10 },
	{ "inline", PQ_COLUMN_BOOL, "whether all these calls are inlined",
	  .heading = "Inlined", .width = 5 },
	{ .kind = PQ_COLUMN_END },
};

static const struct pq_column columns[] = {
	{ "name", PQ_COLUMN_TEXT, "printable name of the node",
	  .heading = "Name", .width = 24 },
	{ "flat", PQ_COLUMN_VALUE, "value of the node itself",
	  .heading = "Flat", .width = 10 },
	{ "cum", PQ_COLUMN_VALUE, "value with everything it calls",
	  .heading = "Cum", .width = 10 },
	{ "callers", PQ_COLUMN_LIST, "nodes that call it", .heading = "Callers",
	  .items = edge_columns },
	{ "callees", PQ_COLUMN_LIST, "nodes that it calls",
	  .heading = "Callees", .items = edge_columns },
	{ .kind = PQ_COLUMN_END },
};

static void put_edges(struct pq_rows *w, const struct edge_row *rows, size_t n)
{
	pq_rows_list(w);
	for (size_t i = 0; i < n; i++) {
		pq_rows_begin(w);
		pq_rows_text(w, rows[i].name);
		pq_rows_value(w, rows[i].weight);
		pq_rows_bool(w, rows[i].is_inline);
		pq_rows_end(w);
	}
	pq_rows_list_end(w);
}

static void tree_put(const void *rows, struct pq_rows *w)
{
	const struct tree *tree = rows;

	for (size_t i = 0; i < tree->n && !pq_rows_stopped(w); i++) {
		const struct row *row = &tree->rows[i];

		pq_rows_begin(w);
		pq_rows_text(w, row->name);
		pq_rows_value(w, row->flat);
		pq_rows_value(w, row->cum);
		put_edges(w, row->callers, row->n_callers);
		put_edges(w, row->callees, row->n_callees);
		pq_rows_end(w);
	}
}

#define TREE_SECTIONS                                                        \
	{                                                                    \
		{                                                            \
			"rows", "nodes in the order of the report", columns, \
				tree_put                                     \
		}                                                            \
	}

const struct pq_report pq_report_tree = {
	.view = { .lists_nodes = true,
		  .with_edges = true,
		  .default_nodecount = 80 },
	.names_last = true,
	.build = tree_build,
	.text = tree_text,
	.sections = TREE_SECTIONS,
};

const struct pq_report pq_report_peek = {
	.view = { .lists_nodes = true, .never_trims = true, .with_edges = true },
	.names_last = true,
	.build = peek_build,
	.text = tree_text,
	.sections = TREE_SECTIONS,
};
