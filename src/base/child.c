#include "base/child.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/sanitized.h"
#include "base/thread.h"

#include "base/banned.h"

/* By its number, for headers are often older. */
#ifndef SYS_close_range
#define SYS_close_range 436
#endif

enum { NO_MEMORY_STATUS = 125, READ_BYTES = 1 << 16 };

/* Children begun and not waited for, the newest first. */
static struct pq_child *newest_child;

static void close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* ---- in the child ---- */

static void limit_resource(int resource, rlim_t soft, rlim_t hard)
{
	struct rlimit r = { soft, hard };

	setrlimit(resource, &r);
}

static void limit_child(const struct pq_child_plan *plan)
{
	if (plan->cpu_seconds)
		limit_resource(RLIMIT_CPU, plan->cpu_seconds,
			       plan->cpu_seconds + 1);
	/* A sanitizer maps more address space than any limit can allow. */
	if (plan->address_bytes && !PQ_SANITIZED)
		limit_resource(RLIMIT_AS, pq_mem_used() + plan->address_bytes,
			       pq_mem_used() + plan->address_bytes);
	if (plan->writes_no_file) {
		limit_resource(RLIMIT_CORE, 0, 0);
		limit_resource(RLIMIT_FSIZE, 0, 0);
	}
}

/*
 * A handler of the parent's must not run here: it would remove the parent's
 * temporary file.  The CPU limit must end the child even where its signal is
 * ignored, and a write over the limit of sizes must fail and not kill.
 */
static void reset_signals(void)
{
	for (int number = 1; number < NSIG; number++) {
		struct sigaction action;

		if (sigaction(number, NULL, &action) ||
		    action.sa_handler == SIG_IGN ||
		    action.sa_handler == SIG_DFL)
			continue;
		signal(number, SIG_DFL);
	}
	signal(SIGXCPU, SIG_DFL);
	signal(SIGXFSZ, SIG_IGN);
}

/* Pipes whose other ends are closed, in the place of the standard streams. */
static bool silence_streams(void)
{
	int empty[2], closed[2];

	if (pipe2(empty, O_CLOEXEC))
		return false;
	if (pipe2(closed, O_CLOEXEC))
		return false;
	/* Reading finds an end at once, and writing fails. */
	close(empty[1]);
	close(closed[0]);
	return dup2(empty[0], STDIN_FILENO) >= 0 &&
	       dup2(closed[1], STDOUT_FILENO) >= 0 &&
	       dup2(closed[1], STDERR_FILENO) >= 0;
}

/* From `first` to `last`, both included. */
static void close_range_of(unsigned first, unsigned last)
{
	enum { USUALLY_ALL = 1024 };

	if (first > last || !syscall(SYS_close_range, first, last, 0))
		return;
	for (unsigned fd = first; fd <= last && fd < USUALLY_ALL; fd++)
		close((int)fd);
}

static void close_pipes_of_siblings(void)
{
	for (struct pq_child *c = newest_child; c; c = c->older) {
		close_end(&c->to);
		close_end(&c->from);
	}
	newest_child = NULL;
}

static void close_other_files(int in, int out)
{
	unsigned low = (unsigned)(in < out ? in : out);
	unsigned high = (unsigned)(in < out ? out : in);

	close_range_of(STDERR_FILENO + 1, low - 1);
	close_range_of(low + 1, high - 1);
	close_range_of(high + 1, ~0U);
}

struct run_of_plan {
	const struct pq_child_plan *plan;
	int in, out;
	int status;
};

static void run_plan(void *arg)
{
	struct run_of_plan *r = arg;

	r->status = r->plan->run(r->plan->arg, r->in, r->out);
}

/* A guard of its own: an unwinding must never go on as a second parent. */
static _Noreturn void be_child(const struct pq_child_plan *plan, int in,
			       int out)
{
	struct run_of_plan r = { plan, in, out, NO_MEMORY_STATUS };
	struct pq_error err;

	if (plan->dies_with_parent)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	reset_signals();
	/* A sibling's pipe that stays open here would never end. */
	close_pipes_of_siblings();
	if (plan->is_silent && !silence_streams())
		_exit(NO_MEMORY_STATUS);
	if (plan->closes_files)
		close_other_files(in, out);
	limit_child(plan);
	pq_error_clear(&err);
	pq_mem_guard(run_plan, &r, &err);
	_exit(r.status);
}

