#include "suites.h"

#include <stdio.h>
#include <string.h>

#include "base/out.h"
#include "cli/complete.h"

#define MOST_WORDS 6

static void two_types(const char *path,
		      void (*each)(void *ctx, struct pq_text name), void *ctx)
{
	(void)path;
	each(ctx, PQ_TEXT("objects"));
	each(ctx, PQ_TEXT("space"));
	each(ctx, PQ_TEXT("so $(what)"));
	each(ctx, PQ_TEXT("so\nnot"));
}

/* Functions of any profile; one has a letter that takes two bytes. */
static void three_functions(const char *path,
			    void (*each)(void *ctx, struct pq_text name),
			    void *ctx)
{
	(void)path;
	each(ctx, PQ_TEXT("main.(*conn).read"));
	each(ctx, PQ_TEXT("r\303\251sum"));
	each(ctx, PQ_TEXT(""));
	each(ctx, PQ_TEXT("rest $(id)"));
	each(ctx, PQ_TEXT("main.(*conn).read"));
}

/* The words after `profq', and what of the candidates must be there. */
static const struct {
	const char *words[MOST_WORDS];
	const char *some;  /* a line among them, or NULL: none at all */
	const char *never; /* no line among them, or NULL */
} lines[] = {
	{ { "" }, "top", "complete" },
	{ { NULL }, "top", "complete" },
	{ { "to" }, "top", "text" },
	{ { "-to" }, "-top", "-sort=" },
	{ { "-" }, "-sort=", "-help=" },
	{ { "--cu" }, "--cum", "-cum" },
	{ { "top", "-to" }, "-tools=", "-top" },
	{ { "top", "--max-m" }, "--max-memory=", NULL },
	{ { "top", "--max_m" }, "--max_memory=", NULL },
	{ { "top", "-sort=" }, "-sort=cum", NULL },
	{ { "top", "--sort=f" }, "--sort=flat", "--sort=cum" },
	{ { "top", "-sort", "" }, "cum", NULL },
	{ { "top", "-cum", "-colo" }, "-color=", NULL },
	{ { "top", "-sample_index=" }, "-sample_index=delay", NULL },
	{ { "top", "/etc/passwd", "-sample_index=" },
	  "-sample_index=space",
	  "-sample_index=delay" },
	{ { "top", "/etc/passwd", "-sample_index", "so" }, NULL, NULL },
	/* a device is not opened, as a FIFO is not */
	{ { "top", "/dev/null", "-sample_index=" },
	  "-sample_index=delay",
	  "-sample_index=space" },
	/* functions: whole, or what follows the package once it is typed */
	{ { "top", "/etc/passwd", "-focus=" },
	  "-focus=main...conn..read",
	  "-focus=read" },
	{ { "top", "/etc/passwd", "-focus", "re" }, "rest...id.", "rest $(id)" },
	{ { "top", "/etc/passwd", "-peek", "re" }, "read", NULL },
	{ { "top", "/etc/passwd", "-hide=r.sum" }, "-hide=r.sum", NULL },
	{ { "top", "/etc/passwd", "-tagfocus=re" }, NULL, NULL },
	{ { "list", "/etc/passwd", "re" }, NULL, NULL },
	{ { "help", "o" }, "options", "top" },
	{ { "help", "" }, "top", NULL },
	/* nothing: the shell completes files */
	{ { "top", "" }, NULL, NULL },
	{ { "top", "-output", "-" }, NULL, NULL },
	{ { "top", "--", "-cu" }, NULL, NULL },
	{ { "-top", "a", "-cu" }, NULL, NULL },
	{ { "-xyzzy=" }, NULL, NULL },
	{ { "version", "" }, NULL, NULL },
};

/* Whether one of the lines is this one. */
static bool has_line(struct pq_text all, const char *wanted)
{
	size_t at = 0, end;

	for (; at < all.len; at = end + 1) {
		end = pq_text_find(all, at, "\n");
		if (pq_text_is(pq_text_slice(all, at, end), wanted))
			return true;
	}
	return false;
}

START_TEST(word_is_completed)
{
	struct pq_out out;
	struct pq_tool_env env = { &out, two_types, three_functions };
	size_t n = 0;
	struct pq_error err = { 0 };
	struct pq_text all;

	while (n < MOST_WORDS && lines[_i].words[n])
		n++;
	pq_out_open_memory(&out);
	ck_assert(pq_tool_complete.run(lines[_i].words, n, &env, &err));
	all = pq_buf_view(&out.buf);
	if (lines[_i].some)
		ck_assert_msg(has_line(all, lines[_i].some), "row %d: %.*s", _i,
			      (int)all.len, all.bytes);
	else
		ck_assert_msg(!all.len, "row %d: %.*s", _i, (int)all.len,
			      all.bytes);
	if (lines[_i].never)
		ck_assert_msg(!has_line(all, lines[_i].never), "row %d", _i);
	ck_assert(pq_out_close(&out, "memory", &err));
}
END_TEST

Suite *cli_complete_suite(void)
{
	Suite *suite = suite_create("cli_complete");
	TCase *completing = tcase_create("complete");

	tcase_add_loop_test(completing, word_is_completed, 0, ROWS(lines));
	suite_add_tcase(suite, completing);
	return suite;
}
