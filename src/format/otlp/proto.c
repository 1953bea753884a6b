/*
 * OpenTelemetry profiles in protobuf; otlp.h declares what is here.
 *
 * The message is held whole, because the dictionary stands at its end and
 * samples name what is in it.  Small messages go through protobuf-c, one at a
 * time; what contains them is walked by hand.
 */
#include "format/otlp/otlp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "otlp.pb-c.h"

#include "base/arena.h"
#include "base/cursor.h"
#include "format/otlp/message.h"

#include "base/banned.h"

/* Field numbers of what is walked by hand (proto/otlp.proto). */
enum { DATA_RESOURCE_PROFILES = 1, DATA_DICTIONARY = 2 };
enum { RESOURCE_RESOURCE = 1, RESOURCE_SCOPES = 2 };
enum { SCOPE_PROFILES = 2 };
enum { PROFILE_TYPE = 1, PROFILE_SAMPLE = 2 };
enum {
	DICTIONARY_MAPPING = 1,
	DICTIONARY_LOCATION = 2,
	DICTIONARY_FUNCTION = 3,
	DICTIONARY_LINK = 4,
	DICTIONARY_STRING = 5,
	DICTIONARY_ATTRIBUTE = 6,
	DICTIONARY_STACK = 7 /* units of attributes in 1.7 */
};

enum layout { LAYOUT_17, LAYOUT_18, LAYOUT_110 };

struct reading {
	struct pq_otlp o;
	struct pq_stream *s;
	struct pq_error *err;
	struct pq_arena arena;
	ProtobufCAllocator allocator;
	enum layout layout;
	const uint8_t *start; /* the file's, for offsets */
	uint32_t service;     /* the resource's under way */
};

/* A field of a message that is walked. */
struct field {
	uint64_t number;
	unsigned type;
	uint64_t value;		/* a varint's, or 8 bytes */
	struct pq_cursor bytes; /* a part's */
	const uint8_t *at;
};

static bool take_field(struct pq_cursor *c, struct field *f)
{
	uint64_t tag;

	if (!pq_cursor_left(c))
		return false;
	memset(f, 0, sizeof(*f));
	f->at = c->at;
	tag = pq_cursor_varint(c);
	f->number = tag >> 3;
	f->type = (unsigned)(tag & 7);
	if (f->type == PQ_WIRE_VARINT)
		f->value = pq_cursor_varint(c);
	else if (f->type == PQ_WIRE_64)
		f->value = pq_cursor_le64(c);
	else if (f->type == PQ_WIRE_BYTES)
		f->bytes = pq_cursor_bytes(c);
	else
		pq_cursor_skip(c, f->type);
	return !c->bad;
}

/* Takes fields up to the one asked for that is a part. */
static bool take_part(struct pq_cursor *c, uint64_t number, struct field *f)
{
	while (take_field(c, f))
		if (f->number == number && f->type == PQ_WIRE_BYTES)
			return true;
	return false;
}

static bool fail_message(struct reading *r, const uint8_t *at, const char *what)
{
	return pq_fail_at(r->err, (uint64_t)(at - r->start),
			  "%s cannot be decoded", what);
}

/* ---- protobuf-c, in an arena that is reset ---- */

static void *alloc_message(void *arena, size_t bytes)
{
	return pq_arena_alloc(arena, bytes);
}

static void keep_message(void *arena, void *block)
{
	/* The arena is reset as a whole: protobuf-c frees nothing. */
	(void)arena;
	(void)block;
}

static void *unpack(struct reading *r, const ProtobufCMessageDescriptor *d,
		    struct field *f, const char *what)
{
	void *m;

	/* One message at a time: the one before is forgotten here. */
	pq_arena_reset(&r->arena);
	m = protobuf_c_message_unpack(d, &r->allocator,
				      pq_cursor_left(&f->bytes), f->bytes.at);
	if (!m)
		fail_message(r, f->at, what);
	return m;
}

static struct pq_otlp_part add_indices(struct reading *r, size_t n,
				       const int32_t *from)
{
	struct pq_otlp_part part = { (uint32_t)r->o.m.indices.n, (uint32_t)n };

	for (size_t i = 0; i < n; i++)
		*pq_vec_push(&r->o.m.indices) = from[i];
	return part;
}

