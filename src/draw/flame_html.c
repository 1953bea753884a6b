#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "draw/flame.h"
#include "draw/flame_assets.h"
#include "draw/flame_text.h"
#include "render/json_text.h"
#include "render/xml_text.h"

#include "base/banned.h"

/*
 * A page that holds the boxes as JSON and draws them itself
 * (assets/flame_html.js), for any of the sample types.  It is well-formed as
 * XML too, and asks nobody for anything: its policy forbids it to.
 */

#define POLICY                                            \
	"default-src 'none'; style-src 'unsafe-inline'; " \
	"script-src 'unsafe-inline'"

static const char head[] =
	"<!DOCTYPE html>\n"
	"<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n"
	"<meta charset=\"utf-8\"/>\n"
	"<meta http-equiv=\"Content-Security-Policy\" content=\"" POLICY
	"\"/>\n"
	"<meta name=\"viewport\" content=\"width=device-width\"/>\n<title>";

static const char body[] =
	"</style>\n</head>\n<body>\n<header>\n"
	"<h1 id=\"title\"></h1>\n"
	"<select id=\"type\" aria-label=\"sample type\"></select>\n"
	"<input id=\"search\" type=\"search\" placeholder=\"search (/)\" "
	"aria-label=\"search\"/>\n"
	"<button id=\"turn\" type=\"button\">flip</button>\n"
	"<button id=\"whole\" type=\"button\">show all</button>\n"
	"<span id=\"found\" role=\"status\"></span>\n"
	"</header>\n"
	"<p id=\"about\"></p>\n"
	"<div id=\"graph\" role=\"tree\" tabindex=\"0\" "
	"aria-label=\"flame graph\"></div>\n"
	"<p id=\"status\" role=\"status\"></p>\n"
	"<div id=\"tip\"></div>\n"
	"<noscript><p>This page draws its flame graph with a script of its "
	"own; profq flame -o FILE.svg makes a picture that needs none.</p>"
	"</noscript>\n";

struct html {
	struct pq_flame_page *page;
	struct pq_out *out;
	struct pq_buf text;
	uint32_t *number; /* of a frame's name in the file; PQ_NONE: not yet */
	uint32_t *frame;  /* the other way round */
	uint32_t n_names;
	int64_t *own; /* as the values of the boxes */
};

/* U+FFFE and U+FFFF, which XML does not allow. */
static bool is_noncharacter(const struct pq_buf *b, size_t at)
{
	return b->len - at >= 3 && (!memcmp(b->data + at, "\xef\xbf\xbe", 3) ||
				    !memcmp(b->data + at, "\xef\xbf\xbf", 3));
}

/* JSON that no parser of HTML or XML takes for an end of its script. */
static void put_json(struct html *h, struct pq_text text)
{
	struct pq_buf *b = &h->page->scratch;

	pq_buf_clear(b);
	pq_json_text(b, text);
	for (size_t i = 0; i < b->len; i++) {
		unsigned char c = (unsigned char)b->data[i];

		if (c == '<' || c == '>' || c == '&') {
			pq_out_printf(h->out, "\\u%04x", c);
		} else if (is_noncharacter(b, i)) {
			i += 2;
			pq_out_printf(h->out, "\\uff%02x",
				      (unsigned char)b->data[i] + 0x40u);
		} else {
			pq_out_raw(h->out, pq_unchecked_bytes(&b->data[i]), 1);
		}
	}
}

size_t pq_flame_html_cost(void *ctx, const struct pq_flame *f, uint32_t frame)
{
	struct pq_text name = f->stacks.frames.at[frame].name;
	size_t bytes = name.len < PQ_FLAME_NAME ? name.len : PQ_FLAME_NAME;

	(void)ctx;
	/*
	 * Depth, number and how, for itself and for what is merged beside it,
	 * which has its sizes besides.  Names are counted as if each box had
	 * one of its own, at the length of plain ones in a file that shares
	 * them: what is not plain is rare, and a name stands there once.
	 */
	return 2 * (14 + (size_t)f->digits) + (size_t)f->n_types * 24 + 12 +
	       bytes;
}

/* ---- what the values are ---- */

static void put_unit(struct html *h, struct pq_text label, double ratio)
{
	pq_out_str(h->out, "[");
	put_json(h, label);
	pq_out_printf(h->out, ",%.17g]", ratio);
}

