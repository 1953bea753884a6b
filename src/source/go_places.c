#include "source/go_places.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/beneath.h"

#include "base/banned.h"

/* ---- where things are ---- */

/* An empty result stands for a path that is too long. */
static void join_path(char to[PATH_MAX], const char *dir, const char *name)
{
	int n = snprintf(to, PATH_MAX, "%s%s%s", dir,
			 dir[0] && dir[strlen(dir) - 1] == '/' ? "" : "/",
			 name);

	if (n < 0 || n >= PATH_MAX)
		to[0] = '\0';
}

static bool dir_has(const char *dir, const char *name)
{
	char path[PATH_MAX];

	join_path(path, dir, name);
	return path[0] && !access(path, F_OK);
}

/* Finds the nearest folder, from dir upwards, that contains the name. */
static void find_upwards(char to[PATH_MAX], const char *dir, const char *name)
{
	snprintf(to, PATH_MAX, "%s", dir);
	while (to[0]) {
		char *slash = strrchr(to, '/');

		if (dir_has(to, name))
			return;
		if (!slash || !strcmp(to, "/")) {
			to[0] = '\0';
			return;
		}
		slash[slash == to] = '\0';
	}
}

/* The length of a word of go.mod; a comment may follow without a space. */
static size_t go_mod_word_length(const char *word)
{
	size_t n = 0;

	while (word[n] && !strchr(" \t\r\n\"`", word[n]) &&
	       strncmp(word + n, "//", 2) != 0)
		n++;
	return n;
}

/* Takes PATH from a line "module PATH"; it may be quoted. */
static bool parse_module_line(struct pq_go_places *g, const char *line)
{
	line += strspn(line, " \t");
	if (strncmp(line, "module", 6) != 0 || !strchr(" \t", line[6]) ||
	    !line[6])
		return false;
	line += 6 + strspn(line + 6, " \t");
	line += *line == '"' || *line == '`';
	snprintf(g->module, sizeof(g->module), "%.*s",
		 (int)go_mod_word_length(line), line);
	return true;
}

static void read_go_mod(struct pq_go_places *g)
{
	char text[8192], *line = text;
	int fd = pq_open_beneath(g->module_dir, "go.mod");
	ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);

	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	while (line && !parse_module_line(g, line)) {
		line = strchr(line, '\n');
		if (line)
			line++;
	}
}

/*
 * GOROOT/src is the root that a name must stay below.  On Debian it is a link
 * out of GOROOT.
 */
static void find_goroot_src(struct pq_go_places *g)
{
	char src[PATH_MAX], *real;

	join_path(src, g->goroot, "src");
	real = src[0] ? realpath(src, NULL) : NULL;
	snprintf(g->goroot_src, sizeof(g->goroot_src), "%s",
		 real && strlen(real) < PATH_MAX ? real : src);
	free(real);
}

static void find_goroot(struct pq_go_places *g)
{
	static const char *const usual[] = { "/usr/local/go", "/usr/lib/go",
					     "/usr/lib/golang",
					     "/opt/homebrew/opt/go/libexec" };
	const char *set = getenv("GOROOT");

	/* A relative GOROOT would depend on where profq was started. */
	if (set && set[0] == '/') {
		snprintf(g->goroot, sizeof(g->goroot), "%s", set);
		return;
	}
	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++) {
		char *real;

		if (!dir_has(usual[i], "src/runtime/proc.go"))
			continue;
		/* Debian's directories are links into /usr/share. */
		real = realpath(usual[i], NULL);
		snprintf(g->goroot, sizeof(g->goroot), "%s",
			 real ? real : usual[i]);
		free(real);
		return;
	}
}

/* The first word of GOROOT/VERSION, "go1.23.5"; empty when there is none. */
static void read_go_version(struct pq_go_places *g)
{
	char path[PATH_MAX], *to = g->goroot_version;
	ssize_t n;
	int fd;

	join_path(path, g->goroot, "VERSION");
	/* A fifo of that name must not make it wait. */
	fd = path[0] ? open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC) : -1;
	if (fd < 0)
		return;
	n = read(fd, to, sizeof(g->goroot_version) - 1);
	close(fd);
	/* Later lines tell when it was made: only the first word is asked. */
	to[n > 0 ? n : 0] = '\0';
	to[strcspn(to, " \r\n")] = '\0';
}

static void find_modcache(struct pq_go_places *g)
{
	const char *set = getenv("GOMODCACHE"), *gopath = getenv("GOPATH");
	const char *home = getenv("HOME");
	char first[PATH_MAX];

	/* The first directory of GOPATH has the cache, as "go env" says. */
	if (set && set[0] == '/') {
		snprintf(g->modcache, sizeof(g->modcache), "%s", set);
	} else if (gopath && gopath[0] == '/') {
		snprintf(first, sizeof(first), "%.*s",
			 (int)strcspn(gopath, ":"), gopath);
		join_path(g->modcache, first, "pkg/mod");
	} else if (home && home[0] == '/') {
		join_path(g->modcache, home, "go/pkg/mod");
	}
}

