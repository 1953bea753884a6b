/*
 * piece_hash.h - hashes of sequences that are put together from pieces.
 *
 * A stack is a sequence of frames and each of its locations a piece of it,
 * which thousands of stacks share.  So a piece is hashed once, and put together
 * with others in one step, however many elements it has.  Sequences that have
 * the same elements have one hash, whatever pieces they were put together from:
 *
 *     struct pq_piece_powers powers;
 *     struct pq_piece_hash pieces[2] = { PQ_PIECE_EMPTY, PQ_PIECE_EMPTY };
 *     uint32_t list[] = { 0, 1, 0 };
 *     pq_piece_powers_init(&powers);
 *     pq_piece_add(&pieces[0], a);
 *     pq_piece_add(&pieces[0], b);
 *     pq_piece_add(&pieces[1], c);
 *     h = pq_hash_pieces(&powers, pieces, list, 3, &n);  of a b c a b: n is 5
 *
 * Method: a polynomial over the field of 2^61 - 1 elements, whose base is drawn
 *         by chance as all hashes are keyed (map.h): modulo a power of two,
 *         sequences can be made that collide for every base.
 * Cost:   pieces are multiplied by powers of the base that stand ready, and not
 *         each with what came before it, so that no product waits for another.
 */
#ifndef PQ_BASE_PIECE_HASH_H
#define PQ_BASE_PIECE_HASH_H

#include "base/map.h"

struct pq_piece_hash {
	uint64_t sum;
	uint64_t n; /* elements */
};

#define PQ_PIECE_EMPTY ((struct pq_piece_hash){ 0, 0 })
#define PQ_HASH_FIELD (((uint64_t)1 << 61) - 1)

enum { PQ_PIECE_POWERS = 256 };

struct pq_piece_powers {
	uint64_t at[PQ_PIECE_POWERS]; /* of the base */
};

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

static inline uint64_t pq_piece_base(void)
{
	return pq_hash_mix(29, 0) & PQ_HASH_FIELD;
}

static inline void pq_piece_powers_init(struct pq_piece_powers *p)
{
	p->at[0] = 1;
	for (unsigned i = 1; i < PQ_PIECE_POWERS; i++)
		p->at[i] = pq_field_multiply(p->at[i - 1], pq_piece_base(), 0);
}

static inline void pq_piece_add(struct pq_piece_hash *piece, uint64_t element)
{
	piece->sum =
		pq_field_multiply(piece->sum, pq_piece_base(),
				  pq_hash_mix(31, element) & PQ_HASH_FIELD);
	piece->n++;
}

/* A number of the field has two forms on the way, and one in the end. */
static inline uint64_t pq_hash_end(uint64_t h)
{
	return h >= PQ_HASH_FIELD ? h - PQ_HASH_FIELD : h;
}

/* The base to the power of n, for sequences that are longer than the table. */
static inline uint64_t pq_piece_power(uint64_t n)
{
	uint64_t power = 1, square = pq_piece_base();

	for (; n; n >>= 1) {
		if (n & 1)
			power = pq_field_multiply(power, square, 0);
		square = pq_field_multiply(square, square, 0);
	}
	return power;
}

/*
 * The hash of the pieces that `list` has the positions of, one behind the
 * other, and how many elements they have together.
 */
static inline uint64_t pq_hash_pieces(const struct pq_piece_powers *powers,
				      const struct pq_piece_hash *pieces,
				      const uint32_t *list, size_t n,
				      uint64_t *n_elements)
{
	uint64_t h = 0, after = 0, far = 1, passed = 0;

	/* From the end on, as the power is the number of elements behind. */
	while (n--) {
		struct pq_piece_hash piece = pieces[list[n]];
		uint64_t power = powers->at[after];

		if (passed)
			power = pq_field_multiply(power, far, 0);
		h = pq_field_fold(h + pq_field_multiply(piece.sum, power, 0));
		after += piece.n;
		if (after < PQ_PIECE_POWERS)
			continue;
		/* The table begins again behind the power it has come to. */
		far = pq_field_multiply(far, pq_piece_power(after), 0);
		passed += after;
		after = 0;
	}
	*n_elements = passed + after;
	return pq_hash_end(h);
}

#endif
