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

	pq_buf_str(&c->text, title);
	if (p->mappings.n) {
		pq_buf_str(&c->text, " of ");
		pq_buf_text(&c->text, pq_text_basename(pq_string(
					      p, p->mappings.at[0].file)));
	}
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

double pq_chart_step(double most, bool bytes)
{
	double base = bytes ? 2 : 10;
	double step;

	if (!(most > 0) || !isfinite(most))
		return 1;
	step = pow(base, floor(log(most / 4) / log(base)));
	if (!bytes && most / step > 10)
		step *= most / step > 20 ? 5 : 2;
	return step;
}