static uint32_t text_id(struct reading *r, const char *text)
{
	return pq_legacy_string(&r->o.b, pq_text_of(text));
}

/* ---- the layout ---- */

/* Signs of a layout in the wire types of all profiles and samples. */
struct signs {
	bool profile_17, sample_18, sample_110, has_times;
};

static void see_sample(struct pq_cursor c, struct signs *to)
{
	struct field f;

	while (take_field(&c, &f)) {
		bool part = f.type == PQ_WIRE_BYTES;
		bool varint = f.type == PQ_WIRE_VARINT;

		/*
		 * Fields 3 and 4: a list and a number in 1.8, then reversed.
		 */
		to->sample_110 |= (f.number == 4 && part) ||
				  (f.number == 3 && varint);
		to->sample_18 |= (f.number == 4 && varint) ||
				 (f.number == 3 && part);
		to->has_times |= f.number == 5;
	}
}

static void see_profile(struct pq_cursor c, struct signs *to)
{
	struct field f;

	while (take_field(&c, &f)) {
		bool part = f.type == PQ_WIRE_BYTES;

		/* Fields 3 and 6 are numbers since 1.8: parts mean 1.7. */
		to->profile_17 |= part && (f.number == 3 || f.number == 6);
		if (f.number == PROFILE_SAMPLE && part)
			see_sample(f.bytes, to);
	}
}

static enum layout find_layout(struct pq_cursor data)
{
	struct signs signs = { .profile_17 = false };
	struct field resource, scope, profile;

	while (take_part(&data, DATA_RESOURCE_PROFILES, &resource))
		while (take_part(&resource.bytes, RESOURCE_SCOPES, &scope))
			while (take_part(&scope.bytes, SCOPE_PROFILES,
					 &profile))
				see_profile(profile.bytes, &signs);
	/* Samples of 1.7 bear all signs: its profiles decide first. */
	if (signs.profile_17)
		return LAYOUT_17;
	if (signs.sample_110)
		return LAYOUT_110;
	/* Field 2 is values in 1.8; beside times alone, attributes in 1.10. */
	return signs.sample_18 || !signs.has_times ? LAYOUT_18 : LAYOUT_110;
}

/* ---- the dictionary ---- */

static void decode_mapping(struct reading *r, struct field *f)
{
	Otlp__Mapping *m =
		unpack(r, &otlp__mapping__descriptor, f, "a mapping");
	struct pq_otlp_mapping to;

	if (!m)
		return;
	to = (struct pq_otlp_mapping){ m->memory_start, m->memory_limit,
				       m->file_offset, m->filename_strindex,
				       add_indices(r, m->n_attribute_indices,
						   m->attribute_indices) };
	*pq_vec_push(&r->o.m.mappings) = to;
}

static void decode_location(struct reading *r, struct field *f)
{
	Otlp__Location *m =
		unpack(r, &otlp__location__descriptor, f, "a location");
	struct pq_otlp_location to;

	if (!m)
		return;
	to = (struct pq_otlp_location){ m->mapping_index,
					m->address,
					{ (uint32_t)r->o.m.lines.n,
					  (uint32_t)m->n_lines } };
	for (size_t i = 0; i < m->n_lines; i++)
		*pq_vec_push(&r->o.m.lines) =
			(struct pq_otlp_line){ m->lines[i]->function_index,
					       m->lines[i]->line,
					       m->lines[i]->column };
	*pq_vec_push(&r->o.m.locations) = to;
}

static void decode_function(struct reading *r, struct field *f)
{
	Otlp__Function *m =
		unpack(r, &otlp__function__descriptor, f, "a function");

	if (m)
		*pq_vec_push(&r->o.m.functions) = (struct pq_otlp_function){
			m->name_strindex, m->system_name_strindex,
			m->filename_strindex, m->start_line
		};
}

static void decode_link(struct reading *r, struct field *f)
{
	Otlp__Link *m = unpack(r, &otlp__link__descriptor, f, "a link");
	struct pq_otlp_link to;

	if (!m)
		return;
	memset(&to, 0, sizeof(to));
	/* Ids of another length are neither a trace's nor a span's. */
	to.has_trace = m->trace_id.len == sizeof(to.trace);
	to.has_span = m->span_id.len == sizeof(to.span);
	if (to.has_trace)
		memcpy(to.trace, m->trace_id.data, sizeof(to.trace));
	if (to.has_span)
		memcpy(to.span, m->span_id.data, sizeof(to.span));
	*pq_vec_push(&r->o.m.links) = to;
}

