#include "render/json.h"

#include <string.h>

#include "base/mem.h"
#include "render/json_rows.h"
#include "render/json_writer.h"

#include "base/banned.h"

static void put_member_text(struct pq_json_writer *w, const char *name,
			    struct pq_text value)
{
	pq_json_put_name(w, name);
	pq_json_put_text(w, value);
}

static void put_member_int(struct pq_json_writer *w, const char *name,
			   int64_t value)
{
	pq_json_put_name(w, name);
	pq_json_put_int(w, value);
}

/* A member of the envelope begins a line. */
static void begin_envelope_member(struct pq_json_writer *w, const char *name)
{
	pq_json_break_line(w);
	pq_json_put_name(w, name);
}

static void put_profile(struct pq_json_writer *w, const struct pq_view *v)
{
	const struct pq_profile *p = v->p;

	begin_envelope_member(w, "profile");
	pq_json_open_object(w);
	/* The main binary comes first among mappings. */
	if (p->mappings.n) {
		const struct pq_mapping *m = &p->mappings.at[0];

		put_member_text(w, "file", pq_string(p, m->file));
		put_member_text(w, "build_id", pq_string(p, m->build_id));
	}
	put_member_text(w, "sample_type", v->type);
	/* Means must not be added up: readers have to know of them. */
	pq_json_put_name(w, "mean");
	pq_json_put_bool(w, v->o.shape.mean);
	put_member_int(w, "time_nanos", p->time_nanos);
	put_member_int(w, "duration_nanos", p->duration_nanos);
	put_member_text(w, "period_type", pq_string(p, p->period_type.type));
	put_member_text(w, "period_unit", pq_string(p, p->period_type.unit));
	put_member_int(w, "period", p->period);
	put_member_text(w, "doc_url", pq_string(p, p->doc_url));
	pq_json_put_name(w, "comments");
	pq_json_open_list(w);
	for (size_t i = 0; i < p->comments.n; i++)
		pq_json_put_text(w, pq_string(p, p->comments.at[i]));
	pq_json_close_list(w);
	pq_json_close_object(w);
}

static void put_value_unit(struct pq_json_writer *w, const struct pq_view *v)
{
	begin_envelope_member(w, "units");
	pq_json_open_object(w);
	put_member_text(w, "value", v->sample_unit);
	pq_json_close_object(w);
}

static void put_filters(struct pq_json_writer *w,
			const struct pq_json_input *in)
{
	begin_envelope_member(w, "filters");
	pq_json_open_object(w);
	for (size_t i = 0; i < in->n_filters; i++)
		put_member_text(w, in->filters[i].name, in->filters[i].value);
	pq_json_close_object(w);
}

/* Rows stand compact, each on a line of its own. */
static void put_section(struct pq_json_writer *w, const struct pq_section *s,
			const void *rows, const struct pq_json_paging *page,
			int64_t *n)
{
	struct pq_json_rows j;

	begin_envelope_member(w, s->name);
	pq_json_open_list(w);
	w->spaced = false;
	pq_json_rows_init(&j, w, s->columns);
	if (page) {
		j.first = page->from;
		j.most = page->rows;
	}
	/* Rows before the page are counted, and not written. */
	s->put(rows, &j.rows);
	*n = j.n;
	w->spaced = true;
	if (pq_json_any(w))
		pq_json_break_line(w);
	pq_json_close_list(w);
}

/* Whether the report says itself what the total is. */
static bool has_own_total(const struct pq_report *report)
{
	const struct pq_column *c = report->head.columns;

	while (c && c->kind != PQ_COLUMN_END && strcmp(c->name, "total"))
		c++;
	return c && c->kind != PQ_COLUMN_END;
}

static void put_report_head(struct pq_json_writer *w,
			    const struct pq_json_input *in, const void *rows)
{
	struct pq_json_rows j;

	/* A head with a total of its own stands for the common one. */
	if (!has_own_total(in->report)) {
		begin_envelope_member(w, "total");
		pq_json_put_int(w, in->view->total);
	}
	if (!in->report->head.put)
		return;
	pq_json_rows_init(&j, w, in->report->head.columns);
	/* Members go into the envelope itself, with no object around. */
	j.bare = true;
	in->report->head.put(rows, &j.rows);
}

/* The first section is the one that has pages. */
static int64_t put_sections(struct pq_json_writer *w,
			    const struct pq_json_input *in, const void *rows)
{
	int64_t of = 0, n;

	for (size_t i = 0; i < PQ_REPORT_SECTIONS; i++) {
		const struct pq_section *s = &in->report->sections[i];

		if (!s->put)
			continue;
		put_section(w, s, rows,
			    !i && in->page.is_set ? &in->page : NULL, &n);
		if (!i)
			of = n;
	}
	return of;
}

static void put_paging(struct pq_json_writer *w,
		       const struct pq_json_paging *page, int64_t of)
{
	begin_envelope_member(w, "paging");
	pq_json_open_object(w);
	put_member_int(w, "from", page->from);
	put_member_int(w, "rows", page->rows);
	put_member_int(w, "of", of);
	pq_json_close_object(w);
}

static void put_dropped(struct pq_json_writer *w, const struct pq_view *v)
{
	size_t shown = v->graph.listed.n, above = v->n_above_cutoff;

	begin_envelope_member(w, "dropped");
	pq_json_open_object(w);
	put_member_int(w, "nodes", (int64_t)v->n_dropped_nodes);
	put_member_int(w, "node_cutoff",
		       pq_view_cutoff(v->total, v->o.nodefraction));
	put_member_int(w, "edges", (int64_t)v->n_dropped_edges);
	put_member_int(w, "not_shown",
		       above > shown ? (int64_t)(above - shown) : 0);
	pq_json_close_object(w);
}

static void put_warnings(struct pq_json_writer *w,
			 const struct pq_json_input *in)
{
	begin_envelope_member(w, "warnings");
	pq_json_open_list(w);
	for (size_t i = 0; i < in->n_warnings; i++)
		pq_json_put_text(w, in->warnings[i]);
	pq_json_close_list(w);
}

void pq_json_report(const struct pq_json_input *in, const void *rows,
		    struct pq_out *out)
{
	struct pq_json_writer w;
	int64_t of;

	pq_json_begin(&w, out);
	w.spaced = true;
	pq_json_open_object(&w);
	put_member_text(&w, "report", pq_text_of(in->name));
	/* profile, units and filters that the numbers come from */
	put_profile(&w, in->view);
	put_value_unit(&w, in->view);
	put_filters(&w, in);
	put_report_head(&w, in, rows);
	/* the report's own tables */
	of = put_sections(&w, in, rows);
	/* rows that were left out, and notes */
	put_dropped(&w, in->view);
	put_warnings(&w, in);
	if (in->page.is_set)
		put_paging(&w, &in->page, of);
	pq_json_break_line(&w);
	pq_json_close_object(&w);
	pq_out_str(out, "\n");
	pq_json_end(&w);
}
