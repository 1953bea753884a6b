#include "draw/chart.h"

#include <math.h>
#include <string.h>

#include "base/units.h"
#include "draw/flame_assets.h"
#include "draw/flame_text.h"
#include "draw/theme.h"
#include "render/xml_text.h"

#include "base/banned.h"

#define POLICY "default-src 'none'; style-src 'unsafe-inline'"

static void put_encoded(struct pq_chart *c, struct pq_text text)
{
	pq_buf_clear(&c->scratch);
	pq_xml_text(&c->scratch, text);
	pq_out_raw(c->out, pq_unchecked_bytes(c->scratch.data), c->scratch.len);
}

void pq_chart_text(struct pq_chart *c, double x, double y, const char *class,
		   const char *anchor, struct pq_text text, size_t most)
{
	struct pq_buf fitting = { 0 };

	pq_out_printf(c->out,
		      "<text x=\"%.1f\" y=\"%.1f\" class=\"%s\" "
		      "text-anchor=\"%s\">",
		      x, y, class, anchor);
	pq_flame_fit(&fitting, text, most);
	put_encoded(c, pq_buf_view(&fitting));
	pq_out_str(c->out, "</text>\n");
	pq_buf_release(&fitting);
}

void pq_chart_put_text(struct pq_chart *c)
{
	put_encoded(c, pq_buf_view(&c->text));
	pq_buf_clear(&c->text);
}

void pq_chart_name(struct pq_chart *c, double x, double y, struct pq_text name,
		   size_t most)
{
	struct pq_buf form = { 0 };

	pq_buf_text(&form, name);
	(void)pq_flame_shorten_to(&form, most);
	pq_chart_text(c, x, y, "name", "start", pq_buf_view(&form), most);
	pq_buf_release(&form);
}

void pq_chart_label(struct pq_chart *c, double x, double y, const char *class,
		    const char *anchor)
{
	pq_chart_text(c, x, y, class, anchor, pq_buf_view(&c->text), 140);
	pq_buf_clear(&c->text);
}

static void put_title(struct pq_chart *c, const char *title,
		      const struct pq_view *v)
{
	const struct pq_profile *p = v->p;

	struct pq_text file = { 0 };

	pq_buf_str(&c->text, title);
	if (p->mappings.n)
		file = pq_text_basename(pq_string(p, p->mappings.at[0].file));
	if (!file.len)
		return;
	pq_buf_str(&c->text, " of ");
	pq_buf_text(&c->text, file);
}

void pq_chart_begin(struct pq_chart *c, const struct pq_chart_sheet *sheet,
		    const struct pq_view *v, struct pq_out *out)
{
	int height = sheet->height;

	memset(c, 0, sizeof(*c));
	c->out = out;
	c->page = sheet->page;
	put_title(c, sheet->title, v);
	if (c->page) {
		pq_out_str(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
				"<meta charset=\"utf-8\">\n"
				"<meta http-equiv=\"Content-Security-Policy\" "
				"content=\"" POLICY "\">\n"
				"<meta name=\"viewport\" "
				"content=\"width=device-width\">\n<title>");
		put_encoded(c, pq_buf_view(&c->text));
		pq_out_str(out, "</title>\n<style>\n");
		pq_theme_style(pq_asset_inks_css, sheet->theme, out);
		pq_out_str(out, "body { background: var(--paper); }\n"
				".chart { max-width: 100%; height: auto; }\n"
				"</style>\n</head>\n<body>\n");
	} else {
		pq_out_str(out, "<?xml version=\"1.0\" "
				"encoding=\"UTF-8\"?>\n");
	}
	/* The drawing is the same in a page and in a file of its own. */
	pq_out_printf(
		out,
		"<svg class=\"chart\" xmlns=\"http://www.w3.org/2000/svg\" "
		"viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\">\n"
		"<title>",
		PQ_CHART_WIDTH, height, PQ_CHART_WIDTH, height);
	put_encoded(c, pq_buf_view(&c->text));
	pq_out_str(out, "</title>\n");
	pq_out_str(out, "<style>\n");
	pq_theme_style(pq_asset_chart_css, sheet->theme, out);
	pq_out_str(out, "</style>\n");
	pq_out_str(out, "<rect class=\"paper\" width=\"100%\" "
			"height=\"100%\"/>\n");
	pq_chart_label(c, 20, 28, "title", "start");
}

