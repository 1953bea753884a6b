/*
 * topproto.c - the rows of top as a profile of their own.
 * command/commands.def has its row.
 */
#include "base/intern.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/units.h"
#include "export/write_profile.h"
#include "report/report.h"

#include "base/banned.h"

struct topproto {
	struct pq_profile *p;
	const struct pq_io_options *io;
};

struct top_profile {
	const struct pq_view *v;
	struct pq_profile *p;
	struct pq_map functions;
	PQ_VEC(const struct pq_node *) of_function; /* a node of each */
	uint32_t *strings; /* by text of the graph: string id + 1 */
};

static uint32_t copy_graph_text(struct top_profile *m, uint32_t text)
{
	const struct pq_graph *g = &m->v->graph;

	if (!m->strings[text])
		m->strings[text] =
			pq_profile_copy_string(m->p, pq_intern_text(&g->texts,
								    text)) +
			1;
	return m->strings[text] - 1;
}

static bool same_top_function(const void *ctx, uint32_t index, const void *key)
{
	const struct top_profile *m = ctx;
	const struct pq_node *a = m->of_function.at[index], *b = key;

	return a->name == b->name && a->file == b->file &&
	       a->start_line == b->start_line;
}

static uint32_t add_top_function(struct top_profile *m, const struct pq_node *n)
{
	uint64_t hash = pq_hash_mix((uint64_t)n->name << 32 | n->file,
				    (uint64_t)n->start_line);
	uint32_t fresh = (uint32_t)m->p->functions.n, id;
	struct pq_function f = { 0 };

	id = pq_map_intern(&m->functions, hash, same_top_function, m, n, fresh);
	if (id != fresh)
		return id;
	/* Rows of one name, file and first line are one function. */
	*pq_vec_push(&m->of_function) = n;
	f.id = (uint64_t)fresh + 1;
	f.name = copy_graph_text(m, n->name);
	f.filename = copy_graph_text(m, n->file);
	f.start_line = n->start_line;
	*pq_vec_push(&m->p->functions) = f;
	*pq_vec_push(&m->p->function_order) = fresh;
	return id;
}

static int64_t scale_row_value(const struct pq_view *v, int64_t value)
{
	return pq_trunc(
		pq_unit_scale(value, v->sample_unit, v->output_unit).value);
}

static void add_row_sample(struct top_profile *m, const struct pq_node *n)
{
	struct pq_profile *p = m->p;
	uint32_t at = (uint32_t)p->locations.n;
	int64_t values[2] = { scale_row_value(m->v, pq_node_cum(n)),
			      scale_row_value(m->v, pq_node_flat(n)) };
	struct pq_sample sample = { values, &at, 1, NULL, 0 };
	struct pq_line line = { n->line, n->column, add_top_function(m, n) };
	struct pq_location l = { .id = (uint64_t)at + 1,
				 .address = n->address,
				 .mapping = PQ_NONE,
				 .first_line = (uint32_t)p->lines.n,
				 .n_lines = 1 };

	/* Each row is a sample with one location of one line. */
	*pq_vec_push(&p->lines) = line;
	*pq_vec_push(&p->location_order) = at;
	*pq_vec_push(&p->locations) = l;
	pq_samples_add(&p->samples, &sample);
}

static void add_row_type(struct top_profile *m, struct pq_text type)
{
	struct pq_value_type t;

	t.type = pq_profile_copy_string(m->p, type);
	t.unit = pq_profile_copy_string(m->p, m->v->output_unit);
	*pq_vec_push(&m->p->sample_types) = t;
}

static void copy_profile_header(struct top_profile *m)
{
	const struct pq_profile *from = m->v->p;
	struct pq_profile *to = m->p;

	to->time_nanos = from->time_nanos;
	to->duration_nanos = from->duration_nanos;
	to->period = from->period;
	to->period_type.type = pq_profile_copy_string(
		to, pq_string(from, from->period_type.type));
	to->period_type.unit = pq_profile_copy_string(
		to, pq_string(from, from->period_type.unit));
}

static void *topproto_build(const struct pq_report_input *in,
			    struct pq_error *err)
{
	struct topproto *t = PQ_ARENA_NEW(in->arena, struct topproto, 1);
	const struct pq_graph *g = &in->view->graph;
	struct top_profile m = { .v = in->view };

	(void)err;
	pq_view_graph(in->view);
	t->io = in->io;
	t->p = m.p = pq_profile_new();
	m.p->samples.n_values = 2;

	/* Two values a row, as top has two columns. */
	m.strings = pq_alloc_zeroed(pq_size_mul(g->texts.texts.n, 4));
	add_row_type(&m, PQ_TEXT("cum"));
	add_row_type(&m, PQ_TEXT("flat"));
	for (size_t i = 0; i < g->listed.n; i++)
		add_row_sample(&m, &g->nodes.at[g->listed.at[i]]);
	copy_profile_header(&m);
	pq_map_release(&m.functions);
	pq_vec_release(&m.of_function);
	pq_free(m.strings);
	return t;
}

static void topproto_text(const void *rows, struct pq_out *out)
{
	const struct topproto *t = rows;

	pq_write_profile(t->p, t->io, out);
}

static void topproto_release(void *rows)
{
	struct topproto *t = rows;

	pq_profile_free(t->p);
}

const struct pq_report pq_emit_topproto = {
	.view = { .lists_nodes = true },
	.extension = "pb.gz",
	.build = topproto_build,
	.text = topproto_text,
	.release = topproto_release,
};
