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

	/* what goes wrong here goes wrong in write, too */
	poll(&p, 1, -1);
}

bool pq_io_write_all(int fd, const void *from, size_t n)
{
	const char *at = from;

	while (n) {
		ssize_t written = write(fd, at, n);

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

/* ---- output files ---- */

/*
 * The temporary file of the output under way, for the signals that end the
 * program; a signal handler cannot look into a structure that may be half
 * changed, so this is a copy.
 */
static char unlink_on_signal[PATH_MAX + 32];
static volatile sig_atomic_t has_unlink_on_signal;

static void remove_doomed(int number)
{
	if (has_unlink_on_signal)
		unlink(unlink_on_signal);
	signal(number, SIG_DFL);
	raise(number);
}

static void watch_signals(const char *path)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
	size_t n = strlen(path) + 1;

	if (n > sizeof(unlink_on_signal))
		return;
	memcpy(unlink_on_signal, path, n);
	has_unlink_on_signal = 1;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		struct sigaction now;

		/* a signal that is ignored on purpose stays ignored */
		if (sigaction(numbers[i], NULL, &now) ||
		    now.sa_handler != SIG_DFL)
			continue;
		now.sa_handler = remove_doomed;
		now.sa_flags = 0;
		sigaction(numbers[i], &now, NULL);
	}
}

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

/* The mode a new file gets; an existing one keeps its own. */
static mode_t wanted_mode(const struct stat *old)
{
	mode_t mask;

	if (old)
		return old->st_mode & 0777;
	mask = umask(0);
	umask(mask);
	return 0666 & ~mask;
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
	has_unlink_on_signal = 0;
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
	watch_signals(path_of(&o->temporary));
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

static bool begin(struct pq_output *o, const char *path, struct pq_error *err)
{
	char real[PATH_MAX];
	struct stat st;
	bool exists;

	pq_buf_str(&o->target, realpath(path, real) ? real : path);
	exists = !stat(path_of(&o->target), &st);
	if (exists && !S_ISREG(st.st_mode))
		return begin_direct(o, err);
	/* a link to nothing: the system makes what it points to */
	if (!exists && !lstat(path, &st))
		return begin_direct(o, err);
	/* a file that one may not write must not be replaced either */
	if (exists && access(path_of(&o->target), W_OK))
		return cannot_write(path_of(&o->target), err);
	if (exists && st.st_nlink > 1)
		return begin_in_place(o, err);
	return begin_temporary(o, exists ? &st : NULL, err);
}

static void abandon(void *output)
{
	pq_output_abandon(output);
}

bool pq_output_begin(struct pq_output *o, const char *path,
		     struct pq_error *err)
{
	memset(o, 0, sizeof(*o));
	o->fd = -1;
	o->in_place = -1;
	pq_cleanup_add(&o->cleanup, abandon, o);
	if (begin(o, path, err))
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
 * What was kept in memory goes over the old file, once there is room for it.
 * That may have made it longer; where nothing was written it is as it was.
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
