#include "wire.h"

#include <stdlib.h>
#include <string.h>

#include "base/cursor.h"

/* ---- what the format says ---- */

/*
 * A letter for each field, from 1 on: a amount, s string index, l f m ids,
 * t text, and a capital for a message.
 */
static const char *const rules[WIRE_N_TYPES] = {
	[WIRE_PROFILE] = "VSMLFtssaaVasss",
	[WIRE_VALUE_TYPE] = "ss",
	[WIRE_SAMPLE] = "laB",
	[WIRE_LABEL] = "ssas",
	[WIRE_MAPPING] = "maaassaaaa",
	[WIRE_LOCATION] = "lmaNa",
	[WIRE_LINE] = "faa",
	[WIRE_FUNCTION] = "fsssa",
};

static const char messages[] = "-VSBMLNF";
static const char meanings[] = "aslfm";

bool wire_rule(enum wire_message_type in, uint64_t number,
	       enum wire_shape *shape, enum wire_meaning *meaning,
	       enum wire_message_type *child)
{
	const char *found;
	char letter;

	*shape = WIRE_IS_BYTES;
	*meaning = WIRE_AMOUNT;
	*child = WIRE_N_TYPES;
	if (!number || number > strlen(rules[in]))
		return false;
	letter = rules[in][number - 1];
	found = strchr(messages, letter);
	if (found) {
		*shape = WIRE_IS_MESSAGE;
		*child = (enum wire_message_type)(found - messages);
		return true;
	}
	found = strchr(meanings, letter);
	if (found) {
		*shape = WIRE_IS_NUMBER;
		*meaning = (enum wire_meaning)(found - meanings);
	}
	return true;
}

/* ---- memory ---- */

struct wire_block {
	struct wire_block *next;
	max_align_t data[];
};

void *wire_alloc(struct wire_tree *t, size_t bytes)
{
	struct wire_block *block = malloc(sizeof(*block) + bytes);

	if (!block)
		abort();
	block->next = t->blocks;
	t->blocks = block;
	return block->data;
}

void wire_tree_free(struct wire_tree *t)
{
	while (t->blocks) {
		struct wire_block *next = t->blocks->next;

		free(t->blocks);
		t->blocks = next;
	}
}

struct wire_field *wire_insert(struct wire_tree *t, struct wire_message *m,
			       size_t at)
{
	if (m->n == m->capacity) {
		size_t grown = m->capacity ? m->capacity * 2 : 8;
		struct wire_field *fields =
			wire_alloc(t, grown * sizeof(*fields));

		if (m->n)
			memcpy(fields, m->fields, m->n * sizeof(*fields));
		m->fields = fields;
		m->capacity = grown;
	}
	memmove(m->fields + at + 1, m->fields + at,
		(m->n - at) * sizeof(*m->fields));
	m->n++;
	memset(&m->fields[at], 0, sizeof(*m->fields));
	return &m->fields[at];
}

void wire_remove(struct wire_message *m, size_t at)
{
	m->n--;
	memmove(m->fields + at, m->fields + at + 1,
		(m->n - at) * sizeof(*m->fields));
}

static void *copied(struct wire_tree *t, const void *from, size_t bytes)
{
	void *to = wire_alloc(t, bytes);

	if (bytes)
		memcpy(to, from, bytes);
	return to;
}

/* No deeper than the format: profile, location, line. */
struct wire_field wire_copy(struct wire_tree *t, const struct wire_field *f)
{
	struct wire_field copy = *f;

	if (f->shape == WIRE_IS_BYTES)
		copy.bytes = copied(t, f->bytes, f->n);
	if (f->shape == WIRE_IS_LIST)
		copy.list = copied(t, f->list, f->n * sizeof(*f->list));
	if (f->shape == WIRE_IS_MESSAGE) {
		copy.message = wire_alloc(t, sizeof(*copy.message));
		memset(copy.message, 0, sizeof(*copy.message));
		copy.message->type = f->message->type;
		for (size_t i = 0; i < f->message->n; i++) {
			struct wire_field inner =
				wire_copy(t, &f->message->fields[i]);

			*wire_insert(t, copy.message, i) = inner;
		}
	}
	return copy;
}

/* ---- bytes to tree ---- */

static bool decode_message(struct wire_tree *t, struct wire_message *m,
			   struct pq_cursor c);

static bool decode_list(struct wire_tree *t, struct wire_field *f,
			struct pq_cursor c)
{
	size_t most = pq_cursor_left(&c);

	f->list = wire_alloc(t, most * sizeof(*f->list));
	for (f->n = 0; pq_cursor_left(&c);)
		f->list[f->n++] = pq_cursor_varint(&c);
	return !c.bad;
}

/* As the format has it where that works, and as bytes where not. */
static void decode_bytes(struct wire_tree *t, struct wire_message *in,
			 struct wire_field *f, struct pq_cursor c)
{
	enum wire_message_type child;
	enum wire_shape shape;

