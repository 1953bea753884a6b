#include "source/beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/banned.h"

#define OPEN_FLAGS (O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)

static bool climbs(const char *name)
{
	while (*name) {
		size_t n = strcspn(name, "/");

		if (n == 2 && name[0] == '.' && name[1] == '.')
			return true;
		name += n + (name[n] == '/');
	}
	return false;
}

static bool has_prefix(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	return !strncmp(path, dir, n) && (!path[n] || path[n] == '/');
}

/* Takes a path that realpath has resolved. */
static bool is_forbidden(const char *real)
{
	return has_prefix(real, "/proc") || has_prefix(real, "/dev") ||
	       has_prefix(real, "/sys");
}

/* The rule by hand, for kernels without openat2. */
static int open_by_hand(const char *dir, int dir_fd, const char *name)
{
	char *root = realpath(dir, NULL), *full = NULL, *real = NULL;
	size_t n, m = strlen(name);
	int fd = -1;

	errno = ENOENT;
	if (!root)
		return -1;
	n = strlen(root);
	full = malloc(n + m + 2);
	if (full) {
		memcpy(full, root, n);
		full[n] = '/';
		memcpy(full + n + 1, name, m + 1);
		real = realpath(full, NULL);
	}
	if (real && (!strcmp(root, "/") || has_prefix(real, root)))
		fd = openat(dir_fd, real, OPEN_FLAGS | O_NOFOLLOW);
	else if (real)
		errno = EXDEV;
	free(root);
	free(full);
	free(real);
	return fd;
}

static int open_below(const char *dir, int dir_fd, const char *name)
{
	struct open_how how = {
		.flags = OPEN_FLAGS,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
	};
	int fd = (int)syscall(SYS_openat2, dir_fd, name, &how, sizeof(how));

	if (fd >= 0 || (errno != ENOSYS && errno != EPERM))
		return fd;
	return open_by_hand(dir, dir_fd, name);
}

/* A regular file that stores bytes; /proc may be mounted anywhere. */
static bool is_plain(int fd)
{
	struct stat st;
	struct statfs fs;

	return !fstat(fd, &st) && S_ISREG(st.st_mode) && !fstatfs(fd, &fs) &&
	       fs.f_type != PROC_SUPER_MAGIC && fs.f_type != SYSFS_MAGIC;
}

/* Past what says nothing: slashes and "." in front. */
static const char *to_first_part(const char *name)
{
	while (*name == '/' || (name[0] == '.' && name[1] == '/'))
		name++;
	return name;
}

int pq_open_beneath(const char *dir, const char *name)
{
	int dir_fd, fd;
	char *real;

	name = to_first_part(name);
	if (!*name || climbs(name)) {
		errno = *name ? EXDEV : ENOENT;
		return -1;
	}
	real = realpath(dir, NULL);
	if (!real)
		return -1;
	/* the root itself is no promise: /proc is below it */
	if (is_forbidden(real) ||
	    (!strcmp(real, "/") &&
	     (has_prefix(name, "proc") || has_prefix(name, "dev") ||
	      has_prefix(name, "sys")))) {
		free(real);
		errno = EXDEV;
		return -1;
	}
	dir_fd = open(real, O_PATH | O_DIRECTORY | O_CLOEXEC);
	fd = dir_fd < 0 ? -1 : open_below(real, dir_fd, name);
	free(real);
	if (dir_fd >= 0)
		close(dir_fd);
	if (fd >= 0 && !is_plain(fd)) {
		close(fd);
		errno = ENOENT;
		return -1;
	}
	return fd;
}
