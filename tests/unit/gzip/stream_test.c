#include "suites.h"

#include <string.h>
#include <unistd.h>

#include "helpers.h"
#include "gzip/stream.h"

/* More than the window and the piece, and not compressible. */
#define LARGE ((size_t)3 << 20)

static void put_noise(struct pq_buf *to, size_t n)
{
	uint64_t state = 7;

	pq_buf_reserve(to, n);
	for (size_t i = 0; i < n; i++)
		pq_buf_char(to, (char)chance(&state));
}

/* Takes the stream in steps of `step` bytes, the last one what is left. */
static bool take_all(struct pq_stream *s, size_t step, struct pq_buf *to,
		     struct pq_error *err)
{
	while (pq_stream_need(s, step, err)) {
		if (pq_stream_offset(s) != to->len)
			ck_abort_msg("offset after %zu bytes", to->len);
		pq_buf_bytes(to, s->window + s->at, step);
		s->at += step;
	}
	if (err->code != PQ_OK)
		return false;
	pq_buf_bytes(to, s->window + s->at, s->end - s->at);
	s->at = s->end;
	return true;
}

/* How streams are opened; each case leaves it all 0. */
static struct pq_io_options io;

static bool read_all(const struct pq_buf *in, size_t head, size_t step,
		     struct pq_buf *to, struct pq_error *err)
{
	int fd = open_bytes(in->data + head, in->len - head);
	struct pq_stream s;
	bool ok;

	pq_error_clear(err);
	ok = pq_stream_open(&s, fd, (const uint8_t *)in->data, head, &io,
			    err) &&
	     take_all(&s, step, to, err);
	pq_stream_release(&s);
	close(fd);
	return ok;
}

static void expect_content(const struct pq_buf *in, size_t head, size_t step,
			   const struct pq_buf *content, int row)
{
	struct pq_buf out = { 0 };
	struct pq_error err;

	ck_assert_msg(read_all(in, head, step, &out, &err), "row %d: %s", row,
		      err.msg);
	ck_assert_msg(out.len == content->len &&
			      (!out.len ||
			       !memcmp(out.data, content->data, out.len)),
		      "row %d: %zu other bytes", row, out.len);
	pq_buf_release(&out);
}

/* ---- content ---- */

static const struct {
	size_t bytes; /* of the content */
	int members;  /* 0: not compressed */
	size_t head;  /* bytes that were read already */
	size_t step;
} contents[] = {
	{ 0, 0, 0, 1 },
	{ 0, 1, 0, 1 },
	{ 1, 0, 0, 1 },
	{ 1, 0, 1, 1 },
	{ 1, 1, 0, 1 },
	{ 1, 1, 1, 1 },
	{ 2, 0, 0, 1 },
	{ 2, 0, 1, 3 },
	{ 1000, 1, 2, 7 },
	{ 1000, 2, 0, 7 },
	{ 1000, 5, 5, 999 },
	{ 1000, 1000, 0, 64 },
	{ 256 << 10, 0, 0, 4096 },
	{ 256 << 10, 1, 0, 4096 },
	{ (256 << 10) + 1, 0, 4096, 4096 },
	{ LARGE, 0, 0, 4096 },
	{ LARGE, 1, 4096, 4096 },
	{ LARGE, 3, 0, 65537 },
	/* more than the window at once */
	{ LARGE, 0, 0, 1 << 20 },
	{ LARGE, 1, 0, 1 << 20 },
	{ LARGE, 2, 1, LARGE },
	{ LARGE, 0, 1, LARGE + 1 },
};

START_TEST(the_content_comes_byte_by_byte)
{
	struct pq_buf content = { 0 }, in = { 0 };
	size_t n = contents[_i].bytes, at = 0;
	int members = contents[_i].members;

	/* Parts of what is empty are found from an address too. */
	pq_buf_reserve(&content, 1);
	pq_buf_reserve(&in, 1);
	put_noise(&content, n);
	/* no stray gzip magic in what is not compressed */
	if (n)
		content.data[0] = 'x';
	for (int i = 0; i < members; i++) {
		size_t end = n * (size_t)(i + 1) / (size_t)members;

		put_gzip(&in, content.data + at, end - at);
		at = end;
	}
	if (!members)
		pq_buf_bytes(&in, content.data, n);
	expect_content(&in, contents[_i].head, contents[_i].step, &content, _i);
	pq_buf_release(&content);
	pq_buf_release(&in);
}
END_TEST

START_TEST(one_layer_is_taken_off)
{
	struct pq_buf inner = { 0 }, in = { 0 };

	put_gzip(&inner, "abc", 3);
	put_gzip(&in, inner.data, inner.len);
	expect_content(&in, 0, 1, &inner, 0);
	pq_buf_release(&inner);
	pq_buf_release(&in);
}
END_TEST

