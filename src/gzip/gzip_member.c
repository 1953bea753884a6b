#include "gzip/gzip_member.h"

#include <string.h>
#include <zlib.h>

#include "base/banned.h"

enum part { FIXED, EXTRA_LENGTH, EXTRA, NAME, COMMENT, CHECKSUM, END };

enum flag {
	HAS_CHECKSUM = 1 << 1,
	HAS_EXTRA = 1 << 2,
	HAS_NAME = 1 << 3,
	HAS_COMMENT = 1 << 4,
	UNKNOWN = 0xe0,
};

enum { FIXED_BYTES = 10, DEFLATED = 8 };

void pq_gzip_header_init(struct pq_gzip_header *h)
{
	memset(h, 0, sizeof(*h));
}

static enum pq_header check_fixed(struct pq_gzip_header *h, unsigned byte)
{
	/* The bytes behind the flags, of time and system, may be any. */
	switch (h->taken) {
	case 0:
		return byte == 0x1f ? PQ_HEADER_MORE : PQ_HEADER_OTHER;
	case 1:
		return byte == 0x8b ? PQ_HEADER_MORE : PQ_HEADER_OTHER;
	case 2:
		return byte == DEFLATED ? PQ_HEADER_MORE : PQ_HEADER_METHOD;
	case 3:
		h->flags = byte;
		return byte & UNKNOWN ? PQ_HEADER_FLAGS : PQ_HEADER_MORE;
	default:
		return PQ_HEADER_MORE;
	}
}

static bool has_part(const struct pq_gzip_header *h)
{
	switch (h->part) {
	case EXTRA_LENGTH:
		return h->flags & HAS_EXTRA;
	case EXTRA:
		return h->flags & HAS_EXTRA && h->number;
	case NAME:
		return h->flags & HAS_NAME;
	case COMMENT:
		return h->flags & HAS_COMMENT;
	case CHECKSUM:
		return h->flags & HAS_CHECKSUM;
	default:
		return true;
	}
}

static enum pq_header next_part(struct pq_gzip_header *h)
{
	do
		h->part++;
	while (!has_part(h));
	h->taken = 0;
	if (h->part != EXTRA)
		h->number = 0;
	return h->part == END ? PQ_HEADER_WHOLE : PQ_HEADER_MORE;
}

/* True after the last byte of a number of two. */
static bool take_number(struct pq_gzip_header *h, unsigned byte)
{
	h->number |= byte << (8 * h->taken++);
	return h->taken == 2;
}

static bool ends_part(struct pq_gzip_header *h, unsigned byte)
{
	switch (h->part) {
	case FIXED:
		return ++h->taken == FIXED_BYTES;
	case EXTRA:
		return ++h->taken == h->number;
	case NAME:
	case COMMENT:
		return !byte;
	default:
		return take_number(h, byte);
	}
}

static enum pq_header take_byte(struct pq_gzip_header *h, uint8_t byte)
{
	enum pq_header result = PQ_HEADER_MORE;

	if (h->part == FIXED)
		result = check_fixed(h, byte);
	if (result != PQ_HEADER_MORE)
		return result;
	/* The header's checksum covers all bytes before it. */
	if (h->part != CHECKSUM)
		h->crc = (uint32_t)crc32(h->crc, &byte, 1);
	if (!ends_part(h, byte))
		return PQ_HEADER_MORE;
	if (h->part == CHECKSUM && h->number != (h->crc & 0xffff))
		return PQ_HEADER_CHECKSUM;
	return next_part(h);
}

enum pq_header pq_gzip_header_take(struct pq_gzip_header *h, const uint8_t **at,
				   const uint8_t *end)
{
	enum pq_header result = PQ_HEADER_MORE;

	while (result == PQ_HEADER_MORE && *at < end)
		result = take_byte(h, *(*at)++);
	return result;
}

bool pq_gzip_trailer_take(struct pq_gzip_trailer *t, const uint8_t **at,
			  const uint8_t *end)
{
	for (; t->taken < PQ_GZIP_TRAILER && *at < end; t->taken++) {
		uint32_t *number = t->taken < 4 ? &t->crc : &t->bytes;

		*number |= (uint32_t) * (*at)++ << (8 * (t->taken % 4));
	}
	return t->taken == PQ_GZIP_TRAILER;
}
