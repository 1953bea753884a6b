#include "suites.h"

#include <inttypes.h>
#include <string.h>

#include "base/cursor.h"

static const struct {
	const char *bytes;
	size_t len;
	uint64_t value;
	bool bad;
} varints[] = {
	{ "\x00", 1, 0, false },
	{ "\x7f", 1, 127, false },
	{ "\x80\x01", 2, 128, false },
	{ "\xff\x7f", 2, 16383, false },
	{ "\x80\x80\x01", 3, 16384, false },
	{ "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10, UINT64_MAX, false },
	/* longer than it need be, and bits that 64 have no room for */
	{ "\x80\x00", 2, 0, false },
	{ "\x81\x80\x80\x00", 4, 1, false },
	{ "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 10, UINT64_MAX, false },
	{ "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x02", 10, 0, false },
	{ "", 0, 0, true },
	{ "\x80", 1, 0, true },
	{ "\xff\xff\xff", 3, 0, true },
	{ "\x80\x80\x80\x80\x80\x80\x80\x80\x80", 9, 0, true },
	{ "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11, 0, true },
};

START_TEST(varint_reads)
{
	struct pq_cursor c = pq_cursor_over(varints[_i].bytes, varints[_i].len);
	uint64_t value = pq_cursor_varint(&c);

	ck_assert_msg(value == varints[_i].value, "row %d: %" PRIu64, _i,
		      value);
	ck_assert_msg(c.bad == varints[_i].bad, "row %d: bad %d", _i, c.bad);
	ck_assert_msg(pq_cursor_left(&c) == 0, "row %d: bytes left", _i);
}
END_TEST

static const uint64_t values[] = {
	0, 127, 128, 16383, 16384, 1ull << 31, UINT64_MAX,
};

START_TEST(varint_written_is_read_back)
{
	uint8_t bytes[PQ_VARINT_MOST];
	uint8_t *end = pq_varint_put(bytes, values[_i]);
	struct pq_cursor c = pq_cursor_over(bytes, (size_t)(end - bytes));

	ck_assert_msg(pq_cursor_varint(&c) == values[_i], "row %d", _i);
	ck_assert_msg(!c.bad && pq_cursor_left(&c) == 0, "row %d", _i);
}
END_TEST

static const struct {
	unsigned wire_type;
	const char *bytes;
	size_t len, left;
	bool bad;
} skips[] = {
	{ PQ_WIRE_VARINT, "\x80\x01\x02", 3, 1, false },
	{ PQ_WIRE_64, "12345678!", 9, 1, false },
	{ PQ_WIRE_64, "1234567", 7, 0, true },
	{ PQ_WIRE_BYTES, "\2ab!", 4, 1, false },
	{ PQ_WIRE_BYTES, "\3ab", 3, 0, true },
	{ PQ_WIRE_32, "1234", 4, 0, false },
	{ PQ_WIRE_32, "123", 3, 0, true },
	{ 3, "1234", 4, 0, true },
	{ 4, "1234", 4, 0, true },
	{ 6, "1234", 4, 0, true },
	{ 7, "1234", 4, 0, true },
	{ PQ_WIRE_VARINT, "", 0, 0, true },
	{ PQ_WIRE_VARINT, "\x80", 1, 0, true },
	{ PQ_WIRE_BYTES, "", 0, 0, true },
	{ PQ_WIRE_BYTES, "\0!", 2, 1, false },
	{ PQ_WIRE_BYTES, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\1ab", 12, 0,
	  true },
};

START_TEST(skip_passes_over_one_field)
{
	struct pq_cursor c = pq_cursor_over(skips[_i].bytes, skips[_i].len);

	pq_cursor_skip(&c, skips[_i].wire_type);
	ck_assert_msg(c.bad == skips[_i].bad, "row %d: bad %d", _i, c.bad);
	ck_assert_msg(pq_cursor_left(&c) == skips[_i].left, "row %d: %zu left",
		      _i, pq_cursor_left(&c));
}
END_TEST

static const struct {
	const char *bytes;
	size_t len;
	const char *part;
	size_t part_len, left;
	bool bad;
} parts[] = {
	{ "\0", 1, "", 0, 0, false },
	{ "\0x", 2, "", 0, 1, false },
	{ "\2abc", 4, "ab", 2, 1, false },
	{ "\3abc", 4, "abc", 3, 0, false },
	{ "\4abc", 4, "", 0, 0, true },
	{ "", 0, "", 0, 0, true },
	{ "\x80", 1, "", 0, 0, true },
	{ "\xff\xff\xff\xff\xff\xff\xff\xff\xff\1ab", 12, "", 0, 0, true },
};

START_TEST(bytes_are_a_cursor_of_their_own)
{
	struct pq_cursor c = pq_cursor_over(parts[_i].bytes, parts[_i].len);
	struct pq_cursor part = pq_cursor_bytes(&c);

	ck_assert_msg(pq_cursor_left(&part) == parts[_i].part_len &&
			      !memcmp(part.at, parts[_i].part,
				      parts[_i].part_len),
		      "row %d: part", _i);
	ck_assert_msg(!part.bad, "row %d: the part is bad", _i);
	ck_assert_msg(c.bad == parts[_i].bad, "row %d: bad %d", _i, c.bad);
	ck_assert_msg(pq_cursor_left(&c) == parts[_i].left, "row %d: %zu left",
		      _i, pq_cursor_left(&c));
}
END_TEST

START_TEST(a_spoiled_cursor_stays_at_its_end)
{
	struct pq_cursor c = pq_cursor_over("\1\2\3", 3);

	pq_cursor_spoil(&c);
	ck_assert(pq_cursor_varint(&c) == 0);
	ck_assert(pq_cursor_left(&c) == 0);
	ck_assert(c.bad);
}
END_TEST

static const struct {
	int64_t plain;
	uint64_t zigzag;
} zigzags[] = {
	{ 0, 0 },
	{ -1, 1 },
	{ 1, 2 },
	{ -2, 3 },
	{ INT64_MAX, UINT64_MAX - 1 },
	{ INT64_MIN, UINT64_MAX },
};

START_TEST(zigzag)
{
	ck_assert_msg(pq_zigzag(zigzags[_i].plain) == zigzags[_i].zigzag,
		      "row %d: there", _i);
	ck_assert_msg(pq_unzigzag(zigzags[_i].zigzag) == zigzags[_i].plain,
		      "row %d: and back", _i);
}
END_TEST

Suite *base_cursor_suite(void)
{
	Suite *suite = suite_create("base_cursor");
	TCase *tcase = tcase_create("cursor");

	tcase_add_loop_test(tcase, varint_reads, 0, ROWS(varints));
	tcase_add_loop_test(tcase, varint_written_is_read_back, 0,
			    ROWS(values));
	tcase_add_loop_test(tcase, skip_passes_over_one_field, 0, ROWS(skips));
	tcase_add_loop_test(tcase, bytes_are_a_cursor_of_their_own, 0,
			    ROWS(parts));
	tcase_add_test(tcase, a_spoiled_cursor_stays_at_its_end);
	tcase_add_loop_test(tcase, zigzag, 0, ROWS(zigzags));
	suite_add_tcase(suite, tcase);
	return suite;
}
