#include "symbolize/binaries.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/beneath.h"
#include "base/intern.h"
#include "base/paths.h"
#include "symbolize/elf/elf_file.h"

#include "base/banned.h"

enum { NOT_ASKED = 0, NOT_FOUND = 1, FIRST_PLACE = 2, MOST_IN_FOLDER = 64 };

struct pq_binaries {
	struct pq_arena arena;
	PQ_VEC(const char *) roots; /* that are there; the last is "/" */
	bool trusts_paths;
	PQ_VEC(struct pq_binary_place) places;
	struct pq_intern asked; /* file and build id, a zero between */
	PQ_VEC(uint32_t) found; /* for each asked: FIRST_PLACE + place */
};

/* ---- roots ---- */

static char *copy_path(struct pq_binaries *b, struct pq_text path)
{
	char *to = pq_arena_alloc(&b->arena, path.len + 1);

	memcpy(to, pq_unchecked_bytes(path.bytes), path.len);
	to[path.len] = '\0';
	return to;
}

static void add_search_root(struct pq_binaries *b, struct pq_text path)
{
	char *root = copy_path(b, path);
	struct stat st;

	/* A folder that is not there would be tried for each mapping. */
	if (path.len && !stat(root, &st) && S_ISDIR(st.st_mode))
		*pq_vec_push(&b->roots) = root;
}

static void add_default_root(struct pq_binaries *b)
{
	const char *home = getenv("HOME");
	struct pq_buf path = { 0 };

	pq_buf_str(&path, home ? home : "");
	pq_buf_str(&path, "/pprof/binaries");
	add_search_root(b, pq_buf_view(&path));
	pq_buf_release(&path);
}

struct pq_binaries *pq_binaries_new(struct pq_text search_path,
				    bool trusts_paths)
{
	struct pq_binaries *b = pq_alloc_zeroed(sizeof(*b));
	size_t at = 0;

	pq_arena_init(&b->arena);
	pq_intern_init(&b->asked, &b->arena);
	b->trusts_paths = trusts_paths;
	/* The reference looks here where no path is set. */
	if (!search_path.len)
		add_default_root(b);
	while (at < search_path.len) {
		size_t end = pq_text_find(search_path, at, ":");

		add_search_root(b, pq_text_slice(search_path, at, end));
		at = end + 1;
	}
	/* The system's root is last, and not part of the search path. */
	*pq_vec_push(&b->roots) = "/";
	return b;
}

void pq_binaries_free(struct pq_binaries *b)
{
	if (!b)
		return;
	pq_intern_release(&b->asked);
	pq_vec_release(&b->roots);
	pq_vec_release(&b->places);
	pq_vec_release(&b->found);
	pq_arena_release(&b->arena);
	pq_free(b);
}

size_t pq_binaries_roots(const struct pq_binaries *b, const char *const **roots)
{
	*roots = b->roots.at;
	return b->roots.n;
}

/* ---- candidates ---- */

struct candidate {
	struct pq_binaries *binaries;
	struct pq_text file, build_id, base, folder;
	struct pq_log *log;
	const char *root;
	struct pq_buf name, shown;
	bool found;
};

static void say_other_id(const struct candidate *c, const struct pq_elf *e)
{
	struct pq_buf line = { 0 };

	pq_buf_str(&line, "Ignoring local file ");
	pq_buf_text(&line, pq_buf_view(&c->shown));
	pq_buf_str(&line, ": build-id mismatch (");
	pq_buf_text(&line, c->build_id);
	pq_buf_str(&line, " != ");
	pq_buf_text(&line, pq_buf_view(&e->build_id));
	pq_buf_str(&line, ")");
	pq_log_text(c->log, pq_buf_view(&line));
	pq_buf_release(&line);
}

/* Whether a file is a program, and the one that is looked for. */
static bool is_wanted_program(const struct candidate *c, int fd)
{
	struct pq_error ignored;
	struct pq_elf e;
	bool wanted = false;

	pq_error_clear(&ignored);
	if (pq_elf_open(&e, fd, &ignored)) {
		/* Without a build id in the profile any program will do. */
		wanted = !c->build_id.len ||
			 pq_text_equal(c->build_id, pq_buf_view(&e.build_id));
		if (!wanted)
			say_other_id(c, &e);
	}
	pq_elf_close(&e);
	return wanted;
}

static void add_place(struct pq_binaries *b, struct pq_text shown,
		      const char *root, struct pq_text name)
{
	*pq_vec_push(&b->places) = (struct pq_binary_place){
		.shown = pq_arena_text(&b->arena, shown),
		.root = root,
		.name = copy_path(b, name)
	};
}

static bool has_nul(struct pq_text text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!text.bytes[i])
			return true;
	return false;
}

