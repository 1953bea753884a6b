#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "render/json_text.h"
#include "graph/stacks.h"
#include "report/report.h"

#include "base/banned.h"

/*
 * speedscope: the file format of speedscope.app, one profile of type sampled
 * for each sample type, the chosen one on top.
 *
 * Source: https://www.speedscope.app/file-format-schema.json
 */

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

struct writing {
	const struct pq_view *v;
	const struct pq_stacks *s;
	struct pq_out *out;
	struct pq_buf scratch;
	struct pq_stack_path path;
};

static void print_text(struct writing *w, struct pq_text text)
{
	pq_buf_clear(&w->scratch);
	pq_json_text(&w->scratch, text);
	pq_out_raw(w->out, pq_unchecked_bytes(w->scratch.data), w->scratch.len);
}

static void print_frames(struct writing *w)
{
	/* 0 is not a frame; numbers are one less in the file */
	for (size_t i = 1; i < w->s->frames.n; i++) {
		const struct pq_stack_frame *f = &w->s->frames.at[i];

		pq_out_str(w->out, i > 1 ? ",\n{\"name\":" : "\n{\"name\":");
		print_text(w, f->name);
		if (f->file.len) {
			pq_out_str(w->out, ",\"file\":");
			print_text(w, f->file);
		}
		pq_out_str(w->out, "}");
	}
}

/* The units that speedscope knows; a number of anything else has none. */
static const char *unit_of(struct pq_text unit)
{
	static const char *const known[] = { "nanoseconds", "microseconds",
					     "milliseconds", "seconds",
					     "bytes" };

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (pq_text_is(unit, known[i]))
			return known[i];
	return "none";
}

static int64_t value_of(const struct writing *w, size_t end, unsigned column)
{
	return pq_view_divided(w->v,
			       w->s->own.at[end * w->s->n_columns + column]);
}

static void print_stacks(struct writing *w, unsigned column)
{
	bool any = false;

	for (size_t i = 0; i < w->s->ends.n && !pq_out_stopped(w->out); i++) {
		if (!value_of(w, i, column))
			continue;
		pq_out_str(w->out, any ? ",\n[" : "\n[");
		any = true;
		pq_stacks_path(w->s, w->s->ends.at[i], &w->path);
		for (size_t k = w->path.n; k--;) {
			pq_out_int(w->out,
				   w->s->nodes.at[w->path.at[k]].frame - 1, 0);
			pq_out_str(w->out, k ? "," : "");
		}
		pq_out_str(w->out, "]");
	}
}

static void print_weights(struct writing *w, unsigned column)
{
	bool any = false;

	for (size_t i = 0; i < w->s->ends.n; i++) {
		int64_t value = value_of(w, i, column);

		if (value) {
			pq_out_str(w->out, any ? "," : "");
			pq_out_int(w->out, value, 0);
		}
		any = any || value;
	}
}

static void print_profile(struct writing *w, unsigned column)
{
	const struct pq_profile *p = w->v->p;
	struct pq_value_type type = p->sample_types.at[column];
	int64_t total = 0;

	for (size_t i = 0; i < w->s->ends.n; i++)
		total = pq_add(total, value_of(w, i, column));
	pq_out_str(w->out, "{\"type\":\"sampled\",\"name\":");
	print_text(w, pq_string(p, type.type));
	pq_out_printf(w->out,
		      ",\"unit\":\"%s\",\"startValue\":0,\"endValue\":%lld,"
		      "\"samples\":[",
		      unit_of(pq_string(p, type.unit)), (long long)total);
	print_stacks(w, column);
	pq_out_str(w->out, "],\n\"weights\":[");
	print_weights(w, column);
	pq_out_str(w->out, "]}");
}

static void print_name(struct writing *w)
{
	const struct pq_profile *p = w->v->p;
	struct pq_text file = pq_text_basename(
		p->mappings.n ? pq_string(p, p->mappings.at[0].file)
			      : PQ_TEXT(""));

	print_text(w, file.len ? file : PQ_TEXT("profile"));
}

static void speedscope_text(const void *rows, struct pq_out *out)
{
	const struct speedscope *of = rows;
	struct pq_stacks s = of->stacks;
	struct writing w = { .v = of->view, .s = &s, .out = out };

	pq_out_str(out, "{\"$schema\":\"" SCHEMA "\",\n\"name\":");
	print_name(&w);
	pq_out_printf(out,
		      ",\"exporter\":\"profq " PACKAGE_VERSION
		      "\",\"activeProfileIndex\":%u,\n"
		      "\"shared\":{\"frames\":[",
		      of->view->o.shape.sample_index);
	print_frames(&w);
	pq_out_str(out, "]},\n\"profiles\":[\n");
	for (unsigned c = 0; c < s.n_columns; c++) {
		print_profile(&w, c);
		pq_out_str(out, c + 1 < s.n_columns ? ",\n" : "\n");
	}
	pq_out_str(out, "]}\n");
	pq_buf_release(&w.scratch);
	pq_vec_release(&w.path);
	pq_stacks_release(&s);
}

const struct pq_report pq_emit_speedscope = {
	.view = { .never_trims = true },
	.extension = "speedscope.json",
	.build = speedscope_build,
	.text = speedscope_text,
};
