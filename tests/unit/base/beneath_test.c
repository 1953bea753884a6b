#include "suites.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/beneath.h"
#include "tree.h"

static void make_tree(void)
{
	tree_enter();
	tree_put("in/file", "inside");
	tree_put("in/sub/file", "below");
	tree_put("in/..file", "dots");
	tree_put("in/sub../file", "more dots");
	tree_put("out/file", "secret");
	tree_put("inner/file", "secret");
	tree_link("sub/file", "in/link");
	tree_link("sub", "in/folder");
	tree_link("sub/../file", "in/turn");
	tree_link("../out/file", "in/away");
	tree_link("../out", "in/gone");
	tree_link("../inner/file", "in/sibling");
	tree_link("/etc/passwd", "in/absolute");
	tree_link("/proc/self/environ", "in/process");
	tree_link("nothing", "in/dangling");
	tree_link("circle", "in/circle");
	tree_link("in", "way");
	tree_fifo("in/fifo");
}

/* Directories are below the tree unless absolute. */
static const struct {
	const char *dir, *name, *content; /* NULL: it is refused */
	int error;			  /* 0: any */
} opens[] = {
	{ "in", "file", "inside", 0 },
	{ "in", "sub/file", "below", 0 },
	{ "in", "/file", "inside", 0 },
	{ "in", "//sub//file", "below", 0 },
	{ "in", "./file", "inside", 0 },
	{ "in", "sub/./file", "below", 0 },
	{ "in", "..file", "dots", 0 },
	{ "in", "sub../file", "more dots", 0 },
	{ "in/", "file", "inside", 0 },
	{ "in/sub/..", "file", "inside", 0 },
	{ "way", "file", "inside", 0 },

	{ "in", "../out/file", NULL, EXDEV },
	{ "in", "sub/../file", NULL, EXDEV },
	{ "in", "sub/..", NULL, EXDEV },
	{ "in", "..", NULL, EXDEV },
	{ "in", "/../out/file", NULL, EXDEV },
	{ "in", "./../out/file", NULL, EXDEV },

	{ "in", "link", "below", 0 },
	{ "in", "folder/file", "below", 0 },
	{ "in", "turn", "inside", 0 },
	{ "in", "away", NULL, EXDEV },
	{ "in", "gone/file", NULL, EXDEV },
	{ "in", "sibling", NULL, EXDEV },
	{ "in", "absolute", NULL, EXDEV },
	{ "in", "process", NULL, EXDEV },
	{ "in", "dangling", NULL, ENOENT },
	{ "in", "circle", NULL, ELOOP },

	{ "in", "fifo", NULL, ENOENT },
	{ "in", "sub", NULL, ENOENT },
	{ "in", "sub/", NULL, 0 },
	{ "in", "file/", NULL, 0 },
	{ "in", "file/file", NULL, ENOTDIR },
	{ "in", "", NULL, ENOENT },
	{ "in", "/", NULL, ENOENT },
	{ "in", ".", NULL, 0 },
	{ "in", "none", NULL, ENOENT },
	{ "none", "file", NULL, ENOENT },
	{ "in/file", "file", NULL, ENOTDIR },
	{ "", "file", NULL, ENOENT },

	{ "/", "proc/version", NULL, EXDEV },
	{ "/", "./proc/version", NULL, 0 },
	{ "/", ".//.///proc/version", NULL, 0 },
	{ "/", "dev/null", NULL, EXDEV },
	{ "/", "./dev/null", NULL, EXDEV },
	{ "/", "sys/kernel/mm/transparent_hugepage/enabled", NULL, EXDEV },
	{ "/proc", "version", NULL, EXDEV },
	{ "/proc/self", "environ", NULL, EXDEV },
	{ "/proc/self/root/proc", "version", NULL, EXDEV },
	{ "/dev", "null", NULL, EXDEV },
};

static void check_content(int row, int fd, const char *wanted)
{
	char content[64];
	ssize_t n = read(fd, content, sizeof(content) - 1);

	ck_assert_int_ge(n, 0);
	content[n] = '\0';
	ck_assert_msg(!strcmp(content, wanted), "row %d: %s", row, content);
}

START_TEST(only_files_below_are_opened)
{
	const char *dir = opens[_i].dir;
	char path[PATH_MAX];
	int fd, error;

	if (*dir && *dir != '/')
		dir = tree_path(path, dir);
	fd = pq_open_beneath(dir, opens[_i].name);
	error = errno;
	ck_assert_msg((fd >= 0) == (opens[_i].content != NULL),
		      "row %d: %s, %s: %d, %s", _i, dir, opens[_i].name, fd,
		      strerror(error));
	if (fd >= 0) {
		check_content(_i, fd, opens[_i].content);
		close(fd);
	} else if (opens[_i].error) {
		ck_assert_msg(error == opens[_i].error, "row %d: %s", _i,
			      strerror(error));
	}
}
END_TEST

START_TEST(no_descriptor_is_lost)
{
	int before = dup(0), after;

	close(before);
	for (int i = 0; i < ROWS(opens); i++) {
		char path[PATH_MAX];
		int fd = pq_open_beneath(tree_path(path, opens[i].dir),
					 opens[i].name);

		if (fd >= 0)
			close(fd);
	}
	after = dup(0);
	close(after);
	ck_assert_int_eq(after, before);
}
END_TEST

Suite *base_beneath_suite(void)
{
	Suite *suite = suite_create("base_beneath");
	TCase *tcase = tcase_create("beneath");

	tcase_add_checked_fixture(tcase, make_tree, tree_leave);
	tcase_add_loop_test(tcase, only_files_below_are_opened, 0, ROWS(opens));
	tcase_add_test(tcase, no_descriptor_is_lost);
	suite_add_tcase(suite, tcase);
	return suite;
}
