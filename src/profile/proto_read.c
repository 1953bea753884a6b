#include "profile/proto_read.h"

#include <inttypes.h>
#include <string.h>

#include "profile.pb-c.h"

#include "base/arena.h"
#include "base/cursor.h"
#include "base/mem.h"
#include "profile/ids.h"

#include "base/banned.h"

/* Field numbers of message Profile. */
enum {
	F_SAMPLE_TYPE = 1,
	F_SAMPLE = 2,
	F_MAPPING = 3,
	F_LOCATION = 4,
	F_FUNCTION = 5,
	F_STRING_TABLE = 6,
	F_DROP_FRAMES = 7,
	F_KEEP_FRAMES = 8,
	F_TIME_NANOS = 9,
	F_DURATION_NANOS = 10,
	F_PERIOD_TYPE = 11,
	F_PERIOD = 12,
	F_COMMENT = 13,
	F_DEFAULT_SAMPLE_TYPE = 14,
	F_DOC_URL = 15,
};

struct reading {
	struct pq_stream *s;
	struct pq_profile *p;
	struct pq_error *err;
	uint64_t offset; /* of the message being read */
	struct pq_arena arena;
	ProtobufCAllocator allocator;

	struct pq_ids location_ids, function_ids;
	/* by number: whether the table had it, and its mapping's id */
	PQ_VEC(uint8_t) location_defined;
	PQ_VEC(uint64_t) location_mapping;
	PQ_VEC(uint8_t) function_defined;

	/* the largest string index used, checked when all strings are in */
	uint64_t largest_string, largest_string_offset;

	/* scratch of the sample being read */
	PQ_VEC(int64_t) values;
	PQ_VEC(uint32_t) stack;
	PQ_VEC(struct pq_label) labels;

	/* samples whose value count differs from the first one's */
	bool counts_differ;
	size_t other_count;
	uint64_t first_sample_offset, other_count_offset;
};

static bool broken(struct reading *r, const char *rule)
{
	return pq_fail_at(r->err, r->offset, "malformed profile: %s", rule);
}

static uint32_t string_ref(struct reading *r, uint64_t index)
{
	if (index > r->largest_string) {
		r->largest_string = index;
		r->largest_string_offset = r->offset;
	}
	return (uint32_t)index;
}

/* ---- samples: the hot loop ---- */

static uint32_t new_location(struct reading *r, uint64_t id, uint32_t number)
{
	/* Until it is defined, address keeps where it was first met. */
	struct pq_location l = { .id = id,
				 .address = r->offset,
				 .mapping = PQ_NONE };

	*pq_vec_push(&r->p->locations) = l;
	*pq_vec_push(&r->location_defined) = 0;
	*pq_vec_push(&r->location_mapping) = 0;
	return number;
}

static inline uint32_t location_number(struct reading *r, uint64_t id)
{
	bool fresh;
	uint32_t number = pq_ids_number(&r->location_ids, id, &fresh);

	return fresh ? new_location(r, id, number) : number;
}

static void read_stack(struct reading *r, struct pq_cursor packed)
{
	/* a number takes at least a byte */
	pq_vec_reserve(&r->stack, r->stack.n + pq_cursor_left(&packed));
	while (packed.at < packed.end) {
		uint64_t id = pq_cursor_varint(&packed);

		r->stack.at[r->stack.n++] = location_number(r, id);
	}
	if (packed.bad)
		broken(r, "a location id of a sample is cut off");
}

static void read_values(struct reading *r, struct pq_cursor packed)
{
	while (packed.at < packed.end) {
		int64_t value = (int64_t)pq_cursor_varint(&packed);

		*pq_vec_push(&r->values) = value;
	}
	if (packed.bad)
		broken(r, "a value of a sample is cut off");
}

