#include "host/outside.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/banned.h"

enum { GO_AWAY = 0, GO = 1 };

struct errand {
	bool (*fn)(const char *arg, struct pq_error *err);
	const char *arg;
	struct pq_error err;
};

/* All n bytes, unless the other side is gone. */
static bool read_all(int fd, void *to, size_t n)
{
	char *at = to;

	while (n) {
		ssize_t got = read(fd, at, n);

		if (!got || (got < 0 && errno != EINTR))
			return false;
		at += got > 0 ? got : 0;
		n -= got > 0 ? (size_t)got : 0;
	}
	return true;
}

static bool write_all(int fd, const void *from, size_t n)
{
	const char *at = from;

	while (n) {
		ssize_t put = write(fd, at, n);

		if (put < 0 && errno != EINTR)
			return false;
		at += put > 0 ? put : 0;
		n -= put > 0 ? (size_t)put : 0;
	}
	return true;
}

static void do_it(void *arg)
{
	struct errand *e = arg;

	if (!e->fn(e->arg, &e->err) && e->err.code == PQ_OK)
		pq_fail(&e->err, PQ_EIO, "failed");
}

/* The child; a guard of its own, so that it never goes on as a second one. */
static _Noreturn void wait_for_word(struct errand *e, int word, int answer)
{
	char go = GO_AWAY;

	if (!read_all(word, &go, 1) || go != GO)
		_exit(0);
	pq_mem_guard(do_it, e, &e->err);
	_exit(!write_all(answer, &e->err, sizeof(e->err)));
}

static void end(struct pq_outside *o, char word)
{
	pq_cleanup_remove(&o->cleanup);
	write_all(o->word, &word, 1); /* a child that died is seen later */
	close(o->word);
}

static void reap(struct pq_outside *o)
{
	close(o->answer);
	while (waitpid(o->child, NULL, 0) < 0 && errno == EINTR)
		continue;
	o->child = 0;
}

static void unwind(void *outside)
{
	struct pq_outside *o = outside;

	end(o, GO_AWAY);
	reap(o);
}

static bool refuse(struct pq_error *err)
{
	return pq_fail(err, PQ_EIO, "cannot start a process: %s",
		       strerror(errno));
}

bool pq_outside_begin(struct pq_outside *o,
		      bool (*fn)(const char *arg, struct pq_error *err),
		      const char *arg, struct pq_error *err)
{
	struct errand errand = { .fn = fn, .arg = arg };
	int word[2], answer[2];

	memset(o, 0, sizeof(*o));
	if (pipe2(word, O_CLOEXEC))
		return refuse(err);
	if (pipe2(answer, O_CLOEXEC)) {
		refuse(err);
		close(word[0]);
		close(word[1]);
		return false;
	}
	o->child = fork();
	if (!o->child) {
		close(word[1]);
		close(answer[0]);
		wait_for_word(&errand, word[0], answer[1]);
	}
	close(word[0]);
	close(answer[1]);
	o->word = word[1];
	o->answer = answer[0];
	if (o->child < 0) {
		refuse(err);
		close(o->word);
		close(o->answer);
		o->child = 0;
		return false;
	}
	pq_cleanup_add(&o->cleanup, unwind, o);
	return true;
}

bool pq_outside_go(struct pq_outside *o, struct pq_error *err)
{
	struct pq_error theirs;
	bool ok;

	end(o, GO);
	ok = read_all(o->answer, &theirs, sizeof(theirs));
	reap(o);
	if (!ok)
		return pq_fail(err, PQ_EIO, "a process of ours died");
	if (theirs.code == PQ_OK)
		return true;
	theirs.msg[sizeof(theirs.msg) - 1] = '\0';
	return pq_fail(err, theirs.code, "%s", theirs.msg);
}

void pq_outside_forget(struct pq_outside *o)
{
	if (o->child)
		unwind(o);
}