/* The steps of a family, each with how many of the type's unit it is. */
static bool put_ladder(struct html *h, struct pq_text unit)
{
	static const char *const steps[] = { "ns", "us", "ms", "s",  "hrs", "B",
					     "kB", "MB", "GB", "TB", "PB" };
	bool any = false;

	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		bool known = true;
		double ratio =
			pq_unit_ratio(pq_text_of(steps[i]), unit, &known);

		if (!known || ratio <= 0)
			continue;
		pq_out_str(h->out, any ? "," : "");
		put_unit(h, pq_text_of(steps[i]), ratio);
		any = true;
	}
	return any;
}

static void put_units(struct html *h, struct pq_text unit)
{
	struct pq_text wanted = h->page->view->o.unit;
	bool known = true;
	double ratio = pq_unit_ratio(wanted, unit, &known);

	if (!pq_text_is(wanted, "minimum") && !pq_text_is(wanted, "auto") &&
	    known && ratio > 0) {
		put_unit(h, wanted, ratio);
		return;
	}
	if (put_ladder(h, unit))
		return;
	pq_buf_clear(&h->text);
	pq_unit_label(&h->text, 1, unit, PQ_TEXT("auto"));
	wanted = pq_buf_view(&h->text); /* "1", or "1widgets" */
	put_unit(h, pq_text_slice(wanted, 1, wanted.len), 1);
}

static void put_types(struct html *h)
{
	const struct pq_flame_page *page = h->page;
	const struct pq_profile *p = page->view->p;

	pq_out_str(h->out, "\"types\":[");
	for (unsigned i = 0; i < page->flame.n_types; i++) {
		const struct pq_view_type *t = &page->types[i];
		struct pq_value_type type = p->sample_types.at[t->column];

		pq_out_str(h->out, i ? ",\n{\"name\":" : "\n{\"name\":");
		put_json(h, pq_string(p, type.type));
		pq_out_printf(h->out,
			      ",\"column\":%u,\"total\":%lld,\"before\":%lld,"
			      "\"units\":[",
			      t->column, (long long)t->total,
			      (long long)t->before);
		put_units(h, pq_string(p, type.unit));
		pq_out_str(h->out, "]}");
	}
	pq_out_str(h->out, "],\n");
}

/* ---- the boxes ---- */

/* For each type: of the root, of merged boxes, and of each name. */
static void put_tones(struct html *h)
{
	const struct pq_flame *f = &h->page->flame;
	size_t n_frames = f->stacks.frames.n;

	if (!f->tones)
		return;
	pq_out_str(h->out, "\"tones\":[");
	for (unsigned t = 0; t < f->n_types; t++) {
		pq_out_printf(h->out, "%s[%u,%u", t ? ",\n" : "\n", f->tones[t],
			      f->tones[n_frames * f->n_types + t]);
		for (uint32_t i = 0; i < h->n_names; i++)
			pq_out_printf(h->out, ",%u",
				      f->tones[h->frame[i] * f->n_types + t]);
		pq_out_str(h->out, "]");
	}
	pq_out_str(h->out, "],\n");
}

/* Numbers the names in order of first use and writes them. */
static void put_names(struct html *h)
{
	const struct pq_flame *f = &h->page->flame;
	size_t n_frames = f->stacks.frames.n;

	h->frame = pq_alloc(pq_size_mul(n_frames, sizeof(*h->frame)));
	h->number = pq_alloc(pq_size_mul(n_frames, sizeof(*h->number)));
	memset(h->number, 0xff, n_frames * sizeof(*h->number));
	pq_out_str(h->out, "\"names\":[");
	for (size_t i = 0; i < f->boxes.n; i++) {
		uint32_t frame = f->boxes.at[i].frame;
		const struct pq_stack_frame *is;

		if (frame == PQ_NONE || h->number[frame] != PQ_NONE)
			continue;
		is = &f->stacks.frames.at[frame];
		pq_out_str(h->out, h->n_names ? ",\n[" : "\n[");
		h->frame[h->n_names] = frame;
		h->number[frame] = h->n_names++;
		pq_buf_clear(&h->text);
		pq_flame_name(&h->text, is->name);
		put_json(h, pq_buf_view(&h->text));
		pq_out_printf(h->out, ",%u]", pq_flame_color(is->package));
	}
	pq_out_str(h->out, "],\n");
}

