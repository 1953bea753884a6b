#include "profile/compatible.h"

#include <string.h>

#include "base/buf.h"
#include "base/intern.h"
#include "base/mem.h"
#include "base/units.h"
#include "profile/merge.h"

#include "base/banned.h"

static struct pq_text type_text(const struct pq_profile *p, size_t i)
{
	return pq_string(p, p->sample_types.at[i].type);
}

static bool same_type(const struct pq_profile *a, struct pq_value_type x,
		      const struct pq_profile *b, struct pq_value_type y)
{
	return pq_text_equal(pq_string(a, x.type), pq_string(b, y.type)) &&
	       pq_text_equal(pq_string(a, x.unit), pq_string(b, y.unit));
}

static void put_type(struct pq_buf *b, const struct pq_profile *p,
		     struct pq_value_type t)
{
	pq_buf_char(b, '{');
	pq_text_encode(b, pq_string(p, t.type));
	pq_buf_char(b, ' ');
	pq_text_encode(b, pq_string(p, t.unit));
	pq_buf_str(b, " 0 0}");
}

static bool fail_type_pair(struct pq_error *err, const char *before,
			   const struct pq_profile *a, struct pq_value_type x,
			   const char *between, const struct pq_profile *b,
			   struct pq_value_type y)
{
	struct pq_buf text = { 0 };

	pq_buf_str(&text, before);
	put_type(&text, a, x);
	pq_buf_str(&text, between);
	put_type(&text, b, y);
	pq_fail(err, PQ_EFORMAT, "%s", pq_buf_cstr(&text));
	pq_buf_release(&text);
	return false;
}

bool pq_compatible(const struct pq_profile *a, const struct pq_profile *b,
		   struct pq_error *err)
{
	if (!same_type(a, a->period_type, b, b->period_type))
		return fail_type_pair(err, "incompatible period types &", a,
				      a->period_type, " and &", b,
				      b->period_type);
	if (a->sample_types.n != b->sample_types.n)
		return pq_fail(err, PQ_EFORMAT,
			       "incompatible sample types: %zu and %zu of them",
			       a->sample_types.n, b->sample_types.n);
	for (size_t i = 0; i < a->sample_types.n; i++)
		if (!same_type(a, a->sample_types.at[i], b,
			       b->sample_types.at[i]))
			return fail_type_pair(err, "incompatible sample types ",
					      a, a->sample_types.at[i], " and ",
					      b, b->sample_types.at[i]);
	return true;
}

/* ---- common sample types ---- */

/* The number of times that each name stands in all profiles, by its id. */
struct counts {
	struct pq_intern names;
	PQ_VEC(size_t) of;
};

static void count_types(struct counts *c, struct pq_profile **list, size_t n)
{
	memset(c, 0, sizeof(*c));
	pq_intern_init(&c->names, NULL);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < list[i]->sample_types.n; j++) {
			uint32_t id =
				pq_intern(&c->names, type_text(list[i], j));

			while (c->of.n <= id)
				*pq_vec_push(&c->of) = 0;
			c->of.at[id]++;
		}
}

/* The choice of columns that reduce_sample makes for every sample. */
struct reduction {
	const uint32_t *from; /* old column of each new one */
	size_t n;
	int64_t *scratch;
};

static bool reduce_sample(void *ctx, struct pq_sample *sample)
{
	struct reduction *r = ctx;

	for (size_t i = 0; i < r->n; i++)
		r->scratch[i] = sample->values[r->from[i]];
	memcpy(sample->values, r->scratch, r->n * sizeof(*r->scratch));
	return true;
}

static bool is_exactly(const struct pq_profile *p, const struct pq_text *common,
		       size_t n)
{
	if (p->sample_types.n != n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!pq_text_equal(type_text(p, i), common[i]))
			return false;
	return true;
}

/* The default type survives if it is common; else it is the first common. */
static void reset_default(struct pq_profile *p)
{
	struct pq_text dflt = pq_string(p, p->default_sample_type);

	for (size_t i = 0; i < p->sample_types.n; i++)
		if (pq_text_equal(type_text(p, i), dflt))
			return;
	p->default_sample_type = p->sample_types.at[0].type;
}

static bool fail_missing_type(struct pq_text type, struct pq_error *err)
{
	struct pq_buf b = { 0 };

	pq_text_encode(&b, type);
	pq_fail(err, PQ_EFORMAT, "\"%s\" sample type is not found in profile",
		pq_buf_cstr(&b));
	pq_buf_release(&b);
	return false;
}

/* The first column of each common type; false when one is missing. */
static bool find_columns(const struct pq_profile *p,
			 const struct pq_text *common, size_t n, uint32_t *from,
			 struct pq_error *err)
{
	size_t n_types = p->sample_types.n;
	uint32_t *first = pq_alloc(pq_size_mul(n_types + 1, sizeof(*first)));
	struct pq_intern names;
	bool ok = true;

