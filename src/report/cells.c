#include "report/cells.h"

#include "base/units.h"

#include "base/banned.h"

void pq_cells_value(struct pq_cells *c, int64_t value, int width)
{
	pq_buf_clear(&c->scratch);
	pq_view_value(c->view, &c->scratch, value);
	pq_out_pad(c->out, pq_buf_view(&c->scratch), width);
}

void pq_cells_share(struct pq_cells *c, int64_t value, int64_t whole)
{
	pq_buf_clear(&c->scratch);
	pq_percentage(&c->scratch, value, whole);
	pq_out_text(c->out, pq_buf_view(&c->scratch));
}

void pq_cells_node(struct pq_cells *c, int64_t flat, int64_t sum, int64_t cum)
{
	int64_t total = c->view->total;

	pq_cells_value(c, flat, 10);
	pq_out_str(c->out, " ");
	pq_cells_share(c, flat, total);
	pq_out_str(c->out, " ");
	pq_cells_share(c, sum, total);
	pq_out_str(c->out, " ");
	pq_cells_value(c, cum, 10);
	pq_out_str(c->out, " ");
	pq_cells_share(c, cum, total);
}

void pq_cells_emphasis(struct pq_cells *c, int64_t value)
{
	int64_t total = c->view->total;

	if (total && pq_abs(value) >= pq_abs(total / 10))
		pq_out_style(c->out, PQ_STYLE_BOLD);
}

void pq_cells_release(struct pq_cells *c)
{
	pq_buf_release(&c->scratch);
}
