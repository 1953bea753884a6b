#include "format/otlp/message.h"

#include <string.h>

#include "base/buf.h"
#include "format/text/finish.h"
#include "format/text/places.h"

#include "base/banned.h"

/* Each is a column of all samples. */
#define TYPES_MOST 64
#define INLINED_MOST 1024
/* Keys with a unit in 1.7, which every number looks through. */
#define UNITS_MOST 1024

void pq_otlp_init(struct pq_otlp *o, struct pq_profile *p, struct pq_error *err)
{
	memset(o, 0, sizeof(*o));
	o->err = err;
	pq_legacy_init(&o->b, p);
	/* One id for service.name: later keys are compared by id. */
	o->service_key = pq_legacy_string(&o->b, PQ_TEXT("service.name"));
}

static void forget_message(struct pq_otlp_message *m)
{
	m->strings.n = m->mappings.n = m->locations.n = m->lines.n = 0;
	m->functions.n = m->links.n = m->attributes.n = m->units.n = 0;
	m->stacks.n = m->indices.n = m->values.n = m->types.n = 0;
	m->samples.n = m->profiles.n = 0;
	m->has_dictionary = false;
}

void pq_otlp_release(struct pq_otlp *o)
{
	struct pq_otlp_message *m = &o->m;

	pq_vec_release(&m->strings);
	pq_vec_release(&m->mappings);
	pq_vec_release(&m->locations);
	pq_vec_release(&m->lines);
	pq_vec_release(&m->functions);
	pq_vec_release(&m->links);
	pq_vec_release(&m->attributes);
	pq_vec_release(&m->units);
	pq_vec_release(&m->stacks);
	pq_vec_release(&m->indices);
	pq_vec_release(&m->values);
	pq_vec_release(&m->types);
	pq_vec_release(&m->samples);
	pq_vec_release(&m->profiles);
	pq_map_release(&o->functions);
	pq_map_release(&o->mappings);
	pq_map_release(&o->places);
	pq_vec_release(&o->location_of);
	pq_vec_release(&o->mapping_of);
	pq_vec_release(&o->values);
	pq_vec_release(&o->columns);
	pq_legacy_release(&o->b);
}

/* ---- positions ---- */

/* Whether a position is in a table; 0 is, even if nothing is there. */
static bool check_index(struct pq_otlp *o, const char *what, int64_t index,
			size_t n)
{
	return !index || (index > 0 && (uint64_t)index < n) ||
	       pq_fail(o->err, PQ_EFORMAT, "%s %lld is not in a table of %zu",
		       what, (long long)index, n);
}

static bool string_at(struct pq_otlp *o, int64_t index, uint32_t *to)
{
	if (!check_index(o, "string", index, o->m.strings.n))
		return false;
	/* Position 0 is the empty text, even of an empty table. */
	*to = index ? o->m.strings.at[index] : 0;
	return true;
}

/* ---- mappings ---- */

/* The text of an attribute, 0 when it has none. */
static bool text_of(struct pq_otlp *o, const struct pq_otlp_attribute *a,
		    uint32_t *to)
{
	*to = a->text;
	return a->kind != PQ_OTLP_TEXT_AT || string_at(o, a->number, to);
}

static bool key_of(struct pq_otlp *o, const struct pq_otlp_attribute *a,
		   uint32_t *to)
{
	*to = a->key;
	return a->key || string_at(o, a->key_at, to);
}

static const struct pq_otlp_attribute *find_attribute(struct pq_otlp *o,
						      int64_t index)
{
	if (!check_index(o, "attribute", index, o->m.attributes.n))
		return NULL;
	return o->m.attributes.n ? &o->m.attributes.at[index] : NULL;
}

/* The build id among the attributes of a mapping. */
static bool find_id_attribute(struct pq_otlp *o, struct pq_otlp_part attributes,
			      uint32_t *to)
{
	for (uint32_t i = 0; i < attributes.n; i++) {
		int64_t index = o->m.indices.at[attributes.first + i];
		const struct pq_otlp_attribute *a = find_attribute(o, index);
		uint32_t key;

		if (o->err->code != PQ_OK || (a && !key_of(o, a, &key)))
			return false;
		/*
		 * Position 0 is none: tables begin with an empty attribute.
		 */
		if (index && a &&
		    pq_text_is(pq_intern_text(&o->b.strings, key),
			       "process.executable.build_id.gnu"))
			return text_of(o, a, to);
	}
	return true;
}

