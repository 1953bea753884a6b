#include "graph/tags.h"

#include <string.h>

#include "base/mem.h"
#include "base/units.h"

#include "base/banned.h"

/* A tag that one sample adds to each of its nodes. */
struct addend {
	uint32_t group, name;
	bool is_numeric;
	int64_t value;
};

/* A run of string labels as samples have them, and the group it makes. */
struct run {
	uint32_t first, n; /* in finding.runs_of_ids: key and value by turns */
	uint32_t group;
};

struct number {
	int64_t value;
	uint32_t name;
};

struct finding {
	struct pq_tags *t;
	const struct pq_graph *g;
	const uint8_t *wanted; /* by node */
	struct pq_text output_unit;
	struct pq_map tag_map, run_map, number_map;
	PQ_VEC(struct run) runs;
	PQ_VEC(uint32_t) runs_of_ids;
	PQ_VEC(struct number) numbers;
	PQ_VEC(struct addend) addends; /* the sample's */
	PQ_VEC(uint32_t) ids;	       /* its string labels */
	struct pq_buf scratch;
	uint32_t *stamps; /* by node: the sample that counted it last */
	uint32_t stamp;
};

/* ---- the groups: each distinct run of string labels is joined once ---- */

static void add_pieces(struct finding *f)
{
	struct pq_tags *t = f->t;
	const struct pq_profile *p = f->g->p;
	size_t first = t->pieces.n;

	for (size_t i = 0; i < f->ids.n; i += 2) {
		struct pq_text *piece = pq_vec_push(&t->pieces);

		pq_buf_clear(&f->scratch);
		pq_buf_text(&f->scratch, pq_string(p, f->ids.at[i]));
		pq_buf_char(&f->scratch, ':');
		pq_buf_text(&f->scratch, pq_string(p, f->ids.at[i + 1]));
		*piece = pq_arena_text(&t->arena, pq_buf_view(&f->scratch));
	}
	/* Sorted: equal sets of labels have one text. */
	pq_text_sort(t->pieces.at + first, t->pieces.n - first);
}

static uint32_t join_labels(struct finding *f)
{
	struct pq_tags *t = f->t;
	struct pq_tag_pieces part = { (uint32_t)t->pieces.n,
				      (uint32_t)f->ids.n / 2 };
	uint32_t group;

	add_pieces(f);
	pq_buf_clear(&f->scratch);
	for (uint32_t i = 0; i < part.n; i++) {
		/* a backslash and an n: names are compared with it */
		pq_buf_str(&f->scratch, i ? "\\n" : "");
		pq_buf_text(&f->scratch, t->pieces.at[part.first + i]);
	}
	group = pq_intern(&t->texts, pq_buf_view(&f->scratch));
	while (t->groups.n <= group)
		*pq_vec_push(&t->groups) = (struct pq_tag_pieces){ 0, 0 };
	if (!t->groups.at[group].n)
		t->groups.at[group] = part;
	return group;
}

static bool same_run(const void *ctx, uint32_t index, const void *key)
{
	const struct finding *f = ctx;
	const struct run *r = &f->runs.at[index];

	(void)key; /* the key is f->ids */
	return r->n == f->ids.n && !memcmp(f->runs_of_ids.at + r->first,
					   f->ids.at, r->n * sizeof(uint32_t));
}

static uint32_t group_of(struct finding *f)
{
	uint32_t fresh = (uint32_t)f->runs.n, id;
	uint64_t hash;
	struct run *r;

	if (!f->ids.n)
		return 0;
	/* Samples share a few sets of labels: each is joined once. */
	hash = pq_hash_bytes(f->ids.at, f->ids.n * sizeof(uint32_t), 3);
	id = pq_map_intern(&f->run_map, hash, same_run, f, NULL, fresh);
	if (id != fresh)
		return f->runs.at[id].group;
	r = pq_vec_push(&f->runs);
	r->first = (uint32_t)f->runs_of_ids.n;
	r->n = (uint32_t)f->ids.n;
	for (size_t i = 0; i < f->ids.n; i++)
		*pq_vec_push(&f->runs_of_ids) = f->ids.at[i];
	r->group = join_labels(f);
	return r->group;
}

/* ---- the numbers: each distinct value is printed once ---- */

static bool same_number(const void *ctx, uint32_t index, const void *key)
{
	const struct finding *f = ctx;

	return f->numbers.at[index].value == *(const int64_t *)key;
}