	memset(first, 0xff, (n_types + 1) * sizeof(*first)); /* PQ_NONE */
	pq_intern_init(&names, NULL);
	/* Backwards, so that of equal names the first column is left. */
	for (size_t i = n_types; i--;)
		first[pq_intern(&names, type_text(p, i))] = (uint32_t)i;
	for (size_t i = 0; ok && i < n; i++) {
		uint32_t id = pq_intern_find(&names, common[i]);

		if (id == PQ_MAP_NONE || first[id] == PQ_NONE)
			ok = fail_missing_type(common[i], err);
		else
			from[i] = first[id];
	}
	pq_intern_release(&names);
	pq_free(first);
	return ok;
}

static bool reduce_to_common(struct pq_profile *p, const struct pq_text *common,
			     size_t n, struct pq_error *err)
{
	struct pq_arena arena;
	struct pq_value_type *types;
	struct reduction r = { .n = n };
	uint32_t *from;

	pq_arena_init(&arena);
	from = PQ_ARENA_NEW(&arena, uint32_t, n);
	types = PQ_ARENA_NEW(&arena, struct pq_value_type, n);
	if (!find_columns(p, common, n, from, err)) {
		pq_arena_release(&arena);
		return false;
	}
	/* The types are copied aside: their order may change. */
	for (size_t i = 0; i < n; i++)
		types[i] = p->sample_types.at[from[i]];
	r.from = from;
	r.scratch = PQ_ARENA_NEW(&arena, int64_t, n);
	if (p->samples.n)
		pq_samples_rewrite(&p->samples, (unsigned)n, reduce_sample, &r);
	/* The types are now the common ones, in the order of the first file. */
	pq_vec_reserve(&p->sample_types, n);
	memcpy(p->sample_types.at, types, n * sizeof(*types));
	p->sample_types.n = n;
	reset_default(p);
	pq_arena_release(&arena);
	return true;
}

bool pq_common_types(struct pq_profile **list, size_t n, struct pq_error *err)
{
	const struct pq_profile *first = list[0];
	size_t n_common = 0;
	struct pq_text *common;
	struct counts counts;
	bool ok = true;

	common = pq_alloc(
		pq_size_mul(first->sample_types.n + 1, sizeof(*common)));
	/*
	 * The count is over all profiles together, as in the reference: a
	 * name that one profile has twice does not pass.
	 */
	count_types(&counts, list, n);
	for (size_t i = 0; i < first->sample_types.n; i++) {
		struct pq_text name = type_text(first, i);

		if (counts.of.at[pq_intern_find(&counts.names, name)] == n)
			common[n_common++] = name;
	}
	pq_intern_release(&counts.names);
	pq_vec_release(&counts.of);
	if (!n_common)
		ok = pq_fail(err, PQ_EFORMAT,
			     "profiles have empty common sample type list");
	/* A profile of just these types needs no rewriting. */
	for (size_t i = 0; ok && i < n; i++)
		if (!is_exactly(list[i], common, n_common))
			ok = reduce_to_common(list[i], common, n_common, err);
	pq_free(common);
	return ok;
}

static void list_type_names(struct pq_buf *b, const struct pq_profile *p)
{
	for (size_t i = 0; i < p->sample_types.n; i++) {
		pq_buf_str(b, i ? ", " : "");
		pq_text_encode(b, type_text(p, i));
	}
}

bool pq_fail_no_common_type(const struct pq_profile *a, const char *a_name,
			    const struct pq_profile *b, const char *b_name,
			    const char *consequence, struct pq_error *err)
{
	struct pq_buf of_a = { 0 }, of_b = { 0 };

	list_type_names(&of_a, a);
	list_type_names(&of_b, b);
	pq_fail(err, PQ_EUSAGE,
		"no sample type is in all profiles, so %s: %s has %s; %s has "
		"%s",
		consequence, a_name, pq_buf_cstr(&of_a), b_name,
		pq_buf_cstr(&of_b));
	pq_buf_release(&of_a);
	pq_buf_release(&of_b);
	return false;
}

/* ---- common units ---- */

/* A sample or period type with the profile whose strings it refers to. */
struct typed {
	struct pq_profile *p;
	struct pq_value_type *type;
};

static struct pq_text singular(struct pq_text name)
{
	if (name.len && name.bytes[name.len - 1] == 's')
		name.len--;
	return name;
}

static bool same_dimension(const struct typed *a, const struct typed *b)
{
	bool known;

	if (!pq_text_equal(singular(pq_string(a->p, a->type->type)),
			   singular(pq_string(b->p, b->type->type))))
		return false;
	pq_unit_ratio(pq_string(a->p, a->type->unit),
		      pq_string(b->p, b->type->unit), &known);
	return known;
}