	wire_rule(in->type, f->number, &shape, &f->meaning, &child);
	if (shape == WIRE_IS_MESSAGE) {
		f->message = wire_alloc(t, sizeof(*f->message));
		memset(f->message, 0, sizeof(*f->message));
		f->message->type = child;
		f->shape = WIRE_IS_MESSAGE;
		if (decode_message(t, f->message, c))
			return;
	}
	if (shape == WIRE_IS_NUMBER) {
		f->shape = WIRE_IS_LIST;
		if (decode_list(t, f, c))
			return;
	}
	f->shape = WIRE_IS_BYTES;
	f->n = pq_cursor_left(&c);
	f->bytes = copied(t, c.at, f->n);
}

static uint64_t little_endian(struct pq_cursor *c, size_t n)
{
	uint64_t value = 0;

	if (pq_cursor_left(c) < n) {
		c->bad = true;
		return 0;
	}
	for (size_t i = 0; i < n; i++)
		value |= (uint64_t)*c->at++ << 8 * i;
	return value;
}

static void decode_field(struct wire_tree *t, struct wire_message *m,
			 struct pq_cursor *c)
{
	struct wire_field *f = wire_insert(t, m, m->n);
	uint64_t key = pq_cursor_varint(c);
	enum wire_message_type child;
	enum wire_shape shape;

	f->number = key >> 3;
	wire_rule(m->type, f->number, &shape, &f->meaning, &child);
	switch (key & 7) {
	case PQ_WIRE_VARINT:
		f->shape = WIRE_IS_NUMBER;
		f->value = pq_cursor_varint(c);
		break;
	case PQ_WIRE_64:
		f->shape = WIRE_IS_FIXED64;
		f->value = little_endian(c, 8);
		break;
	case PQ_WIRE_32:
		f->shape = WIRE_IS_FIXED32;
		f->value = little_endian(c, 4);
		break;
	case PQ_WIRE_BYTES:
		decode_bytes(t, m, f, pq_cursor_bytes(c));
		break;
	default:
		c->bad = true;
	}
}

static bool decode_message(struct wire_tree *t, struct wire_message *m,
			   struct pq_cursor c)
{
	while (pq_cursor_left(&c) && !c.bad)
		decode_field(t, m, &c);
	return !c.bad;
}

bool wire_tree_decode(struct wire_tree *t, const uint8_t *data, size_t size)
{
	memset(t, 0, sizeof(*t));
	return decode_message(t, &t->root, pq_cursor_over(data, size));
}

/* ---- tree to bytes ---- */

struct bytes {
	uint8_t *at, *end; /* at == NULL: only counting */
	size_t n;
	bool full;
};

static void put(struct bytes *b, const void *from, size_t n)
{
	b->n += n;
	if (!b->at)
		return;
	if ((size_t)(b->end - b->at) < n) {
		b->full = true;
		return;
	}
	if (n)
		memcpy(b->at, from, n);
	b->at += n;
}

static void put_varint(struct bytes *b, uint64_t value, unsigned padded)
{
	uint8_t bytes[PQ_VARINT_MOST];
	size_t n = (size_t)(pq_varint_put(bytes, value) - bytes);

	for (; padded && n < PQ_VARINT_MOST; padded--, n++) {
		bytes[n - 1] |= 0x80;
		bytes[n] = 0;
	}
	put(b, bytes, n);
}

static void put_message(struct bytes *b, const struct wire_message *m);

static void put_payload(struct bytes *b, const struct wire_field *f)
{
	if (f->shape == WIRE_IS_BYTES)
		put(b, f->bytes, f->n);
	else if (f->shape == WIRE_IS_MESSAGE)
		put_message(b, f->message);
	else
		for (size_t i = 0; i < f->n; i++)
			put_varint(b, f->list[i], 0);
}

static void put_field(struct bytes *b, const struct wire_field *f)
{
	static const unsigned wires[] = {
		[WIRE_IS_NUMBER] = PQ_WIRE_VARINT,
		[WIRE_IS_FIXED32] = PQ_WIRE_32,
		[WIRE_IS_FIXED64] = PQ_WIRE_64,
		[WIRE_IS_BYTES] = PQ_WIRE_BYTES,
		[WIRE_IS_LIST] = PQ_WIRE_BYTES,
		[WIRE_IS_MESSAGE] = PQ_WIRE_BYTES,
	};
	struct bytes counted = { 0 };
	uint8_t fixed[8];

	put_varint(b, f->number << 3 | wires[f->shape], 0);
	switch (f->shape) {
	case WIRE_IS_NUMBER:
		put_varint(b, f->value, f->padded);
		return;
	case WIRE_IS_FIXED32:
	case WIRE_IS_FIXED64:
		for (size_t i = 0; i < 8; i++)
			fixed[i] = (uint8_t)(f->value >> 8 * i);
		put(b, fixed, f->shape == WIRE_IS_FIXED32 ? 4 : 8);
		return;
	default:
		put_payload(&counted, f);
		put_varint(b, counted.n, f->padded);
		put_payload(b, f);
	}
}

static void put_message(struct bytes *b, const struct wire_message *m)
{
	for (size_t i = 0; i < m->n && !b->full; i++)
		put_field(b, &m->fields[i]);
}

size_t wire_tree_encode(const struct wire_tree *t, uint8_t *to, size_t room)
{
	struct bytes b = { .at = to, .end = to + room };

	put_message(&b, &t->root);
	return b.full ? 0 : b.n;
}