static bool same_otlp_mapping(const void *ctx, uint32_t index, const void *key)
{
	const struct pq_profile *p = ctx;
	const struct pq_mapping *a = &p->mappings.at[index], *b = key;

	return a->start == b->start && a->limit == b->limit &&
	       a->offset == b->offset && a->file == b->file &&
	       a->build_id == b->build_id;
}

static bool make_mapping(struct pq_otlp *o, int64_t index, uint32_t *to)
{
	struct pq_profile *p = o->b.p;
	const struct pq_otlp_mapping *from;
	struct pq_mapping m = { .id = p->mappings.n + 1 };
	uint32_t fresh = (uint32_t)p->mappings.n;
	uint64_t hash;

	from = &o->m.mappings.at[index];
	m.start = from->start;
	m.limit = from->limit;
	m.offset = from->offset;
	if (!string_at(o, from->file, &m.file) ||
	    !find_id_attribute(o, from->attributes, &m.build_id))
		return false;
	/* Messages repeat their tables: equal mappings become one. */
	hash = pq_hash_mix(pq_hash_mix(0, m.start), m.limit);
	hash = pq_hash_mix(pq_hash_mix(hash, m.offset), m.file);
	hash = pq_hash_mix(hash, m.build_id);
	*to = pq_map_intern(&o->mappings, hash, same_otlp_mapping, p, &m,
			    fresh);
	if (*to == fresh)
		*pq_vec_push(&p->mappings) = m;
	return true;
}

static bool find_mapping(struct pq_otlp *o, int64_t index, uint32_t *to)
{
	*to = PQ_NONE;
	if (!check_index(o, "mapping", index, o->m.mappings.n))
		return false;
	/* Position 0 means that the mapping is not known. */
	if (!index)
		return true;
	/* Positions are kept plus one: 0 was not made yet. */
	if (!o->mapping_of.at[index]) {
		if (!make_mapping(o, index, to))
			return false;
		o->mapping_of.at[index] = *to + 1;
	}
	*to = o->mapping_of.at[index] - 1;
	return true;
}

/* ---- functions and locations ---- */

static bool same_function(const void *ctx, uint32_t index, const void *key)
{
	const struct pq_profile *p = ctx;
	const struct pq_function *a = &p->functions.at[index], *b = key;

	return a->name == b->name && a->system_name == b->system_name &&
	       a->filename == b->filename && a->start_line == b->start_line;
}

static bool function_at(struct pq_otlp *o, int64_t index, uint32_t *to)
{
	struct pq_profile *p = o->b.p;
	const struct pq_otlp_function *from;
	struct pq_function f = { .name = 0 };
	uint32_t fresh = (uint32_t)p->functions.n;
	uint64_t hash;

	if (!check_index(o, "function", index, o->m.functions.n))
		return false;
	from = &o->m.functions.at[index];
	f.start_line = from->start_line;
	if (!string_at(o, from->name, &f.name) ||
	    !string_at(o, from->system_name, &f.system_name) ||
	    !string_at(o, from->file, &f.filename))
		return false;
	hash = pq_hash_mix(pq_hash_mix(0, f.name), f.system_name);
	hash = pq_hash_mix(pq_hash_mix(hash, f.filename),
			   (uint64_t)f.start_line);
	*to = pq_map_intern(&o->functions, hash, same_function, p, &f, fresh);
	if (*to == fresh)
		*pq_vec_push(&p->functions) = f;
	return true;
}

/* Lines without a function say nothing. */
static bool find_lines(struct pq_otlp *o, struct pq_otlp_part part,
		       struct pq_line *lines, uint32_t *n)
{
	*n = 0;
	if (part.n > INLINED_MOST)
		return pq_fail(o->err, PQ_EFORMAT,
			       "a location has more than %d lines",
			       INLINED_MOST);
	for (uint32_t i = 0; i < part.n; i++) {
		const struct pq_otlp_line *from =
			&o->m.lines.at[part.first + i];

		if (!from->function)
			continue;
		if (!function_at(o, from->function, &lines[*n].function))
			return false;
		lines[*n].line = from->line;
		lines[(*n)++].column = from->column;
	}
	return true;
}

