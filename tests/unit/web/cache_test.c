#include "suites.h"

#include <stdio.h>

#include "base/mem.h"
#include "web/cache.h"

static struct pq_cache_entry *store(struct pq_cache *c, const char *key,
				    size_t bytes)
{
	struct pq_cache_entry *e = pq_cache_add(c, pq_text_of(key));

	pq_buf_repeat(&e->body, 'x', bytes);
	pq_cache_settle(c, e);
	return e;
}

START_TEST(equal_questions_are_one)
{
	uint64_t memory_before = pq_mem_used();
	struct pq_cache c = { 0 };
	struct pq_cache_entry *e = pq_cache_add(&c, PQ_TEXT("1 top"));

	ck_assert_ptr_eq(pq_cache_find(&c, PQ_TEXT("1 top")), e);
	ck_assert_int_eq(e->state, PQ_CACHE_PENDING);
	ck_assert_ptr_null(pq_cache_find(&c, PQ_TEXT("1 tree")));
	pq_cache_settle(&c, e);
	ck_assert_int_eq(e->state, PQ_CACHE_READY);
	pq_cache_release(&c);
	ck_assert_uint_eq(pq_mem_used(), memory_before);
}
END_TEST

START_TEST(what_failed_is_asked_again)
{
	uint64_t memory_before = pq_mem_used();
	struct pq_cache c = { 0 };
	struct pq_cache_entry *e = pq_cache_add(&c, PQ_TEXT("1 top"));

	pq_cache_use(e);
	pq_cache_fail(&c, e);
	ck_assert_ptr_null(pq_cache_find(&c, PQ_TEXT("1 top")));
	ck_assert_int_eq(e->state, PQ_CACHE_FAILED);
	pq_cache_leave(&c, e);
	pq_cache_release(&c);
	ck_assert_uint_eq(pq_mem_used(), memory_before);
}
END_TEST

START_TEST(least_recently_asked_goes_first)
{
	uint64_t memory_before = pq_mem_used();
	struct pq_cache c = { 0 };
	size_t third = PQ_CACHE_BYTES / 3;

	store(&c, "1 a", third);
	store(&c, "1 b", third);
	ck_assert_ptr_nonnull(pq_cache_find(&c, PQ_TEXT("1 a")));
	store(&c, "1 c", third + 16);
	ck_assert_ptr_null(pq_cache_find(&c, PQ_TEXT("1 b")));
	ck_assert_ptr_nonnull(pq_cache_find(&c, PQ_TEXT("1 a")));
	ck_assert_uint_le(c.bytes, PQ_CACHE_BYTES);
	pq_cache_release(&c);
	ck_assert_uint_eq(pq_mem_used(), memory_before);
}
END_TEST

START_TEST(number_of_answers_is_limited)
{
	uint64_t memory_before = pq_mem_used();
	struct pq_cache c = { 0 };
	char key[32];

	for (int i = 0; i < 2 * PQ_CACHE_ENTRIES; i++) {
		snprintf(key, sizeof(key), "1 %d", i);
		store(&c, key, 1);
	}
	ck_assert_uint_le(c.n, PQ_CACHE_ENTRIES);
	pq_cache_release(&c);
	ck_assert_uint_eq(pq_mem_used(), memory_before);
}
END_TEST

START_TEST(what_is_used_stays)
{
	uint64_t memory_before = pq_mem_used();
	struct pq_cache c = { 0 };
	struct pq_cache_entry *e = store(&c, "1 a", 8);

	pq_cache_use(e);
	store(&c, "1 b", PQ_CACHE_BYTES);
	ck_assert_ptr_eq(pq_cache_find(&c, PQ_TEXT("1 a")), e);
	pq_cache_leave(&c, e);
	pq_cache_release(&c);
	ck_assert_uint_eq(pq_mem_used(), memory_before);
}
END_TEST

START_TEST(answers_of_a_profile_are_forgotten)
{
	uint64_t memory_before = pq_mem_used();
	struct pq_cache c = { 0 };
	struct pq_cache_entry *pending = pq_cache_add(&c, PQ_TEXT("2 a"));

	store(&c, "1 a", 1);
	store(&c, "2 b", 1);
	store(&c, "21 a", 1);
	pq_cache_forget(&c, PQ_TEXT("2 "));
	ck_assert_ptr_null(pq_cache_find(&c, PQ_TEXT("2 b")));
	ck_assert_ptr_null(pq_cache_find(&c, PQ_TEXT("2 a")));
	ck_assert_ptr_nonnull(pq_cache_find(&c, PQ_TEXT("1 a")));
	ck_assert_ptr_nonnull(pq_cache_find(&c, PQ_TEXT("21 a")));
	pq_cache_settle(&c, pending);
	pq_cache_release(&c);
	ck_assert_uint_eq(pq_mem_used(), memory_before);
}
END_TEST

Suite *web_cache_suite(void)
{
	Suite *s = suite_create("web_cache");
	TCase *t = tcase_create("answers");

	tcase_add_test(t, equal_questions_are_one);
	tcase_add_test(t, what_failed_is_asked_again);
	tcase_add_test(t, least_recently_asked_goes_first);
	tcase_add_test(t, number_of_answers_is_limited);
	tcase_add_test(t, what_is_used_stays);
	tcase_add_test(t, answers_of_a_profile_are_forgotten);
	suite_add_tcase(s, t);
	return s;
}
