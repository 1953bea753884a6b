#include "suites.h"

#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "host/choose.h"
#include "host/recent.h"

/* Every test runs in an empty directory of its own, with empty input. */
static char before[PATH_MAX], here[PATH_MAX], state[PATH_MAX + 8];
static char *kept_home;
static int kept_stdin;

static void write_file(const char *path, const char *content)
{
	FILE *file = fopen(path, "w");

	ck_assert_msg(file != NULL, "%s", path);
	fputs(content, file);
	fclose(file);
}

static void set_stdin(int fd)
{
	ck_assert_int_ge(dup2(fd, STDIN_FILENO), 0);
	close(fd);
}

static void enter(void)
{
	const char *tmp = getenv("TMPDIR");
	char folder[PATH_MAX];

	ck_assert(getcwd(before, sizeof(before)) != NULL);
	snprintf(folder, sizeof(folder), "%s/profq-select.XXXXXX",
		 tmp ? tmp : "/tmp");
	ck_assert(mkdtemp(folder) && realpath(folder, here) && !chdir(here));
	snprintf(state, sizeof(state), "%s/.state", here);
	setenv("XDG_STATE_HOME", state, 1);
	unsetenv("PROFQ_PROFILE");
	kept_home = getenv("HOME") ? strdup(getenv("HOME")) : NULL;
	kept_stdin = dup(STDIN_FILENO);
	set_stdin(open("/dev/null", O_RDONLY));
}

