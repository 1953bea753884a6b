#include "suites.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/piece_hash.h"

/* Numbers of the field at its ends and between; all are below 2^62. */
static const uint64_t numbers[] = {
	0,
	1,
	2,
	UINT32_MAX,
	(uint64_t)UINT32_MAX + 1,
	PQ_HASH_FIELD - 1,
	PQ_HASH_FIELD,
	PQ_HASH_FIELD + 7,
	((uint64_t)1 << 62) - 1,
	0x123456789abcdef,
	0x1f0f0f0f0f0f0f0f,
};

START_TEST(halves_multiply_as_the_whole)
{
	size_t n = ROWS(numbers);
	uint64_t a = numbers[(size_t)_i % n], b = numbers[(size_t)_i / n];

	for (size_t i = 0; i < n; i++) {
		uint64_t x = pq_field_multiply(a, b, numbers[i]);
		uint64_t y = pq_field_multiply_halves(a, b, numbers[i]);

		ck_assert_uint_eq(pq_hash_end(x), pq_hash_end(y));
		ck_assert(x < PQ_HASH_FIELD + 8 && y < PQ_HASH_FIELD + 8);
	}
}
END_TEST

/* 2^61 is 1 in the field, and so is its square. */
START_TEST(the_field_has_2_to_the_61_less_1_elements)
{
	uint64_t power = (uint64_t)1 << 61;

	ck_assert_uint_eq(pq_hash_end(pq_field_multiply(power, power, 0)), 1);
	ck_assert_uint_eq(pq_hash_end(pq_field_multiply(power, 5, 3)), 8);
	ck_assert_uint_eq(pq_hash_end(pq_field_multiply(2, 3, 4)), 10);
}
END_TEST

/* Elements of a sequence, cut into pieces at the bits of `cuts`, over and over. */
static uint64_t hash_cut(unsigned cuts, unsigned first, unsigned n)
{
	struct pq_piece_hash *pieces = calloc(n + 1, sizeof(*pieces));
	uint32_t *list = calloc(n + 1, sizeof(*list));
	struct pq_piece_powers powers;
	uint64_t n_elements, h;
	uint32_t at = 0;

	ck_assert(pieces && list);
	pq_piece_powers_init(&powers);
	for (unsigned i = 0; i < n; i++) {
		pq_piece_add(&pieces[at], first + i % 5);
		list[at] = at;
		at += cuts >> i % 12 & 1;
	}
	list[at] = at;
	h = pq_hash_pieces(&powers, pieces, list, at + 1, &n_elements);
	ck_assert_uint_eq(n_elements, n);
	free(pieces);
	free(list);
	return h;
}

START_TEST(cuts_do_not_matter)
{
	for (unsigned cuts = 0; cuts < 1 << 12; cuts++)
		ck_assert_uint_eq(hash_cut(cuts, 7, 12), hash_cut(0, 7, 12));
}
END_TEST

/* The powers at hand are PQ_PIECE_POWERS. */
START_TEST(cuts_of_long_sequences_do_not_matter)
{
	static const unsigned lengths[] = { 255, 256, 257, 512, 700, 5000 };

	for (size_t i = 0; i < ROWS(lengths); i++)
		for (unsigned cuts = 1; cuts < 1 << 12; cuts += 97)
			ck_assert_uint_eq(hash_cut(cuts, 7, lengths[i]),
					  hash_cut(0, 7, lengths[i]));
}
END_TEST

START_TEST(elements_order_and_number_matter)
{
	static const unsigned rows[][4] = {
		{ 1, 2, 3, 0 }, { 2, 1, 3, 0 }, { 1, 2, 0, 0 }, { 1, 0, 0, 0 },
		{ 2, 0, 0, 0 }, { 1, 1, 0, 0 }, { 3, 2, 1, 0 }, { 0, 0, 0, 0 },
	};
	struct pq_piece_powers powers;
	uint64_t h[ROWS(rows)], n;

	pq_piece_powers_init(&powers);
	for (uint32_t i = 0; i < ROWS(rows); i++) {
		struct pq_piece_hash piece = PQ_PIECE_EMPTY;
		uint32_t first = 0;

		for (size_t k = 0; rows[i][k]; k++)
			pq_piece_add(&piece, rows[i][k]);
		h[i] = pq_hash_pieces(&powers, &piece, &first, 1, &n);
		for (uint32_t k = 0; k < i; k++)
			ck_assert_msg(h[i] != h[k], "rows %u and %u",
				      (unsigned)i, (unsigned)k);
	}
	ck_assert(hash_cut(0, 7, 12) != hash_cut(0, 8, 12));
}
END_TEST

Suite *base_piece_hash_suite(void)
{
	Suite *suite = suite_create("base_piece_hash");
	TCase *tcase = tcase_create("piece_hash");

	tcase_add_loop_test(tcase, halves_multiply_as_the_whole, 0,
			    ROWS(numbers) * ROWS(numbers));
	tcase_add_test(tcase, the_field_has_2_to_the_61_less_1_elements);
	tcase_add_test(tcase, cuts_do_not_matter);
	tcase_add_test(tcase, cuts_of_long_sequences_do_not_matter);
	tcase_add_test(tcase, elements_order_and_number_matter);
	suite_add_tcase(suite, tcase);
	return suite;
}
