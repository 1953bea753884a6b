#include "suites.h"

#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"

static const size_t sizes[] = {
	0, 1, 7, 8, 9, 100, 2047, 2048, 2049, 4096, 5000, 100000,
};

START_TEST(blocks_are_aligned_and_apart)
{
	struct pq_arena arena;
	size_t bytes = sizes[_i];
	char *blocks[8];

	pq_arena_init(&arena);
	for (int i = 0; i < ROWS(blocks); i++) {
		blocks[i] = pq_arena_alloc(&arena, bytes);
		if (bytes)
			memset(blocks[i], i + 1, bytes);
	}
	for (int i = 0; i < ROWS(blocks); i++) {
		ck_assert_msg((uintptr_t)blocks[i] % 8 == 0,
			      "row %d: block %d not aligned", _i, i);
		for (size_t at = 0; at < bytes; at++)
			ck_assert_msg(blocks[i][at] == i + 1,
				      "row %d: block %d written over", _i, i);
	}
	pq_arena_release(&arena);
	ck_assert_msg(pq_mem_used() == 0, "row %d: memory kept", _i);
}
END_TEST

START_TEST(a_large_block_keeps_the_room_of_the_current_chunk)
{
	struct pq_arena arena;
	char *before, *after;

	pq_arena_init(&arena);
	before = pq_arena_alloc(&arena, 16);
	pq_arena_alloc(&arena, 1 << 20);
	after = pq_arena_alloc(&arena, 16);
	ck_assert_ptr_eq(after, before + 16);
	pq_arena_release(&arena);
}
END_TEST

START_TEST(zeroed_is_zero)
{
	struct pq_arena arena;
	char *p;

	pq_arena_init(&arena);
	memset(pq_arena_alloc(&arena, sizes[_i] + 1), 0xff, sizes[_i] + 1);
	pq_arena_reset(&arena);
	p = pq_arena_zeroed(&arena, sizes[_i]);
	for (size_t at = 0; at < sizes[_i]; at++)
		ck_assert_msg(p[at] == 0, "row %d: byte %zu", _i, at);
	pq_arena_release(&arena);
}
END_TEST

START_TEST(a_new_arena_gives_nothing_zeroed)
{
	struct pq_arena arena;

	pq_arena_init(&arena);
	pq_arena_zeroed(&arena, 0);
	pq_arena_copy(&arena, NULL, 0);
	pq_arena_release(&arena);
}
END_TEST

START_TEST(an_arena_of_zeros_works)
{
	struct pq_arena arena = { 0 };

	ck_assert_str_eq(pq_arena_copy(&arena, "abc", 4), "abc");
	pq_arena_release(&arena);
	ck_assert(pq_mem_used() == 0);
}
END_TEST

START_TEST(reset_reuses_the_first_chunk)
{
	struct pq_arena arena;
	void *first;
	uint64_t used;

	pq_arena_init(&arena);
	pq_arena_reset(&arena);
	first = pq_arena_alloc(&arena, 16);
	used = pq_mem_used();
	for (int i = 0; i < 1000; i++)
		pq_arena_alloc(&arena, 500);
	pq_arena_reset(&arena);
	ck_assert(pq_mem_used() == used);
	ck_assert_ptr_eq(pq_arena_alloc(&arena, 16), first);
	pq_arena_release(&arena);
}
END_TEST

START_TEST(reset_gives_a_large_block_back)
{
	struct pq_arena arena;
	uint64_t used;

	pq_arena_init(&arena);
	pq_arena_alloc(&arena, 16);
	used = pq_mem_used();
	pq_arena_alloc(&arena, 8 << 20);
	pq_arena_reset(&arena);
	ck_assert_msg(pq_mem_used() == used, "%llu bytes kept instead of %llu",
		      (unsigned long long)pq_mem_used(),
		      (unsigned long long)used);
	pq_arena_release(&arena);
}
END_TEST

static const struct {
	size_t n, each;
} too_many[] = {
	{ SIZE_MAX, 2 },     { SIZE_MAX / 8 + 1, 8 }, { SIZE_MAX, 1 },
	{ SIZE_MAX - 6, 1 }, { SIZE_MAX / 2, 1 },
};

struct request {
	struct pq_arena arena;
	size_t n, each;
};

static void ask(void *arg)
{
	struct request *r = arg;

	pq_arena_init(&r->arena);
	pq_arena_array(&r->arena, r->n, r->each);
}

START_TEST(sizes_that_wrap_are_refused)
{
	struct request r = { .n = too_many[_i].n, .each = too_many[_i].each };
	struct pq_error err = { 0 };

	ck_assert_msg(!pq_mem_guard(ask, &r, &err), "row %d", _i);
	ck_assert_msg(err.code == PQ_ELIMIT, "row %d: code %d", _i, err.code);
	ck_assert_msg(pq_mem_used() == 0, "row %d: memory kept", _i);
}
END_TEST

Suite *base_arena_suite(void)
{
	Suite *suite = suite_create("base_arena");
	TCase *tcase = tcase_create("arena");

	tcase_add_loop_test(tcase, blocks_are_aligned_and_apart, 0,
			    ROWS(sizes));
	tcase_add_test(tcase,
		       a_large_block_keeps_the_room_of_the_current_chunk);
	tcase_add_loop_test(tcase, zeroed_is_zero, 0, ROWS(sizes));
	tcase_add_test(tcase, a_new_arena_gives_nothing_zeroed);
	tcase_add_test(tcase, an_arena_of_zeros_works);
	tcase_add_test(tcase, reset_reuses_the_first_chunk);
	tcase_add_test(tcase, reset_gives_a_large_block_back);
	tcase_add_loop_test(tcase, sizes_that_wrap_are_refused, 0,
			    ROWS(too_many));
	suite_add_tcase(suite, tcase);
	return suite;
}