/* Triples: depth, number of the name or -1, how it is called. */
static void put_boxes(struct html *h)
{
	const struct pq_flame *f = &h->page->flame;

	pq_out_str(h->out, "\"boxes\":[");
	for (size_t i = 0; i < f->boxes.n; i++) {
		const struct pq_flame_box *box = &f->boxes.at[i];
		long number = -1;

		if (box->frame != PQ_NONE)
			number = (long)h->number[box->frame];
		pq_out_printf(h->out, "%s%u,%ld,%u", i ? "," : "",
			      (unsigned)box->depth, number, box->how);
	}
	pq_out_str(h->out, "],\n");
}

/* Of merged frames: the box, how many, and the size for each type. */
static void put_merged(struct html *h)
{
	const struct pq_flame *f = &h->page->flame;
	bool any = false;

	pq_out_str(h->out, "\"merged\":[");
	for (size_t i = 0; i < f->boxes.n; i++) {
		if (!f->boxes.at[i].n_merged)
			continue;
		pq_out_printf(h->out, "%s[%zu,%u", any ? "," : "", i,
			      (unsigned)f->boxes.at[i].n_merged);
		any = true;
		for (unsigned t = 0; t < f->n_types; t++)
			pq_out_printf(h->out, ",%.17g", pq_flame_size(f, i, t));
		pq_out_str(h->out, "]");
	}
	pq_out_str(h->out, "],\n");
}

/* What each box has itself: mostly 0, and so the shortest to write. */
static void find_own(struct html *h)
{
	const struct pq_flame *f = &h->page->flame;
	size_t n = (size_t)f->n_types * f->n_sides;
	size_t bytes = pq_size_mul(f->boxes.n, n * sizeof(*h->own));

	h->own = memcpy(pq_alloc(bytes), f->values, bytes);
	for (size_t i = 1; i < f->boxes.n; i++)
		for (size_t k = 0; k < n; k++) {
			int64_t *of = &h->own[f->boxes.at[i].parent * n + k];

			*of = (int64_t)((uint64_t)*of -
					(uint64_t)f->values[i * n + k]);
		}
}

static void put_own(struct html *h)
{
	const struct pq_flame *f = &h->page->flame;
	size_t n = (size_t)f->n_types * f->n_sides;

	find_own(h);
	pq_out_str(h->out, "\"own\":[");
	for (size_t k = 0; k < n; k++) {
		pq_out_str(h->out, k ? ",\n[" : "\n[");
		for (size_t i = 0; i < f->boxes.n; i++)
			pq_out_printf(h->out, i ? ",%lld" : "%lld",
				      (long long)h->own[i * n + k]);
		pq_out_str(h->out, "]");
	}
	pq_out_str(h->out, "]}\n");
}

static void put_header(struct html *h)
{
	const struct pq_flame_page *page = h->page;
	bool any = false;

	pq_out_str(h->out, "{\"title\":");
	put_json(h, page->title);
	pq_out_printf(h->out,
		      ",\"sides\":%u,\"change\":%s,\"flip\":%s,\"scale\":%.17g,"
		      "\n\"header\":[",
		      page->flame.n_sides,
		      pq_flame_shows_change(&page->flame) ? "true" : "false",
		      page->root_at_bottom ? "true" : "false",
		      page->view->ratio > 0 ? page->view->ratio : 1);
	for (size_t i = 0; i < page->header->n; i++) {
		if (pq_text_starts(page->header->lines[i], "File: ") ||
		    pq_text_starts(page->header->lines[i], "Type: "))
			continue;
		pq_out_str(h->out, any ? "," : "");
		put_json(h, page->header->lines[i]);
		any = true;
	}
	pq_out_str(h->out, "],\n");
}

void pq_flame_html(struct pq_flame_page *page, struct pq_out *out)
{
	struct html h = { .page = page, .out = out };

	pq_out_str(out, head);
	pq_xml_text(&h.text, page->title);
	pq_out_raw(out, pq_unchecked_bytes(h.text.data), h.text.len);
	pq_out_str(out, "</title>\n<style>\n");
	pq_out_str(out, pq_asset_flame_colors_css);
	pq_out_str(out, pq_asset_flame_html_css);
	pq_out_str(out, body);
	pq_out_str(out, "<script type=\"application/json\" id=\"data\">\n");
	put_header(&h);
	put_types(&h);
	put_names(&h);
	put_tones(&h);
	put_boxes(&h);
	put_merged(&h);
	put_own(&h);
	pq_out_str(out, "</script>\n<script>//<![CDATA[\n");
	pq_out_str(out, pq_asset_flame_html_js);
	pq_out_str(out, "//]]></script>\n</body>\n</html>\n");
	pq_buf_release(&h.text);
	pq_free(h.number);
	pq_free(h.frame);
	pq_free(h.own);
}
