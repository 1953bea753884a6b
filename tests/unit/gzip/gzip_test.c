#include "suites.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "helpers.h"
#include "gzip/gzip.h"
#include "base/mem.h"
#include "base/out.h"

#define BLOCK ((size_t)256 << 10)

/* Text with repeats near and far, or noise. */
static void put_content(struct pq_buf *to, size_t n, bool noise)
{
	uint64_t state = n + 1;

	pq_buf_reserve(to, n + 64);
	while (to->len < n) {
		size_t back = 1 + chance_below(&state, 60000);
		size_t length = 4 + chance_below(&state, 60);

		if (noise || back > to->len || !chance_below(&state, 3)) {
			pq_buf_char(to, (char)chance(&state));
			continue;
		}
		while (length--)
			pq_buf_char(to, to->data[to->len - back]);
	}
	to->len = n;
}

static void compress_with(unsigned jobs, const struct pq_buf *in, size_t step,
			  struct pq_buf *to)
{
	const struct pq_io_options io = { .jobs = jobs };
	struct pq_out out;
	struct pq_gzip *gz;

	pq_out_open_memory(&out);
	gz = pq_gzip_begin(&out, &io);
	for (size_t at = 0; at < in->len; at += step)
		pq_gzip_write(gz, in->data + at,
			      in->len - at < step ? in->len - at : step);
	pq_gzip_end(gz);
	pq_buf_clear(to);
	pq_buf_bytes(to, out.buf.data, out.buf.len);
	pq_buf_release(&out.buf);
}

/* One member, by zlib, and nothing after it. */
static void expect_member(const struct pq_buf *gz, const struct pq_buf *content)
{
	char *to = malloc(content->len + 1);
	z_stream z = { 0 };

	ck_assert_int_eq(inflateInit2(&z, 15 + 16), Z_OK);
	z.next_in = (Bytef *)gz->data;
	z.avail_in = (unsigned)gz->len;
	z.next_out = (Bytef *)to;
	z.avail_out = (unsigned)content->len + 1;
	ck_assert_int_eq(inflate(&z, Z_FINISH), Z_STREAM_END);
	ck_assert_uint_eq(z.avail_in, 0);
	ck_assert_uint_eq(z.total_out, content->len);
	ck_assert(!content->len || !memcmp(to, content->data, content->len));
	inflateEnd(&z);
	free(to);
}

/* Of the usual effort in one piece. */
static size_t plain_size(const struct pq_buf *content)
{
	struct pq_buf gz = { 0 };
	size_t size;

	put_gzip(&gz, content->data, content->len);
	size = gz.len;
	pq_buf_release(&gz);
	return size;
}

static const struct {
	size_t bytes, step;
	bool noise;
} rows[] = {
	{ 0, 1, false },
	{ 1, 1, false },
	{ 1000, 7, false },
	{ 1000, 7, true },
	{ BLOCK - 1, 100, false },
	{ BLOCK, 1000, false },
	{ BLOCK, BLOCK, true },
	{ BLOCK + 1, 1000, false },
	{ BLOCK + 1, BLOCK + 1, true },
	{ 2 * BLOCK, 4096, false },
	{ 2 * BLOCK + 31, BLOCK, false },
	{ 3 * BLOCK, 3 * BLOCK, true },
	{ 9 * BLOCK + 5, 65537, false },
	{ 40 * BLOCK, 1 << 20, false },
	{ 21 * BLOCK + 9, 1 << 20, true },
};

START_TEST(it_is_one_member_whatever_the_threads)
{
	static const unsigned jobs[] = { 2, 3, 4, 16, 1000 };
	struct pq_buf content = { 0 }, alone = { 0 }, gz = { 0 };
	size_t plain;

	put_content(&content, rows[_i].bytes, rows[_i].noise);
	compress_with(1, &content, rows[_i].step, &alone);
	expect_member(&alone, &content);
	plain = plain_size(&content);
	ck_assert_msg(alone.len <= plain + plain / 100 + 8,
		      "row %d: %zu bytes, %zu in one piece", _i, alone.len,
		      plain);
	for (int i = 0; i < ROWS(jobs); i++) {
		compress_with(jobs[i], &content, rows[_i].step * 3 / 2 + 1,
			      &gz);
		ck_assert_msg(gz.len == alone.len &&
				      !memcmp(gz.data, alone.data, gz.len),
			      "row %d: other bytes with %u threads", _i,
			      jobs[i]);
	}
	pq_buf_release(&content);
	pq_buf_release(&alone);
	pq_buf_release(&gz);
}
END_TEST

/* ---- without memory ---- */

static void compress_some(void *arg)
{
	const struct pq_buf *content = arg;
	struct pq_buf gz = { 0 };

	compress_with(4, content, 100000, &gz);
	pq_buf_release(&gz);
}

START_TEST(threads_end_when_memory_runs_out)
{
	struct pq_buf content = { 0 };
	struct pq_error err;
	uint64_t used, n = 0;
	bool ok;

	put_content(&content, 12 * BLOCK, false);
	used = pq_mem_used();
	do {
		pq_error_clear(&err);
		n++;
		pq_mem_fail_after(n, n % 2);
		ok = pq_mem_guard(compress_some, &content, &err);
		pq_mem_fail_after(0, false);
		ck_assert_uint_eq(pq_mem_used(), used);
	} while (!ok);
	/* six slots, each with its tables, at least */
	ck_assert_uint_gt(n, 20);
	pq_buf_release(&content);
}
END_TEST

Suite *gzip_gzip_suite(void)
{
	Suite *suite = suite_create("gzip_gzip");
	TCase *tcase = tcase_create("gzip");

	tcase_set_timeout(tcase, 120);
	tcase_add_loop_test(tcase, it_is_one_member_whatever_the_threads, 0,
			    ROWS(rows));
	tcase_add_test(tcase, threads_end_when_memory_runs_out);
	suite_add_tcase(suite, tcase);
	return suite;
}
