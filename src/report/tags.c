#include <stdlib.h>
#include <string.h>

#include "base/intern.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/units.h"
#include "report/report.h"
#include "report/cells.h"

#include "base/banned.h"

/* tags: for each label key, how much of the total each of its values has. */

struct value {
	struct pq_text text;
	int64_t sum;
};

struct key {
	struct pq_text name;
	int64_t total;
	struct value *values;
	size_t n;
};

struct tags {
	const struct pq_view *view;
	struct key *keys;
	size_t n;
};

/* ---- counting: each distinct label once, then by printed text ---- */

/* A distinct label as it stands in the samples. */
struct seen {
	struct pq_label label;
	int64_t sum;
};

struct counting {
	const struct pq_report_input *in;
	struct pq_map map;
	PQ_VEC(struct seen) seen;
};

static bool same_tag_value(const void *ctx, uint32_t index, const void *key)
{
	const struct counting *c = ctx;
	const struct pq_label *a = &c->seen.at[index].label, *b = key;

	return a->key == b->key && a->str == b->str && a->num == b->num;
}

static void count_tag(struct counting *c, const struct pq_label *l,
		      int64_t value)
{
	uint64_t hash =
		pq_hash_mix((uint64_t)l->key << 32 | l->str, (uint64_t)l->num);
	uint32_t fresh = (uint32_t)c->seen.n, id;

	id = pq_map_intern(&c->map, hash, same_tag_value, c, l, fresh);
	if (id == fresh) {
		struct seen s = { *l, 0 };

		*pq_vec_push(&c->seen) = s;
	}
	c->seen.at[id].sum = pq_add(c->seen.at[id].sum, value);
}

static void count_all(struct counting *c)
{
	const struct pq_view *v = c->in->view;
	struct pq_walk w;

	pq_walk_begin(&w, &v->p->samples);
	while (pq_walk_next(&w)) {
		pq_walk_all(&w);
		for (size_t i = 0; i < w.sample.n_labels; i++)
			count_tag(c, &w.sample.labels[i],
				  w.sample.values[v->o.shape.sample_index]);
	}
	pq_walk_end(&w);
}

/* ---- grouping by key and text ---- */

struct printed {
	struct pq_text key, text;
	int64_t sum;
};

static int by_key_and_text(const void *a, const void *b)
{
	const struct printed *x = a, *y = b;
	int order = pq_text_compare(x->key, y->key);

	return order ? order : pq_text_compare(x->text, y->text);
}

static int by_sum(const void *a, const void *b)
{
	const struct value *x = a, *y = b;
	int64_t i = pq_abs(x->sum), j = pq_abs(y->sum);

	if (i != j)
		return i < j ? 1 : -1;
	/* equal but for the sign: a tie in the reference; positive first */
	if (x->sum != y->sum)
		return x->sum < y->sum ? 1 : -1;
	return pq_text_compare(x->text, y->text);
}

static struct printed *print_tag_values(const struct counting *c)
{
	const struct pq_profile *p = c->in->view->p;
	struct printed *list =
		PQ_ARENA_NEW(c->in->arena, struct printed, c->seen.n + 1);
	struct pq_buf b = { 0 };

	for (size_t i = 0; i < c->seen.n; i++) {
		const struct pq_label *l = &c->seen.at[i].label;

		/* String labels are printed as they are, numbers with a unit. */
		list[i].key = pq_string(p, l->key);
		list[i].sum = c->seen.at[i].sum;
		if (l->str) {
			list[i].text = pq_string(p, l->str);
			continue;
		}
		pq_buf_clear(&b);
		pq_unit_label(&b, l->num,
			      pq_label_unit(c->in->units, list[i].key),
			      c->in->view->o.unit);
		list[i].text = pq_arena_text(c->in->arena, pq_buf_view(&b));
	}
	pq_buf_release(&b);
	return list;
}

/* Adds what prints alike; list is sorted. */
static void add_to_key(struct key *key, const struct printed *p)
{
	struct value *last = key->n ? &key->values[key->n - 1] : NULL;

	key->total = pq_add(key->total, p->sum);
	if (last && pq_text_equal(last->text, p->text)) {
		last->sum = pq_add(last->sum, p->sum);
		return;
	}
	key->values[key->n].text = p->text;
	key->values[key->n++].sum = p->sum;
}

