#include "fetch/saving.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"

#include "base/banned.h"

enum { MOST_NAME_BYTES = 100, MOST_NUMBER = 999, COPY_BYTES = 1 << 16 };

void pq_saved_name_part(struct pq_buf *to, struct pq_text part)
{
	for (size_t i = 0; i < part.len && to->len < MOST_NAME_BYTES; i++) {
		char c = part.bytes[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			     pq_is_digit(c) || c == '_' || c == '.' || c == '-';

		pq_buf_char(to, plain ? c : '_');
	}
}

/* Makes a folder and those above it; false with errno. */
static bool make_folder(char *path)
{
	struct stat st;

	/* Folders above may be there: only the last mkdir is judged. */
	for (char *at = path + 1; *at; at++) {
		if (*at != '/')
			continue;
		*at = '\0';
		mkdir(path, 0777);
		*at = '/';
	}
	if (!mkdir(path, 0777))
		return true;
	if (errno != EEXIST)
		return false;
	if (!stat(path, &st) && S_ISDIR(st.st_mode))
		return true;
	errno = ENOTDIR;
	return false;
}

static bool try_saving_folder(const char *folder, const char *below, char *path,
			      struct pq_buf *notes)
{
	if (!folder || !*folder)
		return false;
	if (snprintf(path, PATH_MAX, "%s%s", folder, below) >= PATH_MAX)
		errno = ENAMETOOLONG;
	else if (make_folder(path))
		return true;
	pq_buf_str(notes, "Could not use temp dir ");
	pq_buf_str(notes, path);
	pq_buf_str(notes, ": ");
	pq_buf_str(notes, strerror(errno));
	pq_buf_char(notes, '\n');
	return false;
}

static bool find_folder(char path[static PATH_MAX], struct pq_buf *notes)
{
	const char *temporary = getenv("TMPDIR");

	/* The reference's order. */
	return try_saving_folder(getenv("PPROF_TMPDIR"), "", path, notes) ||
	       try_saving_folder(getenv("HOME"), "/pprof", path, notes) ||
	       try_saving_folder(temporary && *temporary ? temporary : "/tmp",
				 "", path, notes);
}

/* Opens the first free name in the folder; false with errno. */
static int open_free_name(const char *folder, struct pq_text name,
			  char path[static PATH_MAX])
{
	for (int i = 1; i <= MOST_NUMBER; i++) {
		int fd;

		if (snprintf(path, PATH_MAX, "%s/%.*s.%03d.pb.gz", folder,
			     (int)name.len, pq_unchecked_bytes(name.bytes),
			     i) >= PATH_MAX) {
			errno = ENAMETOOLONG;
			return -1;
		}
		/* Another run may save at the same time: O_EXCL decides. */
		fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (fd >= 0 || errno != EEXIST)
			return fd;
	}
	return -1;
}

static bool copy_body(int to, int from, uint64_t bytes)
{
	char piece[COPY_BYTES];
	uint64_t at = 0;

	while (at < bytes) {
		ssize_t n = pread(from, piece, sizeof(piece), (off_t)at);

		if (n <= 0 || !pq_io_write_all(to, piece, (size_t)n))
			return false;
		at += (uint64_t)n;
	}
	return true;
}

bool pq_save_body(struct pq_text name, int from, uint64_t bytes,
		  struct pq_buf *notes, struct pq_error *err)
{
	char folder[PATH_MAX], path[PATH_MAX];
	bool ok;
	int fd;

	if (!find_folder(folder, notes))
		return pq_fail(err, PQ_EIO,
			       "Could not save profile: there is no folder "
			       "for it");
	fd = open_free_name(folder, name, path);
	if (fd < 0)
		return pq_fail(err, PQ_EIO, "Could not save profile: %s: %s",
			       path, strerror(errno));
	ok = copy_body(fd, from, bytes);
	/* Errors may show at close only; no half of a file stays. */
	if (close(fd) || !ok) {
		unlink(path);
		return pq_fail(err, PQ_EIO, "Could not save profile: %s: %s",
			       path, strerror(errno));
	}
	pq_buf_str(notes, "Saved profile in ");
	pq_buf_str(notes, path);
	pq_buf_char(notes, '\n');
	return true;
}
