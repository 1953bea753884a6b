#include "base/mem.h"
#include "draw/dot.h"
#include "draw/dot_diff.h"
#include "draw/graph_json.h"
#include "draw/layout.h"
#include "draw/svg.h"

#include "base/banned.h"

/* svg, png, pdf, ps, gif: the drawing of dot, laid out by graphviz. */

static void keep_picture(const struct pq_report_input *in, struct pq_dot *dot,
			 const struct pq_buf *bytes)
{
	dot->picture = pq_arena_text(in->arena, pq_buf_view(bytes));
}

static bool lay_out(const struct pq_report_input *in, struct pq_dot *dot,
		    const char *format, struct pq_error *err)
{
	struct pq_buf bytes = { 0 };
	struct pq_out out;
	bool ok;

	/* Graphviz reads the drawing from memory, in a child. */
	pq_out_open_memory(&out);
	pq_dot_print(dot, PQ_DOT_FOR_LAYOUT, &out);
	ok = pq_layout(&out.buf, format, in->layout_seconds, &bytes, err);
	if (ok)
		keep_picture(in, dot, &bytes);
	pq_buf_release(&bytes);
	pq_buf_release(&out.buf);
	return ok;
}

/* Numbers want no layout, and no graphviz where there is none. */
static struct pq_dot *build_picture(const struct pq_report_input *in,
				    const char *format, struct pq_error *err)
{
	struct pq_dot *dot = pq_dot_build(in, PQ_DOT_FOR_LAYOUT);

	if (in->only_data || lay_out(in, dot, format, err))
		return dot;
	return NULL;
}

static void put_svg_title(struct pq_buf *b, const struct pq_report_input *in)
{
	const struct pq_profile *p = in->profile;
	struct pq_text file = { 0 };

	if (p->mappings.n)
		file = pq_text_basename(pq_string(p, p->mappings.at[0].file));
	pq_buf_text(b, file);
	pq_buf_str(b, file.len ? ": " : "");
	pq_buf_text(b, in->view->type);
	pq_buf_str(b, in->diff ? ", old and new" : "");
}

static bool finish_svg(const struct pq_report_input *in, struct pq_dot *dot,
		       struct pq_error *err)
{
	struct pq_buf finished = { 0 }, title = { 0 };
	bool ok;

	put_svg_title(&title, in);
	ok = pq_svg_finish(&finished, dot->picture, pq_buf_view(&title),
			   in->theme);
	if (ok)
		keep_picture(in, dot, &finished);
	else
		pq_fail(err, PQ_ELIMIT,
			"graph layout failed: graphviz's svg "
			"is not what was expected");
	pq_buf_release(&finished);
	pq_buf_release(&title);
	return ok;
}

static void *svg_build(const struct pq_report_input *in, struct pq_error *err)
{
	struct pq_dot *dot = build_picture(in, "svg", err);

	if (!dot || in->only_data || finish_svg(in, dot, err))
		return dot;
	return NULL;
}

static void picture_text(const void *rows, struct pq_out *out)
{
	struct pq_text picture = ((const struct pq_dot *)rows)->picture;

	pq_out_raw(out, pq_unchecked_bytes(picture.bytes), picture.len);
}

#define PICTURE(name, file_extension, build_step, themes, seen_in_browser) \
	const struct pq_report pq_emit_##name = {                          \
		.takes = PQ_TAKES_ONE_OR_SIDES,                            \
		.view = { .with_edges = true,                              \
			  .visual = true,                                  \
			  .label_units = true,                             \
			  .call_tree = true,                               \
			  .default_nodecount = 80 },                       \
		.rights = { .reads_files = true, .forks = true },          \
		.extension = file_extension,                               \
		.has_label_boxes = true,                                   \
		.has_themes = themes,                                      \
		.browser = seen_in_browser,                                \
		.before = pq_dot_diff_before,                              \
		.build = build_step,                                       \
		.text = picture_text,                                      \
		.sections = PQ_GRAPH_SECTIONS,                             \
	}

#define RENDERED(format)                                              \
	static void *format##_build(const struct pq_report_input *in, \
				    struct pq_error *err)             \
	{                                                             \
		return build_picture(in, #format, err);               \
	}                                                             \
	PICTURE(format, #format, format##_build, false, false)

PICTURE(svg, "svg", svg_build, true, false);
PICTURE(web, "svg", svg_build, true, true);
RENDERED(png);
RENDERED(pdf);
RENDERED(ps);
RENDERED(gif);
