#include "suites.h"

#include <string.h>

#include "helpers.h"
#include "base/mem.h"
#include "format/rows_read.h"

#define TYPES "types: samples/count\n"

static const struct {
	const char *in, *out;
} readable[] = {
	{ "stack,value\nmain;work,5\n", TYPES "main;work 5\n" },
	{ "\"stack\",\"value\"\r\n\"a;b\",1\r\n", TYPES "a;b 1\n" },
	{ "stack,value\na;b,1", TYPES "a;b 1\n" },
	{ "stack,value\n\na,1\n\n", TYPES "a 1\n" },
	{ "stack,value\n,3\n", TYPES "- 3\n" },
	{ "stack,value\n\"\",3\n", TYPES "- 3\n" },
	{ "stack,value\na,1\nb,2\na,3\n", TYPES "a 4\nb 2\n" },
	{ "stack,value\na,\n", TYPES "a 0\n" },
	{ "stack,value\na,-9223372036854775808\n",
	  TYPES "a -9223372036854775808\n" },
	{ "stack,cpu/ns,samples/count\na;b,10,1\n",
	  "types: cpu/ns samples/count\na;b 10 1\n" },
	{ "stack,label:k,cpu/ns\na,x,1\na,y,2\na,,3\na,x,4\n",
	  "types: cpu/ns\na 5 k=x\na 2 k=y\na 3\n" },
	{ "stack,a/b/c\nx,1\n", "types: a/b/c\nx 1\n" },
};

START_TEST(rows_are_samples)
{
	const char *in = readable[_i].in;
	struct pq_error err;
	struct pq_profile *p;

	pq_error_clear(&err);
	p = read_profile(in, strlen(in), &err);
	ck_assert_msg(p != NULL, "row %d: %s", _i, err.msg);
	ck_assert_str_eq(p->format, "rows of a database");
	expect_profile(p, readable[_i].out, _i);
	pq_profile_free(p);
}
END_TEST

/* Names may hold what the language of descriptions has no way to say. */
START_TEST(names_may_hold_what_csv_is_made_of)
{
	static const char in[] =
		"stack,value\n\"say \"\"x\"\";a,b;two\nlines;\"\"\",3\n";
	static const char *const names[] = { "say \"x\"", "a,b", "two\nlines",
					     "\"" };
	struct pq_error err;
	struct pq_profile *p;

	pq_error_clear(&err);
	p = read_profile(in, sizeof(in) - 1, &err);
	ck_assert_msg(p != NULL, "%s", err.msg);
	ck_assert_uint_eq(p->functions.n, 4);
	for (size_t i = 0; i < 4; i++)
		ck_assert(pq_text_is(pq_string(p, p->functions.at[i].name),
				     names[i]));
	pq_profile_free(p);
}
END_TEST

#define HEAD "stack,value\n"

static const struct {
	const char *in, *message;
	uint64_t offset;
} broken[] = {
	{ "stack,count\na,1\n",
	  "rows of a database: the column \"count\" is neither TYPE/UNIT, "
	  "value nor label:KEY",
	  0 },
	{ "stack,value,x/\na,1,2\n",
	  "rows of a database: the column \"x/\" is neither TYPE/UNIT, value "
	  "nor label:KEY",
	  0 },
	{ "stack,value,value\na,1,2\n",
	  "CSV, record 1: two columns are called value", 0 },
	{ "stack,label:k\na,b\n", "CSV, record 1: there is no column of values",
	  0 },
	{ HEAD "a\n",
	  "CSV, record 2: it has more or fewer fields than the header", 12 },
	{ HEAD "a,1,2\n",
	  "CSV, record 2: it has more or fewer fields than the header", 12 },
	{ HEAD "a,1\nb,x\n",
	  "CSV, record 3: a value is no whole number of 64 bits", 16 },
	{ HEAD "a,1.5\n",
	  "CSV, record 2: a value is no whole number of 64 bits", 12 },
	{ HEAD "a,9223372036854775808\n",
	  "CSV, record 2: a value is no whole number of 64 bits", 12 },
	{ HEAD "\"a,1\n", "CSV, record 2: a quote is not closed", 12 },
	{ HEAD "\"a\"b,1\n",
	  "CSV, record 2: there is something between a closing quote and the "
	  "comma",
	  12 },
	{ HEAD "a\"b\",1\n",
	  "CSV, record 2: there is a quote inside of a field that does not "
	  "begin with one",
	  12 },
};

