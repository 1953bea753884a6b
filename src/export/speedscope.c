/*
 * speedscope.c - the file format of speedscope.app: one profile of type
 * "sampled" for each sample type; the chosen one is shown first.
 * command/commands.def has its row.
 *
 * Source: https://www.speedscope.app/file-format-schema.json
 */
#include <string.h>

#include "base/mem.h"
#include "base/phrases.h"
#include "base/units.h"
#include "render/json_writer.h"
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
	/* Each sample type becomes a profile of the file. */
	for (unsigned i = 0; i < n; i++)
		columns[i] = i;
	s->view = in->view;
	pq_stacks_build(&s->stacks, in->view, &o, in->arena);
	return s;
}

struct speedscope_file {
	const struct pq_view *v;
	const struct pq_stacks *s;
	struct pq_json_writer json;
	struct pq_phrases numbers; /* of a location's frames, behind commas */
};

static void put_frames(struct speedscope_file *f)
{
	struct pq_json_writer *w = &f->json;

	pq_json_put_name(w, "frames");
	pq_json_open_list(w);
	/* Frame 0 stands for none: numbers in the file are one less. */
	for (size_t i = 1; i < f->s->frames.n; i++) {
		const struct pq_stack_frame *frame = &f->s->frames.at[i];

		pq_json_break_line(w);
		pq_json_open_object(w);
		pq_json_put_name(w, "name");
		pq_json_put_text(w, frame->name);
		/* The schema has files as optional: an empty one goes. */
		if (frame->file.len) {
			pq_json_put_name(w, "file");
			pq_json_put_text(w, frame->file);
		}
		pq_json_close_object(w);
	}
	pq_json_close_list(w);
}

/* The units that speedscope knows, as it spells them; others are "none". */
static const char *speedscope_unit(struct pq_text unit)
{
	static const char *const known[] = { "nanoseconds", "microseconds",
					     "milliseconds", "seconds",
					     "bytes" };
	bool is_known;

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (pq_unit_ratio(unit, pq_text_of(known[i]), &is_known) == 1 &&
		    is_known)
			return known[i];
	return "none";
}

static int64_t stack_weight(const struct speedscope_file *f, size_t end,
			    unsigned column)
{
	return pq_view_divided(f->v,
			       f->s->own.at[end * f->s->n_columns + column]);
}

/*
 * The frames of each location, the outermost first.  Frame 0 stands for none,
 * so that numbers in the file are one less.
 */
static void list_location_frames(struct speedscope_file *f)
{
	const struct pq_stacks *s = f->s;
	char digits[PQ_DIGITS_MOST];
	struct pq_buf b = { 0 };

	for (size_t l = 0; l < s->n_locations; l++) {
		pq_buf_clear(&b);
		for (uint32_t at = s->first_place[l + 1];
		     at-- > s->first_place[l];) {
			pq_buf_char(&b, ',');
			pq_buf_bytes(&b, digits,
				     pq_put_digits(digits,
						   (int64_t)s->places[at] - 1));
		}
		pq_phrases_add(&f->numbers, pq_unchecked_bytes(b.data), b.len);
	}
	pq_buf_release(&b);
}

/* The frames of a stack from the root to the leaf; the first has no comma. */
static void put_stack_frames(struct speedscope_file *f, struct pq_stack stack)
{
	struct pq_json_writer *w = &f->json;
	const uint32_t *first = f->s->first_place;
	size_t skip = 1;
	uint32_t location;

	pq_json_break_line(w);
	pq_json_open_list(w);
	while (stack.n_frames) {
		stack.end = pq_stack_place(stack.end, &location);
		if (first[location] == first[location + 1])
			continue;
		stack.n_frames -= first[location + 1] - first[location];
		pq_out_phrase_from(w->out, &f->numbers, location, skip);
		skip = 0;
	}
	pq_json_close_list(w);
}

static void put_stacks(struct speedscope_file *f, unsigned column)
{
	struct pq_json_writer *w = &f->json;

	pq_json_put_name(w, "samples");
	pq_json_open_list(w);
	/* Stacks without a weight are left out, as in put_weights. */
	for (size_t i = 0; i < f->s->list.n && !pq_out_stopped(w->out); i++)
		if (stack_weight(f, i, column))
			put_stack_frames(f, f->s->list.at[i]);
	pq_json_close_list(w);
}

