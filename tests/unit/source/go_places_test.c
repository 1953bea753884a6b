#include "suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "source/go_places.h"
#include "tree.h"

/* ---- go.mod ---- */

static const struct {
	const char *text, *module;
} modules[] = {
	{ "module example.org/app\n\ngo 1.18\n", "example.org/app" },
	{ "module example.org/app", "example.org/app" },
	{ "module example.org/app\r\n", "example.org/app" },
	{ "module\texample.org/app \n", "example.org/app" },
	{ "  module example.org/app\n", "example.org/app" },
	{ "module \"example.org/app\"\n", "example.org/app" },
	{ "module `example.org/app`\n", "example.org/app" },
	{ "module example.org/app // a comment\n", "example.org/app" },
	{ "module example.org/app// a comment\n", "example.org/app" },
	{ "// module example.org/no\nmodule example.org/app\n",
	  "example.org/app" },
	{ "\n\ngo 1.18\nmodule example.org/app/v2\n", "example.org/app/v2" },
	{ "modules example.org/no\nmodule app\n", "app" },
	{ "module app\nmodule second\n", "app" },
	{ "module\n", "" },
	{ "module \n", "" },
	{ "module // none\n", "" },
	{ "go 1.18\n", "" },
	{ "", "" },
};

START_TEST(the_module_is_read)
{
	struct pq_go_places g;

	tree_put("go.mod", modules[_i].text);
	pq_go_places_find(&g, tree_top());
	ck_assert_msg(!strcmp(g.module, modules[_i].module), "row %d: '%s'", _i,
		      g.module);
	ck_assert_str_eq(g.module_dir, tree_top());
}
END_TEST

/* ---- the module and the project around a directory ---- */

static const struct {
	const char *files[2], *cwd, *module_dir, *project;
} projects[] = {
	{ { "go.mod" }, "", "", "" },
	{ { "go.mod" }, "/a/b", "", "" },
	{ { "a/go.mod" }, "/a/b", "/a", "/a" },
	{ { "go.mod", "a/go.mod" }, "/a/b", "/a", "/a" },
	{ { "go.mod", "a/.git/HEAD" }, "/a/b", "", "/a" },
	{ { ".git/HEAD", "a/go.mod" }, "/a/b", "/a", "/a" },
	{ { "a/.git", "a/go.mod" }, "/a/b", "/a", "/a" },
	{ { "go.mod", "ab/go.mod" }, "/a", "", "" },
};

START_TEST(the_project_is_the_nearest)
{
	char cwd[PATH_MAX], wanted[PATH_MAX];
	struct pq_go_places g;

	for (int i = 0; i < 2 && projects[_i].files[i]; i++)
		tree_put(projects[_i].files[i], "module m\n");
	strcat(strcpy(cwd, tree_top()), projects[_i].cwd);
	pq_go_places_find(&g, cwd);
	ck_assert_str_eq(g.cwd, cwd);
	strcat(strcpy(wanted, tree_top()), projects[_i].module_dir);
	ck_assert_msg(!strcmp(g.module_dir, wanted), "row %d: module in %s", _i,
		      g.module_dir);
	strcat(strcpy(wanted, tree_top()), projects[_i].project);
	ck_assert_msg(!strcmp(g.project, wanted), "row %d: project in %s", _i,
		      g.project);
}
END_TEST

START_TEST(without_a_directory_there_is_no_project)
{
	struct pq_go_places g;

	pq_go_places_find(&g, "");
	ck_assert_str_eq(g.cwd, "");
	ck_assert_str_eq(g.module_dir, "");
	ck_assert_str_eq(g.project, "");
	ck_assert_str_eq(g.module, "");
}
END_TEST

/* ---- the version of GOROOT ---- */

static const struct {
	const char *file, *wanted;
	bool is_used;
} versions[] = {
	{ "go1.23.5\ntime 2025-01-16T16:50:40Z\n", "go1.23.5", true },
	{ "go1.19.8", "go1.19.8", true },
	{ "go1.24.1", "go1.24.1 X:boringcrypto", true },
	{ "go1.19.8", "go1.23.5", false },
	{ "go1.23", "go1.23.5", false },
	{ "go1.19.8", "", true },
	{ "", "go1.23.5", true },
	{ NULL, "go1.23.5", true },
};

static bool note_version(void *ctx, const char *dir, const char *name,
			 const char *other_version)
{
	const char **version = ctx;

	(void)dir, (void)name;
	*version = other_version;
	return false;
}

