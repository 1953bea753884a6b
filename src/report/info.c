#include "report/info.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"

#include "base/banned.h"

/* info: what a file is, how it was sampled, and what is in it. */

/* ---- labels ---- */

struct counting {
	struct pq_map map; /* distinct labels */
	PQ_VEC(struct pq_label) seen;
	struct pq_map keys; /* their keys */
	PQ_VEC(struct pq_info_label) labels;
	PQ_VEC(uint32_t) key_of;    /* string id of a label's key */
	PQ_VEC(uint64_t) sample_of; /* that had the key last, from 1 */
};

static bool same_label_key(const void *ctx, uint32_t index, const void *key)
{
	const struct counting *c = ctx;
	const struct pq_label *a = &c->seen.at[index], *b = key;

	return a->key == b->key && a->str == b->str && a->num == b->num &&
	       a->unit == b->unit;
}

static bool same_key(const void *ctx, uint32_t index, const void *key)
{
	const struct counting *c = ctx;

	return c->key_of.at[index] == *(const uint32_t *)key;
}

static uint32_t find_key(struct counting *c, const struct pq_profile *p,
			 uint32_t key)
{
	uint32_t fresh = (uint32_t)c->labels.n, at;

	at = pq_map_intern(&c->keys, pq_hash_mix(0, key), same_key, c, &key,
			   fresh);
	if (at == fresh) {
		struct pq_info_label label = { .key = pq_string(p, key) };

		*pq_vec_push(&c->labels) = label;
		*pq_vec_push(&c->key_of) = key;
		*pq_vec_push(&c->sample_of) = 0;
	}
	return at;
}

static void count_label_value(struct counting *c, const struct pq_profile *p,
			      const struct pq_label *l, uint64_t sample)
{
	uint32_t fresh = (uint32_t)c->seen.n, at, key = find_key(c, p, l->key);
	uint64_t hash = pq_hash_mix(pq_hash_mix((uint64_t)l->key << 32 | l->str,
						(uint64_t)l->num),
				    l->unit);

	/* Several labels of one key count a sample once. */
	if (c->sample_of.at[key] != sample) {
		c->sample_of.at[key] = sample;
		c->labels.at[key].n_samples++;
	}
	at = pq_map_intern(&c->map, hash, same_label_key, c, l, fresh);
	if (at != fresh)
		return;
	*pq_vec_push(&c->seen) = *l;
	c->labels.at[key].n_values++;
}

static int by_key(const void *a, const void *b)
{
	const struct pq_info_label *x = a, *y = b;

	return pq_text_compare(x->key, y->key);
}

static void keep_labels(struct pq_info *info, struct counting *c,
			struct pq_arena *arena)
{
	info->n_labels = c->labels.n;
	info->labels = PQ_ARENA_NEW(arena, struct pq_info_label, c->labels.n);
	if (!c->labels.n)
		return;
	memcpy(info->labels, c->labels.at, c->labels.n * sizeof(*info->labels));
	qsort(info->labels, info->n_labels, sizeof(*info->labels), by_key);
}

/* ---- samples ---- */

/* Kernels have the upper half of the addresses, or a name of their own. */
static bool is_kernel(const struct pq_profile *p, uint32_t mapping)
{
	const struct pq_mapping *m;

	if (mapping == PQ_NONE)
		return false;
	m = &p->mappings.at[mapping];
	return m->start >> 63 ||
	       pq_text_starts(pq_string(p, m->file), "[kernel.");
}

/* A sample is in the kernel when its leaf is. */
static void count_kernel(struct pq_info *info, const struct pq_sample *sample)
{
	const struct pq_profile *p = info->view->p;
	unsigned chosen = info->view->o.shape.sample_index;

	if (info->has_kernel && sample->n_locations &&
	    is_kernel(p, p->locations.at[sample->locations[0]].mapping))
		info->kernel =
			pq_add(info->kernel, pq_abs(sample->values[chosen]));
}

static void count_sample_labels(struct pq_info *info,
				const struct pq_sample *sample)
{
	/* Absolute values: a difference may add up to nothing. */
	for (size_t i = 0; i < info->n_types; i++)
		info->types[i].total =
			pq_add(info->types[i].total, pq_abs(sample->values[i]));
	info->n_frames += sample->n_locations;
	if (sample->n_locations > info->deepest)
		info->deepest = sample->n_locations;
}

