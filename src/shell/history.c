#include "shell/history.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "host/folders.h"
#include "shell/line.h"

#include "base/banned.h"

/* Another session holds the lock for a moment; one that hangs is not for us. */
enum { LOCK_TRIES = 40, LOCK_WAIT_MS = 5 };

void pq_history_init(struct pq_history *h)
{
	memset(h, 0, sizeof(*h));
}

void pq_history_release(struct pq_history *h)
{
	pq_buf_release(&h->newest);
}

/* ---- the file ---- */

static const char *path_in(struct pq_buf *path)
{
	return pq_unchecked_bytes(pq_buf_cstr(path));
}

static bool find_history(struct pq_buf *path)
{
	if (!pq_folder_of_state(path))
		return false;
	pq_buf_str(path, "/history");
	return true;
}

/* Only a regular file holds lines: a device could hang or talk back. */
static int open_history(struct pq_buf *path, int flags)
{
	struct stat st;
	int fd = open(path_in(path), flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
		      0600);

	if (fd >= 0 && (fstat(fd, &st) || !S_ISREG(st.st_mode))) {
		close(fd);
		fd = -1;
	}
	/* lines name files and functions that are nobody else's business */
	if (fd >= 0 && st.st_mode & 077)
		(void)!fchmod(fd, 0600);
	return fd;
}

static bool lock_history(int fd)
{
	const struct timespec wait = { 0, LOCK_WAIT_MS * 1000000L };

	for (int i = 0; i < LOCK_TRIES; i++) {
		if (!flock(fd, LOCK_EX | LOCK_NB))
			return true;
		/* Any other error stays, as on a file system without locks. */
		if (errno != EWOULDBLOCK && errno != EINTR)
			return false;
		nanosleep(&wait, NULL);
	}
	return false;
}

/* Whether the file is still the one of that name: it may have been halved. */
static bool is_current(int fd, struct pq_buf *path)
{
	struct stat open_file, named;

	return !fstat(fd, &open_file) && !stat(path_in(path), &named) &&
	       open_file.st_dev == named.st_dev &&
	       open_file.st_ino == named.st_ino;
}

/* A descriptor that is locked and of the current file; -1 without one. */
static int open_locked(struct pq_buf *path, int flags)
{
	for (int i = 0; i < 3; i++) {
		int fd = open_history(path, flags);

		if (fd < 0)
			return -1;
		/* A file that was replaced is opened again by its name. */
		if (lock_history(fd) && is_current(fd, path))
			return fd;
		close(fd);
	}
	return -1;
}

/* The end of the file, from the beginning of a line on. */
static void read_tail(int fd, size_t most, struct pq_buf *tail)
{
	struct stat st;
	size_t cut;

	if (fstat(fd, &st))
		return;
	/* The beginning of a long file stays unread: the oldest lines. */
	if ((uint64_t)st.st_size > most &&
	    lseek(fd, st.st_size - (off_t)most, SEEK_SET) < 0)
		return;
	(void)!pq_io_read_all(fd, tail, most);
	if ((uint64_t)st.st_size <= most)
		return;
	/* The first line of the rest was cut in its middle, and goes. */
	cut = pq_text_find(pq_buf_view(tail), 0, "\n");
	cut += cut < tail->len;
	for (size_t i = cut; i < tail->len; i++)
		tail->data[i - cut] = tail->data[i];
	tail->len -= cut;
}

/* ---- making it shorter ---- */

static void replace_history(struct pq_buf *path, const struct pq_buf *content)
{
	struct pq_buf fresh = { 0 };
	char *name;
	bool ok;
	int fd;

	pq_buf_text(&fresh, pq_buf_view(path));
	pq_buf_str(&fresh, ".XXXXXX");
	pq_buf_cstr(&fresh);
	name = pq_unchecked_writable(fresh.data);
	fd = mkostemp(name, O_CLOEXEC); /* mode 0600 */
	if (fd >= 0) {
		ok = pq_io_write_all(fd, pq_unchecked_bytes(content->data),
				     content->len);
		ok = !close(fd) && ok;
		/* A file that is not whole never gets the name. */
		if (!ok || rename(name, path_in(path)))
			unlink(name);
	}
	pq_buf_release(&fresh);
}