static void read_label(struct reading *r, struct pq_cursor c)
{
	uint64_t key = 0, str = 0, num = 0, unit = 0;
	struct pq_label label;

	while (c.at < c.end) {
		uint64_t tag = pq_cursor_varint(&c);
		unsigned wire = tag & 7;

		if (tag >> 3 >= 1 && tag >> 3 <= 4 && wire != PQ_WIRE_VARINT) {
			broken(r, "type mismatch in a label");
			return;
		}
		switch (tag >> 3) {
		case 1:
			key = pq_cursor_varint(&c);
			break;
		case 2:
			str = pq_cursor_varint(&c);
			break;
		case 3:
			num = pq_cursor_varint(&c);
			break;
		case 4:
			unit = pq_cursor_varint(&c);
			break;
		default:
			pq_cursor_skip(&c, wire);
		}
	}
	if (c.bad) {
		broken(r, "a label is cut off or has an unknown wire type");
		return;
	}
	label.key = string_ref(r, key);
	label.str = string_ref(r, str);
	/* the unit of a string label is never looked at */
	label.unit = str ? 0 : string_ref(r, unit);
	label.num = (int64_t)num;
	if (label.str)
		label.num = 0;
	else if (!num && !unit)
		return;
	*pq_vec_push(&r->labels) = label;
}

static void store_sample(struct reading *r)
{
	struct pq_samples *samples = &r->p->samples;
	struct pq_sample sample = { r->values.at, r->stack.at, r->stack.n,
				    r->labels.at, r->labels.n };

	if (!samples->n) {
		samples->n_values = (unsigned)r->values.n;
		r->first_sample_offset = r->offset;
	} else if (r->values.n != samples->n_values) {
		if (!r->counts_differ) {
			r->counts_differ = true;
			r->other_count = r->values.n;
			r->other_count_offset = r->offset;
		}
		return; /* the profile is refused at its end */
	}
	pq_samples_add(samples, &sample);
}

static void read_sample(struct reading *r, struct pq_cursor c)
{
	r->values.n = r->stack.n = r->labels.n = 0;
	while (c.at < c.end) {
		uint64_t tag = pq_cursor_varint(&c);

		switch (tag) {
		case 1 << 3 | PQ_WIRE_BYTES:
			read_stack(r, pq_cursor_bytes(&c));
			break;
		case 1 << 3 | PQ_WIRE_VARINT:
			*pq_vec_push(&r->stack) =
				location_number(r, pq_cursor_varint(&c));
			break;
		case 2 << 3 | PQ_WIRE_BYTES:
			read_values(r, pq_cursor_bytes(&c));
			break;
		case 2 << 3 | PQ_WIRE_VARINT:
			*pq_vec_push(&r->values) =
				(int64_t)pq_cursor_varint(&c);
			break;
		case 3 << 3 | PQ_WIRE_BYTES:
			read_label(r, pq_cursor_bytes(&c));
			break;
		default:
			if (tag >> 3 >= 1 && tag >> 3 <= 3)
				broken(r, "type mismatch in a sample");
			pq_cursor_skip(&c, tag & 7);
		}
	}
	if (c.bad)
		broken(r, "a sample is cut off or has an unknown wire type");
	if (r->err->code == PQ_OK)
		store_sample(r);
}

/* ---- everything else: protobuf-c, into an arena that is reset ---- */

static void *arena_alloc(void *arena, size_t bytes)
{
	return pq_arena_alloc(arena, bytes);
}

static void arena_free(void *arena, void *block)
{
	(void)arena;
	(void)block;
}

static void read_value_type(struct reading *r, struct pq_cursor c,
			    struct pq_value_type *to)
{
	Perftools__Profiles__ValueType *m =
		perftools__profiles__value_type__unpack(
			&r->allocator, pq_cursor_left(&c), c.at);

	if (!m) {
		broken(r, "a value type cannot be decoded");
		return;
	}
	to->type = string_ref(r, (uint64_t)m->type);
	to->unit = string_ref(r, (uint64_t)m->unit);
}

static void read_mapping(struct reading *r, struct pq_cursor c)
{
	Perftools__Profiles__Mapping *m = perftools__profiles__mapping__unpack(
		&r->allocator, pq_cursor_left(&c), c.at);
	struct pq_mapping *to;

	if (!m) {
		broken(r, "a mapping cannot be decoded");
		return;
	}
	to = pq_vec_push(&r->p->mappings);
	to->id = m->id;
	to->start = m->memory_start;
	to->limit = m->memory_limit;
	to->offset = m->file_offset;
	to->file = string_ref(r, (uint64_t)m->filename);
	to->build_id = string_ref(r, (uint64_t)m->build_id);
	to->has_functions = m->has_functions;
	to->has_filenames = m->has_filenames;
	to->has_line_numbers = m->has_line_numbers;
	to->has_inline_frames = m->has_inline_frames;
}

