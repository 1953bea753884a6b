#include "suites.h"

#include <stdio.h>
#include <string.h>

#include "base/intern.h"
#include "base/mem.h"

static const struct {
	struct pq_text text;
	uint32_t id;
} texts[] = {
	{ PQ_TEXT(""), 0 },	{ PQ_TEXT("a"), 1 },
	{ PQ_TEXT("b"), 2 },	{ PQ_TEXT("a"), 1 },
	{ PQ_TEXT("a\0"), 3 },	{ PQ_TEXT("a\0b"), 4 },
	{ PQ_TEXT("\0"), 5 },	{ PQ_TEXT(""), 0 },
	{ PQ_TEXT("\xff"), 6 }, { PQ_TEXT("abcdefgh"), 7 },
	{ PQ_TEXT("b"), 2 },	{ PQ_TEXT("abcdefghi"), 8 },
};

START_TEST(ids_count_in_order_of_first_use)
{
	struct pq_intern t;

	pq_intern_init(&t, NULL);
	for (int i = 0; i <= _i; i++) {
		uint32_t id = pq_intern(&t, texts[i].text);

		ck_assert_msg(id == texts[i].id, "row %d: id %u", i, id);
		ck_assert_msg(pq_text_equal(pq_intern_text(&t, id),
					    texts[i].text),
			      "row %d: text", i);
	}
	pq_intern_release(&t);
	ck_assert_msg(pq_mem_used() == 0, "row %d: memory kept", _i);
}
END_TEST

START_TEST(finding_adds_nothing)
{
	struct pq_intern none = { 0 }, t;
	uint32_t id;

	ck_assert_uint_eq(pq_intern_find(&none, PQ_TEXT("")), PQ_MAP_NONE);
	pq_intern_init(&t, NULL);
	ck_assert_uint_eq(pq_intern_find(&t, PQ_TEXT("")), 0);
	ck_assert_uint_eq(pq_intern_find(&t, PQ_TEXT("a")), PQ_MAP_NONE);
	id = pq_intern(&t, PQ_TEXT("a"));
	ck_assert_uint_eq(pq_intern_find(&t, PQ_TEXT("a")), id);
	ck_assert_uint_eq(pq_intern_find(&t, PQ_TEXT("b")), PQ_MAP_NONE);
	ck_assert_uint_eq(t.texts.n, 2);
	pq_intern_release(&t);
}
END_TEST

START_TEST(copies_outlive_what_was_given)
{
	struct pq_arena arena;
	struct pq_intern t;
	char text[] = "abc";
	uint32_t id;

	pq_arena_init(&arena);
	pq_intern_init(&t, &arena);
	id = pq_intern(&t, (struct pq_text){ text, 3 });
	memset(text, 'x', 3);
	ck_assert(pq_text_is(pq_intern_text(&t, id), "abc"));
	ck_assert_uint_eq(pq_intern(&t, PQ_TEXT("abc")), id);
	ck_assert_uint_ne(pq_intern(&t, PQ_TEXT("xxx")), id);
	pq_intern_release(&t);
	pq_arena_release(&arena);
	ck_assert(pq_mem_used() == 0);
}
END_TEST

START_TEST(without_copies_the_bytes_are_borrowed)
{
	static const char text[] = "abc";
	struct pq_intern t;
	uint32_t id;

	pq_intern_init(&t, NULL);
	id = pq_intern(&t, (struct pq_text){ text, 3 });
	ck_assert_ptr_eq(pq_intern_text(&t, id).bytes, text);
	pq_intern_release(&t);
}
END_TEST

START_TEST(many_texts_keep_their_ids)
{
	struct pq_arena arena;
	struct pq_intern t;
	char name[32];

	pq_arena_init(&arena);
	pq_intern_init(&t, &arena);
	for (int round = 0; round < 2; round++) {
		for (unsigned i = 1; i <= 20000; i++) {
			snprintf(name, sizeof(name), "name%u", i * 7919);
			ck_assert_uint_eq(pq_intern(&t, pq_text_of(name)), i);
		}
	}
	ck_assert(t.texts.n == 20001);
	pq_intern_release(&t);
	pq_arena_release(&arena);
}
END_TEST

Suite *base_intern_suite(void)
{
	Suite *suite = suite_create("base_intern");
	TCase *tcase = tcase_create("intern");

	tcase_add_loop_test(tcase, ids_count_in_order_of_first_use, 0,
			    ROWS(texts));
	tcase_add_test(tcase, finding_adds_nothing);
	tcase_add_test(tcase, copies_outlive_what_was_given);
	tcase_add_test(tcase, without_copies_the_bytes_are_borrowed);
	tcase_add_test(tcase, many_texts_keep_their_ids);
	suite_add_tcase(suite, tcase);
	return suite;
}