/* A weight for each stack of put_stacks. */
static void put_weights(struct speedscope_file *f, unsigned column)
{
	struct pq_json_writer *w = &f->json;

	pq_json_break_line(w);
	pq_json_put_name(w, "weights");
	pq_json_open_list(w);
	for (size_t i = 0; i < f->s->list.n; i++) {
		int64_t value = stack_weight(f, i, column);

		if (value)
			pq_json_put_int(w, value);
	}
	pq_json_close_list(w);
}

static void put_speedscope_type(struct speedscope_file *f, unsigned column)
{
	const struct pq_profile *p = f->v->p;
	struct pq_value_type type = p->sample_types.at[column];
	struct pq_json_writer *w = &f->json;
	int64_t total = 0;

	for (size_t i = 0; i < f->s->list.n; i++)
		total = pq_add(total, stack_weight(f, i, column));
	/* endValue is the sum of the weights. */
	pq_json_break_line(w);
	pq_json_open_object(w);
	pq_json_put_name(w, "type");
	pq_json_put_text(w, PQ_TEXT("sampled"));
	pq_json_put_name(w, "name");
	pq_json_put_text(w, pq_string(p, type.type));
	pq_json_put_name(w, "unit");
	pq_json_put_text(w,
			 pq_text_of(speedscope_unit(pq_string(p, type.unit))));
	pq_json_put_name(w, "startValue");
	pq_json_put_int(w, 0);
	pq_json_put_name(w, "endValue");
	pq_json_put_int(w, total);
	put_stacks(f, column);
	put_weights(f, column);
	pq_json_close_object(w);
}

static struct pq_text speedscope_name(const struct pq_view *v)
{
	const struct pq_profile *p = v->p;
	struct pq_text file = pq_text_basename(
		p->mappings.n ? pq_string(p, p->mappings.at[0].file)
			      : PQ_TEXT(""));

	return file.len ? file : PQ_TEXT("profile");
}

static void put_speedscope_header(struct speedscope_file *f)
{
	struct pq_json_writer *w = &f->json;

	pq_json_put_name(w, "$schema");
	pq_json_put_text(w, PQ_TEXT(SCHEMA));
	pq_json_break_line(w);
	pq_json_put_name(w, "name");
	pq_json_put_text(w, speedscope_name(f->v));
	pq_json_put_name(w, "exporter");
	pq_json_put_text(w, PQ_TEXT("profq " PACKAGE_VERSION));
	pq_json_put_name(w, "activeProfileIndex");
	pq_json_put_int(w, f->v->o.shape.sample_index);
}

static void speedscope_text(const void *rows, struct pq_out *out)
{
	const struct speedscope *of = rows;
	struct speedscope_file f = { .v = of->view, .s = &of->stacks };
	struct pq_json_writer *w = &f.json;

	pq_json_begin(w, out);
	pq_json_open_object(w);
	put_speedscope_header(&f);
	list_location_frames(&f);
	/* frames are shared by the profiles of all sample types */
	pq_json_break_line(w);
	pq_json_put_name(w, "shared");
	pq_json_open_object(w);
	put_frames(&f);
	pq_json_close_object(w);
	/* a profile for each sample type */
	pq_json_break_line(w);
	pq_json_put_name(w, "profiles");
	pq_json_open_list(w);
	for (unsigned c = 0; c < f.s->n_columns; c++)
		put_speedscope_type(&f, c);
	pq_json_break_line(w);
	pq_json_close_list(w);
	pq_json_close_object(w);
	pq_out_str(out, "\n");
	pq_json_end(w);
	pq_phrases_release(&f.numbers);
}

static void speedscope_release(void *rows)
{
	struct speedscope *s = rows;

	pq_stacks_release(&s->stacks);
}

const struct pq_report pq_emit_speedscope = {
	.view = { .never_trims = true },
	.extension = "speedscope.json",
	.build = speedscope_build,
	.text = speedscope_text,
	.release = speedscope_release,
};
