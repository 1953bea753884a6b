#include "suites.h"

#include <string.h>

#include "base/buf.h"
#include "base/regex.h"
#include "shell/complete.h"

/* Hostile names among the others: a screen's codes, no UTF-8, a lone dash. */
static const char *const functions[] = {
	"main.(*loader).NextBinEntry",
	"main.main",
	"runtime.mallocgc",
	"runtime.makeslice",
	"std::map<int, a b>::find",
	"evil\x1b[31m\x07name",
	"bad\xff\xfe"
	"utf8",
	"bidi\xe2\x80\xae"
	"name",
	"-dash",
	">file",
	"42",
	"http://:x",
	"\xc3\xa4hnlich",
};
#define N_FUNCTIONS (sizeof(functions) / sizeof(*functions))

static struct pq_profile *make_profile(void)
{
	struct pq_profile *p = pq_profile_new();
	static const char *const types[] = { "inuse_objects", "inuse_space" };

	pq_profile_add_string(p, PQ_TEXT(""));
	for (size_t i = 0; i < 2; i++) {
		struct pq_value_type *t = pq_vec_push(&p->sample_types);

		t->type = pq_profile_add_string(p, pq_text_of(types[i]));
		t->unit = 0;
	}
	for (size_t i = 0; i < N_FUNCTIONS; i++) {
		struct pq_function *f = pq_vec_push(&p->functions);

		memset(f, 0, sizeof(*f));
		f->name = pq_profile_add_string(p, pq_text_of(functions[i]));
	}
	p->samples.n_values = 2;
	return p;
}

static void add_label(struct pq_profile *p, const char *key, const char *value)
{
	int64_t values[2] = { 1, 1 };
	struct pq_label label = {
		.key = pq_profile_add_string(p, pq_text_of(key)),
		.str = pq_profile_add_string(p, pq_text_of(value)),
	};
	struct pq_sample sample = { .values = values,
				    .labels = &label,
				    .n_labels = 1 };

	pq_samples_add(&p->samples, &sample);
}

/* Candidates as they are inserted, between bars; then what is common. */
static void describe(struct pq_buf *b, const struct pq_completion *c)
{
	for (size_t i = 0; i < c->list.n; i++) {
		pq_buf_text(b, c->list.at[i].insert);
		pq_buf_char(b, '|');
	}
	pq_buf_str(b, " ");
	pq_buf_text(b, c->common);
}

/* A line up to its cursor, where the typed part begins, what is offered. */
static const struct {
	const char *line;
	size_t from;
	const char *wanted; /* NULL: only `has' counts */
	const char *has;    /* a candidate among others */
} rows[] = {
	{ "trac", 0, "traces | traces ", NULL },
	{ "nodec", 0, "nodecount=| nodecount=", NULL },
	{ "TRAC", 0, "traces | traces ", NULL },
	{ "filef", 0, "filefunctions| filefunctions", NULL },
	{ "filefunctions", 0, "filefunctions=| filefunctions=", NULL },
	{ "inuse_o", 0, "inuse_objects| inuse_objects", NULL },
	{ "mean_inuse_s", 0, "mean_inuse_space| mean_inuse_space", NULL },
	{ "  qu", 2, "quit| quit", NULL },
	{ "", 0, NULL, "top " },
	{ "", 0, NULL, "exit" },
	{ "complet", 0, " ", NULL },
	{ "granularity=fi", 12, "filefunctions|files| file", NULL },
	{ "granularity = li", 14, "lines| lines", NULL },
	{ "trim=", 5, "false|true| ", NULL },
	{ "cum=", 4, "true| true", NULL },
	{ "sample_index=inuse_o", 13, "inuse_objects| inuse_objects", NULL },
	{ "peek NextB", 5,
	  "main\\.\\(\\*loader\\)\\.NextBinEntry| "
	  "main\\.\\(\\*loader\\)\\.NextBinEntry",
	  NULL },
	{ "top 3 nextb", 6,
	  "main\\.\\(\\*loader\\)\\.NextBinEntry| "
	  "main\\.\\(\\*loader\\)\\.NextBinEntry",
	  NULL },
	{ "top runtime.ma", 4,
	  "runtime\\.makeslice|runtime\\.mallocgc| runtime\\.ma", NULL },
	{ "top runtime\\.mal", 4, "runtime\\.mallocgc| runtime\\.mallocgc",
	  NULL },
	{ "top x|mallocg", 6, "runtime\\.mallocgc| runtime\\.mallocgc", NULL },
	{ "top -mallocg", 5, "runtime\\.mallocgc| runtime\\.mallocgc", NULL },
	{ "focus=mallocg", 6, "runtime\\.mallocgc| runtime\\.mallocgc", NULL },
	{ "top a b", 6, NULL, "std::map<int,\\sa\\sb>::find" },
	{ "peek evil", 5, "evil.\\[31m.name| evil.\\[31m.name", NULL },
	{ "peek bad", 5, "bad..utf8| bad..utf8", NULL },
	{ "peek bidi", 5, "bidi.name| bidi.name", NULL },
	{ "peek -das", 6, "-dash| -dash", NULL },
	{ "peek dash", 5, "[-]dash| [-]dash", NULL },
	{ "list 42", 5, "[4]2| [4]2", NULL },
	{ "peek http", 5, "http://\\:x| http://\\:x", NULL },
	{ "peek hnl", 5, "\xc3\xa4hnlich| \xc3\xa4hnlich", NULL },
	{ "foo main", 4, " ", NULL },
	{ "help nodec", 5, "nodecount| nodecount", NULL },
	{ "help trac", 5, "traces| traces", NULL },
	{ "tagfocus=", 9, "request=|thread=| ", NULL },
	{ "tagfocus=thr", 9, "thread=| thread=", NULL },
	{ "tagfocus=thread=", 16, "[1]2|io\\.read| ", NULL },
	{ "tagfocus=thread=io", 16, "io\\.read| io\\.read", NULL },
	{ "tagroot=request,th", 16, "thread| thread", NULL },
	{ "tagshow=", 8, "request|thread| ", NULL },
	{ "diff /dev/nul", 10, "null| null", NULL },
	{ "top > /dev/nul", 11, "null| null", NULL },
	{ "top >/dev/nul", 10, "null| null", NULL },
	{ "output=/dev/nul", 12, "null| null", NULL },
	{ "!cat /dev/nul", 10, "null| null", NULL },
	{ "top 1 | cat /dev/nul", 17, "null| null", NULL },
	{ "flame -diff=/dev/nul", 17, "null| null", NULL },
	{ "top /dev/nul", 4, " ", NULL },
};

