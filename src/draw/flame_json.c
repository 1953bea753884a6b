#include "draw/flame_json.h"

#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "draw/flame_text.h"
#include "render/json_writer.h"

#include "base/banned.h"

/* ---- names and own values ---- */

static void number_names(struct pq_flame_data *d, struct pq_arena *arena)
{
	const struct pq_flame *f = d->flame;
	size_t n_frames = f->stacks.frames.n;

	d->frames = PQ_ARENA_NEW(arena, uint32_t, n_frames);
	d->names = PQ_ARENA_NEW(arena, uint32_t, n_frames);
	memset(d->names, 0xff, n_frames * sizeof(*d->names));
	for (size_t i = 0; i < f->boxes.n; i++) {
		uint32_t frame = f->boxes.at[i].frame;

		/* Names are numbered in the order of boxes, each once. */
		if (frame == PQ_NONE || d->names[frame] != PQ_NONE)
			continue;
		d->frames[d->n_names] = frame;
		d->names[frame] = d->n_names++;
	}
}

static void find_own_values(struct pq_flame_data *d, struct pq_arena *arena)
{
	const struct pq_flame *f = d->flame;
	size_t n = (size_t)f->n_types * f->n_sides;

	d->own = PQ_ARENA_NEW(arena, int64_t, pq_size_mul(f->boxes.n, n));
	memcpy(d->own, f->values.at, f->boxes.n * n * sizeof(*d->own));
	for (size_t i = 1; i < f->boxes.n; i++)
		for (size_t k = 0; k < n; k++) {
			int64_t *of = &d->own[f->boxes.at[i].parent * n + k];

			/* sums wrap around, and so does what is left of them */
			*of = (int64_t)((uint64_t)*of -
					(uint64_t)f->values.at[i * n + k]);
		}
}

void pq_flame_data_find(struct pq_flame_data *d, const struct pq_flame *f,
			struct pq_arena *arena)
{
	memset(d, 0, sizeof(*d));
	d->flame = f;
	number_names(d, arena);
	find_own_values(d, arena);
	pq_flame_legend_find(&d->legend, f, arena);
}

/* ---- one number of one box ---- */

typedef int64_t box_number(const struct pq_flame_data *d, size_t box,
			   unsigned type);

/* Sides of a flame graph of a difference (profile/join.h). */
enum { NEW_SIDE, OLD_SIDE };

static int64_t box_rank(const struct pq_flame_data *d, size_t box,
			unsigned type)
{
	uint32_t rank = d->flame->boxes.at[box].rank;

	(void)type;
	return rank == PQ_NONE ? -1 : (int64_t)rank;
}

static int64_t box_depth(const struct pq_flame_data *d, size_t box,
			 unsigned type)
{
	(void)type;
	return d->flame->boxes.at[box].depth;
}

static int64_t box_name(const struct pq_flame_data *d, size_t box,
			unsigned type)
{
	uint32_t frame = d->flame->boxes.at[box].frame;

	(void)type;
	return frame == PQ_NONE ? -1 : (int64_t)d->names[frame];
}

static int64_t box_value(const struct pq_flame_data *d, size_t box,
			 unsigned type)
{
	return pq_flame_value(d->flame, box, type, NEW_SIDE);
}

static int64_t box_own(const struct pq_flame_data *d, size_t box, unsigned type)
{
	const struct pq_flame *f = d->flame;

	return d->own[(box * f->n_types + type) * f->n_sides + NEW_SIDE];
}

static int64_t box_merged(const struct pq_flame_data *d, size_t box,
			  unsigned type)
{
	(void)type;
	return (int64_t)d->flame->boxes.at[box].n_merged;
}

static int64_t box_before(const struct pq_flame_data *d, size_t box,
			  unsigned type)
{
	return d->flame->n_sides > 1
		       ? pq_flame_value(d->flame, box, type, OLD_SIDE)
		       : 0;
}

static int64_t box_tone(const struct pq_flame_data *d, size_t box,
			unsigned type)
{
	return pq_flame_tone(d->flame, box, type);
}

