#include "suites.h"

#include <inttypes.h>

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
	{ "", 0, 0, true },
	{ "\x80", 1, 0, true },
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

Suite *base_cursor_suite(void)
{
	Suite *suite = suite_create("base_cursor");
	TCase *tcase = tcase_create("cursor");

	tcase_add_loop_test(tcase, varint_reads, 0, ROWS(varints));
	tcase_add_loop_test(tcase, varint_written_is_read_back, 0,
			    ROWS(values));
	tcase_add_loop_test(tcase, skip_passes_over_one_field, 0, ROWS(skips));
	suite_add_tcase(suite, tcase);
	return suite;
}