START_TEST(empty_members_are_passed_over)
{
	struct pq_buf content = { 0 }, in = { 0 };

	pq_buf_str(&content, "abc");
	put_gzip(&in, "", 0);
	put_gzip(&in, "ab", 2);
	put_gzip(&in, "", 0);
	put_gzip(&in, "c", 1);
	put_gzip(&in, "", 0);
	expect_content(&in, 0, 2, &content, 0);
	pq_buf_release(&content);
	pq_buf_release(&in);
}
END_TEST

/* Two streams of one descriptor, as of a process and its forked child. */
START_TEST(streams_with_offsets_do_not_disturb_each_other)
{
	struct pq_buf content = { 0 }, first = { 0 }, second = { 0 };
	struct pq_stream a, b;
	struct pq_error err;
	int fd;

	pq_error_clear(&err);
	put_noise(&content, LARGE);
	fd = open_bytes(content.data, content.len);
	ck_assert_int_eq(lseek(fd, 5, SEEK_SET), 5);
	ck_assert(pq_stream_open_at(&a, fd, 0, NULL, &err));
	ck_assert(pq_stream_open_at(&b, fd, 1000, NULL, &err));
	for (size_t i = 0; i < 4; i++) {
		ck_assert(pq_stream_need(&a, 300000, &err));
		pq_buf_bytes(&first, a.window + a.at, 300000);
		a.at += 300000;
	}
	ck_assert(take_all(&b, 4096, &second, &err));
	while (pq_stream_need(&a, 1, &err)) {
		pq_buf_bytes(&first, a.window + a.at, a.end - a.at);
		a.at = a.end;
	}
	ck_assert_uint_eq(first.len, content.len);
	ck_assert(!memcmp(first.data, content.data, content.len));
	ck_assert_uint_eq(second.len, content.len - 1000);
	ck_assert(!memcmp(second.data, content.data + 1000, second.len));
	ck_assert_int_eq(lseek(fd, 0, SEEK_CUR), 5);
	pq_stream_release(&a);
	pq_stream_release(&b);
	close(fd);
	pq_buf_release(&first);
	pq_buf_release(&second);
	pq_buf_release(&content);
}
END_TEST

START_TEST(a_short_rest_is_left_in_the_window)
{
	int fd = open_bytes("abc", 3);
	struct pq_stream s;
	struct pq_error err;

	pq_error_clear(&err);
	ck_assert(pq_stream_open(&s, fd, NULL, 0, NULL, &err));
	ck_assert(!pq_stream_need(&s, 4, &err));
	ck_assert_int_eq(err.code, PQ_OK);
	ck_assert_uint_eq(s.end - s.at, 3);
	ck_assert(!memcmp(s.window + s.at, "abc", 3));
	ck_assert(s.eof);
	/* and is still there for those who want less */
	ck_assert(pq_stream_need(&s, 3, &err));
	pq_stream_release(&s);
	close(fd);
}
END_TEST

/* A claimed length costs no more memory than the bytes that came. */
START_TEST(a_claim_costs_no_memory)
{
	int fd = open_bytes("abc", 3);
	struct pq_stream s;
	struct pq_error err;
	uint64_t used;

	pq_error_clear(&err);
	ck_assert(pq_stream_open(&s, fd, NULL, 0, NULL, &err));
	used = pq_mem_used();
	ck_assert(!pq_stream_need(&s, SIZE_MAX / 2, &err));
	ck_assert_int_eq(err.code, PQ_OK);
	ck_assert_uint_eq(pq_mem_used(), used);
	pq_stream_release(&s);
	close(fd);
}
END_TEST

/* ---- in a thread of its own ---- */

static void count(void *ctx, uint64_t read_bytes)
{
	uint64_t *seen = ctx;

	ck_assert_uint_ge(read_bytes, *seen);
	*seen = read_bytes;
}

START_TEST(a_thread_gives_the_same)
{
	struct pq_buf plain = { 0 }, in = { 0 };
	uint64_t seen = 0;

	put_noise(&plain, 3 * LARGE);
	put_gzip(&in, plain.data, plain.len);
	io = (struct pq_io_options){ .thread_from = 1,
				     .progress = count,
				     .ctx = &seen };
	expect_content(&in, 0, 4096, &plain, 0);
	memset(&io, 0, sizeof(io));
	ck_assert_uint_eq(seen, in.len);
	pq_buf_release(&plain);
	pq_buf_release(&in);
}
END_TEST

/* The thread has filled all its buffers, or waits for one, or is at it. */
START_TEST(a_thread_is_left_in_the_middle)
{
	const struct pq_io_options threaded = { .thread_from = 1 };
	struct pq_buf plain = { 0 }, in = { 0 };
	struct pq_error err;
	struct pq_stream s;
	int fd;

	put_noise(&plain, 3 * LARGE);
	put_gzip(&in, plain.data, plain.len);
	for (useconds_t wait = 0; wait < 500000; wait += 100000) {
		fd = open_bytes(in.data, in.len);
		pq_error_clear(&err);
		ck_assert(pq_stream_open(&s, fd, NULL, 0, &threaded, &err));
		ck_assert(pq_stream_need(&s, 1 << 20, &err));
		usleep(wait);
		pq_stream_release(&s);
		close(fd);
	}
	pq_buf_release(&plain);
	pq_buf_release(&in);
}
END_TEST

