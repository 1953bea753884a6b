/* Every rule that the profile.proto reader knows, broken once. */
#include "suites.h"

#include <string.h>

#include "helpers.h"

#define TYPE "1{1:1 2:2} "
#define STRINGS " 6\"\" 6\"cpu\" 6\"ns\""
#define PLACE " 4{1:1 3:0x10}"

/* "@" stands before the field whose offset the error names, if it does. */
struct refusal {
	const char *wire, *error;
};

static void expect_refusal(const struct refusal *r, int row)
{
	const char *mark = strchr(r->wire, '@');
	struct pq_buf bytes = { 0 };
	struct pq_profile *p;
	struct pq_error err;
	uint64_t offset = 0;

	if (mark) {
		struct pq_buf before = { 0 };

		pq_buf_bytes(&before, r->wire, (size_t)(mark - r->wire));
		put_wire(&bytes, pq_buf_cstr(&before));
		pq_buf_release(&before);
		offset = bytes.len;
	}
	put_wire(&bytes, mark ? mark + 1 : r->wire);
	p = read_profile(bytes.data, bytes.len, &err);
	ck_assert_msg(p == NULL, "row %d: read", row);
	ck_assert_msg(err.code == PQ_EFORMAT, "row %d: code %d", row, err.code);
	ck_assert_msg(!strcmp(err.msg, r->error), "row %d: %s", row, err.msg);
	ck_assert_msg(err.has_offset == (mark != NULL), "row %d: has_offset %d",
		      row, err.has_offset);
	ck_assert_msg(!mark || err.offset == offset,
		      "row %d: offset %llu, not %llu", row,
		      (unsigned long long)err.offset,
		      (unsigned long long)offset);
	pq_buf_release(&bytes);
}

/* ---- the wire ---- */

#define SAMPLE_TYPE "malformed profile: type mismatch in a sample"
#define SAMPLE_BAD \
	"malformed profile: a sample is cut off or has an unknown wire type"
#define LABEL_TYPE "malformed profile: type mismatch in a label"
#define LABEL_BAD \
	"malformed profile: a label is cut off or has an unknown wire type"
#define HEADER_TYPE "malformed profile: type mismatch in a header field"
#define NUMBER_TYPE "malformed profile: type mismatch: a message is a number"
#define UNKNOWN(n) "malformed profile: unknown wire type: " #n
#define FIELD_CUT                                                        \
	"malformed profile: a field is cut off; the file was truncated " \
	"(fetch it again)"