/* ---- starting ---- */

/* Without this the system would keep no status of a child (see child.h). */
static void keep_statuses(void)
{
	struct sigaction action;

	if (!sigaction(SIGCHLD, NULL, &action) &&
	    (action.sa_handler == SIG_IGN || action.sa_flags & SA_NOCLDWAIT))
		signal(SIGCHLD, SIG_DFL);
}

static bool refuse_child(struct pq_error *err)
{
	return pq_fail(err, PQ_EIO, "cannot start a process: %s",
		       strerror(errno));
}

static void close_pipe(const int ends[2])
{
	close(ends[0]);
	close(ends[1]);
}

static void kill_unwound_child(void *child)
{
	pq_child_kill(child);
}

static void end_unwound_child(void *child)
{
	pq_child_wait(child);
}

static bool fork_child(struct pq_child *c, const struct pq_child_plan *plan,
		       const int in[2], const int out[2], struct pq_error *err)
{
	keep_statuses();
	c->pid = fork();
	/* The child keeps its own ends, and never returns. */
	if (!c->pid) {
		close(in[1]);
		close(out[0]);
		be_child(plan, in[0], out[1]);
	}
	if (c->pid < 0) {
		refuse_child(err);
		close_pipe(in);
		close_pipe(out);
		c->pid = 0;
		return false;
	}
	/* The parent keeps the others, and waits for it when unwound. */
	close(in[0]);
	close(out[1]);
	c->to = in[1];
	c->from = out[0];
	c->older = newest_child;
	newest_child = c;
	pq_cleanup_add(&c->cleanup,
		       plan->ends_with_input ? end_unwound_child
					     : kill_unwound_child,
		       c);
	return true;
}

bool pq_child_begin(struct pq_child *c, const struct pq_child_plan *plan,
		    struct pq_error *err)
{
	int in[2], out[2];

	/* A fork copies one thread: locks of the others would stay shut. */
	assert(!pq_threads_alive());
	memset(c, 0, sizeof(*c));
	c->to = c->from = -1;
	if (pipe2(in, O_CLOEXEC))
		return refuse_child(err);
	if (pipe2(out, O_CLOEXEC)) {
		refuse_child(err);
		close_pipe(in);
		return false;
	}
	return fork_child(c, plan, in, out, err);
}

/* ---- its end ---- */

static void unlist_child(const struct pq_child *c)
{
	struct pq_child **at = &newest_child;

	while (*at && *at != c)
		at = &(*at)->older;
	if (*at)
		*at = c->older;
}

static struct pq_child_end describe_end(int status)
{
	if (WIFSIGNALED(status))
		return (struct pq_child_end){ PQ_CHILD_SIGNALED,
					      WTERMSIG(status) };
	return (struct pq_child_end){ PQ_CHILD_EXITED, WEXITSTATUS(status) };
}

struct pq_child_end pq_child_wait(struct pq_child *c)
{
	struct pq_child_end lost = { PQ_CHILD_LOST, 0 };
	int status = 0;
	pid_t pid;

	if (!c->pid)
		return lost;
	pq_cleanup_remove(&c->cleanup);
	unlist_child(c);
	/* Closed ends tell the child that nothing follows. */
	close_end(&c->to);
	close_end(&c->from);
	do
		pid = waitpid(c->pid, &status, 0);
	while (pid < 0 && errno == EINTR);
	c->pid = 0;
	return pid < 0 ? lost : describe_end(status);
}

struct pq_child_end pq_child_kill(struct pq_child *c)
{
	if (c->pid)
		kill(c->pid, SIGKILL);
	return pq_child_wait(c);
}

bool pq_child_succeeded(struct pq_child_end end)
{
	return end.how == PQ_CHILD_EXITED && !end.number;
}

/* ---- its output ---- */

/* True when there is something to read before the deadline. */
static bool wait_for_output(int fd, int64_t deadline_ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int64_t left;

	while ((left = deadline_ms - pq_clock_ms()) > 0)
		if (poll(&p, 1, left > INT32_MAX ? INT32_MAX : (int)left) > 0)
			return true;
	return false;
}

