#include "format/proto_read.h"

#include <inttypes.h>
#include <string.h>

#include "profile.pb-c.h"

#include "base/arena.h"
#include "base/cursor.h"
#include "base/mem.h"
#include "format/proto_reading.h"

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

/* 32 MiB of zeros: a file with a hole may have a few of them. */
#define MOST_NOTHING ((uint64_t)16 << 20)

/* ---- everything else: protobuf-c, into an arena that is reset ---- */

static void *alloc_in_arena(void *arena, size_t bytes)
{
	return pq_arena_alloc(arena, bytes);
}

static void keep_in_arena(void *arena, void *block)
{
	(void)arena;
	(void)block;
}

static void read_value_type(struct pq_proto_reading *r, struct pq_cursor c,
			    struct pq_value_type *to)
{
	Perftools__Profiles__ValueType *m = pq_proto_unpack(
		r, &perftools__profiles__value_type__descriptor, c);

	if (!m) {
		pq_proto_broken(r, "a value type cannot be decoded");
		return;
	}
	to->type = pq_proto_string(r, (uint64_t)m->type);
	to->unit = pq_proto_string(r, (uint64_t)m->unit);
}

/*
 * protobuf-c takes a flag of any wire type, as no other decoder does; all else
 * it checks.
 */
static bool are_flags_numbers(struct pq_cursor c, uint64_t first, uint64_t last)
{
	while (pq_cursor_left(&c)) {
		uint64_t tag = pq_cursor_varint(&c);

		if (tag >> 3 >= first && tag >> 3 <= last &&
		    (tag & 7) != PQ_WIRE_VARINT)
			return false;
		pq_cursor_skip(&c, tag & 7);
	}
	return true;
}

static void read_mapping(struct pq_proto_reading *r, struct pq_cursor c)
{
	Perftools__Profiles__Mapping *m = pq_proto_unpack(
		r, &perftools__profiles__mapping__descriptor, c);

	if (!m || !are_flags_numbers(c, 7, 10)) {
		pq_proto_broken(r, "a mapping cannot be decoded");
		return;
	}
	*pq_vec_push(&r->p->mappings) = (struct pq_mapping){
		.id = m->id,
		.start = m->memory_start,
		.limit = m->memory_limit,
		.offset = m->file_offset,
		.file = pq_proto_string(r, (uint64_t)m->filename),
		.build_id = pq_proto_string(r, (uint64_t)m->build_id),
		.has_functions = m->has_functions,
		.has_filenames = m->has_filenames,
		.has_line_numbers = m->has_line_numbers,
		.has_inline_frames = m->has_inline_frames,
	};
}

static uint32_t function_number(struct pq_proto_reading *r, uint64_t id)
{
	bool fresh;
	uint32_t number = pq_ids_number(&r->function_ids, id, &fresh);

	if (fresh) {
		struct pq_function f = { .id = id, .name = PQ_NONE };

		*pq_vec_push(&r->p->functions) = f;
	}
	return number;
}

