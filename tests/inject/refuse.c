#include "inject/refuse.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

const char *const refused_names[REFUSE_CALLS] = {
#define CALL(name, error) #name,
#include "refuse.def"
#undef CALL
};

static const int errors[REFUSE_CALLS] = {
#define CALL(name, error) error,
#include "refuse.def"
#undef CALL
};

static struct {
	enum refused_call call;
	enum refused_how how;
	uint64_t left; /* 0: nothing, or nothing more, is refused */
	bool came;
} now;

/* The calls of all threads are counted together. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void refuse_after(enum refused_call call, uint64_t n, enum refused_how how)
{
	now.call = call;
	now.how = how;
	now.left = n;
	now.came = false;
}

bool refuse_end(void)
{
	now.left = 0;
	return now.came;
}

static bool count(enum refused_call call)
{
	if (!now.left || now.call != call || --now.left)
		return false;
	now.came = true;
	if (now.how == REFUSE_FOREVER || now.how == REFUSE_SHORT)
		now.left = 1;
	return true;
}

/* Whether it is this call's turn. */
static bool hit(enum refused_call call)
{
	bool turn;

	pthread_mutex_lock(&lock);
	turn = count(call);
	pthread_mutex_unlock(&lock);
	return turn;
}

static bool refused(enum refused_call call)
{
	if (!hit(call))
		return false;
	errno = now.how == REFUSE_EINTR ? EINTR : errors[call];
	return true;
}

#define REAL(type, name, ...)            \
	type __real_##name(__VA_ARGS__); \
	type __wrap_##name(__VA_ARGS__); \
	type __wrap_##name(__VA_ARGS__)

REAL(int, open, const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list args;

	va_start(args, flags);
	if (flags & O_CREAT)
		mode = va_arg(args, mode_t);
	va_end(args);
	return refused(REFUSE_open) ? -1 : __real_open(path, flags, mode);
}

REAL(int, openat, int dir, const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list args;

	va_start(args, flags);
	if (flags & O_CREAT)
		mode = va_arg(args, mode_t);
	va_end(args);
	return refused(REFUSE_openat) ? -1
				      : __real_openat(dir, path, flags, mode);
}

REAL(ssize_t, read, int fd, void *to, size_t n)
{
	if (now.how == REFUSE_SHORT)
		n = n && hit(REFUSE_read) ? 1 : n;
	else if (refused(REFUSE_read))
		return -1;
	return __real_read(fd, to, n);
}

REAL(ssize_t, pread, int fd, void *to, size_t n, off_t at)
{
	return refused(REFUSE_pread) ? -1 : __real_pread(fd, to, n, at);
}

/* The line that tells of a failure is not refused. */
REAL(ssize_t, write, int fd, const void *from, size_t n)
{
	if (fd == STDERR_FILENO)
		return __real_write(fd, from, n);
	if (now.how == REFUSE_SHORT)
		n = n && hit(REFUSE_write) ? 1 : n;
	else if (refused(REFUSE_write))
		return -1;
	return __real_write(fd, from, n);
}

REAL(int, mkostemp, char *name, int flags)
{
	return refused(REFUSE_mkostemp) ? -1 : __real_mkostemp(name, flags);
}

REAL(int, mkostemps, char *name, int suffix, int flags)
{
	return refused(REFUSE_mkostemps)
		       ? -1
		       : __real_mkostemps(name, suffix, flags);
}

REAL(int, rename, const char *from, const char *to)
{
	return refused(REFUSE_rename) ? -1 : __real_rename(from, to);
}

REAL(int, fchmod, int fd, mode_t mode)
{
	return refused(REFUSE_fchmod) ? -1 : __real_fchmod(fd, mode);
}

REAL(int, pipe2, int ends[2], int flags)
{
	return refused(REFUSE_pipe2) ? -1 : __real_pipe2(ends, flags);
}

REAL(pid_t, fork, void)
{
	return refused(REFUSE_fork) ? -1 : __real_fork();
}

REAL(int, memfd_create, const char *name, unsigned flags)
{
	return refused(REFUSE_memfd_create) ? -1
					    : __real_memfd_create(name, flags);
}

REAL(void *, mmap, void *at, size_t n, int rights, int flags, int fd,
     off_t from)
{
	/* others are the system library's and the sanitizer's */
	if (fd >= 0 && refused(REFUSE_mmap))
		return MAP_FAILED;
	return __real_mmap(at, n, rights, flags, fd, from);
}

REAL(int, fallocate, int fd, int mode, off_t from, off_t n)
{
	return refused(REFUSE_fallocate) ? -1
					 : __real_fallocate(fd, mode, from, n);
}

/* The one that tells by what it returns. */
REAL(int, pthread_create, pthread_t *thread, const pthread_attr_t *attributes,
     void *(*start)(void *), void *arg)
{
	if (refused(REFUSE_pthread_create))
		return EAGAIN;
	return __real_pthread_create(thread, attributes, start, arg);
}
