/*
 * OpenTelemetry profiles in JSON, one message or a line for each; otlp.h
 * declares what is here.
 *
 * Members are known by their names, in the spelling of protobuf or of JSON and
 * of all layouts; integers may be strings.
 */
#include "format/otlp/otlp.h"

#include <string.h>

#include "format/json/pull.h"
#include "format/json_head.h"
#include "format/otlp/message.h"

#include "base/banned.h"

struct reading {
	struct pq_pull j;
	struct pq_otlp o;
	uint32_t service; /* the resource's under way */
};

/*
 * Whether a key is a name, which is written small and without underscores.  A
 * key may hold a NUL and go on (\u0000): it does not match the name's end.
 */
static bool key_is(struct pq_text key, const char *name)
{
	for (size_t i = 0; i < key.len; i++) {
		char c = key.bytes[i];

		if (c == '_')
			continue;
		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (!*name || c != *name)
			return false;
		name++;
	}
	return !*name;
}

static bool key_is_either(struct pq_text key, const char *a, const char *b)
{
	return key_is(key, a) || key_is(key, b);
}

/* A number, or a string that is one; null is 0. */
static bool parse_int(struct reading *r, int64_t *to)
{
	struct pq_text text;
	bool exact;

	*to = 0;
	if (pq_pull_null(&r->j))
		return true;
	if (pq_pull_kind(&r->j) != PQ_PULL_STRING)
		return pq_pull_int(&r->j, to);
	/* JSON of protobuf writes 64-bit integers as strings. */
	if (!pq_pull_string(&r->j, &text))
		return false;
	if (text.len && !pq_is_whole_number(text))
		return pq_pull_fail(&r->j, "this string is no whole number");
	return (text.len && pq_decimal(text, 0, to, &exact)) ||
	       pq_pull_fail(&r->j, "this string is no whole number below "
				   "2^63");
}

/* Addresses may have all 64 bits. */
static bool take_unsigned(struct reading *r, uint64_t *to)
{
	struct pq_text text;

	*to = 0;
	if (pq_pull_null(&r->j))
		return true;
	if (pq_pull_kind(&r->j) == PQ_PULL_STRING
		    ? !pq_pull_string(&r->j, &text)
		    : !pq_pull_number(&r->j, &text))
		return false;
	/* Digits only: no sign, and an overflow is told instead of wrapped. */
	for (size_t i = 0; i < text.len; i++) {
		if (text.bytes[i] < '0' || text.bytes[i] > '9' ||
		    __builtin_mul_overflow(*to, 10, to) ||
		    __builtin_add_overflow(*to, (uint64_t)(text.bytes[i] - '0'),
					   to))
			return pq_pull_fail(&r->j, "this is no whole number "
						   "from 0 up to 2^64");
	}
	return true;
}

static struct pq_otlp_part take_indices(struct reading *r)
{
	struct pq_otlp_part part = { (uint32_t)r->o.m.indices.n, 0 };
	int64_t index;

	if (pq_pull_null(&r->j))
		return part;
	pq_pull_array(&r->j);
	while (pq_pull_element(&r->j) && parse_int(r, &index)) {
		*pq_vec_push(&r->o.m.indices) = index;
		part.n++;
	}
	return part;
}

/* Whether a list follows, which is then entered; null is none. */
static bool enter_list(struct reading *r)
{
	return !pq_pull_null(&r->j) && pq_pull_array(&r->j);
}

/* ---- attributes ---- */

static void store_text(struct reading *r, struct pq_otlp_attribute *to)
{
	struct pq_text text;

	if (pq_pull_string(&r->j, &text)) {
		to->kind = PQ_OTLP_TEXT;
		to->text = pq_legacy_string(&r->o.b, text);
	}
}

static void set_bool(struct reading *r, struct pq_otlp_attribute *to)
{
	bool value = false;

	if (pq_pull_bool(&r->j, &value)) {
		to->kind = PQ_OTLP_TEXT;
		to->text = pq_legacy_string(&r->o.b, value ? PQ_TEXT("true")
							   : PQ_TEXT("false"));
	}
}

