/*
 * piece_hash.h - hashes of sequences that are put together from pieces.
 *
 * A stack is a sequence of frames and each of its locations a piece of it,
 * which thousands of stacks share.  So a piece is hashed once, and appended to
 * any sequence in one step, however many elements it has.  Sequences that have
 * the same elements have one hash, whatever pieces they were put together from:
 *
 *     struct pq_piece_hash ab = PQ_PIECE_EMPTY, c = PQ_PIECE_EMPTY;
 *     pq_piece_add(&ab, a);
 *     pq_piece_add(&ab, b);
 *     pq_piece_add(&c, c);
 *     h = pq_hash_end(pq_hash_append(pq_hash_append(PQ_HASH_BEGIN, ab), c));
 *
 * Method: a polynomial over the field of 2^61 - 1 elements, whose base is drawn
 *         by chance as all hashes are keyed (map.h): modulo a power of two,
 *         sequences can be made that collide for every base.
 */
#ifndef PQ_BASE_PIECE_HASH_H
#define PQ_BASE_PIECE_HASH_H

#include "base/map.h"

/* Appending multiplies what there is by `factor`, and adds `sum`. */
struct pq_piece_hash {
	uint64_t factor, sum;
};

#define PQ_PIECE_EMPTY ((struct pq_piece_hash){ 1, 0 })
#define PQ_HASH_BEGIN ((uint64_t)1)
#define PQ_HASH_FIELD (((uint64_t)1 << 61) - 1)

/* The same number modulo 2^61 - 1, below 2^61 + 8. */
static inline uint64_t pq_field_fold(uint64_t x)
{
	return (x & PQ_HASH_FIELD) + (x >> 61);
}

/* a * b + c where there are no numbers of 128 bits: 2^64 is 8, 2^61 is 1. */
static inline uint64_t pq_field_multiply_halves(uint64_t a, uint64_t b,
						uint64_t c)
{
	const uint64_t low_29 = ((uint64_t)1 << 29) - 1;
	uint64_t al = a & UINT32_MAX, ah = a >> 32;
	uint64_t bl = b & UINT32_MAX, bh = b >> 32;
	uint64_t left = ah * bl, right = al * bh;
	uint64_t sum = pq_field_fold(al * bl) + pq_field_fold(ah * bh << 3);

	sum += pq_field_fold((left & low_29) << 32) + (left >> 29);
	sum = pq_field_fold(sum) + pq_field_fold((right & low_29) << 32);
	return pq_field_fold(sum + (right >> 29) + c);
}

/* a * b + c in the field, below 2^61 + 8, for numbers below 2^62. */
static inline uint64_t pq_field_multiply(uint64_t a, uint64_t b, uint64_t c)
{
#ifdef __SIZEOF_INT128__
	unsigned __int128 product = (unsigned __int128)a * b + c;

	return pq_field_fold(((uint64_t)product & PQ_HASH_FIELD) +
			     (uint64_t)(product >> 61));
#else
	return pq_field_multiply_halves(a, b, c);
#endif
}

static inline void pq_piece_add(struct pq_piece_hash *piece, uint64_t element)
{
	uint64_t base = pq_hash_mix(29, 0) & PQ_HASH_FIELD;

	piece->factor = pq_field_multiply(piece->factor, base, 0);
	piece->sum = pq_field_multiply(
		piece->sum, base, pq_hash_mix(31, element) & PQ_HASH_FIELD);
}

static inline uint64_t pq_hash_append(uint64_t h, struct pq_piece_hash piece)
{
	return pq_field_multiply(h, piece.factor, piece.sum);
}

/* A number of the field has two forms on the way, and one in the end. */
static inline uint64_t pq_hash_end(uint64_t h)
{
	return h >= PQ_HASH_FIELD ? h - PQ_HASH_FIELD : h;
}

#endif
