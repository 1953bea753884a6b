#include "suites.h"

#include <inttypes.h>
#include <string.h>

#include "helpers.h"
#include "profile/compatible.h"
#include "profile/merge.h"

/* ---- samples ---- */

#define CPU "types: cpu/ns\n"
#define TWO "types: samples/count cpu/ns\n"

static const struct combination stacks[] = {
	/* equal stacks add, in the order of first use */
	{ { CPU "a;b 1\nc 2\n", CPU "c 10\na;b 20\n"
				    "d 30\n" },
	  CPU "a;b 21\nc 12\n"
	      "d 30\n" },
	{ { TWO "a 1 2\n", TWO "a 3 4\n", TWO "a 5 6\n" }, TWO "a 9 12\n" },
	/* in one profile as well */
	{ { CPU "a 1\na 2\n", CPU "b 1\n" }, CPU "a 3\nb 1\n" },
	/* but not when there is nothing to merge with */
	{ { CPU "a 1\na 2\nb 0\n" }, CPU "a 1\na 2\nb 0\n" },
	/* the order of frames matters, recursion too */
	{ { CPU "a;b 1\n", CPU "b;a 2\na;b;b 4\n" },
	  CPU "a;b 1\nb;a 2\na;b;b 4\n" },
	{ { CPU "- 1\n", CPU "- 2\n" }, CPU "- 3\n" },
	/* sums wrap */
	{ { CPU "a 9223372036854775807\n", CPU "a 1\n" },
	  CPU "a -9223372036854775808\n" },
	/* all zero: gone; one zero of two: kept */
	{ { TWO "a 0 0\nb 0 1\n", TWO "c 0 0\n"
				      "d 1 0\n" },
	  TWO "b 0 1\n"
	      "d 1 0\n" },
	/* cancelled: gone */
	{ { CPU "a 5\nb 1\n", CPU "a -5\n" }, CPU "b 1\n" },
	{ { CPU "a 5\n", CPU "a -5\n" }, CPU },
	{ { TWO "a 5 1\n", TWO "a -5 0\n" }, TWO "a 0 1\n" },
	/* a sum that passes through zero is not gone */
	{ { CPU "a 5\n", CPU "a -5\n", CPU "a 7\n" }, CPU "a 7\n" },
};

START_TEST(stacks_add_up)
{
	expect_combined(&stacks[_i], _i);
}
END_TEST

/* Ending a chunk that was ended already changes nothing. */
START_TEST(chunks_add_up_to_the_same)
{
	expect_merged(&stacks[_i], 1, _i);
	expect_merged(&stacks[_i], 2, _i);
}
END_TEST

static const struct combination labels[] = {
	{ { CPU "a 1 k=x l=y\n", CPU "a 2 l=y k=x\n" }, CPU "a 3 k=x l=y\n" },
	{ { CPU "a 1 z=1 b:1 a:2\n", CPU "a 2 a:2 z=1 b:1\n" },
	  CPU "a 3 z=1 a:2 b:1\n" },
	/* the order of the values of one key is not irrelevant */
	{ { CPU "a 1 k=x k=y\n", CPU "a 2 k=y k=x\n" },
	  CPU "a 1 k=x k=y\na 2 k=y k=x\n" },
	{ { CPU "a 1 k:1 k:2\n", CPU "a 2 k:2 k:1\na 4 k:1 k:2\n" },
	  CPU "a 5 k:1 k:2\na 2 k:2 k:1\n" },
	/* units and kinds tell labels apart */
	{ { CPU "a 1 k:1/kb\n", CPU "a 2 k:1/mb\na 4 k:1\na 8 k=1\na 16\n" },
	  CPU "a 1 k:1/kb\na 2 k:1/mb\na 4 k:1\na 8 k=1\na 16\n" },
	/* string ids differ between files, texts count */
	{ { CPU "b 1 q=w\na 1 k=x\n", CPU "a 2 k=x\n" },
	  CPU "b 1 q=w\na 3 k=x\n" },
	/* more than the few that insertion sort is for */
	{ { CPU "a 1 j=1 i=1 h=1 g=1 f=1 e=1 d=1 c=1 b=1 a=1 c=2 n:3\n",
	    CPU "a 2 n:3 a=1 b=1 c=1 d=1 e=1 f=1 g=1 h=1 i=1 j=1 c=2\n" },
	  CPU "a 3 a=1 b=1 c=1 c=2 d=1 e=1 f=1 g=1 h=1 i=1 j=1 n:3\n" },
};

