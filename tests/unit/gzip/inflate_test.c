/*
 * Every library must do what zlib does, byte for byte and word for word: with
 * whole inputs, with pieces of them, in a thread, and with what is damaged.
 */
#include "suites.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "helpers.h"
#include "gzip/inflate.h"
#include "gzip/stream.h"

#define LARGE ((size_t)3 << 20)

#define MOST_LATE 3 /* bytes */

static const enum pq_inflate_choice choices[] = {
	PQ_INFLATE_ISAL, PQ_INFLATE_LIBDEFLATE, PQ_INFLATE_ZLIB, PQ_INFLATE_AUTO
};

/* How streams are opened; each case leaves it all 0. */
static struct pq_io_options io;

/* False when the library was not built in. */
static bool use(enum pq_inflate_choice choice)
{
	struct pq_error err;

	pq_error_clear(&err);
	io.inflate = choice;
	return pq_inflate_check(choice, &err);
}

/* ---- what came out ---- */

struct outcome {
	struct pq_buf bytes;
	struct pq_error err;
};

static void take_all(struct pq_stream *s, struct outcome *o)
{
	while (pq_stream_need(s, 1, &o->err)) {
		pq_buf_bytes(&o->bytes, s->window + s->at, s->end - s->at);
		s->at = s->end;
	}
}

static void read_fd(int fd, struct outcome *o)
{
	struct pq_stream s;

	pq_error_clear(&o->err);
	pq_buf_clear(&o->bytes);
	if (pq_stream_open(&s, fd, NULL, 0, &io, &o->err))
		take_all(&s, o);
	pq_stream_release(&s);
}

static void read_bytes(const struct pq_buf *in, struct outcome *o)
{
	int fd = open_bytes(in->data, in->len);

	read_fd(fd, o);
	close(fd);
}

static void read_steps(const struct pq_buf *in, size_t step, struct outcome *o)
{
	int fd = open_steps(in->data, in->len, step);

	read_fd(fd, o);
	end_steps(fd);
}

/* Before an error a symbol or two may not have come out yet. */
static bool same_bytes(const struct outcome *o, const struct outcome *zlib)
{
	size_t n = o->bytes.len;

	if (n > zlib->bytes.len ||
	    (n < zlib->bytes.len &&
	     (o->err.code == PQ_OK || zlib->bytes.len - n > MOST_LATE)))
		return false;
	return !n || !memcmp(o->bytes.data, zlib->bytes.data, n);
}

static void expect_same(const struct outcome *o, const struct outcome *zlib,
			const char *what, size_t n)
{
	ck_assert_msg(!strcmp(o->err.msg, zlib->err.msg), "%s %zu: %s, not %s",
		      what, n, o->err.msg, zlib->err.msg);
	ck_assert_msg(o->err.code == zlib->err.code &&
			      o->err.offset == zlib->err.offset,
		      "%s %zu: at %llu, not %llu", what, n,
		      (unsigned long long)o->err.offset,
		      (unsigned long long)zlib->err.offset);
	ck_assert_msg(same_bytes(o, zlib), "%s %zu: other bytes: %zu, not %zu",
		      what, n, o->bytes.len, zlib->bytes.len);
}

/* By each library, from a file, and from a pipe in steps of so many. */
static void compare(const struct pq_buf *in, size_t step, const char *what,
		    size_t n)
{
	struct outcome zlib = { 0 }, o = { 0 };

	ck_assert(use(PQ_INFLATE_ZLIB));
	read_bytes(in, &zlib);
	for (size_t c = 0; c < ROWS(choices); c++) {
		if (!use(choices[c]))
			continue;
		read_bytes(in, &o);
		expect_same(&o, &zlib, what, n);
		if (!step)
			continue;
		read_steps(in, step, &o);
		/* more is handed over before an error that comes later */
		if (zlib.err.code != PQ_OK)
			o.bytes.len = zlib.bytes.len;
		expect_same(&o, &zlib, what, n);
	}
	use(PQ_INFLATE_AUTO);
	pq_buf_release(&zlib.bytes);
	pq_buf_release(&o.bytes);
}

/* ---- inputs ---- */

