#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "draw/flame_page.h"
#include "draw/flame_assets.h"
#include "draw/flame_text.h"
#include "draw/theme.h"
#include "render/xml_text.h"

#include "base/banned.h"

/*
 * The picture is complete as it stands, for viewers and printers without
 * scripts; the script in it (assets/flame_svg.js) makes it move.
 */

#define WIDTH 1200
#define PAD 10
#define TOP 96
#define ROW 18
/* the monospaced font's at 12 pixels, as in assets/flame_svg.js */
#define CHAR_WIDTH 7.23
/* Boxes from this width on may have type of 10 pixels. */
#define SMALL_FROM 34
#define SMALL_TYPE (10.0 / 12)

#define KEY_TOP 76     /* the legend */
#define KEY_COLUMNS 24 /* most letters of a package there */
#define KEY_PATCH 12

/* Bytes of a box besides its name, and of the box of what is merged. */
#define BOX_BYTES 410
#define MERGED_BYTES 260

/* A unit is any text: so much of a value is shown. */
#define VALUE_BYTES 40

struct svg {
	struct pq_flame_page *page;
	struct pq_out *out;
	struct pq_buf name, text;
	struct pq_buf form; /* of a name, as short as it has to be */
	struct pq_buf part; /* the share or the change behind a name */
	double *x;	    /* where the next box inside of a box begins */
	double unit;	    /* pixels for each unit of size */
	bool change;
};

size_t pq_flame_svg_cost(void *ctx, const struct pq_flame *f, uint32_t frame)
{
	struct pq_flame_page *page = ctx;
	struct pq_buf name = { 0 };
	size_t n;

	pq_flame_name(&name, f->stacks.frames.at[frame].name);
	pq_flame_place(&name, &f->stacks.frames.at[frame]);
	pq_buf_clear(&page->scratch);
	pq_xml_text(&page->scratch, pq_buf_view(&name));
	n = page->scratch.len;
	pq_buf_release(&name);
	/* The name is there twice: as the label and in the tip. */
	return BOX_BYTES + MERGED_BYTES + 2 * n;
}

static void put_svg(struct svg *s, struct pq_text text)
{
	struct pq_buf *b = &s->page->scratch;

	pq_buf_clear(b);
	pq_xml_text(b, text);
	pq_out_raw(s->out, pq_unchecked_bytes(b->data), b->len);
}

static void put_box_value(struct svg *s, int64_t value, bool with_sign)
{
	pq_buf_clear(&s->text);
	if (with_sign && value > 0)
		pq_buf_char(&s->text, '+');
	pq_view_value(s->page->view, &s->text, value);
	put_svg(s, pq_flame_cut(pq_buf_view(&s->text), VALUE_BYTES));
}

static void put_fitting(struct svg *s, struct pq_text name, size_t room)
{
	pq_buf_clear(&s->text);
	pq_flame_fit(&s->text, name, room);
	put_svg(s, pq_buf_view(&s->text));
}

static void put_part(struct svg *s)
{
	put_svg(s, pq_flame_cut(pq_buf_view(&s->part), VALUE_BYTES));
}

static void put_box_share(struct svg *s, int64_t value, int64_t total)
{
	pq_buf_clear(&s->text);
	pq_percentage_trimmed(&s->text, value, total);
	put_svg(s, pq_buf_view(&s->text));
}

/* ---- one box ---- */

static int64_t change_of(const struct svg *s, size_t box)
{
	const struct pq_flame *f = &s->page->flame;

	if (f->n_sides == 1)
		return pq_flame_value(f, box, 0, 0);
	return (int64_t)((uint64_t)pq_flame_value(f, box, 0, 0) -
			 (uint64_t)pq_flame_value(f, box, 0, 1));
}

static const char *sign_of(const struct svg *s, size_t box)
{
	int64_t change = s->change ? change_of(s, box) : 0;

	return change > 0 ? "+ " : change < 0 ? "\xe2\x88\x92 " : "";
}

