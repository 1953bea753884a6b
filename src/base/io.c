#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

#include "base/banned.h"

/* Read at once, when a whole file is. */
#define PIECE_BYTES ((size_t)64 << 10)

int pq_io_open(const char *path, struct pq_error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct stat st;

	if (fd < 0) {
		pq_fail(err, PQ_EIO, "%s", strerror(errno));
		return -1;
	}
	/* A directory opens, and fails only when it is read. */
	if (!fstat(fd, &st) && S_ISDIR(st.st_mode)) {
		pq_fail(err, PQ_EIO, "is a directory");
		close(fd);
		return -1;
	}
	return fd;
}

uint64_t pq_io_size(int fd)
{
	struct stat st;

	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_size < 0)
		return 0;
	return (uint64_t)st.st_size;
}

/* ---- reading and writing ---- */

ssize_t pq_io_read(int fd, void *to, size_t n)
{
	ssize_t got;

	do
		got = read(fd, to, n);
	while (got < 0 && errno == EINTR);
	return got;
}

ssize_t pq_io_read_next(struct pq_io_input *in, void *to, size_t n)
{
	ssize_t got;

	if (in->at < 0)
		return pq_io_read(in->fd, to, n);
	do
		got = pread(in->fd, to, n, in->at);
	while (got < 0 && errno == EINTR);
	in->at += got > 0 ? got : 0;
	return got;
}

bool pq_io_read_exactly(int fd, void *to, size_t n)
{
	char *at = to;

	while (n) {
		ssize_t got = pq_io_read(fd, at, n);

		if (got <= 0)
			return false;
		at += got;
		n -= (size_t)got;
	}
	return true;
}

bool pq_io_read_all(int fd, struct pq_buf *to, size_t most)
{
	while (to->len < most) {
		ssize_t got;

		pq_buf_reserve(to, PIECE_BYTES);
		got = pq_io_read(fd, pq_unchecked_writable(to->data) + to->len,
				 to->capacity - to->len);
		if (got <= 0)
			return !got;
		to->len += (size_t)got;
	}
	return true;
}

/* The descriptor is non-blocking (inherited so): wait until it takes more. */
static void wait_for_room(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };

	/* An error here is an error of the next write, too, and told there. */
	poll(&p, 1, -1);
}

bool pq_io_write_all(int fd, const void *from, size_t n)
{
	const char *at = from;

	while (n) {
		ssize_t written = write(fd, at, n);

		/* A pipe may take a part: the rest goes next. */
		if (written >= 0) {
			at += written;
			n -= (size_t)written;
		} else if (errno == EAGAIN) {
			wait_for_room(fd);
		} else if (errno != EINTR) {
			return false;
		}
	}
	return true;
}

/* ---- files that must not survive the program ---- */

/*
 * Copies of the paths, for a signal handler cannot look into a structure that
 * may be half changed.  A slot is listed last and taken off first.
 */
static struct {
	volatile sig_atomic_t listed;
	char path[PATH_MAX + 32];
} unlinked_at_end[PQ_IO_MOST_LISTED];

int pq_io_list_temporary(const char *path)
{
	size_t n = strlen(path) + 1;

	for (int i = 0; i < PQ_IO_MOST_LISTED; i++) {
		if (unlinked_at_end[i].listed ||
		    n > sizeof(unlinked_at_end[i].path))
			continue;
		/* The flag comes last: a signal may come at any time. */
		memcpy(unlinked_at_end[i].path, path, n);
		unlinked_at_end[i].listed = 1;
		return i;
	}
	return -1;
}

void pq_io_unlist_temporary(int slot)
{
	if (slot >= 0)
		unlinked_at_end[slot].listed = 0;
}

void pq_io_unlink_temporaries(void)
{
	for (int i = 0; i < PQ_IO_MOST_LISTED; i++)
		if (unlinked_at_end[i].listed)
			unlink(unlinked_at_end[i].path);
}

/* ---- output files ---- */

static bool cannot_write(const char *path, struct pq_error *err)
{
	return pq_fail(err, PQ_EIO, "%s: cannot write: %s", path,
		       strerror(errno));
}

/* Paths of the command line; they are made here and opened here. */
static const char *path_of(struct pq_buf *path)
{
	return pq_unchecked_bytes(pq_buf_cstr(path));
}

static bool begin_direct(struct pq_output *o, struct pq_error *err)
{
	o->fd = open(path_of(&o->target),
		     O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0666);
	return o->fd >= 0 || cannot_write(path_of(&o->target), err);
}