void pq_chart_end(struct pq_chart *c)
{
	pq_out_str(c->out, "</svg>\n");
	if (c->page)
		pq_out_str(c->out, "</body>\n</html>\n");
	pq_buf_release(&c->text);
	pq_buf_release(&c->scratch);
}

/* ---- values ---- */

/* The smallest round step of which `most' has five at most. */
static double round_step(double most, bool bytes)
{
	static const double ones[] = { 1, 2, 5, 10 };
	double base = bytes ? 2 : 10, step;

	if (!(most > 0) || !isfinite(most))
		return 1;
	step = pow(base, floor(log(most / 5) / log(base)));
	if (bytes)
		return most / step > 5 ? 2 * step : step;
	for (size_t i = 0; i < sizeof(ones) / sizeof(ones[0]); i++)
		if (most / (ones[i] * step) <= 5)
			return ones[i] * step;
	return 10 * step;
}

struct unit_name {
	const char *name;
	double size;
};

static const struct unit_name byte_units[] = {
	{ "B", 1 },	  { "kB", 1024 },   { "MB", 0x1p20 },
	{ "GB", 0x1p30 }, { "TB", 0x1p40 }, { "PB", 0x1p50 },
};

static const struct unit_name count_units[] = {
	{ "", 1 },
	{ "thousand ", 1e3 },
	{ "million ", 1e6 },
	{ "billion ", 1e9 },
};

static const struct unit_name *unit_for(const struct unit_name *units, size_t n,
					double top)
{
	size_t i = 0;

	while (i + 1 < n && top >= units[i + 1].size)
		i++;
	return &units[i];
}

/* The unit that -unit asks for, if it is one of bytes. */
static bool take_wanted_unit(struct pq_chart_axis *a, const struct pq_view *v)
{
	bool known = true;
	double size = pq_unit_ratio(v->o.unit, PQ_TEXT("bytes"), &known);

	if (pq_text_is(v->o.unit, "minimum") || pq_text_is(v->o.unit, "auto") ||
	    !known || !(size > 0))
		return false;
	a->unit = size;
	a->name = v->o.unit;
	return true;
}

void pq_chart_axis(struct pq_chart_axis *a, double most, const char *counted,
		   const struct pq_view *v)
{
	const struct unit_name *unit;
	double ratio = v->ratio > 0 ? v->ratio : 1;

	/* Steps are round on paper, where values are divided (-divide_by). */
	memset(a, 0, sizeof(*a));
	a->scale = "";
	a->step = fmax(1, round_step(most * ratio, !*counted));
	a->top = a->step * fmax(1, ceil(most * ratio / a->step));
	if (*counted) {
		unit = unit_for(count_units, 4, a->top);
		a->scale = unit->name;
		a->name = pq_text_of(counted);
		a->unit = unit->size;
	} else if (!take_wanted_unit(a, v)) {
		unit = unit_for(byte_units, 6, a->top);
		a->name = pq_text_of(unit->name);
		a->unit = unit->size;
	}
	a->step /= ratio;
	a->top /= ratio;
	a->unit /= ratio;
}

double pq_chart_y(const struct pq_chart_axis *a, double value)
{
	return PQ_CHART_BOTTOM -
	       (PQ_CHART_BOTTOM - PQ_CHART_TOP) * fmax(0, value) / a->top;
}

void pq_chart_draw_axis(struct pq_chart *c, const struct pq_chart_axis *a,
			double right)
{
	for (double v = 0; v <= a->top * (1 + 1e-9); v += a->step) {
		double y = pq_chart_y(a, v);

		pq_out_printf(c->out,
			      "<line class=\"%s\" x1=\"%d\" x2=\"%.0f\" "
			      "y1=\"%.1f\" y2=\"%.1f\"/>\n",
			      v > 0 ? "grid" : "base", PQ_CHART_LEFT, right, y,
			      y);
		pq_buf_printf(&c->text, "%.6g", v / a->unit);
		pq_chart_label(c, PQ_CHART_LEFT - 8, y + 4, "axis", "end");
	}
	pq_buf_str(&c->text, a->scale);
	pq_buf_text(&c->text, a->name);
	pq_chart_label(c, PQ_CHART_LEFT - 8, PQ_CHART_TOP - 14, "axis", "end");
}
