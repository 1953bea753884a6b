#include "session/filters.h"

#include <string.h>

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
	f->verbose = o->verbose;
}

static void list_filter(struct pq_notes *to, struct pq_buf *b, const char *name,
			struct pq_text value)
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
	/* A header is read at a glance: a long filter is cut. */
	if (b->len - start > LISTED_BYTES) {
		b->len = start + LISTED_BYTES;
		pq_buf_str(b, "\xe2\x80\xa6");
	}
	pq_notes_add(to, pq_buf_view(b));
}

/* All of them; the first LISTED in the order of a report's header. */
#define LISTED 9

static void all_filters(const struct pq_options *o,
			struct pq_filter_text all[static PQ_FILTERS_MOST])
{
	const struct pq_filter_text filters[PQ_FILTERS_MOST] = {
		{ "focus", o->focus },	       { "ignore", o->ignore },
		{ "hide", o->hide },	       { "show", o->show },
		{ "show_from", o->show_from }, { "tagfocus", o->tagfocus },
		{ "tagignore", o->tagignore }, { "tagshow", o->tagshow },
		{ "taghide", o->taghide },     { "prune_from", o->prune_from },
		{ "tagroot", o->tagroot },     { "tagleaf", o->tagleaf },
	};

	memcpy(all, filters, sizeof(filters));
}

size_t pq_filters_texts(const struct pq_options *o,
			struct pq_filter_text texts[static PQ_FILTERS_MOST])
{
	struct pq_filter_text all[PQ_FILTERS_MOST];
	size_t n = 0;

	all_filters(o, all);
	for (size_t i = 0; i < PQ_FILTERS_MOST; i++)
		if (all[i].value.len)
			texts[n++] = all[i];
	return n;
}

void pq_filters_legend(struct pq_notes *to, const struct pq_options *o)
{
	struct pq_filter_text all[PQ_FILTERS_MOST];
	struct pq_buf b = { 0 };
	bool first = true;

	all_filters(o, all);
	for (size_t i = 0; i < LISTED; i++) {
		if (all[i].value.len && first)
			pq_notes_add(to, PQ_TEXT("Active filters:"));
		first = first && !all[i].value.len;
		list_filter(to, &b, all[i].name, all[i].value);
	}
	pq_buf_release(&b);
}