static enum pq_child_reading read_output(int fd, struct pq_buf *to,
					 int64_t deadline_ms, size_t most_bytes)
{
	size_t before = to->len;

	while (wait_for_output(fd, deadline_ms)) {
		ssize_t n;

		pq_buf_reserve(to, READ_BYTES);
		n = read(fd, pq_unchecked_writable(to->data) + to->len,
			 READ_BYTES);
		if (!n)
			return PQ_CHILD_WHOLE;
		/* A signal is no end: waiting goes on. */
		if (n < 0 && errno != EINTR)
			return PQ_CHILD_UNREADABLE;
		to->len += n > 0 ? (size_t)n : 0;
		if (to->len - before > most_bytes)
			return PQ_CHILD_TOO_LONG;
	}
	return PQ_CHILD_TOO_LATE;
}

enum pq_child_reading pq_child_read(struct pq_child *c, struct pq_buf *to,
				    unsigned seconds, size_t most_bytes,
				    struct pq_child_end *end)
{
	enum pq_child_reading reading;
	int error;

	close_end(&c->to);
	reading = read_output(c->from, to,
			      pq_clock_ms() + (int64_t)seconds * 1000,
			      most_bytes);
	/* Waiting must not lose the reason why reading failed. */
	error = errno;
	*end = reading == PQ_CHILD_WHOLE ? pq_child_wait(c) : pq_child_kill(c);
	errno = error;
	return reading;
}

/* ---- a task ---- */

enum task_word { RUN = 1 }; /* the end of its input: cancelled */

struct task {
	pq_child_task *fn;
	const char *arg;
	struct pq_error err;
};

static void run_task(void *arg)
{
	struct task *t = arg;

	if (!t->fn(t->arg, &t->err) && t->err.code == PQ_OK)
		pq_fail(&t->err, PQ_EIO, "failed");
}

/* Runs in the child; the guard makes "out of memory" an answer, too. */
static int wait_and_run_task(void *arg, int in, int out)
{
	struct task *t = arg;
	char word = 0;

	if (!pq_io_read_exactly(in, &word, 1) || word != RUN)
		return 0;
	pq_mem_guard(run_task, t, &t->err);
	return !pq_io_write_all(out, &t->err, sizeof(t->err));
}

bool pq_child_prepare(struct pq_child *c, pq_child_task *fn, const char *arg,
		      struct pq_error *err)
{
	struct task task = { .fn = fn, .arg = arg };
	/* killing is not allowed any more where rights were dropped */
	struct pq_child_plan plan = { .run = wait_and_run_task,
				      .arg = &task,
				      .ends_with_input = true };

	pq_error_clear(&task.err);
	return pq_child_begin(c, &plan, err);
}

bool pq_child_run(struct pq_child *c, struct pq_error *err)
{
	const char word = RUN;
	struct pq_error theirs;
	bool answered;

	/* a child that has died is noticed by its answer */
	pq_io_write_all(c->to, &word, 1);
	answered = pq_io_read_exactly(c->from, &theirs, sizeof(theirs));
	pq_child_wait(c);
	if (!answered)
		return pq_fail(err, PQ_EIO, "a process of ours died");
	if (theirs.code == PQ_OK)
		return true;
	theirs.msg[sizeof(theirs.msg) - 1] = '\0';
	return pq_fail(err, theirs.code, "%s", theirs.msg);
}

/* The end of its input is word enough. */
void pq_child_cancel(struct pq_child *c)
{
	pq_child_wait(c);
}

/* ---- another program ---- */

/* Signals that this program ignores for its own writes. */
static void list_reset_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGPIPE);
	sigaddset(set, SIGXFSZ);
}

bool pq_child_start_program(struct pq_child *c, char *const words[])
{
	posix_spawnattr_t attributes;
	sigset_t reset;
	int error;

	memset(c, 0, sizeof(*c));
	c->to = c->from = -1;
	keep_statuses();
	error = posix_spawnattr_init(&attributes);
	/* Ignored signals are inherited: the program gets the usual ones. */
	if (!error) {
		list_reset_signals(&reset);
		posix_spawnattr_setsigdefault(&attributes, &reset);
		posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
		error = posix_spawnp(&c->pid, words[0], NULL, &attributes,
				     words, environ);
		posix_spawnattr_destroy(&attributes);
	}
	/* No process: nothing is there to be waited for. */
	if (error)
		c->pid = 0;
	errno = error;
	return !error;
}