START_TEST(label_order_is_irrelevant)
{
	expect_combined(&labels[_i], _i);
}
END_TEST

/* ---- mappings, functions, locations ---- */

static const struct combination tables[] = {
	/* no mapping at all beside one */
	{ { CPU "map: 1000 2000 0 app -\n1100^1!a 1\n9000^0!b 2\n",
	    CPU "map: 1000 2000 0 app -\n9000^0!b 4\n" },
	  CPU "map: 1000 2000 0 app -\n1100^1!a 1\n9000!b 6\n" },
	/* a mapping loaded elsewhere: addresses move to where the first is */
	{ { CPU "map: 1000 2000 0 app -\n1100^1!a 1\n",
	    CPU "map: 5000 6000 0 app -\n5100^1!a 2\n5200^1!b 4\n" },
	  CPU "map: 1000 2000 0 app -\n1100^1!a 3\n1200^1!b 4\n" },
	{ { CPU "map: 5000 6000 0 app -\n5100^1!a 1\n",
	    CPU "map: 1000 2000 0 app -\n1100^1!a 2\n" },
	  CPU "map: 5000 6000 0 app -\n5100^1!a 3\n" },
	/* sizes compare in whole pages */
	{ { CPU "map: 1000 1001 0 app -\n1100^1!a 1\n",
	    CPU "map: 1000 2000 0 app -\n1100^1!a 2\n" },
	  CPU "map: 1000 1001 0 app -\n1100^1!a 3\n" },
	{ { CPU "map: 1000 2000 0 app -\n1100^1!a 1\n",
	    CPU "map: 1000 2001 0 app -\n1100^1!a 2\n" },
	  CPU "map: 1000 2000 0 app -\nmap: 1000 2001 0 app -\n"
	      "1100^1!a 1\n1100^2!a 2\n" },
	/* another offset is another mapping */
	{ { CPU "map: 1000 2000 0 app -\n1100^1!a 1\n",
	    CPU "map: 1000 2000 1000 app -\n1100^1!a 2\n" },
	  CPU "map: 1000 2000 0 app -\nmap: 1000 2000 1000 app -\n"
	      "1100^1!a 1\n1100^2!a 2\n" },
	/* the build id decides, and only without one the file name */
	{ { CPU "map: 1000 2000 0 app id1\n1100^1!a 1\n",
	    CPU "map: 1000 2000 0 other id1\n1100^1!a 2\n" },
	  CPU "map: 1000 2000 0 app id1\n1100^1!a 3\n" },
	{ { CPU "map: 1000 2000 0 app id1\n1100^1!a 1\n",
	    CPU "map: 1000 2000 0 app id2\n1100^1!a 2\n" },
	  CPU "map: 1000 2000 0 app id1\nmap: 1000 2000 0 app id2\n"
	      "1100^1!a 1\n1100^2!a 2\n" },
	{ { CPU "map: 1000 2000 0 app -\n1100^1!a 1\n",
	    CPU "map: 1000 2000 0 other -\n1100^1!a 2\n" },
	  CPU "map: 1000 2000 0 app -\nmap: 1000 2000 0 other -\n"
	      "1100^1!a 1\n1100^2!a 2\n" },
	/* neither: fake mappings are equal */
	{ { CPU "a 1\n", CPU "a 2\n" }, CPU "a 3\n" },
	/* the first mapping stays first though nothing uses it; others go */
	{ { CPU "map: 1000 2000 0 app -\nmap: 5000 6000 0 lib -\n"
		"map: 7000 8000 0 unused -\n5100^2!a 1\n",
	    CPU "5!b 1\n" },
	  CPU "map: 1000 2000 0 app -\nmap: 5000 6000 0 lib -\n"
	      "5100^2!a 1\n5!b 1\n" },
	/* functions by name, file and start line */
	{ { CPU "a@x 1\n", CPU "a@x 2\na@y 4\na@x$7 8\na 16\n" },
	  CPU "a@x 3\na@y 4\na@x$7 8\na 16\n" },
	/* locations by address and lines */
	{ { CPU "1!a 1\n", CPU "2!a 2\n1!a#3 4\n1!a>b 8\n1! 16\n1!a 32\n" },
	  CPU "1!a 33\n2!a 2\n1!a#3 4\n1!a>b 8\n1! 16\n" },
	/* the column counts in the last line (the caller) only */
	{ { CPU "a#1#1 1\n", CPU "a#1#2 2\n" }, CPU "a#1#1 1\na#1#2 2\n" },
	{ { CPU "a#1#5>b#1#1 1\n", CPU "a#1#5>b#1#2 2\n" },
	  CPU "a#1#5>b#1#1 3\n" },
	{ { CPU "a#1#5>b#1#1 1\n", CPU "a#1#6>b#1#1 2\n" },
	  CPU "a#1#5>b#1#1 1\na#1#6>b#1#1 2\n" },
	{ { CPU "a#1>b#1 1\n", CPU "a#1>b#2 2\n" },
	  CPU "a#1>b#1 1\na#1>b#2 2\n" },
};

