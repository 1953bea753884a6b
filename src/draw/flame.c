#include "draw/flame_page.h"

#include <string.h>

#include "base/mem.h"
#include "draw/flame_diff.h"
#include "draw/flame_json.h"
#include "report/report.h"

#include "base/banned.h"

static bool has_extension(struct pq_text name, const char *ending)
{
	size_t n = strlen(ending);

	return name.len > n &&
	       pq_text_is(pq_text_slice(name, name.len - n, name.len), ending);
}

/* The chosen type comes first, the others in their order. */
static void order_types(struct pq_flame_page *page)
{
	const struct pq_view *v = page->view;
	unsigned n = 1;

	page->n_types = page->html ? v->n_types : 1;
	for (unsigned i = 0; i < v->n_types; i++) {
		bool chosen = v->types[i].column == v->o.shape.sample_index;

		page->types[chosen ? 0 : n++] = v->types[i];
	}
}

static void find_title(struct pq_flame_page *page, struct pq_arena *arena)
{
	const struct pq_view *v = page->view;
	struct pq_text file = PQ_TEXT("");
	struct pq_buf b = { 0 };

	if (v->p->mappings.n)
		file = pq_text_basename(
			pq_string(v->p, v->p->mappings.at[0].file));
	pq_buf_text(&b, file.len ? file : PQ_TEXT("profile"));
	/* A picture may stand alone: its title has the type, too. */
	if (!page->html) {
		pq_buf_str(&b, ": ");
		pq_buf_text(&b, v->type);
	}
	if (page->flame.n_sides > 1)
		pq_buf_str(&b, ", before and after");
	page->title = pq_arena_text(arena, pq_buf_view(&b));
	pq_buf_release(&b);
}

/* "Active filters:" and a line for each of them become one line. */
static void add_filter_line(struct pq_notes *to, const struct pq_notes *filters)
{
	struct pq_buf b = { 0 };

	for (size_t i = 0; i < filters->n; i++) {
		struct pq_text line = filters->lines[i];

		while (pq_text_starts(line, " "))
			line = pq_text_slice(line, 1, line.len);
		pq_buf_str(&b, i ? " " : "");
		pq_buf_text(&b, line);
	}
	if (b.len)
		pq_notes_add(to, pq_buf_view(&b));
	pq_buf_release(&b);
}

static void find_header(struct pq_flame_page *page,
			const struct pq_report_input *in)
{
	const struct pq_flame_diff *diff = in->before;

	page->header = PQ_ARENA_NEW(in->arena, struct pq_notes, 1);
	pq_notes_init(page->header, in->arena);
	if (diff)
		pq_flame_diff_legend(diff, page->header);
	pq_legend_profile(page->header, in->view);
	add_filter_line(page->header, in->filters);
}

/*
 * In a static picture a tenth of a pixel is nothing; in a page that zooms, it
 * may be something.
 */
#define LEAST_SVG (0.1 / 1200)
#define LEAST_HTML (0.01 / 1200)

static bool is_html(const struct pq_report_input *in)
{
	return has_extension(in->output, ".html") ||
	       has_extension(in->output, ".htm");
}

static void *flame_before(const struct pq_report_input *in,
			  struct pq_error *err)
{
	return pq_flame_diff_before(in, is_html(in), err);
}

static void take_sides(struct pq_flame_page *page,
		       const struct pq_report_input *in)
{
	struct pq_flame_diff *diff = in->before;

	pq_flame_diff_sides(diff, in);
	page->n_types = diff->n_types;
	memcpy(page->types, diff->types, sizeof(page->types));
}

static void build_tree(struct pq_flame_page *page,
		       const struct pq_report_input *in)
{
	unsigned columns[PQ_VIEW_TYPES];
	struct pq_flame_options o = {
		.types = columns,
		.n_types = page->n_types,
		.two_sides = in->diff != NULL,
		.least_share = page->html ? LEAST_HTML : LEAST_SVG,
		.budget_bytes = PQ_FLAME_BUDGET,
		.cost = page->html ? pq_flame_html_cost : pq_flame_svg_cost,
		.ctx = page
	};

	for (unsigned i = 0; i < o.n_types; i++)
		columns[i] = page->types[i].column;
	(void)pq_flame_build(&page->flame, in->view, &o, in->arena);
	/* Tones want the frames, which the tree has found. */
	if (in->diff)
		pq_flame_diff_tones(in->before, &page->flame);
}

static void *flame_build(const struct pq_report_input *in, struct pq_error *err)
{
	struct pq_flame_page *page = pq_arena_zeroed(in->arena, sizeof(*page));

	(void)err;
	page->view = in->view;
	page->root_at_bottom = in->root_at_bottom;
	page->html = is_html(in);
	page->theme = in->theme;
	/* Types come before the tree, which sums each of them. */
	if (in->diff)
		take_sides(page, in);
	else
		order_types(page);
	build_tree(page, in);
	pq_flame_data_find(&page->data, &page->flame, in->arena);
	find_title(page, in->arena);
	find_header(page, in);
	return page;
}

static void flame_text(const void *rows, struct pq_out *out)
{
	struct pq_flame_page page = *(const struct pq_flame_page *)rows;

	memset(&page.scratch, 0,
	       sizeof(page.scratch)); /* each writing has its own */

	if (page.html)
		pq_flame_html(&page, out);
	else
		pq_flame_svg(&page, out);
	pq_buf_release(&page.scratch);
}

static void flame_release(void *rows)
{
	struct pq_flame_page *page = rows;

	pq_buf_release(&page->scratch);
	pq_flame_release(&page->flame);
}

const struct pq_report pq_emit_flame = {
	.takes = PQ_TAKES_ONE_OR_SIDES,
	.view = { .never_trims = true, .all_types = true },
	.extension = "svg",
	.draws_by_name = true,
	.has_themes = true,
	.before = flame_before,
	.build = flame_build,
	.text = flame_text,
	.release = flame_release,
	.sections = { { "names", "what boxes are of, in order of first use",
			pq_flame_name_columns, pq_flame_put_names },
		      { "boxes",
			"in preorder: the root, then each box before those "
			"inside it, wider siblings first",
			pq_flame_box_columns, pq_flame_put_boxes } },
};
