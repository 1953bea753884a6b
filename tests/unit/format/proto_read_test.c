/* Profiles put together by hand, field by field; see helpers.h. */
#include "suites.h"

#include <string.h>

#include "helpers.h"
#include "format/reader.h"

#define TYPE "1{1:1 2:2} "
#define STRINGS " 6\"\" 6\"cpu\" 6\"ns\" 6\"k\" 6\"v\" 6\"b\""
#define PLACES " 4{1:1 3:0x10} 4{1:2 3:0x20}"
#define CPU "types: cpu/ns\n"

static struct pq_profile *read_wire(const char *text, struct pq_error *err)
{
	struct pq_buf bytes = { 0 };
	struct pq_profile *p;

	put_wire(&bytes, text);
	p = read_profile(bytes.data, bytes.len, err);
	pq_buf_release(&bytes);
	return p;
}

struct reading {
	const char *wire, *profile;
};

static void expect_reading(const struct reading *r, int row)
{
	struct pq_error err;
	struct pq_profile *p = read_wire(r->wire, &err);

	ck_assert_msg(p != NULL, "row %d: %s", row, err.msg);
	expect_profile(p, r->profile, row);
	pq_profile_free(p);
}

/* ---- what is read ---- */

static const struct reading shapes[] = {
	/* leaf first in the file, root first in the description */
	{ TYPE "2{1:1 1:2 2:5}" PLACES STRINGS, CPU "20!;10! 5\n" },
	{ TYPE "2{1[1 2] 2[5]}" PLACES STRINGS, CPU "20!;10! 5\n" },
	{ TYPE "2{1:1 1[2 1] 1:2 2:5}" PLACES STRINGS,
	  CPU "20!;10!;20!;10! 5\n" },
	{ TYPE "2{1[] 1:1 1[2] 1[] 2[] 2:5}" PLACES STRINGS,
	  CPU "20!;10! 5\n" },
	{ TYPE "1{1:3 2:4} 2{2[5 6] 1:1} 2{2:5 1:2 2[6]}" PLACES STRINGS,
	  "types: cpu/ns k/v\n10! 5 6\n20! 5 6\n" },
	/* any order of fields */
	{ "2{2:5 3{2:4 1:3} 1:1}" PLACES STRINGS " 1{2:2 1:1}",
	  CPU "10! 5 k=v\n" },
	{ STRINGS PLACES TYPE "2{1:2 2:5}", CPU "20! 5\n" },
	{ "2{1:1 2:1} 4{4{1:7 2:3} 1:1} 5{2:3 1:7 4:4}" STRINGS " 1{1:1 2:2}",
	  CPU "k@v#3 1\n" },
	/* lines stand innermost first */
	{ TYPE "2{1:1 2:1} 4{1:1 4{1:7 2:3 3:4} 4{1:8}} 5{1:7 2:3} 5{1:8 2:4 "
	       "5:9}" STRINGS,
	  CPU "v$9>k#3#4 1\n" },
	/* what has no number, and what is longer than it has to be */
	{ TYPE "0:1 2{0:1 1:1 2:5} 4{0:1 1:1 3:0x10 0\"x\"} 0\"y\"" STRINGS,
	  CPU "10! 5\n" },
	{ "1{1:1 0:7 2:2} 2{1:1 2:1} 4{4{0:0 1:7 2:3} 1:1} 5{0\"z\" 2:3 1:7 "
	  "4:4} 3{0:1 1:1}" STRINGS,
	  CPU "k@v#3 1\n" },
	{ TYPE
	  "2{1:1 2:5} 4{x0108090a0b0c0d0e0f 1:1 3:0x10 x0501020304}" STRINGS,
	  CPU "10! 5\n" },
	{ TYPE "2{1:1 2:5} 4{x88808080808000 x01 3:0x10}" STRINGS,
	  CPU "10! 5\n" },
	{ TYPE "2{1:1 2:5} 4{1:1 3:0x10 x808080808000 x01}" STRINGS,
	  CPU "10! 5\n" },
	{ TYPE "2{1:1 2:5} 4{1:1 3:0x10 x828080808001 x808080808000}" STRINGS,
	  CPU "10! 5\n" },
	/* nothing there is nothing said */
	{ "6\"\"", "types:\n" },
	{ "1{} 6\"\"", "types: /\n" },
	{ TYPE STRINGS, CPU },
	{ TYPE "2{2:0}" STRINGS, CPU "- 0\n" },
	{ TYPE "2{2:1} 2{2:2 1[]}" STRINGS, CPU "- 1\n- 2\n" },
	/* header */
	{ TYPE "7:1 8:2 9:-5 10:6 11{1:3 2:4} 12:7 13:5 14:3 15:4" STRINGS,
	  CPU "time: -5\nduration: 6\nperiod: 7 k/v\ncomment: b\n"
	      "default: k\ndrop: cpu\nkeep: ns\ndoc: v\n" },
	{ TYPE "13:1 13[2 3] 13:4 13[]" STRINGS,
	  CPU "comment: cpu\ncomment: ns\ncomment: k\ncomment: v\n" },
	/* the last one wins, and a message does not merge into another */
	{ TYPE "10:1 10:2 12:3 12:4 14:3 14:4" STRINGS,
	  CPU "duration: 2\nperiod: 4 /\ndefault: v\n" },
	{ TYPE "11{1:3 2:4} 11{1:1}" STRINGS, CPU "period: 0 cpu/\n" },
	{ TYPE "9:0 9:5" STRINGS, CPU "time: 5\n" },
	/* mappings: of another id or none, there is none */
	{ TYPE "3{1:7 2:0x1000 3:0x2000 4:0x10 5:3 6:4} 2{1:1 1:2 1:3 2:1} "
	       "4{1:1 2:7 3:1} 4{1:2 2:8 3:2} 4{1:3 3:3}" STRINGS,
	  CPU "map: 1000 2000 10 k v\n3!;2!;1^1! 1\n" },
	{ TYPE "2{1[1 2] 2:1} 4{1:1 2:8 3:1} 4{1:2 2:7 3:2} 3{1:8 2:5} "
	       "3{1:7 2:6}" STRINGS,
	  CPU "map: 5 0 0 - -\nmap: 6 0 0 - -\n2^2!;1^1! 1\n" },
	/* without mappings there is a fake one, for all */
	{ TYPE "2{1:1 2:1} 4{1:1 2:9 3:1}" STRINGS, CPU "1! 1\n" },
};

