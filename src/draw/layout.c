#include "draw/layout.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <graphviz/gvc.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

#include "base/banned.h"

#define LIBRARY "libgvc.so.6"

/* Memory of the child over what it inherits. */
#define MOST_BYTES (640u << 20)

/* A sanitizer maps more address space than any limit can allow. */
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

/* What the child ends with. */
enum outcome {
	DRAWN = 0,
	NO_LIBRARY = 11,
	NO_GRAPH,
	NO_LAYOUT,
	NO_RENDERER,
	NO_PIPE,
};

/* ---- the child; it allocates by the system's malloc only ---- */

struct graphviz {
	GVC_t *(*context)(void);
	Agraph_t *(*read)(const char *dot);
	int (*layout)(GVC_t *context, Agraph_t *graph, const char *engine);
	int (*render)(GVC_t *context, Agraph_t *graph, const char *format,
		      char **data, unsigned *len);
};

static bool load(struct graphviz *gv)
{
	void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);

	if (!library)
		return false;
	*(void **)&gv->context = dlsym(library, "gvContext");
	*(void **)&gv->read = dlsym(library, "agmemread");
	*(void **)&gv->layout = dlsym(library, "gvLayout");
	*(void **)&gv->render = dlsym(library, "gvRenderData");
	return gv->context && gv->read && gv->layout && gv->render;
}

static void limit(int resource, rlim_t most)
{
	struct rlimit r = { most, most };

	setrlimit(resource, &r);
}

static void confine(unsigned seconds)
{
	int null = open("/dev/null", O_RDWR);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_IGN);
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_FSIZE, 0); /* it may fill a pipe but no file */
	limit(RLIMIT_CPU, seconds + 1);
	if (!SANITIZED)
		limit(RLIMIT_AS, pq_mem_used() + MOST_BYTES);
	for (int fd = 0; fd <= 2; fd++)
		dup2(null, fd);
}

static enum outcome write_all(int fd, const char *data, size_t len)
{
	while (len) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno != EINTR)
			return NO_PIPE;
		if (n > 0) {
			data += n;
			len -= (size_t)n;
		}
	}
	return DRAWN;
}

static enum outcome draw(const char *dot, const char *format, int fd)
{
	struct graphviz gv;
	Agraph_t *graph;
	GVC_t *context;
	char *data = NULL;
	unsigned len = 0;

	if (!load(&gv))
		return NO_LIBRARY;
	context = gv.context();
	graph = context ? gv.read(dot) : NULL;
	if (!graph)
		return NO_GRAPH;
	if (gv.layout(context, graph, "dot"))
		return NO_LAYOUT;
	if (gv.render(context, graph, format, &data, &len) || !len)
		return NO_RENDERER;
	return write_all(fd, data, len);
}

/* ---- the parent ---- */

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

struct drawing {
	pid_t child;
	int fd; /* what it writes */
};

/* Returns how the child ended. */
static int wait_for_end(struct drawing *d)
{
	int status = 0;

	while (waitpid(d->child, &status, 0) < 0 && errno == EINTR)
		;
	close(d->fd);
	return status;
}

/* When memory runs out while it is read. */
static void unwind(void *arg)
{
	struct drawing *d = arg;

	kill(d->child, SIGKILL);
	wait_for_end(d);
}

enum reading { READ, TOO_LATE, UNREADABLE };

/* Reads up to the end. */
static enum reading read_all(int fd, struct pq_buf *to, int64_t deadline)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	for (;;) {
		int64_t left = deadline - now_ms();
		ssize_t n;

		if (left <= 0)
			return TOO_LATE;
		if (poll(&p, 1, (int)left) <= 0)
			continue;
		pq_buf_reserve(to, 1 << 16);
		n = read(fd, pq_unchecked_writable(to->data) + to->len,
			 to->capacity - to->len);
		if (n > 0)
			to->len += (size_t)n;
		else if (!n)
			return READ;
		else if (errno != EINTR)
			return UNREADABLE;
	}
}

static const char *reason(int status)
{
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGXCPU ? "it takes too long"
						   : "graphviz crashed";
	switch (WEXITSTATUS(status)) {
	case NO_LIBRARY:
		return "graphviz is not installed (" LIBRARY ")";
	case NO_GRAPH:
		return "graphviz does not understand the graph";
	case NO_LAYOUT:
		return "graphviz cannot lay out the graph";
	case NO_RENDERER:
		return "graphviz cannot write this format";
	default:
		return "graphviz gave up, perhaps for lack of memory";
	}
}

static bool collect(struct drawing *d, unsigned seconds, struct pq_buf *picture,
		    struct pq_error *err)
{
	struct pq_cleanup cleanup;
	enum reading reading;
	int status;

	pq_cleanup_add(&cleanup, unwind, d);
	reading = read_all(d->fd, picture, now_ms() + (int64_t)seconds * 1000);
	pq_cleanup_remove(&cleanup);
	if (reading != READ)
		kill(d->child, SIGKILL);
	status = wait_for_end(d);
	if (reading == UNREADABLE)
		return pq_fail(err, PQ_EIO,
			       "graph layout failed: its picture "
			       "cannot be read");
	if (reading == TOO_LATE)
		return pq_fail(err, PQ_ELIMIT,
			       "graph layout failed: not done after %u s; "
			       "-layout_time=N waits longer, a smaller "
			       "-nodecount or a larger -edgefraction draw less",
			       seconds);
	if (WIFEXITED(status) && WEXITSTATUS(status) == DRAWN)
		return true;
	return pq_fail(err, PQ_ELIMIT, "graph layout failed: %s",
		       reason(status));
}

bool pq_layout(struct pq_buf *dot, const char *format, unsigned seconds,
	       struct pq_buf *picture, struct pq_error *err)
{
	const char *text = pq_unchecked_bytes(pq_buf_cstr(dot));
	struct drawing d;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		return pq_fail(err, PQ_EIO, "graph layout failed: %s",
			       strerror(errno));
	d.fd = ends[0];
	d.child = fork();
	if (d.child < 0) {
		pq_fail(err, PQ_EIO, "graph layout failed: %s",
			strerror(errno));
		close(ends[0]);
		close(ends[1]);
		return false;
	}
	if (!d.child) {
		confine(seconds);
		_exit(draw(text, format, ends[1]));
	}
	close(ends[1]);
	return collect(&d, seconds, picture, err);
}
