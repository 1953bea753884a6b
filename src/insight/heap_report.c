#include "insight/heap_report.h"

#include <string.h>

#include "base/units.h"
#include "report/header.h"

#include "base/banned.h"

/* Rows of a text, unless -nodecount says otherwise. */
#define TEXT_ROWS 10

static const char *title_of(const struct pq_grouping *by)
{
	static const char *const titles[] = {
		[PQ_PER_SITE] = "site",	  [PQ_PER_FUNC] = "function",
		[PQ_PER_LINE] = "line",	  [PQ_PER_OWNER] = "owner",
		[PQ_PER_STACK] = "stack", [PQ_PER_PACKAGE] = "package",
		[PQ_PER_LABEL] = "label", [PQ_PER_TOTAL] = "all",
	};

	return titles[by->by];
}

static void build_header(struct pq_heap_report *r,
			 const struct pq_report_input *in)
{
	pq_notes_init(&r->header, in->arena);
	pq_notes_init(&r->notes, in->arena);
	pq_notes_init(&r->checked, in->arena);
	if (!in->compact_labels)
		pq_legend_profile(&r->header, in->view);
	for (size_t i = 0; i < in->filters->n; i++)
		pq_notes_add(&r->header, in->filters->lines[i]);
}

bool pq_heap_report_read(struct pq_heap_report *r,
			 const struct pq_report_input *in,
			 enum pq_grouping_by standard, bool goroutines,
			 struct pq_error *err)
{
	struct pq_grouping by;

	if (!pq_grouping_parse(&by, in->insight->by, standard, false, err))
		return false;
	/* Reports on the whole heap are not split, whatever -by says. */
	if (standard == PQ_PER_TOTAL)
		by.by = PQ_PER_TOTAL;
	if (!pq_heap_build(&r->heap, pq_heap_joined(in), &by, goroutines, err))
		return false;
	r->view = in->view;
	r->theme = in->theme;
	r->title = title_of(&by);
	build_header(r, in);
	return true;
}

bool pq_heap_report_begin(struct pq_heap_report *r,
			  const struct pq_report_input *in,
			  enum pq_grouping_by standard, struct pq_error *err)
{
	if (!pq_heap_report_read(r, in, standard, false, err))
		return false;
	pq_heap_check(&r->heap, in->log, &r->checked);
	return true;
}

void pq_heap_report_added_up(struct pq_heap_report *r, struct pq_log *log)
{
	struct pq_heap *h = &r->heap;

	for (size_t f = 1; f < h->n_files; f++) {
		if (h->files[f].period == h->period)
			continue;
		/* Error bars are made with one period for all files. */
		pq_log_say(log,
			   "files of different sampling rates; no error bars");
		h->noise = false;
		return;
	}
	if (h->n_files > 1)
		pq_log_say(log,
			   "%zu files added up; objects alive in several of "
			   "one process count several times",
			   h->n_files);
}

size_t pq_heap_report_limit(struct pq_heap_report *r,
			    const struct pq_report_input *in, size_t n)
{
	int64_t given = in->insight->nodecount;

	r->n_rows = n;
	if (given > 0 && (uint64_t)given < n)
		n = (size_t)given;
	/* Only a text is cut by default: data has every row. */
	r->n_shown = given < 0 && n > TEXT_ROWS ? TEXT_ROWS : n;
	return n;
}

void pq_heap_report_release(struct pq_heap_report *r)
{
	pq_heap_release(&r->heap);
}

void pq_heap_report_head(const struct pq_heap_report *r, struct pq_out *out)
{
	pq_header_print(&r->header, out);
}

void pq_heap_report_foot(const struct pq_heap_report *r, struct pq_out *out)
{
	if (r->n_shown < r->n_rows) {
		pq_out_style(out, PQ_STYLE_DIM);
		pq_out_printf(out,
			      "%zu more row%s: -nodecount=0 prints all of "
			      "them\n",
			      r->n_rows - r->n_shown,
			      r->n_rows - r->n_shown == 1 ? "" : "s");
		pq_out_style(out, PQ_STYLE_NONE);
	}
	/* Notes stand last, where the eye ends. */
	pq_notes_print(&r->notes, "note: ", out);
}

/* ---- data ---- */

void pq_put_place(struct pq_rows *w, const struct pq_heap *h,
		  const struct pq_heap_group *group)
{
	const struct pq_frame *leaf = pq_frames_leaf(&h->frames, group->stack);
	const struct pq_frame *owner =
		pq_frames_owner(&h->frames, group->stack);

	pq_rows_text(w, group->name);
	pq_rows_text(w, leaf->function);
	pq_rows_text(w, leaf->file);
	pq_rows_int(w, leaf->line);
	pq_rows_text(w, owner->function);
	pq_rows_text(w, owner->file);
	pq_rows_int(w, owner->line);
}

void pq_put_texts(struct pq_rows *w, const struct pq_notes *texts)
{
	pq_rows_list(w);
	for (size_t i = 0; i < texts->n; i++)
		pq_rows_text(w, texts->lines[i]);
	pq_rows_list_end(w);
}
