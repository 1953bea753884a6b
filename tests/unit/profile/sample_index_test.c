#include "suites.h"

#include <string.h>

#include "helpers.h"
#include "profile/sample_index.h"

#define HEAP                                                          \
	"types: alloc_objects/count alloc_space/bytes objects/count " \
	"space/bytes\n"
#define CPU "types: samples/count cpu/ns\n"

static const struct {
	const char *profile, *wanted;
	unsigned index;
} found[] = {
	/* nothing asked: the default, else the last */
	{ CPU, "", 1 },
	{ CPU "default: samples\n", "", 0 },
	{ CPU "default: other\n", "", 1 },
	{ "types: a/x b/x a/y\ndefault: a\n", "", 0 },
	{ "types: a/x\n", "", 0 },
	{ "types: /\n", "", 0 },
	/* a position */
	{ CPU, "0", 0 },
	{ CPU, "1", 1 },
	{ CPU, "+1", 1 },
	{ CPU, "-0", 0 },
	{ CPU, "0001", 1 },
	{ CPU "default: samples\n", "1", 1 },
	/* also when a type is called so */
	{ "types: a/x b/x 0/x\n", "0", 0 },
	/* a name */
	{ CPU, "samples", 0 },
	{ CPU, "cpu", 1 },
	{ "types: a/x b/x b/y\n", "b", 1 },
	{ HEAP, "space", 3 },
	{ HEAP, "inuse_space", 3 },
	{ HEAP, "inuse_objects", 2 },
	{ HEAP, "alloc_space", 1 },
	/* of both names the first type counts, as in the reference */
	{ "types: space/b inuse_space/b x/y\n", "inuse_space", 0 },
	{ "types: inuse_space/b space/b x/y\n", "inuse_space", 0 },
	{ "types: inuse_space/b space/b x/y\n", "space", 1 },
	{ "types: a/b /b x/y\n", "inuse_", 1 },
	{ "types: a/x 1x/y c/z\n", "1x", 1 },
};

START_TEST(a_type_is_found)
{
	struct pq_profile *p = profile_of(found[_i].profile);
	struct pq_error err;
	unsigned index = 99;

	pq_error_clear(&err);
	ck_assert_msg(pq_sample_index(p, pq_text_of(found[_i].wanted), &index,
				      &err),
		      "row %d: %s", _i, err.msg);
	ck_assert_msg(index == found[_i].index, "row %d: %u", _i, index);
	pq_profile_free(p);
}
END_TEST

static const struct {
	const char *profile, *wanted, *error;
} missed[] = {
	{ CPU, "2", "sample_index 2 is outside the range [0..1]" },
	{ CPU, "-1", "sample_index -1 is outside the range [0..1]" },
	{ CPU, "4294967296",
	  "sample_index 4294967296 is outside the range [0..1]" },
	{ CPU, "foo", "sample_index \"foo\" must be one of: [samples cpu]" },
	{ CPU, "1.5", "sample_index \"1.5\" must be one of: [samples cpu]" },
	{ CPU, "-", "sample_index \"-\" must be one of: [samples cpu]" },
	{ CPU, "inuse_",
	  "sample_index \"inuse_\" must be one of: "
	  "[samples cpu]" },
	{ CPU, "99999999999999999999",
	  "sample_index \"99999999999999999999\" must be one of: "
	  "[samples cpu]" },
	/* the nearest one is offered */
	{ CPU, "sample",
	  "sample_index \"sample\" must be one of: [samples cpu] (did you "
	  "mean \"samples\"?)" },
	{ "time: 3\n", "", "profile has no samples" },
	{ "time: 3\n", "0", "profile has no samples" },
};

START_TEST(a_miss_names_the_types)
{
	struct pq_profile *p = profile_of(missed[_i].profile);
	struct pq_error err;
	unsigned index;

	pq_error_clear(&err);
	ck_assert_msg(!pq_sample_index(p, pq_text_of(missed[_i].wanted), &index,
				       &err),
		      "row %d: found", _i);
	ck_assert_msg(!strcmp(err.msg, missed[_i].error), "row %d: %s", _i,
		      err.msg);
	pq_profile_free(p);
}
END_TEST

Suite *profile_sample_index_suite(void)
{
	Suite *suite = suite_create("profile_sample_index");
	TCase *tcase = tcase_create("sample_index");

	tcase_add_loop_test(tcase, a_type_is_found, 0, ROWS(found));
	tcase_add_loop_test(tcase, a_miss_names_the_types, 0, ROWS(missed));
	suite_add_tcase(suite, tcase);
	return suite;
}
