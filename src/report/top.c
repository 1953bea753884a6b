#include "base/mem.h"
#include "base/units.h"
#include "report/header.h"


#include "base/banned.h"

/* top, text: nodes ranked by flat or cumulative value. */

struct row {
	struct pq_text flat, flat_share, sum_share, cum, cum_share, name;
	const char *mark;
};

struct top {
	struct pq_legend header;
	struct row *rows;
	size_t n;
};

static struct pq_text take(struct pq_arena *arena, struct pq_buf *b)
{
	struct pq_text text = { pq_arena_copy(arena, b->data, b->len), b->len };

	pq_buf_clear(b);
	return text;
}

static struct pq_text value_text(const struct pq_report_input *in,
				 struct pq_buf *b, int64_t value)
{
	pq_view_value(in->view, b, value);
	return take(in->arena, b);
}

static struct pq_text share_text(const struct pq_report_input *in,
				 struct pq_buf *b, int64_t value)
{
	pq_percentage(b, value, in->view->total);
	return take(in->arena, b);
}

static void *top_build(const struct pq_report_input *in, struct pq_error *err)
{
	struct pq_graph *g = &in->view->graph;
	struct top *top = PQ_ARENA_NEW(in->arena, struct top, 1);
	struct pq_buf b = { 0 };
	int64_t sum = 0;

	(void)err;
	pq_view_graph(in->view);
	pq_header_build(&top->header, in);
	top->n = g->listed.n;
	top->rows = PQ_ARENA_NEW(in->arena, struct row, top->n);
	for (size_t i = 0; i < top->n; i++) {
		const struct pq_node *n = &g->nodes.at[g->listed.at[i]];
		struct row *row = &top->rows[i];
		int64_t flat = pq_node_flat(n), cum = pq_node_cum(n);

		sum = pq_add(sum, flat);
		row->flat = value_text(in, &b, flat);
		row->flat_share = share_text(in, &b, flat);
		row->sum_share = share_text(in, &b, sum);
		row->cum = value_text(in, &b, cum);
		row->cum_share = share_text(in, &b, cum);
		row->name = n->label;
		row->mark = pq_node_inline_mark(g, n);
	}
	pq_buf_release(&b);
	return top;
}

static void top_text(const void *rows, struct pq_out *out)
{
	const struct top *top = rows;

	pq_header_print(&top->header, out);
	pq_out_str(out, "      flat  flat%   sum%        cum   cum%\n");
	for (size_t i = 0; i < top->n; i++) {
		const struct row *row = &top->rows[i];

		pq_out_pad(out, row->flat, 10);
		pq_out_str(out, " ");
		pq_out_text(out, row->flat_share);
		pq_out_str(out, " ");
		pq_out_text(out, row->sum_share);
		pq_out_str(out, " ");
		pq_out_pad(out, row->cum, 10);
		pq_out_str(out, " ");
		pq_out_text(out, row->cum_share);
		pq_out_str(out, "  ");
		pq_out_text(out, row->name);
		pq_out_str(out, row->mark);
		pq_out_str(out, "\n");
	}
}

const struct pq_report pq_report_top = {
	.build = top_build,
	.text = top_text,
};
