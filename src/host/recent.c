#include "host/recent.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/mem.h"
#include "host/folders.h"

#include "base/banned.h"

#define MOST_LINES 100
#define MOST_BYTES ((size_t)MOST_LINES * 2 * PATH_MAX)

static void close_state(void *fd)
{
	close(*(int *)fd);
}

static void read_content(int fd, struct pq_buf *content)
{
	struct pq_cleanup cleanup;

	pq_cleanup_add(&cleanup, close_state, &fd);
	(void)!pq_io_read_all(fd, content, MOST_BYTES); /* a part counts, too */
	pq_cleanup_remove(&cleanup);
}

static void read_state(struct pq_buf *content)
{
	struct pq_buf path = { 0 };
	struct stat st;
	int fd = -1;

	if (pq_folder_of_state(&path)) {
		pq_buf_str(&path, "/last");
		/* A FIFO in that place must not block the program. */
		fd = open(pq_unchecked_bytes(pq_buf_cstr(&path)),
			  O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	}
	if (fd >= 0 && !fstat(fd, &st) && S_ISREG(st.st_mode))
		read_content(fd, content);
	if (fd >= 0)
		close(fd);
	pq_buf_release(&path);
}

/* Takes the next line off; false at the end.  A line cut short is no line. */
static bool next_line(struct pq_text content, size_t *at, struct pq_text *line)
{
	size_t end = pq_text_find(content, *at, "\n");

	if (end == content.len)
		return false;
	*line = pq_text_slice(content, *at, end);
	*at = end + 1;
	return true;
}

/* The profile of a line that is about this directory. */
static bool line_is_of(struct pq_text line, const char *folder,
		       struct pq_text *profile)
{
	size_t tab = pq_text_find(line, 0, "\t");

	*profile = pq_text_slice(line, tab + (tab < line.len), line.len);
	return profile->len && pq_text_is(pq_text_slice(line, 0, tab), folder);
}

static bool is_regular_name(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISREG(st.st_mode);
}

static char *copy_text(struct pq_text text)
{
	char *copy = pq_alloc(pq_size_add(text.len, 1));

	memcpy(copy, pq_unchecked_bytes(text.bytes), text.len);
	copy[text.len] = '\0';
	return copy;
}

char *pq_recent_recall(void)
{
	char folder[PATH_MAX], *found = NULL;
	struct pq_buf content = { 0 };
	struct pq_text line, profile;
	size_t at = 0;

	if (!getcwd(folder, sizeof(folder)))
		return NULL;
	read_state(&content);
	/* Newest first: a profile that is gone gives way to an older one. */
	while (!found && next_line(pq_buf_view(&content), &at, &line)) {
		if (!line_is_of(line, folder, &profile))
			continue;
		found = copy_text(profile);
		if (!is_regular_name(found)) {
			pq_free(found);
			found = NULL;
		}
	}
	pq_buf_release(&content);
	return found;
}

static bool is_listed_path(char *const *paths, size_t n, struct pq_text path)
{
	for (size_t i = 0; i < n; i++)
		if (pq_text_is(path, paths[i]))
			return true;
	return false;
}

size_t pq_recent_list(char **paths, size_t most)
{
	struct pq_buf content = { 0 };
	struct pq_text line;
	size_t at = 0, n = 0;

	read_state(&content);
	while (n < most && next_line(pq_buf_view(&content), &at, &line)) {
		size_t tab = pq_text_find(line, 0, "\t");
		struct pq_text path =
			pq_text_slice(line, tab + (tab < line.len), line.len);

		/* A profile opened in two folders is listed once. */
		if (!path.len || is_listed_path(paths, n, path))
			continue;
		paths[n] = copy_text(path);
		/* Files that are gone do not open: they are left out. */
		if (is_regular_name(paths[n]))
			n++;
		else
			pq_free(paths[n]);
	}
	pq_buf_release(&content);
	return n;
}

/* The new line, then those of `old` that are of other directories. */
static void compose(struct pq_buf *fresh, struct pq_text old,
		    const char *folder, const char *profile)
{
	struct pq_text line, other;
	size_t at = 0, n = 1;

	pq_buf_printf(fresh, "%s\t%s\n", folder, profile);
	while (n < MOST_LINES && next_line(old, &at, &line)) {
		if (line_is_of(line, folder, &other) || !other.len)
			continue;
		pq_buf_text(fresh, line);
		pq_buf_char(fresh, '\n');
		n++;
	}
}

static void write_state(const struct pq_buf *content)
{
	struct pq_buf folder = { 0 }, last = { 0 };

	if (!pq_folder_of_state(&folder))
		return;
	pq_folder_make(&folder);
	pq_buf_printf(&last, "%s/last", pq_buf_cstr(&folder));
	(void)!pq_folder_write(&last, pq_buf_view(content));
	pq_buf_release(&folder);
	pq_buf_release(&last);
}

/* The two absolute paths of a line, each with room for PATH_MAX bytes. */
static bool name_line(const char *path, char *folder, char *profile)
{
	return getcwd(folder, PATH_MAX) && realpath(path, profile) &&
	       is_regular_name(profile) && !strpbrk(folder, "\t\n") &&
	       !strpbrk(profile, "\t\n");
}

/* Whether that line is the first of the state. */
static bool is_newest(struct pq_text state, const char *folder,
		      const char *profile)
{
	struct pq_text line, newest;
	size_t at = 0;

	return next_line(state, &at, &line) &&
	       line_is_of(line, folder, &newest) && pq_text_is(newest, profile);
}

bool pq_recent_is_newest(const char *path)
{
	char folder[PATH_MAX], profile[PATH_MAX];
	struct pq_buf state = { 0 };
	bool same;

	if (!name_line(path, folder, profile))
		return false;
	read_state(&state);
	same = is_newest(pq_buf_view(&state), folder, profile);
	pq_buf_release(&state);
	return same;
}

void pq_recent_remember(const char *path)
{
	char folder[PATH_MAX], profile[PATH_MAX];
	struct pq_buf old = { 0 }, fresh = { 0 };

	if (!name_line(path, folder, profile))
		return;
	read_state(&old);
	/* A state that would not change is not written. */
	if (!is_newest(pq_buf_view(&old), folder, profile)) {
		compose(&fresh, pq_buf_view(&old), folder, profile);
		write_state(&fresh);
	}
	pq_buf_release(&old);
	pq_buf_release(&fresh);
}
