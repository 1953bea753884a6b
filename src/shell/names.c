#include "shell/names.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"

#include "base/banned.h"

void pq_shell_names_init(struct pq_shell_names *n, const struct pq_profile *p)
{
	memset(n, 0, sizeof(*n));
	n->p = p;
}

void pq_shell_names_release(struct pq_shell_names *n)
{
	pq_vec_release(&n->functions);
	pq_vec_release(&n->keys);
	pq_vec_release(&n->labels);
	n->made = false;
}

/* ---- functions ---- */

/* Sorted texts without those that come again; returns how many are left. */
static size_t sort_names(struct pq_text *names, size_t n)
{
	size_t kept = 0;

	if (n)
		pq_text_sort(names, n);
	for (size_t i = 0; i < n; i++)
		if (!kept || !pq_text_equal(names[kept - 1], names[i]))
			names[kept++] = names[i];
	return kept;
}

static void make_functions(struct pq_shell_names *n)
{
	const struct pq_profile *p = n->p;

	for (size_t i = 0; i < p->functions.n; i++) {
		uint32_t name = p->functions.at[i].name;

		/* Names beyond the limit are left out: TAB must stay quick. */
		if (n->functions.n < PQ_NAMES_MOST && name != PQ_NONE &&
		    pq_string(p, name).len)
			*pq_vec_push(&n->functions) = pq_string(p, name);
	}
	n->functions.n = sort_names(n->functions.at, n->functions.n);
}

/* ---- labels ---- */

/* Pairs of string ids, each once: equal texts may have two ids. */
struct label_search {
	struct pq_shell_names *names;
	struct pq_map map;
	PQ_VEC(struct pq_label) found;
};

static bool same_label(const void *ctx, uint32_t index, const void *key)
{
	const struct label_search *s = ctx;
	const struct pq_label *a = &s->found.at[index], *b = key;

	return a->key == b->key && a->str == b->str;
}

static void note_label(struct label_search *s, const struct pq_label *label)
{
	uint32_t fresh = (uint32_t)s->found.n;
	struct pq_shell_names *n = s->names;
	struct pq_text key = pq_string(n->p, label->key);

	/* A pair that was met before has a number already. */
	if (fresh == PQ_NAMES_MOST ||
	    pq_map_intern(&s->map, pq_hash_mix(label->key, label->str),
			  same_label, s, label, fresh) != fresh)
		return;
	*pq_vec_push(&s->found) = *label;
	*pq_vec_push(&n->keys) = key;
	/* Numbers are no text that could be completed. */
	if (label->str)
		*pq_vec_push(&n->labels) =
			(struct pq_shell_label){ key,
						 pq_string(n->p, label->str) };
}

static int compare_shell_labels(const void *left, const void *right)
{
	const struct pq_shell_label *a = left, *b = right;
	int order = pq_text_compare(a->key, b->key);

	return order ? order : pq_text_compare(a->value, b->value);
}

static void make_labels(struct pq_shell_names *n)
{
	struct label_search s = { .names = n };
	struct pq_walk w;

	pq_walk_begin(&w, &n->p->samples);
	while (pq_walk_next(&w)) {
		pq_walk_all(&w);
		for (size_t i = 0; i < w.sample.n_labels; i++)
			note_label(&s, &w.sample.labels[i]);
	}
	pq_walk_end(&w);
	/* A key came once with each of its values: equal ones go. */
	n->keys.n = sort_names(n->keys.at, n->keys.n);
	if (n->labels.n)
		qsort(n->labels.at, n->labels.n, sizeof(*n->labels.at),
		      compare_shell_labels);
	pq_map_release(&s.map);
	pq_vec_release(&s.found);
}

/* ---- both ---- */

struct names_run {
	struct pq_shell_names *n;
};

static void make_names(void *arg)
{
	struct names_run *r = arg;

	make_functions(r->n);
	make_labels(r->n);
}

void pq_shell_names_make(struct pq_shell_names *n)
{
	struct names_run r = { n };
	struct pq_error ignored;

	if (n->made || !n->p)
		return;
	pq_error_clear(&ignored);
	/* without memory for names there is nothing to complete */
	if (!pq_mem_guard(make_names, &r, &ignored))
		pq_shell_names_init(n, n->p);
	n->made = true;
}
