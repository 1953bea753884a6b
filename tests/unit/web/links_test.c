#include "suites.h"

#include "base/buf.h"
#include "web/links.h"

static const char *const two[] = { "a/cpu.pb.gz", "b/my heap.pb.gz" };

static const struct {
	const char *command;
	size_t n_names;
	const char *link; /* NULL: none */
} commands[] = {
	{ "profq sites my heap.pb.gz", 2, "/ui/sites?of=2" },
	{ "profq peek runtime.mallocgc cpu.pb.gz", 2,
	  "/ui/peek?f=runtime.mallocgc&of=1" },
	{ "profq sizes -ladders my heap.pb.gz", 2, "/ui/ladders?of=2" },
	{ "profq top -cum cpu.pb.gz", 2, "/ui/top?sort=cum&of=1" },
	{ "profq traces cpu.pb.gz", 1, "/ui/traces" },
	{ "profq trend HEAP...", 2, "/ui/trend" },
	{ "profq list f cpu.pb.gz", 1, "/ui/source?f=f" },
	{ "profq nothing cpu.pb.gz", 1, NULL },
	{ "profq", 1, NULL },
	{ "", 0, NULL },
};

START_TEST(command_has_its_view)
{
	struct pq_buf link = { 0 };
	bool found = pq_web_command_link(pq_text_of(commands[_i].command), two,
					 commands[_i].n_names, &link);

	ck_assert_msg(found == (commands[_i].link != NULL), "row %d", _i);
	if (found)
		ck_assert_str_eq(pq_buf_cstr(&link), commands[_i].link);
	pq_buf_release(&link);
}
END_TEST

Suite *web_links_suite(void)
{
	Suite *s = suite_create("web_links");
	TCase *t = tcase_create("links");

	tcase_add_loop_test(t, command_has_its_view, 0, ROWS(commands));
	suite_add_tcase(s, t);
	return s;
}