static const struct {
	const char *name;
	box_number *of;
	bool of_two_sides; /* left out of columns where there is one */
} numbers[] = {
	{ "rank", box_rank, false },	{ "depth", box_depth, false },
	{ "name", box_name, false },	{ "value", box_value, false },
	{ "own", box_own, false },	{ "merged", box_merged, false },
	{ "before", box_before, true }, { "tone", box_tone, true },
};

#define N_NUMBERS (sizeof(numbers) / sizeof(numbers[0]))

/* ---- columns ---- */

static void put_text_member(struct pq_json_writer *w, const char *name,
			    struct pq_text value)
{
	pq_json_put_name(w, name);
	pq_json_put_text(w, value);
}

static void put_int_member(struct pq_json_writer *w, const char *name,
			   int64_t value)
{
	pq_json_put_name(w, name);
	pq_json_put_int(w, value);
}

static const struct pq_stack_frame *frame_of_name(const struct pq_flame_data *d,
						  uint32_t name)
{
	return &d->flame->stacks.frames.at[d->frames[name]];
}

/* A member that begins a line, and a list for its value. */
static void open_long_list(struct pq_json_writer *w, const char *name)
{
	pq_json_break_line(w);
	pq_json_put_name(w, name);
	pq_json_open_list(w);
}

static void put_full_names(struct pq_json_writer *w,
			   const struct pq_flame_data *d)
{
	open_long_list(w, "names");
	for (uint32_t i = 0; i < d->n_names; i++) {
		const struct pq_stack_frame *frame = frame_of_name(d, i);

		pq_json_break_line(w);
		pq_json_open_list(w);
		pq_json_put_text(w, frame->name);
		pq_json_put_text(w, frame->file);
		pq_json_put_int(w, pq_flame_color(frame->package));
		pq_json_put_int(w, frame->start_line);
		pq_json_close_list(w);
	}
	pq_json_close_list(w);
}

/* The widest packages with their colors, and whether there is a runtime. */
static void put_packages(struct pq_json_writer *w,
			 const struct pq_flame_legend *l)
{
	struct pq_buf shown = { 0 };

	open_long_list(w, "packages");
	for (size_t i = 0; i < l->n; i++) {
		pq_buf_clear(&shown);
		pq_flame_name(&shown, l->packages[i].name);
		pq_json_open_list(w);
		pq_json_put_text(w, pq_buf_view(&shown));
		pq_json_put_int(w, pq_flame_color(l->packages[i].name));
		pq_json_close_list(w);
	}
	pq_json_close_list(w);
	pq_json_put_name(w, "runtime");
	pq_json_put_bool(w, l->has_runtime);
	pq_buf_release(&shown);
}

static bool is_complete(const struct pq_flame *f)
{
	for (size_t i = 0; i < f->boxes.n; i++)
		if (f->boxes.at[i].n_merged)
			return false;
	return true;
}

void pq_flame_json_columns(const struct pq_flame_columns *c, struct pq_out *out)
{
	const struct pq_flame *f = c->data->flame;
	struct pq_json_writer w;

	pq_json_begin(&w, out);
	pq_json_open_object(&w);
	/* sample type, total and extent */
	put_text_member(&w, "report", PQ_TEXT("flame"));
	put_text_member(&w, "type", c->name);
	put_text_member(&w, "unit", c->unit);
	put_int_member(&w, "total", c->total);
	put_int_member(&w, "sides", f->n_sides);
	pq_json_put_name(&w, "complete");
	pq_json_put_bool(&w, is_complete(f));
	put_text_member(&w, "at", c->at);
	/* the boxes, a list for each of their numbers */
	put_full_names(&w, c->data);
	put_packages(&w, &c->data->legend);
	for (size_t k = 0; k < N_NUMBERS; k++) {
		if (numbers[k].of_two_sides && f->n_sides < 2)
			continue;
		open_long_list(&w, numbers[k].name);
		for (size_t i = 0; i < f->boxes.n; i++)
			pq_json_put_int(&w, numbers[k].of(c->data, i, c->type));
		pq_json_close_list(&w);
	}
	pq_json_close_object(&w);
	pq_out_str(out, "\n");
	pq_json_end(&w);
}

