#include "insight/grouping.h"

#include "base/banned.h"

static const struct {
	const char *word;
	enum pq_grouping_by by;
} words[] = {
	{ "func", PQ_PER_FUNC },   { "line", PQ_PER_LINE },
	{ "site", PQ_PER_SITE },   { "owner", PQ_PER_OWNER },
	{ "stack", PQ_PER_STACK }, { "package", PQ_PER_PACKAGE },
	{ "total", PQ_PER_TOTAL },
};

#define LABEL "label:"

bool pq_grouping_parse(struct pq_grouping *g, struct pq_text word,
		       enum pq_grouping_by standard, bool with_total,
		       struct pq_error *err)
{
	g->by = standard;
	g->key = PQ_TEXT("");
	if (!word.len)
		return true;
	/* `total' is for budgets: any other report would be one row. */
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!pq_text_is(word, words[i].word) ||
		    (words[i].by == PQ_PER_TOTAL && !with_total))
			continue;
		g->by = words[i].by;
		return true;
	}
	/* A label's key follows its colon, and may be any text. */
	if (pq_text_starts(word, LABEL) && word.len > sizeof(LABEL) - 1) {
		g->by = PQ_PER_LABEL;
		g->key = pq_text_slice(word, sizeof(LABEL) - 1, word.len);
		return true;
	}
	return pq_fail(err, PQ_EUSAGE,
		       "-by=%.200s: use func, line, site, owner, stack, "
		       "package or label:KEY",
		       word.bytes);
}

bool pq_grouping_is_by_frames(const struct pq_grouping *g)
{
	return g->by != PQ_PER_STACK && g->by != PQ_PER_LABEL;
}

static void put_label_group(const struct pq_grouping *g,
			    const struct pq_frames *f,
			    const struct pq_sample *sample, struct pq_buf *to)
{
	const struct pq_profile *p = f->lines.p;

	for (size_t i = 0; i < sample->n_labels; i++) {
		const struct pq_label *l = &sample->labels[i];

		if (!pq_text_equal(pq_string(p, l->key), g->key))
			continue;
		/* A string id makes it a text; numbers have none. */
		if (l->str)
			pq_buf_text(to, pq_string(p, l->str));
		else
			pq_buf_int(to, l->num, 0);
		return;
	}
	pq_buf_str(to, "<none>");
}

static void put_stack_group(const struct pq_frames *f,
			    struct pq_frame_stack stack, struct pq_buf *to)
{
	for (size_t i = 0; i < stack.n; i++) {
		pq_buf_str(to, i ? " <- " : "");
		pq_buf_text(to, f->list.at[stack.at[i]].label);
	}
}

static void put_site(const struct pq_frame *leaf, const struct pq_frame *owner,
		     struct pq_buf *to)
{
	pq_buf_text(to, leaf->label);
	if (owner == leaf)
		return;
	pq_buf_str(to, " <- ");
	pq_buf_text(to, owner->label);
}

void pq_grouping_name(const struct pq_grouping *g, const struct pq_frames *f,
		      struct pq_frame_stack stack,
		      const struct pq_sample *sample, struct pq_buf *to)
{
	const struct pq_frame *leaf = pq_frames_leaf(f, stack);
	struct pq_text path;

	/* Equal names are one group: each case says what tells apart. */
	switch (g->by) {
	case PQ_PER_FUNC:
		pq_buf_text(to, leaf->function);
		break;
	case PQ_PER_LINE:
		pq_buf_text(to, leaf->label);
		break;
	case PQ_PER_OWNER:
		pq_buf_text(to, pq_frames_owner(f, stack)->label);
		break;
	case PQ_PER_STACK:
		put_stack_group(f, stack, to);
		break;
	case PQ_PER_PACKAGE:
		path = pq_import_path(leaf->function);
		/* Names without a package (C's) stand for themselves. */
		pq_buf_text(to, path.len ? path : leaf->function);
		break;
	case PQ_PER_LABEL:
		put_label_group(g, f, sample, to);
		break;
	case PQ_PER_TOTAL:
		pq_buf_str(to, "total");
		break;
	default:
		put_site(leaf, pq_frames_owner(f, stack), to);
	}
}
