#include "base/mem.h"
#include "draw/flame_page.h"
#include "draw/flame_assets.h"
#include "draw/flame_json.h"
#include "draw/flame_text.h"
#include "draw/theme.h"
#include "render/xml_text.h"

#include "base/banned.h"

/*
 * pq_flame_html (flame.h): a page that holds the boxes as JSON and draws them itself
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
	"<button id=\"copy\" type=\"button\">copy stack</button>\n"
	"<span id=\"found\" role=\"status\"></span>\n"
	"</header>\n"
	"<p id=\"about\"></p>\n"
	"<ul id=\"legend\" aria-label=\"colors\"></ul>\n"
	"<div id=\"graph\" role=\"tree\" tabindex=\"0\" "
	"aria-label=\"flame graph\"></div>\n"
	"<p id=\"copied\" role=\"status\"></p>\n"
	"<p id=\"status\" role=\"status\"></p>\n"
	"<div id=\"tip\"></div>\n"
	"<noscript><p>This page draws its flame graph with a script of its "
	"own; profq flame -o FILE.svg makes a picture that needs none.</p>"
	"</noscript>\n";

static size_t most_name_bytes(struct pq_text name)
{
	return name.len < PQ_FLAME_NAME ? name.len : PQ_FLAME_NAME;
}

size_t pq_flame_html_cost(void *ctx, const struct pq_flame *f, uint32_t frame)
{
	const struct pq_stack_frame *of = &f->stacks.frames.at[frame];
	size_t bytes = most_name_bytes(of->name);

	/* Its file, with a colon and the digits of a line. */
	if (of->file.len)
		bytes += most_name_bytes(pq_text_basename(of->file)) + 11;

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

static void put_page_title(const struct pq_flame_page *page, struct pq_out *out)
{
	struct pq_buf title = { 0 };

	pq_xml_text(&title, page->title);
	pq_out_raw(out, pq_unchecked_bytes(title.data), title.len);
	pq_buf_release(&title);
}

void pq_flame_html(const struct pq_flame_page *page, struct pq_out *out)
{
	pq_out_str(out, head);
	put_page_title(page, out);
	pq_out_str(out, "</title>\n<style>\n");
	pq_theme_style(pq_asset_inks_css, page->theme, out);
	pq_theme_style(pq_asset_flame_colors_css, page->theme, out);
	pq_out_str(out, pq_asset_flame_html_css);
	pq_out_str(out, body);
	pq_out_str(out, "<script type=\"application/json\" id=\"data\">\n");
	pq_flame_json_page(page, out);
	pq_out_str(out, "\n</script>\n<script>//<![CDATA[\n");
	pq_out_str(out, pq_asset_matching_js);
	pq_out_str(out, pq_asset_short_names_js);
	pq_out_str(out, pq_asset_color_keys_js);
	pq_out_str(out, pq_asset_flame_html_js);
	pq_out_str(out, "//]]></script>\n</body>\n</html>\n");
}
