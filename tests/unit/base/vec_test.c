#include "suites.h"

#include <string.h>

#include <stdint.h>

#include "base/vec.h"

static const size_t counts[] = { 0, 1, 15, 16, 17, 24, 25, 1000, 100000 };

START_TEST(pushed_elements_stay)
{
	PQ_VEC(uint64_t) v = { 0 };
	size_t n = counts[_i];

	for (size_t i = 0; i < n; i++)
		*pq_vec_push(&v) = i * 3;
	ck_assert_msg(v.n == n, "row %d: %zu", _i, v.n);
	ck_assert_msg(v.capacity >= n, "row %d", _i);
	for (size_t i = 0; i < n; i++)
		ck_assert_msg(v.at[i] == i * 3, "row %d: element %zu", _i, i);
	pq_vec_release(&v);
	ck_assert_msg(!v.at && !v.n && !v.capacity, "row %d: released", _i);
	ck_assert_msg(pq_mem_used() == 0, "row %d: memory kept", _i);
}
END_TEST

START_TEST(reserved_room_does_not_move)
{
	PQ_VEC(uint32_t) v = { 0 };
	size_t n = counts[_i];
	const uint32_t *before;

	pq_vec_reserve(&v, n);
	ck_assert_msg(v.n == 0 && v.capacity >= n, "row %d", _i);
	before = v.at;
	for (size_t i = 0; i < n; i++)
		*pq_vec_push(&v) = (uint32_t)i;
	ck_assert_msg(v.at == before, "row %d: moved", _i);
	pq_vec_release(&v);
}
END_TEST

START_TEST(reserving_less_changes_nothing)
{
	PQ_VEC(char) v = { 0 };
	size_t capacity;

	*pq_vec_push(&v) = 'x';
	capacity = v.capacity;
	pq_vec_reserve(&v, 1);
	pq_vec_reserve(&v, capacity);
	ck_assert(v.capacity == capacity);
	ck_assert_int_eq(v.at[0], 'x');
	pq_vec_release(&v);
}
END_TEST

struct wide {
	PQ_VEC(uint64_t) v;
	size_t need;
};

static void reserve(void *arg)
{
	struct wide *w = arg;

	pq_vec_reserve(&w->v, w->need);
}

static const size_t too_many[] = { SIZE_MAX, SIZE_MAX / 8 + 1, SIZE_MAX / 8 };

START_TEST(a_size_that_wraps_is_refused)
{
	struct wide w = { .need = too_many[_i] };
	struct pq_error err = { 0 };

	*pq_vec_push(&w.v) = 7;
	ck_assert_msg(!pq_mem_guard(reserve, &w, &err), "row %d", _i);
	ck_assert_msg(err.code == PQ_ELIMIT, "row %d", _i);
	ck_assert_msg(w.v.n == 1 && w.v.at[0] == 7, "row %d: content", _i);
	ck_assert_msg(w.v.capacity < too_many[_i], "row %d: capacity", _i);
	pq_vec_release(&w.v);
	ck_assert_msg(pq_mem_used() == 0, "row %d: memory kept", _i);
}
END_TEST

START_TEST(what_is_reached_is_zero)
{
	PQ_VEC(uint32_t) v = { 0 };
	size_t n;

	*pq_vec_push(&v) = 7;
	memset(v.at + 1, 0xff, (v.capacity - 1) * sizeof(*v.at));
	for (size_t need = 1; need < 100000; need = need * 3 + 1) {
		n = v.n;
		pq_vec_reach(&v, need);
		ck_assert_uint_ge(v.n, need);
		ck_assert(v.n >= n && v.n <= v.capacity);
		ck_assert_uint_eq(v.at[0], 7);
		for (size_t i = 1; i < v.n && need > 1; i++)
			if (v.at[i])
				ck_abort_msg("element %zu is not 0", i);
	}
	pq_vec_release(&v);
}
END_TEST

Suite *base_vec_suite(void)
{
	Suite *suite = suite_create("base_vec");
	TCase *tcase = tcase_create("vec");

	tcase_add_loop_test(tcase, pushed_elements_stay, 0, ROWS(counts));
	tcase_add_loop_test(tcase, reserved_room_does_not_move, 0,
			    ROWS(counts));
	tcase_add_test(tcase, reserving_less_changes_nothing);
	tcase_add_loop_test(tcase, a_size_that_wraps_is_refused, 0,
			    ROWS(too_many));
	tcase_add_test(tcase, what_is_reached_is_zero);
	suite_add_tcase(suite, tcase);
	return suite;
}
