#include "format/json/pull.h"

#include <string.h>
#include <unistd.h>

#include "helpers.h"
#include "format/json_head.h"
#include "gzip/inflate.h"
#include "suites.h"

/* ---- numbers ---- */

static const struct {
	const char *number;
	int shift;
	const char *want; /* "" where it does not fit; ~ where it is rounded */
} decimals[] = {
	{ "0", 0, "0" },
	{ "-0", 3, "0" },
	{ "12", 3, "12000" },
	{ "0.001", 6, "1000" },
	{ "1.0", 0, "1" },
	{ "1.5", 0, "~2" },
	{ "2.5", 0, "~3" },
	{ "-1.5", 0, "~-1" },
	{ "-1.51", 0, "~-2" },
	{ "0.4999999999999999999999", 0, "~0" },
	{ "1e3", 0, "1000" },
	{ "1.25E+2", 0, "125" },
	{ "125e-2", 2, "125" },
	{ "1e-400", 0, "~0" },
	{ "0e999999999", 0, "0" },
	{ "1e400", 0, "" },
	{ "9223372036854775807", 0, "9223372036854775807" },
	{ "9223372036854775808", 0, "" },
	{ "-9223372036854775808", 0, "-9223372036854775808" },
	{ "-9223372036854775809", 0, "" },
	{ "9223372036854775807.5", 0, "" },
	{ "9223372036.854775807", 9, "9223372036854775807" },
};

START_TEST(a_decimal_is_scaled_exactly)
{
	struct pq_buf b = { 0 };
	int64_t value;
	bool exact;

	if (pq_decimal(pq_text_of(decimals[_i].number), decimals[_i].shift,
		       &value, &exact))
		pq_buf_printf(&b, "%s%lld", exact ? "" : "~", (long long)value);
	ck_assert_str_eq(pq_buf_cstr(&b), decimals[_i].want);
	pq_buf_release(&b);
}
END_TEST

/* ---- values ---- */

/* All of a value, with a blank behind each part. */
static void put_value(struct pq_pull *j, struct pq_buf *to, int depth)
{
	struct pq_text t;
	bool b;

	if (depth > 20)
		return;
	switch (pq_pull_kind(j)) {
	case PQ_PULL_OBJECT:
		pq_pull_object(j);
		pq_buf_str(to, "{ ");
		while (pq_pull_key(j, &t)) {
			pq_buf_text(to, t);
			pq_buf_str(to, ": ");
			put_value(j, to, depth + 1);
		}
		pq_buf_str(to, "} ");
		break;
	case PQ_PULL_ARRAY:
		pq_pull_array(j);
		pq_buf_str(to, "[ ");
		while (pq_pull_element(j))
			put_value(j, to, depth + 1);
		pq_buf_str(to, "] ");
		break;
	case PQ_PULL_BOOL:
		if (pq_pull_bool(j, &b))
			pq_buf_str(to, b ? "true " : "false ");
		break;
	case PQ_PULL_STRING:
		if (pq_pull_string(j, &t)) {
			pq_buf_text(to, t);
			pq_buf_char(to, ' ');
		}
		break;
	case PQ_PULL_NUMBER:
		if (pq_pull_number(j, &t)) {
			pq_buf_text(to, t);
			pq_buf_char(to, ' ');
		}
		break;
	case PQ_PULL_NULL:
		if (pq_pull_null(j))
			pq_buf_str(to, "null ");
		break;
	case PQ_PULL_NOTHING:
		pq_pull_skip(j);
	}
}

