#include "cli/filters.h"

#include "base/buf.h"

#include "base/banned.h"

/* A listed filter is cut to so many bytes. */
#define LISTED_BYTES 80

void pq_filters_from_options(struct pq_filters *f, const struct pq_options *o)
{
	f->focus = o->focus;
	f->ignore = o->ignore;
	f->hide = o->hide;
	f->show = o->show;
	f->show_from = o->show_from;
	f->tagfocus = o->tagfocus;
	f->tagignore = o->tagignore;
	f->tagshow = o->tagshow;
	f->taghide = o->taghide;
	f->prune_from = o->prune_from;
}

static void list_filter(struct pq_legend *to, struct pq_buf *b,
			const char *name, struct pq_text value)
{
	size_t start;

	if (!value.len)
		return;
	pq_buf_clear(b);
	pq_buf_str(b, "   ");
	start = b->len;
	pq_buf_str(b, name);
	pq_buf_char(b, '=');
	pq_buf_text(b, value);
	if (b->len - start > LISTED_BYTES) {
		b->len = start + LISTED_BYTES;
		pq_buf_str(b, "\xe2\x80\xa6");
	}
	pq_legend_add(to, pq_buf_view(b));
}

void pq_filters_legend(struct pq_legend *to, const struct pq_options *o)
{
	const struct {
		const char *name;
		struct pq_text value;
	} listed[] = {
		{ "focus", o->focus },	     { "ignore", o->ignore },
		{ "hide", o->hide },	     { "show", o->show },
		{ "show_from", o->show_from }, { "tagfocus", o->tagfocus },
		{ "tagignore", o->tagignore }, { "tagshow", o->tagshow },
		{ "taghide", o->taghide },
	};
	struct pq_buf b = { 0 };
	bool first = true;

	for (size_t i = 0; i < sizeof(listed) / sizeof(listed[0]); i++) {
		if (listed[i].value.len && first)
			pq_legend_add(to, PQ_TEXT("Active filters:"));
		first = first && !listed[i].value.len;
		list_filter(to, &b, listed[i].name, listed[i].value);
	}
	pq_buf_release(&b);
}
