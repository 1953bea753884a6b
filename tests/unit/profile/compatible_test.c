#include "suites.h"

#include <string.h>

#include "helpers.h"
#include "profile/merge.h"

#define CPU "types: cpu/ns\n"

/* ---- header ---- */

static const struct combination headers[] = {
	/* the earliest time; one that is 0 resets it */
	{ { CPU "time: 5\n", CPU "time: 3\n", CPU "time: 9\n" },
	  CPU "time: 3\n" },
	{ { CPU "time: 5\n", CPU }, CPU },
	{ { CPU, CPU "time: 5\n" }, CPU "time: 5\n" },
	{ { CPU "time: 5\n", CPU, CPU "time: 7\n" }, CPU "time: 7\n" },
	{ { CPU "time: 5\n", CPU "time: -1\n" }, CPU "time: -1\n" },
	{ { CPU "duration: 5\n", CPU "duration: 7\n" }, CPU "duration: 12\n" },
	{ { CPU "period: 5 cpu/ns\n", CPU "period: 7 cpu/ns\n",
	    CPU "period: 6 cpu/ns\n" },
	  CPU "period: 7 cpu/ns\n" },
	{ { CPU "period: -5 cpu/ns\n", CPU "period: -7 cpu/ns\n" },
	  CPU "period: -5 cpu/ns\n" },
	{ { CPU "comment: one\ncomment: two\n",
	    CPU "comment: three\ncomment: one\n" },
	  CPU "comment: one\ncomment: two\ncomment: three\n" },
	{ { CPU "default: cpu\n", CPU "default: other\n" },
	  CPU "default: cpu\n" },
	{ { CPU, CPU "default: other\n" }, CPU "default: other\n" },
	{ { CPU "doc: x\n", CPU "doc: y\n" }, CPU "doc: x\n" },
	{ { CPU, CPU "doc: y\n" }, CPU "doc: y\n" },
	/* of the first profile only */
	{ { CPU "drop: a\n", CPU "drop: b\nkeep: c\n" }, CPU "drop: a\n" },
	{ { CPU, CPU "drop: b\n" }, CPU },
	/* a single profile passes as it is */
	{ { CPU "time: 5\nduration: 6\nperiod: 7 x/y\ncomment: a\ncomment: a\n"
		"default: d\ndrop: e\nkeep: f\ndoc: g\n" },
	  CPU "time: 5\nduration: 6\nperiod: 7 x/y\ncomment: a\ncomment: a\n"
	      "default: d\ndrop: e\nkeep: f\ndoc: g\n" },
};

START_TEST(headers_merge)
{
	expect_combined(&headers[_i], _i);
}
END_TEST

/* ---- common sample types ---- */

static const struct combination types[] = {
	{ { "types: a/x b/y\nf 1 2\n", "types: b/y a/x\nf 20 10\n" },
	  "types: a/x b/y\ndefault: a\nf 11 22\n" },
	{ { "types: a/x b/y c/z\nf 1 2 3\n", "types: c/z a/x\nf 30 10\n" },
	  "types: a/x c/z\ndefault: a\nf 11 33\n" },
	/* a default that is common stays */
	{ { "types: a/x b/y c/z\ndefault: c\nf 1 2 3\n", "types: c/z a/x\n" },
	  "types: a/x c/z\ndefault: c\nf 1 3\n" },
	/* the second's default is for when the first has none */
	{ { "types: a/x b/y\nf 1 2\n", "types: b/y a/x\ndefault: b\n" },
	  "types: a/x b/y\ndefault: b\nf 1 2\n" },
	/* values that become all zero are gone */
	{ { "types: a/x b/y\nf 0 2\ng 1 1\n", "types: a/x\n" },
	  "types: a/x\ndefault: a\ng 1\n" },
	/* a name that a profile has twice is lost */
	{ { "types: space/b space/b cpu/ns\nf 1 2 3\n" },
	  "types: cpu/ns\ndefault: cpu\nf 3\n" },
	{ { "types: a/x b/y\n", "types: c/z\n" },
	  "profiles have empty common sample type list" },
	{ { "types: a/x a/x\n" },
	  "profiles have empty common sample type list" },
	{ { "time: 3\n" }, "profiles have empty common sample type list" },
	/* twice here and never there passes the count */
	{ { "types: cpu/ns cpu/ns b/y\n", "types: b/y\n" },
	  "\"cpu\" sample type is not found in profile" },
};

START_TEST(types_are_reduced_to_the_common_ones)
{
	expect_combined(&types[_i], _i);
}
END_TEST

/* ---- common units ---- */

