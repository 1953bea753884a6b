/*
 * The pager, on a real pseudo-terminal: only who reads a screen of so many
 * lines needs it, and for one line more than it shows.
 */
#include "suites.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "helpers.h"
#include "host/terminal.h"

/* The screen under test, and the file that the pager writes. */
static int master, slave;
static char paged[] = "/tmp/profq-paged.XXXXXX";

static void open_screen(void)
{
	char command[64];
	const char *name;

	master = posix_openpt(O_RDWR | O_NOCTTY);
	ck_assert(master >= 0 && !grantpt(master) && !unlockpt(master));
	name = ptsname(master);
	ck_assert(name != NULL);
	slave = open(name, O_RDWR | O_NOCTTY);
	ck_assert_int_ge(slave, 0);
	memcpy(paged + sizeof(paged) - 7, "XXXXXX", 6);
	close(mkstemp(paged));
	snprintf(command, sizeof(command), "cat >%s", paged);
	setenv("PROFQ_PAGER", command, 1);
}

static void close_screen(void)
{
	unsetenv("PROFQ_PAGER");
	unlink(paged);
	close(slave);
	close(master);
	/* A pager is left to deal with these alone. */
	signal(SIGINT, SIG_DFL);
	signal(SIGQUIT, SIG_DFL);
}

static void set_rows(unsigned short rows)
{
	struct winsize size = { .ws_row = rows, .ws_col = 80 };

	ck_assert(!ioctl(slave, TIOCSWINSZ, &size));
}

/* Prints so many lines; returns how many went through the pager. */
static size_t count_paged_lines(size_t lines)
{
	struct pq_buf got = { 0 };
	struct pq_out out;
	struct pq_error err;
	size_t n = 0;

	pq_error_clear(&err);
	pq_out_open_fd(&out, slave);
	pq_pager_offer(&out);
	for (size_t i = 0; i < lines; i++)
		pq_out_str(&out, "line\n");
	ck_assert_msg(pq_out_close(&out, "the screen", &err), "%s", err.msg);
	pq_pager_finish();
	put_file(&got, paged);
	for (size_t i = 0; i < got.len; i++)
		n += got.data[i] == '\n';
	pq_buf_release(&got);
	return n;
}

static const struct row {
	unsigned short rows; /* 0: the terminal does not know */
	size_t lines, paged;
} rows[] = {
	{ 24, 0, 0 },	{ 24, 1, 0 },	{ 24, 23, 0 }, /* and the prompt is in the last line */
	{ 24, 24, 24 }, { 24, 25, 25 }, { 2, 1, 0 },   { 2, 2, 2 },
	{ 0, 200, 0 },
};

START_TEST(longer_than_the_screen)
{
	size_t n;

	set_rows(rows[_i].rows);
	n = count_paged_lines(rows[_i].lines);
	ck_assert_msg(n == rows[_i].paged, "row %d: %zu lines were paged", _i,
		      n);
}
END_TEST

/* More than is kept back before the first writing. */
START_TEST(much_longer_than_the_screen)
{
	set_rows(24);
	ck_assert_uint_eq(count_paged_lines(1 << 20), 1 << 20);
}
END_TEST

START_TEST(no_pager_is_wanted)
{
	static const char *const none[] = { "", "cat" };

	set_rows(24);
	for (size_t i = 0; i < ROWS(none); i++) {
		setenv("PROFQ_PAGER", none[i], 1);
		ck_assert_uint_eq(count_paged_lines(25), 0);
	}
}
END_TEST

Suite *host_terminal_suite(void)
{
	Suite *suite = suite_create("host_terminal");
	TCase *pager = tcase_create("pager");

	tcase_add_checked_fixture(pager, open_screen, close_screen);
	tcase_add_loop_test(pager, longer_than_the_screen, 0, ROWS(rows));
	tcase_add_test(pager, much_longer_than_the_screen);
	tcase_add_test(pager, no_pager_is_wanted);
	suite_add_tcase(suite, pager);
	return suite;
}
