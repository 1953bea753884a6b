/*
 * bytes.h - bounds-checked reading of integers, LEB128 and texts from memory,
 * in the byte order of the file.
 *
 * A sticky flag records the first thing that does not fit; callers check it
 * once an item and not once a byte.  After `bad` is set every read returns
 * zero and the cursor stands at its end.
 * Owner:  nobody; a view of bytes that live elsewhere.
 * Source: the ELF and DWARF specifications; a LEB128 number's bits beyond 64
 *         are ignored, as other readers do.
 */
#ifndef PQ_SYMBOLIZE_ELF_BYTES_H
#define PQ_SYMBOLIZE_ELF_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"

struct pq_bytes {
	const uint8_t *at, *end;
	bool big; /* big endian */
	bool bad;
};

static inline struct pq_bytes pq_bytes_over(const void *bytes, size_t n,
					    bool big)
{
	const uint8_t *p = bytes;

	return (struct pq_bytes){ p, p ? p + n : p, big, false };
}

static inline size_t pq_bytes_left(const struct pq_bytes *b)
{
	return (size_t)(b->end - b->at);
}

static inline void pq_bytes_spoil(struct pq_bytes *b)
{
	b->at = b->end;
	b->bad = true;
}

static inline void pq_bytes_skip(struct pq_bytes *b, uint64_t n)
{
	/* nothing may be at NULL, which not even 0 may be added to */
	if (n > pq_bytes_left(b))
		pq_bytes_spoil(b);
	else if (n)
		b->at += n;
}

/* The part [from, from + n); spoiled when it is not all there. */
static inline struct pq_bytes pq_bytes_slice(const struct pq_bytes *b,
					     uint64_t from, uint64_t n)
{
	struct pq_bytes part = *b;

	pq_bytes_skip(&part, from);
	if (n > pq_bytes_left(&part))
		pq_bytes_spoil(&part);
	else
		part.end = n ? part.at + n : part.at;
	return part;
}

/* The rest from an offset on. */
static inline struct pq_bytes pq_bytes_from(const struct pq_bytes *b,
					    uint64_t from)
{
	struct pq_bytes part = *b;

	pq_bytes_skip(&part, from);
	return part;
}

/* An unsigned integer of 1 to 8 bytes. */
static inline uint64_t pq_bytes_uint(struct pq_bytes *b, unsigned n)
{
	uint64_t value = 0;

	if (n > pq_bytes_left(b)) {
		pq_bytes_spoil(b);
		return 0;
	}
	for (unsigned i = 0; i < n; i++)
		value |= (uint64_t)b->at[i] << 8 * (b->big ? n - 1 - i : i);
	b->at += n;
	return value;
}

static inline uint8_t pq_bytes_u8(struct pq_bytes *b)
{
	if (b->at == b->end) {
		b->bad = true;
		return 0;
	}
	return *b->at++;
}

static inline uint16_t pq_bytes_u16(struct pq_bytes *b)
{
	return (uint16_t)pq_bytes_uint(b, 2);
}

static inline uint32_t pq_bytes_u32(struct pq_bytes *b)
{
	return (uint32_t)pq_bytes_uint(b, 4);
}

static inline uint64_t pq_bytes_u64(struct pq_bytes *b)
{
	return pq_bytes_uint(b, 8);
}

static inline uint64_t pq_bytes_uleb(struct pq_bytes *b)
{
	uint64_t value = 0;

	for (unsigned shift = 0; b->at < b->end; shift += 7) {
		uint8_t byte = *b->at++;

		if (shift < 64)
			value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return value;
	}
	b->bad = true;
	return 0;
}

static inline int64_t pq_bytes_sleb(struct pq_bytes *b)
{
	uint64_t value = 0;
	unsigned shift = 0;

	while (b->at < b->end) {
		uint8_t byte = *b->at++;

		if (shift < 64)
			value |= (uint64_t)(byte & 0x7f) << shift;
		shift += 7;
		if (byte < 0x80) {
			if (byte & 0x40 && shift < 64)
				value |= UINT64_MAX << shift;
			return (int64_t)value;
		}
	}
	b->bad = true;
	return 0;
}

/* A text with a terminator, which is passed over. */
static inline struct pq_text pq_bytes_text(struct pq_bytes *b)
{
	const uint8_t *start = b->at;
	const uint8_t *nul = start < b->end ? memchr(start, 0, pq_bytes_left(b))
					    : NULL;

	if (!nul) {
		pq_bytes_spoil(b);
		return (struct pq_text){ NULL, 0 };
	}
	b->at = nul + 1;
	return (struct pq_text){ (const char PQ_RAW *)start,
				 (size_t)(nul - start) };
}

/* The text at an offset; empty when it is not in there or has no end. */
static inline struct pq_text pq_bytes_text_at(const struct pq_bytes *b,
					      uint64_t offset)
{
	struct pq_bytes part = pq_bytes_from(b, offset);

	return pq_bytes_text(&part);
}

#endif