/* ---- rows of the chosen type ---- */

const struct pq_column pq_flame_name_columns[] = {
	{ "name", PQ_COLUMN_TEXT, "full name of the frame", .heading = "Name",
	  .width = 24 },
	{ "file", PQ_COLUMN_TEXT, "its file; empty when not known",
	  .heading = "File", .width = 24 },
	{ "package", PQ_COLUMN_TEXT, "what gives it its color, or empty",
	  .heading = "Package", .width = 12 },
	{ "color", PQ_COLUMN_INT, "class of its color, from 0 to 16",
	  .heading = "Color", .width = 6 },
	{ .kind = PQ_COLUMN_END },
};

/* In the order of numbers[]. */
const struct pq_column pq_flame_box_columns[] = {
	{ "rank", PQ_COLUMN_INT,
	  "place among all children of its parent, from 0, widest first; -1 "
	  "for merged frames",
	  .heading = "Rank", .width = 6 },
	{ "depth", PQ_COLUMN_INT, "0 for the root", .heading = "Depth",
	  .width = 6 },
	{ "name", PQ_COLUMN_INT,
	  "position in names; -1 for the root and for merged frames",
	  .heading = "Name", .width = 6 },
	{ "value", PQ_COLUMN_VALUE,
	  "own and all values of boxes inside; of the new side where there "
	  "are two",
	  .heading = "Value", .width = 10 },
	{ "own", PQ_COLUMN_VALUE, "value of the stacks that end here",
	  .heading = "Own", .width = 10 },
	{ "merged", PQ_COLUMN_INT,
	  "how many frames it stands for; 0: one of its own",
	  .heading = "Merged", .width = 6 },
	{ "before", PQ_COLUMN_VALUE, "value of the old side; 0 without one",
	  .heading = "Old", .width = 10 },
	{ "tone", PQ_COLUMN_INT,
	  "of two sides: 0 colored by its change, 1 nothing can be said, 2 "
	  "within noise, 3 too few samples",
	  .heading = "Tone", .width = 6 },
	{ .kind = PQ_COLUMN_END },
};

void pq_flame_put_names(const void *rows, struct pq_rows *w)
{
	const struct pq_flame_data *d =
		&((const struct pq_flame_page *)rows)->data;

	for (uint32_t i = 0; i < d->n_names && !pq_rows_stopped(w); i++) {
		const struct pq_stack_frame *frame = frame_of_name(d, i);

		pq_rows_begin(w);
		pq_rows_text(w, frame->name);
		pq_rows_text(w, frame->file);
		pq_rows_text(w, frame->package);
		pq_rows_int(w, pq_flame_color(frame->package));
		pq_rows_end(w);
	}
}

void pq_flame_put_boxes(const void *rows, struct pq_rows *w)
{
	const struct pq_flame_data *d =
		&((const struct pq_flame_page *)rows)->data;

	for (size_t i = 0; i < d->flame->boxes.n && !pq_rows_stopped(w); i++) {
		pq_rows_begin(w);
		for (size_t k = 0; k < N_NUMBERS; k++) {
			int64_t number = numbers[k].of(d, i, 0);

			if (pq_flame_box_columns[k].kind == PQ_COLUMN_VALUE)
				pq_rows_value(w, number);
			else
				pq_rows_int(w, number);
		}
		pq_rows_end(w);
	}
}

/* ---- all types, for a page that is a file ---- */

/* A name for a unit, and how many of the type's unit it is. */
static void put_unit(struct pq_json_writer *w, struct pq_text label,
		     double ratio)
{
	pq_json_open_list(w);
	pq_json_put_text(w, label);
	pq_json_put_real(w, ratio);
	pq_json_close_list(w);
}