static bool make_location(struct pq_otlp *o, const struct pq_otlp_location *l,
			  uint32_t *to)
{
	struct pq_line lines[INLINED_MOST];
	struct pq_place place = { .address = l->address, .lines = lines };

	if (!find_mapping(o, l->mapping, &place.mapping) ||
	    !find_lines(o, l->lines, lines, &place.n_lines))
		return false;
	*to = pq_place_location(o->b.p, &o->places, &place);
	return true;
}

/* Adds a location to the stack under way; the first of the table is none. */
static bool push_location(struct pq_otlp *o, int64_t index)
{
	uint32_t location;

	if (!check_index(o, "location", index, o->m.locations.n))
		return false;
	if (!index)
		return true;
	if (!o->location_of.at[index]) {
		if (!make_location(o, &o->m.locations.at[index], &location))
			return false;
		o->location_of.at[index] = location + 1;
	}
	*pq_vec_push(&o->b.stack) = o->location_of.at[index] - 1;
	return true;
}

static bool push_stack(struct pq_otlp *o, const struct pq_otlp_profile *p,
		       const struct pq_otlp_sample *s)
{
	struct pq_otlp_part part = { 0, 0 };

	/* Layout 1.7: a sample is a range of its profile's list. */
	if (p->has_location_indices) {
		part = p->location_indices;
		if (s->start < 0 || s->length < 0 || s->start > part.n ||
		    s->length > part.n - s->start)
			return pq_fail(o->err, PQ_EFORMAT,
				       "locations %lld to %lld are not in a "
				       "list of %lu",
				       (long long)s->start,
				       (long long)s->start +
					       (long long)s->length,
				       (unsigned long)part.n);
		part.first += (uint32_t)s->start;
		part.n = (uint32_t)s->length;
	} else {
		if (!check_index(o, "stack", s->stack, o->m.stacks.n))
			return false;
		if (s->stack)
			part = o->m.stacks.at[s->stack];
	}
	for (uint32_t i = 0; i < part.n; i++)
		if (!push_location(o, o->m.indices.at[part.first + i]))
			return false;
	return true;
}

/* ---- labels ---- */

static void build_label(struct pq_otlp *o, uint32_t key, uint32_t text,
			int64_t number, uint32_t unit)
{
	struct pq_label l = { key, text, unit, number };

	*pq_vec_push(&o->b.labels) = l;
}

/* In 1.7 the unit stands in a list of its own. */
static bool find_attribute_unit(struct pq_otlp *o,
				const struct pq_otlp_attribute *a, uint32_t key,
				uint32_t *to)
{
	uint32_t other;

	for (size_t i = 0; i < o->m.units.n && i < UNITS_MOST; i++) {
		if (!string_at(o, o->m.units.at[i].key, &other))
			return false;
		if (other == key)
			return string_at(o, o->m.units.at[i].unit, to);
	}
	return string_at(o, a->unit, to);
}

static bool add_attribute(struct pq_otlp *o, int64_t index)
{
	const struct pq_otlp_attribute *a = find_attribute(o, index);
	uint32_t key, text, unit;

	if (o->err->code != PQ_OK)
		return false;
	if (!index || !a || a->kind == PQ_OTLP_NOTHING)
		return true;
	if (!key_of(o, a, &key) || !text_of(o, a, &text))
		return false;
	/* a label of this program is a text that is not empty, or a number */
	if (a->kind != PQ_OTLP_NUMBER && !text)
		return true;
	/* the sample's own word stays, whatever the resources are */
	o->has_services = o->has_services || key == o->service_key;
	if (a->kind != PQ_OTLP_NUMBER) {
		build_label(o, key, text, 0, 0);
		return true;
	}
	if (!find_attribute_unit(o, a, key, &unit))
		return false;
	build_label(o, key, 0, a->number, unit);
	return true;
}

static void add_hex(struct pq_otlp *o, const char *key, const uint8_t *bytes,
		    size_t n)
{
	struct pq_buf b = { 0 };

	for (size_t i = 0; i < n; i++)
		pq_buf_printf(&b, "%02x", bytes[i]);
	build_label(o, pq_legacy_string(&o->b, pq_text_of(key)),
		    pq_legacy_string(&o->b, pq_buf_view(&b)), 0, 0);
	pq_buf_release(&b);
}

