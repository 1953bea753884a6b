#include "host/destination.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/browser.h"

#include "base/banned.h"

#define MOST_FILES 999

static bool open_named(struct pq_destination *t, const char *path,
		       struct pq_error *err)
{
	t->kind = PQ_DESTINATION_NAMED;
	t->name = path;
	t->browser = false;
	if (!pq_output_begin(&t->named, path, err))
		return false;
	t->fd = t->named.fd;
	return true;
}

static bool open_free(struct pq_destination *t, const char *extension,
		      struct pq_error *err)
{
	for (int i = 1; i <= MOST_FILES; i++) {
		snprintf(t->found, sizeof(t->found), "profile%03d.%s", i,
			 extension);
		/* A link that leads nowhere takes the name, too. */
		if (faccessat(AT_FDCWD, t->found, F_OK, AT_SYMLINK_NOFOLLOW))
			return open_named(t, t->found, err);
	}
	return pq_fail(err, PQ_EIO, "profile001.%s to %s are all taken",
		       extension, t->found);
}

/* When memory runs out. */
static void remove_unwound_file(void *target)
{
	struct pq_destination *t = target;

	close(t->fd);
	unlink(t->name);
	pq_io_unlist_temporary(t->listed);
}

static bool open_temporary(struct pq_destination *t, const char *extension,
			   struct pq_error *err)
{
	static const char *const places[] = { "PPROF_TMPDIR", "TMPDIR" };
	const char *dir = NULL;

	/* The reference's variable comes first. */
	for (size_t i = 0; i < 2 && !(dir && *dir); i++)
		dir = getenv(places[i]);
	if (!dir || !*dir)
		dir = "/tmp";
	if ((size_t)snprintf(t->found, sizeof(t->found), "%s/profqXXXXXX.%s",
			     dir, extension) >= sizeof(t->found))
		return pq_fail(err, PQ_EIO, "%s: %s", dir,
			       strerror(ENAMETOOLONG));
	t->fd = mkostemps(t->found, (int)strlen(extension) + 1, O_CLOEXEC);
	if (t->fd < 0)
		return pq_fail(err, PQ_EIO, "%s: %s", dir, strerror(errno));
	t->kind = PQ_DESTINATION_TEMPORARY;
	t->name = t->found;
	/* Signals and unwinding remove the file, too. */
	t->listed = pq_io_list_temporary(t->name);
	pq_cleanup_add(&t->cleanup, remove_unwound_file, t);
	return true;
}

bool pq_destination_begin(struct pq_destination *t,
			  const struct pq_report *report,
			  enum pq_destination_place place,
			  struct pq_text output, struct pq_log *log,
			  struct pq_error *err)
{
	bool ok, watched = place == PQ_DESTINATION_IN_SESSION ||
			   isatty(STDOUT_FILENO);

	memset(t, 0, sizeof(*t));
	/* Standard output is where it goes unless something says otherwise. */
	t->listed = -1;
	t->fd = STDOUT_FILENO;
	t->name = "standard output";
	t->browser = report && (report->browser || (report->page && watched));
	if (output.len)
		ok = open_named(t, pq_unchecked_bytes(output.bytes), err);
	else if (t->browser)
		ok = open_temporary(t, report->extension, err);
	else if (report && report->extension && watched)
		ok = open_free(t, report->extension, err);
	else
		return true;
	t->log = log;
	if (!ok || !t->browser)
		return ok;
	/* Forked now, before rights are dropped: it starts the browser. */
	if (pq_child_prepare(&t->shower, pq_browser_show, t->name, err))
		return true;
	return pq_destination_end(t, false, err);
}

static bool commit(struct pq_destination *t, bool ok, struct pq_error *err)
{
	if (ok)
		return pq_output_commit(&t->named, err);
	pq_output_abandon(&t->named);
	return false;
}

static bool keep_temporary(struct pq_destination *t, bool ok,
			   struct pq_error *err)
{
	pq_cleanup_remove(&t->cleanup);
	if (close(t->fd) && ok)
		ok = pq_fail(err, PQ_EIO, "%s: %s", t->name, strerror(errno));
	if (!ok)
		unlink(t->name);
	pq_io_unlist_temporary(t->listed);
	return ok;
}

bool pq_destination_end(struct pq_destination *t, bool ok, struct pq_error *err)
{
	if (t->kind == PQ_DESTINATION_STDOUT)
		return ok;
	ok = t->kind == PQ_DESTINATION_NAMED ? commit(t, ok, err)
					     : keep_temporary(t, ok, err);
	if (!ok) {
		pq_child_cancel(&t->shower);
		return false;
	}
	/* After the commit: a run that fails announces no report. */
	pq_log_say(t->log, "Generating report in %s", t->name);
	if (!t->browser || pq_child_run(&t->shower, err))
		return true;
	unlink(t->name);
	return false;
}

const char *pq_destination_folder(const struct pq_destination *t, char *room,
				  size_t bytes)
{
	const char *slash = strrchr(t->found, '/');
	size_t n = slash ? (size_t)(slash + 1 - t->found) : 0;

	if (t->kind == PQ_DESTINATION_NAMED)
		return pq_output_folder(&t->named, room, bytes);
	if (t->kind != PQ_DESTINATION_TEMPORARY || !n || n >= bytes)
		return NULL;
	memcpy(room, t->found, n);
	room[n] = '\0';
	return room;
}
