#include "host/folders.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"

#include "base/banned.h"

bool pq_folder_find(struct pq_buf *path, const char *variable,
		    const char *standard, const char *name)
{
	const char *at = getenv(variable), *home = getenv("HOME");

	/* a relative path counts as unset, as the XDG specification says */
	if (at && *at == '/')
		pq_buf_printf(path, "%s/%s", at, name);
	else if (home && *home == '/')
		pq_buf_printf(path, "%s/%s/%s", home, standard, name);
	return path->len != 0;
}

bool pq_folder_of_state(struct pq_buf *path)
{
	return pq_folder_find(path, "XDG_STATE_HOME", ".local/state", "profq");
}

void pq_folder_make(struct pq_buf *path)
{
	const char *home = getenv("HOME");
	char *p = pq_unchecked_writable(path->data);
	size_t from = home ? strlen(home) : 0;

	/* Folders down to the home are there, and not ours to make. */
	if (!from || strncmp(p, home, from) != 0)
		from = 0;
	for (size_t i = from + 1; i < path->len; i++) {
		if (p[i] != '/')
			continue;
		p[i] = '\0';
		/* A folder that is there already is no error. */
		mkdir(p, 0700);
		p[i] = '/';
	}
	mkdir(pq_unchecked_bytes(pq_buf_cstr(path)), 0700);
}

bool pq_folder_write(struct pq_buf *path, struct pq_text content)
{
	struct pq_buf fresh = { 0 };
	const char *to = pq_unchecked_bytes(pq_buf_cstr(path));
	char *from;
	bool written = false;
	int fd, error;

	/* Another process sees the old file or the new one, never a part. */
	pq_buf_printf(&fresh, "%s.XXXXXX", to);
	pq_buf_cstr(&fresh);
	from = pq_unchecked_writable(fresh.data);
	fd = mkostemp(from, O_CLOEXEC); /* mode 0600 */
	error = errno;
	if (fd >= 0) {
		written = pq_io_write_all(fd, pq_unchecked_bytes(content.bytes),
					  content.len);
		/* A full disk may show only when the file is closed. */
		written = !close(fd) && written && !rename(from, to);
		error = errno;
		if (!written)
			unlink(from);
	}
	pq_buf_release(&fresh);
	errno = error;
	return written;
}
