#include "base/mem.h"
#include "draw/dot.h"
#include "draw/dot_diff.h"
#include "draw/layout.h"
#include "draw/svg.h"

#include "base/banned.h"

/* svg, png, pdf, ps, gif: the drawing of dot, laid out by graphviz. */

static struct pq_text *keep(const struct pq_report_input *in, struct pq_buf *b)
{
	struct pq_text *picture = PQ_ARENA_NEW(in->arena, struct pq_text, 1);

	*picture = pq_arena_text(in->arena, pq_buf_view(b));
	return picture;
}

static struct pq_text *render(const struct pq_report_input *in,
			      const char *format, struct pq_error *err)
{
	struct pq_text *picture = NULL;
	struct pq_buf bytes = { 0 };
	struct pq_dot *dot;
	struct pq_out out;

	/* graphviz replaces entities in what it draws */
	dot = pq_dot_build(in, "&amp;");
	pq_out_open_memory(&out);
	pq_dot_print(dot, PQ_DOT_FOR_LAYOUT, &out);
	if (pq_layout(&out.buf, format, in->layout_seconds, &bytes, err))
		picture = keep(in, &bytes);
	pq_buf_release(&bytes);
	pq_buf_release(&out.buf);
	return picture;
}

static void put_title(struct pq_buf *b, const struct pq_report_input *in)
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

static void *svg_build(const struct pq_report_input *in, struct pq_error *err)
{
	struct pq_text *raw = render(in, "svg", err), *picture = NULL;
	struct pq_buf finished = { 0 }, title = { 0 };

	if (!raw)
		return NULL;
	put_title(&title, in);
	if (pq_svg_finish(&finished, *raw, pq_buf_view(&title)))
		picture = keep(in, &finished);
	else
		pq_fail(err, PQ_ELIMIT,
			"graph layout failed: graphviz's svg "
			"is not what was expected");
	pq_buf_release(&finished);
	pq_buf_release(&title);
	return picture;
}

static void picture_text(const void *rows, struct pq_out *out)
{
	const struct pq_text *picture = rows;

	pq_out_raw(out, pq_unchecked_bytes(picture->bytes), picture->len);
}

#define PICTURE(name, file_extension, build_step, seen_in_browser) \
	const struct pq_report pq_emit_##name = {                  \
		.takes = PQ_TAKES_ONE_OR_SIDES,                    \
		.view = { .with_edges = true,                      \
			  .visual = true,                          \
			  .label_units = true,                     \
			  .call_tree = true,                       \
			  .default_nodecount = 80 },               \
		.rights = { .reads_files = true, .forks = true },  \
		.extension = file_extension,                       \
		.browser = seen_in_browser,                        \
		.before = pq_dot_diff_before,                      \
		.build = build_step,                               \
		.text = picture_text,                              \
	}

#define RENDERED(format)                                              \
	static void *format##_build(const struct pq_report_input *in, \
				    struct pq_error *err)             \
	{                                                             \
		return render(in, #format, err);                      \
	}                                                             \
	PICTURE(format, #format, format##_build, false)

PICTURE(svg, "svg", svg_build, false);
PICTURE(web, "svg", svg_build, true);
RENDERED(png);
RENDERED(pdf);
RENDERED(ps);
RENDERED(gif);
