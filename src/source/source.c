#include "source/source.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/intern.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/paths.h"
#include "base/vec.h"
#include "base/beneath.h"
#include "source/go_places.h"

#include "base/banned.h"

/* A longer line ends the file, as in the reference. */
#define MOST_LINE_BYTES 65535
#define MOST_FILE_BYTES ((size_t)64 << 20)

struct pq_sources {
	struct pq_arena arena;
	struct pq_text search_path, trim_path;
	char cwd[PATH_MAX]; /* empty: not known */
	struct pq_go_places places;
	struct pq_intern names; /* every name asked for, copied to the arena */
	/* Results in the arena, by id of the name; NULL: not searched yet. */
	PQ_VEC(struct pq_source_file *) files;
	struct pq_buf tried; /* places of the last search, one a line */
	size_t n_tried;
	struct pq_buf path; /* scratch */
};

/* ---- reading ---- */

static void close_source_fd(void *fd)
{
	close(*(int *)fd);
}

/* Cuts text into lines, up to the first that is too long. */
static void split_lines(struct pq_sources *s, struct pq_text text,
			struct pq_source_file *f)
{
	PQ_VEC(struct pq_text) lines = { 0 };
	size_t at = 0;

	while (at < text.len) {
		size_t end = pq_text_find(text, at, "\n");
		struct pq_text line = pq_text_slice(text, at, end);

		if (line.len > MOST_LINE_BYTES)
			break;
		/* Windows ends lines in two characters: one is of no line. */
		if (line.len && line.bytes[line.len - 1] == '\r')
			line.len--;
		*pq_vec_push(&lines) = line;
		at = end + 1;
	}
	f->n_lines = lines.n;
	f->lines =
		pq_arena_copy(&s->arena, lines.at, lines.n * sizeof(*lines.at));
	pq_vec_release(&lines);
}

static struct pq_text keep_source_text(struct pq_sources *s,
				       struct pq_text text)
{
	return pq_arena_text(&s->arena, text);
}

/* A few of the places are enough to be told. */
#define MOST_TRIED 12

static void note_tried_path(struct pq_sources *s)
{
	if (s->n_tried++ >= MOST_TRIED)
		return;
	pq_buf_text(&s->tried, pq_buf_view(&s->path));
	pq_buf_char(&s->tried, '\n');
}

/* A file that is there and not read: that is told, however many are not. */
static void note_other_version(struct pq_sources *s, const char *version)
{
	pq_buf_text(&s->tried, pq_buf_view(&s->path));
	pq_buf_str(&s->tried, ", which is of ");
	pq_buf_str(&s->tried, version);
	pq_buf_char(&s->tried, '\n');
}

/* Sets s->path to the path to show, which for "." is the name alone. */
static void join_source_path(struct pq_sources *s, const char *dir,
			     const char *name)
{
	pq_buf_clear(&s->path);
	if (strcmp(dir, ".") != 0) {
		pq_buf_str(&s->path, dir);
		if (dir[strlen(dir) - 1] != '/')
			pq_buf_char(&s->path, '/');
	}
	pq_buf_str(&s->path, name);
}

/* Tries dir/name; a file that is not there is noted in s->tried. */
static bool try_source_in(struct pq_sources *s, struct pq_source_file *f,
			  const char *dir, const char *name)
{
	struct pq_buf content = { 0 };
	struct pq_cleanup cleanup;
	int fd;

	name += strspn(name, "/");
	if (strlen(dir) + strlen(name) >= PATH_MAX)
		return false; /* no file has such a path */
	join_source_path(s, dir, name);
	fd = pq_open_beneath(dir, name);
	if (fd < 0) {
		note_tried_path(s);
		return false;
	}

	/* Running out of memory while reading must not leave it open. */
	pq_cleanup_add(&cleanup, close_source_fd, &fd);
	f->found = pq_io_read_all(fd, &content, MOST_FILE_BYTES);
	pq_cleanup_remove(&cleanup);
	close(fd);
	f->path = keep_source_text(s, pq_buf_view(&s->path));
	split_lines(s, keep_source_text(s, pq_buf_view(&content)), f);
	pq_buf_release(&content);
	return f->found;
}

/* ---- the reference's search ---- */

static bool is_path_below(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	return n && !strncmp(path, dir, n) &&
	       (path[n] == '/' || !path[n] || dir[n - 1] == '/');
}

