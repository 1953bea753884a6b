#include <string.h>

#include "base/mem.h"
#include "base/phrases.h"
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
#define INDENT "             "
#define INLINED " (inline)\n"

struct traces {
	const struct pq_view *view;
	const struct pq_label_units *units;
	struct pq_notes header;
	struct pq_phrases frames; /* by node, after those of enum trace_phrase */
};

/* What stands around the names of frames. */
enum trace_phrase {
	TRACE_INDENT, /* before a name that no value stands before */
	TRACE_LINE,   /* after one that is called */
	TRACE_INLINE, /* after one that is inlined */
	TRACE_NAMES,
};

static void list_trace_names(struct traces *t)
{
	const struct pq_graph *g = &t->view->graph;
	struct pq_buf b = { 0 };

	pq_phrases_add(&t->frames, INDENT, strlen(INDENT));
	pq_phrases_add(&t->frames, "\n", 1);
	pq_phrases_add(&t->frames, INLINED, strlen(INLINED));
	/* A name is encoded once here, and printed in many samples. */
	for (size_t i = 0; i < g->nodes.n; i++) {
		pq_buf_clear(&b);
		pq_text_encode(&b, g->nodes.at[i].label);
		pq_phrases_add(&t->frames, pq_unchecked_bytes(b.data), b.len);
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
	shape.keeps_paths = true;
	pq_graph_init(&in->view->graph, in->view->p, &shape);
	pq_graph_label_all(&in->view->graph);
	t->view = in->view;
	t->units = in->units;
	pq_notes_init(&t->header, in->arena);
	pq_legend_profile(&t->header, in->view);
	if (!t->header.n)
		pq_notes_add(&t->header, PQ_TEXT(""));
	memset(&t->frames, 0, sizeof(t->frames));
	list_trace_names(t);
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

/* Names that come next are fetched from memory while one is written. */
#define FETCH_LOCATIONS 4

static void fetch_location(const struct traces *t, uint32_t location)
{
	const struct pq_graph *g = &t->view->graph;

	if (g->first_frame[location] < g->first_frame[location + 1])
		pq_phrase_prefetch(
			&t->frames,
			TRACE_NAMES +
				g->frame_nodes.at[g->first_frame[location]]);
}

/* The frames of a location, of which the first of all has the value. */
static void print_location(struct printing *w, const struct pq_sample *s,
			   uint32_t location, bool *has_value)
{
	const struct pq_graph *g = &w->t->view->graph;
	const struct pq_phrases *p = &w->t->frames;
	uint32_t end = g->first_frame[location + 1];

	for (uint32_t f = g->first_frame[location]; f < end; f++) {
		if (*has_value) {
			pq_out_phrase(w->out, p, TRACE_INDENT);
		} else {
			print_trace_value(w, s);
			pq_out_str(w->out, "   ");
		}
		*has_value = true;
		pq_out_phrase(w->out, p, TRACE_NAMES + g->frame_nodes.at[f]);
		pq_out_phrase(w->out, p,
			      f + 1 < end ? TRACE_INLINE : TRACE_LINE);
	}
}

static void print_sample(struct printing *w, const struct pq_sample *s)
{
	bool has_value = false;

	pq_out_str(w->out, RULE);
	print_trace_labels(w, s);
	for (size_t i = 0; i < s->n_locations; i++) {
		if (i + FETCH_LOCATIONS < s->n_locations)
			fetch_location(w->t, s->locations[i + FETCH_LOCATIONS]);
		print_location(w, s, s->locations[i], &has_value);
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

static void traces_release(void *rows)
{
	struct traces *t = rows;

	pq_phrases_release(&t->frames);
}

const struct pq_report pq_report_traces = {
	.view = { .default_nodecount = 80, .label_units = true },
	.build = traces_build,
	.text = traces_text,
	.release = traces_release,
	.sections = { { "rows", "samples in the order of the profile", columns,
			traces_put } },
};
