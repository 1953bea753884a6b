#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "report/report.h"
#include "report/header.h"
#include "report/labels.h"

#include "base/banned.h"

/*
 * traces: every sample with its labels and frames.
 *
 * There may be as much output as the profile is large, so this report alone
 * walks the samples while it prints; the lines of each location are made
 * once, when it is built.
 */

#define RULE                                                                \
	"-----------+-----------------------------------------------------" \
	"--\n"

struct traces {
	const struct pq_view *view;
	const struct pq_label_units *units;
	struct pq_notes header;
	/* encoded "name (inline)\n" of each frame of each location */
	struct pq_text *frames;
};

static void build_frames(struct traces *t, struct pq_arena *arena)
{
	const struct pq_graph *g = &t->view->graph;
	struct pq_buf b = { 0 };

	t->frames = PQ_ARENA_NEW(arena, struct pq_text, g->frame_nodes.n + 1);
	/* A frame is encoded once here, and printed in many samples. */
	for (size_t l = 0; l < g->p->locations.n; l++)
		for (uint32_t f = g->first_frame[l]; f < g->first_frame[l + 1];
		     f++) {
			const struct pq_node *n =
				&g->nodes.at[g->frame_nodes.at[f]];

			pq_buf_clear(&b);
			pq_text_encode(&b, n->label);
			if (f + 1 < g->first_frame[l + 1])
				pq_buf_str(&b, " (inline)");
			pq_buf_char(&b, '\n');
			t->frames[f] = pq_arena_text(arena, pq_buf_view(&b));
		}
	pq_buf_release(&b);
}

static void *traces_build(const struct pq_report_input *in,
			  struct pq_error *err)
{
	struct traces *t = PQ_ARENA_NEW(in->arena, struct traces, 1);
	struct pq_graph_shape shape = in->view->o.shape;

	(void)err;
	/* no graph is built, and so no path is trimmed */
	shape.trim_path = shape.source_path = PQ_TEXT("");
	pq_graph_init(&in->view->graph, in->view->p, &shape);
	pq_graph_label_all(&in->view->graph);
	t->view = in->view;
	t->units = in->units;
	pq_notes_init(&t->header, in->arena);
	pq_legend_profile(&t->header, in->view);
	if (!t->header.n)
		pq_notes_add(&t->header, PQ_TEXT(""));
	build_frames(t, in->arena);
	return t;
}

/* ---- labels ---- */

struct printing {
	const struct traces *t;
	struct pq_out *out;
	struct pq_buf scratch;
	PQ_VEC(struct pq_text) lines; /* one sample's labels */
	struct pq_arena arena;
};

/* Where the labels of labels[i]'s key end; they are sorted. */
static size_t end_of_key(const struct pq_profile *p, const struct pq_sample *s,
			 size_t i)
{
	struct pq_text key = pq_string(p, s->labels[i].key);
	bool numeric = !s->labels[i].str;

	for (; i < s->n_labels; i++)
		if (!s->labels[i].str != numeric ||
		    !pq_text_equal(pq_string(p, s->labels[i].key), key))
			break;
	return i;
}

static void add_label_line(struct printing *w, const struct pq_sample *s,
			   size_t from, size_t to)
{
	const struct pq_profile *p = w->t->view->p;
	struct pq_text key = pq_string(p, s->labels[from].key);
	struct pq_text unit = pq_label_unit(w->t->units, key);
	struct pq_buf *b = &w->scratch;
	size_t width = pq_text_width(key);

	pq_buf_clear(b);
	/* Keys end at the same column, unless one is longer. */
	pq_buf_repeat(b, ' ', width < 10 ? 10 - width : 0);
	pq_buf_text(b, key);
	pq_buf_str(b, ":  ");
	for (size_t i = from; i < to; i++) {
		const struct pq_label *l = &s->labels[i];

		/* All values of the key in one line. */
		if (i > from)
			pq_buf_char(b, ' ');
		if (l->str)
			pq_buf_text(b, pq_string(p, l->str));
		else
			pq_unit_label(b, l->num, unit, PQ_TEXT("auto"));
	}
	*pq_vec_push(&w->lines) = pq_arena_text(&w->arena, pq_buf_view(b));
}

static void flush_lines(struct printing *w)
{
	pq_text_sort(w->lines.at, w->lines.n);
	for (size_t i = 0; i < w->lines.n; i++) {
		pq_out_text(w->out, w->lines.at[i]);
		pq_out_str(w->out, "\n");
	}
	w->lines.n = 0;
	pq_arena_reset(&w->arena);
}

/* String labels, then numeric ones, each part sorted by whole lines. */
static void print_trace_labels(struct printing *w, const struct pq_sample *s)
{
	size_t i = 0;

	pq_labels_sort(w->t->view->p, s->labels, s->n_labels);
	while (i < s->n_labels) {
		size_t end = end_of_key(w->t->view->p, s, i);

		if (i && s->labels[i - 1].str && !s->labels[i].str)
			flush_lines(w);
		add_label_line(w, s, i, end);
		i = end;
	}
	flush_lines(w);
}

