/* By which rule the values of a profile were sampled. */
#include "suites.h"

#include "helpers.h"
#include "profile/sampling.h"

static const struct {
	const char *in;
	uint32_t value;
	enum pq_sampled_by by;
} rows[] = {
	{ "types: contentions/count delay/nanoseconds\na 1 2\n", 0,
	  PQ_SAMPLED_WAITS },
	{ "types: contentions/count delay/nanoseconds\na 1 2\n", 1,
	  PQ_SAMPLED_WAITS },
	{ "types: contentions/count lost/nanoseconds\na 1 2\n", 1,
	  PQ_SAMPLED_UNKNOWN },
	{ "types: goroutine/count\na 1\n", 0, PQ_SAMPLED_ALL },
	{ "types: threadcreate/count\na 1\n", 0, PQ_SAMPLED_ALL },
	{ "types: samples/count cpu/nanoseconds\nperiod: 5 cpu/nanoseconds\n"
	  "a 1 5\n",
	  1, PQ_SAMPLED_TIME },
	{ "types: things/widgets\na 1\n", 0, PQ_SAMPLED_UNKNOWN },
};

START_TEST(a_rule_is_found)
{
	struct pq_profile *p = profile_of(rows[_i].in);
	struct pq_sampling s;

	pq_sampling_find(&s, p, p->sample_types.n, rows[_i].value);
	ck_assert_msg(s.by == rows[_i].by, "row %d: %d", _i, (int)s.by);
	pq_profile_free(p);
}
END_TEST

static const struct {
	const char *in;
	int64_t size;
} sizes[] = {
	{ "a 1 bytes:16\n", 16 },
	{ "a 1 bytes:0\n", 0 },
	{ "a 1 bytes=16\n", 0 },
	{ "a 1 b:16\n", 0 },
};

START_TEST(objects_have_the_size_of_their_label)
{
	struct pq_buf in = { 0 };
	struct pq_profile *p;
	struct pq_walk w;

	pq_buf_str(&in, "types: n/count\n");
	pq_buf_str(&in, sizes[_i].in);
	p = profile_of(pq_buf_cstr(&in));
	pq_walk_begin(&w, &p->samples);
	ck_assert(pq_walk_next(&w));
	pq_walk_all(&w);
	ck_assert_int_eq(pq_object_size(p, &w.sample), sizes[_i].size);
	pq_walk_end(&w);
	pq_profile_free(p);
	pq_buf_release(&in);
}
END_TEST

Suite *profile_sampling_suite(void)
{
	Suite *suite = suite_create("profile_sampling");
	TCase *tcase = tcase_create("sampling");

	tcase_add_loop_test(tcase, a_rule_is_found, 0, ROWS(rows));
	tcase_add_loop_test(tcase, objects_have_the_size_of_their_label, 0,
			    ROWS(sizes));
	suite_add_tcase(suite, tcase);
	return suite;
}