/* The name that was put together, below the root. */
static void try_candidate(struct candidate *c)
{
	struct pq_buf path = { 0 };
	int fd;

	/* a name with a NUL would be cut by the system */
	if (c->found || has_nul(pq_buf_view(&c->name)))
		return;
	/* the mapping shows a path without `.' and `..', as the reference */
	pq_buf_str(&path, c->root);
	pq_buf_char(&path, '/');
	pq_buf_text(&path, pq_buf_view(&c->name));
	pq_buf_clear(&c->shown);
	pq_path_clean(&c->shown, pq_buf_view(&path));
	pq_buf_release(&path);

	/* the file is opened below the root, whatever the path says */
	fd = pq_open_beneath(c->root,
			     pq_unchecked_bytes(pq_buf_cstr(&c->name)));
	if (fd < 0)
		return;
	c->found = is_wanted_program(c, fd);
	close(fd);
	if (c->found)
		add_place(c->binaries, pq_buf_view(&c->shown), c->root,
			  pq_buf_view(&c->name));
}

/* Parts of a path, up to an empty one, with slashes between. */
static void try_parts(struct candidate *c, const struct pq_text *parts,
		      size_t n)
{
	pq_buf_clear(&c->name);
	for (size_t i = 0; i < n; i++) {
		if (i && parts[i].len)
			pq_buf_char(&c->name, '/');
		pq_buf_text(&c->name, parts[i]);
	}
	try_candidate(c);
}

#define TRY(c, ...)                                                 \
	try_parts((c), (const struct pq_text[]){ __VA_ARGS__ },     \
		  sizeof((const struct pq_text[]){ __VA_ARGS__ }) / \
			  sizeof(struct pq_text))

static int compare_file_names(const void *x, const void *y)
{
	return strcmp(*(char *const *)x, *(char *const *)y);
}

/* Whatever a folder named by the build id has. */
static void try_id_folder(struct candidate *c)
{
	struct pq_buf path = { 0 };
	char *names[MOST_IN_FOLDER];
	struct dirent *entry;
	size_t n = 0;
	DIR *folder;

	pq_buf_str(&path, c->root);
	pq_buf_char(&path, '/');
	pq_buf_text(&path, c->build_id);
	folder = opendir(pq_unchecked_bytes(pq_buf_cstr(&path)));
	pq_buf_release(&path);
	if (!folder)
		return;

	/* names are sorted: the system lists them in an order of its own */
	while (n < MOST_IN_FOLDER && (entry = readdir(folder)))
		if (entry->d_name[0] != '.')
			names[n++] = copy_path(c->binaries,
					       pq_text_of(entry->d_name));
	closedir(folder);
	qsort(names, n, sizeof(*names), compare_file_names);
	for (size_t i = 0; i < n; i++)
		TRY(c, c->build_id, pq_text_of(names[i]));
}

/* An id that is a name of a file, and of no other folder. */
static bool is_usable_id(struct pq_text id)
{
	for (size_t i = 0; i < id.len; i++)
		if (id.bytes[i] == '/' || id.bytes[i] == '\0')
			return false;
	return id.len && id.bytes[0] != '.';
}

static void try_build_id(struct candidate *c)
{
	struct pq_text id = c->build_id;

	/* The order is the reference's: the first that fits is taken. */
	TRY(c, id, c->base);
	try_id_folder(c);
	TRY(c, c->file, id);
	if (id.len >= 2) {
		struct pq_buf rest = { 0 };

		pq_buf_text(&rest, pq_text_slice(id, 2, id.len));
		pq_buf_str(&rest, ".debug");
		TRY(c, pq_text_slice(id, 0, 2), pq_buf_view(&rest));
		pq_buf_release(&rest);
	}
}

static void try_file(struct candidate *c)
{
	struct pq_buf debug = { 0 };

	TRY(c, c->base);
	TRY(c, c->file);
	pq_buf_text(&debug, c->file);
	pq_buf_str(&debug, ".debug");
	TRY(c, pq_buf_view(&debug));
	pq_buf_clear(&debug);
	pq_buf_text(&debug, c->base);
	pq_buf_str(&debug, ".debug");
	TRY(c, c->folder, PQ_TEXT(".debug"), pq_buf_view(&debug));
	TRY(c, PQ_TEXT("usr/lib/debug"), c->folder, pq_buf_view(&debug));
	pq_buf_release(&debug);
}

/* The place of a file, in the directories of the search path. */
static bool search_binary(struct pq_binaries *b, struct pq_text file,
			  struct pq_text build_id, struct pq_log *log)
{
	struct pq_text base = pq_text_basename(file);
	struct candidate c = {
		.binaries = b,
		.file = file,
		.build_id = build_id,
		.base = base,
		.folder = pq_text_slice(file, 0, file.len - base.len),
		.log = log,
	};

	/* the last root is everything, and not of the search path */
	for (size_t i = 0; i + 1 < b->roots.n && !c.found; i++) {
		c.root = b->roots.at[i];
		if (is_usable_id(build_id))
			try_build_id(&c);
		if (file.len)
			try_file(&c);
	}
	pq_buf_release(&c.name);
	pq_buf_release(&c.shown);
	return c.found;
}

/* The number of a question, which may be new. */
static uint32_t ask_once(struct pq_binaries *b, struct pq_text file,
			 struct pq_text build_id)
{
	struct pq_buf key = { 0 };
	uint32_t i;

	pq_buf_text(&key, file);
	pq_buf_char(&key, '\0');
	pq_buf_text(&key, build_id);
	i = pq_intern(&b->asked, pq_buf_view(&key));
	pq_buf_release(&key);
	return i;
}