/* ---- samples ---- */

static int64_t sample_value(const struct traces *t, const struct pq_sample *s)
{
	const struct pq_graph_shape *shape = &t->view->o.shape;
	int64_t value = s->values[shape->sample_index];

	return shape->mean ? pq_mean(value, s->values[0]) : value;
}

static void print_trace_value(struct printing *w, const struct pq_sample *s)
{
	pq_buf_clear(&w->scratch);
	pq_view_value(w->t->view, &w->scratch, sample_value(w->t, s));
	pq_out_pad(w->out, pq_buf_view(&w->scratch), 10);
}

static void print_sample(struct printing *w, const struct pq_sample *s)
{
	const struct pq_graph *g = &w->t->view->graph;
	bool first = true;

	pq_out_str(w->out, RULE);
	print_trace_labels(w, s);
	for (size_t i = 0; i < s->n_locations; i++) {
		uint32_t l = s->locations[i];

		for (uint32_t f = g->first_frame[l]; f < g->first_frame[l + 1];
		     f++) {
			struct pq_text frame = w->t->frames[f];

			if (first)
				print_trace_value(w, s);
			pq_out_str(w->out, first ? "   " : "             ");
			/* encoded when it was made */
			pq_out_raw(w->out, pq_unchecked_bytes(frame.bytes),
				   frame.len);
			first = false;
		}
	}
}

static void traces_text(const void *rows, struct pq_out *out)
{
	const struct traces *t = rows;
	struct printing w = { .t = t, .out = out };
	struct pq_walk walk;

	pq_arena_init(&w.arena);
	pq_header_print(&t->header, out);
	pq_walk_begin(&walk, &t->view->p->samples);
	while (pq_walk_next(&walk) && !pq_out_stopped(out)) {
		pq_walk_all(&walk);
		/* Samples without frames are left out, as in the reference. */
		if (walk.sample.n_locations)
			print_sample(&w, &walk.sample);
	}
	pq_walk_end(&walk);
	pq_out_str(out, RULE);
	pq_buf_release(&w.scratch);
	pq_vec_release(&w.lines);
	pq_arena_release(&w.arena);
}

static const struct pq_column frame_columns[] = {
	{ "name", PQ_COLUMN_TEXT, "printable name of the frame",
	  .heading = "Name", .width = 24 },
	{ "inline", PQ_COLUMN_BOOL, "whether it is inlined into the next one",
	  .heading = "Inlined", .width = 5 },
	{ .kind = PQ_COLUMN_END },
};

static const struct pq_column columns[] = {
	{ "value", PQ_COLUMN_VALUE, "value of the sample", .heading = "Value",
	  .width = 10 },
	{ "labels", PQ_COLUMN_LIST, "its labels, sorted by key",
	  .heading = "Labels", .items = pq_label_columns },
	{ "stack", PQ_COLUMN_LIST, "its frames, leaf first", .heading = "Stack",
	  .items = frame_columns },
	{ .kind = PQ_COLUMN_END },
};

static void put_stack(const struct pq_graph *g, const struct pq_sample *s,
		      struct pq_rows *w)
{
	pq_rows_list(w);
	for (size_t i = 0; i < s->n_locations; i++) {
		uint32_t l = s->locations[i], end = g->first_frame[l + 1];

		/* All frames of a location but the last were inlined. */
		for (uint32_t f = g->first_frame[l]; f < end; f++) {
			pq_rows_begin(w);
			pq_rows_text(w,
				     g->nodes.at[g->frame_nodes.at[f]].label);
			pq_rows_bool(w, f + 1 < end);
			pq_rows_end(w);
		}
	}
	pq_rows_list_end(w);
}

static void traces_put(const void *rows, struct pq_rows *w)
{
	const struct traces *t = rows;
	struct pq_walk walk;

	pq_walk_begin(&walk, &t->view->p->samples);
	while (pq_walk_next(&walk) && !pq_rows_stopped(w)) {
		pq_walk_all(&walk);
		/* Samples without a stack are no traces. */
		if (!walk.sample.n_locations)
			continue;
		pq_rows_begin(w);
		pq_rows_value(w, sample_value(t, &walk.sample));
		pq_put_labels(t->view->p, &walk.sample, w);
		put_stack(&t->view->graph, &walk.sample, w);
		pq_rows_end(w);
	}
	pq_walk_end(&walk);
}

const struct pq_report pq_report_traces = {
	.view = { .default_nodecount = 80, .label_units = true },
	.build = traces_build,
	.text = traces_text,
	.sections = { { "rows", "samples in the order of the profile", columns,
			traces_put } },
};
