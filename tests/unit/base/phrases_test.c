#include "suites.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/phrases.h"

/* Lengths around those of a step, of which a phrase is copied. */
static const size_t lengths[] = { 0,  1,  2,  31,  32,	33,  45,   63,
				  64, 65, 95, 127, 128, 200, 5000, 70000 };

static void add_lengths(struct pq_phrases *p, char *letters, size_t n)
{
	for (size_t i = 0; i < n; i++)
		letters[i] = (char)('a' + i % 23);
	for (size_t i = 0; i < ROWS(lengths); i++)
		pq_phrases_add(p, letters + i, lengths[i]);
}

/* Whatever room the output has left, it gets these bytes and no more. */
START_TEST(a_phrase_is_written_whole)
{
	static char letters[70100];
	size_t first = (size_t)_i % ROWS(lengths);
	struct pq_error err = { 0 };
	struct pq_phrases p = { 0 };
	struct pq_out want, out;

	add_lengths(&p, letters, sizeof(letters));
	pq_out_open_memory(&want);
	pq_out_open_memory(&out);
	for (size_t k = 0; k < 200; k++) {
		size_t i = (first + k * 7) % ROWS(lengths);
		size_t skip = k % 3 < lengths[i] ? k % 3 : 0;

		pq_out_raw(&want, letters + i + skip, lengths[i] - skip);
		pq_phrase_prefetch(&p, i);
		if (skip)
			pq_out_phrase_from(&out, &p, i, skip);
		else
			pq_out_phrase(&out, &p, i);
		ck_assert_uint_le(out.buf.len, out.buf.capacity);
	}
	ck_assert_str_eq(pq_buf_cstr(&out.buf), pq_buf_cstr(&want.buf));
	pq_phrases_release(&p);
	pq_out_close(&want, "memory", &err);
	pq_out_close(&out, "memory", &err);
}
END_TEST

/* Output to a file leaves in pieces, and is not held back. */
START_TEST(much_of_it_is_written_on_the_way)
{
	struct pq_phrases p = { 0 };
	struct pq_error err = { 0 };
	FILE *file = tmpfile();
	struct pq_out out;

	ck_assert_ptr_nonnull(file);
	pq_phrases_add(&p, "0123456789", 10);
	pq_out_open_fd(&out, fileno(file));
	for (int i = 0; i < 100000; i++)
		pq_out_phrase(&out, &p, 0);
	ck_assert_uint_lt(out.buf.capacity, 300000);
	ck_assert(pq_out_close(&out, "file", &err));
	ck_assert_int_eq(fseek(file, 0, SEEK_END), 0);
	ck_assert_int_eq(ftell(file), 1000000);
	fclose(file);
	pq_phrases_release(&p);
}
END_TEST

Suite *base_phrases_suite(void)
{
	Suite *suite = suite_create("base_phrases");
	TCase *tcase = tcase_create("phrases");

	tcase_add_loop_test(tcase, a_phrase_is_written_whole, 0, ROWS(lengths));
	tcase_add_test(tcase, much_of_it_is_written_on_the_way);
	suite_add_tcase(suite, tcase);
	return suite;
}