/* Cuts the last part of a directory off; false at the top. */
static bool cut_last_part(char *dir)
{
	char *slash = strrchr(dir, '/');

	if (!strcmp(dir, ".") || !strcmp(dir, "/"))
		return false;
	/* A relative name ends in ".", an absolute one in "/". */
	if (!slash) {
		dir[0] = '.';
		dir[1] = '\0';
	} else if (slash == dir) {
		dir[1] = '\0';
	} else {
		*slash = '\0';
	}
	return true;
}

/*
 * True when a parent of a search directory may be looked into.  Its real path
 * decides: as text, "here/../.." is below "here".
 */
static bool is_allowed_parent(const struct pq_sources *s, const char *dir)
{
	char real[PATH_MAX];

	if (!realpath(dir, real))
		return true; /* a missing one gives nothing to read */
	return is_path_below(real, s->cwd) ||
	       is_path_below(real, s->places.project);
}

static bool try_with_parents(struct pq_sources *s, struct pq_source_file *f,
			     struct pq_text dir, const char *name)
{
	char at[PATH_MAX];

	if (!dir.len || dir.len >= sizeof(at))
		return false;

	/* The directory without slashes at its end, then its parents. */
	memcpy(at, pq_unchecked_bytes(dir.bytes), dir.len);
	at[dir.len] = '\0';
	while (strlen(at) > 1 && at[strlen(at) - 1] == '/')
		at[strlen(at) - 1] = '\0';
	do
		if (try_source_in(s, f, at, name))
			return true;
	while (cut_last_part(at) && is_allowed_parent(s, at));
	return false;
}

/* Joins the four texts to the error of f; returns false for the caller. */
static bool set_search_error(struct pq_sources *s, struct pq_source_file *f,
			     const char *before, const char *name,
			     const char *between, struct pq_text after)
{
	pq_buf_clear(&s->path);
	pq_buf_str(&s->path, before);
	pq_buf_str(&s->path, name);
	pq_buf_str(&s->path, between);
	pq_buf_text(&s->path, after);
	f->error = keep_source_text(s, pq_buf_view(&s->path));
	return false;
}

static bool search_relative(struct pq_sources *s, struct pq_source_file *f,
			    const char *name)
{
	struct pq_text path = s->search_path;
	size_t at = 0;

	while (at <= path.len) {
		size_t end = pq_text_find(path, at, ":");

		if (try_with_parents(s, f, pq_text_slice(path, at, end), name))
			return true;
		at = end + 1;
	}
	return set_search_error(s, f, "could not find file ", name, " on path ",
				path);
}

/* The allowed directory that an absolute name is below, or NULL. */
static const char *allowed_root(const struct pq_sources *s, const char *name)
{
	/* The last three have the sources of what the system's packages are. */
	const char *const roots[] = {
		s->cwd,		  s->places.project,  s->places.goroot_src,
		s->places.goroot, s->places.modcache, "/usr/include",
		"/usr/lib/gcc",	  "/usr/src",
	};

	for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++)
		if (roots[i][0] && is_path_below(name, roots[i]))
			return roots[i];
	return NULL;
}

/* The text of errno as Go has it: the first letter is lower case. */
static struct pq_text copy_errno_text(struct pq_sources *s)
{
	pq_buf_clear(&s->path);
	pq_buf_str(&s->path, strerror(errno));
	s->path.data[0] = (char)tolower((unsigned char)s->path.data[0]);
	return keep_source_text(s, pq_buf_view(&s->path));
}

static bool search_absolute(struct pq_sources *s, struct pq_source_file *f,
			    const char *name)
{
	const char *root = allowed_root(s, name);
	struct pq_text path = s->search_path;
	char dir[PATH_MAX];
	struct stat st;
	size_t at = 0;

	if (root && try_source_in(s, f, root, name + strlen(root)))
		return true;

	/* Directories of -source_path allow what is below them, too. */
	while (!root && at <= path.len) {
		size_t end = pq_text_find(path, at, ":");

		if (end > at && end - at < sizeof(dir)) {
			memcpy(dir, pq_unchecked_bytes(path.bytes) + at,
			       end - at);
			dir[end - at] = '\0';
			if (is_path_below(name, dir) &&
			    try_source_in(s, f, dir, name + strlen(dir)))
				return true;
		}
		at = end + 1;
	}

	/* A file that is there but not allowed must not look absent. */
	if (!lstat(name, &st))
		return set_search_error(
			s, f, "open ", name,
			root ? ": not a regular file that stays below "
			     : ": outside the source path ",
			root ? pq_text_of(root) : path);
	return set_search_error(s, f, "open ", name, ": ", copy_errno_text(s));
}

