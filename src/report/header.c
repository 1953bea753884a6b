#include "report/header.h"

#include "base/banned.h"

void pq_header_build(struct pq_notes *to, const struct pq_report_input *in)
{
	pq_notes_init(to, in->arena);
	if (!in->compact_labels)
		pq_legend_profile(to, in->view);
	for (size_t i = 0; i < in->filters->n; i++)
		pq_notes_add(to, in->filters->lines[i]);
	pq_legend_nodes(to, in->view);
}

void pq_header_print(const struct pq_notes *header, struct pq_out *out)
{
	pq_out_style(out, PQ_STYLE_DIM);
	pq_notes_print(header, "", out);
	pq_out_style(out, PQ_STYLE_NONE);
}