static void read_location_lines(struct pq_proto_reading *r,
				Perftools__Profiles__Location *m,
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

/*
 * The first error is kept: ids that are defined again are no error of their
 * own where a second profile has begun.
 */
static void fail_concatenated(struct pq_proto_reading *r)
{
	pq_fail_at(r->err, r->offset,
		   "concatenated profiles detected: several profiles were "
		   "written one after another into this file; take them apart "
		   "and name them one by one");
}

static void read_location(struct pq_proto_reading *r, struct pq_cursor c)
{
	Perftools__Profiles__Location *m = pq_proto_unpack(
		r, &perftools__profiles__location__descriptor, c);
	struct pq_location *to;
	uint32_t number;

	if (!m || !are_flags_numbers(c, 5, 5)) {
		pq_proto_broken(r, "a location cannot be decoded");
		return;
	}
	if (!m->id) {
		pq_proto_broken(r, "found location with reserved id=0");
		return;
	}
	/* A location may have been met in samples; it is defined only once. */
	number = pq_proto_location(r, m->id);
	to = &r->p->locations.at[number];
	if (pq_location_is_read(to)) {
		if (r->types_again)
			fail_concatenated(r);
		pq_fail_at(r->err, r->offset,
			   "malformed profile: multiple locations with same "
			   "id: %" PRIu64,
			   m->id);
		return;
	}
	/* Mappings may come later: their id is resolved at the end. */
	r->location_mapping.at[number] = m->mapping_id;
	*pq_vec_push(&r->p->location_order) = number;
	to->address = m->address;
	to->folded = m->is_folded;
	read_location_lines(r, m, to);
}

static void read_function(struct pq_proto_reading *r, struct pq_cursor c)
{
	Perftools__Profiles__Function *m = pq_proto_unpack(
		r, &perftools__profiles__function__descriptor, c);
	struct pq_function *to;
	uint32_t number;

	if (!m) {
		pq_proto_broken(r, "a function cannot be decoded");
		return;
	}
	if (!m->id) {
		pq_proto_broken(r, "found function with reserved ID=0");
		return;
	}
	/* Ids have their number on sight; the second message is too many. */
	number = function_number(r, m->id);
	to = &r->p->functions.at[number];
	if (pq_function_is_read(to)) {
		if (r->types_again)
			fail_concatenated(r);
		pq_fail_at(r->err, r->offset,
			   "malformed profile: multiple functions with same "
			   "id: %" PRIu64,
			   m->id);
		return;
	}
	/* Strings may come later: indexes are checked at the end. */
	*pq_vec_push(&r->p->function_order) = number;
	to->name = pq_proto_string(r, (uint64_t)m->name);
	to->system_name = pq_proto_string(r, (uint64_t)m->system_name);
	to->filename = pq_proto_string(r, (uint64_t)m->filename);
	to->start_line = m->start_line;
}

/* ---- the top level ---- */

static void read_string(struct pq_proto_reading *r, struct pq_cursor c)
{
	struct pq_profile *p = r->p;
	size_t n = pq_cursor_left(&c);
	struct pq_text text = { pq_arena_copy(&p->arena, c.at, n), n };

	if (!p->strings.n && n)
		pq_proto_broken(r,
				"the first string of the table is not empty");
	pq_profile_add_string(p, text);
}

static void read_comments(struct pq_proto_reading *r, struct pq_cursor packed)
{
	while (packed.at < packed.end) {
		uint64_t index = pq_cursor_varint(&packed);

		*pq_vec_push(&r->p->comments) = pq_proto_string(r, index);
	}
	if (packed.bad)
		pq_proto_broken(r, "a comment index is cut off");
}

static void read_message(struct pq_proto_reading *r, uint64_t field,
			 struct pq_cursor c)
{
	/* Tables were taken when the file was read the first time. */
	if (r->rereading && field != F_SAMPLE)
		return;
	switch (field) {
	case F_SAMPLE:
		pq_proto_sample(r, c);
		return;
	case F_STRING_TABLE:
		read_string(r, c);
		return;
	case F_SAMPLE_TYPE:
		/* They stand together: others begin a second profile. */
		r->types_again = r->types_again ||
				 (r->p->sample_types.n &&
				  (r->p->samples.n || r->p->location_order.n));
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
			pq_proto_broken(r, "type mismatch in a header field");
		return;
	}
	pq_arena_reset(&r->arena);
}

static void read_scalar(struct pq_proto_reading *r, uint64_t field,
			uint64_t value)
{
	struct pq_profile *p = r->p;

	if (r->rereading)
		return;
	switch (field) {
	case F_DROP_FRAMES:
		p->drop_frames = pq_proto_string(r, value);
		break;
	case F_KEEP_FRAMES:
		p->keep_frames = pq_proto_string(r, value);
		break;
	case F_TIME_NANOS:
		if (p->time_nanos)
			fail_concatenated(r);
		p->time_nanos = (int64_t)value;
		break;
	case F_DURATION_NANOS:
		p->duration_nanos = (int64_t)value;
		break;
	case F_PERIOD:
		p->period = (int64_t)value;
		break;
	case F_COMMENT:
		*pq_vec_push(&p->comments) = pq_proto_string(r, value);
		break;
	case F_DEFAULT_SAMPLE_TYPE:
		p->default_sample_type = pq_proto_string(r, value);
		break;
	case F_DOC_URL:
		p->doc_url = pq_proto_string(r, value);
		break;
	case 0:
		/* The reference passes over fields of number 0. */
		if (++r->n_nothing > MOST_NOTHING)
			pq_proto_broken(r, "it is nothing but zeros");
		break;
	default:
		if (field >= 1 && field <= F_DOC_URL)
			pq_proto_broken(r,
					"type mismatch: a message is a number");
	}
}

static bool fail_truncated(struct pq_proto_reading *r)
{
	if (r->err->code != PQ_OK)
		return false;
	if (!r->offset)
		return pq_fail_at(r->err, 0, "unrecognized profile format");
	return pq_proto_broken(
		r, "a field is cut off; the file was truncated (fetch it "
		   "again)");
}

/* Reads a field whose payload has n bytes, which may not be there yet. */
static bool read_payload(struct pq_proto_reading *r, uint64_t field, uint64_t n)
{
	struct pq_stream *s = r->s;

	if (n > SIZE_MAX / 4 || !pq_stream_need(s, n, r->err))
		return fail_truncated(r);
	read_message(r, field, pq_cursor_over(s->window + s->at, n));
	s->at += n;
	return r->err->code == PQ_OK;
}

bool pq_proto_field(struct pq_proto_reading *r)
{
	struct pq_stream *s = r->s;
	struct pq_cursor c;
	uint64_t tag, value;
	unsigned wire;

	/* A tag and a number or length need 20 bytes at the most. */
	if (s->end - s->at < 2 * PQ_VARINT_MOST &&
	    !pq_stream_need(s, 2 * PQ_VARINT_MOST, r->err) &&
	    r->err->code != PQ_OK)
		return false;
	r->offset = pq_stream_offset(s);
	c = pq_cursor_over(s->window + s->at, s->end - s->at);
	tag = pq_cursor_varint(&c);
	wire = tag & 7;
	/* A tag that is cut off counts as wire type 8, which is none. */
	switch (c.bad ? 8 : wire) {
	case PQ_WIRE_BYTES:
		value = pq_cursor_varint(&c);
		if (c.bad)
			return fail_truncated(r);
		s->at = (size_t)(c.at - s->window);
		return read_payload(r, tag >> 3, value);
	case PQ_WIRE_VARINT:
		value = pq_cursor_varint(&c);
		if (!c.bad)
			read_scalar(r, tag >> 3, value);
		break;
	case PQ_WIRE_64:
	case PQ_WIRE_32:
		if (tag >> 3 >= 1 && tag >> 3 <= F_DOC_URL)
			pq_proto_broken(r, "type mismatch in a header field");
		pq_cursor_skip(&c, wire);
		break;
	case 8:
		return fail_truncated(r);
	default:
		if (!r->offset)
			return fail_truncated(r);
		return pq_fail_at(r->err, r->offset,
				  "malformed profile: unknown wire type: %u",
				  wire);
	}
	if (c.bad)
		return fail_truncated(r);
	s->at = (size_t)(c.at - s->window);
	return r->err->code == PQ_OK;
}

/* ---- when all is read: resolve and check what needed the whole ---- */

static bool check_strings(struct pq_proto_reading *r)
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

static bool check_counts(struct pq_proto_reading *r)
{
	size_t types = r->p->sample_types.n, count = r->p->samples.n_values;
	uint64_t offset = r->first_sample_offset;

	if (!r->p->samples.n)
		return true;
	if (!types)
		return pq_fail_at(r->err, offset,
				  "malformed profile: missing sample type "
				  "information");
	/* The first sample is right: look at the first one that differs. */
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

static bool check_locations(struct pq_proto_reading *r)
{
	for (size_t i = 0; i < r->p->locations.n; i++) {
		const struct pq_location *l = &r->p->locations.at[i];

		/* Its address still is the offset at which it was first met. */
		if (!pq_location_is_read(l))
			return pq_fail_at(r->err, l->address,
					  "malformed profile: sample has nil "
					  "location: id %" PRIu64
					  " is not in the file",
					  l->id);
	}
	return true;
}

static bool check_functions(struct pq_proto_reading *r)
{
	const struct pq_profile *p = r->p;

	for (size_t i = 0; i < p->locations.n; i++) {
		const struct pq_location *l = &p->locations.at[i];
		const struct pq_line *lines = pq_location_lines(p, l);

		for (uint32_t j = 0; j < l->n_lines; j++)
			if (!pq_function_is_read(
				    pq_line_function(p, &lines[j])))
				return pq_fail(r->err, PQ_EFORMAT,
					       "malformed profile: location "
					       "id: %" PRIu64
					       " has a line with nil function",
					       l->id);
	}
	return true;
}

/* An unknown mapping is no mapping; the last one of equal ids counts. */
static void resolve_mappings(struct pq_proto_reading *r)
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
		/* A number that is not fresh was given before. */
		/* NOLINTNEXTLINE(clang-analyzer-core.*) */
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
		/* NOLINTNEXTLINE(clang-analyzer-core.*): as above */
		p->locations.at[i].mapping = position.at[number];
	}
	pq_vec_release(&position);
	pq_ids_release(&ids);
}