static void group_by_key(struct tags *t, const struct counting *c)
{
	struct printed *list = print_tag_values(c);
	struct value *values =
		PQ_ARENA_NEW(c->in->arena, struct value, c->seen.n + 1);

	qsort(list, c->seen.n, sizeof(*list), by_key_and_text);
	t->keys = PQ_ARENA_NEW(c->in->arena, struct key, c->seen.n + 1);
	for (size_t i = 0; i < c->seen.n; i++) {
		struct key *last = t->n ? &t->keys[t->n - 1] : NULL;

		/* Values of a key stand together: they are sorted by it. */
		if (!last || !pq_text_equal(last->name, list[i].key)) {
			last = &t->keys[t->n++];
			*last = (struct key){ list[i].key, 0, values + i, 0 };
		}
		add_to_key(last, &list[i]);
	}
	for (size_t i = 0; i < t->n; i++)
		qsort(t->keys[i].values, t->keys[i].n, sizeof(struct value),
		      by_sum);
}

static void *tags_build(const struct pq_report_input *in, struct pq_error *err)
{
	struct tags *t = PQ_ARENA_NEW(in->arena, struct tags, 1);
	struct counting c = { .in = in };

	(void)err;
	t->view = in->view;
	t->n = 0;
	count_all(&c);
	group_by_key(t, &c);
	pq_map_release(&c.map);
	pq_vec_release(&c.seen);
	return t;
}

/* ---- text ---- */

static void put_tag_share(struct pq_buf *b, const struct pq_view *v,
			  int64_t value)
{
	if (v->total <= 0)
		return;
	pq_buf_str(b, " (");
	pq_percentage(b, value, v->total);
	pq_buf_char(b, ')');
}

/* "V (P):", all cells of a key as wide as the widest and one more. */
static void put_tag_cell(struct pq_buf *b, const struct pq_view *v,
			 int64_t value)
{
	pq_buf_clear(b);
	pq_view_value(v, b, value);
	put_tag_share(b, v, value);
	pq_buf_char(b, ':');
}

static void print_key(const struct tags *t, const struct key *key,
		      struct pq_buf *b, struct pq_out *out)
{
	size_t indent, width = 0;

	pq_buf_clear(b);
	pq_text_encode(b, key->name);
	/* Values of the key are indented by its width. */
	indent = pq_text_width(pq_buf_view(b)) + 2;
	pq_out_str(out, " ");
	pq_out_text(out, key->name);
	pq_out_str(out, ": Total ");
	pq_buf_clear(b);
	/* The heading: the key's total, and the whole. */
	pq_view_value(t->view, b, key->total);
	pq_buf_str(b, " of ");
	pq_view_value(t->view, b, t->view->total);
	put_tag_share(b, t->view, key->total);
	pq_out_text(out, pq_buf_view(b));
	pq_out_str(out, "\n");
	for (size_t i = 0; i < key->n; i++) {
		size_t w;

		/* The widest cell decides on the width of all. */
		put_tag_cell(b, t->view, key->values[i].sum);
		w = pq_text_width(pq_buf_view(b));
		width = w > width ? w : width;
	}
	for (size_t i = 0; i < key->n; i++) {
		put_tag_cell(b, t->view, key->values[i].sum);
		pq_out_pad(out, PQ_TEXT(""), (int)indent);
		pq_out_pad(out, pq_buf_view(b), (int)width + 1);
		pq_out_str(out, " ");
		pq_out_text(out, key->values[i].text);
		pq_out_str(out, "\n");
	}
	pq_out_str(out, "\n");
}

static void tags_text(const void *rows, struct pq_out *out)
{
	const struct tags *t = rows;
	struct pq_buf b = { 0 };

	for (size_t i = 0; i < t->n; i++)
		print_key(t, &t->keys[i], &b, out);
	pq_buf_release(&b);
}

static const struct pq_column columns[] = {
	{ "key", PQ_COLUMN_TEXT, "key of the label", .heading = "Key",
	  .width = 12 },
	{ "value", PQ_COLUMN_TEXT, "value of the label, as printed",
	  .heading = "Value", .width = 12 },
	{ "sum", PQ_COLUMN_VALUE, "value of all samples that have it",
	  .heading = "Sum", .width = 10 },
	{ "key_total", PQ_COLUMN_VALUE, "sum over all values of the key",
	  .heading = "Key total", .width = 10 },
	{ .kind = PQ_COLUMN_END },
};

static void tags_put(const void *rows, struct pq_rows *w)
{
	const struct tags *t = rows;

	for (size_t i = 0; i < t->n; i++)
		for (size_t j = 0; j < t->keys[i].n && !pq_rows_stopped(w);
		     j++) {
			pq_rows_begin(w);
			pq_rows_text(w, t->keys[i].name);
			pq_rows_text(w, t->keys[i].values[j].text);
			pq_rows_value(w, t->keys[i].values[j].sum);
			pq_rows_value(w, t->keys[i].total);
			pq_rows_end(w);
		}
}

const struct pq_report pq_report_tags = {
	.view = { .default_nodecount = 80, .label_units = true },
	.build = tags_build,
	.text = tags_text,
	.sections = { { "rows", "keys in byte order, values by size", columns,
			tags_put } },
};