/* A fifth of what there is, or two, ...; everything of it is new or gone. */
static void put_change_class(struct svg *s, size_t box)
{
	const struct pq_flame *f = &s->page->flame;
	double change = (double)change_of(s, box);
	double most = pq_flame_size(f, box, 0);

	/* The larger of two sides is the whole: the other can be 0. */
	if (f->n_sides > 1)
		most = fmax(fabs((double)pq_flame_value(f, box, 0, 0)),
			    fabs((double)pq_flame_value(f, box, 0, 1)));
	/* Noise gets no color, however large it looks. */
	if (change == 0 || most == 0 ||
	    pq_flame_tone(f, box, 0) != PQ_FLAME_COLORED) {
		pq_out_str(s->out, "z");
		return;
	}
	pq_out_printf(s->out, "%c%d", change > 0 ? 'p' : 'm',
		      (int)fmin(5, ceil(5 * fabs(change) / most)));
}

static void find_part(struct svg *s, size_t at)
{
	const struct pq_flame *f = &s->page->flame;
	int64_t value = change_of(s, at);

	pq_buf_clear(&s->part);
	if (f->n_sides == 1) {
		pq_percentage_trimmed(&s->part, value, s->page->view->total);
		return;
	}
	if (value > 0)
		pq_buf_char(&s->part, '+');
	pq_view_value(s->page->view, &s->part, value);
}

static void put_class(struct svg *s, size_t at)
{
	const struct pq_flame *f = &s->page->flame;
	const struct pq_flame_box *box = &f->boxes.at[at];

	pq_out_str(s->out, "<g class=\"box ");
	/* The color: by change, by package, or none for the root. */
	if (s->change)
		put_change_class(s, at);
	else if (box->frame != PQ_NONE)
		pq_out_printf(s->out, "c%u",
			      pq_flame_color(
				      f->stacks.frames.at[box->frame].package));
	else
		pq_out_str(s->out, "k");
	/* Marks for merged and for inlined frames. */
	if (box->n_merged)
		pq_out_str(s->out, " more");
	if (box->how == PQ_STACK_INLINED)
		pq_out_str(s->out, " inl");
	/* Numbers for the script, which zooms and searches. */
	pq_out_printf(s->out, "\" data-d=\"%u\" data-s=\"%.17g\"",
		      (unsigned)box->depth, pq_flame_size(f, at, 0));
	pq_out_str(s->out, " data-p=\"");
	put_part(s);
	pq_out_str(s->out, "\"");
	if (*sign_of(s, at))
		pq_out_printf(s->out, " data-sign=\"%s\"", sign_of(s, at));
	pq_out_str(s->out, ">");
}

static void find_name(struct svg *s, const struct pq_flame_box *box)
{
	const struct pq_stacks *stacks = &s->page->flame.stacks;

	pq_buf_clear(&s->name);
	if (box->n_merged)
		pq_buf_printf(&s->name, "(%llu frame%s)",
			      (unsigned long long)box->n_merged,
			      box->n_merged == 1 ? "" : "s");
	else if (box->frame == PQ_NONE)
		pq_buf_str(&s->name, "all");
	else
		pq_flame_name(&s->name, stacks->frames.at[box->frame].name);
}

static void put_two_sides(struct svg *s, size_t at)
{
	static const char *const tones[] = {
		[PQ_FLAME_COLORED] = "",
		[PQ_FLAME_GRAY] = "",
		[PQ_FLAME_NOISE] = ", within noise",
		[PQ_FLAME_FEW] = ", too few samples to say",
	};
	const struct pq_flame *f = &s->page->flame;
	int64_t after = pq_flame_value(f, at, 0, 0);
	int64_t before = pq_flame_value(f, at, 0, 1), change = change_of(s, at);

	/* Both values and their difference. */
	pq_out_str(s->out, "before ");
	put_box_value(s, before, false);
	pq_out_str(s->out, ", after ");
	put_box_value(s, after, false);
	pq_out_str(s->out, ", change ");
	put_box_value(s, change, true);
	if (!change)
		return;
	/* The difference as a share, which a new frame has none of. */
	if (before) {
		pq_out_str(s->out, change > 0 ? " (+" : " (\xe2\x88\x92");
		put_box_share(s, change, before);
		pq_out_str(s->out, ")");
	} else {
		pq_out_str(s->out, " (new)");
	}
	pq_out_str(s->out, tones[pq_flame_tone(f, at, 0)]);
}

/* The file of a frame, and the line that its function begins in. */
static void put_box_place(struct svg *s, const struct pq_flame_box *box)
{
	const struct pq_stacks *stacks = &s->page->flame.stacks;

	if (box->n_merged || box->frame == PQ_NONE)
		return;
	pq_buf_clear(&s->text);
	pq_flame_place(&s->text, &stacks->frames.at[box->frame]);
	if (!s->text.len)
		return;
	pq_out_str(s->out, "\n");
	put_svg(s, pq_buf_view(&s->text));
}

