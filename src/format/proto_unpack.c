/*
 * proto_unpack.c - messages as protobuf-c takes them.  Declared in
 * proto_reading.h.
 */
#include "base/buf.h"
#include "format/proto_reading.h"

#include "base/banned.h"

static void append_varint(struct pq_buf *to, uint64_t value)
{
	uint8_t bytes[PQ_VARINT_MOST];

	pq_buf_bytes(to, bytes, (size_t)(pq_varint_put(bytes, value) - bytes));
}

static bool copy_known_fields(struct pq_buf *to,
			      const ProtobufCMessageDescriptor *d,
			      struct pq_cursor c);

/* Copies a field of bytes, which may be a message of its own. */
static bool copy_known_part(struct pq_buf *to, uint64_t tag,
			    const ProtobufCFieldDescriptor *field,
			    struct pq_cursor part)
{
	struct pq_buf inner = { 0 };
	bool ok = true;

	/* The recursion ends: messages of a profile are two deep. */
	if (field->type == PROTOBUF_C_TYPE_MESSAGE)
		ok = copy_known_fields(&inner, field->descriptor, part);
	else
		pq_buf_bytes(&inner, part.at, pq_cursor_left(&part));
	append_varint(to, tag);
	append_varint(to, inner.len);
	pq_buf_text(to, pq_buf_view(&inner));
	pq_buf_release(&inner);
	return ok;
}

static void copy_known_field(struct pq_buf *to, uint64_t tag,
			     const ProtobufCFieldDescriptor *field,
			     struct pq_cursor *c, bool *ok)
{
	const uint8_t *value = c->at;

	switch (tag & 7) {
	case PQ_WIRE_VARINT:
		append_varint(to, tag);
		append_varint(to, pq_cursor_varint(c));
		break;
	case PQ_WIRE_BYTES:
		*ok = copy_known_part(to, tag, field, pq_cursor_bytes(c)) &&
		      *ok;
		break;
	default:
		pq_cursor_skip(c, (unsigned)(tag & 7));
		append_varint(to, tag);
		pq_buf_bytes(to, value, (size_t)(c->at - value));
	}
}

/* Copies the fields that a message knows; false when it is cut off. */
static bool copy_known_fields(struct pq_buf *to,
			      const ProtobufCMessageDescriptor *d,
			      struct pq_cursor c)
{
	bool ok = true;

	while (pq_cursor_left(&c) && ok) {
		uint64_t tag = pq_cursor_varint(&c), number = tag >> 3;
		const ProtobufCFieldDescriptor *field =
			number > UINT32_MAX
				? NULL
				: protobuf_c_message_descriptor_get_field(
					  d, (unsigned)number);

		/* Unknown fields, and those of number 0, are left out. */
		if (field)
			copy_known_field(to, tag, field, &c, &ok);
		else
			pq_cursor_skip(&c, (unsigned)(tag & 7));
		ok = ok && !c.bad;
	}
	return ok;
}

void *pq_proto_unpack(struct pq_proto_reading *r,
		      const ProtobufCMessageDescriptor *d, struct pq_cursor c)
{
	struct pq_buf known = { 0 };
	void *m = protobuf_c_message_unpack(d, &r->allocator,
					    pq_cursor_left(&c), c.at);

	/* The second try has known fields only. */
	if (!m && copy_known_fields(&known, d, c))
		m = protobuf_c_message_unpack(
			d, &r->allocator, known.len,
			(const uint8_t *)pq_unchecked_bytes(known.data));
	pq_buf_release(&known);
	return m;
}
