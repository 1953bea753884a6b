#include "base/cursor.h"

#include <string.h>

#include "base/banned.h"

uint64_t pq_cursor_varint_slow(struct pq_cursor *c)
{
	uint64_t value = 0;

	/* Ten bytes of 7 bits hold 64: more are damage. */
	for (unsigned shift = 0; shift < 70 && c->at < c->end; shift += 7) {
		uint8_t byte = *c->at++;

		value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return value;
	}
	pq_cursor_spoil(c); /* cut off, or longer than ten bytes */
	return 0;
}

void pq_cursor_skip(struct pq_cursor *c, unsigned wire_type)
{
	size_t n;

	switch (wire_type) {
	case PQ_WIRE_VARINT:
		pq_cursor_varint(c);
		return;
	case PQ_WIRE_BYTES:
		pq_cursor_bytes(c);
		return;
	case PQ_WIRE_64:
		n = 8;
		break;
	case PQ_WIRE_32:
		n = 4;
		break;
	default:
		pq_cursor_spoil(c);
		return;
	}
	/* A field that claims more than there is spoils the message. */
	if (n > pq_cursor_left(c))
		pq_cursor_spoil(c);
	else
		c->at += n;
}

bool pq_cursor_text(struct pq_cursor *c, struct pq_text *to)
{
	const uint8_t *nul = memchr(c->at, '\0', pq_cursor_left(c));

	if (c->bad || !nul)
		return false;
	*to = (struct pq_text){ (const char *)c->at, (size_t)(nul - c->at) };
	c->at = nul + 1;
	return true;
}