static const struct {
	const char *in, *want; /* an error as it is said */
} values[] = {
	{ " {\"a\" : [1, -2.5e7 ,{}, [ ] ],\n\"b\":null}\r\n",
	  "{ a: [ 1 -2.5e7 { } [ ] ] b: null } " },
	{ "\xef\xbb\xbf[true,false]", "[ true false ] " },
	{ "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00e9\\u20ac\\ud83d\\ude00\"",
	  "\"\\/\b\f\n\r\tA\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80 " },
	/* halves of pairs */
	{ "\"\\ud83d\\ud83d\\ude00\\ude00x\\ud83d\\n\"",
	  "\xef\xbf\xbd\xf0\x9f\x98\x80\xef\xbf\xbdx\xef\xbf\xbd\n " },
	{ "\"caf\xc3\xa9\"", "caf\xc3\xa9 " },
	{ "\"caf\xe9\"", "line 1, column 6: a string is not UTF-8" },
	{ "\"\xed\xa0\x80\"", "line 1, column 5: a string is not UTF-8" },
	{ "[1,]", "line 1, column 4: no JSON value is here" },
	{ "{\"a\":1,}", "line 1, column 8: a string should be here" },
	{ "[1 2]", "line 1, column 4: a comma or the end of a list or an "
		   "object should be here" },
	{ "{\"a\" 1}", "line 1, column 6: a colon should be here" },
	{ "[01]", "line 1, column 3: a number begins with a 0 that should "
		  "not be there" },
	{ "[.5]", "line 1, column 2: no JSON value is here" },
	{ "[1.]", "line 1, column 4: no digit is here, where a number needs "
		  "one" },
	{ "[1e]", "line 1, column 4: no digit is here, where a number needs "
		  "one" },
	{ "[NaN]", "line 1, column 2: no JSON value is here" },
	{ "[-Infinity]", "line 1, column 3: no digit is here, where a number "
			 "needs one" },
	{ "[nul]", "line 1, column 5: no JSON value is here" },
	{ "\"a\nb\"", "line 1, column 3: a control character is in a string" },
	{ "\"\\x\"", "line 1, column 4: a backslash in a string has no meaning "
		     "here" },
	{ "\"\\u12g4\"", "line 1, column 7: \\u needs four hexadecimal "
			 "digits" },
	{ "[1,\n  2,\n  x]", "line 3, column 3: no JSON value is here" },
	{ "[1", "line 1, column 3: the file ends here, in the middle of a "
		"value: it was cut off" },
	{ "\"a", "line 1, column 3: the file ends here, in the middle of a "
		 "value: it was cut off" },
	{ "1 2", "line 1, column 3: something follows the JSON value" },
};

/* Taken, or skipped: the same is an error. */
static void expect_value(int row, const char *in, const char *want, bool skip)
{
	struct pq_buf b = { 0 };
	struct pq_error err;
	struct pq_stream s;
	struct pq_pull j;
	int fd = open_bytes(in, strlen(in));

	pq_error_clear(&err);
	ck_assert(pq_stream_open(&s, fd, NULL, 0, NULL, &err));
	pq_pull_init(&j, &s, &err);
	if (skip)
		pq_pull_skip(&j);
	else
		put_value(&j, &b, 0);
	if (pq_pull_end(&j) && skip)
		pq_buf_str(&b, want);
	if (err.code != PQ_OK) {
		pq_buf_clear(&b);
		pq_buf_str(&b, err.msg);
	}
	ck_assert_msg(!strcmp(pq_buf_cstr(&b), want), "row %d: %s", row,
		      pq_buf_cstr(&b));
	pq_pull_release(&j);
	pq_stream_release(&s);
	pq_buf_release(&b);
	close(fd);
}

START_TEST(values_are_taken_by_the_rules)
{
	expect_value(_i, values[_i].in, values[_i].want, false);
	expect_value(_i, values[_i].in, values[_i].want, true);
}
END_TEST

START_TEST(skipping_has_a_depth)
{
	struct pq_buf b = { 0 };

	pq_buf_repeat(&b, '[', 1000);
	pq_buf_repeat(&b, ']', 1000);
	expect_value(0, pq_buf_cstr(&b), "", true);
	pq_buf_clear(&b);
	pq_buf_repeat(&b, '[', 1001);
	pq_buf_repeat(&b, ']', 1001);
	expect_value(1, pq_buf_cstr(&b),
		     "line 1, column 1001: values are nested more than 1000 "
		     "deep",
		     true);
	pq_buf_release(&b);
}
END_TEST

