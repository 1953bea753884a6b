/*
 * speedscope.c - the file format of speedscope.app: one profile of type
 * "sampled" for each sample type; the chosen one is shown first.
 * command/commands.def has its row.
 *
 * Source: https://www.speedscope.app/file-format-schema.json
 */
#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "render/json_text.h"
#include "graph/stacks.h"
#include "report/report.h"

#include "base/banned.h"

#define SCHEMA "https://www.speedscope.app/file-format-schema.json"

struct speedscope {
	const struct pq_view *view;
	struct pq_stacks stacks;
};

static void *speedscope_build(const struct pq_report_input *in,
			      struct pq_error *err)
{
	struct speedscope *s = PQ_ARENA_NEW(in->arena, struct speedscope, 1);
	unsigned n = (unsigned)in->view->p->sample_types.n;
	unsigned *columns = PQ_ARENA_NEW(in->arena, unsigned, n);
	struct pq_stacks_options o = { .columns = columns, .n_columns = n };

	(void)err;
	for (unsigned i = 0; i < n; i++)
		columns[i] = i;
	s->view = in->view;
	pq_stacks_build(&s->stacks, in->view, &o, in->arena);
	return s;
}

struct speedscope_writer {
	const struct pq_view *v;
	const struct pq_stacks *s;
	struct pq_out *out;
	struct pq_buf scratch;
	struct pq_stack_path path;
};

static void print_json_string(struct speedscope_writer *w, struct pq_text text)
{
	pq_buf_clear(&w->scratch);
	pq_json_text(&w->scratch, text);
	pq_out_raw(w->out, pq_unchecked_bytes(w->scratch.data), w->scratch.len);
}

static void print_speedscope_frames(struct speedscope_writer *w)
{
	/* Frame 0 stands for none: numbers in the file are one less. */
	for (size_t i = 1; i < w->s->frames.n; i++) {
		const struct pq_stack_frame *f = &w->s->frames.at[i];

		pq_out_str(w->out, i > 1 ? ",\n{\"name\":" : "\n{\"name\":");
		print_json_string(w, f->name);
		if (f->file.len) {
			pq_out_str(w->out, ",\"file\":");
			print_json_string(w, f->file);
		}
		pq_out_str(w->out, "}");
	}
}

/* The units that speedscope knows; other values are "none". */
static const char *speedscope_unit(struct pq_text unit)
{
	static const char *const known[] = { "nanoseconds", "microseconds",
					     "milliseconds", "seconds",
					     "bytes" };

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (pq_text_is(unit, known[i]))
			return known[i];
	return "none";
}

static int64_t end_value(const struct speedscope_writer *w, size_t end,
			 unsigned column)
{
	return pq_view_divided(w->v,
			       w->s->own.at[end * w->s->n_columns + column]);
}

static void print_speedscope_stacks(struct speedscope_writer *w,
				    unsigned column)
{
	bool any = false;

	for (size_t i = 0; i < w->s->ends.n && !pq_out_stopped(w->out); i++) {
		if (!end_value(w, i, column))
			continue;
		pq_out_str(w->out, any ? ",\n[" : "\n[");
		any = true;
		pq_stacks_path(w->s, w->s->ends.at[i], &w->path);

		/* Frames from the root to the leaf. */
		for (size_t k = w->path.n; k--;) {
			pq_out_int(w->out,
				   w->s->nodes.at[w->path.at[k]].frame - 1, 0);
			pq_out_str(w->out, k ? "," : "");
		}
		pq_out_str(w->out, "]");
	}
}

/* Prints a weight for each stack that print_speedscope_stacks has printed. */
static void print_weights(struct speedscope_writer *w, unsigned column)
{
	bool any = false;

	for (size_t i = 0; i < w->s->ends.n; i++) {
		int64_t value = end_value(w, i, column);

		if (value) {
			pq_out_str(w->out, any ? "," : "");
			pq_out_int(w->out, value, 0);
		}
		any = any || value;
	}
}

static void print_sampled_profile(struct speedscope_writer *w, unsigned column)
{
	const struct pq_profile *p = w->v->p;
	struct pq_value_type type = p->sample_types.at[column];
	int64_t total = 0;

	for (size_t i = 0; i < w->s->ends.n; i++)
		total = pq_add(total, end_value(w, i, column));

	/* endValue is the sum of the weights. */
	pq_out_str(w->out, "{\"type\":\"sampled\",\"name\":");
	print_json_string(w, pq_string(p, type.type));
	pq_out_printf(w->out,
		      ",\"unit\":\"%s\",\"startValue\":0,\"endValue\":%lld,"
		      "\"samples\":[",
		      speedscope_unit(pq_string(p, type.unit)),
		      (long long)total);
	print_speedscope_stacks(w, column);
	pq_out_str(w->out, "],\n\"weights\":[");
	print_weights(w, column);
	pq_out_str(w->out, "]}");
}

/* Prints the program's name, which speedscope puts into its title. */
static void print_file_name(struct speedscope_writer *w)
{
	const struct pq_profile *p = w->v->p;
	struct pq_text file = pq_text_basename(
		p->mappings.n ? pq_string(p, p->mappings.at[0].file)
			      : PQ_TEXT(""));

	print_json_string(w, file.len ? file : PQ_TEXT("profile"));
}

static void speedscope_text(const void *rows, struct pq_out *out)
{
	const struct speedscope *of = rows;
	struct pq_stacks s = of->stacks;
	struct speedscope_writer w = { .v = of->view, .s = &s, .out = out };

	pq_out_str(out, "{\"$schema\":\"" SCHEMA "\",\n\"name\":");
	print_file_name(&w);
	pq_out_printf(out,
		      ",\"exporter\":\"profq " PACKAGE_VERSION
		      "\",\"activeProfileIndex\":%u,\n"
		      "\"shared\":{\"frames\":[",
		      of->view->o.shape.sample_index);
	print_speedscope_frames(&w);
	pq_out_str(out, "]},\n\"profiles\":[\n");
	for (unsigned c = 0; c < s.n_columns; c++) {
		print_sampled_profile(&w, c);
		pq_out_str(out, c + 1 < s.n_columns ? ",\n" : "\n");
	}
	pq_out_str(out, "]}\n");
	pq_buf_release(&w.scratch);
	pq_vec_release(&w.path);
}

static void speedscope_release(void *rows)
{
	struct speedscope *of = rows;

	pq_stacks_release(&of->stacks);
}

const struct pq_report pq_emit_speedscope = {
	.view = { .never_trims = true },
	.extension = "speedscope.json",
	.build = speedscope_build,
	.text = speedscope_text,
	.release = speedscope_release,
};