/* A double is as short as reads back to the same one. */
static uint32_t double_text(struct reading *r, double value)
{
	char text[40];

	snprintf(text, sizeof(text), "%.15g", value);
	if (strtod(text, NULL) != value)
		snprintf(text, sizeof(text), "%.17g", value);
	return text_id(r, text);
}

static void set_any_value(struct reading *r, const Otlp__AnyValue *v,
			  struct pq_otlp_attribute *to)
{
	if (!v)
		return;
	switch (v->value_case) {
	case OTLP__ANY_VALUE__VALUE_STRING_VALUE:
		to->kind = PQ_OTLP_TEXT;
		to->text = text_id(r, v->string_value);
		break;
	case OTLP__ANY_VALUE__VALUE_BOOL_VALUE:
		to->kind = PQ_OTLP_TEXT;
		to->text = text_id(r, v->bool_value ? "true" : "false");
		break;
	case OTLP__ANY_VALUE__VALUE_INT_VALUE:
		to->kind = PQ_OTLP_NUMBER;
		to->number = v->int_value;
		break;
	case OTLP__ANY_VALUE__VALUE_DOUBLE_VALUE:
		/* Labels have no fractions: a double becomes a text. */
		to->kind = PQ_OTLP_TEXT;
		to->text = double_text(r, v->double_value);
		break;
	case OTLP__ANY_VALUE__VALUE_STRING_VALUE_STRINDEX:
		to->kind = PQ_OTLP_TEXT_AT;
		to->number = v->string_value_strindex;
		break;
	default:
		/* Lists and bytes have no place in a label. */
		break;
	}
}

static void set_key(struct reading *r, const char *key, int64_t at,
		    struct pq_otlp_attribute *to)
{
	/* Without a text the key is a position. */
	to->key = key && *key ? text_id(r, key) : 0;
	to->key_at = at;
}

/* An attribute of 1.7, where keys are texts. */
static void take_key_value(struct reading *r, struct field *f)
{
	Otlp__KeyValue *m =
		unpack(r, &otlp__key_value__descriptor, f, "an attribute");
	struct pq_otlp_attribute to = { .kind = PQ_OTLP_NOTHING };

	if (!m)
		return;
	set_key(r, m->key, m->key_strindex, &to);
	set_any_value(r, m->value, &to);
	*pq_vec_push(&r->o.m.attributes) = to;
}

static void decode_attribute(struct reading *r, struct field *f)
{
	Otlp__KeyValueAndUnit *m;
	struct pq_otlp_attribute to = { .kind = PQ_OTLP_NOTHING };

	if (r->layout == LAYOUT_17) {
		take_key_value(r, f);
		return;
	}
	m = unpack(r, &otlp__key_value_and_unit__descriptor, f, "an attribute");
	if (!m)
		return;
	set_key(r, NULL, m->key_strindex, &to);
	set_any_value(r, m->value, &to);
	to.unit = m->unit_strindex;
	*pq_vec_push(&r->o.m.attributes) = to;
}

static void decode_stack(struct reading *r, struct field *f)
{
	Otlp__Stack *m;
	Otlp__AttributeUnit *u;

	/* Field 7 was the units of attributes in 1.7. */
	if (r->layout == LAYOUT_17) {
		u = unpack(r, &otlp__attribute_unit__descriptor, f,
			   "a unit of attributes");
		if (u)
			*pq_vec_push(&r->o.m.units) = (struct pq_otlp_unit){
				u->attribute_key_strindex, u->unit_strindex
			};
		return;
	}
	m = unpack(r, &otlp__stack__descriptor, f, "a stack");
	if (m)
		*pq_vec_push(&r->o.m.stacks) = add_indices(
			r, m->n_location_indices, m->location_indices);
}

