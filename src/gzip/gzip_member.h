/*
 * gzip_member.h - what is around the deflated data of a gzip member, taken
 * from pieces that may end anywhere.
 *
 *     pq_gzip_header_init(&h);
 *     r = pq_gzip_header_take(&h, &at, end);	moves `at`; PQ_HEADER_MORE when
 *						the bytes ran out
 *
 * Source: RFC 1952; what zlib refuses is refused: other methods than deflate,
 *         flags that are not defined, a wrong checksum of the header.
 */
#ifndef PQ_GZIP_GZIP_MEMBER_H
#define PQ_GZIP_GZIP_MEMBER_H

#include <stdbool.h>
#include <stdint.h>

enum pq_header {
	PQ_HEADER_MORE,
	PQ_HEADER_WHOLE,
	PQ_HEADER_OTHER, /* the bytes are not those of a member */
	PQ_HEADER_METHOD,
	PQ_HEADER_FLAGS,
	PQ_HEADER_CHECKSUM,
};

/* Plain data. */
struct pq_gzip_header {
	unsigned part, flags;
	unsigned taken;	 /* bytes of this part */
	unsigned number; /* the last part that is one */
	uint32_t crc;
};

void pq_gzip_header_init(struct pq_gzip_header *h);
enum pq_header pq_gzip_header_take(struct pq_gzip_header *h, const uint8_t **at,
				   const uint8_t *end);

#define PQ_GZIP_TRAILER 8 /* bytes */

/* All 0 before its first byte. */
struct pq_gzip_trailer {
	unsigned taken;
	uint32_t crc, bytes; /* the inflated data's, bytes modulo 2^32 */
};

/* Moves `at`; false when the bytes ran out. */
bool pq_gzip_trailer_take(struct pq_gzip_trailer *t, const uint8_t **at,
			  const uint8_t *end);

#endif