START_TEST(shapes_are_read)
{
	expect_reading(&shapes[_i], _i);
}
END_TEST

#define ONE_PLACE " 4{1:1 3:0x10}"

static const struct reading numbers[] = {
	{ TYPE
	  "2{2:-1} 2{2[-9223372036854775808]} 2{2:9223372036854775807}" STRINGS,
	  CPU "- -1\n- -9223372036854775808\n- 9223372036854775807\n" },
	{ TYPE "2{1:1 2:1} 4{1:1 3:0xffffffffffffffff 4{1:1 2:-3 3:-4}} "
	       "5{1:1 2:3 5:-9}" STRINGS,
	  CPU "ffffffffffffffff!k$-9#-3#-4 1\n" },
	/* longer than they have to be, up to ten bytes */
	{ TYPE "2{1:1 x1085808080808080808000}" ONE_PLACE STRINGS,
	  CPU "10! 5\n" },
	{ TYPE "2{x880081808080808080808000 2:5}" ONE_PLACE STRINGS,
	  CPU "10! 5\n" },
	{ TYPE "2{1:1 x90808080808080808000 x05}" ONE_PLACE STRINGS,
	  CPU "10! 5\n" },
	{ TYPE "x9280808000 x82808000 x1005" STRINGS, CPU "- 5\n" },
	/* surplus bits of the tenth byte are ignored */
	{ TYPE "2{x10ffffffffffffffffff7f}" STRINGS, CPU "- -1\n" },
	/* sparse ids, up to an address' 47 bits and beyond */
	{ TYPE
	  "2{1[0x7f0000001000 0x7f0000001001 5] 2:1} "
	  "4{1:0x7f0000001001 3:1} 4{1:5 3:2} 4{1:0x7f0000001000 3:3}" STRINGS,
	  CPU "2!;1!;3! 1\n" },
	{ TYPE "2{1[4194303 4194304 4194305 0xffffffffffffffff] 2:1} "
	       "4{1:4194303 3:1} 4{1:4194304 3:2} 4{1:4194305 3:3} "
	       "4{1:0xffffffffffffffff 3:4 4{1:0x7f0000000000}} "
	       "5{1:0x7f0000000000 2:3}" STRINGS,
	  CPU "4!k;3!;2!;1! 1\n" },
	{ TYPE "3{1:0x7f0000000000 2:1} 2{1:1 2:1} "
	       "4{1:1 2:0x7f0000000000 3:5}" STRINGS,
	  CPU "map: 1 0 0 - -\n5^1! 1\n" },
};