static void decode_table(struct reading *r, struct field *f)
{
	struct pq_text text = { (const char *)f->bytes.at,
				pq_cursor_left(&f->bytes) };

	switch (f->number) {
	case DICTIONARY_MAPPING:
		decode_mapping(r, f);
		break;
	case DICTIONARY_LOCATION:
		decode_location(r, f);
		break;
	case DICTIONARY_FUNCTION:
		decode_function(r, f);
		break;
	case DICTIONARY_LINK:
		decode_link(r, f);
		break;
	case DICTIONARY_STRING:
		/* A string needs no unpacking: the field is the text. */
		*pq_vec_push(&r->o.m.strings) = pq_legacy_string(&r->o.b, text);
		break;
	case DICTIONARY_ATTRIBUTE:
		decode_attribute(r, f);
		break;
	case DICTIONARY_STACK:
		decode_stack(r, f);
		break;
	}
}

static bool decode_dictionary(struct reading *r, struct field *dictionary)
{
	struct pq_cursor c = dictionary->bytes;
	struct field f;

	r->o.m.has_dictionary = true;
	while (take_field(&c, &f)) {
		if (f.type == PQ_WIRE_BYTES)
			decode_table(r, &f);
		if (r->err->code != PQ_OK)
			return false;
	}
	return !c.bad || fail_message(r, dictionary->at, "the dictionary");
}

/* ---- samples ---- */

static void add_sample_values(struct reading *r, struct pq_otlp_sample *to,
			      size_t n, const int64_t *values)
{
	to->values =
		(struct pq_otlp_part){ (uint32_t)r->o.m.values.n, (uint32_t)n };
	for (size_t i = 0; i < n; i++)
		*pq_vec_push(&r->o.m.values) = values[i];
}

static bool take_sample_17(struct reading *r, struct field *f,
			   struct pq_otlp_sample *to)
{
	Otlp__Sample17 *m =
		unpack(r, &otlp__sample17__descriptor, f, "a sample");

	if (!m)
		return false;
	to->start = m->locations_start_index;
	to->length = m->locations_length;
	to->link = m->link_index;
	to->n_times = (uint32_t)m->n_timestamps_unix_nano;
	to->attributes =
		add_indices(r, m->n_attribute_indices, m->attribute_indices);
	add_sample_values(r, to, m->n_value, m->value);
	return true;
}

static bool take_sample_18(struct reading *r, struct field *f,
			   struct pq_otlp_sample *to)
{
	Otlp__Sample18 *m =
		unpack(r, &otlp__sample18__descriptor, f, "a sample");

	if (!m)
		return false;
	to->stack = m->stack_index;
	to->link = m->link_index;
	to->n_times = (uint32_t)m->n_timestamps_unix_nano;
	to->attributes =
		add_indices(r, m->n_attribute_indices, m->attribute_indices);
	add_sample_values(r, to, m->n_values, m->values);
	return true;
}

static bool take_sample_110(struct reading *r, struct field *f,
			    struct pq_otlp_sample *to)
{
	Otlp__Sample110 *m =
		unpack(r, &otlp__sample110__descriptor, f, "a sample");

	if (!m)
		return false;
	to->stack = m->stack_index;
	to->link = m->link_index;
	to->n_times = (uint32_t)m->n_timestamps_unix_nano;
	to->attributes =
		add_indices(r, m->n_attribute_indices, m->attribute_indices);
	add_sample_values(r, to, m->n_values, m->values);
	return true;
}

static void decode_sample(struct reading *r, struct field *f)
{
	struct pq_otlp_sample to = { .stack = 0 };
	bool ok;

	if (r->layout == LAYOUT_17)
		ok = take_sample_17(r, f, &to);
	else if (r->layout == LAYOUT_18)
		ok = take_sample_18(r, f, &to);
	else
		ok = take_sample_110(r, f, &to);
	if (ok)
		*pq_vec_push(&r->o.m.samples) = to;
}

/* ---- profiles ---- */

static struct pq_otlp_type decode_type(struct reading *r, struct field *f)
{
	Otlp__ValueType *m =
		unpack(r, &otlp__value_type__descriptor, f, "a value type");

	return m ? (struct pq_otlp_type){ m->type_strindex, m->unit_strindex }
		 : (struct pq_otlp_type){ 0, 0 };
}