void pq_go_places_find(struct pq_go_places *g, const char *cwd)
{
	char repository[PATH_MAX];

	memset(g, 0, sizeof(*g));
	snprintf(g->cwd, sizeof(g->cwd), "%s", cwd);
	find_upwards(g->module_dir, cwd, "go.mod");
	find_upwards(repository, cwd, ".git");
	/* Both are parents of cwd: the nearer one has the longer path. */
	snprintf(g->project, sizeof(g->project), "%s",
		 strlen(repository) > strlen(g->module_dir) ? repository
							    : g->module_dir);
	if (g->module_dir[0])
		read_go_mod(g);
	find_goroot(g);
	if (g->goroot[0]) {
		find_goroot_src(g);
		read_go_version(g);
	}
	find_modcache(g);
}

/* ---- versions ---- */

void pq_go_places_want_version(struct pq_go_places *g, struct pq_text version)
{
	/* Experiments that it was built with stand behind a space. */
	g->wanted_version =
		pq_text_slice(version, 0, pq_text_find(version, 0, " "));
}

/* How much of a text is a version: two numbers or three, "rc1" or "beta1". */
static size_t version_length(const char *text)
{
	static const char digits[] = "0123456789";
	size_t n = strspn(text, digits), more;

	for (int i = 0; i < 2 && n && text[n] == '.'; i++) {
		more = strspn(text + n + 1, digits);
		if (!more)
			break;
		n += 1 + more;
	}
	more = strncmp(text + n, "rc", 2) == 0	   ? 2
	       : strncmp(text + n, "beta", 4) == 0 ? 4
						   : 0;
	if (more && strspn(text + n + more, digits))
		n += more + strspn(text + n + more, digits);
	return memchr(text, '.', n) ? n : 0;
}

/* What stands behind a "go" or "golang" that begins a word; NULL: no such. */
static const char *text_after_go(const char *name, const char *at)
{
	bool in_word = at > name && isalnum((unsigned char)at[-1]);

	if (in_word || strncmp(at, "go", 2) != 0)
		return NULL;
	at += strncmp(at, "golang", 6) == 0 ? 6 : 2;
	return at + (*at && strchr("-/@", *at));
}

/*
 * The version of the Go that a path leads to, as its installers name folders:
 * go1.24.3, go-1.24, go/1.24.3, toolchain@v0.0.1-go1.24.3.linux-amd64.  Empty
 * where it says none before `end`.
 */
static struct pq_text find_version(const char *name, const char *end)
{
	struct pq_text version = PQ_TEXT("");

	for (const char *at = name; at < end; at++) {
		const char *behind = text_after_go(name, at);
		size_t n = behind ? version_length(behind) : 0;

		if (n && behind + n <= end)
			version = (struct pq_text){ behind, n };
	}
	return version;
}

/* GOROOT is of that version, or says none; "1.24" stands for each 1.24.N. */
static bool goroot_is_of(const struct pq_go_places *g, struct pq_text version)
{
	struct pq_text is = pq_text_of(g->goroot_version);
	size_t n = version.len, n_dots = 0;

	if (!n || !is.len)
		return true;
	if (pq_text_starts(is, "go"))
		is = pq_text_slice(is, 2, is.len);
	for (size_t i = 0; i < n; i++)
		n_dots += version.bytes[i] == '.';
	return pq_text_equal(pq_text_slice(is, 0, n), version) &&
	       (n >= is.len || (is.bytes[n] == '.' && n_dots == 1));
}

/* GOROOT's version, where the program or the path to its Go has another. */
static const char *other_version(const struct pq_go_places *g,
				 struct pq_text of_path)
{
	const char *is = g->goroot_version;
	bool fits = !is[0] || !g->wanted_version.len ||
		    pq_text_is(g->wanted_version, is);

	return fits && goroot_is_of(g, of_path) ? NULL : is;
}

/* ---- the search ---- */

struct go_search {
	const struct pq_go_places *g;
	pq_go_try *attempt;
	void *ctx;
};

static bool try_in_dir(const struct go_search *q, const char *dir,
		       const char *name)
{
	return dir[0] && *name && q->attempt(q->ctx, dir, name, NULL);
}

/* Tries example.org/mod/pkg/file.go in the module example.org/mod. */
static bool try_own_module(const struct go_search *q, const char *name)
{
	size_t n = strlen(q->g->module);

	return n && !strncmp(name, q->g->module, n) && name[n] == '/' &&
	       try_in_dir(q, q->g->module_dir, name + n + 1);
}

