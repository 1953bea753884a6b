#include "suites.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "render/json_writer.h"
#include "helpers.h"

/*
 * What is put, a character a token: { } [ ] | a new line, n a name, then a
 * value: i integer, r real, t text, b boolean.
 */
static void put_tokens(struct pq_json_writer *w, const char *tokens)
{
	static const char *const names[] = { "a", "b", "c" };
	unsigned n_names = 0;

	for (; *tokens; tokens++) {
		switch (*tokens) {
		case '{':
			pq_json_open_object(w);
			break;
		case '}':
			pq_json_close_object(w);
			break;
		case '[':
			pq_json_open_list(w);
			break;
		case ']':
			pq_json_close_list(w);
			break;
		case '|':
			pq_json_break_line(w);
			break;
		case 'n':
			pq_json_put_name(w, names[n_names++ % 3]);
			break;
		case 'i':
			pq_json_put_int(w, 7);
			break;
		case 'r':
			pq_json_put_real(w, 0.5);
			break;
		case 't':
			pq_json_put_text(w, PQ_TEXT("x"));
			break;
		default:
			pq_json_put_bool(w, true);
		}
	}
}

static const struct {
	const char *tokens;
	bool spaced;
	const char *out;
} layouts[] = {
	{ "i", false, "7" },
	{ "{}", false, "{}" },
	{ "[]", true, "[]" },
	{ "{ninrntnb}", false, "{\"a\":7,\"b\":0.5,\"c\":\"x\",\"a\":true}" },
	{ "{nint}", true, "{\"a\": 7, \"b\": \"x\"}" },
	{ "[iii]", false, "[7,7,7]" },
	{ "[iii]", true, "[7, 7, 7]" },
	{ "[[][i][[]]]", false, "[[],[7],[[]]]" },
	{ "[|i|i|]", false, "[\n7,\n7\n]" },
	{ "[|i|i|]", true, "[\n7,\n7\n]" },
	{ "{|ni|n[]}", true, "{\n\"a\": 7,\n\"b\": []}" },
	{ "[{ni}{ni}]", false, "[{\"a\":7},{\"b\":7}]" },
	{ "[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]", false,
	  "[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]" },
};

START_TEST(tokens_are_laid_out)
{
	struct pq_json_writer w;
	struct pq_error err;
	struct pq_out out;

	pq_error_clear(&err);
	pq_out_open_memory(&out);
	pq_json_begin(&w, &out);
	w.spaced = layouts[_i].spaced;
	put_tokens(&w, layouts[_i].tokens);
	pq_json_end(&w);
	ck_assert_msg(!strcmp(pq_buf_cstr(&out.buf), layouts[_i].out),
		      "row %d: %s", _i, pq_buf_cstr(&out.buf));
	pq_out_close(&out, "memory", &err);
}
END_TEST

static const struct {
	int64_t integer;
	double real;
	const char *text;
	bool in_page;
	const char *out;
} values[] = {
	{ INT64_MIN, 1, "", false, "[-9223372036854775808,1,\"\"]" },
	{ INT64_MAX, -0.1, "a\"b\\c\n", false,
	  "[9223372036854775807,-0.10000000000000001,\"a\\\"b\\\\c\\u000a\"]" },
	{ 9007199254740993, NAN, "\xff", false,
	  "[9007199254740993,null,\"\\ufffd\"]" },
	{ 0, -INFINITY, "</script>&", false, "[0,null,\"</script>&\"]" },
	{ 0, 1e300, "</script>&", true,
	  "[0,1.0000000000000001e+300,\"\\u003c/script\\u003e\\u0026\"]" },
	{ 0, 0, "\xef\xbf\xbe\xef\xbf\xbf\xef\xbf\xbd", true,
	  "[0,0,\"\\ufffe\\uffff\xef\xbf\xbd\"]" },
};

START_TEST(values_are_exact_and_texts_encoded)
{
	struct pq_json_writer w;
	struct pq_error err;
	struct pq_out out;
	cJSON *tree;

	pq_error_clear(&err);
	pq_out_open_memory(&out);
	pq_json_begin(&w, &out);
	w.in_page = values[_i].in_page;
	pq_json_open_list(&w);
	pq_json_put_int(&w, values[_i].integer);
	pq_json_put_real(&w, values[_i].real);
	pq_json_put_text(&w, pq_text_of(values[_i].text));
	pq_json_close_list(&w);
	pq_json_end(&w);
	ck_assert_msg(!strcmp(pq_buf_cstr(&out.buf), values[_i].out),
		      "row %d: %s", _i, pq_buf_cstr(&out.buf));
	tree = cJSON_Parse(pq_buf_cstr(&out.buf));
	ck_assert_msg(cJSON_GetArraySize(tree) == 3, "row %d", _i);
	cJSON_Delete(tree);
	pq_out_close(&out, "memory", &err);
}
END_TEST

/* Each of them is refused by an assertion. */
static const char *const bugs[] = {
	"{i}", "{n}", "[n]", "{nn}", "{]",
	"[}",  "]",   "{ni", "n",    "[[[[[[[[[[[[[[[[[",
};

static void put_bug(const char *tokens)
{
	struct pq_json_writer w;
	struct pq_out out;

	close(STDERR_FILENO); /* the assertion's line is no news */
	pq_out_open_memory(&out);
	pq_json_begin(&w, &out);
	put_tokens(&w, tokens);
	pq_json_end(&w);
	_exit(0);
}

/* A child takes the abort: suites also run in one process. */
START_TEST(tokens_that_do_not_fit_are_bugs)
{
	int status = 0;
	pid_t child = fork();

	ck_assert_int_ge(child, 0);
	if (!child)
		put_bug(bugs[_i]);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT,
		      "row %d: %#x", _i, (unsigned)status);
}
END_TEST

Suite *render_json_writer_suite(void)
{
	Suite *suite = suite_create("render_json_writer");
	TCase *tcase = tcase_create("json_writer");

	tcase_add_loop_test(tcase, tokens_are_laid_out, 0, ROWS(layouts));
	tcase_add_loop_test(tcase, values_are_exact_and_texts_encoded, 0,
			    ROWS(values));
	tcase_add_loop_test(tcase, tokens_that_do_not_fit_are_bugs, 0,
			    ROWS(bugs));
	suite_add_tcase(suite, tcase);
	return suite;
}