/* Under the lock, so that no line is appended to the old file meanwhile. */
static void halve_history(struct pq_buf *path)
{
	struct pq_buf tail = { 0 };
	int fd = open_locked(path, O_RDONLY);

	if (fd < 0)
		return;
	/* Another session may have halved it during the wait for the lock. */
	if (pq_io_size(fd) > PQ_HISTORY_BYTES) {
		read_tail(fd, PQ_HISTORY_BYTES / 2, &tail);
		replace_history(path, &tail);
	}
	close(fd);
	pq_buf_release(&tail);
}

/* ---- lines ---- */

/* Valid UTF-8 without anything that a terminal or the editor would obey. */
static bool is_plain_line(struct pq_text line)
{
	size_t n;

	if (!line.len || line.len > PQ_HISTORY_LINE)
		return false;
	for (size_t at = 0; at < line.len; at += n) {
		uint32_t rune;

		n = pq_text_rune(line, at, &rune);
		if (!n || rune == '\t' || pq_rune_steers(rune))
			return false;
	}
	return true;
}

/* Where the last lines begin that are not too many. */
static size_t first_of_last(struct pq_text content)
{
	unsigned lines = 0;
	size_t at = content.len;

	while (at && lines < PQ_HISTORY_LINES) {
		at--;
		lines += at && content.bytes[at - 1] == '\n';
	}
	return at;
}

void pq_history_take(struct pq_history *h, struct pq_text content,
		     void (*each)(void *ctx, const char *line), void *ctx)
{
	struct pq_buf line = { 0 };
	size_t at = first_of_last(content), end;

	for (; at < content.len; at = end + 1) {
		struct pq_text text;

		end = pq_text_find(content, at, "\n");
		text = pq_text_slice(content, at, end);
		/* the last line of a file that was cut off is no line */
		if (end == content.len || !is_plain_line(text))
			continue;
		pq_buf_clear(&line);
		pq_buf_text(&line, text);
		each(ctx, pq_unchecked_bytes(pq_buf_cstr(&line)));
	}
	/* The newest line is kept: the same one again is not added. */
	pq_buf_clear(&h->newest);
	pq_buf_text(&h->newest, pq_buf_view(&line));
	pq_buf_release(&line);
}

void pq_history_read(struct pq_history *h,
		     void (*each)(void *ctx, const char *line), void *ctx)
{
	struct pq_buf path = { 0 }, content = { 0 };
	int fd = find_history(&path) ? open_history(&path, O_RDONLY) : -1;

	if (fd >= 0) {
		read_tail(fd, PQ_HISTORY_READ, &content);
		/* The session that begins halves it: lines come often. */
		if (pq_io_size(fd) > PQ_HISTORY_BYTES)
			halve_history(&path);
		close(fd);
	}
	pq_history_take(h, pq_buf_view(&content), each, ctx);
	pq_buf_release(&content);
	pq_buf_release(&path);
}

static bool is_leaving(const char *line)
{
	static const char *const words[] = { "quit", "exit", "q" };
	size_t n = 0;

	/* The first word alone counts: `quit now' leaves, too. */
	while (line[n] && !pq_shell_blank(line + n))
		n++;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strlen(words[i]) == n && !strncmp(line, words[i], n))
			return true;
	return false;
}

static void append_line(const char *line)
{
	struct pq_buf path = { 0 }, text = { 0 };
	int fd;

	/* The folder may be missing: this may be the first line of all. */
	if (pq_folder_of_state(&path))
		pq_folder_make(&path);
	pq_buf_clear(&path);
	if (find_history(&path)) {
		pq_buf_printf(&text, "%s\n", line);
		fd = open_locked(&path, O_WRONLY | O_APPEND | O_CREAT);
		if (fd >= 0) {
			/* A line that cannot be written is run all the same. */
			(void)!pq_io_write_all(
				fd, pq_unchecked_bytes(text.data), text.len);
			close(fd);
		}
	}
	pq_buf_release(&text);
	pq_buf_release(&path);
}

bool pq_history_add(struct pq_history *h, const char *line)
{
	struct pq_text text = pq_text_of(line);

	/* A blank in front keeps a line out, as in other shells. */
	if (!*line || pq_shell_blank(line) || is_leaving(line) ||
	    pq_text_equal(text, pq_buf_view(&h->newest)))
		return false;
	pq_buf_clear(&h->newest);
	pq_buf_text(&h->newest, text);
	/* A line with control characters is kept for this session only. */
	if (is_plain_line(text))
		append_line(line);
	return true;
}
