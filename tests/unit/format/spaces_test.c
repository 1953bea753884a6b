#include "format/perf/spaces.h"

#include "suites.h"

/* Addresses and processes are few, so that everything meets everything. */
#define ADDRESSES 64
#define PROCESSES 4
#define ROUNDS 20000

static uint32_t chance(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*state >> 33);
}

/* What an address is in, process by process, the slow way. */
START_TEST(a_space_is_an_array_of_addresses)
{
	uint32_t slow[PROCESSES][ADDRESSES];
	struct pq_space fast[PROCESSES] = { { 0 } };
	struct pq_spaces all = { 0 };
	uint64_t state = 1;
	size_t wrong = 0;

	for (int i = 0; i < PROCESSES; i++)
		for (int at = 0; at < ADDRESSES; at++)
			slow[i][at] = UINT32_MAX;
	for (uint32_t round = 0; round < ROUNDS; round++) {
		uint32_t one = chance(&state) % PROCESSES;
		uint32_t other = chance(&state) % PROCESSES;
		uint32_t start = chance(&state) % ADDRESSES;
		uint32_t limit = start + 1 + chance(&state) % 20;

		if (one != other && chance(&state) % 8 == 0) {
			pq_space_fork(&all, &fast[one], &fast[other]);
			for (int at = 0; at < ADDRESSES; at++)
				slow[one][at] = slow[other][at];
		} else {
			ck_assert(pq_space_map(&all, &fast[one], start, limit,
					       round));
			for (uint32_t at = start; at < limit; at++)
				if (at < ADDRESSES)
					slow[one][at] = round;
		}
		for (int i = 0; i < PROCESSES; i++)
			for (uint64_t at = 0; at < ADDRESSES; at++)
				wrong += pq_space_find(&all, &fast[i], at) !=
					 slow[i][at];
		/* an assertion costs more than a search */
		ck_assert_msg(!wrong, "round %u", round);
	}
	/* nodes that nobody needs are used again, but for those of forks */
	ck_assert_uint_lt(all.nodes.n, ROUNDS * 4);
	pq_spaces_release(&all);
}
END_TEST

/* One process that maps the same file again and again takes no more memory. */
START_TEST(mappings_that_go_give_their_memory_back)
{
	struct pq_spaces all = { 0 };
	struct pq_space space = { 0 };

	for (uint32_t i = 0; i < 100000; i++)
		ck_assert(pq_space_map(&all, &space, i % 100 * 10,
				       i % 100 * 10 + 15, i));
	ck_assert_uint_lt(all.nodes.n, 1000);
	pq_spaces_release(&all);
}
END_TEST

START_TEST(content_tells_whether_anything_changed)
{
	struct pq_spaces all = { 0 };
	struct pq_space a = { 0 }, b = { 0 };

	ck_assert_uint_eq(a.content, b.content);
	ck_assert(pq_space_map(&all, &a, 10, 20, 1));
	ck_assert_uint_ne(a.content, b.content);
	pq_space_fork(&all, &b, &a);
	ck_assert_uint_eq(a.content, b.content);
	ck_assert(pq_space_map(&all, &b, 10, 20, 1));
	ck_assert_uint_ne(a.content, b.content);
	pq_spaces_release(&all);
}
END_TEST

Suite *format_spaces_suite(void)
{
	Suite *suite = suite_create("format_spaces");
	TCase *tcase = tcase_create("spaces");

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, a_space_is_an_array_of_addresses);
	tcase_add_test(tcase, mappings_that_go_give_their_memory_back);
	tcase_add_test(tcase, content_tells_whether_anything_changed);
	suite_add_tcase(suite, tcase);
	return suite;
}
