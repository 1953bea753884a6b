#include "suites.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

START_TEST(an_empty_buffer_is_an_empty_text)
{
	struct pq_buf b = { 0 };

	ck_assert(pq_buf_view(&b).len == 0);
	pq_buf_bytes(&b, NULL, 0);
	pq_buf_str(&b, "");
	pq_buf_repeat(&b, 'x', 0);
	ck_assert(b.len == 0);
	ck_assert_str_eq(pq_buf_cstr(&b), "");
	ck_assert(b.len == 0);
	pq_buf_release(&b);
	pq_buf_release(&b);
}
END_TEST

START_TEST(pieces_are_joined)
{
	struct pq_buf b = { 0 };

	pq_buf_str(&b, "ab");
	pq_buf_char(&b, 'c');
	pq_buf_bytes(&b, "d\0e", 3);
	pq_buf_repeat(&b, '-', 3);
	pq_buf_text(&b, PQ_TEXT("f\0"));
	pq_buf_printf(&b, "%d", 42);
	ck_assert(pq_text_equal(pq_buf_view(&b), PQ_TEXT("abcd\0e---f\0"
							 "42")));
	pq_buf_clear(&b);
	ck_assert_str_eq(pq_buf_cstr(&b), "");
	pq_buf_release(&b);
	ck_assert(pq_mem_used() == 0);
}
END_TEST

/* around the sizes at which the buffer grows */
static const size_t lengths[] = {
	0, 1, 63, 64, 65, 126, 127, 128, 129, 255, 256, 1000, 70000,
};

START_TEST(printf_of_any_length)
{
	struct pq_buf b = { 0 }, long_text = { 0 };
	size_t n = lengths[_i];

	pq_buf_repeat(&long_text, 'x', n);
	for (int i = 0; i < 3; i++)
		pq_buf_printf(&b, "<%s>", pq_buf_cstr(&long_text));
	ck_assert_msg(b.len == 3 * (n + 2), "row %d: %zu bytes", _i, b.len);
	for (size_t i = 0; i < b.len; i++) {
		size_t at = i % (n + 2);
		char want = at == 0 ? '<' : at == n + 1 ? '>' : 'x';

		ck_assert_msg(b.data[i] == want, "row %d: byte %zu", _i, i);
	}
	pq_buf_release(&long_text);
	pq_buf_release(&b);
}
END_TEST

START_TEST(growing_keeps_the_content)
{
	struct pq_buf b = { 0 };
	size_t n = lengths[_i];

	for (size_t i = 0; i < n; i++)
		pq_buf_char(&b, (char)('a' + i % 26));
	ck_assert_msg(b.len == n, "row %d", _i);
	ck_assert_msg(strlen(pq_buf_cstr(&b)) == n, "row %d", _i);
	for (size_t i = 0; i < n; i++)
		ck_assert_msg(b.data[i] == (char)('a' + i % 26),
			      "row %d: byte %zu", _i, i);
	pq_buf_release(&b);
}
END_TEST

START_TEST(clear_keeps_the_memory)
{
	struct pq_buf b = { 0 };
	size_t capacity;

	pq_buf_repeat(&b, 'x', 1000);
	capacity = b.capacity;
	pq_buf_clear(&b);
	ck_assert(b.len == 0 && b.capacity == capacity);
	pq_buf_release(&b);
	ck_assert(b.capacity == 0 && !b.data);
}
END_TEST

static void reserve_too_much(void *arg)
{
	pq_buf_reserve(arg, SIZE_MAX);
}

START_TEST(a_size_that_wraps_is_refused)
{
	struct pq_buf b = { 0 };
	struct pq_error err = { 0 };

	pq_buf_str(&b, "kept");
	ck_assert(!pq_mem_guard(reserve_too_much, &b, &err));
	ck_assert_str_eq(pq_buf_cstr(&b), "kept");
	pq_buf_release(&b);
}
END_TEST

static void check_digits(int64_t value)
{
	struct pq_buf b = { 0 };
	char want[32], digits[PQ_DIGITS_MOST];
	int n = snprintf(want, sizeof(want), "%lld", (long long)value);

	ck_assert_msg(pq_put_digits(digits, value) == (size_t)n &&
			      !memcmp(digits, want, (size_t)n),
		      "%s", want);
	for (size_t width = 0; width <= 22; width += 11) {
		snprintf(want, sizeof(want), "%*lld", (int)width,
			 (long long)value);
		pq_buf_clear(&b);
		pq_buf_int(&b, value, width);
		ck_assert_str_eq(pq_buf_cstr(&b), want);
	}
	pq_buf_release(&b);
}

/* Around each number from which on there is a digit more. */
START_TEST(numbers_of_all_lengths)
{
	int64_t power = 1;

	for (unsigned digits = 1; digits < 20; digits++) {
		for (int64_t near = -1; near <= 1; near++) {
			check_digits(power + near);
			check_digits(-(power + near));
		}
		power = digits < 19 ? power * 10 : power;
	}
	check_digits(INT64_MAX);
	check_digits(INT64_MIN);
	check_digits(1234567890123456789);
}
END_TEST

Suite *base_buf_suite(void)
{
	Suite *suite = suite_create("base_buf");
	TCase *tcase = tcase_create("buf");

	tcase_add_test(tcase, an_empty_buffer_is_an_empty_text);
	tcase_add_test(tcase, pieces_are_joined);
	tcase_add_loop_test(tcase, printf_of_any_length, 0, ROWS(lengths));
	tcase_add_loop_test(tcase, growing_keeps_the_content, 0, ROWS(lengths));
	tcase_add_test(tcase, clear_keeps_the_memory);
	tcase_add_test(tcase, a_size_that_wraps_is_refused);
	tcase_add_test(tcase, numbers_of_all_lengths);
	suite_add_tcase(suite, tcase);
	return suite;
}
