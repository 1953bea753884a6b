#include "suites.h"

#include <inttypes.h>

#include "profile/ids.h"

#define NEW true
#define OLD false

/* Ids in the order met, and what number each has. */
static const struct {
	uint64_t id;
	uint32_t number;
	bool fresh;
} met[] = {
	{ 5, 0, NEW },
	{ 5, 0, OLD },
	{ 0, 1, NEW },
	{ UINT64_MAX, 2, NEW },
	{ (1 << 22) - 1, 3, NEW }, /* the last of the plain array */
	{ 1 << 22, 4, NEW },
	{ (1 << 22) + 1, 5, NEW },
	{ 0x7f0000001000, 6, NEW }, /* an address as an id: 47 bits */
	{ 0x7f0000001001, 7, NEW },
	{ 1, 8, NEW },
	{ 0, 1, OLD },
	{ UINT64_MAX, 2, OLD },
	{ (1 << 22) - 1, 3, OLD },
	{ 1 << 22, 4, OLD },
	{ 0x7f0000001000, 6, OLD },
	{ 0x7f0000001000 - 1, 9, NEW },
	{ 1, 8, OLD },
};

START_TEST(numbers_are_given_on_sight)
{
	struct pq_ids ids = { 0 };

	for (int i = 0; i < ROWS(met); i++) {
		bool fresh = !met[i].fresh;
		uint32_t number = pq_ids_number(&ids, met[i].id, &fresh);

		ck_assert_msg(number == met[i].number, "row %d: number %u", i,
			      number);
		ck_assert_msg(fresh == met[i].fresh, "row %d: fresh %d", i,
			      fresh);
	}
	ck_assert_uint_eq(ids.n, 10);
	pq_ids_release(&ids);
	ck_assert_uint_eq(ids.n, 0);
}
END_TEST

/* Many ids at a distance, from a start: dense, sparse and around the border. */
static const struct {
	uint64_t start, step;
} runs[] = {
	{ 1, 1 },
	{ 0, 40 },
	{ (1 << 22) - 2500, 1 },
	{ 0x7fff00000000, 16 },
	{ 0, (uint64_t)1 << 40 },
	{ UINT64_MAX, UINT64_MAX }, /* downwards */
};

START_TEST(many_ids_keep_their_numbers)
{
	enum { N = 5000 };
	struct pq_ids ids = { 0 };

	for (int round = 0; round < 2; round++) {
		for (uint32_t i = 0; i < N; i++) {
			uint64_t id = runs[_i].start + i * runs[_i].step;
			bool fresh = round != 0;
			uint32_t number = pq_ids_number(&ids, id, &fresh);

			/* an assertion each would cost a system call */
			if (number != i || fresh != (round == 0))
				ck_abort_msg("row %d: id %" PRIu64 " is %u", _i,
					     id, number);
		}
	}
	ck_assert_uint_eq(ids.n, N);
	pq_ids_release(&ids);
}
END_TEST

/* The number that a hash without a key, as pq_hash_plain has it, makes y. */
static uint64_t unmix(uint64_t y)
{
	uint64_t h = (y ^ y >> 32) * 0xcfee444d8b59a89bu;

	return (h ^ h >> 32) * 0xf1de83e19937733du;
}

/*
 * All in one slot of such a hash: walking past each other they would take
 * half a minute.
 */
START_TEST(ids_made_to_meet_cost_no_more)
{
	enum { N = 100000 };
	struct pq_ids ids = { 0 };
	uint32_t n = 0;

	for (uint64_t i = 1; n < N; i++) {
		uint64_t id = unmix(i << 24);
		bool fresh = false;

		if (id < 1 << 22)
			continue;
		if (pq_ids_number(&ids, id, &fresh) != n++ || !fresh)
			ck_abort_msg("id %" PRIu64, id);
	}
	for (uint64_t i = 1; i < N / 2; i++)
		if (pq_ids_find(&ids, unmix(i << 24)) > i)
			ck_abort_msg("%" PRIu64 " is lost", i);
	pq_ids_release(&ids);
}
END_TEST

Suite *profile_ids_suite(void)
{
	Suite *suite = suite_create("profile_ids");
	TCase *tcase = tcase_create("ids");

	tcase_add_test(tcase, numbers_are_given_on_sight);
	tcase_add_loop_test(tcase, many_ids_keep_their_numbers, 0, ROWS(runs));
	tcase_add_test(tcase, ids_made_to_meet_cost_no_more);
	suite_add_tcase(suite, tcase);
	return suite;
}
