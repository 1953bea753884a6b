#include "report/report.h"

#include "base/banned.h"

/* comments: those of the profile, one a line. */

static void *comments_build(const struct pq_report_input *in,
			    struct pq_error *err)
{
	struct pq_notes *lines = PQ_ARENA_NEW(in->arena, struct pq_notes, 1);
	const struct pq_profile *p = in->view->p;

	(void)err;
	pq_notes_init(lines, in->arena);
	for (size_t i = 0; i < p->comments.n; i++)
		pq_notes_add(lines, pq_string(p, p->comments.at[i]));
	return lines;
}

static void comments_text(const void *rows, struct pq_out *out)
{
	pq_notes_print(rows, "", out);
}

static const struct pq_column columns[] = {
	{ "comment", PQ_COLUMN_TEXT, "a comment of the profile",
	  .heading = "Comment", .width = 12 },
	{ .kind = PQ_COLUMN_END },
};

static void comments_put(const void *rows, struct pq_rows *w)
{
	const struct pq_notes *lines = rows;

	for (size_t i = 0; i < lines->n; i++) {
		pq_rows_begin(w);
		pq_rows_text(w, lines->lines[i]);
		pq_rows_end(w);
	}
}

const struct pq_report pq_report_comments = {
	.view = { .default_nodecount = 80 },
	.build = comments_build,
	.text = comments_text,
	.sections = { { "rows", "comments in the order of the profile", columns,
			comments_put } },
};