/* Tries the module cache, where "!a" stands for "A". */
static bool try_modcache(const struct go_search *q, const char *name)
{
	struct pq_buf escaped = { 0 };
	bool found;

	if (!strchr(name, '@'))
		return false;
	/* Only the path of a module is escaped, not the file's behind it. */
	for (const char *at = strchr(name, '@'); name < at; name++) {
		if (*name >= 'A' && *name <= 'Z') {
			pq_buf_char(&escaped, '!');
			pq_buf_char(&escaped, (char)(*name - 'A' + 'a'));
		} else {
			pq_buf_char(&escaped, *name);
		}
	}
	/* The loop stopped at the @: version and file follow as they are. */
	pq_buf_str(&escaped, name);
	found = try_in_dir(q, q->g->modcache,
			   pq_unchecked_bytes(pq_buf_cstr(&escaped)));
	pq_buf_release(&escaped);
	return found;
}

/* Appends the name as Go code imports it: no "@version", no escapes. */
static void append_import_path(struct pq_buf *to, const char *name)
{
	const char *at = strchr(name, '@'), *rest = at ? strchr(at, '/') : NULL;

	/* Without a version there is nothing to take out. */
	if (!rest) {
		pq_buf_str(to, name);
		return;
	}
	for (; name < at; name++) {
		if (*name == '!' && name[1] >= 'a' && name[1] <= 'z')
			pq_buf_char(to, (char)(*++name - 'a' + 'A'));
		else
			pq_buf_char(to, *name);
	}
	pq_buf_str(to, rest);
}

static bool try_vendor(const struct go_search *q, const char *imported)
{
	struct pq_buf below = { 0 };
	bool found;

	pq_buf_str(&below, "vendor/");
	pq_buf_str(&below, imported);
	found = try_in_dir(q, q->g->module_dir,
			   pq_unchecked_bytes(pq_buf_cstr(&below)));
	pq_buf_release(&below);
	return found;
}

/*
 * Tries the version that the name says, then the module of this directory
 * (it may be a checkout of that module), then its vendor folder.
 */
static bool try_modules(const struct go_search *q, const char *name)
{
	struct pq_buf imported = { 0 };
	bool found;

	append_import_path(&imported, name);
	found = try_modcache(q, name) ||
		try_own_module(q, pq_unchecked_bytes(pq_buf_cstr(&imported))) ||
		try_vendor(q, pq_unchecked_bytes(pq_buf_cstr(&imported)));
	pq_buf_release(&imported);
	return found;
}

/* The text after the last occurrence of `part`; NULL when there is none. */
static const char *text_after_last(const char *name, const char *part)
{
	const char *found = NULL;

	for (const char *at = strstr(name, part); at; at = strstr(at + 1, part))
		found = at + strlen(part);
	return found;
}

/*
 * "fmt/print.go" of a build with -trimpath, "$GOROOT/src/fmt/print.go" of one
 * by Bazel, and "/usr/local/go/src/fmt/print.go" of another machine.
 */
static bool try_goroot(const struct go_search *q, const char *name)
{
	static const char literal[] = "$GOROOT/src/";
	const char *rest = name;

	if (!strncmp(name, literal, strlen(literal)))
		rest = name + strlen(literal);
	else if (name[0] == '/')
		rest = text_after_last(name, "/src/");
	return rest && *rest && q->g->goroot_src[0] &&
	       q->attempt(q->ctx, q->g->goroot_src, rest,
			  other_version(q->g, find_version(name, rest)));
}

/* A path of more parts is no path of a source file. */
#define MOST_PARTS 48

/* The end of the name that has no more parts than are tried. */
static const char *skip_to_last_parts(const char *name)
{
	const char *at = name + strlen(name);

	for (int parts = 0; at > name; at--)
		if (at[-1] == '/' && ++parts == MOST_PARTS)
			return at - 1;
	return name;
}

/*
 * Tries ever shorter suffixes of the name below the project: it may have been
 * built in another place.  A file name alone would match too much.
 */
static bool try_suffixes(const struct go_search *q, const char *name)
{
	const char *dir = q->g->project[0] ? q->g->project : q->g->cwd;

	for (name = skip_to_last_parts(name);;) {
		const char *slash = strchr(name, '/');

		if (!slash || !strchr(slash + 1, '/'))
			return false;
		name = slash + 1;
		if (try_in_dir(q, dir, name))
			return true;
	}
}

bool pq_go_search(const struct pq_go_places *g, const char *name,
		  pq_go_try *attempt, void *ctx)
{
	const struct go_search q = { g, attempt, ctx };
	const char *cached = text_after_last(name, "/pkg/mod/");
	const char *vendored = text_after_last(name, "/vendor/");
	const char *module = cached ? cached : name;

	/* A relative name comes from a build with -trimpath. */
	if ((name[0] != '/' || cached) && try_modules(&q, module))
		return true;
	if (vendored && try_vendor(&q, vendored))
		return true;
	return try_goroot(&q, name) || try_suffixes(&q, name);
}
