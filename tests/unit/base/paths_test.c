#include "suites.h"

#include <string.h>

#include "base/mem.h"
#include "base/paths.h"

/* The table of Go's path/filepath tests, and a few more. */
static const struct {
	const char *path, *want;
} cleans[] = {
	{ "abc", "abc" },
	{ "abc/def", "abc/def" },
	{ "a/b/c", "a/b/c" },
	{ ".", "." },
	{ "..", ".." },
	{ "../..", "../.." },
	{ "../../abc", "../../abc" },
	{ "/abc", "/abc" },
	{ "/", "/" },
	{ "", "." },
	{ "abc/", "abc" },
	{ "abc/def/", "abc/def" },
	{ "a/b/c/", "a/b/c" },
	{ "./", "." },
	{ "../", ".." },
	{ "../../", "../.." },
	{ "/abc/", "/abc" },
	{ "abc//def//ghi", "abc/def/ghi" },
	{ "abc//", "abc" },
	{ "abc/./def", "abc/def" },
	{ "/./abc/def", "/abc/def" },
	{ "abc/.", "abc" },
	{ "abc/def/ghi/../jkl", "abc/def/jkl" },
	{ "abc/def/../ghi/../jkl", "abc/jkl" },
	{ "abc/def/..", "abc" },
	{ "abc/def/../..", "." },
	{ "/abc/def/../..", "/" },
	{ "abc/def/../../..", ".." },
	{ "/abc/def/../../..", "/" },
	{ "abc/def/../../../ghi/jkl/../../../mno", "../../mno" },
	{ "/../abc", "/abc" },
	{ "a/../b:/../../c", "../c" },
	{ "abc/./../def", "def" },
	{ "abc//./../def", "def" },
	{ "abc/../../././../def", "../../def" },
	{ "//abc", "/abc" },
	{ "///abc", "/abc" },
	{ "//abc//", "/abc" },
	{ "//", "/" },
	{ "/..", "/" },
	{ "/../..", "/" },
	{ "../a/..", ".." },
	{ "../a/../b", "../b" },
	{ "..a/...", "..a/..." },
	{ "a/..b/..", "a" },
	{ "a/./.", "a" },
	{ "/.", "/" },
};

START_TEST(clean)
{
	struct pq_buf b = { 0 };

	pq_path_clean(&b, pq_text_of(cleans[_i].path));
	ck_assert_msg(pq_text_is(pq_buf_view(&b), cleans[_i].want),
		      "row %d: '%s'", _i, pq_buf_cstr(&b));
	/* what is clean stays as it is */
	pq_buf_clear(&b);
	pq_path_clean(&b, pq_text_of(cleans[_i].want));
	ck_assert_msg(pq_text_is(pq_buf_view(&b), cleans[_i].want),
		      "row %d: twice: '%s'", _i, pq_buf_cstr(&b));
	pq_buf_release(&b);
}
END_TEST

START_TEST(clean_appends)
{
	struct pq_buf b = { 0 };
	struct pq_text result;

	pq_buf_str(&b, "x/y");
	pq_path_clean(&b, pq_text_of(cleans[_i].path));
	result = pq_text_slice(pq_buf_view(&b), 3, b.len);
	ck_assert_msg(pq_text_starts(pq_buf_view(&b), "x/y"), "row %d", _i);
	ck_assert_msg(pq_text_is(result, cleans[_i].want), "row %d: '%s'", _i,
		      pq_buf_cstr(&b));
	pq_buf_release(&b);
	ck_assert_msg(pq_mem_used() == 0, "row %d: memory kept", _i);
}
END_TEST

static const struct {
	const char *path, *trim_path, *search_path, *want;
} trims[] = {
	{ "/a/b.c", "", "", "/a/b.c" },
	{ "", "", "", "" },
	{ "", "/a", "/b", "" },
	/* the directory's name, found in the path */
	{ "/remote/proj/foo/bar.c", "", "/local/proj", "foo/bar.c" },
	{ "/remote/proj/foo/bar.c", "", "/local/proj/", "foo/bar.c" },
	{ "/remote/proj/foo/bar.c", "", "proj", "foo/bar.c" },
	{ "/r/proj/proj/bar.c", "", "/proj", "proj/bar.c" },
	{ "proj/foo.c", "", "/proj", "proj/foo.c" },
	{ "/remote/proj", "", "/proj", "/remote/proj" },
	{ "/remote/proj/", "", "/proj", "" },
	{ "/remote/myproj/a.c", "", "/proj", "/remote/myproj/a.c" },
	{ "/remote/project/a.c", "", "/proj", "/remote/project/a.c" },
	/* directories in their order, whichever comes first in the path */
	{ "/x/two/one/a.c", "", "/one:/two", "a.c" },
	{ "/x/two/one/a.c", "", "/two:/one", "one/a.c" },
	{ "/x/two/a.c", "", "/one:/two", "a.c" },
	{ "/x/a.c", "", "/one:/two", "/x/a.c" },
	/* with trim_path the search path is not looked at */
	{ "/x/proj/a.c", "/y", "/proj", "/x/proj/a.c" },
	{ "/x/proj/a.c", "/x", "/proj", "proj/a.c" },
	{ "/x/proj/a.c", "/x/", "", "proj/a.c" },
	{ "/x/proj/a.c", "/x/proj", "", "a.c" },
	{ "/x/proj/a.c", "/x/pro", "", "/x/proj/a.c" },
	{ "/x/proj/a.c", "/y:/x/proj:/x", "", "a.c" },
	{ "/x/proj/a.c", "/x:/x/proj", "", "proj/a.c" },
	{ "/x", "/x", "", "/x" },
	{ "/x/", "/x", "", "" },
	{ "a/b.c", "a", "", "b.c" },
	{ "/a/b.c", "/", "", "a/b.c" },
	{ "/y/x/b.c", "/x", "", "/y/x/b.c" },
	/* build systems' sandboxes, always */
	{ "/proc/self/cwd/./a.c", "", "", "a.c" },
	{ "/proc/self/cwd/a.c", "", "", "a.c" },
	{ "/proc/self/cwd/./a.c", "/x", "", "a.c" },
	{ "/proc/self/cwd/a.c", "", "/x", "a.c" },
	{ "/proc/self/cwd/a.c", "/proc", "", "self/cwd/a.c" },
	{ "/proc/self/cwd", "", "", "/proc/self/cwd" },
	{ "/proc/self/cwd/proj/a.c", "", "/proj", "a.c" },
};

START_TEST(trim)
{
	struct pq_text path = pq_text_of(trims[_i].path);
	struct pq_text got = pq_path_trim(path, pq_text_of(trims[_i].trim_path),
					  pq_text_of(trims[_i].search_path));

	ck_assert_msg(pq_text_is(got, trims[_i].want), "row %d: '%.*s'", _i,
		      (int)got.len, got.bytes);
	ck_assert_msg(got.bytes >= path.bytes &&
			      got.bytes + got.len == path.bytes + path.len,
		      "row %d: not a view", _i);
}
END_TEST

Suite *base_paths_suite(void)
{
	Suite *suite = suite_create("base_paths");
	TCase *tcase = tcase_create("paths");

	tcase_add_loop_test(tcase, clean, 0, ROWS(cleans));
	tcase_add_loop_test(tcase, clean_appends, 0, ROWS(cleans));
	tcase_add_loop_test(tcase, trim, 0, ROWS(trims));
	suite_add_tcase(suite, tcase);
	return suite;
}