static uint32_t number_name(struct finding *f, int64_t value)
{
	uint64_t hash = pq_hash_mix(11, (uint64_t)value);
	uint32_t fresh = (uint32_t)f->numbers.n, id;
	struct number *n;

	id = pq_map_intern(&f->number_map, hash, same_number, f, &value, fresh);
	if (id != fresh)
		return f->numbers.at[id].name;
	/* Numbers repeat: each is printed once. */
	n = pq_vec_push(&f->numbers);
	n->value = value;
	pq_buf_clear(&f->scratch);
	pq_unit_label(&f->scratch, value, f->t->unit, f->output_unit);
	n->name = pq_intern(&f->t->texts, pq_buf_view(&f->scratch));
	return n->name;
}

/* ---- a sample ---- */

static bool is_shown(const struct pq_profile *p, const struct pq_label *l)
{
	struct pq_text key = pq_string(p, l->key);

	return l->str ? !pq_text_is(key, "pprof::base")
		      : pq_text_is(key, "bytes");
}

static void read_labels(struct finding *f, const struct pq_sample *s)
{
	const struct pq_profile *p = f->g->p;
	uint32_t group;

	/* Texts come first: numbers hang below the group that they make. */
	f->ids.n = f->addends.n = 0;
	for (size_t i = 0; i < s->n_labels; i++) {
		if (!s->labels[i].str || !is_shown(p, &s->labels[i]))
			continue;
		*pq_vec_push(&f->ids) = s->labels[i].key;
		*pq_vec_push(&f->ids) = s->labels[i].str;
	}
	/* The texts of a sample make one box; numbers hang below it. */
	group = group_of(f);
	if (group)
		*pq_vec_push(&f->addends) =
			(struct addend){ group, group, false, 0 };
	for (size_t i = 0; i < s->n_labels; i++) {
		int64_t value = s->labels[i].num;

		if (s->labels[i].str || !is_shown(p, &s->labels[i]))
			continue;
		*pq_vec_push(&f->addends) =
			(struct addend){ group, number_name(f, value), true,
					 value };
	}
}

static bool same_tag(const void *ctx, uint32_t index, const void *key)
{
	const struct pq_tags *t = ctx;
	const struct pq_tag *a = &t->all.at[index], *b = key;

	return a->node == b->node && a->group == b->group &&
	       a->name == b->name && a->is_numeric == b->is_numeric;
}

static struct pq_tag *find_tag(struct finding *f, uint32_t node,
			       const struct addend *a)
{
	struct pq_tag key = { .node = node,
			      .group = a->group,
			      .name = a->name,
			      .is_numeric = a->is_numeric,
			      .value = a->value };
	uint64_t hash = pq_hash_mix(node, (uint64_t)a->group << 32 | a->name);
	uint32_t fresh = (uint32_t)f->t->all.n, id;

	/* A number's text can be that of a label. */
	hash = pq_hash_mix(hash, a->is_numeric);
	id = pq_map_intern(&f->tag_map, hash, same_tag, f->t, &key, fresh);
	if (id == fresh)
		*pq_vec_push(&f->t->all) = key;
	return &f->t->all.at[id];
}

static void add_cum(struct finding *f, uint32_t node, int64_t value,
		    int64_t div)
{
	if (!f->wanted[node] || f->stamps[node] == f->stamp)
		return;
	f->stamps[node] = f->stamp;
	for (size_t i = 0; i < f->addends.n; i++) {
		struct pq_tag *tag = find_tag(f, node, &f->addends.at[i]);

		tag->cum = pq_add(tag->cum, value);
		tag->cum_div = pq_add(tag->cum_div, div);
	}
}

static void add_flat(struct finding *f, uint32_t node, int64_t value,
		     int64_t div)
{
	if (!f->wanted[node])
		return;
	for (size_t i = 0; i < f->addends.n; i++) {
		struct pq_tag *tag = find_tag(f, node, &f->addends.at[i]);

		tag->flat = pq_add(tag->flat, value);
		tag->flat_div = pq_add(tag->flat_div, div);
	}
}

static void add_sample_tags(struct finding *f, const struct pq_sample *s,
			    int64_t value, int64_t div)
{
	const struct pq_graph *g = f->g;

	f->stamp++;
	for (size_t i = s->n_locations; i--;) {
		uint32_t l = s->locations[i];

		for (uint32_t at = g->first_frame[l + 1];
		     at-- > g->first_frame[l];)
			add_cum(f, g->frame_nodes.at[at], value, div);
	}
	if (s->n_locations)
		add_flat(f, g->frame_nodes.at[g->first_frame[s->locations[0]]],
			 value, div);
}

/* In a call tree the path is found from the leaf up. */
static void add_path(struct finding *f, uint32_t leaf, int64_t value,
		     int64_t div)
{
	f->stamp++;
	for (uint32_t at = leaf; at != PQ_NONE; at = f->g->nodes.at[at].parent)
		add_cum(f, at, value, div);
	if (leaf != PQ_NONE)
		add_flat(f, leaf, value, div);
}

