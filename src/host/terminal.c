#include "host/terminal.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/child.h"
#include "host/message.h"
#include "host/screen.h"

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

bool pq_terminal_advises(const struct pq_options *o)
{
	return o->notes == PQ_NOTES_ALWAYS ||
	       (o->notes == PQ_NOTES_AUTO && isatty(STDOUT_FILENO) &&
		isatty(STDERR_FILENO));
}

/* ---- pager ---- */

/* The exit status of a command that cannot be run, as the shell has it. */
enum { NO_COMMAND = 127 };

static struct pq_child pager;

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

int pq_exec_command(const char *command, int from)
{
	if (from != STDIN_FILENO && dup2(from, STDIN_FILENO) < 0)
		return NO_COMMAND;
	/* ignored by this program, see host/process.h */
	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	return NO_COMMAND;
}

static int run_pager(const char *command, int from)
{
	/*
	 * As git has it: raw colors, and no clearing of the screen.  Long
	 * names stand at the end of a row and are whole in what is printed:
	 * cut at the edge they leave the table a table, and the right arrow
	 * shows the rest.
	 */
	setenv("LESS", "RSX", 0);
	return pq_exec_command(command, from);
}

/* The child becomes a pager when something comes, else nothing. */
static int wait_for_report(void *command, int from, int unused)
{
	struct pollfd p = { .fd = from, .events = POLLIN };

	(void)unused;
	while (poll(&p, 1, -1) < 0)
		continue;
	return p.revents & POLLIN ? run_pager(command, from) : 0;
}

/* Before the rights are dropped that it needs; without it, no pager. */
static bool prepare_pager(const char *command)
{
	struct pq_child_plan plan = {
		.run = wait_for_report,
		.arg = (char *)(uintptr_t)command, /* changed by nobody */
		.ends_with_input = true,
	};
	struct pq_error ignored;

	pq_error_clear(&ignored);
	return command && pq_child_begin(&pager, &plan, &ignored);
}

static void use_pager(struct pq_out *out, bool last)
{
	if (last && fits_screen(out))
		return;
	out->fd = pager.to;
	pq_screen_scrolls(out);
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
	pq_child_wait(&pager);
}

/* ---- progress ---- */

static struct {
	bool on;
	const char *name;
	size_t file, n_files;
	int64_t began, shown; /* milliseconds */
} progress;

static bool is_progress_due(void)
{
	int64_t t = pq_clock_ms();

	if (t - progress.began < 1000 || t - progress.shown < 100)
		return false;
	progress.shown = t;
	return true;
}

void pq_progress_begin(const char *name)
{
	const char *term = getenv("TERM");

	if (!isatty(STDERR_FILENO) || !term || !strcmp(term, "dumb"))
		return;
	progress.on = true;
	progress.name = name;
	progress.n_files = 0;
	progress.began = pq_clock_ms();
	progress.shown = 0;
}

void pq_progress_bytes(uint64_t read_bytes)
{
	char words[64];

	if (!progress.on || !is_progress_due())
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

void pq_progress_file(const char *name, size_t i, size_t n)
{
	if (!progress.on)
		return;
	progress.name = name;
	progress.file = i;
	progress.n_files = n;
	pq_progress_bytes(0);
}

void pq_progress_waiting(int64_t seconds, int64_t of)
{
	const char *term = getenv("TERM");
	char words[64];

	if (!isatty(STDERR_FILENO) || !term || !strcmp(term, "dumb"))
		return;
	if (of > 0)
		snprintf(words, sizeof(words), "fetching, %lld s of %lld s",
			 (long long)seconds, (long long)of);
	else
		snprintf(words, sizeof(words), "fetching, %lld s",
			 (long long)seconds);
	pq_message_status(words, PQ_TEXT(""));
}

void pq_progress_end(void)
{
	if (progress.on)
		pq_message_wipe();
	progress.on = false;
}