static bool add_link(struct pq_otlp *o, int64_t index)
{
	const struct pq_otlp_link *l;

	if (!check_index(o, "link", index, o->m.links.n))
		return false;
	if (!index)
		return true;
	l = &o->m.links.at[index];
	if (l->has_trace)
		add_hex(o, "trace_id", l->trace, sizeof(l->trace));
	if (l->has_span)
		add_hex(o, "span_id", l->span, sizeof(l->span));
	return true;
}

static bool build_labels(struct pq_otlp *o, const struct pq_otlp_profile *p,
			 const struct pq_otlp_sample *s)
{
	/* Kept only where there are several services: see pq_otlp_finish. */
	if (p->service)
		build_label(o, o->service_key, p->service, 0, 0);
	for (uint32_t i = 0; i < s->attributes.n; i++)
		if (!add_attribute(o, o->m.indices.at[s->attributes.first + i]))
			return false;
	return add_link(o, s->link);
}

/* ---- values ---- */

static bool add_column_value(struct pq_otlp *o, uint32_t column, int64_t value)
{
	int64_t *sum = &o->values.at[o->columns.at[column]];

	return !__builtin_add_overflow(*sum, value, sum) ||
	       pq_fail(o->err, PQ_EFORMAT,
		       "values of a sample do not fit into 64 bits");
}

/*
 * One value for each type, or several of the only one; without values each
 * timestamp stands for one.
 */
static bool add_values(struct pq_otlp *o, const struct pq_otlp_profile *p,
		       const struct pq_otlp_sample *s)
{
	bool one_type = p->types.n == 1;

	o->values.n = 0;
	pq_vec_reach(&o->values, o->b.p->sample_types.n);
	if (!s->values.n)
		return !s->n_times || !one_type ||
		       add_column_value(o, 0, s->n_times);
	if (!one_type && s->values.n != p->types.n)
		return pq_fail(o->err, PQ_EFORMAT,
			       "a sample has %lu values and its profile %lu "
			       "types",
			       (unsigned long)s->values.n,
			       (unsigned long)p->types.n);
	for (uint32_t i = 0; i < s->values.n; i++)
		if (!add_column_value(o, one_type ? 0 : i,
				      o->m.values.at[s->values.first + i]))
			return false;
	return true;
}

/* ---- types ---- */

struct widening {
	int64_t values[TYPES_MOST];
	unsigned had;
};

static bool widen_sample(void *ctx, struct pq_sample *sample)
{
	struct widening *w = ctx;

	/* Samples are rewritten one after another: one buffer will do. */
	memset(w->values, 0, sizeof(w->values));
	memcpy(w->values, sample->values, w->had * sizeof(*w->values));
	sample->values = w->values;
	return true;
}

/* A type that no sample has yet: all of them get a 0 for it. */
static void add_sample_type(struct pq_otlp *o, struct pq_value_type type)
{
	struct pq_profile *p = o->b.p;
	struct widening w = { .had = (unsigned)p->sample_types.n };

	*pq_vec_push(&p->sample_types) = type;
	if (p->samples.n)
		pq_samples_rewrite(&p->samples, w.had + 1, widen_sample, &w);
	p->samples.n_values = w.had + 1;
}

static bool convert_type(struct pq_otlp *o, struct pq_otlp_type from,
			 struct pq_value_type *to)
{
	return string_at(o, from.type, &to->type) &&
	       string_at(o, from.unit, &to->unit);
}

static bool find_type_column(struct pq_otlp *o, struct pq_otlp_type from,
			     uint32_t *to)
{
	struct pq_profile *p = o->b.p;
	struct pq_value_type type;

	if (!convert_type(o, from, &type))
		return false;
	for (uint32_t i = 0; i < p->sample_types.n; i++)
		if (p->sample_types.at[i].type == type.type &&
		    p->sample_types.at[i].unit == type.unit) {
			*to = i;
			return true;
		}
	if (p->sample_types.n == TYPES_MOST)
		return pq_fail(o->err, PQ_ELIMIT, "more than %d sample types",
			       TYPES_MOST);
	*to = (uint32_t)p->sample_types.n;
	add_sample_type(o, type);
	return true;
}

