#include "tree.h"

#include <check.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char top[PATH_MAX];
static int home = -1;

void tree_enter(void)
{
	const char *base = getenv("TMPDIR");
	char *real = realpath(base && *base ? base : "/tmp", NULL);

	ck_assert_ptr_nonnull(real);
	snprintf(top, sizeof(top), "%s/profq-tree.XXXXXX", real);
	free(real);
	home = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_ge(home, 0);
	ck_assert_ptr_nonnull(mkdtemp(top));
	ck_assert_int_eq(chdir(top), 0);
}

static int take_away(const char *name, const struct stat *st, int flag,
		     struct FTW *ftw)
{
	(void)st, (void)flag, (void)ftw;
	return remove(name);
}

void tree_leave(void)
{
	ck_assert_int_eq(fchdir(home), 0);
	close(home);
	ck_assert_int_eq(nftw(top, take_away, 16, FTW_DEPTH | FTW_PHYS), 0);
}

const char *tree_top(void)
{
	return top;
}

const char *tree_path(char to[PATH_MAX], const char *name)
{
	int n = snprintf(to, PATH_MAX, "%s/%s", top, name);

	ck_assert(n > 0 && n < PATH_MAX);
	return to;
}

static void make_folders(const char *path)
{
	char at[PATH_MAX];

	for (const char *slash = strchr(path + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		snprintf(at, sizeof(at), "%.*s", (int)(slash - path), path);
		mkdir(at, 0777); /* or it is there */
	}
}

void tree_put(const char *name, const char *content)
{
	char path[PATH_MAX];
	FILE *f;

	make_folders(tree_path(path, name));
	f = fopen(path, "w");
	ck_assert_msg(f != NULL, "%s", path);
	fputs(content, f);
	ck_assert_int_eq(fclose(f), 0);
}

void tree_link(const char *target, const char *name)
{
	char path[PATH_MAX];

	make_folders(tree_path(path, name));
	ck_assert_int_eq(symlink(target, path), 0);
}

void tree_fifo(const char *name)
{
	char path[PATH_MAX];

	make_folders(tree_path(path, name));
	ck_assert_int_eq(mkfifo(path, 0666), 0);
}

void tree_chdir(const char *name)
{
	char path[PATH_MAX];

	ck_assert_int_eq(chdir(tree_path(path, name)), 0);
}