static void put_own(struct svg *s, size_t at, int64_t value)
{
	const struct pq_flame *f = &s->page->flame;
	int64_t own = s->page->data.own[at * f->n_types * f->n_sides];

	if (f->boxes.at[at].n_merged || !own)
		return;
	pq_out_str(s->out, "\nitself ");
	if (own == value) {
		pq_out_str(s->out, "all of it");
		return;
	}
	put_box_value(s, own, s->change);
	pq_out_str(s->out, ", ");
	put_box_share(s, own, s->page->view->total);
}

static void put_tip(struct svg *s, size_t at)
{
	const struct pq_flame *f = &s->page->flame;
	const struct pq_flame_box *box = &f->boxes.at[at];
	int64_t value = pq_flame_value(f, at, 0, 0);

	pq_out_str(s->out, "<title>");
	put_svg(s, pq_buf_view(&s->name));
	put_box_place(s, box);
	/* One box can be of both: inlined here, called there. */
	if (box->how == PQ_STACK_INLINED)
		pq_out_str(s->out, "\ninlined");
	else if (box->how & PQ_STACK_INLINED)
		pq_out_str(s->out, "\ninlined in part");
	pq_out_str(s->out, "\n");
	/* Two sides have no share of one total. */
	if (f->n_sides > 1) {
		put_two_sides(s, at);
	} else {
		put_box_value(s, value, s->change);
		pq_out_str(s->out, ", ");
		put_box_share(s, value, s->page->view->total);
		put_own(s, at, value);
	}
	pq_out_str(s->out, "</title>");
}

/* So many characters have room in a box of that width. */
static size_t columns_in(double w, double type)
{
	return w > 6 ? (size_t)((w - 6) / (CHAR_WIDTH * type)) : 0;
}

static void begin_form(struct svg *s, struct pq_text name)
{
	pq_buf_clear(&s->form);
	pq_buf_text(&s->form, name);
}

static size_t part_width(const struct svg *s)
{
	return pq_text_width(pq_flame_cut(pq_buf_view(&s->part), VALUE_BYTES));
}

/*
 * The first form of the name that fits, in the smaller type if none does in the
 * usual one, or the last without its end, if four letters of it stay.  A share
 * stands behind it where there is room for both: the tip has it, too.
 */
static void put_label(struct svg *s, size_t at, double x, double y, double w)
{
	const char *sign = sign_of(s, at);
	size_t signs = *sign ? 2 : 0, room = columns_in(w, 1);
	bool is_shown, is_small;

	begin_form(s, pq_buf_view(&s->name));
	is_shown = room >= signs && pq_flame_shorten_to(&s->form, room - signs);
	is_small = !is_shown && w >= SMALL_FROM;
	if (is_small) {
		begin_form(s, pq_buf_view(&s->name));
		room = columns_in(w, SMALL_TYPE);
		is_shown = room >= signs &&
			   (pq_flame_shorten_to(&s->form, room - signs) ||
			    room > signs + 4);
	}
	pq_out_printf(s->out, "<text x=\"%.2f\" y=\"%.0f\"%s>", x + 3, y + 13,
		      is_small && is_shown ? " class=\"s\"" : "");
	if (is_shown) {
		pq_out_str(s->out, sign);
		put_fitting(s, pq_buf_view(&s->form), room - signs);
	}
	if (!is_small &&
	    pq_text_width(pq_buf_view(&s->form)) + signs + 1 + part_width(s) <=
		    room) {
		pq_out_str(s->out, " <tspan>");
		put_part(s);
		pq_out_str(s->out, "</tspan>");
	}
	pq_out_str(s->out, "</text></g>\n");
}

static void put_box(struct svg *s, size_t at)
{
	const struct pq_flame *f = &s->page->flame;
	const struct pq_flame_box *box = &f->boxes.at[at];
	double w = at ? pq_flame_size(f, at, 0) * s->unit : WIDTH - 2 * PAD;
	double x = PAD, y;
	uint32_t line = box->depth;

	/* The row: counted from the root, wherever it is. */
	if (s->page->root_at_bottom)
		line = f->depth - box->depth;
	y = TOP + (double)ROW * line;
	/* The column: behind the siblings drawn before. */
	if (box->parent != PQ_NONE) {
		x = s->x[box->parent];
		s->x[box->parent] += w;
	}
	s->x[at] = x;
	/* The box itself: tooltip, rectangle, and as much text as fits. */
	find_name(s, box);
	find_part(s, at);
	put_class(s, at);
	put_tip(s, at);
	pq_out_printf(s->out,
		      "<rect x=\"%.2f\" y=\"%.0f\" width=\"%.2f\" "
		      "height=\"%d\"/>",
		      x, y, w, ROW - 1);
	put_label(s, at, x, y, w);
}