static bool find_type_columns(struct pq_otlp *o,
			      const struct pq_otlp_profile *p)
{
	o->columns.n = 0;
	for (uint32_t i = 0; i < p->types.n; i++) {
		uint32_t column;

		if (!find_type_column(o, o->m.types.at[p->types.first + i],
				      &column))
			return false;
		*pq_vec_push(&o->columns) = column;
	}
	return true;
}

/* ---- profiles ---- */

static bool build_sample(struct pq_otlp *o, const struct pq_otlp_profile *p,
			 const struct pq_otlp_sample *s)
{
	pq_legacy_begin(&o->b);
	if (!push_stack(o, p, s) || !build_labels(o, p, s) ||
	    !add_values(o, p, s))
		return false;
	pq_legacy_sample(&o->b, o->values.at);
	return true;
}

/* Time is the earliest, duration the longest, period the first one. */
static bool add_times(struct pq_otlp *o, const struct pq_otlp_profile *p)
{
	struct pq_profile *to = o->b.p;

	if (p->time && (!to->time_nanos || p->time < to->time_nanos))
		to->time_nanos = p->time;
	if (p->duration > to->duration_nanos)
		to->duration_nanos = p->duration;
	if (o->has_profile)
		return true;
	o->has_profile = true;
	to->period = p->period;
	return convert_type(o, p->period_type, &to->period_type);
}

static void note_service(struct pq_otlp *o, uint32_t service)
{
	if (!service)
		return;
	if (!o->service)
		o->service = service;
	o->has_services = o->has_services || service != o->service;
}

static bool build_profile(struct pq_otlp *o, const struct pq_otlp_profile *p)
{
	if (p->samples.n && !p->types.n)
		return pq_fail(o->err, PQ_EFORMAT,
			       "a profile has samples and no sample type");
	note_service(o, p->service);
	if (!find_type_columns(o, p) || !add_times(o, p))
		return false;
	for (uint32_t i = 0; i < p->samples.n; i++)
		if (!build_sample(o, p, &o->m.samples.at[p->samples.first + i]))
			return false;
	return true;
}

bool pq_otlp_add(struct pq_otlp *o)
{
	struct pq_otlp_message *m = &o->m;

	if (!m->has_dictionary && m->samples.n)
		return pq_fail(o->err, PQ_EFORMAT,
			       "OTLP profiles of schema 1.6 or older, which "
			       "have no dictionary: 1.7 and later are read");
	/* Positions are one message's: those of the last are forgotten. */
	o->location_of.n = 0;
	pq_vec_reach(&o->location_of, m->locations.n);
	o->mapping_of.n = 0;
	pq_vec_reach(&o->mapping_of, m->mappings.n);
	for (size_t i = 0; i < m->profiles.n; i++)
		if (!build_profile(o, &m->profiles.at[i]))
			return false;
	forget_message(m);
	return true;
}

/* ---- the end ---- */

static bool drop_service(void *ctx, struct pq_sample *sample)
{
	const struct pq_otlp *o = ctx;
	size_t n = 0;

	for (size_t i = 0; i < sample->n_labels; i++)
		if (sample->labels[i].key != o->service_key)
			sample->labels[n++] = sample->labels[i];
	sample->n_labels = n;
	return true;
}

bool pq_otlp_finish(struct pq_otlp *o)
{
	struct pq_profile *p = o->b.p;

	if (!p->samples.n)
		return pq_fail(o->err, PQ_EFORMAT,
			       "OTLP profiles without samples");
	/* One service everywhere does not tell samples apart. */
	if (!o->has_services && o->service)
		pq_samples_rewrite(&p->samples, p->samples.n_values,
				   drop_service, o);
	/* The last type is the default, as in pprof. */
	p->default_sample_type = p->sample_types.at[p->sample_types.n - 1].type;
	p->keeps_recorded_paths = true;
	pq_places_mark_mappings(p);
	pq_legacy_number(&o->b);
	/* Ids were given by interning: the table is copied in their order. */
	for (size_t i = 0; i < o->b.strings.texts.n; i++)
		pq_profile_add_string(p, pq_intern_text(&o->b.strings,
							(uint32_t)i));
	return true;
}
