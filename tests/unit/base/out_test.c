#include "suites.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/out.h"

static const struct {
	struct pq_text text;
	int width;
	const char *want;
} pads[] = {
	{ PQ_TEXT("ab"), 5, "   ab" },
	{ PQ_TEXT("ab"), -5, "ab   " },
	{ PQ_TEXT("ab"), 2, "ab" },
	{ PQ_TEXT("ab"), -2, "ab" },
	{ PQ_TEXT("abc"), 2, "abc" },
	{ PQ_TEXT("abc"), -2, "abc" },
	{ PQ_TEXT("ab"), 0, "ab" },
	{ PQ_TEXT(""), 3, "   " },
	{ PQ_TEXT(""), -3, "   " },
	{ PQ_TEXT("\xc2\xb5s"), 4, "  \xc2\xb5s" },
	{ PQ_TEXT("\xc2\xb5s"), -4, "\xc2\xb5s  " },
	{ PQ_TEXT("\xf0\x9f\x98\x80"), 3, "  \xf0\x9f\x98\x80" },
	/* what is padded is what is printed */
	{ PQ_TEXT("a\n"), 5, "  a\\n" },
	{ PQ_TEXT("\xff"), 6, "  \\xff" },
	{ PQ_TEXT("\x1b"), -6, "\\x1b  " },
};

START_TEST(pad_counts_code_points)
{
	struct pq_error err = { 0 };
	struct pq_out out;

	pq_out_open_memory(&out);
	pq_out_str(&out, "<");
	pq_out_pad(&out, pads[_i].text, pads[_i].width);
	pq_out_str(&out, ">");
	ck_assert_msg(out.buf.len == strlen(pads[_i].want) + 2 &&
			      !memcmp(out.buf.data + 1, pads[_i].want,
				      out.buf.len - 2),
		      "row %d: '%s'", _i, pq_buf_cstr(&out.buf));
	ck_assert_msg(pq_out_close(&out, "memory", &err), "row %d", _i);
}
END_TEST

START_TEST(text_is_encoded_and_the_rest_is_not)
{
	struct pq_error err = { 0 };
	struct pq_out out;

	pq_out_open_memory(&out);
	pq_out_text(&out, PQ_TEXT("\x1b[0m\n"));
	pq_out_str(&out, "\n");
	pq_out_raw(&out, "\0\xff", 2);
	pq_out_printf(&out, "%5.2f|", 1.5);
	ck_assert(pq_text_equal(pq_buf_view(&out.buf),
				PQ_TEXT("\\x1b[0m\\n\n\0\xff 1.50|")));
	ck_assert(pq_out_flush(&out, "memory", &err));
	ck_assert(out.buf.len > 0);
	ck_assert(pq_out_close(&out, "memory", &err));
	ck_assert(pq_mem_used() == 0);
}
END_TEST

static const size_t lengths[] = { 0, 1, 254, 255, 256, 257, 1000, 70000 };

START_TEST(printf_of_any_length)
{
	struct pq_error err = { 0 };
	struct pq_buf text = { 0 };
	struct pq_out out;

	pq_buf_repeat(&text, 'x', lengths[_i]);
	pq_out_open_memory(&out);
	pq_out_printf(&out, "<%s>", pq_buf_cstr(&text));
	ck_assert_msg(out.buf.len == lengths[_i] + 2, "row %d: %zu bytes", _i,
		      out.buf.len);
	ck_assert_msg(out.buf.data[0] == '<' &&
			      out.buf.data[out.buf.len - 1] == '>',
		      "row %d", _i);
	pq_buf_release(&text);
	pq_out_close(&out, "memory", &err);
}
END_TEST

static void put_text(struct pq_out *out)
{
	pq_out_text(out, PQ_TEXT("0123456789abcdef"));
}

static void put_str(struct pq_out *out)
{
	pq_out_str(out, "0123456789abcdef");
}

static void put_raw(struct pq_out *out)
{
	pq_out_raw(out, "0123456789abcdef", 16);
}

static void put_printf(struct pq_out *out)
{
	pq_out_printf(out, "%s", "0123456789abcdef");
}

static void put_pad(struct pq_out *out)
{
	pq_out_pad(out, PQ_TEXT("0123456789abcdef"), 16);
}

static void (*const puts_16[])(struct pq_out *out) = {
	put_text, put_str, put_raw, put_printf, put_pad,
};