static const struct refusal wire[] = {
	/* wire types that there are not, known fields and unknown ones */
	{ TYPE "@x0b", UNKNOWN(3) },
	{ TYPE "@x0c", UNKNOWN(4) },
	{ TYPE "@x0e", UNKNOWN(6) },
	{ TYPE "@x0f", UNKNOWN(7) },
	{ TYPE "@xa301", UNKNOWN(3) },
	{ TYPE "@xa401", UNKNOWN(4) },
	{ TYPE "@xa601", UNKNOWN(6) },
	{ TYPE "@xa701", UNKNOWN(7) },
	{ TYPE "@x07", UNKNOWN(7) },
	/* as the first thing they say that this is no profile at all */
	{ "@x0b", "unrecognized profile format" },
	{ "@x0e", "unrecognized profile format" },
	{ "@x80", "unrecognized profile format" },
	/* in samples and labels */
	{ TYPE "@2{2:1 x4b}" STRINGS, SAMPLE_BAD },
	{ TYPE "@2{2:1 x4c}" STRINGS, SAMPLE_BAD },
	{ TYPE "@2{2:1 x4e}" STRINGS, SAMPLE_BAD },
	{ TYPE "@2{2:1 x4f}" STRINGS, SAMPLE_BAD },
	{ TYPE "@2{2:1 x0b}" STRINGS, SAMPLE_TYPE },
	{ TYPE "@2{2:1 3{x4b}}" STRINGS, LABEL_BAD },
	{ TYPE "@2{2:1 3{x4e}}" STRINGS, LABEL_BAD },
	{ TYPE "@2{2:1 3{x0f}}" STRINGS, LABEL_TYPE },
	/* known fields of another type */
	{ TYPE "@2{2:1 3:1}" STRINGS, SAMPLE_TYPE },
	{ TYPE "@2{x110102030405060708}" STRINGS, SAMPLE_TYPE },
	{ TYPE "@2{2:1 x0d01020304}" STRINGS, SAMPLE_TYPE },
	{ TYPE "@2{2:1 3{1\"a\"}}" STRINGS, LABEL_TYPE },
	{ TYPE "@2{2:1 3{x190102030405060708}}" STRINGS, LABEL_TYPE },
	{ TYPE "@2{2:1 3{4{}}}" STRINGS, LABEL_TYPE },
	{ TYPE "@7\"cpu\"" STRINGS, HEADER_TYPE },
	{ TYPE "@9{}" STRINGS, HEADER_TYPE },
	{ TYPE "@15\"cpu\"" STRINGS, HEADER_TYPE },
	{ TYPE "@x4d01020304" STRINGS, HEADER_TYPE },
	{ TYPE "@x490102030405060708" STRINGS, HEADER_TYPE },
	{ TYPE "@2:1" STRINGS, NUMBER_TYPE },
	{ TYPE "@6:1" STRINGS, NUMBER_TYPE },
	{ TYPE "@11:1" STRINGS, NUMBER_TYPE },
	{ "@1{1\"a\"}" STRINGS, "malformed profile: a value type cannot be "
				"decoded" },
	{ TYPE "@3{1\"a\"}" STRINGS,
	  "malformed profile: a mapping cannot be decoded" },
	{ TYPE "@4{1\"a\"}" STRINGS,
	  "malformed profile: a location cannot be decoded" },
	{ TYPE "@4{1:1 4{2\"a\"}}" STRINGS,
	  "malformed profile: a location cannot be decoded" },
	{ TYPE "@5{1\"a\"}" STRINGS,
	  "malformed profile: a function cannot be decoded" },
	/* flags that are no numbers; protobuf-c would take them */
	{ TYPE "@3{1:1 7[1]}" STRINGS,
	  "malformed profile: a mapping cannot be decoded" },
	{ TYPE "@3{1:1 x55 x00000000}" STRINGS,
	  "malformed profile: a mapping cannot be decoded" },
	{ TYPE "@4{1:1 5[0]}" STRINGS,
	  "malformed profile: a location cannot be decoded" },
	/* varints of eleven bytes */
	{ TYPE "@x808080808080808080800000" STRINGS, FIELD_CUT },
	{ TYPE "@x508080808080808080808000" STRINGS, FIELD_CUT },
	{ TYPE "@x128080808080808080808000" STRINGS, FIELD_CUT },
	{ TYPE "@2{x108080808080808080808000}" STRINGS, SAMPLE_BAD },
	{ TYPE "@2{2:1 3{x088080808080808080808000}}" STRINGS, LABEL_BAD },
	/* cuts */
	{ TYPE "@x12", FIELD_CUT },
	{ TYPE "@x1205", FIELD_CUT },
	{ TYPE "@x12050801", FIELD_CUT },
	{ TYPE "@x50", FIELD_CUT },
	{ TYPE "@x5080", FIELD_CUT },
	{ TYPE "@xa10101020304", FIELD_CUT },
	{ TYPE "@xa501010203", FIELD_CUT },
	{ TYPE "@x12ffffffffffffffff7f", FIELD_CUT },
	{ TYPE "@x12ffffffffffffffffff01", FIELD_CUT },
	{ TYPE "@2{x08}" STRINGS, SAMPLE_BAD },
	{ TYPE "@2{x0880}" STRINGS, SAMPLE_BAD },
	{ TYPE "@2{x0a0501}" STRINGS, SAMPLE_BAD },
	{ TYPE "@2{x1a05}" STRINGS, SAMPLE_BAD },
	{ TYPE "@2{x0a028180}" STRINGS,
	  "malformed profile: a location id of a sample is cut off" },
	{ TYPE "@2{x12018a}" STRINGS,
	  "malformed profile: a value of a sample is cut off" },
	{ TYPE "@2{2:1 3{x08}}" STRINGS, LABEL_BAD },
	{ TYPE "@x6a0180" STRINGS,
	  "malformed profile: a comment index is cut off" },
};

START_TEST(broken_wire_is_refused)
{
	expect_refusal(&wire[_i], _i);
}
END_TEST

/* ---- rules ---- */

#define OUTSIDE(n)                            \
	"malformed profile: string index " #n \
	" is outside the string table of 3"
#define GLUED                                                                 \
	"concatenated profiles detected: several profiles were written one " \
	"after another into this file; take them apart and name them one by " \
	"one"

