#include "profile/label_units.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

#include "base/banned.h"

/* A unit of a key, besides the key's first one. */
struct other {
	uint32_t key;
	struct pq_text unit;
};

struct finding {
	struct pq_label_units *units;
	const struct pq_profile *p;
	uint32_t *position; /* position in units->keys + 1, by string id */
	struct pq_map map;  /* positions in others */
	PQ_VEC(struct other) others;
};

/* The position of a key; another string id may have the same text. */
static uint32_t position_of_key(struct finding *f, uint32_t id)
{
	struct pq_label_units *u = f->units;
	struct pq_label_key *added;

	if (f->position[id])
		return f->position[id] - 1;
	f->position[id] = pq_intern(&u->ids, pq_string(f->p, id)) + 1;
	/* Interning may have added a text: keys grows with it. */
	while (u->keys.n < u->ids.texts.n) {
		added = pq_vec_push(&u->keys);
		memset(added, 0, sizeof(*added));
		added->key = u->ids.texts.at[u->keys.n - 1];
	}
	return f->position[id] - 1;
}

static bool same_further_unit(const void *ctx, uint32_t index, const void *key)
{
	const struct finding *f = ctx;
	const struct other *a = &f->others.at[index], *b = key;

	return a->key == b->key && pq_text_equal(a->unit, b->unit);
}

static void note_label_unit(struct finding *f, uint32_t key,
			    struct pq_text unit)
{
	struct pq_label_key *k = &f->units->keys.at[key];
	struct other other = { key, unit };
	uint32_t fresh = (uint32_t)f->others.n;

	if (!unit.len)
		return;
	/* The first unit that is not empty is the key's. */
	if (!k->unit.len)
		k->unit = unit;
	if (pq_text_equal(k->unit, unit) ||
	    pq_map_intern(&f->map, pq_hash_bytes(unit.bytes, unit.len, key),
			  same_further_unit, f, &other, fresh) != fresh)
		return;
	/* A unit that is new for the key is listed once. */
	*pq_vec_push(&f->others) = other;
	*pq_vec_push(&k->others) = unit;
}

void pq_label_units_find(struct pq_label_units *u, const struct pq_profile *p)
{
	struct finding f = { .units = u, .p = p };
	struct pq_walk w;

	memset(u, 0, sizeof(*u));
	pq_intern_init(&u->ids, NULL);
	f.position = pq_alloc_zeroed(pq_size_mul(p->strings.n, 4));
	pq_walk_begin(&w, &p->samples);
	while (pq_walk_next(&w)) {
		pq_walk_all(&w);
		for (size_t i = 0; i < w.sample.n_labels; i++) {
			const struct pq_label *l = &w.sample.labels[i];

			/* String labels have no unit. */
			if (!l->str)
				note_label_unit(&f, position_of_key(&f, l->key),
						pq_string(p, l->unit));
		}
	}
	pq_walk_end(&w);
	pq_free(f.position);
	pq_map_release(&f.map);
	pq_vec_release(&f.others);
	/* Keys without any unit get one by their name, as in the reference. */
	for (size_t i = 0; i < u->keys.n; i++) {
		struct pq_label_key *k = &u->keys.at[i];

		pq_text_sort(k->others.at, k->others.n);
		if (!k->unit.len)
			k->unit = pq_text_is(k->key, "alignment") ||
						  pq_text_is(k->key, "request")
					  ? PQ_TEXT("bytes")
					  : k->key;
	}
}

void pq_label_units_release(struct pq_label_units *u)
{
	for (size_t i = 0; i < u->keys.n; i++)
		pq_vec_release(&u->keys.at[i].others);
	pq_vec_release(&u->keys);
	pq_intern_release(&u->ids);
}

struct pq_text pq_label_unit(const struct pq_label_units *u, struct pq_text key)
{
	uint32_t id = pq_intern_find(&u->ids, key);

	return id < u->keys.n ? u->keys.at[id].unit : key;
}

static int compare_label_keys(const void *a, const void *b)
{
	const struct pq_label_key *const *x = a, *const *y = b;

	return pq_text_compare((*x)->key, (*y)->key);
}

void pq_label_units_report(const struct pq_label_units *u, struct pq_log *log)
{
	PQ_VEC(const struct pq_label_key *) several = { 0 };
	struct pq_buf b = { 0 };

	for (size_t i = 0; i < u->keys.n; i++)
		if (u->keys.at[i].others.n)
			*pq_vec_push(&several) = &u->keys.at[i];
	/* Lines are sorted by key, whatever the order of the samples. */
	if (several.n)
		qsort(several.at, several.n, sizeof(*several.at),
		      compare_label_keys);
	for (size_t i = 0; i < several.n; i++) {
		const struct pq_label_key *k = several.at[i];

		pq_buf_clear(&b);
		pq_buf_str(&b, "For tag ");
		pq_buf_text(&b, k->key);
		pq_buf_str(&b, " used unit ");
		pq_buf_text(&b, k->unit);
		pq_buf_str(&b, ", also encountered unit(s) ");
		for (size_t j = 0; j < k->others.n; j++) {
			if (j)
				pq_buf_str(&b, ", ");
			pq_buf_text(&b, k->others.at[j]);
		}
		pq_log_text(log, pq_buf_view(&b));
	}
	pq_buf_release(&b);
	pq_vec_release(&several);
}