static uint32_t function_number(struct reading *r, uint64_t id)
{
	bool fresh;
	uint32_t number = pq_ids_number(&r->function_ids, id, &fresh);

	if (fresh) {
		struct pq_function f = { .id = id };

		*pq_vec_push(&r->p->functions) = f;
		*pq_vec_push(&r->function_defined) = 0;
	}
	return number;
}

static void read_lines(struct reading *r, Perftools__Profiles__Location *m,
		       struct pq_location *to)
{
	struct pq_profile *p = r->p;

	to->first_line = (uint32_t)p->lines.n;
	to->n_lines = (uint32_t)m->n_line;
	for (size_t i = 0; i < m->n_line; i++) {
		const Perftools__Profiles__Line *from = m->line[i];
		struct pq_line line = { from->line, from->column, PQ_NONE };

		if (!from->function_id) {
			pq_fail_at(r->err, r->offset,
				   "malformed profile: location id: %" PRIu64
				   " has a line with nil function",
				   m->id);
			return;
		}
		line.function = function_number(r, from->function_id);
		*pq_vec_push(&p->lines) = line;
	}
}

static void read_location(struct reading *r, struct pq_cursor c)
{
	Perftools__Profiles__Location *m =
		perftools__profiles__location__unpack(
			&r->allocator, pq_cursor_left(&c), c.at);
	struct pq_location *to;
	uint32_t number;

	if (!m) {
		broken(r, "a location cannot be decoded");
		return;
	}
	if (!m->id) {
		broken(r, "found location with reserved id=0");
		return;
	}
	number = location_number(r, m->id);
	if (r->location_defined.at[number]) {
		pq_fail_at(r->err, r->offset,
			   "malformed profile: multiple locations with same "
			   "id: %" PRIu64,
			   m->id);
		return;
	}
	r->location_defined.at[number] = 1;
	r->location_mapping.at[number] = m->mapping_id;
	*pq_vec_push(&r->p->location_order) = number;
	to = &r->p->locations.at[number];
	to->address = m->address;
	to->folded = m->is_folded;
	read_lines(r, m, to);
}

static void read_function(struct reading *r, struct pq_cursor c)
{
	Perftools__Profiles__Function *m =
		perftools__profiles__function__unpack(
			&r->allocator, pq_cursor_left(&c), c.at);
	struct pq_function *to;
	uint32_t number;

	if (!m) {
		broken(r, "a function cannot be decoded");
		return;
	}
	if (!m->id) {
		broken(r, "found function with reserved ID=0");
		return;
	}
	number = function_number(r, m->id);
	if (r->function_defined.at[number]) {
		pq_fail_at(r->err, r->offset,
			   "malformed profile: multiple functions with same "
			   "id: %" PRIu64,
			   m->id);
		return;
	}
	r->function_defined.at[number] = 1;
	*pq_vec_push(&r->p->function_order) = number;
	to = &r->p->functions.at[number];
	to->name = string_ref(r, (uint64_t)m->name);
	to->system_name = string_ref(r, (uint64_t)m->system_name);
	to->filename = string_ref(r, (uint64_t)m->filename);
	to->start_line = m->start_line;
}

/* ---- the top level ---- */

static void read_string(struct reading *r, struct pq_cursor c)
{
	struct pq_profile *p = r->p;
	size_t n = pq_cursor_left(&c);
	struct pq_text text = { pq_arena_copy(&p->arena, c.at, n), n };

	if (!p->strings.n && n)
		broken(r, "the first string of the table is not empty");
	pq_profile_add_string(p, text);
}

static void read_comments(struct reading *r, struct pq_cursor packed)
{
	while (packed.at < packed.end) {
		uint64_t index = pq_cursor_varint(&packed);

		*pq_vec_push(&r->p->comments) = string_ref(r, index);
	}
	if (packed.bad)
		broken(r, "a comment index is cut off");
}

static void read_message(struct reading *r, uint64_t field, struct pq_cursor c)
{
	switch (field) {
	case F_SAMPLE:
		read_sample(r, c);
		return;
	case F_STRING_TABLE:
		read_string(r, c);
		return;
	case F_SAMPLE_TYPE:
		read_value_type(r, c, pq_vec_push(&r->p->sample_types));
		break;
	case F_PERIOD_TYPE:
		read_value_type(r, c, &r->p->period_type);
		break;
	case F_MAPPING:
		read_mapping(r, c);
		break;
	case F_LOCATION:
		read_location(r, c);
		break;
	case F_FUNCTION:
		read_function(r, c);
		break;
	case F_COMMENT:
		read_comments(r, c);
		return;
	default:
		if (field >= 1 && field <= F_DOC_URL)
			broken(r, "type mismatch in a header field");
		return;
	}
	pq_arena_reset(&r->arena);
}

