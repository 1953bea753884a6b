#include "base/units.h"
#include "report/report.h"
#include "report/cells.h"
#include "report/header.h"

#include "base/banned.h"

/* top, text: nodes ranked by flat or cumulative value. */

struct row {
	int64_t flat, sum, cum;
	struct pq_text name;
	enum pq_inlining inlining;
};

struct top {
	const struct pq_view *view;
	struct pq_notes header;
	struct row *rows;
	size_t n;
};

static void *top_build(const struct pq_report_input *in, struct pq_error *err)
{
	const struct pq_graph *g = &in->view->graph;
	struct top *top = PQ_ARENA_NEW(in->arena, struct top, 1);
	int64_t sum = 0;

	(void)err;
	pq_view_graph(in->view);
	pq_header_build(&top->header, in);
	top->view = in->view;
	top->n = g->listed.n;
	top->rows = PQ_ARENA_NEW(in->arena, struct row, top->n);
	for (size_t i = 0; i < top->n; i++) {
		const struct pq_node *n = &g->nodes.at[g->listed.at[i]];
		struct row *row = &top->rows[i];

		/* Means are taken here; printing does no arithmetic. */
		row->flat = pq_node_flat(n);
		row->cum = pq_node_cum(n);
		row->sum = sum = pq_add(sum, row->flat);
		row->name = n->label;
		row->inlining = pq_node_inlining(g, n);
	}
	return top;
}

static const char *const marks[] = {
	[PQ_INLINE_NO] = "",
	[PQ_INLINE_SOME] = " (partial-inline)",
	[PQ_INLINE_ALL] = " (inline)",
};

static void top_text(const void *rows, struct pq_out *out)
{
	const struct top *top = rows;
	struct pq_cells c = { .view = top->view, .out = out };

	pq_header_print(&top->header, out);
	pq_out_str(out, "      flat  flat%   sum%        cum   cum%\n");
	for (size_t i = 0; i < top->n; i++) {
		const struct row *row = &top->rows[i];

		pq_cells_node(&c, row->flat, row->sum, row->cum);
		pq_out_str(out, "  ");
		/* A large value of its own makes a name stand out. */
		pq_cells_emphasis(&c, row->flat);
		pq_out_text(out, row->name);
		pq_out_style(out, PQ_STYLE_NONE);
		pq_out_str(out, marks[row->inlining]);
		pq_out_str(out, "\n");
	}
	pq_cells_release(&c);
}

static const struct pq_column columns[] = {
	{ "name", PQ_COLUMN_TEXT, "printable name of the node",
	  .heading = "Name", .width = 24 },
	{ "flat", PQ_COLUMN_VALUE, "value of the node itself",
	  .heading = "Flat", .width = 10 },
	{ "cum", PQ_COLUMN_VALUE, "value with everything it calls",
	  .heading = "Cum", .width = 10 },
	{ "inline", PQ_COLUMN_TEXT,
	  "\"all\", \"some\" or \"no\" of its "
	  "calls were inlined",
	  .heading = "Inlined", .width = 12 },
	{ .kind = PQ_COLUMN_END },
};

static const char *const words[] = {
	[PQ_INLINE_NO] = "no",
	[PQ_INLINE_SOME] = "some",
	[PQ_INLINE_ALL] = "all",
};

static void top_put(const void *rows, struct pq_rows *w)
{
	const struct top *top = rows;

	for (size_t i = 0; i < top->n && !pq_rows_stopped(w); i++) {
		const struct row *row = &top->rows[i];

		pq_rows_begin(w);
		pq_rows_text(w, row->name);
		pq_rows_value(w, row->flat);
		pq_rows_value(w, row->cum);
		pq_rows_text(w, pq_text_of(words[row->inlining]));
		pq_rows_end(w);
	}
}

const struct pq_report pq_report_top = {
	.view = { .lists_nodes = true },
	.names_last = true,
	.build = top_build,
	.text = top_text,
	.sections = { { "rows", "nodes in the order of the report", columns,
			top_put } },
};