static void count_samples(struct pq_info *info, struct pq_arena *arena)
{
	const struct pq_profile *p = info->view->p;
	struct counting c = { .seen = { 0 } };
	struct pq_walk w;

	pq_walk_begin(&w, &p->samples);
	/* Samples are numbered from 1: 0 is a key that no sample had. */
	for (uint64_t n = 1; pq_walk_next(&w); n++) {
		pq_walk_all(&w);
		count_sample_labels(info, &w.sample);
		count_kernel(info, &w.sample);
		for (size_t i = 0; i < w.sample.n_labels; i++)
			count_label_value(&c, p, &w.sample.labels[i], n);
	}
	pq_walk_end(&w);
	/* Counts are kept, and not the labels: there can be millions. */
	keep_labels(info, &c, arena);
	pq_map_release(&c.map);
	pq_map_release(&c.keys);
	pq_vec_release(&c.seen);
	pq_vec_release(&c.labels);
	pq_vec_release(&c.key_of);
	pq_vec_release(&c.sample_of);
}

/* ---- the tables ---- */

static void list_types(struct pq_info *info, struct pq_arena *arena)
{
	const struct pq_view *v = info->view;

	info->n_types = v->p->sample_types.n;
	info->types = PQ_ARENA_NEW(arena, struct pq_info_type, info->n_types);
	for (size_t i = 0; i < info->n_types; i++) {
		struct pq_value_type type = v->p->sample_types.at[i];

		info->types[i] = (struct pq_info_type){
			.type = pq_string(v->p, type.type),
			.unit = pq_string(v->p, type.unit),
			.chosen = i == v->o.shape.sample_index
		};
	}
}

/* A mapping without any content stands for there being none. */
static bool is_real(const struct pq_profile *p, const struct pq_mapping *m)
{
	return m->start || m->limit || pq_string(p, m->file).len ||
	       pq_string(p, m->build_id).len;
}

static void list_mappings(struct pq_info *info, struct pq_arena *arena)
{
	const struct pq_profile *p = info->view->p;
	size_t bytes = pq_size_mul(p->mappings.n + 1, sizeof(uint64_t));
	uint64_t *n = pq_arena_zeroed(arena, bytes);
	uint64_t *named = pq_arena_zeroed(arena, bytes);

	/* Locations are counted for all mappings, listed or not. */
	for (size_t i = 0; i < p->locations.n; i++) {
		const struct pq_location *l = &p->locations.at[i];

		if (l->mapping != PQ_NONE) {
			n[l->mapping]++;
			named[l->mapping] += l->n_lines > 0;
		}
		info->n_unnamed += !l->n_lines;
		info->has_kernel = info->has_kernel || is_kernel(p, l->mapping);
	}
	/* Made up mappings are not listed: no file stands behind them. */
	info->mappings =
		PQ_ARENA_NEW(arena, struct pq_info_mapping, p->mappings.n + 1);
	for (size_t i = 0; i < p->mappings.n; i++)
		if (is_real(p, &p->mappings.at[i]))
			info->mappings[info->n_mappings++] =
				(struct pq_info_mapping){ &p->mappings.at[i],
							  n[i], named[i] };
}

/*
 * The program itself, the profile as it is now, and what a graph takes for
 * each location and function: nodes, names, edges.
 */
#define PROGRAM_BYTES ((uint64_t)5 << 20)
#define LOCATION_BYTES 100
#define FUNCTION_BYTES 100

static uint64_t estimate(const struct pq_profile *p, uint64_t profile_bytes)
{
	return PROGRAM_BYTES + profile_bytes +
	       LOCATION_BYTES * (uint64_t)p->locations.n +
	       FUNCTION_BYTES * (uint64_t)p->functions.n;
}

static void *info_build(const struct pq_report_input *in, struct pq_error *err)
{
	struct pq_info *info =
		pq_arena_zeroed(in->arena, sizeof(struct pq_info));

	(void)err;
	info->view = in->view;
	/* Memory before anything is built: the profile's own. */
	info->top_bytes = estimate(in->view->p, pq_mem_used());
	list_types(info, in->arena);
	list_mappings(info, in->arena);
	count_samples(info, in->arena);
	return info;
}

const struct pq_report pq_report_info = {
	.view = { .never_trims = true },
	.rows_suffice = true,
	.build = info_build,
	.text = pq_info_text,
	.sections = {
		{ "rows",
		  "properties; those that the file does not have are left out",
		  pq_info_row_columns, pq_info_put_rows },
		{ "sample_types", "sample types in the order of the profile",
		  pq_info_type_columns, pq_info_put_types },
		{ "labels", "labels by key", pq_info_label_columns,
		  pq_info_put_labels },
		{ "mappings", "mappings in the order of the profile",
		  pq_info_mapping_columns, pq_info_put_mappings },
	},
};
