#include "suites.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "source/source.h"
#include "tree.h"

/*
 * In every text, "T" at the start of a path stands for the tree: the tests
 * run in T/cwd, which is in the project T/cwd unless a row says otherwise.
 */
static void put_path(struct pq_buf *to, const char *text)
{
	for (; *text; text++) {
		if (*text == 'T' && (text[1] == '/' || !text[1]))
			pq_buf_str(to, tree_top());
		else
			pq_buf_char(to, *text);
	}
}

static void make_tree(void)
{
	unsetenv("GOPATH");
	tree_enter();
	tree_put("cwd/go.mod", "module example.org/app\n");
	tree_put("cwd/a.c", "cwd/a.c\n");
	tree_put("cwd/src/a.c", "cwd/src/a.c\n");
	tree_put("cwd/src/b.c", "cwd/src/b.c\n");
	tree_put("cwd/deep/er/c.c", "cwd/deep/er/c.c\n");
	tree_put("cwd/vendor/example.org/dep/d.go", "vendored\n");
	tree_put("other/o.c", "other/o.c\n");
	tree_put("other/src/a.c", "other/src/a.c\n");
	tree_put("above.c", "above.c\n");
	tree_put("go/src/bytes/buffer.go", "goroot\n");
	tree_put("mod/example.org/dep@v1/d.go", "cached\n");
	tree_link("../../above.c", "cwd/src/out.c");
	tree_link("b.c", "cwd/src/in.c");
	tree_fifo("cwd/fifo.c");
	tree_chdir("cwd");
}

static void set_places(void)
{
	char path[PATH_MAX];

	setenv("GOROOT", tree_path(path, "go"), 1);
	setenv("GOMODCACHE", tree_path(path, "mod"), 1);
}

/* ---- where a file is found ---- */

static const struct {
	const char *search_path, *trim_path, *name;
	const char *path; /* that was read, or NULL */
	const char *line; /* its first, or else the error */
} finds[] = {
	/* the search path */
	{ "", "", "a.c", "T/cwd/a.c", "cwd/a.c" },
	{ "", "", "src/a.c", "T/cwd/src/a.c", "cwd/src/a.c" },
	{ "src:T/other", "", "a.c", "src/a.c", "cwd/src/a.c" },
	{ "T/other:src", "", "b.c", "src/b.c", "cwd/src/b.c" },
	{ "T/other/", "", "o.c", "T/other/o.c", "other/o.c" },
	{ "T/other::none", "", "none.c", NULL,
	  "could not find file none.c on path T/other::none" },
	{ ".", "", "a.c", "a.c", "cwd/a.c" },
	{ "deep/er", "", "a.c", "a.c", "cwd/a.c" }, /* a parent */
	{ "none/deep", "", "a.c", "a.c", "cwd/a.c" },
	{ "T/cwd/deep/er", "", "a.c", "T/cwd/a.c", "cwd/a.c" },
	{ "T/other/src", "", "o.c", NULL,
	  "could not find file o.c on path T/other/src" },
	{ "", "", "above.c", NULL,
	  "could not find file above.c on path T/cwd" },
	{ "../other/src", "", "o.c", NULL,
	  "could not find file o.c on path ../other/src" },
	{ "T/cwd/../other", "", "above.c", NULL,
	  "could not find file above.c on path T/cwd/../other" },
	{ "..", "", "above.c", "../above.c", "above.c" },

	/* trimming */
	{ "", "/build", "/build/src/a.c", "T/cwd/src/a.c", "cwd/src/a.c" },
	{ "", "/no:/build/", "/build/a.c", "T/cwd/a.c", "cwd/a.c" },
	{ "", "", "/some/cwd/src/a.c", "T/cwd/src/a.c", "cwd/src/a.c" },
	{ "T/other", "", "/x/other/src/a.c", "T/other/src/a.c",
	  "other/src/a.c" },
	{ "", "", "/proc/self/cwd/src/b.c", "T/cwd/src/b.c", "cwd/src/b.c" },

	/* absolute names; the prefix "x" keeps them from being trimmed */
	{ "", "x", "T/cwd/src/a.c", "T/cwd/src/a.c", "cwd/src/a.c" },
	{ "", "x", "T/other/o.c", NULL,
	  "open T/other/o.c: outside the source path T/cwd" },
	{ "T/other", "x", "T/other/o.c", "T/other/o.c", "other/o.c" },
	{ "T/oth", "x", "T/other/o.c", NULL,
	  "open T/other/o.c: outside the source path T/oth" },
	{ "", "x", "T/go/src/bytes/buffer.go", "T/go/src/bytes/buffer.go",
	  "goroot" },
	{ "", "x", "T/mod/example.org/dep@v1/d.go",
	  "T/mod/example.org/dep@v1/d.go", "cached" },
	{ "", "x", "T/none.c", NULL,
	  "open T/none.c: no such file or directory" },
	{ "", "x", "T/cwd/../above.c", NULL,
	  "open T/cwd/../above.c: not a regular file that stays below T/cwd" },
	{ "", "x", "T/cwd/src/out.c", NULL,
	  "open T/cwd/src/out.c: not a regular file that stays below T/cwd" },
	{ "", "x", "T/cwd/fifo.c", NULL,
	  "open T/cwd/fifo.c: not a regular file that stays below T/cwd" },
	{ "", "", "/etc/passwd", NULL,
	  "open /etc/passwd: outside the source path T/cwd" },
	{ "/", "", "/proc/self/environ", NULL,
	  "open /proc/self/environ: outside the source path /" },

	/* names that lead away */
	{ "", "", "../above.c", NULL,
	  "could not find file ../above.c on path T/cwd" },
	{ "", "", "src/../../above.c", NULL,
	  "could not find file src/../../above.c on path T/cwd" },
	{ "", "", "src/out.c", NULL,
	  "could not find file src/out.c on path T/cwd" },
	{ "", "", "src/in.c", "T/cwd/src/in.c", "cwd/src/b.c" },
	{ "", "", "fifo.c", NULL, "could not find file fifo.c on path T/cwd" },
	{ "", "", "src", NULL, "could not find file src on path T/cwd" },
	{ "", "", "", NULL, "could not find file  on path T/cwd" },

	/* where Go keeps things */
	{ "", "", "example.org/app/src/a.c", "T/cwd/src/a.c", "cwd/src/a.c" },
	{ "", "", "example.org/dep@v1/d.go", "T/mod/example.org/dep@v1/d.go",
	  "cached" },
	{ "", "", "example.org/dep@v2/d.go",
	  "T/cwd/vendor/example.org/dep/d.go", "vendored" },
	{ "", "", "bytes/buffer.go", "T/go/src/bytes/buffer.go", "goroot" },
	{ "", "", "/r/src/bytes/buffer.go", "T/go/src/bytes/buffer.go",
	  "goroot" },
	{ "", "", "/build/deep/er/c.c", "T/cwd/deep/er/c.c",
	  "cwd/deep/er/c.c" },
	{ "", "", "/build/er/c.c", NULL,
	  "open /build/er/c.c: no such file or directory" },
};