/* Words, and now and then noise, so that blocks are of every kind. */
static void put_content(struct pq_buf *to, size_t n, uint64_t *state)
{
	size_t from = to->len;

	while (to->len - from < n) {
		size_t back = to->len - from;

		if (back > 100 && chance_below(state, 4)) {
			size_t at = to->len - 1 -
				    chance_below(state,
						 back < 40000 ? back : 40000);

			for (size_t i = 3 + chance_below(state, 40); i; i--)
				pq_buf_char(to, to->data[at++]);
		} else {
			pq_buf_char(to, (char)chance_below(state, 90));
		}
	}
	to->len = from + n;
}

static void put_member(struct pq_buf *to, const struct pq_buf *content,
		       int level, int strategy, gz_header *header)
{
	z_stream z = { 0 };
	size_t most;

	ck_assert_int_eq(deflateInit2(&z, level, Z_DEFLATED, 15 + 16, 8,
				      strategy),
			 Z_OK);
	if (header)
		deflateSetHeader(&z, header);
	most = deflateBound(&z, content->len) + 200;
	pq_buf_reserve(to, most);
	z.next_in = (Bytef *)content->data;
	z.avail_in = (unsigned)content->len;
	z.next_out = (Bytef *)to->data + to->len;
	z.avail_out = (unsigned)most;
	ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
	to->len += most - z.avail_out;
	deflateEnd(&z);
}

static const struct {
	size_t bytes;
	int level, strategy;
} members[] = {
	{ 0, 6, Z_DEFAULT_STRATEGY },
	{ 0, 0, Z_DEFAULT_STRATEGY },
	{ 1, 6, Z_FIXED },
	{ 900, 6, Z_FIXED },
	{ 900, 0, Z_DEFAULT_STRATEGY },
	{ 900, 9, Z_DEFAULT_STRATEGY },
	{ 5000, 6, Z_HUFFMAN_ONLY },
	{ 70000, 0, Z_DEFAULT_STRATEGY },
	{ 70000, 1, Z_DEFAULT_STRATEGY },
	{ 300000, 6, Z_DEFAULT_STRATEGY },
	{ 300000, 6, Z_RLE },
	{ 1 << 20, 9, Z_DEFAULT_STRATEGY },
};

static void put_row(struct pq_buf *to, size_t row, gz_header *header)
{
	struct pq_buf content = { 0 };
	uint64_t state = row + 1;

	put_content(&content, members[row].bytes, &state);
	put_member(to, &content, members[row].level, members[row].strategy,
		   header);
	pq_buf_release(&content);
}

/* ---- */

START_TEST(members_of_every_kind_are_the_same)
{
	struct pq_buf in = { 0 };

	put_row(&in, (size_t)_i, NULL);
	compare(&in, members[_i].bytes < 100000 ? 1 : 1024, "row", (size_t)_i);
	put_row(&in, (size_t)_i / 2, NULL);
	compare(&in, 256, "two of row", (size_t)_i);
	pq_buf_release(&in);
}
END_TEST

START_TEST(all_members_joined_are_the_same)
{
	struct pq_buf in = { 0 }, part;

	for (size_t i = 0; i < ROWS(members); i++)
		put_row(&in, i, NULL);
	compare(&in, 4096, "all", 0);
	for (size_t n = in.len; n > 5000; n -= n / 17) {
		part = in;
		part.len = n;
		compare(&part, 0, "cut at", n);
	}
	pq_buf_release(&in);
}
END_TEST

static gz_header full_header(void)
{
	static Bytef extra[] = "\2\0ab", name[] = "name", comment[] = "words";

	return (gz_header){ .extra = extra,
			    .extra_len = 4,
			    .name = name,
			    .comment = comment,
			    .hcrc = 1,
			    .os = 3 };
}

/* Which fields a header has. */
START_TEST(headers_of_every_form_are_the_same)
{
	gz_header header = full_header();
	struct pq_buf in = { 0 };

	if (!(_i & 1))
		header.extra = NULL;
	if (!(_i & 2))
		header.name = NULL;
	if (!(_i & 4))
		header.comment = NULL;
	header.hcrc = _i & 8;
	header.text = _i & 16;
	put_row(&in, 3, &header);
	compare(&in, 1, "header", (size_t)_i);
	put_row(&in, 0, &header);
	put_row(&in, 3, &header);
	compare(&in, 2, "headers", (size_t)_i);
	pq_buf_release(&in);
}
END_TEST

