#include "suites.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"

static const struct {
	struct pq_text text;
	const char *want;
} encodings[] = {
	{ PQ_TEXT(""), "" },
	{ PQ_TEXT("main.work"), "main.work" },
	{ PQ_TEXT(" ~\\\"'<>&%"), " ~\\\"'<>&%" },
	{ PQ_TEXT("a\tb"), "a\tb" },
	{ PQ_TEXT("a\nb"), "a\\nb" },
	{ PQ_TEXT("a\r\nb"), "a\\r\\nb" },
	{ PQ_TEXT("\x1b[31mred"), "\\x1b[31mred" },
	{ PQ_TEXT("a\0b"), "a\\x00b" },
	{ PQ_TEXT("\x7f"), "\\x7f" },
	/* valid UTF-8 is kept */
	{ PQ_TEXT("\xc2\xa0"), "\xc2\xa0" },
	{ PQ_TEXT("\xc3\xa9\xc2\xb7"), "\xc3\xa9\xc2\xb7" },
	{ PQ_TEXT("\xe2\x82\xac"), "\xe2\x82\xac" },
	{ PQ_TEXT("\xf0\x9f\x98\x80"), "\xf0\x9f\x98\x80" },
	{ PQ_TEXT("\xf4\x8f\xbf\xbf"), "\xf4\x8f\xbf\xbf" },
	{ PQ_TEXT("\xed\x9f\xbf\xee\x80\x80"), "\xed\x9f\xbf\xee\x80\x80" },
	/* separators and what turns the direction of text */
	{ PQ_TEXT("\xe2\x80\xa7"), "\xe2\x80\xa7" },
	{ PQ_TEXT("\xe2\x80\xa8"), "\\u{2028}" },
	{ PQ_TEXT("\xe2\x80\xa9"), "\\u{2029}" },
	{ PQ_TEXT("\xe2\x80\xaa"), "\\u{202a}" },
	{ PQ_TEXT("\xe2\x80\xab"), "\\u{202b}" },
	{ PQ_TEXT("\xe2\x80\xac"), "\\u{202c}" },
	{ PQ_TEXT("\xe2\x80\xad"), "\\u{202d}" },
	{ PQ_TEXT("a\xe2\x80\xae"
		  "b"),
	  "a\\u{202e}b" },
	{ PQ_TEXT("\xe2\x80\xaf"), "\xe2\x80\xaf" },
	{ PQ_TEXT("\xe2\x81\xa6"), "\\u{2066}" },
	{ PQ_TEXT("\xe2\x81\xa7"), "\\u{2067}" },
	{ PQ_TEXT("\xe2\x81\xa8"), "\\u{2068}" },
	{ PQ_TEXT("\xe2\x81\xa9"), "\\u{2069}" },
	{ PQ_TEXT("\xe2\x80\x8e"), "\\u{200e}" },
	{ PQ_TEXT("\xe2\x80\x8f"), "\\u{200f}" },
	{ PQ_TEXT("\xd8\x9c"), "\\u{61c}" },
	{ PQ_TEXT("\xef\xbb\xbf"), "\\u{feff}" },
	/* alone: a continuation, and starts of two, three and four bytes */
	{ PQ_TEXT("\x80"), "\\x80" },
	{ PQ_TEXT("\xbf!"), "\\xbf!" },
	{ PQ_TEXT("\xc3"), "\\xc3" },
	{ PQ_TEXT("\xc3!"), "\\xc3!" },
	{ PQ_TEXT("\xe2\x82"), "\\xe2\\x82" },
	{ PQ_TEXT("\xe2\x82!"), "\\xe2\\x82!" },
	{ PQ_TEXT("\xf0\x9f\x98"), "\\xf0\\x9f\\x98" },
	{ PQ_TEXT("\xf0\x9f\x98!"), "\\xf0\\x9f\\x98!" },
	/* a valid one follows a cut one at once */
	{ PQ_TEXT("\xe2\xc3\xa9"), "\\xe2\xc3\xa9" },
	/* overlong */
	{ PQ_TEXT("\xc0\x80"), "\\xc0\\x80" },
	{ PQ_TEXT("\xc0\x8a"), "\\xc0\\x8a" },
	{ PQ_TEXT("\xc1\xbf"), "\\xc1\\xbf" },
	{ PQ_TEXT("\xe0\x80\x8a"), "\\xe0\\x80\\x8a" },
	{ PQ_TEXT("\xe0\x9f\xbf"), "\\xe0\\x9f\\xbf" },
	{ PQ_TEXT("\xf0\x80\x80\x8a"), "\\xf0\\x80\\x80\\x8a" },
	{ PQ_TEXT("\xf0\x8f\xbf\xbf"), "\\xf0\\x8f\\xbf\\xbf" },
	/* surrogates, above U+10FFFF, bytes that never occur */
	{ PQ_TEXT("\xed\xa0\x80"), "\\xed\\xa0\\x80" },
	{ PQ_TEXT("\xed\xbf\xbf"), "\\xed\\xbf\\xbf" },
	{ PQ_TEXT("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80" },
	{ PQ_TEXT("\xf5\x80\x80\x80"), "\\xf5\\x80\\x80\\x80" },
	{ PQ_TEXT("\xf8\x88\x80\x80\x80"), "\\xf8\\x88\\x80\\x80\\x80" },
	{ PQ_TEXT("\xfe\xff"), "\\xfe\\xff" },
};

START_TEST(encode)
{
	struct pq_buf b = { 0 };

	pq_buf_str(&b, "<");
	pq_text_encode(&b, encodings[_i].text);
	ck_assert_msg(!strcmp(pq_buf_cstr(&b) + 1, encodings[_i].want),
		      "row %d: '%s'", _i, pq_buf_cstr(&b) + 1);
	pq_buf_release(&b);
	ck_assert_msg(pq_mem_used() == 0, "row %d: memory kept", _i);
}
END_TEST

START_TEST(encode_into_any_room)
{
	struct pq_text text = encodings[_i].text;
	size_t whole = strlen(encodings[_i].want), before = 0;
	char to[64];

	for (size_t room = 0; room < sizeof(to); room++) {
		size_t n = pq_text_encode_into(to, room, text);

		ck_assert_msg(n <= room && n <= whole && n >= before,
			      "row %d: room %zu: %zu", _i, room, n);
		ck_assert_msg(!memcmp(to, encodings[_i].want, n),
			      "row %d: room %zu", _i, room);
		ck_assert_msg(room < whole || n == whole,
			      "row %d: room %zu: cut", _i, room);
		before = n;
	}
}
END_TEST

/* Every one- and two-byte form of U+0000 to U+00FF. */
START_TEST(every_control_is_encoded)
{
	char bytes[2], want[16];
	struct pq_text text = { bytes, _i < 0x80 ? 1 : 2 };
	struct pq_buf b = { 0 };

	bytes[0] = (char)(_i < 0x80 ? _i : 0xc0 | _i >> 6);
	bytes[1] = (char)(0x80 | (_i & 0x3f));
	snprintf(want, sizeof(want), "\\x%02x", (unsigned)_i);
	if (_i == '\n')
		snprintf(want, sizeof(want), "\\n");
	if (_i == '\r')
		snprintf(want, sizeof(want), "\\r");
	if (_i == '\t' || (_i >= 0x20 && _i < 0x7f) || _i >= 0xa0)
		snprintf(want, sizeof(want), "%.*s", (int)text.len, bytes);
	pq_text_encode(&b, text);
	ck_assert_msg(!strcmp(pq_buf_cstr(&b), want), "U+%04X: '%s'", _i,
		      pq_buf_cstr(&b));
	pq_buf_release(&b);
}
END_TEST

static const struct {
	struct pq_text text;
	size_t width;
} widths[] = {
	{ PQ_TEXT(""), 0 },
	{ PQ_TEXT("abc"), 3 },
	{ PQ_TEXT("a\0b"), 3 },
	{ PQ_TEXT("\xc2\xb5s"), 2 },
	{ PQ_TEXT("\xe2\x82\xac"), 1 },
	{ PQ_TEXT("\xf0\x9f\x98\x80"), 1 },
	{ PQ_TEXT("\xe6\xbc\xa2\xe5\xad\x97"), 2 },
	{ PQ_TEXT("e\xcc\x81"), 2 },
	{ PQ_TEXT("\xff\xfe"), 2 },
	{ PQ_TEXT("\xe2\x82"), 2 },
	{ PQ_TEXT("\xed\xa0\x80"), 3 },
	{ PQ_TEXT("\xc0\x80!"), 3 },
};

START_TEST(width_counts_code_points)
{
	ck_assert_msg(pq_text_width(widths[_i].text) == widths[_i].width,
		      "row %d: %zu", _i, pq_text_width(widths[_i].text));
}
END_TEST

/* As Go's filepath.Base, but that nothing stays nothing. */
static const struct {
	const char *path, *want;
} basenames[] = {
	{ "", "" },	      { "/", "/" },	      { "//", "/" },
	{ "a", "a" },	      { "a/", "a" },	      { "/a", "a" },
	{ "/a/b//", "b" },    { "a//b", "b" },	      { "./", "." },
	{ "..", ".." },	      { "a/..", ".." },	      { ".", "." },
	{ "x/y.go", "y.go" }, { "[vdso]", "[vdso]" }, { "a\\b", "a\\b" },
};

START_TEST(basename_is_what_follows_the_last_slash)
{
	struct pq_text got = pq_text_basename(pq_text_of(basenames[_i].path));

	ck_assert_msg(pq_text_is(got, basenames[_i].want), "row %d: '%.*s'", _i,
		      (int)got.len, got.bytes);
}
END_TEST

static const struct {
	struct pq_text a, b;
	int order; /* sign */
} orders[] = {
	{ PQ_TEXT(""), PQ_TEXT(""), 0 },
	{ PQ_TEXT(""), PQ_TEXT("a"), -1 },
	{ PQ_TEXT("a"), PQ_TEXT("a"), 0 },
	{ PQ_TEXT("a"), PQ_TEXT("b"), -1 },
	{ PQ_TEXT("a"), PQ_TEXT("ab"), -1 },
	{ PQ_TEXT("B"), PQ_TEXT("a"), -1 },
	{ PQ_TEXT("z"), PQ_TEXT("\xc3\xa9"), -1 },
	{ PQ_TEXT("a\0b"), PQ_TEXT("a\0c"), -1 },
	{ PQ_TEXT("a"), PQ_TEXT("a\0"), -1 },
};

static int sign(int n)
{
	return (n > 0) - (n < 0);
}

START_TEST(order_is_bytewise)
{
	struct pq_text a = orders[_i].a, b = orders[_i].b;

	ck_assert_msg(sign(pq_text_compare(a, b)) == orders[_i].order, "row %d",
		      _i);
	ck_assert_msg(sign(pq_text_compare(b, a)) == -orders[_i].order,
		      "row %d: turned", _i);
	ck_assert_msg(pq_text_equal(a, b) == !orders[_i].order, "row %d: equal",
		      _i);
}
END_TEST

static const struct {
	struct pq_text text;
	size_t from;
	const char *needle;
	size_t at;
} finds[] = {
	{ PQ_TEXT("abcabc"), 0, "bc", 1 }, { PQ_TEXT("abcabc"), 1, "bc", 1 },
	{ PQ_TEXT("abcabc"), 2, "bc", 4 }, { PQ_TEXT("abcabc"), 5, "bc", 6 },
	{ PQ_TEXT("abcabc"), 6, "bc", 6 }, { PQ_TEXT("abcabc"), 9, "bc", 6 },
	{ PQ_TEXT("abcabc"), 3, "", 3 },   { PQ_TEXT("ab"), 0, "abc", 2 },
	{ PQ_TEXT(""), 0, "a", 0 },	   { PQ_TEXT("a\0b"), 0, "b", 2 },
};

START_TEST(find)
{
	size_t at =
		pq_text_find(finds[_i].text, finds[_i].from, finds[_i].needle);

	ck_assert_msg(at == finds[_i].at, "row %d: %zu", _i, at);
}
END_TEST

static const struct {
	struct pq_text text;
	size_t at;
} pairs[] = {
	{ PQ_TEXT("f (a)"), 2 },   { PQ_TEXT("f(int) (a (b))"), 7 },
	{ PQ_TEXT("f(a)(b)"), 4 }, { PQ_TEXT("(a)"), 0 },
	{ PQ_TEXT("()"), 0 },	   { PQ_TEXT("f(a) "), 5 },
	{ PQ_TEXT("f a)"), 4 },	   { PQ_TEXT("f(a))"), 5 },
	{ PQ_TEXT(")"), 1 },	   { PQ_TEXT(""), 0 },
};

START_TEST(last_pair)
{
	size_t at = pq_text_last_pair(pairs[_i].text);

	ck_assert_msg(at == pairs[_i].at, "row %d: %zu", _i, at);
}
END_TEST

START_TEST(a_text_without_bytes_is_empty)
{
	struct pq_text none = { NULL, 0 };
	struct pq_buf b = { 0 };

	ck_assert(pq_text_equal(none, PQ_TEXT("")));
	ck_assert(pq_text_is(none, ""));
	ck_assert(pq_text_starts(none, ""));
	ck_assert(!pq_text_starts(none, "a"));
	ck_assert(pq_text_compare(none, none) == 0);
	ck_assert(pq_text_find(none, 0, "a") == 0);
	ck_assert(pq_text_last_pair(none) == 0);
	ck_assert(pq_text_width(none) == 0);
	ck_assert(pq_text_slice(none, 0, 5).len == 0);
	ck_assert(pq_text_basename(none).len == 0);
	pq_text_encode(&b, none);
	ck_assert(b.len == 0);
	pq_buf_release(&b);
}
END_TEST

START_TEST(a_slice_stays_inside)
{
	struct pq_text text = PQ_TEXT("abc");

	ck_assert(pq_text_is(pq_text_slice(text, 1, 2), "b"));
	ck_assert(pq_text_is(pq_text_slice(text, 1, 9), "bc"));
	ck_assert(pq_text_is(pq_text_slice(text, 9, 9), ""));
	ck_assert(pq_text_is(pq_text_slice(text, 2, 1), ""));
}
END_TEST

/* ---- UTF-8 ---- */

static const struct {
	uint32_t rune;
	const char *want;
} runes[] = {
	{ 'a', "a" },
	{ 0x7f, "\x7f" },
	{ 0x80, "\xc2\x80" },
	{ 0x7ff, "\xdf\xbf" },
	{ 0x800, "\xe0\xa0\x80" },
	{ 0xd7ff, "\xed\x9f\xbf" },
	{ 0xd800, "\xef\xbf\xbd" }, /* half of a pair */
	{ 0xdfff, "\xef\xbf\xbd" },
	{ 0xffff, "\xef\xbf\xbf" },
	{ 0x10000, "\xf0\x90\x80\x80" },
	{ 0x10ffff, "\xf4\x8f\xbf\xbf" },
	{ 0x110000, "\xef\xbf\xbd" },
};

START_TEST(a_rune_is_utf8)
{
	struct pq_buf b = { 0 };

	pq_buf_rune(&b, runes[_i].rune);
	ck_assert_str_eq(pq_buf_cstr(&b), runes[_i].want);
	ck_assert(pq_text_is_utf8(pq_buf_view(&b)));
	pq_buf_release(&b);
}
END_TEST

static const struct {
	const char *text;
	bool is_utf8;
} checked[] = {
	{ "", true },
	{ "a\tb\x7f", true },
	{ "caf\xc3\xa9", true },
	{ "caf\xc3", false },
	{ "caf\xe9!", false },
	{ "\x80", false },
	{ "\xc0\x80", false },
	{ "\xed\xa0\x80", false },
	{ "\xf4\x90\x80\x80", false },
	{ "\xf0\x9f\x98\x80", true },
};

START_TEST(what_is_utf8)
{
	ck_assert(pq_text_is_utf8(pq_text_of(checked[_i].text)) ==
		  checked[_i].is_utf8);
}
END_TEST

Suite *base_text_suite(void)
{
	Suite *suite = suite_create("base_text");
	TCase *tcase = tcase_create("text");

	tcase_add_loop_test(tcase, encode, 0, ROWS(encodings));
	tcase_add_loop_test(tcase, encode_into_any_room, 0, ROWS(encodings));
	tcase_add_loop_test(tcase, every_control_is_encoded, 0, 0x100);
	tcase_add_loop_test(tcase, width_counts_code_points, 0, ROWS(widths));
	tcase_add_loop_test(tcase, basename_is_what_follows_the_last_slash, 0,
			    ROWS(basenames));
	tcase_add_loop_test(tcase, order_is_bytewise, 0, ROWS(orders));
	tcase_add_loop_test(tcase, find, 0, ROWS(finds));
	tcase_add_loop_test(tcase, last_pair, 0, ROWS(pairs));
	tcase_add_test(tcase, a_text_without_bytes_is_empty);
	tcase_add_test(tcase, a_slice_stays_inside);
	tcase_add_loop_test(tcase, a_rune_is_utf8, 0, ROWS(runes));
	tcase_add_loop_test(tcase, what_is_utf8, 0, ROWS(checked));
	suite_add_tcase(suite, tcase);
	return suite;
}