/* A list of numbers that stands in a profile itself. */
static void take_location_indices(struct reading *r, struct field *f,
				  struct pq_otlp_profile *to)
{
	to->has_location_indices = true;
	/* Repeated numbers may be packed, or stand one by one. */
	if (f->type == PQ_WIRE_VARINT) {
		*pq_vec_push(&r->o.m.indices) = (int32_t)f->value;
		to->location_indices.n++;
	}
	while (pq_cursor_left(&f->bytes)) {
		*pq_vec_push(&r->o.m.indices) =
			(int32_t)pq_cursor_varint(&f->bytes);
		to->location_indices.n++;
	}
	if (f->bytes.bad)
		fail_message(r, f->at, "a list of locations");
}

static void take_head_17(struct reading *r, struct field *f,
			 struct pq_otlp_profile *to)
{
	switch (f->number) {
	case 4:
		to->time = (int64_t)f->value;
		break;
	case 5:
		to->duration = (int64_t)f->value;
		break;
	case 6:
		to->period_type = decode_type(r, f);
		break;
	case 7:
		to->period = (int64_t)f->value;
		break;
	}
}

static void take_head_18(struct reading *r, struct field *f,
			 struct pq_otlp_profile *to)
{
	switch (f->number) {
	case 3:
		to->time = (int64_t)f->value;
		break;
	case 4:
		to->duration = (int64_t)f->value;
		break;
	case 5:
		to->period_type = decode_type(r, f);
		break;
	case 6:
		to->period = (int64_t)f->value;
		break;
	}
}

/*
 * The lists of a profile are made one after the other, so that each is in one
 * piece; location_indices of 1.7 before the lists of its samples.
 */
static void take_profile_field(struct reading *r, struct field *f,
			       struct pq_otlp_profile *to)
{
	if (f->number == PROFILE_TYPE && f->type == PQ_WIRE_BYTES) {
		*pq_vec_push(&r->o.m.types) = decode_type(r, f);
		to->types.n++;
	} else if (f->number == PROFILE_SAMPLE && f->type == PQ_WIRE_BYTES) {
		decode_sample(r, f);
		to->samples.n++;
	} else if (r->layout == LAYOUT_17) {
		take_head_17(r, f, to);
	} else {
		take_head_18(r, f, to);
	}
}

static bool decode_profile(struct reading *r, struct field *profile)
{
	struct pq_otlp_message *m = &r->o.m;
	struct pq_otlp_profile to = {
		.types.first = (uint32_t)m->types.n,
		.samples.first = (uint32_t)m->samples.n,
		.location_indices.first = (uint32_t)m->indices.n,
		.service = r->service,
		.has_location_indices = r->layout == LAYOUT_17
	};
	struct pq_cursor c = profile->bytes;
	struct field f;

	while (r->layout == LAYOUT_17 && take_field(&c, &f))
		if (f.number == 3)
			take_location_indices(r, &f, &to);
	/* The list is in one piece now: all else comes in a second pass. */
	c = profile->bytes;
	while (r->err->code == PQ_OK && take_field(&c, &f))
		take_profile_field(r, &f, &to);
	if (c.bad)
		fail_message(r, profile->at, "a profile");
	*pq_vec_push(&m->profiles) = to;
	return r->err->code == PQ_OK;
}

/* ---- resources ---- */

/* The name of the service, among the attributes of a resource. */
static void decode_resource(struct reading *r, struct field *f)
{
	Otlp__Resource *m =
		unpack(r, &otlp__resource__descriptor, f, "a resource");

	for (size_t i = 0; m && i < m->n_attributes; i++) {
		const Otlp__KeyValue *a = m->attributes[i];

		if (!strcmp(a->key, "service.name") && a->value &&
		    a->value->value_case == OTLP__ANY_VALUE__VALUE_STRING_VALUE)
			r->service = text_id(r, a->value->string_value);
	}
}

static bool decode_scope(struct reading *r, struct field *scope)
{
	struct field f;

	while (take_part(&scope->bytes, SCOPE_PROFILES, &f))
		if (!decode_profile(r, &f))
			return false;
	return !scope->bytes.bad || fail_message(r, scope->at, "a scope");
}

/* The resource may stand behind what is of it. */
static bool decode_resource_profiles(struct reading *r, struct field *part)
{
	struct pq_cursor again = part->bytes;
	struct field f;

	r->service = 0;
	while (take_part(&part->bytes, RESOURCE_RESOURCE, &f))
		decode_resource(r, &f);
	if (part->bytes.bad)
		return fail_message(r, part->at, "profiles of a resource");
	while (r->err->code == PQ_OK && take_part(&again, RESOURCE_SCOPES, &f))
		decode_scope(r, &f);
	return r->err->code == PQ_OK;
}

