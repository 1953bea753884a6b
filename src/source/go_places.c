#include "source/go_places.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "source/beneath.h"

#include "base/banned.h"

/* ---- where things are ---- */

static void join(char to[PATH_MAX], const char *dir, const char *name)
{
	int n = snprintf(to, PATH_MAX, "%s%s%s", dir,
			 dir[0] && dir[strlen(dir) - 1] == '/' ? "" : "/",
			 name);

	if (n < 0 || n >= PATH_MAX)
		to[0] = '\0';
}

static bool has(const char *dir, const char *name)
{
	char path[PATH_MAX];

	join(path, dir, name);
	return path[0] && !access(path, F_OK);
}

/* The nearest folder from dir upwards that has the name in it. */
static void find_upwards(char to[PATH_MAX], const char *dir, const char *name)
{
	snprintf(to, PATH_MAX, "%s", dir);
	while (to[0]) {
		char *slash = strrchr(to, '/');

		if (has(to, name))
			return;
		if (!slash || !strcmp(to, "/")) {
			to[0] = '\0';
			return;
		}
		slash[slash == to] = '\0';
	}
}

/* The length of a word of go.mod, which a comment may follow directly. */
static size_t word_length(const char *word)
{
	size_t n = 0;

	while (word[n] && !strchr(" \t\r\n\"`", word[n]) &&
	       strncmp(word + n, "//", 2) != 0)
		n++;
	return n;
}

/* The path in a line "module PATH", which may be quoted. */
static bool take_module(struct pq_go_places *g, const char *line)
{
	line += strspn(line, " \t");
	if (strncmp(line, "module", 6) != 0 || !strchr(" \t", line[6]) ||
	    !line[6])
		return false;
	line += 6 + strspn(line + 6, " \t");
	line += *line == '"' || *line == '`';
	snprintf(g->module, sizeof(g->module), "%.*s", (int)word_length(line),
		 line);
	return true;
}

static void read_module(struct pq_go_places *g)
{
	char text[8192], *line = text;
	int fd = pq_open_beneath(g->module_dir, "go.mod");
	ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);

	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	while (line && !take_module(g, line)) {
		line = strchr(line, '\n');
		line += line != NULL;
	}
}

static void find_goroot(struct pq_go_places *g)
{
	static const char *const usual[] = { "/usr/local/go", "/usr/lib/go",
					     "/usr/lib/golang",
					     "/opt/homebrew/opt/go/libexec" };
	const char *set = getenv("GOROOT");

	if (set && set[0] == '/') {
		snprintf(g->goroot, sizeof(g->goroot), "%s", set);
		return;
	}
	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++) {
		char *real;

		if (!has(usual[i], "src/runtime/proc.go"))
			continue;
		/* Debian's is a link into /usr/share */
		real = realpath(usual[i], NULL);
		snprintf(g->goroot, sizeof(g->goroot), "%s",
			 real ? real : usual[i]);
		free(real);
		return;
	}
}

static void find_modcache(struct pq_go_places *g)
{
	const char *set = getenv("GOMODCACHE"), *gopath = getenv("GOPATH");
	const char *home = getenv("HOME");
	char first[PATH_MAX];

	if (set && set[0] == '/') {
		snprintf(g->modcache, sizeof(g->modcache), "%s", set);
	} else if (gopath && gopath[0] == '/') {
		snprintf(first, sizeof(first), "%.*s",
			 (int)strcspn(gopath, ":"), gopath);
		join(g->modcache, first, "pkg/mod");
	} else if (home && home[0] == '/') {
		join(g->modcache, home, "go/pkg/mod");
	}
}

void pq_go_places_find(struct pq_go_places *g, const char *cwd)
{
	char repository[PATH_MAX];

	memset(g, 0, sizeof(*g));
	snprintf(g->cwd, sizeof(g->cwd), "%s", cwd);
	find_upwards(g->module_dir, cwd, "go.mod");
	find_upwards(repository, cwd, ".git");
	/* the nearer of the two is the longer path */
	snprintf(g->project, sizeof(g->project), "%s",
		 strlen(repository) > strlen(g->module_dir) ? repository
							    : g->module_dir);
	if (g->module_dir[0])
		read_module(g);
	find_goroot(g);
	find_modcache(g);
}