START_TEST(numbers_are_read)
{
	expect_reading(&numbers[_i], _i);
}
END_TEST

/* Unknown fields of each wire type, and the field number 0. */
#define STRANGE "99:5 98\"zz\" xa1010102030405060708 xa50101020304 x0005 "

static const struct reading unknown[] = {
	{ STRANGE TYPE STRANGE STRINGS STRANGE, CPU },
	{ TYPE "2{" STRANGE "1:1 " STRANGE "2:5 " STRANGE "}" PLACES STRINGS,
	  CPU "10! 5\n" },
	{ TYPE "2{2:5 3{" STRANGE "1:3 " STRANGE "2:4 " STRANGE "}}" STRINGS,
	  CPU "- 5 k=v\n" },
	/* numbers that come after the known ones */
	{ TYPE "16:5 17\"zz\" 2{4:1 5\"z\" 2:5 3{1:3 2:4 5:1 6\"z\"}}" STRINGS,
	  CPU "- 5 k=v\n" },
	{ TYPE "3{1:1 11:7 99\"z\" 2:5} 2{1:1 2:1} 4{1:1 6:1 3:1 "
	       "4{1:1 9:1}} 5{1:1 6:5 2:3}" STRINGS,
	  CPU "map: 5 0 0 - -\n1!k 1\n" },
};

START_TEST(unknown_fields_are_passed_over)
{
	expect_reading(&unknown[_i], _i);
}
END_TEST

static const struct reading labels[] = {
	{ TYPE "2{2:1 3{1:3 2:4}}" STRINGS, CPU "- 1 k=v\n" },
	{ TYPE "2{2:1 3{1:3 3:7}}" STRINGS, CPU "- 1 k:7\n" },
	{ TYPE "2{2:1 3{1:3 3:7 4:5}}" STRINGS, CPU "- 1 k:7/b\n" },
	{ TYPE "2{2:1 3{1:3 3:-7 4:5}}" STRINGS, CPU "- 1 k:-7/b\n" },
	/* a text, so the number is nothing */
	{ TYPE "2{2:1 3{1:3 2:4 3:7 4:5}}" STRINGS, CPU "- 1 k=v\n" },
	/* a unit is enough */
	{ TYPE "2{2:1 3{1:3 4:5}}" STRINGS, CPU "- 1 k:0/b\n" },
	/* nothing is not */
	{ TYPE "2{2:1 3{1:3}}" STRINGS, CPU "- 1\n" },
	{ TYPE "2{2:1 3{} 3{1:3 2:0 3:0 4:0}}" STRINGS, CPU "- 1\n" },
	{ TYPE "2{2:1 3{2:4}}" STRINGS, CPU "- 1 =v\n" },
	/* order is kept */
	{ TYPE "2{2:1 3{1:3 2:4} 3{1:5 3:1} 3{1:3 2:5} 3{1:3 2:4}}" STRINGS,
	  CPU "- 1 k=v b:1 k=b k=v\n" },
	/* the last one wins */
	{ TYPE "2{2:1 3{1:5 2:4 1:3 2:5}}" STRINGS, CPU "- 1 k=b\n" },
	{ TYPE "2{2:1 3{1:3 2:4 3:7 2:0}}" STRINGS, CPU "- 1 k:7\n" },
	/* a text that is empty but not the first is a text */
	{ TYPE "2{2:1 3{1:3 2:6}}" STRINGS " 6\"\"", CPU "- 1 k=\n" },
};

