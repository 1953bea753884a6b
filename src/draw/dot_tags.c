#include "draw/dot_tags.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"

#include "base/banned.h"

/* The boxes that show a node's tags. */

#define MOST_BOXES 4

struct shown {
	struct pq_tag tag;
	struct pq_text name;
};

/* The tags of one node, on their way to boxes. */
struct boxing {
	struct pq_dot_builder *b;
	struct pq_dot_boxes *to;
	const struct pq_tags *tags;
	const struct pq_tag *of_node;
	size_t n_of_node;
	bool by_flat; /* nodes with callees show what is their own only */
	PQ_VEC(struct shown) list;
};

static int compare_shown_tags(const void *x, const void *y, void *by_flat)
{
	const struct shown *a = x, *b = y;

	return pq_tag_compare(&a->tag, a->name, &b->tag, b->name,
			      *(const bool *)by_flat);
}

static void sort_shown_tags(struct boxing *x)
{
	if (x->list.n)
		qsort_r(x->list.at, x->list.n, sizeof(*x->list.at),
			compare_shown_tags, &x->by_flat);
}

/* Lists the label tags, or the numeric tags of a group. */
static void collect_tags(struct boxing *x, bool is_numeric, uint32_t group)
{
	x->list.n = 0;
	for (size_t i = 0; i < x->n_of_node; i++) {
		const struct pq_tag *tag = &x->of_node[i];
		struct shown *s;

		if (tag->is_numeric != is_numeric ||
		    (is_numeric && tag->group != group))
			continue;
		/* Sorting needs the names often: each is looked up here. */
		s = pq_vec_push(&x->list);
		s->tag = *tag;
		s->name = pq_intern_text(&x->tags->texts, tag->name);
	}
	sort_shown_tags(x);
}

/* ---- many numbers become four ranges ---- */

struct range {
	struct pq_tag sum;
	int64_t first, least, most;
	size_t n;
};

/* Values of one unit still go through the scaling of the reference. */
static double scaled_tag_value(const struct boxing *x, int64_t value)
{
	return pq_unit_scale(value, x->tags->unit, x->tags->unit).value;
}

static size_t nearest_range(const struct boxing *x, const struct range *ranges,
			    int64_t value)
{
	double best = 0;
	size_t at = 0;

	for (size_t i = 0; i < MOST_BOXES; i++) {
		double far = fabs(scaled_tag_value(x, ranges[i].first) -
				  (double)value);

		if (!i || far < best) {
			best = far;
			at = i;
		}
	}
	return at;
}

static void extend_range(const struct boxing *x, struct range *r,
			 const struct pq_tag *tag)
{
	struct pq_tag *sum = &r->sum;

	/* The first value stays the one by which a range is found. */
	if (!r->n++) {
		*sum = *tag;
		r->first = r->least = r->most = tag->value;
		return;
	}
	/* The ends are compared cut to whole numbers, as in the reference. */
	if (pq_trunc(scaled_tag_value(x, tag->value)) < r->least)
		r->least = tag->value;
	if (pq_trunc(scaled_tag_value(x, tag->value)) > r->most)
		r->most = tag->value;
	sum->flat = pq_add(sum->flat, tag->flat);
	sum->flat_div = pq_add(sum->flat_div, tag->flat_div);
	sum->cum = pq_add(sum->cum, tag->cum);
	sum->cum_div = pq_add(sum->cum_div, tag->cum_div);
}

static struct shown show_range(struct boxing *x, const struct range *r)
{
	struct pq_buf *b = &x->b->raw;
	struct shown s = { .tag = r->sum };

	/* from here on the values are those that are printed */
	s.tag.flat = pq_mean(s.tag.flat, s.tag.flat_div);
	s.tag.cum = pq_mean(s.tag.cum, s.tag.cum_div);
	s.tag.flat_div = s.tag.cum_div = 0;
	pq_buf_clear(b);
	pq_unit_label(b, r->least, x->tags->unit, PQ_TEXT("auto"));
	if (r->n > 1) {
		pq_buf_str(b, "..");
		pq_unit_label(b, r->most, x->tags->unit, PQ_TEXT("auto"));
	}
	s.name = pq_arena_text(x->b->in->arena, pq_buf_view(b));
	return s;
}

static void collapse_tags(struct boxing *x)
{
	struct range ranges[MOST_BOXES];

	memset(ranges, 0, sizeof(ranges));
	/* The largest tags stand first: each begins a range of its own. */
	for (size_t i = 0; i < x->list.n; i++) {
		const struct pq_tag *tag = &x->list.at[i].tag;
		size_t to = i < MOST_BOXES
				    ? i
				    : nearest_range(x, ranges, tag->value);

		extend_range(x, &ranges[to], tag);
	}
	x->list.n = MOST_BOXES;
	for (size_t i = 0; i < MOST_BOXES; i++)
		x->list.at[i] = show_range(x, &ranges[i]);
	/* Sums can stand in another order than the largest did. */
	sort_shown_tags(x);
}