/* The steps of a family; false when the unit is of none. */
static bool put_unit_ladder(struct pq_json_writer *w, struct pq_text unit)
{
	static const char *const steps[] = { "ns", "us", "ms", "s",  "hrs", "B",
					     "kB", "MB", "GB", "TB", "PB" };

	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		bool known = true;
		double ratio =
			pq_unit_ratio(pq_text_of(steps[i]), unit, &known);

		if (known && ratio > 0)
			put_unit(w, pq_text_of(steps[i]), ratio);
	}
	return pq_json_any(w);
}

/* "1", or "1widgets", is what a value of an unknown unit looks like. */
static void put_unknown_unit(struct pq_json_writer *w, struct pq_text unit)
{
	struct pq_buf b = { 0 };
	struct pq_text one;

	pq_unit_label(&b, 1, unit, PQ_TEXT("auto"));
	one = pq_buf_view(&b);
	put_unit(w, pq_text_slice(one, 1, one.len), 1);
	pq_buf_release(&b);
}

static void put_type_units(struct pq_json_writer *w, struct pq_text wanted,
			   struct pq_text unit)
{
	bool known = true;
	double ratio = pq_unit_ratio(wanted, unit, &known);

	if (!pq_text_is(wanted, "minimum") && !pq_text_is(wanted, "auto") &&
	    known && ratio > 0)
		put_unit(w, wanted, ratio);
	else if (!put_unit_ladder(w, unit))
		put_unknown_unit(w, unit);
}

static void put_sample_type(struct pq_json_writer *w, const struct pq_view *v,
			    const struct pq_view_type *t)
{
	struct pq_value_type type = v->p->sample_types.at[t->column];

	pq_json_break_line(w);
	pq_json_open_object(w);
	put_text_member(w, "name", pq_string(v->p, type.type));
	put_int_member(w, "column", t->column);
	put_int_member(w, "total", t->total);
	put_int_member(w, "before", t->before);
	pq_json_put_name(w, "units");
	pq_json_open_list(w);
	put_type_units(w, v->o.unit, pq_string(v->p, type.unit));
	pq_json_close_list(w);
	pq_json_close_object(w);
}

static void put_sample_types(struct pq_json_writer *w,
			     const struct pq_flame_page *page)
{
	open_long_list(w, "types");
	for (unsigned i = 0; i < page->flame.n_types; i++)
		put_sample_type(w, page->view, &page->types[i]);
	pq_json_close_list(w);
}

/* "main.go:12" for details; a name has its folders already. */
static void put_place(struct pq_json_writer *w,
		      const struct pq_stack_frame *frame,
		      struct pq_buf *scratch)
{
	pq_buf_clear(scratch);
	pq_flame_place(scratch, frame);
	if (scratch->len)
		pq_json_put_text(w, pq_buf_view(scratch));
}

static void put_short_names(struct pq_json_writer *w,
			    const struct pq_flame_data *d)
{
	struct pq_buf shown = { 0 };

	open_long_list(w, "names");
	for (uint32_t i = 0; i < d->n_names; i++) {
		const struct pq_stack_frame *frame = frame_of_name(d, i);

		pq_buf_clear(&shown);
		pq_flame_name(&shown, frame->name);
		pq_json_break_line(w);
		pq_json_open_list(w);
		/* A name decides its color: both are written once. */
		pq_json_put_text(w, pq_buf_view(&shown));
		pq_json_put_int(w, pq_flame_color(frame->package));
		put_place(w, frame, &shown);
		pq_json_close_list(w);
	}
	pq_json_close_list(w);
	pq_buf_release(&shown);
}