/* The window is filled anew in the middle of what has several bytes. */
START_TEST(a_value_may_lie_across_the_window)
{
	static const char in[] =
		"\\ud83d\\n\\ud83d\\ude00\\ud83d\\ud83d\\\"x\"";
	static const char want[] = "\xef\xbf\xbd\n\xf0\x9f\x98\x80\xef\xbf\xbd"
				   "\xef\xbf\xbd\"x ";

	for (size_t n = PQ_PIECE_BYTES - sizeof(in); n <= PQ_PIECE_BYTES; n++) {
		struct pq_buf file = { 0 }, value = { 0 };

		pq_buf_char(&file, '"');
		pq_buf_repeat(&file, 'x', n);
		pq_buf_str(&file, in);
		pq_buf_repeat(&value, 'x', n);
		pq_buf_str(&value, want);
		expect_value((int)n, pq_buf_cstr(&file), pq_buf_cstr(&value),
			     false);
		pq_buf_release(&file);
		pq_buf_release(&value);
	}
}
END_TEST

/* ---- the outline ---- */

static const struct {
	const char *in, *outer, *inner;
	bool has;
} heads[] = {
	{ "{\"a\":1,\"b\":{\"c\":2,\"d\":{\"e\":1}}}", "b", NULL, true },
	{ "{\"a\":1,\"b\":{\"c\":2,\"d\":{\"e\":1}}}", "b", "c", true },
	{ "{\"a\":1,\"b\":{\"c\":2,\"d\":{\"e\":1}}}", "b", "d", true },
	{ "{\"a\":1,\"b\":{\"c\":2,\"d\":{\"e\":1}}}", "b", "e", false },
	{ "{\"a\":1,\"b\":{\"c\":2,\"d\":{\"e\":1}}}", "c", NULL, false },
	{ "{\"a\":1,\"b\":{\"c\":2,\"d\":{\"e\":1}}}", "d", "e", false },
	{ " \n[{\"ph\":\"X\"", "[]", "ph", true },
	{ "[[{\"ph\":\"X\"", "[]", "ph", false },
	{ "{\"a\":\"b\\\"c\",\"d\":0", "d", NULL, true },
	{ "{\"a\":\"d\"", "d", NULL, false },
	{ "{\"a\":[\"d\",\"e\"],\"f\":1", "e", NULL, false },
	{ "{\"a\":[\"d\",\"e\"],\"f\":1", "a", "[]", true },
	{ "{} {\"a\":1}", "a", NULL, false },
	{ "{\"a\\", "a", NULL, false },
	{ "a", "a", NULL, false },
	{ "", "a", NULL, false },
};

START_TEST(a_head_has_keys)
{
	ck_assert_msg(pq_json_head_has((const uint8_t *)heads[_i].in,
				       strlen(heads[_i].in), heads[_i].outer,
				       heads[_i].inner) == heads[_i].has,
		      "row %d", _i);
}
END_TEST

Suite *format_pull_suite(void)
{
	Suite *suite = suite_create("format_pull");
	TCase *tcase = tcase_create("json");

	tcase_add_loop_test(tcase, a_decimal_is_scaled_exactly, 0,
			    ROWS(decimals));
	tcase_add_loop_test(tcase, values_are_taken_by_the_rules, 0,
			    ROWS(values));
	tcase_add_test(tcase, skipping_has_a_depth);
	tcase_add_test(tcase, a_value_may_lie_across_the_window);
	tcase_add_loop_test(tcase, a_head_has_keys, 0, ROWS(heads));
	suite_add_tcase(suite, tcase);
	return suite;
}
