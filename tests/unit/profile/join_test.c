#include "suites.h"

#include <string.h>

#include "helpers.h"
#include "profile/join.h"

/* Old files first; what the two sides come to, new before old. */
static const struct {
	const char *files[3];
	size_t n, n_old;
	double divisor;
	size_t n_types;
	const char *expected;
} rows[] = {
	{ { "types: objects/count space/bytes\na;b 1 10\na;gone 2 20\n",
	    "types: objects/count space/bytes\na;b 3 30\na;new 4 40\n" },
	  2,
	  1,
	  1,
	  2,
	  "3 30 1 10\n0 0 2 20\n4 40 0 0\n" },
	/* types in common, in the finer unit */
	{ { "types: space/bytes x/y\na 1 2\n",
	    "types: space/kilobytes\na 1\n" },
	  2,
	  1,
	  1,
	  1,
	  "1024 1\n" },
	/* means, rounded away from zero; what comes to nothing is gone */
	{ { "types: n/count\na 1\nb 5\nc -1\n", "types: n/count\na 2\nb 0\n",
	    "types: n/count\na 4\n" },
	  3,
	  2,
	  1,
	  1,
	  "4 2\n0 3\n0 -1\n" },
	{ { "types: n/count\na 1\n", "types: n/count\na 5\nb 1\n" },
	  2,
	  1,
	  2.5,
	  1,
	  "2 1\n" },
	/* labels tell samples apart only until then */
	{ { "types: n/count\na 1 k=v\n", "types: n/count\na 2\n" },
	  2,
	  1,
	  1,
	  1,
	  "0 1\n2 0\n" },
};

static void join(struct pq_joined *j, struct pq_profile **list, int row)
{
	struct pq_error err;

	for (size_t i = 0; i < rows[row].n; i++) {
		list[i] = profile_of(rows[row].files[i]);
		j->files[i].name = "file";
	}
	j->n_files = rows[row].n;
	j->n_old = rows[row].n_old;
	pq_error_clear(&err);
	ck_assert_msg(pq_join(j, list, &err), "row %d: %s", row, err.msg);
}

static void reduce(const struct pq_joined *j, int row)
{
	static const size_t files[] = { 0, 1, 2 };
	static const double ones[] = { 1, 1 };
	double divisors[] = { rows[row].divisor, rows[row].divisor };
	struct pq_join_side sides[2] = {
		{ files, j->n_old, ones },
		{ files + j->n_old, j->n_files - j->n_old, divisors },
	};

	pq_join_reduce(j, sides);
}

static void put_values(struct pq_buf *b, const struct pq_profile *p)
{
	struct pq_walk w;

	pq_walk_begin(&w, &p->samples);
	while (pq_walk_next(&w)) {
		pq_walk_all(&w);
		ck_assert_uint_eq(w.sample.n_labels, 0);
		for (unsigned i = 0; i < w.n_values; i++)
			pq_buf_printf(b, i ? " %lld" : "%lld",
				      (long long)w.sample.values[i]);
		pq_buf_str(b, "\n");
	}
	pq_walk_end(&w);
}

START_TEST(units_must_be_of_one_kind)
{
	struct pq_profile *list[2] = { profile_of("types: n/bytes\na 1\n"),
				       profile_of("types: n/seconds\na 1\n") };
	struct pq_joined_file files[2] = { { .name = "a" }, { .name = "b" } };
	struct pq_joined j = { .files = files, .n_files = 2, .n_old = 1 };
	struct pq_error err;

	pq_error_clear(&err);
	ck_assert(!pq_join(&j, list, &err));
	ck_assert_int_ne(err.code, PQ_OK);
	ck_assert_ptr_null(j.p);
	pq_profile_free(list[0]);
	pq_profile_free(list[1]);
}
END_TEST

START_TEST(sides_are_means_of_their_files)
{
	struct pq_profile *list[3] = { 0 };
	struct pq_joined_file files[3] = { 0 };
	struct pq_joined j = { .files = files };
	struct pq_buf values = { 0 };

	join(&j, list, _i);
	reduce(&j, _i);
	ck_assert_uint_eq(j.p->sample_types.n, rows[_i].n_types);
	put_values(&values, j.p);
	ck_assert_msg(!strcmp(pq_buf_cstr(&values), rows[_i].expected),
		      "row %d: %s", _i, pq_buf_cstr(&values));
	pq_buf_release(&values);
	pq_profile_free(j.p);
	for (size_t i = 0; i < rows[_i].n; i++)
		pq_profile_free(list[i]);
}
END_TEST

Suite *profile_join_suite(void)
{
	Suite *suite = suite_create("profile_join");
	TCase *tcase = tcase_create("join");

	tcase_add_test(tcase, units_must_be_of_one_kind);
	tcase_add_loop_test(tcase, sides_are_means_of_their_files, 0,
			    ROWS(rows));
	suite_add_tcase(suite, tcase);
	return suite;
}
