#include "host/choose.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/vec.h"
#include "host/recent.h"

#include "base/banned.h"

/* How many files an error names. */
#define MOST_NAMED 5

static char *copy_string(const char *string)
{
	size_t bytes = pq_size_add(strlen(string), 1);

	return memcpy(pq_alloc(bytes), string, bytes);
}

static bool found(struct pq_chosen *s, char *path, const char *why)
{
	s->path = path;
	s->why = why;
	return true;
}

static bool pipe_has_bytes(struct pq_chosen *s)
{
	ssize_t n = pq_io_read(STDIN_FILENO, s->head, sizeof(s->head));

	/* Bytes that were read to know are kept for the reader. */
	s->head_len = n > 0 ? (size_t)n : 0;
	return n > 0;
}

static bool from_stdin(struct pq_chosen *s)
{
	struct stat st;
	bool any = false;

	if (fstat(STDIN_FILENO, &st))
		return false;
	/* A file may have bytes left, a pipe is waited for; no terminal is. */
	if (S_ISREG(st.st_mode))
		any = lseek(STDIN_FILENO, 0, SEEK_CUR) < st.st_size;
	else if (S_ISFIFO(st.st_mode))
		any = pipe_has_bytes(s);
	if (!any)
		return false;
	s->fd = STDIN_FILENO;
	return found(s, NULL, "it is standard input");
}

static bool from_environment(struct pq_chosen *s)
{
	const char *path = getenv("PROFQ_PROFILE");

	return path && *path &&
	       found(s, copy_string(path), "$PROFQ_PROFILE names it");
}

static bool from_state(struct pq_chosen *s)
{
	char *path = pq_recent_recall();

	return path &&
	       found(s, path, "it was the last one opened from this directory");
}

static bool name_ends_in(const char *name, const char *ending)
{
	size_t n = strlen(name), m = strlen(ending);

	return n > m && !strcmp(name + n - m, ending);
}

/* The second list is what Go's test runner is usually told. */
bool pq_is_profile_name(const char *name)
{
	static const char *const endings[] = {
		".pb.gz",      ".pb",	       ".pprof",   ".pprof.gz",
		".prof",       ".prof.gz",     ".profile", ".profile.gz",
		".cpuprofile", ".heapprofile",
	};
	static const char *const names[] = {
		"cpu.out", "mem.out", "heap.out", "block.out", "mutex.out",
	};

	/* Hidden files were not put there to be found. */
	if (*name == '.')
		return false;
	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++)
		if (name_ends_in(name, endings[i]))
			return true;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

struct names {
	PQ_VEC(char *) list;
};

static void close_it(void *dir)
{
	closedir(dir);
}

static void find_profiles(struct names *names)
{
	DIR *dir = opendir(".");
	struct pq_cleanup cleanup;
	struct dirent *entry;
	struct stat st;

	if (!dir)
		return;
	pq_cleanup_add(&cleanup, close_it, dir);
	/* Links count by what they lead to. */
	while ((entry = readdir(dir)))
		if (pq_is_profile_name(entry->d_name) &&
		    !fstatat(dirfd(dir), entry->d_name, &st, 0) &&
		    S_ISREG(st.st_mode))
			*pq_vec_push(&names->list) = copy_string(entry->d_name);
	pq_cleanup_remove(&cleanup);
	closedir(dir);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool too_many(const struct names *names, struct pq_error *err)
{
	struct pq_buf text = { 0 };

	/* Names are sorted: readdir has no order. */
	qsort(names->list.at, names->list.n, sizeof(*names->list.at), by_name);
	for (size_t i = 0; i < names->list.n && i < MOST_NAMED; i++)
		pq_buf_printf(&text, "%s%.120s", i ? ", " : "",
			      names->list.at[i]);
	pq_fail(err, PQ_EUSAGE,
		"no profile source specified, and there are %zu in this "
		"directory: %s%s",
		names->list.n, pq_buf_cstr(&text),
		names->list.n > MOST_NAMED ? ", ..." : "");
	pq_buf_release(&text);
	return false;
}

static bool from_directory(struct pq_chosen *s, struct pq_error *err)
{
	struct names names = { 0 };
	bool one;

	find_profiles(&names);
	one = names.list.n == 1;
	/* None of several is chosen: a guess could be the wrong one. */
	if (one)
		found(s, copy_string(names.list.at[0]),
		      "it is the only profile in this directory");
	else if (names.list.n)
		too_many(&names, err);
	for (size_t i = 0; i < names.list.n; i++)
		pq_free(names.list.at[i]);
	pq_vec_release(&names.list);
	return one;
}

bool pq_choose_given(struct pq_chosen *out)
{
	memset(out, 0, sizeof(*out));
	out->fd = -1;
	return from_stdin(out) || from_environment(out);
}

bool pq_choose_profile(struct pq_chosen *out, struct pq_error *err)
{
	if (pq_choose_given(out) || from_state(out) || from_directory(out, err))
		return true;
	return pq_fail(
		err, PQ_EUSAGE,
		"no profile source specified: nothing on standard input, "
		"no $PROFQ_PROFILE, none opened from this directory "
		"before, and no profile file in it (\"profq help\" says "
		"more)");
}

void pq_chosen_release(struct pq_chosen *selection)
{
	pq_free(selection->path);
	selection->path = NULL;
}