static void read_scalar(struct reading *r, uint64_t field, uint64_t value)
{
	struct pq_profile *p = r->p;

	switch (field) {
	case F_DROP_FRAMES:
		p->drop_frames = string_ref(r, value);
		break;
	case F_KEEP_FRAMES:
		p->keep_frames = string_ref(r, value);
		break;
	case F_TIME_NANOS:
		if (p->time_nanos)
			pq_fail_at(r->err, r->offset,
				   "concatenated profiles detected: take the "
				   "files apart and name them one by one");
		p->time_nanos = (int64_t)value;
		break;
	case F_DURATION_NANOS:
		p->duration_nanos = (int64_t)value;
		break;
	case F_PERIOD:
		p->period = (int64_t)value;
		break;
	case F_COMMENT:
		*pq_vec_push(&p->comments) = string_ref(r, value);
		break;
	case F_DEFAULT_SAMPLE_TYPE:
		p->default_sample_type = string_ref(r, value);
		break;
	case F_DOC_URL:
		p->doc_url = string_ref(r, value);
		break;
	default:
		if (field >= 1 && field <= F_DOC_URL)
			broken(r, "type mismatch: a message is a number");
	}
}

static bool truncated(struct reading *r)
{
	if (r->err->code != PQ_OK)
		return false;
	if (!r->offset)
		return pq_fail_at(r->err, 0, "unrecognized profile format");
	return broken(r, "a field is cut off; the file was truncated (fetch it "
			 "again)");
}

/* Takes a field whose payload has n bytes, which may not be there yet. */
static bool take_bytes(struct reading *r, uint64_t field, uint64_t n)
{
	struct pq_stream *s = r->s;

	if (n > SIZE_MAX / 4 || !pq_stream_need(s, n, r->err))
		return truncated(r);
	read_message(r, field, pq_cursor_over(s->window + s->at, n));
	s->at += n;
	return r->err->code == PQ_OK;
}

static bool read_field(struct reading *r)
{
	struct pq_stream *s = r->s;
	struct pq_cursor c;
	uint64_t tag, value;
	unsigned wire;

	/* a tag and a number or length need 20 bytes at the most */
	if (s->end - s->at < 2 * PQ_VARINT_MOST &&
	    !pq_stream_need(s, 2 * PQ_VARINT_MOST, r->err) &&
	    r->err->code != PQ_OK)
		return false;
	r->offset = pq_stream_offset(s);
	c = pq_cursor_over(s->window + s->at, s->end - s->at);
	tag = pq_cursor_varint(&c);
	wire = tag & 7;
	switch (c.bad ? 8 : wire) {
	case PQ_WIRE_BYTES:
		value = pq_cursor_varint(&c);
		if (c.bad)
			return truncated(r);
		s->at = (size_t)(c.at - s->window);
		return take_bytes(r, tag >> 3, value);
	case PQ_WIRE_VARINT:
		value = pq_cursor_varint(&c);
		if (!c.bad)
			read_scalar(r, tag >> 3, value);
		break;
	case PQ_WIRE_64:
	case PQ_WIRE_32:
		if (tag >> 3 >= 1 && tag >> 3 <= F_DOC_URL)
			broken(r, "type mismatch in a header field");
		pq_cursor_skip(&c, wire);
		break;
	case 8:
		return truncated(r);
	default:
		if (!r->offset)
			return truncated(r);
		return pq_fail_at(r->err, r->offset,
				  "malformed profile: unknown wire type: %u",
				  wire);
	}
	if (c.bad)
		return truncated(r);
	s->at = (size_t)(c.at - s->window);
	return r->err->code == PQ_OK;
}

/* ---- when all is read: resolve and check what needed the whole ---- */

