#include "host/screen.h"

#include <stdlib.h>
#include <unistd.h>

#include "suites.h"

static const struct {
	unsigned columns;
	bool ascii;
	const char *lines, *shown;
} rows[] = {
	{ 0, false,
	  "a \302\261"
	  "3  b\n",
	  "a \302\261"
	  "3  b\n" },
	{ 0, true, "", "" },
	{ 0, true, "no sign", "no sign" },
	/* a cell that is padded keeps its width, a word in a sentence does not */
	{ 0, true,
	  "1   \302\261"
	  "3  b\n",
	  "1  +-3  b\n" },
	{ 0, true, "  \302\261", " +-" },
	{ 0, true,
	  "good to \302\261"
	  "28 %, or \302\261"
	  "3",
	  "good to +-28 %, or +-3" },
	{ 0, true, "a\n\302\261\n", "a\n+-\n" },
	{ 0, true, "12\302\265s", "12us" },
	/* names keep both ends */
	{ 40, false, "   1s 50%  main.abcdefghijklmnopqrstuvwxyz\n",
	  "   1s 50%  main.abcdefghi\342\200\246mnopqrstuvwxyz\n" },
	{ 40, true, "   1s 50%  main.abcdefghijklmnopqrstuvwxyz\n",
	  "   1s 50%  main.abcdefgh...nopqrstuvwxyz\n" },
	{ 40, false, "   1s 50%  main.abcdefghijklmnopqrstuvwx\n",
	  "   1s 50%  main.abcdefghijklmnopqrstuvwx\n" },
	/* letters of several bytes are one column */
	{ 40, false,
	  "   1s 50%  \303\244\303\244\303\244\303\244\303\244\303\244"
	  "\303\244\303\244\303\244\303\244\303\244\303\244",
	  "   1s 50%  \303\244\303\244\303\244\303\244\303\244\303\244"
	  "\303\244\303\244\303\244\303\244\303\244\303\244" },
	/* styles are no columns, and end though the name is cut */
	{ 40, false,
	  "   1s 50%  \033[1mmain.abcdefghijklmnopqrstuvwxyz\033[0m\n",
	  "   1s 50%  \033[1mmain.abcdefghi\342\200\246mnopqrstuvwxyz\033[0m\n" },
	{ 40, false, "   1s 50%  main.abcdefghijk\033[0mlmnopqrstuvwxyz\n",
	  "   1s 50%  main.abcdefghi\342\200\246\033[0mmnopqrstuvwxyz\n" },
	/* sentences, and names without room, go on in the next line */
	{ 30, false, "Showing nodes accounting for 1s of all\n",
	  "Showing nodes accounting for 1s of all\n" },
	{ 34, false, "   1s 50%  main.abcdefghijklmnopqrstuvwxyz\n",
	  "   1s 50%  main.abcdefghijklmnopqrstuvwxyz\n" },
	{ 35, false, "   1s 50%  main.abcdefghijklmnopqrstuvwxyz\n",
	  "   1s 50%  main.abcdef\342\200\246opqrstuvwxyz\n" },
};

START_TEST(lines_are_as_the_screen_can_show_them)
{
	struct pq_screen s = { rows[_i].columns, rows[_i].ascii };
	struct pq_buf b = { 0 };

	pq_screen_spell(&s, pq_text_of(rows[_i].lines), &b);
	ck_assert_msg(pq_text_is(pq_buf_view(&b), rows[_i].shown), "row %d: %s",
		      _i, pq_buf_cstr(&b));
	pq_buf_release(&b);
}
END_TEST

static const struct {
	const char *all, *ctype, *lang;
	bool ascii;
} locales[] = {
	{ NULL, NULL, NULL, true },	    { "C", NULL, "C.UTF-8", true },
	{ "", "", "de_DE.utf8", false },    { NULL, "C.UTF-8", "C", false },
	{ NULL, "POSIX", "C.UTF-8", true }, { NULL, NULL, "de_DE", true },
	{ "en_US.UTF-8", "C", "C", false },
};

static void set_or_not(const char *name, const char *value)
{
	if (value)
		setenv(name, value, 1);
	else
		unsetenv(name);
}

START_TEST(the_first_variable_that_is_set_decides)
{
	set_or_not("LC_ALL", locales[_i].all);
	set_or_not("LC_CTYPE", locales[_i].ctype);
	set_or_not("LANG", locales[_i].lang);
	ck_assert_msg(pq_locale_is_ascii() == locales[_i].ascii, "row %d", _i);
}
END_TEST

/* Pieces of a line that are written one by one are one line. */
static void spell_lines(struct pq_text lines, struct pq_buf *to)
{
	pq_buf_char(to, '<');
	pq_buf_text(to, lines);
	pq_buf_char(to, '>');
}

START_TEST(a_line_waits_for_its_end)
{
	struct pq_error err = { 0 };
	struct pq_out out;
	char got[80] = "";
	int ends[2];
	ssize_t n;

	ck_assert(!pipe(ends));
	pq_out_open_fd(&out, ends[1]);
	out.spell = spell_lines;
	pq_out_str(&out, "a\nb");
	ck_assert(pq_out_flush(&out, "pipe", &err));
	pq_out_str(&out, "c\n");
	ck_assert(pq_out_close(&out, "pipe", &err));
	n = read(ends[0], got, sizeof(got) - 1);
	ck_assert_int_gt(n, 0);
	ck_assert_str_eq(got, "<a\nb><c\n>");
	close(ends[0]);
	close(ends[1]);
}
END_TEST

/* More than the buffer holds is cut between lines only. */
static size_t spelled_bytes, wrong_pieces;

static void count_lines(struct pq_text lines, struct pq_buf *to)
{
	(void)to;
	spelled_bytes += lines.len;
	wrong_pieces += !lines.len || lines.bytes[lines.len - 1] != '\n';
}

START_TEST(pieces_are_whole_lines)
{
	struct pq_error err = { 0 };
	struct pq_out out;

	spelled_bytes = wrong_pieces = 0;
	pq_out_open_fd(&out, STDOUT_FILENO);
	out.spell = count_lines;
	for (size_t i = 0; i < 50000; i++)
		pq_out_str(&out, i % 3 == 2 ? "end\n" : "a piece");
	pq_out_str(&out, "\n");
	ck_assert(pq_out_close(&out, "nothing", &err));
	ck_assert_uint_eq(wrong_pieces, 0);
	ck_assert_uint_eq(spelled_bytes, 16666 * 4 + 33334 * 7 + 1);
}
END_TEST

Suite *host_screen_suite(void)
{
	Suite *suite = suite_create("host_screen");
	TCase *tcase = tcase_create("screen");

	tcase_add_loop_test(tcase, lines_are_as_the_screen_can_show_them, 0,
			    ROWS(rows));
	tcase_add_loop_test(tcase, the_first_variable_that_is_set_decides, 0,
			    ROWS(locales));
	tcase_add_test(tcase, a_line_waits_for_its_end);
	tcase_add_test(tcase, pieces_are_whole_lines);
	suite_add_tcase(suite, tcase);
	return suite;
}