/* ---- all of it ---- */

static bool decode_data(struct reading *r, struct pq_cursor c)
{
	struct field f;

	/* No field says the layout: the wire types do. */
	r->layout = find_layout(c);
	while (r->err->code == PQ_OK && take_field(&c, &f)) {
		if (f.type != PQ_WIRE_BYTES)
			continue;
		if (f.number == DATA_RESOURCE_PROFILES)
			decode_resource_profiles(r, &f);
		else if (f.number == DATA_DICTIONARY)
			decode_dictionary(r, &f);
		else if (f.number <= 8)
			return pq_fail(r->err, PQ_EFORMAT,
				       "OTLP profiles of schema 1.6 or older, "
				       "which have no dictionary: 1.7 and "
				       "later are read");
	}
	if (c.bad)
		return pq_fail_at(r->err, (uint64_t)(c.end - r->start),
				  "the message ends in the middle of a "
				  "field: it was cut off");
	return r->err->code == PQ_OK && pq_otlp_add(&r->o) &&
	       pq_otlp_finish(&r->o);
}

static bool read_all(struct pq_stream *s, struct pq_error *err)
{
	/* Asking for one byte more than there is reads to the end. */
	while (pq_stream_need(s, s->end - s->at + 1, err))
		;
	return err->code == PQ_OK;
}

bool pq_otlp_proto_read(struct pq_stream *s, struct pq_profile *p,
			struct pq_error *err)
{
	struct reading r = { .s = s, .err = err };
	bool ok;

	if (!read_all(s, err))
		return false;
	pq_arena_init(&r.arena);
	r.allocator =
		(ProtobufCAllocator){ alloc_message, keep_message, &r.arena };
	pq_otlp_init(&r.o, p, err);
	r.start = s->window + s->at;
	ok = decode_data(&r, pq_cursor_over(r.start, s->end - s->at));
	pq_otlp_release(&r.o);
	pq_arena_release(&r.arena);
	return ok;
}

/* ---- the probe ---- */

enum finding { MISFIT, UNSEEN, SEEN };

/*
 * Whether all fields of a message that may go on behind the head are parts
 * with numbers up to 3, as those of resources and scopes are, and whether one
 * of number 2 is among them; down to the profiles of a scope.
 */
static enum finding look_for_profiles(const uint8_t *at, const uint8_t *end,
				      uint64_t length, int depth)
{
	enum finding found = UNSEEN;

	while (at < end && length) {
		struct pq_cursor c = pq_cursor_over(at, (size_t)(end - at));
		uint64_t tag = pq_cursor_varint(&c), n = pq_cursor_varint(&c);
		uint64_t head = (uint64_t)(c.at - at);

		if (c.bad)
			break;
		/* Other numbers or lengths: the head is another format's. */
		if ((tag & 7) != PQ_WIRE_BYTES || !(tag >> 3) || tag >> 3 > 3 ||
		    head > length || n > length - head)
			return MISFIT;
		if (tag >> 3 == 2 && depth)
			found = look_for_profiles(c.at, end, n, depth - 1);
		else if (tag >> 3 == 2)
			found = SEEN;
		if (found != UNSEEN)
			return found;
		/* The part goes on behind the head: no more can be seen. */
		if (n > pq_cursor_left(&c))
			break;
		at = c.at + n;
		length -= head + n;
	}
	return found;
}

int pq_otlp_proto_probe(const uint8_t *head, size_t n)
{
	struct pq_cursor c = pq_cursor_over(head, n);
	uint64_t tag = pq_cursor_varint(&c), length = pq_cursor_varint(&c);

	if (c.bad || tag != (DATA_RESOURCE_PROFILES << 3 | PQ_WIRE_BYTES))
		return PQ_SURE_NO;
	switch (look_for_profiles(c.at, head + n, length, 1)) {
	case SEEN:
		return PQ_SURE_MAGIC;
	case UNSEEN:
		/* a resource that is larger than the head */
		return pq_cursor_left(&c) < length ? PQ_SURE_MAYBE + 1
						   : PQ_SURE_NO;
	default:
		return PQ_SURE_NO;
	}
}
