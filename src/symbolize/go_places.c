#include "symbolize/go_places.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "symbolize/beneath.h"

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

/* The word after "module" in go.mod. */
static void read_module(struct pq_go_places *g)
{
	char text[8192], *line, *save;
	int fd = pq_open_beneath(g->module_dir, "go.mod");
	ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);

	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	for (line = text; line; line = save) {
		size_t length;

		save = strchr(line, '\n');
		if (save)
			*save++ = '\0';
		if (strncmp(line, "module", 6) != 0 ||
		    (line[6] != ' ' && line[6] != '\t'))
			continue;
		line += 6 + strspn(line + 6, " \t\"");
		length = strcspn(line, " \t\r\"/");
		length += strcspn(line + length, " \t\r\"");
		snprintf(g->module, sizeof(g->module), "%.*s", (int)length,
			 line);
		return;
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
	found = try(q, q->g->modcache, pq_buf_cstr(&escaped));
	pq_buf_release(&escaped);
	return found;
}

/* The name without "@version", below vendor. */
static bool try_vendor(const struct search *q, const char *name)
{
	const char *at = strchr(name, '@'), *rest = at ? strchr(at, '/') : NULL;
	struct pq_buf plain = { 0 };
	bool found;

	pq_buf_str(&plain, "vendor/");
	if (rest) {
		pq_buf_bytes(&plain, name, (size_t)(at - name));
		pq_buf_str(&plain, rest);
	} else {
		pq_buf_str(&plain, name);
	}
	found = try(q, q->g->module_dir, pq_buf_cstr(&plain));
	pq_buf_release(&plain);
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
	found = try(q, q->g->goroot, pq_buf_cstr(&below));
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

	if (name[0] != '/' || cached) {
		if (try_module(&q, module) || try_modcache(&q, module) ||
		    try_vendor(&q, module))
			return true;
	}
	if (vendored && try_vendor(&q, vendored))
		return true;
	return try_goroot(&q, name) || try_suffixes(&q, name);
}