static bool has_candidate(const struct pq_completion *c, const char *wanted)
{
	bool found = false;

	for (size_t i = 0; i < c->list.n; i++)
		found = found || pq_text_is(c->list.at[i].insert, wanted);
	return found;
}

START_TEST(tab_offers_what_fits)
{
	struct pq_text line = pq_text_of(rows[_i].line);
	struct pq_profile *p = make_profile();
	struct pq_shell_names names;
	struct pq_completion c;
	struct pq_buf got = { 0 };

	add_label(p, "thread", "io.read");
	add_label(p, "thread", "12");
	add_label(p, "request", "a,b");
	pq_shell_names_init(&names, p);
	pq_shell_names_make(&names);
	pq_complete_line(&c, line, line.len, &names);
	describe(&got, &c);
	if (rows[_i].wanted) {
		ck_assert_msg(pq_text_is(pq_buf_view(&got), rows[_i].wanted),
			      "row %d: %s", _i, pq_buf_cstr(&got));
	} else {
		ck_assert_msg(has_candidate(&c, rows[_i].has), "row %d: %s", _i,
			      pq_buf_cstr(&got));
	}
	if (c.list.n)
		ck_assert_msg(c.from == rows[_i].from, "row %d: from %zu", _i,
			      c.from);
	pq_buf_release(&got);
	pq_completion_release(&c);
	pq_shell_names_release(&names);
	pq_profile_free(p);
}
END_TEST

/* What is written into a line finds the name, and holds nothing raw. */
START_TEST(quoted_name_matches_it)
{
	struct pq_text name = pq_text_of(functions[_i]);
	struct pq_error err = { 0 };
	struct pq_buf quoted = { 0 };
	struct pq_regex *regex;

	for (int word = 0; word < 2; word++) {
		pq_buf_clear(&quoted);
		pq_quote_name(&quoted, name, word);
		for (size_t i = 0; i < quoted.len; i++)
			ck_assert_msg((unsigned char)quoted.data[i] > ' ' &&
					      quoted.data[i] != 0x7f,
				      "row %d", _i);
		regex = pq_regex_new(pq_buf_view(&quoted), &err);
		ck_assert_msg(regex != NULL, "row %d: %s", _i, err.msg);
		ck_assert_msg(pq_regex_match(regex, name), "row %d: %s", _i,
			      pq_buf_cstr(&quoted));
		pq_regex_free(regex);
	}
	pq_buf_release(&quoted);
}
END_TEST

/* What follows the cursor is of no matter. */
START_TEST(cursor_may_stand_inside)
{
	struct pq_profile *p = make_profile();
	struct pq_shell_names names;
	struct pq_completion c;

	pq_shell_names_init(&names, p);
	pq_complete_line(&c, PQ_TEXT("trac 5"), 4, &names);
	ck_assert_uint_eq(c.list.n, 1);
	ck_assert(pq_text_is(c.common, "traces "));
	pq_completion_release(&c);
	pq_shell_names_release(&names);
	pq_profile_free(p);
}
END_TEST

Suite *shell_complete_suite(void)
{
	Suite *suite = suite_create("shell_complete");
	TCase *offers = tcase_create("offers");

	tcase_add_loop_test(offers, tab_offers_what_fits, 0, ROWS(rows));
	tcase_add_loop_test(offers, quoted_name_matches_it, 0, ROWS(functions));
	tcase_add_test(offers, cursor_may_stand_inside);
	suite_add_tcase(suite, offers);
	return suite;
}