START_TEST(tables_merge_by_content)
{
	expect_combined(&tables[_i], _i);
}
END_TEST

START_TEST(folded_locations_stay_apart)
{
	struct pq_profile *list[2] = { profile_of(CPU "a 1\n"),
				       profile_of(CPU "a 2\n") };
	struct pq_profile *out;
	struct pq_error err;

	list[1]->locations.at[0].folded = true;
	pq_error_clear(&err);
	out = pq_merge(list, 2, &err);
	expect_profile(out, CPU "a 1\na 2\n", 0);
	ck_assert(!out->locations.at[0].folded);
	ck_assert(out->locations.at[1].folded);
	pq_profile_free(out);
	pq_profile_free(list[0]);
	pq_profile_free(list[1]);
}
END_TEST

/* ---- ids ---- */

/* Ids count from 1 in order of first use, after cancelling once more. */
START_TEST(cancelled_samples_leave_no_gap)
{
	struct pq_profile *list[2] = {
		profile_of(CPU "gone;a 5\nb;c 1\nalso;c 3\n"),
		profile_of(CPU "also;c -3\ngone;a -5\n")
	};
	struct pq_profile *out;
	struct pq_error err;

	pq_error_clear(&err);
	out = pq_merge(list, 2, &err);
	expect_profile(out, CPU "b;c 1\n", 0);
	ck_assert_uint_eq(out->locations.n, 2);
	ck_assert_uint_eq(out->functions.n, 2);
	ck_assert_uint_eq(out->lines.n, 2);
	for (uint32_t i = 0; i < 2; i++) {
		ck_assert_uint_eq(out->locations.at[i].id, i + 1);
		ck_assert_uint_eq(out->functions.at[i].id, i + 1);
		ck_assert_uint_eq(out->location_order.at[i], i);
		ck_assert_uint_eq(out->function_order.at[i], i);
	}
	/* the leaf is met first */
	ck_assert(pq_text_is(pq_string(out, out->functions.at[0].name), "c"));
	ck_assert(pq_text_is(pq_string(out, out->functions.at[1].name), "b"));
	ck_assert_uint_eq(out->mappings.at[0].id, 1);
	pq_profile_free(out);
	pq_profile_free(list[0]);
	pq_profile_free(list[1]);
}
END_TEST