START_TEST(what_is_long_is_written_in_pieces)
{
	FILE *file = tmpfile();
	int fd = file ? fileno(file) : -1;
	struct pq_error err = { 0 };
	char back[16];
	struct pq_out out;
	struct stat st;

	ck_assert_msg(fd >= 0, "row %d: no temporary file", _i);
	pq_out_open_fd(&out, fd);
	for (int i = 0; i < 20000; i++) {
		puts_16[_i](&out);
		ck_assert_msg(out.buf.len < (64 << 10) + 16,
			      "row %d: %zu bytes held", _i, out.buf.len);
	}
	ck_assert_msg(!fstat(fd, &st) && st.st_size >= 64 << 10, "row %d", _i);
	ck_assert_msg(pq_out_close(&out, "file", &err), "row %d", _i);
	ck_assert_msg(!fstat(fd, &st) && st.st_size == 320000, "row %d", _i);
	for (off_t at = 0; at < st.st_size; at += 16)
		ck_assert_msg(pread(fd, back, 16, at) == 16 &&
				      !memcmp(back, "0123456789abcdef", 16),
			      "row %d: at %ld", _i, (long)at);
	fclose(file);
	ck_assert_msg(pq_mem_used() == 0, "row %d: memory kept", _i);
}
END_TEST

START_TEST(a_full_disk_is_an_error_once)
{
	int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	struct pq_error err = { 0 }, again = { 0 };
	struct pq_out out;

	ck_assert_int_ge(fd, 0);
	pq_out_open_fd(&out, fd);
	put_str(&out);
	ck_assert(!pq_out_stopped(&out));
	ck_assert(!pq_out_flush(&out, "report.txt", &err));
	ck_assert(pq_out_stopped(&out));
	ck_assert_int_eq(err.code, PQ_EIO);
	ck_assert_str_eq(err.msg,
			 "report.txt: cannot write: No space left on device");
	for (int i = 0; i < 20000; i++)
		put_raw(&out);
	ck_assert(out.buf.len < (64 << 10) + 16);
	ck_assert(!pq_out_close(&out, "report.txt", &again));
	close(fd);
	ck_assert(pq_mem_used() == 0);
}
END_TEST

START_TEST(a_closed_pipe_stops_without_an_error)
{
	void (*old)(int) = signal(SIGPIPE, SIG_IGN);
	struct pq_error err = { 0 };
	struct pq_out out;
	int ends[2];

	ck_assert_int_eq(pipe(ends), 0);
	close(ends[0]);
	pq_out_open_fd(&out, ends[1]);
	put_str(&out);
	ck_assert(pq_out_flush(&out, "pipe", &err));
	ck_assert(pq_out_stopped(&out));
	put_str(&out);
	ck_assert(pq_out_close(&out, "pipe", &err));
	ck_assert_int_eq(err.code, PQ_OK);
	close(ends[1]);
	signal(SIGPIPE, old);
}
END_TEST

/* Reads slowly, and checks that all bytes come in order. */
static _Noreturn void read_slowly(int fd, size_t n)
{
	unsigned char piece[4096];
	size_t at = 0;
	ssize_t got;

	while ((got = read(fd, piece, sizeof(piece))) > 0) {
		for (ssize_t i = 0; i < got; i++, at++)
			if (piece[i] != (unsigned char)('a' + at % 26))
				_exit(1);
		usleep(100);
	}
	_exit(at == n ? 0 : 2);
}

START_TEST(a_pipe_that_does_not_wait_gets_all)
{
	enum { N = 1 << 20 };
	struct pq_error err = { 0 };
	struct pq_out out;
	int ends[2], status;
	pid_t reader;

	ck_assert(!pipe(ends));
	reader = fork();
	ck_assert(reader >= 0);
	if (!reader) {
		close(ends[1]);
		read_slowly(ends[0], N);
	}
	close(ends[0]);
	ck_assert(!fcntl(ends[1], F_SETFL, O_NONBLOCK));
	pq_out_open_fd(&out, ends[1]);
	for (size_t i = 0; i < N; i++) {
		char c = (char)('a' + i % 26);

		pq_out_raw(&out, &c, 1);
	}
	ck_assert_msg(pq_out_close(&out, "pipe", &err), "%s", err.msg);
	close(ends[1]);
	ck_assert(waitpid(reader, &status, 0) == reader);
	ck_assert_int_eq(status, 0);
}
END_TEST

START_TEST(closing_leaves_the_descriptor_open)
{
	int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	struct pq_error err = { 0 };
	struct pq_out out;

	pq_out_open_fd(&out, fd);
	put_str(&out);
	ck_assert(pq_out_close(&out, "null", &err));
	ck_assert_int_eq(close(fd), 0);
}
END_TEST

Suite *base_out_suite(void)
{
	Suite *suite = suite_create("base_out");
	TCase *tcase = tcase_create("out");

	tcase_add_loop_test(tcase, pad_counts_code_points, 0, ROWS(pads));
	tcase_add_test(tcase, text_is_encoded_and_the_rest_is_not);
	tcase_add_loop_test(tcase, printf_of_any_length, 0, ROWS(lengths));
	tcase_add_loop_test(tcase, what_is_long_is_written_in_pieces, 0,
			    ROWS(puts_16));
	tcase_add_test(tcase, a_full_disk_is_an_error_once);
	tcase_add_test(tcase, a_closed_pipe_stops_without_an_error);
	tcase_add_test(tcase, a_pipe_that_does_not_wait_gets_all);
	tcase_add_test(tcase, closing_leaves_the_descriptor_open);
	suite_add_tcase(suite, tcase);
	return suite;
}