START_TEST(what_is_broken_is_told)
{
	const char *in = broken[_i].in;
	struct pq_error err;

	pq_error_clear(&err);
	ck_assert_msg(!read_profile(in, strlen(in), &err), "row %d", _i);
	ck_assert_int_eq(err.code, PQ_EFORMAT);
	ck_assert_msg(!strcmp(err.msg, broken[_i].message), "row %d: %s", _i,
		      err.msg);
	ck_assert_msg(err.has_offset && err.offset == broken[_i].offset,
		      "row %d: offset %llu", _i,
		      (unsigned long long)err.offset);
}
END_TEST

/* A profile or an error with a text, and nothing is read beyond the end. */
START_TEST(every_cut_is_a_result)
{
	static const char in[] =
		"stack,cpu/ns,label:k,value\r\n\"a;\"\"b\"\"\nc\",12,x,3\r\n"
		",4,\"\",\r\na,5,y,6\r\n";

	for (size_t n = 0; n < sizeof(in); n++) {
		struct pq_error err;
		struct pq_profile *p;

		pq_error_clear(&err);
		p = read_profile(in, n, &err);
		ck_assert_msg(p ? err.code == PQ_OK
				: err.code != PQ_OK && err.msg[0],
			      "cut at %zu", n);
		pq_profile_free(p);
	}
}
END_TEST

/* However the bytes come, and whatever the window has to move. */
START_TEST(pieces_make_no_difference)
{
	struct pq_buf in = { 0 };
	struct pq_error err;
	struct pq_profile *p;
	int fd;

	pq_buf_str(&in, "stack,value\n");
	for (unsigned i = 0; i < 3000; i++)
		pq_buf_printf(&in, "\"f%u;say \"\"%u\"\"\n%0*d\",%u\n", i % 7,
			      i % 3, (int)(i % 90), 0, i);
	fd = open_steps(in.data, in.len, 1024);
	pq_error_clear(&err);
	p = pq_profile_read(fd, NULL, 0, NULL, NULL, &err);
	end_steps(fd);
	ck_assert_msg(p != NULL, "%s", err.msg);
	ck_assert_uint_eq((uint64_t)pq_samples_total(&p->samples, 0),
			  3000 * 2999 / 2);
	pq_profile_free(p);
	pq_buf_release(&in);
}
END_TEST

static const struct {
	const char *head;
	int sure;
} probes[] = {
	{ "stack,value\n", PQ_SURE_MAGIC },
	{ "stack,value", PQ_SURE_MAGIC },
	{ "stack,cpu/ns,label:x\n", PQ_SURE_MAGIC },
	{ "\"stack\",\"label:x\"\r\n", PQ_SURE_MAGIC },
	{ "stack,count\n", PQ_SURE_LIKELY },
	{ "stack,a;main 5\n", PQ_SURE_NO },
	{ "stack\n", PQ_SURE_NO },
	{ "stacks,value\n", PQ_SURE_NO },
	{ "", PQ_SURE_NO },
};

START_TEST(the_header_tells)
{
	const char *head = probes[_i].head;
	int sure = pq_rows_probe((const uint8_t *)head, strlen(head));

	ck_assert_msg(sure == probes[_i].sure, "row %d: %d", _i, sure);
}
END_TEST

Suite *format_rows_read_suite(void)
{
	Suite *suite = suite_create("format_rows_read");
	TCase *tcase = tcase_create("rows_read");

	tcase_add_loop_test(tcase, rows_are_samples, 0, ROWS(readable));
	tcase_add_test(tcase, names_may_hold_what_csv_is_made_of);
	tcase_add_loop_test(tcase, what_is_broken_is_told, 0, ROWS(broken));
	tcase_add_test(tcase, every_cut_is_a_result);
	tcase_add_test(tcase, pieces_make_no_difference);
	tcase_add_loop_test(tcase, the_header_tells, 0, ROWS(probes));
	suite_add_tcase(suite, tcase);
	return suite;
}