/* ---- diff bases ---- */

START_TEST(a_negated_base_cancels)
{
	static const double minus[] = { -1, -1 };
	struct pq_profile *list[2] = { profile_of(TWO "a 1 5\nb 2 7\n"),
				       profile_of(TWO "b 2 7\na 4 5\n") };
	struct pq_profile *out;
	struct pq_error err;

	pq_error_clear(&err);
	pq_scale(list[1], minus);
	out = pq_combine(list, 2, &err);
	expect_profile(out, TWO "a -3 0\n", 0);
	pq_profile_free(out);
	pq_profile_free(list[0]);
	pq_profile_free(list[1]);
}
END_TEST

START_TEST(a_label_is_set_in_place_of_others)
{
	struct pq_profile *p =
		profile_of(CPU "a 1 k=x l=y k=z k:3\nb 2\n- 3 m:1\n");

	pq_set_label(p, PQ_TEXT("k"), PQ_TEXT("new"));
	expect_profile(p, CPU "a 1 l=y k:3 k=new\nb 2 k=new\n- 3 m:1 k=new\n",
		       0);
	pq_profile_free(p);
}
END_TEST

static const struct {
	const char *p, *base, *out;
} normalized[] = {
	{ CPU "a 10\nb 30\n", CPU "x 20\n", CPU "a 5\nb 15\n" },
	/* half away from zero */
	{ CPU "a 1\nb -1\nc 2\n", CPU "x 1\n", CPU "a 1\nb -1\nc 1\n" },
	{ TWO "a 1 10\nb 1 30\n", TWO "x 2 400\n", TWO "a 1 100\nb 1 300\n" },
	/* a column that sums to nothing becomes nothing */
	{ TWO "a 0 10\n", TWO "x 5 20\n", TWO "a 0 20\n" },
	{ CPU "a 5\nb -5\n", CPU "x 5\n", CPU },
	{ CPU "a 1\n", "types: cpu/ms\nx 1\n",
	  "incompatible sample types {cpu ns 0 0} and {cpu ms 0 0}" },
};

START_TEST(normalizing_takes_the_sums_of_the_base)
{
	struct pq_profile *p = profile_of(normalized[_i].p);
	struct pq_profile *base = profile_of(normalized[_i].base);
	struct pq_error err;

	pq_error_clear(&err);
	if (pq_normalize(p, base, &err))
		expect_profile(p, normalized[_i].out, _i);
	else
		ck_assert_msg(!strcmp(err.msg, normalized[_i].out),
			      "row %d: %s", _i, err.msg);
	pq_profile_free(p);
	pq_profile_free(base);
}
END_TEST

Suite *profile_merge_suite(void)
{
	Suite *suite = suite_create("profile_merge");
	TCase *tcase = tcase_create("merge");

	tcase_add_loop_test(tcase, stacks_add_up, 0, ROWS(stacks));
	tcase_add_loop_test(tcase, chunks_add_up_to_the_same, 0, ROWS(stacks));
	tcase_add_loop_test(tcase, label_order_is_irrelevant, 0, ROWS(labels));
	tcase_add_loop_test(tcase, tables_merge_by_content, 0, ROWS(tables));
	tcase_add_test(tcase, folded_locations_stay_apart);
	tcase_add_test(tcase, cancelled_samples_leave_no_gap);
	tcase_add_test(tcase, a_negated_base_cancels);
	tcase_add_test(tcase, a_label_is_set_in_place_of_others);
	tcase_add_loop_test(tcase, normalizing_takes_the_sums_of_the_base, 0,
			    ROWS(normalized));
	suite_add_tcase(suite, tcase);
	return suite;
}
