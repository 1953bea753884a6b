#include "suites.h"

#include "base/mem.h"
#include "export/table_text.h"

#define BAD "\xef\xbf\xbd" /* U+FFFD */

/* The bad sequences are those of Unicode's own table of examples, and more. */
static const struct {
	struct pq_text text;
	const char *field;
} fields[] = {
	{ PQ_TEXT(""), "\"\"" },
	{ PQ_TEXT("a,b;c"), "\"a,b;c\"" },
	{ PQ_TEXT("say \"x\""), "\"say \"\"x\"\"\"" },
	{ PQ_TEXT("\""), "\"\"\"\"" },
	{ PQ_TEXT("a\nb\r\tc"), "\"a\nb\r\tc\"" },
	{ PQ_TEXT("=1+1"), "\"=1+1\"" },
	{ PQ_TEXT("\0"), "\"" BAD "\"" },
	{ PQ_TEXT("a\0b"), "\"a" BAD "b\"" },
	{ PQ_TEXT("\xc3\xa9\xe2\x9c\x93\xf0\x9f\x8e\x88"),
	  "\"\xc3\xa9\xe2\x9c\x93\xf0\x9f\x8e\x88\"" },
	{ PQ_TEXT("\xff\xfe"), "\"" BAD BAD "\"" },
	{ PQ_TEXT("\x80"), "\"" BAD "\"" },
	{ PQ_TEXT("\xc3"), "\"" BAD "\"" },
	{ PQ_TEXT("\xe2\x9c"), "\"" BAD "\"" },
	{ PQ_TEXT("\xe2\x9c\""), "\"" BAD "\"\"\"" },
	{ PQ_TEXT("\xf0\x9f\x8e"), "\"" BAD "\"" },
	{ PQ_TEXT("\xf0\x9f\x8e\xc3\xa9"), "\"" BAD "\xc3\xa9\"" },
	{ PQ_TEXT("\xc0\xaf\xe0\x80\xbf\xf0\x81\x82\x41"),
	  "\"" BAD BAD BAD BAD BAD BAD BAD BAD "A\"" },
	{ PQ_TEXT("\xed\xa0\x80\xed\xbf\xbf\xed\xaf\x41"),
	  "\"" BAD BAD BAD BAD BAD BAD BAD BAD "A\"" },
	{ PQ_TEXT("\xf4\x91\x92\x93\xff\x41\x80\xbf\x42"),
	  "\"" BAD BAD BAD BAD BAD "A" BAD BAD "B\"" },
	{ PQ_TEXT("\xe1\x80\xe2\xf0\x91\x92\xf1\xbf\x41"),
	  "\"" BAD BAD BAD BAD "A\"" },
};

START_TEST(fields_are_quoted_and_repaired)
{
	struct pq_buf b = { 0 };

	pq_table_text(&b, fields[_i].text);
	ck_assert_msg(pq_text_is(pq_buf_view(&b), fields[_i].field),
		      "row %d: %s", _i, pq_buf_cstr(&b));
	pq_buf_release(&b);
	ck_assert(pq_mem_used() == 0);
}
END_TEST

/* Bytes are looked at in words: what is odd may stand anywhere in them. */
START_TEST(odd_bytes_are_found_at_any_place)
{
	static const struct pq_text odd[] = { PQ_TEXT("\""), PQ_TEXT("\0"),
					      PQ_TEXT("\xff") };
	static const char *const is[] = { "\"\"", BAD, BAD };
	struct pq_buf text = { 0 }, want = { 0 }, field = { 0 };

	for (unsigned at = 0; at < 20 * 3; at++) {
		pq_buf_clear(&text);
		pq_buf_clear(&want);
		pq_buf_clear(&field);
		pq_buf_repeat(&text, '!', at / 3);
		pq_buf_printf(&want, "\"%s%s%s\"", pq_buf_cstr(&text),
			      is[at % 3], "plain, and long");
		pq_buf_text(&text, odd[at % 3]);
		pq_buf_str(&text, "plain, and long");
		pq_table_text(&field, pq_buf_view(&text));
		ck_assert_str_eq(pq_buf_cstr(&field), pq_buf_cstr(&want));
	}
	pq_buf_release(&text);
	pq_buf_release(&want);
	pq_buf_release(&field);
}
END_TEST

START_TEST(repair_leaves_quotes_alone)
{
	struct pq_buf b = { 0 };

	pq_table_repair(&b, PQ_TEXT("a\"\xff\"b"));
	ck_assert(pq_text_is(pq_buf_view(&b), "a\"" BAD "\"b"));
	pq_buf_release(&b);
}
END_TEST

START_TEST(digests_are_of_lengths_and_bytes)
{
	struct pq_buf b = { 0 };

	pq_digest_text(&b, PQ_TEXT("a\xff"));
	pq_digest_int(&b, -2);
	ck_assert(pq_text_equal(
		pq_buf_view(&b),
		PQ_TEXT("\2\0\0\0a\xff\xfe\xff\xff\xff\xff\xff\xff\xff")));
	pq_buf_release(&b);
}
END_TEST

Suite *export_table_text_suite(void)
{
	Suite *suite = suite_create("export_table_text");
	TCase *tcase = tcase_create("table_text");

	tcase_add_loop_test(tcase, fields_are_quoted_and_repaired, 0,
			    ROWS(fields));
	tcase_add_test(tcase, repair_leaves_quotes_alone);
	tcase_add_test(tcase, digests_are_of_lengths_and_bytes);
	tcase_add_test(tcase, odd_bytes_are_found_at_any_place);
	suite_add_tcase(suite, tcase);
	return suite;
}
