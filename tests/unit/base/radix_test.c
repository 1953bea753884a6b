#include "suites.h"

#include "base/mem.h"
#include "base/radix.h"

/* The number of keys, and the bits in which they differ. */
static const struct {
	size_t n;
	uint64_t mask;
} lists[] = {
	{ 0, 0 },
	{ 1, UINT64_MAX },
	{ 2, 1 },
	{ 100, 0 },
	{ 1000, 0xff },
	{ 1000, 0xf00000000000000f },
	{ 1000, UINT64_MAX },
	{ 5000, 0x00ff00ff00000000 },
};

START_TEST(keys_ascend_and_equal_ones_keep_their_order)
{
	size_t n = lists[_i].n;
	struct pq_keyed *list = pq_alloc(n * sizeof(*list));
	uint64_t next = 88172645463325252u, sum = 0;

	for (size_t i = 0; i < n; i++) {
		next ^= next << 13;
		next ^= next >> 7;
		next ^= next << 17;
		list[i] =
			(struct pq_keyed){ next & lists[_i].mask, (uint32_t)i };
		sum += list[i].key;
	}
	list = pq_radix_sort(list, n);
	for (size_t i = 0; i < n; i++) {
		sum -= list[i].key;
		ck_assert(!i || list[i - 1].key < list[i].key ||
			  (list[i - 1].key == list[i].key &&
			   list[i - 1].at < list[i].at));
	}
	ck_assert_uint_eq(sum, 0);
	pq_free(list);
}
END_TEST

Suite *base_radix_suite(void)
{
	Suite *suite = suite_create("base_radix");
	TCase *tcase = tcase_create("radix");

	tcase_add_loop_test(tcase, keys_ascend_and_equal_ones_keep_their_order,
			    0, ROWS(lists));
	suite_add_tcase(suite, tcase);
	return suite;
}
