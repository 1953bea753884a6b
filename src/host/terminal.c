#include "host/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "gzip/stream.h"
#include "host/message.h"

#include "base/banned.h"

/* ---- color ---- */

static bool is_set(const char *variable)
{
	const char *value = getenv(variable);

	return value && value[0];
}

bool pq_terminal_color(const struct pq_options *o, int fd)
{
	const char *term = getenv("TERM"), *force = getenv("CLICOLOR_FORCE");

	if (o->color != PQ_COLOR_AUTO)
		return o->color == PQ_COLOR_ALWAYS;
	if (is_set("NO_COLOR"))
		return false;
	if (force && *force && strcmp(force, "0") != 0)
		return true;
	return isatty(fd) && term && strcmp(term, "dumb") != 0;
}

/* ---- pager ---- */

static pid_t pager = -1;
static int pager_fd = -1;

static const char *pager_command(void)
{
	const char *command = getenv("PROFQ_PAGER");

	if (!command)
		command = getenv("PAGER");
	/* a report must not vanish where there is none */
	if (!command)
		command = "if command -v less >/dev/null; then exec less; "
			  "else exec cat; fi";
	return command[0] && strcmp(command, "cat") != 0 ? command : NULL;
}

static bool fits_screen(const struct pq_out *out)
{
	struct winsize size;
	size_t lines = 0;

	if (ioctl(out->fd, TIOCGWINSZ, &size) || !size.ws_row)
		return true;
	for (size_t i = 0; i < out->buf.len; i++)
		lines += out->buf.data[i] == '\n';
	return lines < size.ws_row;
}

static void run_pager(const char *command, int from)
{
	if (dup2(from, STDIN_FILENO) < 0)
		_exit(127);
	/* as git has it: raw colors, and no clearing of the screen */
	setenv("LESS", "RX", 0);
	signal(SIGPIPE, SIG_DFL); /* ignored by this program, see main */
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

/* The child: a pager when something comes, else nothing. */
static _Noreturn void wait_for_report(const char *command, int from)
{
	struct pollfd p = { .fd = from, .events = POLLIN };

	while (poll(&p, 1, -1) < 0)
		continue;
	if (p.revents & POLLIN)
		run_pager(command, from);
	_exit(0);
}

/* Before the rights are dropped that it needs. */
static bool prepare_pager(const char *command)
{
	int ends[2];

	if (!command || pipe2(ends, O_CLOEXEC) < 0)
		return false;
	pager = fork();
	if (pager == 0) {
		close(ends[1]);
		wait_for_report(command, ends[0]);
	}
	close(ends[0]);
	if (pager < 0) {
		close(ends[1]);
		return false;
	}
	pager_fd = ends[1];
	return true;
}

static void use_pager(struct pq_out *out, bool last)
{
	if (last && fits_screen(out))
		return;
	out->fd = pager_fd;
	/* these are for the pager; its end is noticed when a write fails */
	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
}

void pq_pager_offer(struct pq_out *out)
{
	if (isatty(out->fd) && prepare_pager(pager_command()))
		out->before_write = use_pager;
}

void pq_pager_finish(void)
{
	if (pager <= 0)
		return;
	close(pager_fd);
	/* ECHILD: whoever started this program ignores SIGCHLD */
	while (waitpid(pager, NULL, 0) < 0 && errno == EINTR)
		continue;
	pager = -1;
}

/* ---- progress ---- */

static struct {
	bool on;
	const char *name;
	size_t file, n_files;
	int64_t began, shown; /* milliseconds */
} progress;

static int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool is_time(void)
{
	int64_t t = now();

	if (t - progress.began < 1000 || t - progress.shown < 100)
		return false;
	progress.shown = t;
	return true;
}

static void show_progress(void *ctx, uint64_t read_bytes)
{
	char words[64];

	(void)ctx;
	if (!is_time())
		return;
	if (progress.n_files > 1)
		snprintf(words, sizeof(words),
			 "reading, file %zu of %zu: ", progress.file + 1,
			 progress.n_files);
	else
		snprintf(words, sizeof(words), "reading, %llu MB so far: ",
			 (unsigned long long)(read_bytes / 1000000));
	pq_message_status(words, pq_text_of(progress.name));
}

void pq_progress_begin(const char *name)
{
	const char *term = getenv("TERM");

	if (!isatty(STDERR_FILENO) || !term || !strcmp(term, "dumb"))
		return;
	progress.on = true;
	progress.name = name;
	progress.n_files = 0;
	progress.began = now();
	progress.shown = 0;
	pq_stream_watch(show_progress, NULL);
}

void pq_progress_file(const char *name, size_t i, size_t n)
{
	if (!progress.on)
		return;
	progress.name = name;
	progress.file = i;
	progress.n_files = n;
	show_progress(NULL, 0);
}

void pq_progress_end(void)
{
	pq_message_wipe();
	progress.on = false;
	pq_stream_watch(NULL, NULL);
}