START_TEST(labels_are_read)
{
	expect_reading(&labels[_i], _i);
}
END_TEST

START_TEST(flags_are_any_number_but_zero)
{
	struct pq_error err;
	struct pq_profile *p = read_wire(
		"3{1:1 7:1 9:0x8000000000} 3{1:2 8:2 10:1} 4{1:1 5:3} "
		"4{1:2 5:0} 6\"\"",
		&err);

	ck_assert_msg(p != NULL, "%s", err.msg);
	ck_assert(p->mappings.at[0].has_functions);
	ck_assert(!p->mappings.at[0].has_filenames);
	ck_assert(p->mappings.at[0].has_line_numbers);
	ck_assert(!p->mappings.at[0].has_inline_frames);
	ck_assert(!p->mappings.at[1].has_functions);
	ck_assert(p->mappings.at[1].has_filenames);
	ck_assert(!p->mappings.at[1].has_line_numbers);
	ck_assert(p->mappings.at[1].has_inline_frames);
	ck_assert(p->locations.at[0].folded);
	ck_assert(!p->locations.at[1].folded);
	pq_profile_free(p);
}
END_TEST

START_TEST(a_profile_without_mappings_gets_one)
{
	struct pq_error err;
	struct pq_profile *p =
		read_wire("4{1:1} 4{1:2 2:7} 3{1:7 2:5} 6\"\"", &err);

	ck_assert_uint_eq(p->mappings.n, 1);
	ck_assert_uint_eq(p->mappings.at[0].id, 7);
	ck_assert_uint_eq(p->locations.at[0].mapping, PQ_NONE);
	ck_assert_uint_eq(p->locations.at[1].mapping, 0);
	pq_profile_free(p);
	p = read_wire("4{1:1} 4{1:2 2:7} 6\"\"", &err);
	ck_assert_uint_eq(p->mappings.n, 1);
	ck_assert_uint_eq(p->mappings.at[0].id, 1);
	ck_assert_uint_eq(p->mappings.at[0].limit, 0);
	ck_assert_uint_eq(p->locations.at[0].mapping, 0);
	ck_assert_uint_eq(p->locations.at[1].mapping, 0);
	pq_profile_free(p);
}
END_TEST

START_TEST(the_order_of_the_file_is_kept)
{
	struct pq_error err;
	struct pq_profile *p = read_wire(
		TYPE "2{1:3 1:2 2:1} 4{1:1} 4{1:2 4{1:9}} 4{1:3 4{1:8}} "
		     "5{1:8} 5{1:9} 5{1:7}" STRINGS,
		&err);

	ck_assert_msg(p != NULL, "%s", err.msg);
	for (uint32_t i = 0; i < 3; i++) {
		static const uint64_t functions[] = { 8, 9, 7 };

		ck_assert_uint_eq(p->locations.at[p->location_order.at[i]].id,
				  i + 1);
		ck_assert_uint_eq(p->functions.at[p->function_order.at[i]].id,
				  functions[i]);
	}
	/* but positions are given on sight */
	ck_assert_uint_eq(p->locations.at[0].id, 3);
	ck_assert_uint_eq(p->functions.at[0].id, 9);
	pq_profile_free(p);
}
END_TEST

Suite *format_proto_read_suite(void)
{
	Suite *suite = suite_create("format_proto_read");
	TCase *tcase = tcase_create("proto_read");

	tcase_add_loop_test(tcase, shapes_are_read, 0, ROWS(shapes));
	tcase_add_loop_test(tcase, numbers_are_read, 0, ROWS(numbers));
	tcase_add_loop_test(tcase, unknown_fields_are_passed_over, 0,
			    ROWS(unknown));
	tcase_add_loop_test(tcase, labels_are_read, 0, ROWS(labels));
	tcase_add_test(tcase, flags_are_any_number_but_zero);
	tcase_add_test(tcase, a_profile_without_mappings_gets_one);
	tcase_add_test(tcase, the_order_of_the_file_is_kept);
	suite_add_tcase(suite, tcase);
	return suite;
}
