/* The unit of a key, and the note on keys that have several. */
#include "suites.h"

#include <string.h>

#include "helpers.h"
#include "profile/label_units.h"

static const struct {
	const char *in, *key, *unit, *said;
} rows[] = {
	{ "a 1 b:1/kb\na 1 b:2/kb\n", "b", "kb", "" },
	{ "a 1 b:1\n", "b", "b", "" },
	{ "a 1 b:1\n", "other", "other", "" },
	{ "a 1 request:1\n", "request", "bytes", "" },
	/* others in their order, keys in theirs, each once */
	{ "a 1 z:1/ns\na 1 z:1/us\na 1 b:1/kb\na 1 b:2/mb\na 1 b:2/gb\n"
	  "a 1 b:3/mb\na 1 c:1/s\n",
	  "b", "kb",
	  "For tag b used unit kb, also encountered unit(s) gb, mb\n"
	  "For tag z used unit ns, also encountered unit(s) us\n" },
};

START_TEST(the_first_unit_of_a_key_counts)
{
	struct pq_buf in = { 0 };
	struct pq_label_units u;
	struct pq_profile *p;
	struct said said;

	pq_buf_str(&in, "types: cpu/ns\n");
	pq_buf_str(&in, rows[_i].in);
	p = profile_of(pq_buf_cstr(&in));
	said_init(&said);
	pq_label_units_find(&u, p);
	ck_assert_msg(pq_text_is(pq_label_unit(&u, pq_text_of(rows[_i].key)),
				 rows[_i].unit),
		      "row %d", _i);
	pq_label_units_report(&u, &said.log);
	ck_assert_str_eq(pq_buf_cstr(&said.text), rows[_i].said);
	pq_label_units_release(&u);
	said_release(&said);
	pq_profile_free(p);
	pq_buf_release(&in);
}
END_TEST

Suite *profile_label_units_suite(void)
{
	Suite *suite = suite_create("profile_label_units");
	TCase *tcase = tcase_create("units");

	tcase_add_loop_test(tcase, the_first_unit_of_a_key_counts, 0,
			    ROWS(rows));
	suite_add_tcase(suite, tcase);
	return suite;
}