/* ---- around them ---- */

static void put_totals(struct svg *s)
{
	const struct pq_flame *f = &s->page->flame;
	const struct pq_view *v = s->page->view;
	int64_t value = pq_flame_value(f, 0, 0, 0);

	if (f->n_sides > 1) {
		find_name(s, &f->boxes.at[0]);
		put_two_sides(s, 0);
		return;
	}
	pq_out_str(s->out, "total ");
	put_box_value(s, v->total, false);
	/* Filters and trimming take boxes away, not from the total. */
	if (value == v->total)
		return;
	pq_out_str(s->out, ", shown ");
	put_box_value(s, value, false);
	pq_out_str(s->out, " (");
	put_box_share(s, value, v->total);
	pq_out_str(s->out, ")");
}

static void put_header(struct svg *s)
{
	const struct pq_notes *header = s->page->header;

	pq_out_printf(s->out, "<text class=\"title\" x=\"%d\" y=\"24\">", PAD);
	put_fitting(s, s->page->title, 100);
	pq_out_printf(s->out,
		      "</text>\n<text class=\"about\" x=\"%d\" y=\"44\">", PAD);
	put_totals(s);
	for (size_t i = 0; i < header->n; i++) {
		/* the title says these */
		if (pq_text_starts(header->lines[i], "File: ") ||
		    pq_text_starts(header->lines[i], "Type: "))
			continue;
		pq_out_str(s->out, " \xc2\xb7 ");
		put_svg(s, header->lines[i]);
	}
	pq_out_printf(
		s->out,
		"</text>\n<text class=\"status\" id=\"status\" x=\"%d\" "
		"y=\"64\"></text>\n"
		"<text class=\"status right\" id=\"found\" y=\"64\" "
		"data-x=\"0\"></text>\n"
		"<text class=\"status right link\" id=\"search\" y=\"24\" "
		"data-x=\"40\" style=\"display:none\">search</text>\n"
		"<text class=\"status right link\" id=\"turn\" y=\"24\" "
		"data-x=\"0\" style=\"display:none\">flip</text>\n"
		"<text class=\"status right link\" id=\"copy\" y=\"24\" "
		"data-x=\"100\" style=\"display:none\">copy stack</text>\n",
		PAD);
}

/* ---- the legend ---- */

/*
 * A patch and its words, which s->form has; returns where the next one may
 * begin.
 */
static double put_form_key(struct svg *s, double x, const char *class)
{
	if (x + KEY_PATCH + 4 + CHAR_WIDTH * KEY_COLUMNS > WIDTH - PAD)
		return x;
	pq_out_printf(s->out,
		      "<g class=\"key %s\"><rect x=\"%.0f\" y=\"%d\" "
		      "width=\"%d\" height=\"%d\"/><text x=\"%.0f\" "
		      "y=\"%d\">",
		      class, x, KEY_TOP, KEY_PATCH, KEY_PATCH,
		      x + KEY_PATCH + 4, KEY_TOP + 10);
	put_fitting(s, pq_buf_view(&s->form), KEY_COLUMNS);
	pq_out_str(s->out, "</text></g>\n");
	return x + KEY_PATCH + 20 +
	       CHAR_WIDTH * fmin(KEY_COLUMNS,
				 (double)pq_text_width(pq_buf_view(&s->form)));
}

static double put_key(struct svg *s, double x, const char *class,
		      struct pq_text words)
{
	begin_form(s, words);
	(void)pq_flame_shorten_to(&s->form, KEY_COLUMNS);
	return put_form_key(s, x, class);
}