START_TEST(sources_of_another_version_are_left_out)
{
	const char *version = NULL;
	struct pq_go_places g;

	tree_put("src/runtime/proc.go", "package runtime\n");
	if (versions[_i].file)
		tree_put("VERSION", versions[_i].file);
	setenv("GOROOT", tree_top(), 1);
	pq_go_places_find(&g, "");
	pq_go_places_want_version(&g, pq_text_of(versions[_i].wanted));
	pq_go_search(&g, "$GOROOT/src/runtime/proc.go", note_version, &version);
	ck_assert_msg(!version == versions[_i].is_used, "row %d", _i);
	ck_assert(!version ||
		  !strncmp(versions[_i].file, version, strlen(version)));
	unsetenv("GOROOT");
}
END_TEST

/* Whether a GOROOT of version `is` is read for a name. */
static const struct {
	const char *is, *name;
	bool is_used;
} named_versions[] = {
	{ "go1.24.3", "/usr/local/go/src/fmt/print.go", true },
	{ "go1.24.3", "/usr/local/go1.24.3/src/fmt/print.go", true },
	{ "go1.24.3", "/usr/local/go1.24.4/src/fmt/print.go", false },
	{ "go1.24.3", "/usr/local/go1.24.33/src/fmt/print.go", false },
	{ "go1.24.3", "/usr/local/go1.2/src/fmt/print.go", false },
	{ "go1.24.3", "/usr/lib/go-1.24/src/fmt/print.go", true },
	{ "go1.24.3", "/usr/lib/go-1.23/src/fmt/print.go", false },
	{ "go1.24", "/usr/lib/go-1.24/src/fmt/print.go", true },
	{ "go1.24", "/usr/local/go1.24.3/src/fmt/print.go", false },
	{ "go1.24rc1", "/usr/lib/go-1.24/src/fmt/print.go", false },
	{ "go1.24rc1", "/root/sdk/go1.24rc1/src/fmt/print.go", true },
	{ "go1.24beta2", "/root/sdk/go1.24beta1/src/fmt/print.go", false },
	{ "go1.24.3", "/brew/Cellar/go/1.24.3/libexec/src/fmt/a.go", true },
	{ "go1.19.8", "/brew/Cellar/go/1.24.3/libexec/src/fmt/a.go", false },
	{ "go1.24.3", "/i/golang/1.24.3/go/src/fmt/print.go", true },
	{ "go1.19.8", "/i/golang/1.24.3/go/src/fmt/print.go", false },
	{ "go1.24.3", "/m/toolchain@v0.0.1-go1.24.3.linux-amd64/src/a/b.go",
	  true },
	{ "go1.19.8", "/m/toolchain@v0.0.1-go1.24.3.linux-amd64/src/a/b.go",
	  false },
	{ "go1.19.8", "/go/go1.24/x/go1.19.8/src/a/b.go", true },
	/* no version, or not of Go */
	{ "go1.24.3", "/snap/go/10455/src/fmt/print.go", true },
	{ "go1.24.3", "/r/cargo-1.70/src/fmt/print.go", true },
	{ "go1.24.3", "/r/go-1./src/fmt/print.go", true },
	{ "go1.24.3", "/r/src/go1.23/print.go", true },
	{ "go1.24.3", "fmt/print.go", true },
	{ "devel", "/usr/local/go1.24.3/src/fmt/print.go", false },
	{ "", "/usr/local/go1.24.3/src/fmt/print.go", true },
};

static bool is_read_in_goroot(void *ctx, const char *dir, const char *name,
			      const char *other_version)
{
	(void)ctx, (void)name;
	return !strcmp(dir, "R/src") && !other_version;
}

START_TEST(a_path_names_the_version)
{
	struct pq_go_places g = { .goroot = "R", .goroot_src = "R/src" };

	snprintf(g.goroot_version, sizeof(g.goroot_version), "%s",
		 named_versions[_i].is);
	ck_assert_msg(pq_go_search(&g, named_versions[_i].name,
				   is_read_in_goroot,
				   NULL) == named_versions[_i].is_used,
		      "row %d", _i);
}
END_TEST

/* ---- the environment ---- */

static const struct {
	const char *modcache, *gopath, *home, *result;
} caches[] = {
	{ "/c", "/p", "/h", "/c" },
	{ "/c", NULL, NULL, "/c" },
	{ NULL, "/p", "/h", "/p/pkg/mod" },
	{ NULL, "/p/", "/h", "/p/pkg/mod" },
	{ NULL, "/p:/q", "/h", "/p/pkg/mod" },
	{ NULL, NULL, "/h", "/h/go/pkg/mod" },
	{ "", "", "/h", "/h/go/pkg/mod" },
	{ "c", "p", "/h", "/h/go/pkg/mod" }, /* must be absolute, as in Go */
	{ "c", "p", "h", "" },
	{ NULL, NULL, NULL, "" },
};