START_TEST(an_unreadable_descriptor_is_an_error)
{
	struct pq_stream s;
	struct pq_error err;

	pq_error_clear(&err);
	ck_assert(!pq_stream_open(&s, -1, NULL, 0, NULL, &err));
	ck_assert_int_eq(err.code, PQ_EIO);
	pq_stream_release(&s);
}
END_TEST

/* ---- damage ---- */

#define CUT                                                            \
	"the compressed data end in the middle; the file was cut off " \
	"(fetch it again)"
#define GARBAGE "bytes that are no gzip member follow the compressed data"
#define CHECKSUM "wrong checksum in the compressed data; the file is damaged"

/* What is done to the 3-byte content's member. */
static const struct {
	int cut;	   /* bytes taken off the end */
	int flip;	   /* byte that is changed, from the end; 0: none */
	const char *after; /* what follows */
	size_t after_bytes;
	const char *error;
} damages[] = {
	{ 1, 0, "", 0, CUT },
	{ 8, 0, "", 0, CUT },
	{ 9, 0, "", 0, CUT },
	{ 0, 8, "", 0, CHECKSUM },
	{ 0, 5, "", 0, CHECKSUM },
	{ 0, 1, "", 0, "corrupt compressed data (incorrect length check)" },
	{ 0, 0, "garbage after it", 16, GARBAGE },
	{ 0, 0, "\0\0\0\0\0\0\0\0\0\0\0\0", 12, GARBAGE },
	/* a second member that has begun */
	{ 0, 0, "\x1f\x8b\x08", 3, CUT },
	{ 0, 0, "\x1f", 1, CUT },
	{ 0, 0, "\x1f\x8b\x09\0\0\0\0\0\0\0", 10,
	  "corrupt compressed data (unknown compression method)" },
};

START_TEST(damage_is_told)
{
	struct pq_buf in = { 0 }, out = { 0 };
	struct pq_error err;

	put_gzip(&in, "abc", 3);
	in.len -= (size_t)damages[_i].cut;
	if (damages[_i].flip)
		in.data[in.len - (size_t)damages[_i].flip] ^= 0x10;
	pq_buf_bytes(&in, damages[_i].after, damages[_i].after_bytes);
	ck_assert_msg(!read_all(&in, 0, 1, &out, &err), "row %d: read", _i);
	ck_assert_msg(!strcmp(err.msg, damages[_i].error), "row %d: %s", _i,
		      err.msg);
	ck_assert_msg(err.code == PQ_EFORMAT, "row %d: code %d", _i, err.code);
	ck_assert_msg(err.has_offset && err.offset <= in.len,
		      "row %d: offset %llu", _i,
		      (unsigned long long)err.offset);
	pq_buf_release(&in);
	pq_buf_release(&out);
}
END_TEST

START_TEST(every_cut_of_a_member_is_told)
{
	struct pq_buf in = { 0 }, out = { 0 };
	struct pq_error err;
	size_t whole;

	put_gzip(&in, "abcdefghijklmnopqrstuvwxyz", 26);
	whole = in.len;
	for (in.len = 2; in.len < whole; in.len++) {
		pq_buf_clear(&out);
		ck_assert_msg(!read_all(&in, 0, 1, &out, &err), "%zu bytes",
			      in.len);
		/* the head alone is what Go leaves without a stop */
		if (in.len == 10)
			ck_assert_ptr_nonnull(
				strstr(err.msg, "StopCPUProfile"));
		else
			ck_assert_str_eq(err.msg, CUT);
		ck_assert_uint_eq(err.offset, in.len);
	}
	/* one byte is not enough to tell gzip */
	in.len = 1;
	pq_buf_clear(&out);
	ck_assert(read_all(&in, 0, 1, &out, &err));
	ck_assert_uint_eq(out.len, 1);
	pq_buf_release(&in);
	pq_buf_release(&out);
}
END_TEST

Suite *gzip_stream_suite(void)
{
	Suite *suite = suite_create("gzip_stream");
	TCase *tcase = tcase_create("stream");

	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, the_content_comes_byte_by_byte, 0,
			    ROWS(contents));
	tcase_add_test(tcase, one_layer_is_taken_off);
	tcase_add_test(tcase, empty_members_are_passed_over);
	tcase_add_test(tcase, streams_with_offsets_do_not_disturb_each_other);
	tcase_add_test(tcase, a_short_rest_is_left_in_the_window);
	tcase_add_test(tcase, a_claim_costs_no_memory);
	tcase_add_test(tcase, a_thread_gives_the_same);
	tcase_add_test(tcase, a_thread_is_left_in_the_middle);
	tcase_add_test(tcase, an_unreadable_descriptor_is_an_error);
	tcase_add_loop_test(tcase, damage_is_told, 0, ROWS(damages));
	tcase_add_test(tcase, every_cut_of_a_member_is_told);
	suite_add_tcase(suite, tcase);
	return suite;
}