/* As it is written; "NaN" and the like are strings. */
static void set_double(struct reading *r, struct pq_otlp_attribute *to)
{
	struct pq_text text;

	if (pq_pull_kind(&r->j) == PQ_PULL_STRING) {
		store_text(r, to);
	} else if (pq_pull_number(&r->j, &text)) {
		to->kind = PQ_OTLP_TEXT;
		to->text = pq_legacy_string(&r->o.b, text);
	}
}

static void parse_any_value(struct reading *r, struct pq_otlp_attribute *to)
{
	struct pq_text key;

	if (pq_pull_null(&r->j))
		return;
	pq_pull_object(&r->j);
	/* Arrays, maps and bytes make no label, and are skipped. */
	while (pq_pull_key(&r->j, &key)) {
		if (key_is(key, "stringvalue")) {
			store_text(r, to);
		} else if (key_is(key, "boolvalue")) {
			set_bool(r, to);
		} else if (key_is(key, "doublevalue")) {
			set_double(r, to);
		} else if (key_is(key, "intvalue")) {
			to->kind = PQ_OTLP_NUMBER;
			parse_int(r, &to->number);
		} else if (key_is(key, "stringvaluestrindex")) {
			to->kind = PQ_OTLP_TEXT_AT;
			parse_int(r, &to->number);
		} else {
			pq_pull_skip(&r->j);
		}
	}
}

static struct pq_otlp_attribute parse_attribute(struct reading *r)
{
	struct pq_otlp_attribute to = { .kind = PQ_OTLP_NOTHING };
	struct pq_text key, text;

	pq_pull_object(&r->j);
	/* Keys are texts in 1.7, and positions in the string table later. */
	while (pq_pull_key(&r->j, &key)) {
		if (key_is(key, "value"))
			parse_any_value(r, &to);
		else if (key_is(key, "keystrindex"))
			parse_int(r, &to.key_at);
		else if (key_is(key, "unitstrindex"))
			parse_int(r, &to.unit);
		else if (!key_is(key, "key"))
			pq_pull_skip(&r->j);
		else if (pq_pull_string(&r->j, &text))
			to.key = pq_legacy_string(&r->o.b, text);
	}
	return to;
}

/* ---- the dictionary ---- */

static void parse_mapping(struct reading *r)
{
	struct pq_otlp_mapping to = { .file = 0 };
	struct pq_text key;

	pq_pull_object(&r->j);
	while (pq_pull_key(&r->j, &key)) {
		if (key_is(key, "memorystart"))
			take_unsigned(r, &to.start);
		else if (key_is(key, "memorylimit"))
			take_unsigned(r, &to.limit);
		else if (key_is(key, "fileoffset"))
			take_unsigned(r, &to.offset);
		else if (key_is(key, "filenamestrindex"))
			parse_int(r, &to.file);
		else if (key_is(key, "attributeindices"))
			to.attributes = take_indices(r);
		else
			pq_pull_skip(&r->j);
	}
	*pq_vec_push(&r->o.m.mappings) = to;
}

static void parse_source_line(struct reading *r)
{
	struct pq_otlp_line to = { .function = 0 };
	struct pq_text key;

	pq_pull_object(&r->j);
	while (pq_pull_key(&r->j, &key)) {
		if (key_is(key, "functionindex"))
			parse_int(r, &to.function);
		else if (key_is(key, "line"))
			parse_int(r, &to.line);
		else if (key_is(key, "column"))
			parse_int(r, &to.column);
		else
			pq_pull_skip(&r->j);
	}
	*pq_vec_push(&r->o.m.lines) = to;
}

static void parse_location(struct reading *r)
{
	struct pq_otlp_location to = { .lines.first =
					       (uint32_t)r->o.m.lines.n };
	struct pq_text key;

	pq_pull_object(&r->j);
	while (pq_pull_key(&r->j, &key)) {
		if (key_is(key, "mappingindex"))
			parse_int(r, &to.mapping);
		else if (key_is(key, "address"))
			take_unsigned(r, &to.address);
		else if (!key_is_either(key, "line", "lines"))
			pq_pull_skip(&r->j);
		else if (enter_list(r))
			while (pq_pull_element(&r->j))
				parse_source_line(r);
	}
	/* Lines of a location stand together: nothing else adds any here. */
	to.lines.n = (uint32_t)r->o.m.lines.n - to.lines.first;
	*pq_vec_push(&r->o.m.locations) = to;
}