static void walk(struct finding *f)
{
	const struct pq_graph *g = f->g;
	int64_t value, div;
	struct pq_walk w;

	pq_walk_begin(&w, &g->p->samples);
	for (size_t i = 0; pq_graph_next(&w, &g->shape, &value, &div); i++) {
		pq_walk_labels(&w);
		if (!w.sample.n_labels)
			continue;
		read_labels(f, &w.sample);
		/* Labels that are not shown leave nothing to add. */
		if (!f->addends.n)
			continue;
		/* Nodes of a call tree know the path: the leaf is enough. */
		if (g->leaves.n)
			add_path(f, g->leaves.at[i], value, div);
		else
			add_sample_tags(f, &w.sample, value, div);
	}
	pq_walk_end(&w);
}

/* ---- the result ---- */

/* Brings the tags of each node together; within it they keep their order. */
static void index_tags(struct pq_tags *t, size_t n_nodes)
{
	uint32_t *next;
	struct pq_tag *sorted;

	pq_free(t->first);
	t->first = pq_alloc_zeroed(pq_size_mul(n_nodes + 1, 4));
	next = pq_alloc(pq_size_mul(n_nodes + 1, 4));
	sorted = pq_alloc(pq_size_mul(t->all.n, sizeof(*sorted)));
	/* How many there are of each node, then where each begins. */
	for (size_t i = 0; i < t->all.n; i++)
		t->first[t->all.at[i].node + 1]++;
	for (size_t i = 0; i < n_nodes; i++)
		t->first[i + 1] += t->first[i];
	/* Tags go to their places in the order in which they stand. */
	memcpy(next, t->first, (n_nodes + 1) * sizeof(*next));
	for (size_t i = 0; i < t->all.n; i++)
		sorted[next[t->all.at[i].node]++] = t->all.at[i];
	pq_free(next);
	pq_free(t->all.at);
	t->all.at = sorted;
	t->all.capacity = t->all.n;
}

void pq_tags_find(struct pq_tags *t, const struct pq_graph *g,
		  const uint8_t *wanted, struct pq_text unit,
		  struct pq_text output_unit)
{
	struct finding f = {
		.t = t, .g = g, .wanted = wanted, .output_unit = output_unit
	};

	memset(t, 0, sizeof(*t));
	t->unit = unit;
	pq_arena_init(&t->arena);
	pq_intern_init(&t->texts, &t->arena);
	/* A stamp of a node tells that the sample has counted it. */
	f.stamps = pq_alloc_zeroed(pq_size_mul(g->nodes.n, 4));
	walk(&f);
	/* Tags of a node stand together from here on. */
	if (t->all.n)
		index_tags(t, g->nodes.n);
	pq_map_release(&f.tag_map);
	pq_map_release(&f.run_map);
	pq_map_release(&f.number_map);
	pq_vec_release(&f.runs);
	pq_vec_release(&f.runs_of_ids);
	pq_vec_release(&f.numbers);
	pq_vec_release(&f.addends);
	pq_vec_release(&f.ids);
	pq_buf_release(&f.scratch);
	pq_free(f.stamps);
}

void pq_tags_release(struct pq_tags *t)
{
	pq_arena_release(&t->arena);
	pq_intern_release(&t->texts);
	pq_vec_release(&t->all);
	pq_free(t->first);
	pq_vec_release(&t->pieces);
	pq_vec_release(&t->groups);
	memset(t, 0, sizeof(*t));
}

void pq_tags_drop_low(struct pq_tags *t, size_t n_nodes, int64_t cutoff)
{
	size_t n = 0;

	for (size_t i = 0; i < t->all.n; i++) {
		const struct pq_tag *tag = &t->all.at[i];

		if (pq_abs(tag->flat) >= cutoff || pq_abs(tag->cum) >= cutoff)
			t->all.at[n++] = *tag;
	}
	t->all.n = n;
	if (t->first)
		index_tags(t, n_nodes);
}

static int compare_tag_size(int64_t a, int64_t b)
{
	int64_t x = pq_abs(a), y = pq_abs(b);

	if (x != y)
		return x > y ? -1 : 1;
	return (a < b) - (a > b);
}

int pq_tag_compare(const struct pq_tag *a, struct pq_text a_name,
		   const struct pq_tag *b, struct pq_text b_name, bool by_flat)
{
	int order = by_flat ? 0 : compare_tag_size(a->cum, b->cum);

	if (!order)
		order = compare_tag_size(a->flat, b->flat);
	return order ? order : pq_text_compare(a_name, b_name);
}