/* ---- the search ---- */

struct search {
	const struct pq_go_places *g;
	pq_go_try *attempt;
	void *ctx;
};

static bool try(const struct search *q, const char *dir, const char *name)
{
	return dir[0] && *name && q->attempt(q->ctx, dir, name);
}

/* example.org/mod/pkg/file.go, in the module example.org/mod. */
static bool try_module(const struct search *q, const char *name)
{
	size_t n = strlen(q->g->module);

	return n && !strncmp(name, q->g->module, n) && name[n] == '/' &&
	       try(q, q->g->module_dir, name + n + 1);
}

/* Upper case letters are "!" and the lower case one in the module cache. */
static bool try_modcache(const struct search *q, const char *name)
{
	struct pq_buf escaped = { 0 };
	bool found;

	if (!strchr(name, '@'))
		return false;
	for (const char *at = strchr(name, '@'); name < at; name++) {
		if (*name >= 'A' && *name <= 'Z') {
			pq_buf_char(&escaped, '!');
			pq_buf_char(&escaped, (char)(*name - 'A' + 'a'));
		} else {
			pq_buf_char(&escaped, *name);
		}
	}
	pq_buf_str(&escaped, name);
	found = try(q, q->g->modcache,
		    pq_unchecked_bytes(pq_buf_cstr(&escaped)));
	pq_buf_release(&escaped);
	return found;
}

/* The name as it is imported: without "@version", and without escapes. */
static void put_imported(struct pq_buf *to, const char *name)
{
	const char *at = strchr(name, '@'), *rest = at ? strchr(at, '/') : NULL;

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

static bool try_vendor(const struct search *q, const char *imported)
{
	struct pq_buf below = { 0 };
	bool found;

	pq_buf_str(&below, "vendor/");
	pq_buf_str(&below, imported);
	found = try(q, q->g->module_dir,
		    pq_unchecked_bytes(pq_buf_cstr(&below)));
	pq_buf_release(&below);
	return found;
}

/*
 * The version that the name says; else the module of this directory, which
 * may be a checkout of it; else what is vendored here.
 */
static bool try_modules(const struct search *q, const char *name)
{
	struct pq_buf imported = { 0 };
	bool found;

	put_imported(&imported, name);
	found = try_modcache(q, name) ||
		try_module(q, pq_unchecked_bytes(pq_buf_cstr(&imported))) ||
		try_vendor(q, pq_unchecked_bytes(pq_buf_cstr(&imported)));
	pq_buf_release(&imported);
	return found;
}

/* What follows the last occurrence of a part of a path. */
static const char *after_last(const char *name, const char *part)
{
	const char *found = NULL;

	for (const char *at = strstr(name, part); at; at = strstr(at + 1, part))
		found = at + strlen(part);
	return found;
}

static bool try_goroot(const struct search *q, const char *name)
{
	const char *rest = name[0] == '/' ? after_last(name, "/src/") : name;
	struct pq_buf below = { 0 };
	bool found;

	if (!rest)
		return false;
	pq_buf_str(&below, "src/");
	pq_buf_str(&below, rest);
	found = try(q, q->g->goroot, pq_unchecked_bytes(pq_buf_cstr(&below)));
	pq_buf_release(&below);
	return found;
}

/*
 * The longest suffix that is a file below the project: sources built in
 * another place.  A bare file name says too little to go by.
 */
static bool try_suffixes(const struct search *q, const char *name)
{
	const char *dir = q->g->project[0] ? q->g->project : q->g->cwd;

	for (;;) {
		const char *slash = strchr(name, '/');

		if (!slash || !strchr(slash + 1, '/'))
			return false;
		name = slash + 1;
		if (try(q, dir, name))
			return true;
	}
}

bool pq_go_search(const struct pq_go_places *g, const char *name,
		  pq_go_try *attempt, void *ctx)
{
	const struct search q = { g, attempt, ctx };
	const char *cached = after_last(name, "/pkg/mod/");
	const char *vendored = after_last(name, "/vendor/");
	const char *module = cached ? cached : name;

	if ((name[0] != '/' || cached) && try_modules(&q, module))
		return true;
	if (vendored && try_vendor(&q, vendored))
		return true;
	return try_goroot(&q, name) || try_suffixes(&q, name);
}