/* The packages of one color, from the i-th on, share the room of a key. */
static void join_package_names(struct svg *s, size_t i)
{
	const struct pq_flame_legend *l = &s->page->data.legend;
	unsigned color = pq_flame_color(l->packages[i].name);
	struct pq_buf all = { 0 };
	size_t n = 0;

	for (size_t k = i; k < l->n; k++)
		n += pq_flame_color(l->packages[k].name) == color;
	for (size_t k = i; k < l->n; k++) {
		if (pq_flame_color(l->packages[k].name) != color)
			continue;
		begin_form(s, pq_flame_cut(l->packages[k].name, PQ_FLAME_NAME));
		(void)pq_flame_shorten_to(&s->form, KEY_COLUMNS / n);
		pq_buf_str(&all, all.len ? ", " : "");
		pq_buf_text(&all, pq_buf_view(&s->form));
	}
	pq_buf_clear(&s->form);
	pq_buf_text(&s->form, pq_buf_view(&all));
	pq_buf_release(&all);
}

static void put_package_keys(struct svg *s)
{
	const struct pq_flame_legend *l = &s->page->data.legend;
	bool has_key[PQ_FLAME_COLORS] = { false };
	double x = PAD;

	for (size_t i = 0; i < l->n; i++) {
		unsigned color = pq_flame_color(l->packages[i].name);
		char class[16];

		if (has_key[color])
			continue;
		has_key[color] = true;
		snprintf(class, sizeof(class), "c%u", color);
		join_package_names(s, i);
		x = put_form_key(s, x, class);
	}
	if (l->has_runtime)
		x = put_key(s, x, "c16", PQ_TEXT("runtime"));
	(void)put_key(s, x, "k", PQ_TEXT("all, merged frames"));
}

static void put_legend(struct svg *s)
{
	double x = PAD;

	pq_out_str(s->out, "<g id=\"legend\">\n");
	if (!s->change) {
		put_package_keys(s);
	} else if (s->page->flame.n_sides > 1) {
		x = put_key(s, x, "m5", PQ_TEXT("\xe2\x88\x92 less"));
		x = put_key(s, x, "z", PQ_TEXT("no change, or noise"));
		(void)put_key(s, x, "p5", PQ_TEXT("+ more"));
	} else {
		x = put_key(s, x, "m5", PQ_TEXT("\xe2\x88\x92 negative"));
		(void)put_key(s, x, "p5", PQ_TEXT("+ positive"));
	}
	pq_out_str(s->out, "</g>\n");
}

static void put_boxes(struct svg *s)
{
	const struct pq_flame *f = &s->page->flame;
	double size = pq_flame_size(f, 0, 0);

	s->x = pq_alloc(pq_size_mul(f->boxes.n, sizeof(*s->x)));
	s->unit = size > 0 ? (WIDTH - 2 * PAD) / size : 0;
	pq_out_printf(s->out,
		      "<g id=\"boxes\" data-top=\"%d\" data-flip=\"%d\">\n",
		      TOP, s->page->root_at_bottom);
	for (size_t i = 0; i < f->boxes.n && !pq_out_stopped(s->out); i++)
		put_box(s, i);
	pq_out_str(s->out, "</g>\n");
	pq_free(s->x);
}

void pq_flame_svg(struct pq_flame_page *page, struct pq_out *out)
{
	struct svg s = { .page = page,
			 .out = out,
			 .change = pq_flame_shows_change(&page->flame) };
	unsigned height = TOP + ROW * (page->flame.depth + 1) + PAD;

	pq_out_printf(out,
		      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		      "<svg xmlns=\"http://www.w3.org/2000/svg\" "
		      "width=\"%d\" height=\"%u\" viewBox=\"0 0 %d %u\">\n"
		      "<title>",
		      WIDTH, height, WIDTH, height);
	put_svg(&s, page->title);
	pq_out_str(out, "</title>\n<style>\n");
	/* Style and script are within: the file is looked at alone. */
	pq_theme_style(pq_asset_flame_colors_css, page->theme, out);
	pq_theme_style(pq_asset_flame_svg_css, page->theme, out);
	pq_out_str(out, "</style>\n<rect class=\"paper\" width=\"100%\" "
			"height=\"100%\"/>\n");
	/* The drawing, then the script that moves it. */
	put_header(&s);
	put_legend(&s);
	put_boxes(&s);
	pq_out_str(out, "<script><![CDATA[\n");
	pq_out_str(out, pq_asset_matching_js);
	pq_out_str(out, pq_asset_short_names_js);
	pq_out_str(out, pq_asset_flame_svg_js);
	pq_out_str(out, "]]></script>\n</svg>\n");
	pq_buf_release(&s.name);
	pq_buf_release(&s.text);
	pq_buf_release(&s.part);
	pq_buf_release(&s.form);
}
