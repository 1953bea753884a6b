#include "suites.h"

#include <string.h>

#include "helpers.h"
#include "format/folded_read.h"

#define TYPES "types: samples/count\n"

static const struct {
	const char *in, *out;
} readable[] = {
	{ "main;work 5\n", TYPES "main;work 5\n" },
	{ "a;b 1", TYPES "a;b 1\n" },
	{ "a;b 1\r\n\r\n\na;c 2\r\n", TYPES "a;b 1\na;c 2\n" },
	{ "a;b 1  \na;b 2\t\n", TYPES "a;b 1\na;b 2\n" },
	{ "a\t3\nb 4\n", TYPES "a 3\nb 4\n" },
	{ "a;b -7\n", TYPES "a;b -7\n" },
	{ "a;b 9223372036854775807\n", TYPES "a;b 9223372036854775807\n" },
	{ "a;b -9223372036854775808\n", TYPES "a;b -9223372036854775808\n" },
	{ "a;a;a 1\n", TYPES "a;a;a 1\n" },
	{ "7 8\n", TYPES "7 8\n" },
};

START_TEST(stacks_are_samples)
{
	const char *in = readable[_i].in;
	struct pq_error err;
	struct pq_profile *p;

	pq_error_clear(&err);
	p = read_profile(in, strlen(in), &err);
	ck_assert_msg(p != NULL, "row %d: %s", _i, err.msg);
	expect_profile(p, readable[_i].out, _i);
	pq_profile_free(p);
}
END_TEST

/* Names may hold what the language of descriptions has no way to say. */
START_TEST(names_may_hold_blanks_and_brackets)
{
	static const char in[] = "operator new(unsigned long);a b  c;[x] 3\n";
	struct pq_error err;
	struct pq_profile *p;

	pq_error_clear(&err);
	p = read_profile(in, sizeof(in) - 1, &err);
	ck_assert_ptr_nonnull(p);
	ck_assert_uint_eq(p->functions.n, 3);
	ck_assert(pq_text_is(pq_string(p, p->functions.at[1].name), "a b  c"));
	pq_profile_free(p);
}
END_TEST

#define LINE1 "a;b 1\n"

static const struct {
	const char *in;
	size_t len;
	const char *message;
	uint64_t offset;
} refused[] = {
#define ROW(in, message, offset)                    \
	{                                           \
		in, sizeof(in) - 1, message, offset \
	}
	ROW(LINE1 "a;c\n", "folded stacks, line 2: it does not end in a count",
	    6),
	ROW(LINE1 "\n\na;c 1.5.2\n",
	    "folded stacks, line 4: it does not end in a count", 8),
	ROW("a;b 1.5 2.5\na;c 1\n",
	    "folded stacks, line 2: it ends in one count, and the lines "
	    "before it in two",
	    12),
	ROW("a 9223372036854775807\na 1.5\n",
	    "folded stacks, line 2: the count does not fit in 64 bits", 22),
	ROW(LINE1 "a;c .5\n",
	    "folded stacks, line 2: it does not end in a count", 6),
	ROW(LINE1 "a;c 1x\n",
	    "folded stacks, line 2: it does not end in a count", 6),
	ROW(LINE1 "a;c1\n", "folded stacks, line 2: it does not end in a count",
	    6),
	ROW(LINE1 "12\n",
	    "folded stacks, line 2: there is no stack before the count", 6),
	ROW(LINE1 "a 9223372036854775808\n",
	    "folded stacks, line 2: the count does not fit in 64 bits", 6),
	ROW(LINE1 "a -9223372036854775809\n",
	    "folded stacks, line 2: the count does not fit in 64 bits", 6),
};

START_TEST(what_is_no_stack_is_an_error)
{
	struct pq_error err;
	struct pq_profile *p;

	pq_error_clear(&err);
	p = read_profile(refused[_i].in, refused[_i].len, &err);
	ck_assert_msg(p == NULL, "row %d was read", _i);
	ck_assert_msg(!strcmp(err.msg, refused[_i].message), "row %d: %s", _i,
		      err.msg);
	ck_assert_msg(err.has_offset && err.offset == refused[_i].offset,
		      "row %d: offset", _i);
}
END_TEST

static const struct {
	const char *head;
	int sure;
} probes[] = {
	{ "a;b 1\n", PQ_SURE_LIKELY },
	{ "\n\na;b 1\n", PQ_SURE_LIKELY },
	{ "a;b 1\nand then this\n", PQ_SURE_MAYBE + 1 },
	{ "# a remark\n# 12\na;b 1.5\n", PQ_SURE_LIKELY },
	{ "# HELP x y\n", PQ_SURE_NO },
	{ "a 1\nb 2\n", PQ_SURE_MAYBE + 1 },
	{ "a 1\nand then this\n", PQ_SURE_NO },
	{ "a;b\n", PQ_SURE_NO },
	{ "Chapter 1\nIn which nothing happens\n", PQ_SURE_NO },
	{ "{\"a\": 1}\n", PQ_SURE_NO },
	{ "", PQ_SURE_NO },
	{ "\n\n", PQ_SURE_NO },
};

START_TEST(probe_is_as_sure_as_it_can_be)
{
	const char *head = probes[_i].head;
	int sure = pq_folded_probe((const uint8_t *)head, strlen(head));

	ck_assert_msg(sure == probes[_i].sure, "row %d: %d", _i, sure);
}
END_TEST

/* Every cut either reads or says why not. */
START_TEST(cuts_end_well)
{
	static const char in[] = "main;work 12\nmain;\xff\xfe;rest -3\n";

	for (size_t n = 1; n < sizeof(in); n++) {
		struct pq_error err;
		struct pq_profile *p;

		pq_error_clear(&err);
		p = read_profile(in, n, &err);
		ck_assert_msg(p || err.code == PQ_EFORMAT, "at %zu", n);
		pq_profile_free(p);
	}
}
END_TEST

START_TEST(garbage_ends_well)
{
	uint64_t state = 1;

	for (int i = 0; i < 2000; i++) {
		struct pq_buf b = { 0 };
		struct pq_error err;
		struct pq_profile *p;

		pq_error_clear(&err);
		pq_buf_str(&b, "main;work;deep 12\nmain;other 3\nx 5\n");
		mutate(&b, &state);
		p = read_profile(b.data, b.len, &err);
		ck_assert_msg(p || err.code == PQ_EFORMAT, "round %d", i);
		pq_profile_free(p);
		pq_buf_release(&b);
	}
}
END_TEST

Suite *format_folded_read_suite(void)
{
	Suite *suite = suite_create("format_folded_read");
	TCase *tcase = tcase_create("folded_read");

	tcase_add_loop_test(tcase, stacks_are_samples, 0, ROWS(readable));
	tcase_add_test(tcase, names_may_hold_blanks_and_brackets);
	tcase_add_loop_test(tcase, what_is_no_stack_is_an_error, 0,
			    ROWS(refused));
	tcase_add_loop_test(tcase, probe_is_as_sure_as_it_can_be, 0,
			    ROWS(probes));
	tcase_add_test(tcase, cuts_end_well);
	tcase_add_test(tcase, garbage_ends_well);
	suite_add_tcase(suite, tcase);
	return suite;
}