void pq_proto_release(struct pq_proto_reading *r)
{
	pq_arena_release(&r->arena);
	pq_ids_release(&r->location_ids);
	pq_ids_release(&r->function_ids);
	pq_free(r->known);
	pq_vec_release(&r->location_mapping);
	pq_vec_release(&r->values);
	pq_vec_release(&r->stack);
	pq_vec_release(&r->labels);
	pq_free(r);
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

static struct pq_proto_reading *
begin_reading(struct pq_stream *s, struct pq_profile *p, struct pq_error *err)
{
	struct pq_proto_reading *r = pq_alloc_zeroed(sizeof(*r));

	r->s = s;
	r->p = p;
	r->err = err;
	r->fd = -1;
	r->known = pq_alloc_zeroed(PQ_KNOWN_LOCATIONS * sizeof(*r->known));
	pq_arena_init(&r->arena);
	r->allocator.alloc = alloc_in_arena;
	r->allocator.free = keep_in_arena;
	r->allocator.allocator_data = &r->arena;
	if (p->samples.keeping)
		r->observer = p->samples.keeping->observer;
	return r;
}

bool pq_proto_read(struct pq_stream *s, struct pq_profile *p,
		   struct pq_error *err)
{
	struct pq_proto_reading *r = begin_reading(s, p, err);
	bool ok = true;

	while (ok && pq_stream_need(s, 1, err))
		ok = pq_proto_field(r);
	/* References are checked only now: tables come in any order. */
	ok = err->code == PQ_OK && check_strings(r) && check_counts(r) &&
	     check_locations(r) && check_functions(r);
	if (ok)
		resolve_mappings(r);
	/* Samples that are not held keep the reading as their source. */
	if (ok && p->samples.totals)
		return pq_proto_become_source(r, err);
	pq_proto_release(r);
	return ok;
}