/* FIRST_PLACE + the number of a file's place, or NOT_FOUND. */
static uint32_t locate_file(struct pq_binaries *b, struct pq_text file,
			    struct pq_text id, struct pq_log *log)
{
	uint32_t place;

	if (!search_binary(b, file, id, log))
		return NOT_FOUND;
	place = (uint32_t)b->places.n - 1;
	b->places.at[place].recorded = pq_arena_text(&b->arena, file);
	return FIRST_PLACE + place;
}

void pq_binaries_locate(struct pq_binaries *b, struct pq_profile *p,
			struct pq_log *log)
{
	if (b->roots.n < 2)
		return; /* there is nowhere to look */
	for (size_t i = 0; i < p->mappings.n; i++) {
		struct pq_mapping *m = &p->mappings.at[i];
		struct pq_text file = pq_string(p, m->file);
		struct pq_text id = pq_string(p, m->build_id);
		uint32_t at = ask_once(b, file, id);

		pq_vec_reach(&b->found, at + 1);
		if (b->found.at[at] == NOT_ASKED)
			b->found.at[at] = locate_file(b, file, id, log);
		if (b->found.at[at] != NOT_FOUND)
			m->file = pq_profile_copy_string(
				p, b->places.at[b->found.at[at] - FIRST_PLACE]
					   .shown);
	}
}

void pq_binaries_restore(const struct pq_binaries *b, struct pq_profile *p)
{
	struct pq_intern shown;
	PQ_VEC(uint32_t) places = { 0 }; /* by text, one more; the first one */

	if (!p->keeps_recorded_paths)
		return;
	/* paths as they are shown lead to the first place that has them */
	pq_intern_init(&shown, NULL);
	for (uint32_t i = 0; i < b->places.n; i++) {
		uint32_t id = pq_intern(&shown, b->places.at[i].shown);

		pq_vec_reach(&places, (size_t)id + 1);
		if (!places.at[id])
			places.at[id] = i + 1;
	}

	/* a place that the user named has no recorded path to go back to */
	for (size_t i = 0; i < p->mappings.n; i++) {
		struct pq_mapping *m = &p->mappings.at[i];
		uint32_t id = pq_intern_find(&shown, pq_string(p, m->file));
		struct pq_text recorded = PQ_TEXT("");

		if (id < places.n && places.at[id])
			recorded = b->places.at[places.at[id] - 1].recorded;
		if (recorded.len)
			m->file = pq_profile_copy_string(p, recorded);
	}
	pq_intern_release(&shown);
	pq_vec_release(&places);
}

/* ---- places ---- */

/* A link that the user names leads where the user wants. */
void pq_binaries_trust(struct pq_binaries *b, const char *path)
{
	char real[PATH_MAX];
	struct pq_text whole, base;

	if (!realpath(path, real))
		return;
	whole = pq_text_of(real);
	base = pq_text_basename(whole);
	add_place(b, pq_text_of(path),
		  copy_path(b, pq_text_slice(whole, 0, whole.len - base.len)),
		  base);
}

/* A path that begins with a root of the search path was found there. */
static bool is_below_root(struct pq_text path, const char *root)
{
	size_t n = strlen(root);

	return pq_text_starts(path, root) && path.len > n + 1 &&
	       path.bytes[n] == '/';
}

static const struct pq_binary_place *
find_binary_place(const struct pq_binaries *b, struct pq_text shown)
{
	for (size_t i = 0; i < b->places.n; i++)
		if (pq_text_equal(b->places.at[i].shown, shown))
			return &b->places.at[i];
	return NULL;
}

const struct pq_binary_place *pq_binaries_place(struct pq_binaries *b,
						struct pq_text file,
						struct pq_text build_id,
						struct pq_error *err)
{
	const struct pq_binary_place *place = find_binary_place(b, file);
	struct stat st;
	char *path;

	if (place)
		return place;

	/* paths below a root of the search path are the user's */
	for (size_t i = 0; i + 1 < b->roots.n; i++)
		if (is_below_root(file, b->roots.at[i]) && !has_nul(file)) {
			add_place(b, file, b->roots.at[i],
				  pq_text_slice(file,
						strlen(b->roots.at[i]) + 1,
						file.len));
			return &b->places.at[b->places.n - 1];
		}
	if (has_nul(file)) {
		pq_fail(err, PQ_EIO, "stat: invalid argument");
		return NULL;
	}

	/* any other path is the profile's: a build id has to vouch for it */
	path = copy_path(b, file);
	if (stat(path, &st)) {
		pq_fail_named(err, PQ_EIO, "stat %s: %s", path,
			      errno == ENOENT ? "no such file or directory"
					      : strerror(errno));
		return NULL;
	}
	if (!build_id.len && !b->trusts_paths) {
		pq_fail(err, PQ_EUSAGE,
			"the profile has no build id for it (name the binary, "
			"or -trust_paths)");
		return NULL;
	}
	add_place(b, file, pq_text_starts(file, "/") ? "/" : ".", file);
	return &b->places.at[b->places.n - 1];
}