START_TEST(a_long_header_is_the_same)
{
	static char extra[65535], name[300000];
	struct pq_buf in = { 0 };

	memset(name, 'n', sizeof(name) - 1);
	pq_buf_bytes(&in, "\x1f\x8b\x08\x0c\0\0\0\0\0\3\xff\xff", 12);
	pq_buf_bytes(&in, extra, sizeof(extra));
	pq_buf_bytes(&in, name, sizeof(name));
	pq_buf_bytes(&in, "\3\0\0\0\0\0\0\0\0\0", 10);
	compare(&in, 8192, "empty", 0);
	pq_buf_release(&in);
}
END_TEST

/* ---- damage ---- */

/* A full header, blocks with codes of their own, and an empty member. */
static void put_small(struct pq_buf *to)
{
	gz_header header = full_header();
	struct pq_buf content = { 0 };
	uint64_t state = 5;

	put_content(&content, 400, &state);
	put_member(to, &content, 9, Z_DEFAULT_STRATEGY, &header);
	put_member(to, &content, 9, Z_FIXED, NULL);
	content.len = 0;
	put_member(to, &content, 6, Z_DEFAULT_STRATEGY, NULL);
	pq_buf_release(&content);
}

START_TEST(every_cut_is_the_same)
{
	struct pq_buf in = { 0 };

	put_small(&in);
	while (in.len) {
		compare(&in, in.len % 7 ? 0 : 1, "cut at", in.len);
		in.len--;
	}
	pq_buf_release(&in);
}
END_TEST

START_TEST(every_flipped_bit_is_the_same)
{
	struct pq_buf in = { 0 };

	put_small(&in);
	for (size_t bit = 0; bit < in.len * 8; bit++) {
		in.data[bit / 8] ^= (char)(1 << bit % 8);
		compare(&in, bit % 63 ? 0 : 1, "bit", bit);
		in.data[bit / 8] ^= (char)(1 << bit % 8);
	}
	pq_buf_release(&in);
}
END_TEST

START_TEST(damage_of_a_large_input_is_the_same)
{
	struct pq_buf content = { 0 }, in = { 0 };
	uint64_t state = 9;

	put_content(&content, LARGE, &state);
	put_member(&in, &content, 6, Z_DEFAULT_STRATEGY, NULL);
	put_member(&in, &content, 1, Z_FIXED, NULL);
	for (int i = 0; i < 60; i++) {
		size_t bit = chance_below(&state, in.len * 8);

		in.data[bit / 8] ^= (char)(1 << bit % 8);
		compare(&in, 0, "bit", bit);
		in.data[bit / 8] ^= (char)(1 << bit % 8);
	}
	pq_buf_release(&content);
	pq_buf_release(&in);
}
END_TEST

/* What the last bytes say may be anything. */
START_TEST(a_claimed_size_costs_nothing)
{
	static const char claims[][5] = { "\0\0\0\0", "\xff\xff\xff\xff",
					  "\x01\0\0\0", "\0\0\0\x80" };
	struct pq_buf in = { 0 };

	put_row(&in, 3, NULL);
	memcpy(in.data + in.len - 4, claims[_i], 4);
	compare(&in, 0, "claim", (size_t)_i);
	pq_buf_release(&in);
}
END_TEST

/* A bomb is inflated as it is read, and not before. */
START_TEST(much_out_of_little_is_the_same)
{
	struct pq_buf content = { 0 }, in = { 0 };

	pq_buf_repeat(&content, 'a', LARGE);
	put_member(&in, &content, 9, Z_DEFAULT_STRATEGY, NULL);
	compare(&in, 1, "bomb", 0);
	pq_buf_release(&content);
	pq_buf_release(&in);
}
END_TEST

/* ---- in a thread ---- */

START_TEST(a_thread_does_the_same)
{
	struct pq_buf content = { 0 }, in = { 0 };
	uint64_t state = 11;

	put_content(&content, 3 * LARGE, &state);
	put_member(&in, &content, 1, Z_DEFAULT_STRATEGY, NULL);
	io.thread_from = 1;
	compare(&in, 65536, "thread", 0);
	in.data[in.len / 2] ^= 4;
	compare(&in, 0, "thread, damaged", 0);
	in.len /= 2;
	compare(&in, 65536, "thread, cut", 0);
	io.thread_from = 0;
	pq_buf_release(&content);
	pq_buf_release(&in);
}
END_TEST