static void check(int row, struct pq_text got, const char *wanted)
{
	struct pq_buf b = { 0 }, g = { 0 };

	put_path(&b, wanted);
	pq_buf_text(&g, got);
	ck_assert_msg(!strcmp(pq_buf_cstr(&g), pq_buf_cstr(&b)),
		      "row %d: %s, wanted %s", row, pq_buf_cstr(&g),
		      pq_buf_cstr(&b));
	pq_buf_release(&b);
	pq_buf_release(&g);
}

START_TEST(files_are_found)
{
	uint64_t memory_before = pq_mem_used();
	struct pq_buf search = { 0 }, name = { 0 };
	const struct pq_source_file *f;
	struct pq_sources *s;

	set_places();
	put_path(&search, finds[_i].search_path);
	put_path(&name, finds[_i].name);
	s = pq_sources_new(pq_buf_view(&search),
			   pq_text_of(finds[_i].trim_path), PQ_TEXT(""));
	f = pq_sources_find(s, pq_buf_view(&name));
	ck_assert_msg(f->found == (finds[_i].path != NULL), "row %d: %s", _i,
		      finds[_i].name);
	if (f->found) {
		check(_i, f->path, finds[_i].path);
		ck_assert_msg(f->n_lines == 1, "row %d", _i);
		check(_i, f->lines[0], finds[_i].line);
	} else {
		check(_i, f->error, finds[_i].line);
	}
	ck_assert_ptr_eq(pq_sources_find(s, pq_buf_view(&name)), f);
	pq_sources_free(s);
	pq_buf_release(&search);
	pq_buf_release(&name);
	ck_assert(pq_mem_used() == memory_before);
}
END_TEST

START_TEST(what_was_tried_is_told)
{
	size_t n_more;
	const struct pq_source_file *f;
	struct pq_sources *s;

	set_places();
	s = pq_sources_new(PQ_TEXT("deep/er"), PQ_TEXT(""), PQ_TEXT(""));
	f = pq_sources_find(s, PQ_TEXT("p/none.c"));
	ck_assert(!f->found);
	check(0, pq_sources_tried(s, &n_more),
	      "deep/er/p/none.c\ndeep/p/none.c\np/none.c\n"
	      "T/cwd/vendor/p/none.c\nT/go/src/p/none.c\n");
	ck_assert(!n_more);
	pq_sources_free(s);
}
END_TEST

START_TEST(a_file_of_another_version_is_told)
{
	size_t n_more;
	const struct pq_source_file *f;
	struct pq_sources *s;

	tree_put("go/VERSION", "go1.19.8\n");
	tree_put("go/src/fmt/print.go", "package fmt\n");
	set_places();
	s = pq_sources_new(PQ_TEXT(""), PQ_TEXT(""), PQ_TEXT(""));
	f = pq_sources_find(s, PQ_TEXT("/r/go1.23.5/src/fmt/print.go"));
	ck_assert(!f->found);
	check(0, pq_sources_tried(s, &n_more),
	      "T/go/src/fmt/print.go, which is of go1.19.8\n"
	      "T/cwd/r/go1.23.5/src/fmt/print.go\n"
	      "T/cwd/go1.23.5/src/fmt/print.go\n"
	      "T/cwd/src/fmt/print.go\nT/cwd/fmt/print.go\n");
	f = pq_sources_find(s, PQ_TEXT("/r/go1.19.8/src/fmt/print.go"));
	ck_assert(f->found && f->guessed);
	pq_sources_free(s);
}
END_TEST

