#include "suites.h"

#include <string.h>

#include "fetch/saving.h"
#include "fetch/symbolz.h"
#include "helpers.h"

/* Three addresses of one mapping, of which one has a name already. */
static struct pq_profile *make_profile(void)
{
	return profile_of("types: samples/count\n"
			  "map: 1000 9000 0 /bin/app -\n"
			  "1010^1!;2020^1! 1\n"
			  "1010^1!;3030^1!known 2\n");
}

static struct pq_text name_at(const struct pq_profile *p, uint64_t address)
{
	for (size_t i = 0; i < p->locations.n; i++) {
		const struct pq_location *l = &p->locations.at[i];

		if (l->address == address && l->n_lines)
			return pq_string(
				p,
				p->functions
					.at[p->lines.at[l->first_line].function]
					.name);
	}
	return PQ_TEXT("");
}

START_TEST(request_has_addresses_without_lines)
{
	struct pq_profile *p = make_profile();
	struct pq_buf b = { 0 };

	ck_assert_uint_eq(pq_symbolz_request(p, 0, 0x1000, &b), 2);
	ck_assert(pq_text_is(pq_buf_view(&b), "0x1010+0x2020") ||
		  pq_text_is(pq_buf_view(&b), "0x2020+0x1010"));

	/* the server has the mapping elsewhere */
	pq_buf_clear(&b);
	pq_symbolz_request(p, 0, 0x5000, &b);
	ck_assert(pq_text_is(pq_buf_view(&b), "0x5010+0x6020") ||
		  pq_text_is(pq_buf_view(&b), "0x6020+0x5010"));
	pq_buf_release(&b);
	pq_profile_free(p);
}
END_TEST

/* An answer, and the names of the two addresses that had none. */
static const struct {
	const char *answer, *first, *second;
} answers[] = {
	{ "0x1010 main.run\n0x2020 main.work\n", "main.run", "main.work" },
	{ "num_symbols: 1\nxx 0x1010\tf(int, char)\r\n", "f(int, char)\r", "" },
	/* the later line of an address counts, and a cut line does not */
	{ "0x1010 a\n0x1010 b\n0x2020 c", "b", "" },
	{ "0x zz\n0x1010\n0X1010 a\n1010 a\n", "", "" },
	{ "0x11111111111111111 a\n0x4040 b\n", "", "" },
	{ "", "", "" },
};

START_TEST(answer_names_addresses)
{
	struct pq_profile *p = make_profile();

	pq_symbolz_apply(p, 0, 0x1000, pq_text_of(answers[_i].answer));
	ck_assert_msg(pq_text_is(name_at(p, 0x1010), answers[_i].first),
		      "row %d", _i);
	ck_assert_msg(pq_text_is(name_at(p, 0x2020), answers[_i].second),
		      "row %d", _i);
	ck_assert(pq_text_is(name_at(p, 0x3030), "known"));
	pq_profile_free(p);
}
END_TEST

/* Whatever a profile says, the name of a file is harmless. */
START_TEST(saved_name_has_plain_characters)
{
	struct pq_buf b = { 0 };
	char many[300];

	pq_saved_name_part(&b, PQ_TEXT("../a b/\x1b[1m\xc3\xa9"));
	ck_assert_str_eq(pq_buf_cstr(&b), ".._a_b___1m__");
	memset(many, 'x', sizeof(many));
	pq_buf_clear(&b);
	pq_saved_name_part(&b, (struct pq_text){ many, sizeof(many) });
	ck_assert_uint_eq(b.len, 100);
	pq_buf_release(&b);
}
END_TEST

Suite *fetch_symbolz_suite(void)
{
	Suite *suite = suite_create("fetch_symbolz");
	TCase *tcase = tcase_create("symbolz");

	tcase_add_test(tcase, request_has_addresses_without_lines);
	tcase_add_loop_test(tcase, answer_names_addresses, 0, ROWS(answers));
	tcase_add_test(tcase, saved_name_has_plain_characters);
	suite_add_tcase(suite, tcase);
	return suite;
}