/* ---- boxes ---- */

static struct pq_dot_box *push_tag_box(struct boxing *x)
{
	struct pq_dot_boxes *to = x->to;

	if (to->n == to->capacity) {
		size_t grown = to->capacity ? to->capacity * 2 : 8;
		struct pq_dot_box *at =
			PQ_ARENA_NEW(x->b->in->arena, struct pq_dot_box, grown);

		if (to->n)
			memcpy(at, to->at, to->n * sizeof(*at));
		to->at = at;
		to->capacity = grown;
	}
	return memset(&to->at[to->n++], 0, sizeof(*to->at));
}

static void numeric_boxes(struct boxing *x, struct pq_text from, uint32_t group,
			  size_t beside)
{
	struct pq_dot_builder *b = x->b;

	collect_tags(x, true, group);
	if (x->list.n > MOST_BOXES)
		collapse_tags(x);
	for (size_t i = 0; i < x->list.n; i++) {
		const struct shown *s = &x->list.at[i];
		int64_t flat = pq_mean(s->tag.flat, s->tag.flat_div);
		int64_t cum = pq_mean(s->tag.cum, s->tag.cum_div);
		bool by_flat = x->by_flat || flat == cum;
		struct pq_dot_box *box;

		if (!(by_flat ? flat : cum))
			continue;
		box = push_tag_box(x);
		/* Its place in the drawing, and the numbers as data. */
		box->from = from;
		box->beside = beside;
		box->dotted = box->is_cum = !by_flat;
		box->is_numeric = true;
		box->amount = by_flat ? flat : cum;
		box->names =
			pq_arena_copy(b->in->arena, &s->name, sizeof(s->name));
		box->n_names = 1;
		/* Its texts: a name made of the owner's, the number, the value. */
		pq_buf_char(&b->text, 'N');
		pq_buf_text(&b->text, from);
		pq_buf_printf(&b->text, "_%zu", i);
		box->id = pq_dot_take(b);
		pq_dot_put(b, s->name);
		box->label = pq_dot_take(b);
		pq_dot_put_value(b, box->amount);
		box->value = pq_dot_take(b);
	}
}

/* All labels of the samples, one a line. */
static struct pq_text group_label(struct boxing *x, uint32_t group)
{
	const struct pq_tag_pieces *part = &x->tags->groups.at[group];

	for (uint32_t i = 0; i < part->n; i++) {
		pq_buf_str(&x->b->text, i ? "\\n" : "");
		pq_dot_put(x->b, x->tags->pieces.at[part->first + i]);
	}
	return pq_dot_take(x->b);
}

static void label_box(struct boxing *x, const struct pq_tag *tag, size_t index,
		      unsigned number)
{
	int64_t value = x->by_flat ? pq_mean(tag->flat, tag->flat_div)
				   : pq_mean(tag->cum, tag->cum_div);
	const struct pq_tag_pieces *part = &x->tags->groups.at[tag->group];
	struct pq_dot_builder *b = x->b;
	struct pq_dot_box *box;

	if (!value)
		return;
	box = push_tag_box(x);
	/* Its labels and value as data. */
	box->amount = value;
	box->is_cum = !x->by_flat;
	box->names = x->tags->pieces.at + part->first;
	box->n_names = part->n;
	pq_buf_printf(&b->text, "N%u", number);
	box->from = pq_dot_take(b);
	/* Its texts; numbers of the same samples hang below it. */
	pq_buf_printf(&b->text, "N%u_%zu", number, index);
	box->id = pq_dot_take(b);
	box->label = group_label(x, tag->group);
	pq_dot_put_value(b, value);
	box->value = pq_dot_take(b);
	numeric_boxes(x, box->id, tag->group, x->to->n);
}

void pq_dot_tag_boxes(struct pq_dot_builder *b, struct pq_dot_boxes *to,
		      uint32_t node, unsigned number)
{
	const struct pq_view *v = b->in->view;
	struct pq_tag first[MOST_BOXES];
	struct boxing x = { .b = b, .to = to, .tags = &v->tags };
	size_t n;

	x.of_node = pq_node_tags(x.tags, node, &x.n_of_node);
	if (!x.n_of_node)
		return;
	x.by_flat = v->graph.nodes.at[node].n_out > 0;
	collect_tags(&x, false, 0);
	n = x.list.n < MOST_BOXES ? x.list.n : MOST_BOXES;
	/* The list is used again for numeric tags: these are copied. */
	for (size_t i = 0; i < n; i++)
		first[i] = x.list.at[i].tag;
	for (size_t i = 0; i < n; i++)
		label_box(&x, &first[i], i, number);
	pq_buf_printf(&b->text, "N%u", number);
	/* Numbers of samples without label tags hang on the node. */
	numeric_boxes(&x, pq_dot_take(b), 0, 0);
	pq_vec_release(&x.list);
}
