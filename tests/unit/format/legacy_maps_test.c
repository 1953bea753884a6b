#include "format/legacy_dump.h"

#include <string.h>

#include "suites.h"

#include "format/text/lines.h"
#include "format/text/scan.h"

/* A profile with one stack, at these addresses plus one. */
#define STACK "1 @ 0x401001 0x7f0001 0x9001 0x3001\n"
#define FAKE "0-ffffffffffffffff 0  \n"

static const struct {
	const char *maps, *frames, *want;
} rows[] = {
	/* the two forms, and what is no mapping */
	{ "00400000-00500000 r-xp 00001000 08:01 12 /bin/x (deleted)\n",
	  "401000 7f0000!1 9000!1 3000!1",
	  "400000-500000 1000 /bin/x \n" FAKE },
	{ "0x400000-0x500000: /bin/x (@1000) abCD12\n",
	  "401000 7f0000!1 9000!1 3000!1",
	  "400000-500000 1000 /bin/x abCD12\n" FAKE },
	{ "400000 500000: /bin/x @1000 abcd\n", "401000 7f0000!1 9000!1 3000!1",
	  "400000-500000 0 /bin/x \n" FAKE },
	{ "  400000- 500000 rw-p /bin/x\nzz 400000-500000\n\n",
	  "401000 7f0000 9000 3000", FAKE },
	{ "400000-500000 r-xp 0000 00:01 5/x\n",
	  "401000 7f0000!1 9000!1 3000!1", "400000-500000 0  \n" FAKE },
	{ "400000-10000000000000000: /bin/x\n", "401000 7f0000 9000 3000",
	  FAKE },
	/* a single number is split before its last digit */
	{ "400000500000 r-xp 0000 00:01 5 /x\n",
	  "401000!1 7f0000!1 9000!1 3000!1", "40000050000-0 0 /x \n" FAKE },
	/* definitions, prefixes of a log */
	{ "build = /home/b\nlib=$build/lib\na.cc:12] 400000-500000: "
	  "$build/x\n7f0000-7f1000: $lib/y.so\n0-f000: $unknown/$build\n",
	  "401000 7f0000!1 9000!2 3000!2",
	  "400000-500000 0 /home/b/x \n7f0000-7f1000 0 /home/b/lib/y.so \n"
	  "0-f000 0 $unknown//home/b \n" },
	/* neighbours that were one */
	{ "400000-500000: /bin/x\n500000-800000: /bin/x\n"
	  "8000-a000: /bin/x\n",
	  "401000 7f0000 9000!1 3000!2",
	  "400000-800000 0 /bin/x \n8000-a000 0 /bin/x \n" FAKE },
	{ "400000-500000 r-xp 1000 0:0 0 /bin/x\n"
	  "500000-800000 r-xp 2000 0:0 0 /bin/x\n",
	  "401000 7f0000!1 9000!2 3000!2",
	  "400000-500000 1000 /bin/x \n500000-800000 2000 /bin/x \n" FAKE },
	/* not by build ids that differ; one of them is that of both */
	{ "400000-500000: /bin/x (@0) aa\n500000-800000: /bin/x (@100000) bb\n",
	  "401000 7f0000!1 9000!2 3000!2",
	  "400000-500000 0 /bin/x aa\n500000-800000 100000 /bin/x bb\n" FAKE },
	{ "400000-500000: /bin/x\n500000-800000: /bin/x (@100000) bb\n",
	  "401000 7f0000 9000!1 3000!1", "400000-800000 0 /bin/x bb\n" FAKE },
	/* what is no prefix of a log */
	{ "a.cc:] 400000-500000: /bin/x\na] 400000-500000: /bin/x\n",
	  "401000 7f0000 9000 3000", FAKE },
	/* the program goes first */
	{ "7f0000-7f1000: /lib/libc.so.6\n9000-a000: [vdso]\n"
	  "3000-4000: /x.so_1\n400000-500000: /bin/x\n",
	  "401000 7f0000!3 9000!1 3000!2",
	  "400000-500000 0 /bin/x \n9000-a000 0 [vdso] \n"
	  "3000-4000 0 /x.so_1 \n7f0000-7f1000 0 /lib/libc.so.6 \n" },
	/* starts that are moved: the usual one, a split one, a huge page */
	{ "402000-500000 r-xp 00002000 0:0 0 /bin/x\n",
	  "401000 7f0000!1 9000!1 3000!1", "400000-500000 0 /bin/x \n" FAKE },
	{ "700000-701000: /bin/x\n403000-500000 r-xp 00003000 0:0 0 /y\n",
	  "401000!1 7f0000!2 9000!2 3000!2",
	  "700000-701000 0 /bin/x \n400000-500000 0 /y \n" FAKE },
	{ "200000-400000: /anon_hugepage\n400000-500000: /bin/x\n",
	  "401000 7f0000!1 9000!1 3000!1", "400000-500000 0 /bin/x \n" FAKE },
	/* the first of those that overlap; none is extended after the fake */
	{ "400000-800000: /bin/x\n400000-500000: /y\n"
	  "9800-a000 r-xp 1000 0:0 0 /z\n3800-4000 r-xp 1000 0:0 0 /w\n",
	  "401000 7f0000 9000!2 3000!3",
	  "400000-800000 0 /bin/x \n400000-500000 0 /y \n8800-a000 0 /z \n"
	  "2800-4000 0 /w \n" },
	{ "9800-a000 r-xp 1000 0:0 0 /z\n", "401000!1 7f0000!1 9000!1 3000!1",
	  "9800-a000 1000 /z \n" FAKE },
};