/* For each type: of the root, of merged boxes, and of each name. */
static void put_tones(struct pq_json_writer *w, const struct pq_flame_data *d)
{
	const struct pq_flame *f = d->flame;
	size_t n = f->n_types, none = f->stacks.frames.n;

	/* Only comparisons have tones. */
	if (!f->tones)
		return;
	open_long_list(w, "tones");
	for (unsigned t = 0; t < n; t++) {
		pq_json_break_line(w);
		pq_json_open_list(w);
		pq_json_put_int(w, f->tones[t]);
		pq_json_put_int(w, f->tones[none * n + t]);
		for (uint32_t i = 0; i < d->n_names; i++)
			pq_json_put_int(w, f->tones[d->frames[i] * n + t]);
		pq_json_close_list(w);
	}
	pq_json_close_list(w);
}

/* Triples: depth, number of the name or -1, how it is called. */
static void put_triples(struct pq_json_writer *w, const struct pq_flame_data *d)
{
	open_long_list(w, "boxes");
	for (size_t i = 0; i < d->flame->boxes.n; i++) {
		pq_json_put_int(w, box_depth(d, i, 0));
		pq_json_put_int(w, box_name(d, i, 0));
		pq_json_put_int(w, d->flame->boxes.at[i].how);
	}
	pq_json_close_list(w);
}

/* Merged frames: their box, how many they are, and the size for each type. */
static void put_merged(struct pq_json_writer *w, const struct pq_flame *f)
{
	open_long_list(w, "merged");
	for (size_t i = 0; i < f->boxes.n; i++) {
		/* Few boxes are merged: a list is shorter than marks. */
		if (!f->boxes.at[i].n_merged)
			continue;
		pq_json_open_list(w);
		pq_json_put_int(w, (int64_t)i);
		pq_json_put_int(w, (int64_t)f->boxes.at[i].n_merged);
		for (unsigned t = 0; t < f->n_types; t++)
			pq_json_put_real(w, pq_flame_size(f, i, t));
		pq_json_close_list(w);
	}
	pq_json_close_list(w);
}

/* Own values, which are mostly 0 and so the shortest to write. */
static void put_own(struct pq_json_writer *w, const struct pq_flame_data *d)
{
	size_t n = (size_t)d->flame->n_types * d->flame->n_sides;

	open_long_list(w, "own");
	for (size_t k = 0; k < n; k++) {
		pq_json_break_line(w);
		pq_json_open_list(w);
		for (size_t i = 0; i < d->flame->boxes.n; i++)
			pq_json_put_int(w, d->own[i * n + k]);
		pq_json_close_list(w);
	}
	pq_json_close_list(w);
}

/* Lines of the header but those that the page has in its title. */
static void put_header_lines(struct pq_json_writer *w,
			     const struct pq_notes *header)
{
	open_long_list(w, "header");
	for (size_t i = 0; i < header->n; i++)
		if (!pq_text_starts(header->lines[i], "File: ") &&
		    !pq_text_starts(header->lines[i], "Type: "))
			pq_json_put_text(w, header->lines[i]);
	pq_json_close_list(w);
}

static void put_page_settings(struct pq_json_writer *w,
			      const struct pq_flame_page *page)
{
	put_text_member(w, "title", page->title);
	put_int_member(w, "sides", page->flame.n_sides);
	pq_json_put_name(w, "change");
	pq_json_put_bool(w, pq_flame_shows_change(&page->flame));
	pq_json_put_name(w, "flip");
	pq_json_put_bool(w, page->root_at_bottom);
	pq_json_put_name(w, "scale");
	pq_json_put_real(w, page->view->ratio > 0 ? page->view->ratio : 1);
}

void pq_flame_json_page(const struct pq_flame_page *page, struct pq_out *out)
{
	const struct pq_flame_data *d = &page->data;
	struct pq_json_writer w;

	pq_json_begin(&w, out);
	w.in_page = true;
	pq_json_open_object(&w);
	/* the profile, for title and header */
	put_page_settings(&w, page);
	put_header_lines(&w, page->header);
	put_sample_types(&w, page);
	/* names, boxes and values */
	put_short_names(&w, d);
	put_packages(&w, &d->legend);
	put_tones(&w, d);
	put_triples(&w, d);
	put_merged(&w, &page->flame);
	put_own(&w, d);
	pq_json_close_object(&w);
	pq_json_end(&w);
}