static double unit_ratio(const struct typed *from, const struct typed *to)
{
	return pq_unit_scale(1, pq_string(from->p, from->type->unit),
			     pq_string(to->p, to->type->unit))
		.value;
}

static bool find_finest(const struct typed *list, size_t n, const char *what,
			size_t *finest, struct pq_error *err)
{
	size_t best = 0;

	for (size_t i = 1; i < n; i++) {
		if (!same_dimension(&list[best], &list[i])) {
			/* The message names both types. */
			char before[64] = "";
			struct pq_buf b = { 0 };

			pq_buf_printf(&b, "%s: incompatible types: ", what);
			memcpy(before, pq_unchecked_bytes(b.data),
			       b.len < 63 ? b.len : 63);
			pq_buf_release(&b);
			return fail_type_pair(err, before, list[best].p,
					      *list[best].type, " ", list[i].p,
					      *list[i].type);
		}
		if (unit_ratio(&list[i], &list[best]) < 1)
			best = i;
	}
	*finest = best;
	return true;
}

/*
 * Two profiles share no string table: the finest unit's text is copied into
 * each that had another one.
 */
static void take_unit(struct typed *t, struct pq_text unit)
{
	if (!pq_text_equal(pq_string(t->p, t->type->unit), unit))
		t->type->unit = pq_profile_copy_string(t->p, unit);
}

static bool unify_period_units(struct pq_profile **list, size_t n,
			       struct typed *typed, struct pq_error *err)
{
	struct pq_text unit;
	size_t finest;

	for (size_t i = 0; i < n; i++)
		typed[i] = (struct typed){ list[i], &list[i]->period_type };
	if (!find_finest(typed, n, "period type", &finest, err))
		return false;
	unit = pq_string(typed[finest].p, typed[finest].type->unit);
	/* Periods are numbers in their unit and change along with it. */
	for (size_t i = 0; i < n; i++) {
		struct pq_profile *p = list[i];
		struct pq_text own = pq_string(p, p->period_type.unit);

		p->period = pq_trunc(pq_unit_scale(p->period, own, unit).value);
		take_unit(&typed[i], unit);
	}
	return true;
}

bool pq_common_units(struct pq_profile **list, size_t n, struct pq_error *err)
{
	size_t n_types = list[0]->sample_types.n, finest;
	struct typed *typed = pq_alloc(pq_size_mul(n, sizeof(*typed)));
	double *ratios =
		pq_alloc(pq_size_mul(pq_size_mul(n, n_types), sizeof(*ratios)));
	bool ok = unify_period_units(list, n, typed, err);

	for (size_t t = 0; ok && t < n_types; t++) {
		struct pq_text unit;

		for (size_t i = 0; i < n; i++)
			typed[i] =
				(struct typed){ list[i],
						&list[i]->sample_types.at[t] };
		ok = find_finest(typed, n, "sample types", &finest, err);
		if (!ok)
			break;
		/* Ratios are taken before take_unit overwrites the units. */
		unit = pq_string(typed[finest].p, typed[finest].type->unit);
		for (size_t i = 0; i < n; i++)
			ratios[i * n_types + t] =
				unit_ratio(&typed[i], &typed[finest]);
		for (size_t i = 0; i < n; i++)
			take_unit(&typed[i], unit);
	}
	/* Values are scaled last: an error leaves all samples as they were. */
	for (size_t i = 0; ok && i < n; i++)
		pq_scale(list[i], ratios + i * n_types);
	pq_free(typed);
	pq_free(ratios);
	return ok;
}

/* ---- normalizing ---- */

static void sum_columns(const struct pq_profile *p, int64_t *sums)
{
	struct pq_walk w;

	memset(sums, 0, p->sample_types.n * sizeof(*sums));
	pq_walk_begin(&w, &p->samples);
	while (pq_walk_next(&w)) {
		pq_walk_values(&w);
		for (unsigned i = 0; i < w.n_values; i++)
			sums[i] = pq_add(sums[i], w.sample.values[i]);
	}
	pq_walk_end(&w);
}

bool pq_normalize(struct pq_profile *p, const struct pq_profile *base,
		  struct pq_error *err)
{
	size_t n = p->sample_types.n;
	int64_t *own, *wanted;
	double *ratios;

	if (!pq_compatible(p, base, err))
		return false;
	own = pq_alloc(pq_size_mul(n + 1, sizeof(*own)));
	wanted = pq_alloc(pq_size_mul(n + 1, sizeof(*wanted)));
	ratios = pq_alloc(pq_size_mul(n + 1, sizeof(*ratios)));
	sum_columns(p, own);
	sum_columns(base, wanted);
	/* A column that is all zeros stays so. */
	for (size_t i = 0; i < n; i++)
		ratios[i] = own[i] ? (double)wanted[i] / (double)own[i] : 0;
	pq_scale(p, ratios);
	pq_free(own);
	pq_free(wanted);
	pq_free(ratios);
	return true;
}