/* Asking means setting it, for all threads: not while there are others. */
static mode_t known_umask;
static bool umask_is_known;

void pq_io_ask_umask(void)
{
	known_umask = umask(0);
	umask(known_umask);
	umask_is_known = true;
}

/* The mode a new file gets; an existing one keeps its own. */
static mode_t wanted_mode(const struct stat *old)
{
	if (old)
		return old->st_mode & 0777;
	if (!umask_is_known)
		pq_io_ask_umask();
	return 0666 & ~known_umask;
}

/* The report is kept in memory, and the old file opened for the end. */
static bool begin_in_place(struct pq_output *o, struct pq_error *err)
{
	const char *target = path_of(&o->target);

	o->in_place = open(target, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	if (o->in_place >= 0)
		o->fd = memfd_create("profq output", MFD_CLOEXEC);
	return o->fd >= 0 || cannot_write(target, err);
}

static bool make_temporary(struct pq_output *o)
{
	const char *target = path_of(&o->target);
	const char *slash = strrchr(target, '/');

	/* beside the target, by a name that is short enough for any system */
	if (slash)
		pq_buf_bytes(&o->temporary, target,
			     (size_t)(slash + 1 - target));
	pq_buf_str(&o->temporary, ".profq.XXXXXX");
	pq_buf_cstr(&o->temporary);
	o->fd = mkostemp(pq_unchecked_writable(o->temporary.data), O_CLOEXEC);
	if (o->fd >= 0)
		return true;
	pq_buf_clear(&o->temporary);
	return false;
}

static void remove_temporary(struct pq_output *o)
{
	if (o->temporary.len)
		unlink(path_of(&o->temporary));
	pq_buf_clear(&o->temporary);
	pq_io_unlist_temporary(o->listed);
	o->listed = -1;
}

static bool keeps_owner(struct pq_output *o, const struct stat *old)
{
	struct stat st;

	return !old ||
	       (!fstat(o->fd, &st) && st.st_uid == old->st_uid &&
		st.st_gid == old->st_gid) ||
	       !fchown(o->fd, old->st_uid, old->st_gid);
}

static bool begin_temporary(struct pq_output *o, const struct stat *old,
			    struct pq_error *err)
{
	if (!make_temporary(o)) {
		if (old &&
		    (errno == EACCES || errno == EPERM || errno == EROFS))
			return begin_in_place(o, err);
		return cannot_write(path_of(&o->target), err);
	}
	o->listed = pq_io_list_temporary(path_of(&o->temporary));
	if (!keeps_owner(o, old)) {
		close(o->fd);
		o->fd = -1;
		remove_temporary(o);
		return begin_in_place(o, err);
	}
	/* after the owner, with whom some bits of the mode would go */
	if (fchmod(o->fd, wanted_mode(old)))
		return cannot_write(path_of(&o->target), err);
	return true;
}

/* A file on which another one is mounted cannot be renamed over. */
static bool is_mount_point(const char *path)
{
	struct statx st;

	return !statx(AT_FDCWD, path, 0, STATX_TYPE, &st) &&
	       st.stx_attributes & STATX_ATTR_MOUNT_ROOT;
}

/* Replaces the last part of the target by what it points to. */
static void follow_link(struct pq_output *o, const char *to)
{
	struct pq_buf next = { 0 };
	const char *target = path_of(&o->target);
	const char *slash = strrchr(target, '/');

	if (*to != '/' && slash)
		pq_buf_bytes(&next, target, (size_t)(slash + 1 - target));
	pq_buf_str(&next, to);
	pq_buf_cstr(&next);
	pq_buf_release(&o->target);
	o->target = next;
}

/*
 * From a link to nothing to what is to be made, so that it appears when all
 * was written.  False, with errno, when the system would not follow the link
 * (ELOOP, or EACCES for one of a stranger's in a folder that all may write).
 */
static bool follow_dangling_links(struct pq_output *o)
{
	char to[PATH_MAX];
	struct stat st;
	ssize_t n;

	if (errno != ENOENT)
		return false;
	/* the system follows 40 and refused more just now */
	while (!lstat(path_of(&o->target), &st) && S_ISLNK(st.st_mode)) {
		n = readlink(path_of(&o->target), to, sizeof(to) - 1);
		if (n < 0)
			return false;
		to[n] = '\0';
		follow_link(o, to);
	}
	return true;
}

static bool begin_output(struct pq_output *o, const char *path,
			 struct pq_error *err)
{
	char real[PATH_MAX];
	struct stat st;
	bool exists;

	pq_buf_str(&o->target, realpath(path, real) ? real : path);
	exists = !stat(path_of(&o->target), &st);
	if (exists && !S_ISREG(st.st_mode))
		return begin_direct(o, err);
	if (!exists && !follow_dangling_links(o))
		return cannot_write(path_of(&o->target), err);

	/* a file that one may not write must not be replaced either */
	if (exists && access(path_of(&o->target), W_OK))
		return cannot_write(path_of(&o->target), err);
	if (exists && (st.st_nlink > 1 || is_mount_point(path_of(&o->target))))
		return begin_in_place(o, err);
	return begin_temporary(o, exists ? &st : NULL, err);
}

static void abandon_unwound_output(void *output)
{
	pq_output_abandon(output);
}

bool pq_output_begin(struct pq_output *o, const char *path,
		     struct pq_error *err)
{
	memset(o, 0, sizeof(*o));
	o->fd = -1;
	o->in_place = o->listed = -1;
	pq_cleanup_add(&o->cleanup, abandon_unwound_output, o);
	if (begin_output(o, path, err))
		return true;
	pq_output_abandon(o);
	return false;
}

/* Mapped, so that nothing but a write can fail once there was one. */
static bool copy_over(struct pq_output *o, size_t n)
{
	void *report;
	int error;
	bool ok;

	/* There is nothing to copy, and mmap maps no 0 bytes. */
	if (!n)
		return !ftruncate(o->in_place, 0);
	report = mmap(NULL, n, PROT_READ, MAP_SHARED, o->fd, 0);
	if (report == MAP_FAILED)
		return false;
	ok = pq_io_write_all(o->in_place, report, n) &&
	     !ftruncate(o->in_place, (off_t)n);
	error = errno;
	munmap(report, n);
	errno = error;
	return ok;
}

static bool make_room(struct pq_output *o, off_t n)
{
	return !n || !fallocate(o->in_place, 0, 0, n) ||
	       (errno != ENOSPC && errno != EDQUOT && errno != EFBIG);
}

/*
 * The bytes kept in memory go over the old file, once there is room for them.
 * Making room may make the file longer; it is cut back where nothing was
 * written.
 */
static bool write_over(struct pq_output *o)
{
	struct stat fresh, old;
	int error;

	if (fstat(o->fd, &fresh) || fstat(o->in_place, &old))
		return false;
	if (make_room(o, fresh.st_size) && copy_over(o, (size_t)fresh.st_size))
		return true;
	error = errno;
	/* The old file is cut back only if nothing was written over it. */
	if (lseek(o->in_place, 0, SEEK_CUR) ||
	    ftruncate(o->in_place, old.st_size))
		return false;
	errno = error;
	return false;
}

static bool finish(struct pq_output *o)
{
	bool ok = o->in_place < 0 || write_over(o);

	ok = !close(o->fd) && ok;
	o->fd = -1;
	if (o->in_place >= 0) {
		ok = !close(o->in_place) && ok;
		o->in_place = -1;
	}
	/* Renamed last: the name has the old report, or all of the new. */
	if (ok && o->temporary.len)
		ok = !rename(path_of(&o->temporary), path_of(&o->target));
	return ok;
}

bool pq_output_commit(struct pq_output *o, struct pq_error *err)
{
	bool ok = finish(o);

	if (!ok)
		cannot_write(path_of(&o->target), err);
	else
		pq_buf_clear(&o->temporary);
	pq_output_abandon(o);
	return ok;
}

void pq_output_abandon(struct pq_output *o)
{
	pq_cleanup_remove(&o->cleanup);
	if (o->fd >= 0)
		close(o->fd);
	if (o->in_place >= 0)
		close(o->in_place);
	remove_temporary(o);
	pq_buf_release(&o->target);
	pq_buf_release(&o->temporary);
	o->fd = o->in_place = -1;
}

const char *pq_output_folder(const struct pq_output *o, char *room,
			     size_t bytes)
{
	struct pq_text path = pq_buf_view(&o->temporary);

	while (path.len && path.bytes[path.len - 1] != '/')
		path.len--;
	if (!o->temporary.len || path.len >= bytes || bytes < 2)
		return NULL;
	memcpy(room, path.len ? pq_unchecked_bytes(path.bytes) : ".",
	       path.len ? path.len : 1);
	room[path.len ? path.len : 1] = '\0';
	return room;
}