static void set(const char *name, const char *value)
{
	if (value)
		setenv(name, value, 1);
	else
		unsetenv(name);
}

START_TEST(the_module_cache_is_where_go_has_it)
{
	struct pq_go_places g;

	set("GOMODCACHE", caches[_i].modcache);
	set("GOPATH", caches[_i].gopath);
	set("HOME", caches[_i].home);
	pq_go_places_find(&g, tree_top());
	ck_assert_msg(!strcmp(g.modcache, caches[_i].result), "row %d: %s", _i,
		      g.modcache);
}
END_TEST

START_TEST(goroot_is_set_or_usual)
{
	struct pq_go_places g;

	setenv("GOROOT", "/some/where", 1);
	pq_go_places_find(&g, tree_top());
	ck_assert_str_eq(g.goroot, "/some/where");
	setenv("GOROOT", "not/absolute", 1);
	pq_go_places_find(&g, tree_top());
	ck_assert(!g.goroot[0] || g.goroot[0] == '/');
}
END_TEST

/* ---- the search ---- */

/* Every place, so that the order is seen; M module, C cache, R GOROOT. */
#define CACHED "C/example.org/!upper/dep@v1.2.3/d.go "
#define DEP "R/src/example.org/Upper/dep@v1.2.3/d.go "

static const struct {
	const char *name, *places;
} searches[] = {
	/* Bazel writes it so, word for word */
	{ "$GOROOT/src/runtime/proc.go",
	  "M/vendor/$GOROOT/src/runtime/proc.go R/src/runtime/proc.go "
	  "P/src/runtime/proc.go P/runtime/proc.go " },
	/* -trimpath */
	{ "example.org/app/main.go",
	  "M/main.go M/vendor/example.org/app/main.go "
	  "R/src/example.org/app/main.go P/app/main.go " },
	{ "example.org/app/pkg/a.go",
	  "M/pkg/a.go M/vendor/example.org/app/pkg/a.go "
	  "R/src/example.org/app/pkg/a.go P/app/pkg/a.go P/pkg/a.go " },
	{ "example.org/application/a.go",
	  "M/vendor/example.org/application/a.go "
	  "R/src/example.org/application/a.go P/application/a.go " },
	{ "example.org/Upper/dep@v1.2.3/d.go",
	  CACHED "M/vendor/example.org/Upper/dep/d.go " DEP
		 "P/Upper/dep@v1.2.3/d.go P/dep@v1.2.3/d.go " },
	{ "example.org/app@v1.0.0-RC1/a.go",
	  "C/example.org/app@v1.0.0-RC1/a.go M/a.go "
	  "M/vendor/example.org/app/a.go "
	  "R/src/example.org/app@v1.0.0-RC1/a.go P/app@v1.0.0-RC1/a.go " },
	{ "bytes/buffer.go",
	  "M/vendor/bytes/buffer.go R/src/bytes/buffer.go " },
	{ "vendor/golang.org/x/n.go",
	  "M/vendor/vendor/golang.org/x/n.go R/src/vendor/golang.org/x/n.go "
	  "P/golang.org/x/n.go P/x/n.go " },
	/* other machines */
	{ "/r/src/bytes/buffer.go",
	  "R/src/bytes/buffer.go P/r/src/bytes/buffer.go "
	  "P/src/bytes/buffer.go P/bytes/buffer.go " },
	{ "/r/src/cmd/src/x/y.go",
	  "R/src/x/y.go P/r/src/cmd/src/x/y.go P/src/cmd/src/x/y.go "
	  "P/cmd/src/x/y.go P/src/x/y.go P/x/y.go " },
	{ "/p/pkg/mod/example.org/!upper/dep@v1.2.3/d.go",
	  CACHED "M/vendor/example.org/Upper/dep/d.go "
		 "P/p/pkg/mod/example.org/!upper/dep@v1.2.3/d.go "
		 "P/pkg/mod/example.org/!upper/dep@v1.2.3/d.go "
		 "P/mod/example.org/!upper/dep@v1.2.3/d.go "
		 "P/example.org/!upper/dep@v1.2.3/d.go "
		 "P/!upper/dep@v1.2.3/d.go P/dep@v1.2.3/d.go " },
	{ "/b/vendor/example.org/Upper/dep/d.go",
	  "M/vendor/example.org/Upper/dep/d.go "
	  "P/b/vendor/example.org/Upper/dep/d.go "
	  "P/vendor/example.org/Upper/dep/d.go P/example.org/Upper/dep/d.go "
	  "P/Upper/dep/d.go P/dep/d.go " },
	/* a bare name says too little */
	{ "/b/main.go", "P/b/main.go " },
	{ "/main.go", "" },
	{ "main.go", "M/vendor/main.go R/src/main.go " },
	/* nothing to go by */
	{ "", "M/vendor/ " },
	{ "/", "" },
	{ "a@b", "C/a@b M/vendor/a@b R/src/a@b " },
	{ "@/", "C/@/ M/vendor// R/src/@/ " },
};