/* ---- one file ---- */

/* The ctx of try_place. */
struct place_search {
	struct pq_sources *s;
	struct pq_source_file *f;
};

static bool is_there_beneath(const char *dir, const char *name)
{
	int fd = pq_open_beneath(dir, name);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* A pq_go_try. */
static bool try_place(void *ctx, const char *dir, const char *name,
		      const char *other_version)
{
	struct place_search *p = ctx;

	if (!other_version)
		return try_source_in(p->s, p->f, dir, name);
	if (is_there_beneath(dir, name)) {
		join_source_path(p->s, dir, name);
		note_other_version(p->s, other_version);
	}
	return false;
}

/* True for an absolute path of a file that its own folder would allow. */
static bool is_source_elsewhere(const char *path)
{
	const char *slash = strrchr(path, '/');
	char dir[PATH_MAX];

	if (path[0] != '/' || strlen(path) >= sizeof(dir))
		return false;
	memcpy(dir, path, (size_t)(slash - path) + 1);
	dir[slash - path + 1] = '\0';
	return is_there_beneath(dir, slash + 1);
}

static void search_source(struct pq_sources *s, struct pq_text name,
			  struct pq_source_file *f)
{
	struct pq_text trimmed =
		pq_path_trim(name, s->trim_path, s->search_path);
	struct place_search places = { s, f };
	struct pq_buf b = { 0 };
	const char *path;

	pq_buf_clear(&s->tried);
	s->n_tried = 0;
	pq_buf_text(&b, trimmed);
	path = pq_unchecked_bytes(pq_buf_cstr(&b));

	/* The reference's search comes first, then the places of Go. */
	if (memchr(path, '\0', b.len))
		set_search_error(s, f, "open ", "", "",
				 PQ_TEXT("a name with a NUL byte"));
	else if (!(path[0] == '/' ? search_absolute(s, f, path)
				  : search_relative(s, f, path)))
		f->guessed = pq_go_search(&s->places, path, try_place, &places);
	if (!f->found)
		f->exists = is_source_elsewhere(path);
	pq_buf_release(&b);
}

const struct pq_source_file *pq_sources_find(struct pq_sources *s,
					     struct pq_text name)
{
	uint32_t id = pq_intern(&s->names, name);
	struct pq_source_file *f;

	/* The entry is there before the search: a name is searched once. */
	while (s->files.n <= id)
		*pq_vec_push(&s->files) = NULL;
	if (s->files.at[id])
		return s->files.at[id];
	f = s->files.at[id] = pq_arena_zeroed(&s->arena, sizeof(*f));
	search_source(s, name, f);
	return f;
}

const struct pq_source_file *pq_sources_known(const struct pq_sources *s,
					      struct pq_text name)
{
	uint32_t id = pq_intern_find(&s->names, name);

	return id < s->files.n ? s->files.at[id] : NULL;
}

struct pq_text pq_sources_tried(const struct pq_sources *s, size_t *n_more)
{
	*n_more = s->n_tried > MOST_TRIED ? s->n_tried - MOST_TRIED : 0;
	return pq_buf_view(&s->tried);
}

struct pq_sources *pq_sources_new(struct pq_text search_path,
				  struct pq_text trim_path,
				  struct pq_text go_version)
{
	struct pq_sources *s = pq_alloc_zeroed(sizeof(*s));

	pq_arena_init(&s->arena);
	pq_intern_init(&s->names, &s->arena);
	if (!getcwd(s->cwd, sizeof(s->cwd)))
		s->cwd[0] = '\0';
	s->search_path = search_path.len ? search_path : pq_text_of(s->cwd);
	s->trim_path = trim_path;
	pq_go_places_find(&s->places, s->cwd);
	pq_go_places_want_version(&s->places, go_version);
	return s;
}

void pq_sources_free(struct pq_sources *s)
{
	if (!s)
		return;
	pq_arena_release(&s->arena);
	pq_intern_release(&s->names);
	pq_vec_release(&s->files);
	pq_buf_release(&s->tried);
	pq_buf_release(&s->path);
	pq_free(s);
}
