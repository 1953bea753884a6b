#include "draw/svg.h"

#include <string.h>

#include "draw/flame_assets.h"
#include "draw/theme.h"
#include "render/xml_text.h"

#include "base/banned.h"

/*
 * U+FFFE and U+FFFF are valid UTF-8 and not allowed in XML; they become
 * U+FFFD, which is as long.
 */
static void replace_nonchars(char PQ_RAW *bytes, size_t n)
{
	for (size_t i = 0; i + 2 < n; i++)
		if (bytes[i] == '\xef' && bytes[i + 1] == '\xbf' &&
		    (unsigned char)bytes[i + 2] >= 0xbe)
			bytes[i + 2] = '\xbd';
}

/* The value of an attribute of the first svg element. */
static struct pq_text view_box(struct pq_text svg)
{
	static const char key[] = " viewBox=\"";
	size_t from = pq_text_find(svg, 0, key) + sizeof(key) - 1;

	if (from >= svg.len)
		return pq_text_slice(svg, 0, 0);
	return pq_text_slice(svg, from, pq_text_find(svg, from, "\""));
}

static void put_style(struct pq_buf *to, enum pq_theme theme)
{
	struct pq_out style;

	pq_out_open_memory(&style);
	pq_theme_style(pq_asset_graph_colors_css, theme, &style);
	pq_buf_str(to, "<style>\n");
	pq_buf_text(to, pq_buf_view(&style.buf));
	pq_buf_str(to, "</style>\n");
	pq_buf_release(&style.buf);
}

/* A line that says what a node is, and the script that moves all. */
static void put_script(struct pq_buf *to)
{
	pq_buf_str(to, "<g id=\"line\" display=\"none\"><rect y=\"-26\" "
		       "height=\"26\"/><text x=\"10\" y=\"-9\"></text></g>\n"
		       "<script><![CDATA[\n");
	pq_buf_str(to, pq_asset_look_around_js);
	pq_buf_str(to, pq_asset_matching_js);
	pq_buf_str(to, pq_asset_graph_svg_js);
	pq_buf_str(to, "]]></script>\n");
}

bool pq_svg_finish(struct pq_buf *to, struct pq_text svg, struct pq_text title,
		   enum pq_theme theme)
{
	size_t head = pq_text_find(svg, 0, "<svg "), body, start;
	size_t begun = to->len;
	struct pq_text box;

	start = pq_text_find(svg, head, ">") + 1;
	body = pq_text_find(svg, start, "<title>");
	/* A text of another shape is refused rather than shown in part. */
	if (body >= svg.len)
		return false;
	box = view_box(pq_text_slice(svg, head, start));
	/* The size is the window's; the script moves the view within. */
	pq_buf_str(to, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		       "<svg class=\"profq\" width=\"100%\" height=\"100%\" "
		       "viewBox=\"");
	pq_buf_text(to, box);
	pq_buf_str(to,
		   "\" xmlns=\"http://www.w3.org/2000/svg\" "
		   "xmlns:xlink=\"http://www.w3.org/1999/xlink\">\n<title>");
	pq_xml_text(to, title);
	pq_buf_str(to, "</title>\n");
	put_style(to, theme);
	pq_buf_str(to, "<g id=\"viewport\">");
	/* graphviz's own title would hide this one wherever the mouse is */
	pq_buf_text(to, pq_text_slice(svg, start, body));
	body = pq_text_find(svg, body, "</title>") + strlen("</title>\n");
	start = pq_text_find(svg, body, "</svg>");
	if (body >= svg.len || start >= svg.len)
		return false;
	pq_buf_text(to, pq_text_slice(svg, body, start));
	pq_buf_str(to, "</g>\n");
	put_script(to);
	pq_buf_str(to, "</svg>\n");
	/* Labels can hold characters that no XML may. */
	replace_nonchars(to->data + begun, to->len - begun);
	return true;
}