static const struct refusal rules[] = {
	/* strings; of several the largest is named, where it is first */
	{ TYPE "@14:3 15:3" STRINGS, OUTSIDE(3) },
	{ TYPE "@2{2:1 3{1:3}}" STRINGS, OUTSIDE(3) },
	{ TYPE "@2{2:1 3{1:1 2:9}}" STRINGS, OUTSIDE(9) },
	{ TYPE "@2{2:1 3{1:1 3:1 4:4}}" STRINGS, OUTSIDE(4) },
	{ TYPE "3{1:1 5:3} @3{1:2 6:5}" STRINGS, OUTSIDE(5) },
	{ TYPE "@5{1:1 2:3}" STRINGS, OUTSIDE(3) },
	{ TYPE "@5{1:1 3:3}" STRINGS, OUTSIDE(3) },
	{ TYPE "@5{1:1 4:3}" STRINGS, OUTSIDE(3) },
	{ "@1{1:3}" STRINGS, OUTSIDE(3) },
	{ "@1{2:3}" STRINGS, OUTSIDE(3) },
	{ TYPE "@11{1:3}" STRINGS, OUTSIDE(3) },
	{ TYPE "@7:3" STRINGS, OUTSIDE(3) },
	{ TYPE "@8:3" STRINGS, OUTSIDE(3) },
	{ TYPE "@13:3" STRINGS, OUTSIDE(3) },
	{ TYPE "@13[1 3]" STRINGS, OUTSIDE(3) },
	{ TYPE "@14:3" STRINGS, OUTSIDE(3) },
	{ TYPE "@15:3" STRINGS, OUTSIDE(3) },
	{ TYPE "@14:0x100000001" STRINGS, OUTSIDE(4294967297) },
	{ TYPE "@14:-1" STRINGS, OUTSIDE(18446744073709551615) },
	{ TYPE, "malformed profile: no string table" },
	{ "9:1", "malformed profile: no string table" },
	{ TYPE "@6\"cpu\" 6\"\" 6\"ns\"",
	  "malformed profile: the first string of the table is not empty" },
	/* two files in one */
	{ TYPE STRINGS " 9:5 @9:6", GLUED },
	{ TYPE STRINGS " 9:5 @9:0", GLUED },
	{ TYPE STRINGS " 9:0 9:5 @9:5", GLUED },
	/* samples */
	{ "@2{1:1 2:1}" PLACE STRINGS,
	  "malformed profile: missing sample type information" },
	{ "@2{}" STRINGS,
	  "malformed profile: missing sample type information" },
	{ TYPE "@2{}" STRINGS,
	  "malformed profile: mismatch: sample has 0 values vs. 1 types" },
	{ TYPE "@2{2[1 2]}" STRINGS,
	  "malformed profile: mismatch: sample has 2 values vs. 1 types" },
	{ TYPE "2{2:1} @2{2:1 2:2} 2{}" STRINGS,
	  "malformed profile: mismatch: sample has 2 values vs. 1 types" },
	{ "@2{2:1} 2{2[1 2]} 2{2:1} " TYPE TYPE STRINGS,
	  "malformed profile: mismatch: sample has 1 values vs. 2 types" },
	{ TYPE "2{1:1 2:1} @2{1[1 5] 2:1}" PLACE STRINGS,
	  "malformed profile: sample has nil location: id 5 is not in the "
	  "file" },
	{ TYPE "@2{1:0 2:1}" PLACE STRINGS,
	  "malformed profile: sample has nil location: id 0 is not in the "
	  "file" },
	/* mappings */
	{ TYPE "3{1:1} 3{2:1}" STRINGS,
	  "malformed profile: found mapping with reserved ID=0" },
	{ TYPE "3{1:7} 3{1:8} 3{1:7}" STRINGS,
	  "malformed profile: multiple mappings with same id: 7" },
	/* functions */
	/* a second profile has begun */
	{ TYPE "2{1:7 2:5} 5{1:7} " TYPE "@5{1:7}" STRINGS, GLUED },
	{ TYPE "2{1:7 2:5} 4{1:7} " TYPE "@4{1:7}" STRINGS, GLUED },
	{ TYPE "@5{2:1}" STRINGS,
	  "malformed profile: found function with reserved ID=0" },
	{ TYPE "5{1:7} 5{1:8} @5{1:7}" STRINGS,
	  "malformed profile: multiple functions with same id: 7" },
	/* locations */
	{ TYPE "@4{3:1}" STRINGS,
	  "malformed profile: found location with reserved id=0" },
	{ TYPE "4{1:7} 4{1:8} @4{1:7}" STRINGS,
	  "malformed profile: multiple locations with same id: 7" },
	{ TYPE "@4{1:7 4{2:5}} 5{1:1}" STRINGS,
	  "malformed profile: location id: 7 has a line with nil function" },
	{ TYPE "4{1:7 4{1:1} 4{1:2}} 5{1:1}" STRINGS,
	  "malformed profile: location id: 7 has a line with nil function" },
};

START_TEST(a_broken_rule_is_named)
{
	expect_refusal(&rules[_i], _i);
}
END_TEST

START_TEST(emptiness_is_told)
{
	struct pq_buf nothing = { 0 }, zipped = { 0 };
	struct pq_error err;

	ck_assert_ptr_null(read_profile(nothing.data, 0, &err));
	ck_assert_str_eq(err.msg, "empty input file");
	put_gzip(&zipped, "", 0);
	ck_assert_ptr_null(read_profile(zipped.data, zipped.len, &err));
	ck_assert_str_eq(err.msg, "the compressed data hold nothing");
	pq_buf_release(&zipped);
}
END_TEST

Suite *format_proto_refuse_suite(void)
{
	Suite *suite = suite_create("format_proto_refuse");
	TCase *tcase = tcase_create("proto_refuse");

	tcase_add_loop_test(tcase, broken_wire_is_refused, 0, ROWS(wire));
	tcase_add_loop_test(tcase, a_broken_rule_is_named, 0, ROWS(rules));
	tcase_add_test(tcase, emptiness_is_told);
	suite_add_tcase(suite, tcase);
	return suite;
}
