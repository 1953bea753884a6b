#include "draw/chart.h"

#include <math.h>
#include <string.h>

#include "base/units.h"
#include "draw/flame_text.h"
#include "render/xml_text.h"

#include "base/banned.h"

/*
 * Paper and inks of the flame graphs; lines that all kinds of color vision tell
 * apart, the first two those of a leak and of another function, the others by
 * Okabe and Ito.
 */
static const char style[] =
	"<style>\n"
	"svg { font: 12px sans-serif; color-scheme: light dark; }\n"
	".paper { fill: #ffffff; }\n"
	"text { fill: #1b1d22; }\n"
	".title { font-size: 16px; font-weight: bold; }\n"
	".about, .axis { fill: #565b66; }\n"
	".grid { stroke: #d5d8de; }\n"
	".base { stroke: #565b66; }\n"
	".cut { stroke: #565b66; stroke-dasharray: 5 4; }\n"
	".line { fill: none; stroke-width: 2; }\n"
	".band { opacity: 0.18; stroke: none; }\n"
	".alloc { fill: #9ecae1; }\n"
	".live { fill: #1f5fbf; }\n"
	".ladder { fill: none; stroke: #b3480a; stroke-width: 1.5; }\n"
	".rung { fill: #b3480a; }\n"
	".s0 { --c: #b3480a; } .s1 { --c: #1f5fbf; } .s2 { --c: #009e73; }\n"
	".s3 { --c: #b8527f; } .s4 { --c: #8a6d00; } .s5 { --c: #3f7fa6; }\n"
	".s6 { --c: #6b4fa3; } .s7 { --c: #57606a; }\n"
	".line { stroke: var(--c); } .band, .mark { fill: var(--c); }\n"
	"@media (prefers-color-scheme: dark) {\n"
	".paper { fill: #17181c; }\n"
	"text { fill: #f2f3f5; }\n"
	".about, .axis { fill: #a9afbb; }\n"
	".grid { stroke: #3d4048; }\n"
	".base, .cut { stroke: #a9afbb; }\n"
	".band { opacity: 0.28; }\n"
	".alloc { fill: #25506b; }\n"
	".live { fill: #8ab4f8; }\n"
	".ladder { stroke: #f5a05a; } .rung { fill: #f5a05a; }\n"
	".s0 { --c: #f5a05a; } .s1 { --c: #8ab4f8; } .s2 { --c: #2fc297; }\n"
	".s3 { --c: #e58ab6; } .s4 { --c: #e3c341; } .s5 { --c: #9ed0ee; }\n"
	".s6 { --c: #b79cf0; } .s7 { --c: #9da7b3; }\n"
	"}\n"
	"</style>\n";

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

void pq_chart_begin(struct pq_chart *c, struct pq_out *out, bool page,
		    int height, const char *title, const struct pq_view *v)
{
	memset(c, 0, sizeof(*c));
	c->out = out;
	c->page = page;
	put_title(c, title, v);
	if (page) {
		pq_out_str(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
				"<meta charset=\"utf-8\">\n<meta "
				"name=\"color-scheme\" content=\"light dark\">"
				"\n<title>");
		put_encoded(c, pq_buf_view(&c->text));
		pq_out_str(out, "</title>\n</head>\n<body>\n");
	} else {
		pq_out_str(out, "<?xml version=\"1.0\" "
				"encoding=\"UTF-8\"?>\n");
	}
	/* The drawing is the same in a page and in a file of its own. */
	pq_out_printf(out,
		      "<svg xmlns=\"http://www.w3.org/2000/svg\" "
		      "viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\">\n"
		      "<title>",
		      PQ_CHART_WIDTH, height, PQ_CHART_WIDTH, height);
	put_encoded(c, pq_buf_view(&c->text));
	pq_out_str(out, "</title>\n");
	pq_out_str(out, style);
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