static void parse_function(struct reading *r)
{
	struct pq_otlp_function to = { .name = 0 };
	struct pq_text key;

	pq_pull_object(&r->j);
	while (pq_pull_key(&r->j, &key)) {
		if (key_is(key, "namestrindex"))
			parse_int(r, &to.name);
		else if (key_is(key, "systemnamestrindex"))
			parse_int(r, &to.system_name);
		else if (key_is(key, "filenamestrindex"))
			parse_int(r, &to.file);
		else if (key_is(key, "startline"))
			parse_int(r, &to.start_line);
		else
			pq_pull_skip(&r->j);
	}
	*pq_vec_push(&r->o.m.functions) = to;
}

/* An id in hexadecimal; one of another length is none. */
static bool parse_id(struct reading *r, uint8_t *to, size_t n)
{
	struct pq_text text;

	if (pq_pull_null(&r->j) || !pq_pull_string(&r->j, &text) ||
	    text.len != 2 * n)
		return false;
	for (size_t i = 0; i < n; i++) {
		int high = pq_hex_digit(text.bytes[2 * i]);
		int low = pq_hex_digit(text.bytes[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		to[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

static void parse_link(struct reading *r)
{
	struct pq_otlp_link to = { .has_trace = false };
	struct pq_text key;

	pq_pull_object(&r->j);
	while (pq_pull_key(&r->j, &key)) {
		if (key_is(key, "traceid"))
			to.has_trace = parse_id(r, to.trace, sizeof(to.trace));
		else if (key_is(key, "spanid"))
			to.has_span = parse_id(r, to.span, sizeof(to.span));
		else
			pq_pull_skip(&r->j);
	}
	*pq_vec_push(&r->o.m.links) = to;
}

static void parse_stack(struct reading *r)
{
	struct pq_otlp_part to = { 0, 0 };
	struct pq_text key;

	pq_pull_object(&r->j);
	while (pq_pull_key(&r->j, &key)) {
		if (key_is(key, "locationindices"))
			to = take_indices(r);
		else
			pq_pull_skip(&r->j);
	}
	*pq_vec_push(&r->o.m.stacks) = to;
}

static void parse_unit(struct reading *r)
{
	struct pq_otlp_unit to = { 0, 0 };
	struct pq_text key;

	pq_pull_object(&r->j);
	while (pq_pull_key(&r->j, &key)) {
		if (key_is(key, "attributekeystrindex"))
			parse_int(r, &to.key);
		else if (key_is(key, "unitstrindex"))
			parse_int(r, &to.unit);
		else
			pq_pull_skip(&r->j);
	}
	*pq_vec_push(&r->o.m.units) = to;
}

static void parse_string(struct reading *r)
{
	struct pq_text text;

	if (pq_pull_string(&r->j, &text))
		*pq_vec_push(&r->o.m.strings) = pq_legacy_string(&r->o.b, text);
}

static void take_listed_attribute(struct reading *r)
{
	struct pq_otlp_attribute to = parse_attribute(r);

	*pq_vec_push(&r->o.m.attributes) = to;
}

static const struct {
	const char *name;
	void (*take)(struct reading *r); /* an element */
} tables[] = {
	{ "mappingtable", parse_mapping },
	{ "locationtable", parse_location },
	{ "functiontable", parse_function },
	{ "linktable", parse_link },
	{ "stringtable", parse_string },
	{ "attributetable", take_listed_attribute },
	{ "attributeunits", parse_unit },
	{ "stacktable", parse_stack },
};

#define N_TABLES (sizeof(tables) / sizeof(*tables))

static void parse_dictionary(struct reading *r)
{
	struct pq_text key;

	r->o.m.has_dictionary = true;
	pq_pull_object(&r->j);
	while (pq_pull_key(&r->j, &key)) {
		size_t i = 0;

		/* Tables of later layouts are skipped. */
		while (i < N_TABLES && !key_is(key, tables[i].name))
			i++;
		if (i == N_TABLES)
			pq_pull_skip(&r->j);
		else if (enter_list(r))
			while (pq_pull_element(&r->j))
				tables[i].take(r);
	}
}

/* ---- profiles ---- */

static struct pq_otlp_part parse_values(struct reading *r)
{
	struct pq_otlp_part part = { (uint32_t)r->o.m.values.n, 0 };
	int64_t value;

	if (!enter_list(r))
		return part;
	while (pq_pull_element(&r->j) && parse_int(r, &value)) {
		*pq_vec_push(&r->o.m.values) = value;
		part.n++;
	}
	return part;
}

static uint32_t count_elements(struct reading *r)
{
	uint32_t n = 0;

	/* Times are only counted: without values each of them counts 1. */
	if (enter_list(r))
		for (; pq_pull_element(&r->j); n++)
			pq_pull_skip(&r->j);
	return n;
}

static void parse_sample(struct reading *r)
{
	struct pq_otlp_sample to = { .stack = 0 };
	struct pq_text key;

	/*
	 * Members of all layouts: a stack's position, or a range of 1.7.
	 */
	pq_pull_object(&r->j);
	while (pq_pull_key(&r->j, &key)) {
		if (key_is(key, "stackindex"))
			parse_int(r, &to.stack);
		else if (key_is(key, "locationsstartindex"))
			parse_int(r, &to.start);
		else if (key_is(key, "locationslength"))
			parse_int(r, &to.length);
		else if (key_is_either(key, "value", "values"))
			to.values = parse_values(r);
		else if (key_is(key, "attributeindices"))
			to.attributes = take_indices(r);
		else if (key_is(key, "linkindex"))
			parse_int(r, &to.link);
		else if (key_is(key, "timestampsunixnano"))
			to.n_times = count_elements(r);
		else
			pq_pull_skip(&r->j);
	}
	*pq_vec_push(&r->o.m.samples) = to;
}

static struct pq_otlp_type parse_type(struct reading *r)
{
	struct pq_otlp_type to = { 0, 0 };
	struct pq_text key;

	if (pq_pull_null(&r->j))
		return to;
	pq_pull_object(&r->j);
	while (pq_pull_key(&r->j, &key)) {
		if (key_is(key, "typestrindex"))
			parse_int(r, &to.type);
		else if (key_is(key, "unitstrindex"))
			parse_int(r, &to.unit);
		else
			pq_pull_skip(&r->j);
	}
	return to;
}

/* One type, or a list of them in 1.7. */
static struct pq_otlp_part parse_types(struct reading *r)
{
	struct pq_otlp_part part = { (uint32_t)r->o.m.types.n, 1 };
	struct pq_otlp_type type;

	if (pq_pull_kind(&r->j) != PQ_PULL_ARRAY) {
		type = parse_type(r);
		*pq_vec_push(&r->o.m.types) = type;
		return part;
	}
	part.n = 0;
	pq_pull_array(&r->j);
	while (pq_pull_element(&r->j)) {
		type = parse_type(r);
		*pq_vec_push(&r->o.m.types) = type;
		part.n++;
	}
	return part;
}

static void parse_samples(struct reading *r, struct pq_otlp_profile *to)
{
	to->samples.first = (uint32_t)r->o.m.samples.n;
	if (enter_list(r))
		while (pq_pull_element(&r->j))
			parse_sample(r);
	to->samples.n = (uint32_t)r->o.m.samples.n - to->samples.first;
}

static void parse_profile(struct reading *r)
{
	struct pq_otlp_profile to = { .service = 0 };
	struct pq_text key;

	pq_pull_object(&r->j);
	while (pq_pull_key(&r->j, &key)) {
		if (key_is(key, "sampletype")) {
			to.types = parse_types(r);
		} else if (key_is_either(key, "sample", "samples")) {
			parse_samples(r, &to);
		} else if (key_is(key, "locationindices")) {
			/* Samples are then ranges of this list, not stacks. */
			to.location_indices = take_indices(r);
			to.has_location_indices = true;
		} else if (key_is_either(key, "timenanos", "timeunixnano")) {
			parse_int(r, &to.time);
		} else if (key_is_either(key, "durationnanos",
					 "durationnano")) {
			parse_int(r, &to.duration);
		} else if (key_is(key, "periodtype")) {
			to.period_type = parse_type(r);
		} else if (key_is(key, "period")) {
			parse_int(r, &to.period);
		} else {
			pq_pull_skip(&r->j);
		}
	}
	*pq_vec_push(&r->o.m.profiles) = to;
}

/* ---- what is around profiles ---- */

static void parse_resource(struct reading *r)
{
	struct pq_text key;

	pq_pull_object(&r->j);
	while (pq_pull_key(&r->j, &key)) {
		if (!key_is(key, "attributes")) {
			pq_pull_skip(&r->j);
			continue;
		}
		if (!enter_list(r))
			continue;
		while (pq_pull_element(&r->j)) {
			struct pq_otlp_attribute a = parse_attribute(r);

			/* Only the service's name becomes a label. */
			if (a.key == r->o.service_key && a.kind == PQ_OTLP_TEXT)
				r->service = a.text;
		}
	}
}

static void parse_scope(struct reading *r)
{
	struct pq_text key;

	pq_pull_object(&r->j);
	while (pq_pull_key(&r->j, &key)) {
		if (!key_is(key, "profiles"))
			pq_pull_skip(&r->j);
		else if (enter_list(r))
			while (pq_pull_element(&r->j))
				parse_profile(r);
	}
}

/* The resource may come behind what is of it. */
static void parse_resource_profiles(struct reading *r)
{
	size_t first = r->o.m.profiles.n;
	struct pq_text key;

	r->service = 0;
	pq_pull_object(&r->j);
	while (pq_pull_key(&r->j, &key)) {
		if (key_is(key, "resource")) {
			parse_resource(r);
		} else if (!key_is(key, "scopeprofiles")) {
			pq_pull_skip(&r->j);
		} else if (enter_list(r)) {
			while (pq_pull_element(&r->j))
				parse_scope(r);
		}
	}
	for (size_t i = first; i < r->o.m.profiles.n; i++)
		r->o.m.profiles.at[i].service = r->service;
}

static bool take_message(struct reading *r)
{
	struct pq_text key;

	pq_pull_object(&r->j);
	while (pq_pull_key(&r->j, &key)) {
		if (key_is(key, "dictionary"))
			parse_dictionary(r);
		else if (!key_is(key, "resourceprofiles"))
			pq_pull_skip(&r->j);
		else if (enter_list(r))
			while (pq_pull_element(&r->j))
				parse_resource_profiles(r);
	}
	/* A message is added when it is whole: tables may follow samples. */
	return pq_pull_ok(&r->j) && pq_otlp_add(&r->o);
}

bool pq_otlp_json_read(struct pq_stream *s, struct pq_profile *p,
		       struct pq_error *err)
{
	struct reading r = { .service = 0 };
	bool ok = true;

	pq_otlp_init(&r.o, p, err);
	pq_pull_init(&r.j, s, err);
	/* Collectors write one message after another, a line for each. */
	while (ok && pq_pull_more(&r.j))
		ok = take_message(&r);
	ok = ok && pq_pull_ok(&r.j) && pq_otlp_finish(&r.o);
	pq_pull_release(&r.j);
	pq_otlp_release(&r.o);
	return ok;
}

int pq_otlp_json_probe(const uint8_t *head, size_t n)
{
	/* Writers that sort their keys put the dictionary first. */
	static const char *const spellings[] = {
		"stringTable",	   "mappingTable",   "attributeTable",
		"functionTable",   "linkTable",	     "locationTable",
		"stackTable",	   "string_table",   "mapping_table",
		"attribute_table", "function_table", "link_table",
		"location_table",  "stack_table"
	};

	if (pq_json_head_has(head, n, "resourceProfiles", NULL) ||
	    pq_json_head_has(head, n, "resource_profiles", NULL))
		return PQ_SURE_MAGIC + 1;
	for (size_t i = 0; i < sizeof(spellings) / sizeof(*spellings); i++)
		if (pq_json_head_has(head, n, "dictionary", spellings[i]))
			return PQ_SURE_MAGIC + 1;
	return PQ_SURE_NO;
}