START_TEST(maps_are_read)
{
	struct pq_buf in = { 0 }, want = { 0 };

	pq_buf_printf(&in, "x profile: total 1\n%s--- Memory map: ---\n%s",
		      STACK, rows[_i].maps);
	pq_buf_printf(&want, "x/count period x/count 1\n1 @ %s\n%s",
		      rows[_i].frames, rows[_i].want);
	legacy_expect(in.data, in.len, pq_buf_cstr(&want), _i);
	legacy_cut_everywhere(in.data, in.len, _i);
	legacy_refuse_memory(in.data, in.len, _i);
	pq_buf_release(&in);
	pq_buf_release(&want);
}
END_TEST

/* $b is twice $a, and so on: lines must not grow without end. */
START_TEST(definitions_do_not_explode)
{
	struct pq_buf in = { 0 };

	pq_buf_str(&in,
		   "x profile: total 1\n--- Memory map: ---\nza=xxxxxxx\n");
	for (char c = 'b'; c <= 'z'; c++)
		pq_buf_printf(&in, "z%c=$z%c$z%c\n", c, c - 1, c - 1);
	legacy_expect(in.data, in.len, "error 3 ", 0);
	pq_buf_release(&in);
}
END_TEST

static const struct {
	size_t len;
	const char *want;
} lengths[] = {
	{ PQ_LINE_MOST - 1, "x/count" },
	{ PQ_LINE_MOST, "x/count" },
	{ PQ_LINE_MOST + 1, "error 3 19: malformed profile: a line is longer" },
};

START_TEST(lines_have_a_limit)
{
	struct pq_buf in = { 0 };

	for (int ended = 0; ended < 2; ended++) {
		pq_buf_clear(&in);
		pq_buf_str(&in, "x profile: total 1\n#");
		pq_buf_repeat(&in, 'x', lengths[_i].len - 1);
		pq_buf_str(&in, ended ? "\n" : "");
		legacy_expect(in.data, in.len, lengths[_i].want, _i);
	}
	pq_buf_release(&in);
}
END_TEST

static const struct {
	const char *text;
	bool decimal, literal;
	int64_t decimal_value, literal_value;
} numbers[] = {
	{ "0", true, true, 0, 0 },
	{ "-0017", true, true, -17, -15 },
	{ "+9", true, true, 9, 9 },
	{ "9223372036854775807", true, true, INT64_MAX, INT64_MAX },
	{ "-9223372036854775808", true, true, INT64_MIN, INT64_MIN },
	{ "9223372036854775808", false, false, 0, 0 },
	{ "0x1F", false, true, 0, 31 },
	{ "-0b101", false, true, 0, -5 },
	{ "0o17", false, true, 0, 15 },
	{ "1_000", false, true, 0, 1000 },
	{ "0x_1", false, true, 0, 1 },
	{ "1__0", false, false, 0, 0 },
	{ "_1", false, false, 0, 0 },
	{ "1_", false, false, 0, 0 },
	{ "08", true, false, 8, 0 },
	{ "0x", false, false, 0, 0 },
	{ "", false, false, 0, 0 },
	{ "-", false, false, 0, 0 },
	{ "1 ", false, false, 0, 0 },
};

START_TEST(numbers_are_checked)
{
	struct pq_text text = pq_text_of(numbers[_i].text);
	int64_t value = 0;

	ck_assert_msg(pq_number_decimal(text, &value) == numbers[_i].decimal &&
			      (!numbers[_i].decimal ||
			       value == numbers[_i].decimal_value),
		      "row %d: decimal", _i);
	ck_assert_msg(pq_number_literal(text, &value) == numbers[_i].literal &&
			      (!numbers[_i].literal ||
			       value == numbers[_i].literal_value),
		      "row %d: literal", _i);
}
END_TEST

static const struct {
	const char *text, *rest; /* the same where nothing is cut */
	int64_t number;
} places[] = {
	{ "a.js:12", "a.js", 12 },
	{ "a.js:1:02", "a.js:1", 2 },
	{ "a.js:9223372036854775807", "a.js", INT64_MAX },
	{ "a.js:9223372036854775808", "a.js:9223372036854775808", 0 },
	{ ":7", "", 7 },
	{ "a.js:", "a.js:", 0 },
	{ "a.js:-1", "a.js:-1", 0 },
	{ "a.js:1e2", "a.js:1e2", 0 },
	{ "12", "12", 0 },
	{ "", "", 0 },
};

START_TEST(a_number_is_cut_off)
{
	struct pq_text t = pq_text_of(places[_i].text);
	struct pq_text rest = pq_text_of(places[_i].rest);
	bool has = rest.len < t.len;
	int64_t number = 0;

	ck_assert(pq_cut_number_off(&t, &number) == has);
	ck_assert(pq_text_equal(t, rest));
	ck_assert_int_eq(number, places[_i].number);
}
END_TEST

Suite *format_legacy_maps_suite(void)
{
	Suite *suite = suite_create("format_legacy_maps");
	TCase *maps = tcase_create("maps"), *text = tcase_create("text");

	tcase_add_loop_test(maps, maps_are_read, 0, ROWS(rows));
	tcase_add_test(maps, definitions_do_not_explode);
	tcase_add_loop_test(text, lines_have_a_limit, 0, ROWS(lengths));
	tcase_add_loop_test(text, numbers_are_checked, 0, ROWS(numbers));
	tcase_add_loop_test(text, a_number_is_cut_off, 0, ROWS(places));
	suite_add_tcase(suite, maps);
	suite_add_tcase(suite, text);
	return suite;
}