START_TEST(a_name_with_a_nul_is_no_name)
{
	const struct pq_source_file *f;
	struct pq_sources *s =
		pq_sources_new(PQ_TEXT(""), PQ_TEXT(""), PQ_TEXT(""));

	f = pq_sources_find(s, PQ_TEXT("a.c\0.go"));
	ck_assert(!f->found);
	ck_assert(pq_text_is(f->error, "open a name with a NUL byte"));
	pq_sources_free(s);
}
END_TEST

START_TEST(nothing_is_found_in_a_directory_that_is_gone)
{
	const struct pq_source_file *f;
	struct pq_sources *s;
	char path[PATH_MAX];

	setenv("GOROOT", "/nowhere", 1);
	setenv("GOMODCACHE", "/nowhere", 1);
	tree_put("gone/file", "");
	tree_chdir("gone");
	unlink(tree_path(path, "gone/file"));
	ck_assert_int_eq(rmdir(tree_path(path, "gone")), 0);
	s = pq_sources_new(PQ_TEXT(""), PQ_TEXT(""), PQ_TEXT(""));
	f = pq_sources_find(s, PQ_TEXT("etc/passwd"));
	ck_assert(!f->found);
	f = pq_sources_find(s, PQ_TEXT("/etc/passwd"));
	ck_assert(!f->found);
	pq_sources_free(s);
}
END_TEST

/* ---- lines ---- */

static const struct {
	const char *content;
	size_t n_lines;
	const char *last;
} contents[] = {
	{ "", 0, NULL },	  { "\n", 1, "" },
	{ "a", 1, "a" },	  { "a\n", 1, "a" },
	{ "a\nb", 2, "b" },	  { "a\n\n", 2, "" },
	{ "a\r\nb\r\n", 2, "b" }, { "a\r\r\n", 1, "a\r" },
	{ "a\rb", 1, "a\rb" },	  { "a\r", 1, "a" },
};

START_TEST(lines_are_cut)
{
	struct pq_sources *s =
		pq_sources_new(PQ_TEXT(""), PQ_TEXT(""), PQ_TEXT(""));
	const struct pq_source_file *f;

	tree_put("cwd/lines", contents[_i].content);
	f = pq_sources_find(s, PQ_TEXT("lines"));
	ck_assert(f->found);
	ck_assert_msg(f->n_lines == contents[_i].n_lines, "row %d: %zu", _i,
		      f->n_lines);
	if (f->n_lines)
		ck_assert_msg(pq_text_is(f->lines[f->n_lines - 1],
					 contents[_i].last),
			      "row %d", _i);
	pq_sources_free(s);
}
END_TEST

/* Bytes in the second of three lines, and how many lines there are then. */
static const struct {
	size_t bytes, n_lines;
} lengths[] = {
	{ 65534, 3 },
	{ 65535, 3 },
	{ 65536, 1 },
	{ 200000, 1 },
};

START_TEST(a_long_line_ends_the_file)
{
	struct pq_sources *s =
		pq_sources_new(PQ_TEXT(""), PQ_TEXT(""), PQ_TEXT(""));
	const struct pq_source_file *f;
	struct pq_buf content = { 0 };

	pq_buf_str(&content, "one\n");
	pq_buf_repeat(&content, 'x', lengths[_i].bytes);
	pq_buf_str(&content, "\nthree\n");
	tree_put("cwd/long", pq_buf_cstr(&content));
	f = pq_sources_find(s, PQ_TEXT("long"));
	ck_assert(f->found);
	ck_assert_msg(f->n_lines == lengths[_i].n_lines, "row %d: %zu", _i,
		      f->n_lines);
	pq_sources_free(s);
	pq_buf_release(&content);
}
END_TEST

Suite *source_source_suite(void)
{
	Suite *suite = suite_create("source_source");
	TCase *tcase = tcase_create("source");

	tcase_add_checked_fixture(tcase, make_tree, tree_leave);
	tcase_add_loop_test(tcase, files_are_found, 0, ROWS(finds));
	tcase_add_test(tcase, what_was_tried_is_told);
	tcase_add_test(tcase, a_file_of_another_version_is_told);
	tcase_add_test(tcase, a_name_with_a_nul_is_no_name);
	tcase_add_test(tcase, nothing_is_found_in_a_directory_that_is_gone);
	tcase_add_loop_test(tcase, lines_are_cut, 0, ROWS(contents));
	tcase_add_loop_test(tcase, a_long_line_ends_the_file, 0, ROWS(lengths));
	suite_add_tcase(suite, tcase);
	return suite;
}