static bool check_strings(struct reading *r)
{
	if (!r->p->strings.n)
		return pq_fail(r->err, PQ_EFORMAT,
			       "malformed profile: no string table");
	if (r->largest_string < r->p->strings.n)
		return true;
	return pq_fail_at(r->err, r->largest_string_offset,
			  "malformed profile: string index %" PRIu64
			  " is outside the string table of %zu",
			  r->largest_string, r->p->strings.n);
}

static bool check_counts(struct reading *r)
{
	size_t types = r->p->sample_types.n, count = r->p->samples.n_values;
	uint64_t offset = r->first_sample_offset;

	if (!r->p->samples.n)
		return true;
	if (!types)
		return pq_fail_at(r->err, offset,
				  "malformed profile: missing sample type "
				  "information");
	if (count == types && r->counts_differ) {
		count = r->other_count;
		offset = r->other_count_offset;
	}
	if (count == types)
		return true;
	return pq_fail_at(r->err, offset,
			  "malformed profile: mismatch: sample has %zu values "
			  "vs. %zu types",
			  count, types);
}

static bool check_locations(struct reading *r)
{
	for (size_t i = 0; i < r->location_defined.n; i++) {
		const struct pq_location *l = &r->p->locations.at[i];

		if (!r->location_defined.at[i])
			return pq_fail_at(r->err, l->address,
					  "malformed profile: sample has nil "
					  "location: id %" PRIu64
					  " is not in the file",
					  l->id);
	}
	return true;
}

static bool check_functions(struct reading *r)
{
	const struct pq_profile *p = r->p;

	for (size_t i = 0; i < p->locations.n; i++) {
		const struct pq_location *l = &p->locations.at[i];
		const struct pq_line *lines = pq_location_lines(p, l);

		for (uint32_t j = 0; j < l->n_lines; j++)
			if (!r->function_defined.at[lines[j].function])
				return pq_fail(r->err, PQ_EFORMAT,
					       "malformed profile: location "
					       "id: %" PRIu64
					       " has a line with nil function",
					       l->id);
	}
	return true;
}

/* An unknown mapping is no mapping; of equal ids the last one counts. */
static void resolve_mappings(struct reading *r)
{
	struct pq_profile *p = r->p;
	struct pq_ids ids = { 0 };
	PQ_VEC(uint32_t) position = { 0 };
	bool fresh;

	for (size_t i = 0; i < p->mappings.n; i++) {
		uint32_t number =
			pq_ids_number(&ids, p->mappings.at[i].id, &fresh);

		if (fresh)
			pq_vec_push(&position);
		position.at[number] = (uint32_t)i;
	}
	for (size_t i = 0; i < p->locations.n; i++) {
		uint64_t id = r->location_mapping.at[i];
		uint32_t number;

		if (!id)
			continue;
		number = pq_ids_number(&ids, id, &fresh);
		if (fresh)
			*pq_vec_push(&position) = PQ_NONE;
		p->locations.at[i].mapping = position.at[number];
	}
	pq_vec_release(&position);
	pq_ids_release(&ids);
}

static void release(struct reading *r)
{
	pq_arena_release(&r->arena);
	pq_ids_release(&r->location_ids);
	pq_ids_release(&r->function_ids);
	pq_vec_release(&r->location_defined);
	pq_vec_release(&r->location_mapping);
	pq_vec_release(&r->function_defined);
	pq_vec_release(&r->values);
	pq_vec_release(&r->stack);
	pq_vec_release(&r->labels);
}

/*
 * Any bytes may be a profile.proto, and in the end only decoding tells: this
 * is the reader for what no other one claims.
 */
int pq_proto_probe(const uint8_t *head, size_t n)
{
	(void)head;
	return n ? PQ_SURE_MAYBE : PQ_SURE_NO;
}

bool pq_proto_read(struct pq_stream *s, struct pq_profile *p,
		   struct pq_error *err)
{
	struct reading r;
	bool ok = true;

	memset(&r, 0, sizeof(r));
	r.s = s;
	r.p = p;
	r.err = err;
	pq_arena_init(&r.arena);
	r.allocator.alloc = arena_alloc;
	r.allocator.free = arena_free;
	r.allocator.allocator_data = &r.arena;
	while (ok && pq_stream_need(s, 1, err))
		ok = read_field(&r);
	ok = err->code == PQ_OK && check_strings(&r) && check_counts(&r) &&
	     check_locations(&r) && check_functions(&r);
	if (ok)
		resolve_mappings(&r);
	release(&r);
	return ok;
}
