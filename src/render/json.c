#include "render/json.h"

#include <stdio.h>

#include "base/mem.h"
#include "render/json_rows.h"
#include "render/json_text.h"

#include "base/banned.h"

struct envelope {
	struct pq_out *out;
	struct pq_buf scratch;
	bool any; /* a member of the object under way was printed */
};

static void put_text(struct envelope *e, struct pq_text text)
{
	pq_buf_clear(&e->scratch);
	pq_json_text(&e->scratch, text);
	pq_out_raw(e->out, pq_unchecked_bytes(e->scratch.data), e->scratch.len);
}

static void put_name(struct envelope *e, const char *name)
{
	pq_out_str(e->out, e->any ? ", " : "");
	put_text(e, pq_text_of(name));
	pq_out_str(e->out, ": ");
	e->any = true;
}

static void member_text(struct envelope *e, const char *name,
			struct pq_text value)
{
	put_name(e, name);
	put_text(e, value);
}

static void member_int(struct envelope *e, const char *name, int64_t value)
{
	put_name(e, name);
	pq_out_printf(e->out, "%lld", (long long)value);
}

static void open_object(struct envelope *e, const char *name)
{
	pq_out_str(e->out, ",\n");
	e->any = false;
	put_name(e, name);
	pq_out_str(e->out, "{");
	e->any = false;
}

static void close_object(struct envelope *e)
{
	pq_out_str(e->out, "}");
	e->any = true;
}

static void put_profile(struct envelope *e, const struct pq_view *v)
{
	const struct pq_profile *p = v->p;

	open_object(e, "profile");
	if (p->mappings.n) {
		const struct pq_mapping *m = &p->mappings.at[0];

		member_text(e, "file", pq_string(p, m->file));
		member_text(e, "build_id", pq_string(p, m->build_id));
	}
	member_text(e, "sample_type", v->type);
	put_name(e, "mean");
	pq_out_str(e->out, v->o.shape.mean ? "true" : "false");
	member_int(e, "time_nanos", p->time_nanos);
	member_int(e, "duration_nanos", p->duration_nanos);
	member_text(e, "period_type", pq_string(p, p->period_type.type));
	member_text(e, "period_unit", pq_string(p, p->period_type.unit));
	member_int(e, "period", p->period);
	member_text(e, "doc_url", pq_string(p, p->doc_url));
	put_name(e, "comments");
	pq_out_str(e->out, "[");
	for (size_t i = 0; i < p->comments.n; i++) {
		pq_out_str(e->out, i ? ", " : "");
		put_text(e, pq_string(p, p->comments.at[i]));
	}
	pq_out_str(e->out, "]");
	close_object(e);
}

static void put_section(struct envelope *e, const struct pq_section *s,
			const void *rows)
{
	struct pq_json_rows j;

	pq_out_str(e->out, ",\n");
	e->any = false;
	put_name(e, s->name);
	pq_out_str(e->out, "[");
	pq_json_rows_init(&j, e->out, s->columns);
	s->put(rows, &j.rows);
	pq_out_str(e->out, j.any ? "\n]" : "]");
	pq_json_rows_release(&j);
}

static void put_dropped(struct envelope *e, const struct pq_view *v)
{
	size_t shown = v->graph.listed.n, above = v->n_above_cutoff;

	open_object(e, "dropped");
	member_int(e, "nodes", (int64_t)v->n_dropped_nodes);
	member_int(e, "node_cutoff",
		   pq_view_cutoff(v->total, v->o.nodefraction));
	member_int(e, "edges", (int64_t)v->n_dropped_edges);
	member_int(e, "not_shown",
		   above > shown ? (int64_t)(above - shown) : 0);
	close_object(e);
}

void pq_json_report(const struct pq_json_input *in, const void *rows,
		    struct pq_out *out)
{
	struct envelope e = { .out = out };

	pq_out_str(out, "{");
	member_text(&e, "report", pq_text_of(in->name));
	put_profile(&e, in->view);
	open_object(&e, "units");
	member_text(&e, "value", in->view->sample_unit);
	close_object(&e);
	open_object(&e, "filters");
	for (size_t i = 0; i < in->n_filters; i++)
		member_text(&e, in->filters[i].name, in->filters[i].value);
	close_object(&e);
	pq_out_str(out, ",\n");
	e.any = false;
	member_int(&e, "total", in->view->total);
	for (size_t i = 0; i < PQ_REPORT_SECTIONS; i++)
		if (in->report->sections[i].put)
			put_section(&e, &in->report->sections[i], rows);
	put_dropped(&e, in->view);
	pq_out_str(out, ",\n");
	e.any = false;
	put_name(&e, "warnings");
	pq_out_str(out, "[");
	for (size_t i = 0; i < in->n_warnings; i++) {
		pq_out_str(out, i ? ", " : "");
		put_text(&e, in->warnings[i]);
	}
	pq_out_str(out, "]\n}\n");
	pq_buf_release(&e.scratch);
}