static const struct combination units[] = {
	{ { "types: cpu/us\nf 3\n", "types: cpu/ns\nf 5\n" },
	  "types: cpu/ns\nf 3005\n" },
	{ { "types: cpu/ns\nf 5\n", "types: cpu/us\nf 3\n" },
	  "types: cpu/ns\nf 3005\n" },
	{ { "types: cpu/ms\nf 1\n", "types: cpu/us\nf 1\n",
	    "types: cpu/s\nf 1\n" },
	  "types: cpu/us\nf 1001001\n" },
	{ { "types: space/kb\nf 1\n", "types: space/bytes\nf 1\n" },
	  "types: space/bytes\nf 1025\n" },
	/* other spellings of one unit: the first one's */
	{ { "types: cpu/ns\nf 1\n", "types: cpu/nanoseconds\nf 1\n" },
	  "types: cpu/ns\nf 2\n" },
	/* unknown units must be the same text */
	{ { "types: n/widget\nf 1\n", "types: n/widget\nf 2\n" },
	  "types: n/widget\nf 3\n" },
	{ { "types: n/widget\nf 1\n", "types: n/gadget\nf 2\n" },
	  "sample types: incompatible types: {n widget 0 0} {n gadget 0 0}" },
	{ { "types: cpu/nanoseconds\n", "types: cpu/bytes\n" },
	  "sample types: incompatible types: "
	  "{cpu nanoseconds 0 0} {cpu bytes 0 0}" },
	/* columns with equal units are left alone, and do not keep a sample */
	{ { "types: n/count cpu/us\nf 2 1\n",
	    "types: n/count cpu/ns\ng 4 5\n" },
	  "types: n/count cpu/ns\nf 2 1000\ng 4 5\n" },
	{ { "types: n/count cpu/us\nf 2 0\n",
	    "types: n/count cpu/ns\ng 4 0\n" },
	  "types: n/count cpu/ns\ng 4 0\n" },
	/* periods are scaled too */
	{ { CPU "period: 3 cpu/us\n", CPU "period: 5 cpu/ns\n" },
	  CPU "period: 3000 cpu/ns\n" },
	{ { CPU "period: 3 cpu/us\n", CPU "period: 5 space/bytes\n" },
	  "period type: incompatible types: {cpu us 0 0} {space bytes 0 0}" },
	/* a plural is forgiven for units, not for merging */
	{ { CPU "period: 3 cpu/ns\n", CPU "period: 5 cpus/ns\n" },
	  "incompatible period types &{cpu ns 0 0} and &{cpus ns 0 0}" },
	/* the period comes first */
	{ { "types: cpu/bytes\nperiod: 1 a/ns\n",
	    "types: cpu/ns\nperiod: 1 b/ns\n" },
	  "period type: incompatible types: {a ns 0 0} {b ns 0 0}" },
};

START_TEST(units_are_brought_to_the_finest)
{
	expect_combined(&units[_i], _i);
}
END_TEST

static const struct {
	const char *in;
	double ratios[2];
	const char *out;
} scaled[] = {
	{ "types: a/x b/y\nf 1 2\n", { 1, 1 }, "types: a/x b/y\nf 1 2\n" },
	{ "types: a/x b/y\nf 1 2\n", { -1, -1 }, "types: a/x b/y\nf -1 -2\n" },
	/* half away from zero */
	{ "types: a/x b/y\nf 1 3\ng -1 -3\n",
	  { 0.5, 0.5 },
	  "types: a/x b/y\nf 1 2\ng -1 -2\n" },
	/* an unscaled column does not keep a sample */
	{ "types: a/x b/y\nf 7 1\ng 7 4\n",
	  { 1, 0.25 },
	  "types: a/x b/y\ng 7 1\n" },
	{ "types: a/x b/y\nf 7 1\n", { 0, 0 }, "types: a/x b/y\n" },
	{ "types: a/x b/y\nf 0 0\n", { 1, 1 }, "types: a/x b/y\nf 0 0\n" },
};

START_TEST(scaling_rounds_half_away_from_zero)
{
	struct pq_profile *p = profile_of(scaled[_i].in);

	pq_scale(p, scaled[_i].ratios);
	expect_profile(p, scaled[_i].out, _i);
	pq_profile_free(p);
}
END_TEST

Suite *profile_compatible_suite(void)
{
	Suite *suite = suite_create("profile_compatible");
	TCase *tcase = tcase_create("compatible");

	tcase_add_loop_test(tcase, headers_merge, 0, ROWS(headers));
	tcase_add_loop_test(tcase, types_are_reduced_to_the_common_ones, 0,
			    ROWS(types));
	tcase_add_loop_test(tcase, units_are_brought_to_the_finest, 0,
			    ROWS(units));
	tcase_add_loop_test(tcase, scaling_rounds_half_away_from_zero, 0,
			    ROWS(scaled));
	suite_add_tcase(suite, tcase);
	return suite;
}
