#include "suites.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "shell/history.h"
#include "tree.h"

static char file[PATH_MAX];

static void make_home(void)
{
	tree_enter();
	tree_path(file, "profq/history");
	ck_assert_int_eq(setenv("XDG_STATE_HOME", tree_top(), 1), 0);
}

/* Puts bytes, of which some may be NUL, where the history is. */
static void write_file(const char *bytes, size_t n)
{
	FILE *f;

	tree_put("profq/history", "");
	f = fopen(file, "we");
	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(bytes, 1, n, f), n);
	fclose(f);
}

static void gather(void *ctx, const char *line)
{
	pq_buf_printf(ctx, "%s;", line);
}

/* All lines of the file as the next session sees them. */
static void read_all(struct pq_buf *to)
{
	struct pq_history h;

	pq_history_init(&h);
	pq_history_read(&h, gather, to);
	pq_history_release(&h);
}

static void expect(const char *wanted)
{
	struct pq_buf got = { 0 };

	read_all(&got);
	ck_assert_msg(pq_text_is(pq_buf_view(&got), wanted), "%s",
		      pq_buf_cstr(&got));
	pq_buf_release(&got);
}

START_TEST(lines_come_back)
{
	struct pq_history h;
	struct stat st;

	pq_history_init(&h);
	ck_assert(pq_history_add(&h, "top 7"));
	ck_assert(!pq_history_add(&h, "top 7"));
	ck_assert(!pq_history_add(&h, " secret"));
	ck_assert(!pq_history_add(&h, ""));
	ck_assert(!pq_history_add(&h, "quit"));
	ck_assert(!pq_history_add(&h, "q now"));
	ck_assert(pq_history_add(&h, "quitter"));
	ck_assert(pq_history_add(&h, "top 7"));
	pq_history_release(&h);
	expect("top 7;quitter;top 7;");
	ck_assert_int_eq(stat(file, &st), 0);
	ck_assert_int_eq(st.st_mode & 0777, 0600);
}
END_TEST

/* A line equal to the last one of an earlier session is not kept again. */
START_TEST(last_line_is_known)
{
	struct pq_buf ignored = { 0 };
	struct pq_history h;

	write_file("a\nb\n", 4);
	pq_history_init(&h);
	pq_history_read(&h, gather, &ignored);
	ck_assert(!pq_history_add(&h, "b"));
	ck_assert(pq_history_add(&h, "a"));
	pq_history_release(&h);
	pq_buf_release(&ignored);
	expect("a;b;a;");
}
END_TEST

static const struct {
	const char *bytes;
	size_t n;
	const char *wanted;
} hostile[] = {
#define BYTES(text, wanted)                    \
	{                                      \
		text, sizeof(text) - 1, wanted \
	}
	BYTES("", ""),
	BYTES("\n\n\n", ""),
	BYTES("no end", ""),
	BYTES("top\nno end", "top;"),
	BYTES("a\x1b[2Jb\ngood\n", "good;"),
	BYTES("a\0b\ngood\n", "good;"),
	BYTES("\xff\xfe\ngood\n", "good;"),
	BYTES("tab\there\ngood\n", "good;"),
	BYTES("\xc2\x9b"
	      "31m\ngood\n",
	      "good;"),
	BYTES("a\xe2\x80\xae"
	      "b\ngood\n",
	      "good;"),
	BYTES("crlf\r\ngood\n", "good;"),
	BYTES("\xc3\xa4hnlich \xe6\xbc\xa2\n", "\xc3\xa4hnlich \xe6\xbc\xa2;"),
};

START_TEST(hostile_lines_are_left_out)
{
	write_file(hostile[_i].bytes, hostile[_i].n);
	expect(hostile[_i].wanted);
}
END_TEST

START_TEST(long_lines_are_left_out)
{
	static char text[PQ_HISTORY_LINE + 8];

	memset(text, 'x', sizeof(text));
	text[PQ_HISTORY_LINE + 1] = '\n';
	memcpy(text + PQ_HISTORY_LINE + 2, "good\n", 5);
	write_file(text, PQ_HISTORY_LINE + 7);
	expect("good;");
}
END_TEST

static size_t count_lines(struct pq_text all)
{
	size_t n = 0;

	for (size_t i = 0; i < all.len; i++)
		n += all.bytes[i] == ';';
	return n;
}

/* A file that is too large loses its older half, and no line is cut. */
START_TEST(large_file_is_halved)
{
	struct pq_buf text = { 0 }, got = { 0 };
	struct stat st;

	for (unsigned i = 0; text.len <= PQ_HISTORY_BYTES; i++)
		pq_buf_printf(&text, "line %06u of a history\n", i);
	write_file(text.data, text.len);
	read_all(&got);
	ck_assert_uint_eq(count_lines(pq_buf_view(&got)), PQ_HISTORY_LINES);
	ck_assert_int_eq(stat(file, &st), 0);
	ck_assert_int_le(st.st_size, PQ_HISTORY_BYTES / 2);
	ck_assert_int_gt(st.st_size, PQ_HISTORY_BYTES / 4);
	ck_assert_int_eq(st.st_mode & 0777, 0600);
	pq_buf_release(&got);
	read_all(&got);
	ck_assert(pq_text_starts(pq_buf_view(&got), "line "));
	pq_buf_release(&got);
	pq_buf_release(&text);
}
END_TEST

/* Two sessions write at once, and not a line is lost or mixed. */
START_TEST(two_writers_lose_nothing)
{
	enum { EACH = 300 };
	struct pq_buf got = { 0 };
	pid_t pid = fork();
	struct pq_history h;
	int status = 0;

	ck_assert_int_ge(pid, 0);
	pq_history_init(&h);
	for (int i = 0; i < EACH; i++) {
		char line[64];

		snprintf(line, sizeof(line), "%s %d", pid ? "parent" : "child",
			 i);
		pq_history_add(&h, line);
	}
	pq_history_release(&h);
	if (!pid)
		_exit(0);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	read_all(&got);
	ck_assert_uint_eq(count_lines(pq_buf_view(&got)), 2 * EACH);
	pq_buf_release(&got);
}
END_TEST

/* Nowhere to write, or no regular file: no line, and no wait. */
START_TEST(without_a_file_nothing_is_kept)
{
	char path[PATH_MAX];
	struct pq_history h;

	tree_put("profq/other", "");
	tree_fifo("profq/history");
	pq_history_init(&h);
	ck_assert(pq_history_add(&h, "top"));
	pq_history_release(&h);
	expect("");
	/* a file where the folder should be */
	ck_assert_int_eq(setenv("XDG_STATE_HOME",
				tree_path(path, "profq/other"), 1),
			 0);
	pq_history_init(&h);
	ck_assert(pq_history_add(&h, "top"));
	pq_history_release(&h);
	expect("");
}
END_TEST

Suite *shell_history_suite(void)
{
	Suite *suite = suite_create("shell_history");
	TCase *lines = tcase_create("lines");

	tcase_add_checked_fixture(lines, make_home, tree_leave);
	tcase_add_test(lines, lines_come_back);
	tcase_add_test(lines, last_line_is_known);
	tcase_add_loop_test(lines, hostile_lines_are_left_out, 0,
			    ROWS(hostile));
	tcase_add_test(lines, long_lines_are_left_out);
	tcase_add_test(lines, large_file_is_halved);
	tcase_add_test(lines, two_writers_lose_nothing);
	tcase_add_test(lines, without_a_file_nothing_is_kept);
	suite_add_tcase(suite, lines);
	return suite;
}
