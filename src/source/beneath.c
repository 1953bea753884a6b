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

/* True for a path with a part "..". */
static bool has_parent_part(const char *name)
{
	while (*name) {
		size_t n = strcspn(name, "/");

		if (n == 2 && name[0] == '.' && name[1] == '.')
			return true;
		name += n + (name[n] == '/');
	}
	return false;
}

static bool is_path_under(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	return !strncmp(path, dir, n) && (!path[n] || path[n] == '/');
}

/* The path must be one that realpath has resolved. */
static bool is_forbidden_dir(const char *real)
{
	return is_path_under(real, "/proc") || is_path_under(real, "/dev") ||
	       is_path_under(real, "/sys");
}

/*
 * Opens beneath a directory on kernels without openat2.  A link that changes
 * between realpath and open may lead out; openat2 has no such gap.
 */
static int open_by_realpath(const char *dir, int dir_fd, const char *name)
{
	char *root = realpath(dir, NULL), *full = NULL, *real = NULL;
	size_t n, m = strlen(name);
	int fd = -1;

	errno = ENOENT;
	if (!root)
		return -1;

	/* The full path, with all of its links resolved. */
	n = strlen(root);
	full = malloc(n + m + 2);
	if (full) {
		memcpy(full, root, n);
		full[n] = '/';
		memcpy(full + n + 1, name, m + 1);
		real = realpath(full, NULL);
	}

	/* EXDEV is openat2's errno for a path that leads out. */
	if (real && (!strcmp(root, "/") || is_path_under(real, root)))
		fd = openat(dir_fd, real, OPEN_FLAGS | O_NOFOLLOW);
	else if (real)
		errno = EXDEV;
	free(root);
	free(full);
	free(real);
	return fd;
}

/* EPERM: some sandboxes deny the system calls they do not know. */
static int open_beneath_fd(const char *dir, int dir_fd, const char *name)
{
	struct open_how how = {
		.flags = OPEN_FLAGS,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
	};
	int fd = (int)syscall(SYS_openat2, dir_fd, name, &how, sizeof(how));

	if (fd >= 0 || (errno != ENOSYS && errno != EPERM))
		return fd;
	return open_by_realpath(dir, dir_fd, name);
}

/* True for a regular file on a disk; /proc may be mounted anywhere. */
static bool is_stored_file(int fd)
{
	struct stat st;
	struct statfs fs;

	return !fstat(fd, &st) && S_ISREG(st.st_mode) && !fstatfs(fd, &fs) &&
	       fs.f_type != PROC_SUPER_MAGIC && fs.f_type != SYSFS_MAGIC;
}

/* Skips slashes and "./" in front of a name. */
static const char *skip_empty_parts(const char *name)
{
	while (*name == '/' || (name[0] == '.' && name[1] == '/'))
		name++;
	return name;
}

int pq_open_beneath(const char *dir, const char *name)
{
	int dir_fd, fd;
	char *real;

	name = skip_empty_parts(name);
	if (!*name || has_parent_part(name)) {
		errno = *name ? EXDEV : ENOENT;
		return -1;
	}
	real = realpath(dir, NULL);
	if (!real)
		return -1;
	/* The root is allowed, but /proc, /dev and /sys below it are not. */
	if (is_forbidden_dir(real) ||
	    (!strcmp(real, "/") &&
	     (is_path_under(name, "proc") || is_path_under(name, "dev") ||
	      is_path_under(name, "sys")))) {
		free(real);
		errno = EXDEV;
		return -1;
	}

	/* The directory is opened first: its path may change meanwhile. */
	dir_fd = open(real, O_PATH | O_DIRECTORY | O_CLOEXEC);
	fd = dir_fd < 0 ? -1 : open_beneath_fd(real, dir_fd, name);
	free(real);
	if (dir_fd >= 0)
		close(dir_fd);

	/* Only an open descriptor tells for sure which file it is. */
	if (fd >= 0 && !is_stored_file(fd)) {
		close(fd);
		errno = ENOENT;
		return -1;
	}
	return fd;
}