/* Who has seen enough does not wait for a pipe that stays open. */
START_TEST(a_waiting_thread_is_stopped)
{
	struct pq_buf in = { 0 };
	struct pq_stream s;
	struct pq_error err;
	int fds[2];

	put_row(&in, 3, NULL);
	ck_assert(!pipe(fds));
	ck_assert_int_eq(write(fds[1], in.data, in.len - 9), in.len - 9);
	use(PQ_INFLATE_ZLIB); /* the others may want to see all of it first */
	io.thread_from = 1;
	pq_error_clear(&err);
	ck_assert(pq_stream_open(&s, fds[0], NULL, 0, &io, &err));
	ck_assert(pq_stream_need(&s, 1, &err));
	ck_assert(s.thread != NULL);
	usleep(20000); /* now it waits, most likely */
	pq_stream_release(&s);
	io.thread_from = 0;
	use(PQ_INFLATE_AUTO);
	close(fds[0]);
	close(fds[1]);
	pq_buf_release(&in);
}
END_TEST

/* ---- files ---- */

static void compare_file(const char *path)
{
	struct pq_buf all = { 0 };
	struct outcome o = { 0 };
	FILE *file = fopen(path, "rb");

	ck_assert_msg(file != NULL, "%s", path);
	put_file(&all, path);
	for (size_t c = 0; c < ROWS(choices); c++) {
		if (!use(choices[c]))
			continue;
		rewind(file);
		read_fd(fileno(file), &o);
		ck_assert_msg(o.err.code == PQ_OK, "%s: %s", path, o.err.msg);
		ck_assert_msg(o.bytes.len == all.len &&
				      !memcmp(o.bytes.data, all.data, all.len),
			      "%s: other bytes", path);
	}
	use(PQ_INFLATE_AUTO);
	fclose(file);
	pq_buf_release(&all);
	pq_buf_release(&o.bytes);
}

START_TEST(files_are_the_same)
{
	char folder[PATH_MAX / 2], path[PATH_MAX];
	struct dirent *e;
	size_t n = 0;
	DIR *dir;

	snprintf(folder, sizeof(folder), "%s/profiles", getenv("TESTDATA"));
	dir = opendir(folder);
	ck_assert_msg(dir != NULL, "%s", folder);
	while ((e = readdir(dir))) {
		size_t length = strlen(e->d_name);

		if (length < 3 || strcmp(e->d_name + length - 3, ".gz") != 0)
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, e->d_name);
		compare_file(path);
		n++;
	}
	ck_assert_uint_gt(n, 0);
	closedir(dir);
}
END_TEST

START_TEST(what_was_not_built_in_is_told)
{
	struct pq_error err;

	for (size_t c = 0; c < ROWS(choices); c++) {
		pq_error_clear(&err);
		if (!pq_inflate_check(choices[c], &err))
			ck_assert_int_eq(err.code, PQ_EUSAGE);
	}
	ck_assert(use(PQ_INFLATE_AUTO) && use(PQ_INFLATE_ZLIB));
	use(PQ_INFLATE_AUTO);
	ck_assert(strstr(pq_inflate_libraries(), "zlib") != NULL);
}
END_TEST

Suite *gzip_inflate_suite(void)
{
	Suite *suite = suite_create("gzip_inflate");
	TCase *tcase = tcase_create("inflate");

	tcase_set_timeout(tcase, 120);
	tcase_add_loop_test(tcase, members_of_every_kind_are_the_same, 0,
			    ROWS(members));
	tcase_add_test(tcase, all_members_joined_are_the_same);
	tcase_add_loop_test(tcase, headers_of_every_form_are_the_same, 0, 32);
	tcase_add_test(tcase, a_long_header_is_the_same);
	tcase_add_test(tcase, every_cut_is_the_same);
	tcase_add_test(tcase, every_flipped_bit_is_the_same);
	tcase_add_test(tcase, damage_of_a_large_input_is_the_same);
	tcase_add_loop_test(tcase, a_claimed_size_costs_nothing, 0, 4);
	tcase_add_test(tcase, much_out_of_little_is_the_same);
	tcase_add_test(tcase, a_thread_does_the_same);
	tcase_add_test(tcase, a_waiting_thread_is_stopped);
	tcase_add_test(tcase, files_are_the_same);
	tcase_add_test(tcase, what_was_not_built_in_is_told);
	suite_add_tcase(suite, tcase);
	return suite;
}