static int remove_one(const char *path, const struct stat *st, int type,
		      struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void leave(void)
{
	if (kept_stdin >= 0)
		set_stdin(kept_stdin);
	if (kept_home)
		setenv("HOME", kept_home, 1);
	free(kept_home);
	unsetenv("PROFQ_PROFILE");
	ck_assert(!chdir(before));
	nftw(here, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* The selection as "path", "-" for standard input, or the error. */
static void expect(const char *expected)
{
	struct pq_chosen s;
	struct pq_error err = { 0 };
	const char *got;

	if (!pq_choose_profile(&s, &err))
		got = err.msg;
	else
		got = s.path ? s.path : "-";
	ck_assert_msg(!strcmp(got, expected), "%s", got);
	ck_assert((s.fd == STDIN_FILENO) == !strcmp(expected, "-"));
	ck_assert(err.code || s.why);
	pq_chosen_release(&s);
}

#define NOTHING                                                           \
	"no profile source specified: nothing on standard input, no "     \
	"$PROFQ_PROFILE, none opened from this directory before, and no " \
	"profile file in it (\"profq help\" says more)"

START_TEST(nothing_is_an_error)
{
	expect(NOTHING);
}
END_TEST

static const struct {
	const char *files[8];
	const char *expected;
} folders[] = {
	{ { "a.pb.gz" }, "a.pb.gz" },
	{ { "a.prof", "b.txt", "c.go", "pb" }, "a.prof" },
	{ { "x.profile.gz" }, "x.profile.gz" },
	{ { "cpu.out", "a.out" }, "cpu.out" },
	{ { ".a.pb.gz", ".pb" }, NOTHING },
	{ { "b.pb", "a.pprof" },
	  "no profile source specified, and there are 2 in this directory: "
	  "a.pprof, b.pb" },
	{ { "6.pb", "5.pb", "4.pb", "3.pb", "2.pb", "1.pb" },
	  "no profile source specified, and there are 6 in this directory: "
	  "1.pb, 2.pb, 3.pb, 4.pb, 5.pb, ..." },
};

START_TEST(only_profile_of_the_directory)
{
	for (int i = 0; i < 8 && folders[_i].files[i]; i++)
		write_file(folders[_i].files[i], "x");
	mkdir("folder.pb.gz", 0700);
	expect(folders[_i].expected);
}
END_TEST

START_TEST(environment_goes_before_the_directory)
{
	write_file("a.pb", "x");
	setenv("PROFQ_PROFILE", "/nowhere/b.pb", 1);
	expect("/nowhere/b.pb");
	setenv("PROFQ_PROFILE", "", 1);
	expect("a.pb");
}
END_TEST

START_TEST(environment_goes_before_the_last_opened)
{
	char one[PATH_MAX + 8];

	snprintf(one, sizeof(one), "%s/one", here);
	write_file("one", "x");
	pq_recent_remember("one");
	expect(one);
	setenv("PROFQ_PROFILE", "/nowhere/b.pb", 1);
	expect("/nowhere/b.pb");
	unsetenv("PROFQ_PROFILE");
	expect(one);
}
END_TEST

START_TEST(pipe_goes_first_and_loses_no_byte)
{
	struct pq_chosen s;
	struct pq_error err = { 0 };
	int ends[2];
	char rest[8] = "";

	ck_assert(!pipe(ends));
	ck_assert_int_eq(write(ends[1], "abc", 3), 3);
	close(ends[1]);
	set_stdin(ends[0]);
	setenv("PROFQ_PROFILE", "b.pb", 1);
	ck_assert(pq_choose_profile(&s, &err));
	ck_assert(s.fd == STDIN_FILENO && !s.path);
	ck_assert_uint_eq(s.head_len, 1);
	ck_assert_int_eq(s.head[0], 'a');
	ck_assert_int_eq(read(s.fd, rest, sizeof(rest)), 2);
	ck_assert_str_eq(rest, "bc");
	pq_chosen_release(&s);
}
END_TEST

START_TEST(empty_pipe_does_not_count)
{
	int ends[2];

	ck_assert(!pipe(ends));
	close(ends[1]);
	set_stdin(ends[0]);
	write_file("a.pb", "x");
	expect("a.pb");
}
END_TEST

START_TEST(regular_file_on_standard_input)
{
	write_file("input", "xyz");
	set_stdin(open("input", O_RDONLY));
	expect("-");
	ck_assert_int_eq(lseek(STDIN_FILENO, 3, SEEK_SET), 3);
	expect(NOTHING); /* nothing left of it */
}
END_TEST

START_TEST(closed_standard_input)
{
	close(STDIN_FILENO);
	expect(NOTHING);
	set_stdin(open("/dev/null", O_RDONLY));
}
END_TEST

START_TEST(last_opened_is_remembered_for_each_directory)
{
	char one[PATH_MAX + 8];

	snprintf(one, sizeof(one), "%s/one", here);
	write_file("one", "x");
	write_file("a.pb", "x");
	mkdir("sub", 0700);
	pq_recent_remember("./one");
	expect(one);
	ck_assert(!chdir("sub"));
	expect(NOTHING);
	pq_recent_remember("../a.pb");
	ck_assert(!chdir(".."));
	expect(one);
	unlink("one");
	expect("a.pb"); /* the only one left here */
}
END_TEST

START_TEST(state_is_private)
{
	char last[PATH_MAX + 32];
	struct stat st;

	write_file("one", "x");
	pq_recent_remember("one");
	snprintf(last, sizeof(last), "%s/profq/last", state);
	ck_assert(!stat(last, &st));
	ck_assert_int_eq(st.st_mode & 0777, 0600);
	snprintf(last, sizeof(last), "%s/profq", state);
	ck_assert(!stat(last, &st));
	ck_assert_int_eq(st.st_mode & 0777, 0700);
}
END_TEST

static unsigned count_lines(const char *path)
{
	FILE *file = fopen(path, "r");
	unsigned n = 0;
	int c;

	ck_assert(file != NULL);
	while ((c = getc(file)) != EOF)
		n += c == '\n';
	fclose(file);
	return n;
}

START_TEST(state_has_at_most_100_lines)
{
	char last[PATH_MAX + 32];
	FILE *file;

	write_file("one", "x");
	pq_recent_remember("one");
	snprintf(last, sizeof(last), "%s/profq/last", state);
	file = fopen(last, "w");
	ck_assert(file != NULL);
	for (int i = 0; i < 300; i++)
		fprintf(file, "/dir%d\t/profile\n", i);
	fclose(file);
	pq_recent_remember("one");
	ck_assert_uint_eq(count_lines(last), 100);
	pq_recent_remember("one");
	ck_assert_uint_eq(count_lines(last), 100);
}
END_TEST

/* None of these may fail, nor select anything. */
static const char *const damaged[] = {
	"", "\n\n", "\t\n", "no tab\n", "/x\t", "\xff\xfe\t\x01\n", "\t\t\t\n",
};

START_TEST(damaged_state_is_no_state)
{
	char last[PATH_MAX + 32];

	write_file("one", "x");
	pq_recent_remember("one");
	snprintf(last, sizeof(last), "%s/profq/last", state);
	write_file(last, damaged[_i]);
	expect(NOTHING);
	pq_recent_remember("one");
	ck_assert_uint_ge(count_lines(last), 1);
}
END_TEST

START_TEST(state_that_cannot_be_written_is_no_error)
{
	write_file("one", "x");
	write_file(".state", "a file where a directory should be");
	pq_recent_remember("one");
	expect(NOTHING);
	setenv("XDG_STATE_HOME", "relative", 1);
	unsetenv("HOME");
	pq_recent_remember("one");
	expect(NOTHING);
}
END_TEST

START_TEST(odd_names_are_not_remembered)
{
	write_file("a\tb", "x");
	write_file("a\nb", "x");
	pq_recent_remember("a\tb");
	pq_recent_remember("a\nb");
	pq_recent_remember("missing");
	pq_recent_remember("/dev/null");
	expect(NOTHING);
}
END_TEST

Suite *host_choose_suite(void)
{
	Suite *suite = suite_create("host_choose");
	TCase *order = tcase_create("order");
	TCase *kept = tcase_create("state");

	tcase_add_checked_fixture(order, enter, leave);
	tcase_add_test(order, nothing_is_an_error);
	tcase_add_loop_test(order, only_profile_of_the_directory, 0,
			    ROWS(folders));
	tcase_add_test(order, environment_goes_before_the_directory);
	tcase_add_test(order, environment_goes_before_the_last_opened);
	tcase_add_test(order, pipe_goes_first_and_loses_no_byte);
	tcase_add_test(order, empty_pipe_does_not_count);
	tcase_add_test(order, regular_file_on_standard_input);
	tcase_add_test(order, closed_standard_input);
	suite_add_tcase(suite, order);
	tcase_add_checked_fixture(kept, enter, leave);
	tcase_add_test(kept, last_opened_is_remembered_for_each_directory);
	tcase_add_test(kept, state_is_private);
	tcase_add_test(kept, state_has_at_most_100_lines);
	tcase_add_loop_test(kept, damaged_state_is_no_state, 0, ROWS(damaged));
	tcase_add_test(kept, state_that_cannot_be_written_is_no_error);
	tcase_add_test(kept, odd_names_are_not_remembered);
	suite_add_tcase(suite, kept);
	return suite;
}
