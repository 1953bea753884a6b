/*
 * cursor.h - bounds-checked reading of protobuf's wire types, and of plain
 * little-endian integers, from memory.
 *
 * A sticky flag records the first thing that does not fit; callers check it
 * once a message and not once a byte.  After `bad` is set every read returns
 * zero and the cursor stands at its end.
 *
 * Source: profile.proto's wire rules: varints of at most ten bytes, wire
 *         types 0, 1, 2 and 5; a tenth byte's surplus bits are ignored.
 */
#ifndef PQ_BASE_CURSOR_H
#define PQ_BASE_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

enum { PQ_WIRE_VARINT = 0, PQ_WIRE_64 = 1, PQ_WIRE_BYTES = 2, PQ_WIRE_32 = 5 };

struct pq_cursor {
	const uint8_t *at, *end;
	bool bad;
};

static inline struct pq_cursor pq_cursor_over(const void *bytes, size_t n)
{
	const uint8_t *p = bytes;

	return (struct pq_cursor){ p, p + n, false };
}

static inline size_t pq_cursor_left(const struct pq_cursor *c)
{
	return (size_t)(c->end - c->at);
}

static inline void pq_cursor_spoil(struct pq_cursor *c)
{
	c->at = c->end;
	c->bad = true;
}

uint64_t pq_cursor_varint_slow(struct pq_cursor *c);

static inline uint64_t pq_cursor_varint(struct pq_cursor *c)
{
	const uint8_t *p = c->at;
	uint64_t value;

	/* one to four bytes are nearly all there is */
	if (p < c->end && p[0] < 0x80) {
		c->at = p + 1;
		return p[0];
	}
	if (c->end - p < 4)
		return pq_cursor_varint_slow(c);
	value = p[0] & 0x7f;
	value |= (uint64_t)(p[1] & 0x7f) << 7;
	if (p[1] < 0x80) {
		c->at = p + 2;
		return value;
	}
	value |= (uint64_t)(p[2] & 0x7f) << 14;
	if (p[2] < 0x80) {
		c->at = p + 3;
		return value;
	}
	value |= (uint64_t)(p[3] & 0x7f) << 21;
	if (p[3] < 0x80) {
		c->at = p + 4;
		return value;
	}
	return pq_cursor_varint_slow(c);
}

/* An integer of 2, 4 or 8 bytes, the lowest first, wherever it stands. */
static inline uint64_t pq_cursor_le(struct pq_cursor *c, size_t bytes)
{
	uint64_t value = 0;

	if (bytes > pq_cursor_left(c)) {
		pq_cursor_spoil(c);
		return 0;
	}
	for (size_t i = bytes; i--;)
		value = value << 8 | c->at[i];
	c->at += bytes;
	return value;
}

static inline uint16_t pq_cursor_le16(struct pq_cursor *c)
{
	return (uint16_t)pq_cursor_le(c, 2);
}

static inline uint32_t pq_cursor_le32(struct pq_cursor *c)
{
	return (uint32_t)pq_cursor_le(c, 4);
}

static inline uint64_t pq_cursor_le64(struct pq_cursor *c)
{
	return pq_cursor_le(c, 8);
}

/* The next n bytes, as a cursor of their own. */
static inline struct pq_cursor pq_cursor_part(struct pq_cursor *c, uint64_t n)
{
	struct pq_cursor part = { c->at, c->at, false };

	if (n > pq_cursor_left(c)) {
		pq_cursor_spoil(c);
		part.at = part.end = c->end;
		return part;
	}
	c->at += n;
	part.end = c->at;
	return part;
}

/* The bytes of a length-delimited field, as a cursor of their own. */
static inline struct pq_cursor pq_cursor_bytes(struct pq_cursor *c)
{
	return pq_cursor_part(c, pq_cursor_varint(c));
}

/*
 * A text that ends in a NUL, which is passed over.  The cursor stays where it is
 * when none is left.
 */
bool pq_cursor_text(struct pq_cursor *c, struct pq_text *to);

/* Passes over a field of the wire type given; unknown types spoil. */
void pq_cursor_skip(struct pq_cursor *c, unsigned wire_type);

static inline int64_t pq_unzigzag(uint64_t v)
{
	return (int64_t)(v >> 1 ^ (0 - (v & 1)));
}

static inline uint64_t pq_zigzag(int64_t v)
{
	return (uint64_t)v << 1 ^ (uint64_t)(v >> 63);
}

#define PQ_VARINT_MOST ((size_t)10)

/* Writes a varint; `to` has room for PQ_VARINT_MOST bytes. */
static inline uint8_t *pq_varint_put(uint8_t *to, uint64_t v)
{
	while (v >= 0x80) {
		*to++ = (uint8_t)(v | 0x80);
		v >>= 7;
	}
	*to++ = (uint8_t)v;
	return to;
}

/* Reads one that this program wrote, so that no bounds need checking. */
static inline const uint8_t *pq_varint_take(const uint8_t *p, uint64_t *value)
{
	uint64_t v = *p & 0x7f;

	for (unsigned shift = 7; *p++ >= 0x80; shift += 7)
		v |= (uint64_t)(*p & 0x7f) << shift;
	*value = v;
	return p;
}

#endif