static const struct pq_go_places places = {
	.cwd = "W",
	.project = "P",
	.module_dir = "M",
	.module = "example.org/app",
	.goroot = "R",
	.goroot_src = "R/src",
	.modcache = "C",
};

static bool note(void *ctx, const char *dir, const char *name,
		 const char *other_version)
{
	ck_assert_ptr_null(other_version);
	pq_buf_str(ctx, dir);
	pq_buf_char(ctx, '/');
	pq_buf_str(ctx, name);
	pq_buf_char(ctx, ' ');
	return false;
}

START_TEST(places_are_tried_in_order)
{
	struct pq_buf tried = { 0 };

	ck_assert(!pq_go_search(&places, searches[_i].name, note, &tried));
	ck_assert_msg(!strcmp(pq_buf_cstr(&tried), searches[_i].places),
		      "row %d: %s", _i, pq_buf_cstr(&tried));
	pq_buf_release(&tried);
}
END_TEST

static bool note_up_to(void *ctx, const char *dir, const char *name,
		       const char *other_version)
{
	int *left = ctx;

	(void)dir, (void)name, (void)other_version;
	return --*left == 0;
}

START_TEST(the_first_that_is_there_ends_it)
{
	int left = _i;

	/* five places in all */
	ck_assert(pq_go_search(&places, "example.org/app/pkg/a.go", note_up_to,
			       &left));
	ck_assert_int_eq(left, 0);
}
END_TEST

START_TEST(places_that_are_not_there_are_left_out)
{
	static const struct pq_go_places none = { .cwd = "W" };
	struct pq_buf tried = { 0 };

	pq_go_search(&none, "example.org/app@v1/a/b.go", note, &tried);
	ck_assert_str_eq(pq_buf_cstr(&tried), "W/app@v1/a/b.go W/a/b.go ");
	pq_buf_release(&tried);
}
END_TEST

/* ---- */

static const char *const variables[] = { "GOROOT", "GOMODCACHE", "GOPATH",
					 "HOME" };
static char *saved[ROWS(variables)];

static void enter(void)
{
	for (int i = 0; i < ROWS(variables); i++) {
		const char *value = getenv(variables[i]);

		saved[i] = value ? strdup(value) : NULL;
	}
	tree_enter();
}

static void leave(void)
{
	tree_leave();
	for (int i = 0; i < ROWS(variables); i++) {
		set(variables[i], saved[i]);
		free(saved[i]);
	}
}

Suite *source_go_places_suite(void)
{
	Suite *suite = suite_create("source_go_places");
	TCase *tcase = tcase_create("go_places");

	tcase_add_checked_fixture(tcase, enter, leave);
	tcase_add_loop_test(tcase, the_module_is_read, 0, ROWS(modules));
	tcase_add_loop_test(tcase, the_project_is_the_nearest, 0,
			    ROWS(projects));
	tcase_add_loop_test(tcase, sources_of_another_version_are_left_out, 0,
			    ROWS(versions));
	tcase_add_loop_test(tcase, a_path_names_the_version, 0,
			    ROWS(named_versions));
	tcase_add_test(tcase, without_a_directory_there_is_no_project);
	tcase_add_loop_test(tcase, the_module_cache_is_where_go_has_it, 0,
			    ROWS(caches));
	tcase_add_test(tcase, goroot_is_set_or_usual);
	tcase_add_loop_test(tcase, places_are_tried_in_order, 0,
			    ROWS(searches));
	tcase_add_loop_test(tcase, the_first_that_is_there_ends_it, 1, 6);
	tcase_add_test(tcase, places_that_are_not_there_are_left_out);
	suite_add_tcase(suite, tcase);
	return suite;
}
