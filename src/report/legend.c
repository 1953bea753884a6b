#include "report/legend.h"

#include "base/units.h"

#include "base/banned.h"

/* Takes what the buffer holds as a line and empties it. */
static void take_legend_line(struct pq_notes *l, struct pq_buf *b)
{
	pq_notes_add(l, pq_buf_view(b));
	pq_buf_clear(b);
}

static void add_field(struct pq_notes *l, struct pq_buf *b, const char *name,
		      const char *prefix, struct pq_text value)
{
	if (!value.len)
		return;
	pq_buf_str(b, name);
	pq_buf_str(b, prefix);
	pq_buf_text(b, value);
	take_legend_line(l, b);
}

/* The total as a share of the duration, for values that are times. */
static void put_time_share(const struct pq_view *v, struct pq_buf *b)
{
	struct pq_scaled ns;
	int64_t total;

	if (!pq_unit_is_time(v->sample_unit))
		return;
	ns = pq_unit_scale(v->total, v->sample_unit, PQ_TEXT("nanoseconds"));
	total = pq_trunc(ns.value);
	if (!total)
		return;
	pq_buf_char(b, '(');
	pq_percentage(b, total, v->p->duration_nanos);
	pq_buf_char(b, ')');
}

static void add_duration(struct pq_notes *l, struct pq_buf *b,
			 const struct pq_view *v)
{
	pq_buf_str(b, "Duration: ");
	pq_unit_label(b, v->p->duration_nanos, PQ_TEXT("nanoseconds"),
		      PQ_TEXT("auto"));
	pq_buf_str(b, ", Total samples = ");
	pq_view_value(v, b, v->total);
	pq_buf_char(b, ' ');
	put_time_share(v, b);
	take_legend_line(l, b);
}

void pq_legend_profile(struct pq_notes *l, const struct pq_view *v)
{
	const struct pq_profile *p = v->p;
	struct pq_buf b = { 0 };

	if (p->mappings.n) {
		const struct pq_mapping *m = &p->mappings.at[0];
		struct pq_text file = pq_string(p, m->file);

		/* The first mapping is the program. */
		add_field(l, &b, "File: ", "", pq_text_basename(file));
		add_field(l, &b, "Build ID: ", "", pq_string(p, m->build_id));
	}
	for (size_t i = 0; i < p->comments.n; i++) {
		struct pq_text comment = pq_string(p, p->comments.at[i]);

		/* Comments with a # are left out, as in the reference. */
		if (!pq_text_starts(comment, "#"))
			pq_notes_add(l, comment);
	}
	/* Facts of the profile, as far as they are known. */
	add_field(l, &b, "Type: ", v->o.shape.mean ? "mean_" : "", v->type);
	add_field(l, &b, "Doc: ", "", pq_string(p, p->doc_url));
	if (p->time_nanos) {
		pq_buf_str(&b, "Time: ");
		pq_time_header(&b, p->time_nanos);
		take_legend_line(l, &b);
	}
	if (p->duration_nanos)
		add_duration(l, &b, v);
	pq_buf_release(&b);
}

static void add_dropped(struct pq_notes *l, struct pq_buf *b,
			const struct pq_view *v)
{
	size_t n = v->n_dropped_nodes, shown = v->graph.listed.n;

	if (n) {
		/* Nodes below -nodefraction. */
		pq_buf_printf(b, "Dropped %zu %s (cum <= ", n,
			      n == 1 ? "node" : "nodes");
		pq_view_value(v, b,
			      pq_view_cutoff(v->total, v->o.nodefraction));
		pq_buf_char(b, ')');
		take_legend_line(l, b);
	}
	/* Edges below -edgefraction, which drawings only name. */
	n = v->o.visual ? v->n_dropped_edges : 0;
	if (n) {
		pq_buf_printf(b, "Dropped %zu %s (freq <= ", n,
			      n == 1 ? "edge" : "edges");
		pq_view_value(v, b,
			      pq_view_cutoff(v->total, v->o.edgefraction));
		pq_buf_char(b, ')');
		take_legend_line(l, b);
	}
	/* Nodes beyond -nodecount. */
	if (shown && shown < v->n_above_cutoff) {
		pq_buf_printf(b, "Showing top %zu nodes out of %zu", shown,
			      v->n_above_cutoff);
		take_legend_line(l, b);
	}
}

void pq_legend_nodes(struct pq_notes *l, const struct pq_view *v)
{
	const struct pq_graph *g = &v->graph;
	struct pq_buf b = { 0 };
	int64_t sum = 0;

	/* The sum is of listed nodes: trimmed ones are not in it. */
	for (size_t i = 0; i < g->listed.n; i++)
		sum = pq_add(sum, pq_node_flat(&g->nodes.at[g->listed.at[i]]));
	pq_buf_str(&b, "Showing nodes accounting for ");
	pq_view_value(v, &b, sum);
	pq_buf_str(&b, ", ");
	pq_percentage_trimmed(&b, sum, v->total);
	pq_buf_str(&b, " of ");
	pq_view_value(v, &b, v->total);
	pq_buf_str(&b, " total");
	take_legend_line(l, &b);
	if (v->total)
		add_dropped(l, &b, v);
	pq_buf_release(&b);
}
