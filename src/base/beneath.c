#include "base/beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdio.h>
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

/* File systems whose files are the kernel's; any may be mounted anywhere. */
static bool is_kernel_file_system(unsigned long type)
{
	static const unsigned long kernel_file_systems[] = {
		PROC_SUPER_MAGIC,
		SYSFS_MAGIC,
		CGROUP_SUPER_MAGIC,
		CGROUP2_SUPER_MAGIC,
		DEBUGFS_MAGIC,
		TRACEFS_MAGIC,
		SECURITYFS_MAGIC,
		SELINUX_MAGIC,
		SMACK_MAGIC,
		AAFS_MAGIC,
		BPF_FS_MAGIC,
		BINFMTFS_MAGIC,
		DEVPTS_SUPER_MAGIC,
		EFIVARFS_MAGIC,
		HUGETLBFS_MAGIC,
		NSFS_MAGIC,
		PSTOREFS_MAGIC,
		RDTGROUP_SUPER_MAGIC,
		XENFS_SUPER_MAGIC,
		0x62656570 /* configfs */,
		0x65735543 /* fusectl */,
		0x19800202 /* mqueue */,
		0x6e667364 /* nfsd */,
	};
	size_t n = sizeof(kernel_file_systems) / sizeof(*kernel_file_systems);
	bool is = false;

	for (size_t i = 0; i < n; i++)
		is = is || type == kernel_file_systems[i];
	return is;
}

/*
 * True for a file in /proc, /dev or /sys, whatever links led to it: what is
 * mounted below them may be of a kind that is fine elsewhere.
 */
static bool is_in_forbidden_dir(int fd, const char *dir, const char *name)
{
	char link[64], real[PATH_MAX], full[PATH_MAX];
	ssize_t n;
	int len;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, real, sizeof(real) - 1);
	if (n > 0) {
		real[n] = '\0';
		return is_forbidden_dir(real);
	}
	/* Without /proc the path is resolved once more. */
	len = snprintf(full, sizeof(full), "%s/%s", dir, name);
	return len < 0 || (size_t)len >= sizeof(full) ||
	       !realpath(full, real) || is_forbidden_dir(real);
}

/* True for a regular file of a file system that stores what it is given. */
static bool is_stored_file(int fd)
{
	struct stat st;
	struct statfs fs;

	return !fstat(fd, &st) && S_ISREG(st.st_mode) && !fstatfs(fd, &fs) &&
	       !is_kernel_file_system((unsigned long)fs.f_type);
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
	if (dir_fd >= 0)
		close(dir_fd);

	/* Only an open descriptor tells for sure which file it is. */
	if (fd >= 0 &&
	    (!is_stored_file(fd) || is_in_forbidden_dir(fd, real, name))) {
		close(fd);
		errno = ENOENT;
		fd = -1;
	}
	free(real);
	return fd;
}
