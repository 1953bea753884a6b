#include "suites.h"

#include "graph/stacks.h"

static const struct {
	const char *name, *package;
} names[] = {
	{ "main.main", "main" },
	{ "runtime.mallocgc", "runtime" },
	{ "net/http.(*conn).serve", "net/http" },
	{ "example.org/a.b/rdb.(*Loader).Next", "example.org/a.b/rdb" },
	{ "example.org/x.Map[go.shape.string,a/b.T].Get", "example.org/x" },
	{ "github.com/a/b/v2.glob..func1", "github.com/a/b/v2" },
	{ "std::vector<std::pair<a, b>>::push_back", "std" },
	{ "tokio::runtime::Builder::build", "tokio" },
	{ "(anonymous namespace)::work", "(anonymous namespace)" },
	{ "java.util.HashMap.put", "java" },
	{ "malloc", "" },
	{ "operator new(unsigned long)", "" },
	{ "[libc.so.6]", "" },
	{ ".hidden", "" },
	{ "", "" },
};

START_TEST(package_is_what_the_name_begins_with)
{
	struct pq_text is = pq_package_of_name(pq_text_of(names[_i].name));

	ck_assert_msg(pq_text_is(is, names[_i].package), "row %d: %.*s", _i,
		      (int)is.len, is.bytes);
}
END_TEST

Suite *graph_package_suite(void)
{
	Suite *suite = suite_create("graph_package");
	TCase *tcase = tcase_create("package");

	tcase_add_loop_test(tcase, package_is_what_the_name_begins_with, 0,
			    ROWS(names));
	suite_add_tcase(suite, tcase);
	return suite;
}
