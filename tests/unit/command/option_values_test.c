#include "suites.h"

#include <inttypes.h>
#include <math.h>

#include "command/option_values.h"

static const struct {
	const char *text;
	enum pq_value_result result;
	int64_t value;
} ints[] = {
	{ "0", PQ_VALUE_OK, 0 },
	{ "-5", PQ_VALUE_OK, -5 },
	{ "+7", PQ_VALUE_OK, 7 },
	{ "0x10", PQ_VALUE_OK, 16 },
	{ "-0XfF", PQ_VALUE_OK, -255 },
	{ "0o17", PQ_VALUE_OK, 15 },
	{ "017", PQ_VALUE_OK, 15 },
	{ "0b101", PQ_VALUE_OK, 5 },
	{ "1_000", PQ_VALUE_OK, 1000 },
	{ "0x_f", PQ_VALUE_OK, 15 },
	{ "0_7", PQ_VALUE_OK, 7 },
	{ "9223372036854775807", PQ_VALUE_OK, INT64_MAX },
	{ "-9223372036854775808", PQ_VALUE_OK, INT64_MIN },
	{ "9223372036854775808", PQ_VALUE_RANGE, 0 },
	{ "-9223372036854775809", PQ_VALUE_RANGE, 0 },
	{ "99999999999999999999999", PQ_VALUE_RANGE, 0 },
	{ "", PQ_VALUE_SYNTAX, 0 },
	{ "-", PQ_VALUE_SYNTAX, 0 },
	{ "0x", PQ_VALUE_SYNTAX, 0 },
	{ "08", PQ_VALUE_SYNTAX, 0 },
	{ "0b2", PQ_VALUE_SYNTAX, 0 },
	{ "_1", PQ_VALUE_SYNTAX, 0 },
	{ "1_", PQ_VALUE_SYNTAX, 0 },
	{ "1__0", PQ_VALUE_SYNTAX, 0 },
	{ "abc", PQ_VALUE_SYNTAX, 0 },
	{ "1.5", PQ_VALUE_SYNTAX, 0 },
	{ " 1", PQ_VALUE_SYNTAX, 0 },
	{ "1 ", PQ_VALUE_SYNTAX, 0 },
};

START_TEST(int_is_read_as_go_does)
{
	int64_t value = 0;
	enum pq_value_result result = pq_value_int(ints[_i].text, &value);

	ck_assert_msg(result == ints[_i].result, "row %d: %d", _i, result);
	if (result == PQ_VALUE_OK)
		ck_assert_msg(value == ints[_i].value, "row %d: %" PRId64, _i,
			      value);
}
END_TEST

static const struct {
	const char *text;
	enum pq_value_result result;
	double value;
} floats[] = {
	{ "0", PQ_VALUE_OK, 0 },
	{ ".5", PQ_VALUE_OK, 0.5 },
	{ "5.", PQ_VALUE_OK, 5 },
	{ "1e3", PQ_VALUE_OK, 1000 },
	{ "-2E-1", PQ_VALUE_OK, -0.2 },
	{ "+1.25", PQ_VALUE_OK, 1.25 },
	{ "0x1p-2", PQ_VALUE_OK, 0.25 },
	{ "0x.8p1", PQ_VALUE_OK, 1 },
	{ "0x_1p4", PQ_VALUE_OK, 16 },
	{ "010", PQ_VALUE_OK, 10 },
	{ "inf", PQ_VALUE_OK, INFINITY },
	{ "-Infinity", PQ_VALUE_OK, -INFINITY },
	{ "1e-400", PQ_VALUE_OK, 0 },
	{ "1e400", PQ_VALUE_RANGE, 0 },
	{ "-1e400", PQ_VALUE_RANGE, 0 },
	{ "", PQ_VALUE_SYNTAX, 0 },
	{ ".", PQ_VALUE_SYNTAX, 0 },
	{ "1e", PQ_VALUE_SYNTAX, 0 },
	{ "0x1", PQ_VALUE_SYNTAX, 0 },
	{ "0xp1", PQ_VALUE_SYNTAX, 0 },
	{ "1_000", PQ_VALUE_OK, 1000 },
	{ "1__0", PQ_VALUE_SYNTAX, 0 },
	{ "1_e1", PQ_VALUE_SYNTAX, 0 },
	{ "0x1__0p1", PQ_VALUE_SYNTAX, 0 },
	{ "-nan", PQ_VALUE_SYNTAX, 0 },
	{ "nan(1)", PQ_VALUE_SYNTAX, 0 },
	{ "infi", PQ_VALUE_SYNTAX, 0 },
	{ " 1", PQ_VALUE_SYNTAX, 0 },
	{ "1,5", PQ_VALUE_SYNTAX, 0 },
	{ "xyz", PQ_VALUE_SYNTAX, 0 },
};

START_TEST(float_is_read_as_go_does)
{
	double value = 0;
	enum pq_value_result result = pq_value_float(floats[_i].text, &value);

	ck_assert_msg(result == floats[_i].result, "row %d: %d", _i, result);
	if (result == PQ_VALUE_OK)
		ck_assert_msg(value == floats[_i].value, "row %d: %g", _i,
			      value);
}
END_TEST

START_TEST(nan_is_a_float)
{
	double value = 0;

	ck_assert_int_eq(pq_value_float("NaN", &value), PQ_VALUE_OK);
	ck_assert(isnan(value));
}
END_TEST

static const struct {
	const char *text;
	enum pq_value_result result;
	int64_t value;
} sizes[] = {
	{ "0", PQ_VALUE_OK, 0 },
	{ "4096", PQ_VALUE_OK, 4096 },
	{ "1k", PQ_VALUE_OK, 1024 },
	{ "500M", PQ_VALUE_OK, (int64_t)500 << 20 },
	{ "2G", PQ_VALUE_OK, (int64_t)2 << 30 },
	{ "2GiB", PQ_VALUE_OK, (int64_t)2 << 30 },
	{ "2gb", PQ_VALUE_OK, (int64_t)2 << 30 },
	{ "1T", PQ_VALUE_OK, (int64_t)1 << 40 },
	{ "7b", PQ_VALUE_OK, 7 },
	{ "9223372036854775807", PQ_VALUE_OK, INT64_MAX },
	{ "9223372036854775808", PQ_VALUE_RANGE, 0 },
	{ "9007199254740992k", PQ_VALUE_RANGE, 0 },
	{ "", PQ_VALUE_SYNTAX, 0 },
	{ "-1", PQ_VALUE_SYNTAX, 0 },
	{ "G", PQ_VALUE_SYNTAX, 0 },
	{ "1.5G", PQ_VALUE_SYNTAX, 0 },
	{ "1X", PQ_VALUE_SYNTAX, 0 },
	{ "1ib", PQ_VALUE_SYNTAX, 0 },
	{ "1kk", PQ_VALUE_SYNTAX, 0 },
};

START_TEST(size_has_binary_suffixes)
{
	int64_t value = 0;
	enum pq_value_result result = pq_value_size(sizes[_i].text, &value);

	ck_assert_msg(result == sizes[_i].result, "row %d: %d", _i, result);
	if (result == PQ_VALUE_OK)
		ck_assert_msg(value == sizes[_i].value, "row %d: %" PRId64, _i,
			      value);
}
END_TEST

static const struct {
	const char *text;
	enum pq_value_result result;
	bool value;
} bools[] = {
	{ "1", PQ_VALUE_OK, true },	    { "t", PQ_VALUE_OK, true },
	{ "T", PQ_VALUE_OK, true },	    { "true", PQ_VALUE_OK, true },
	{ "TRUE", PQ_VALUE_OK, true },	    { "True", PQ_VALUE_OK, true },
	{ "0", PQ_VALUE_OK, false },	    { "f", PQ_VALUE_OK, false },
	{ "F", PQ_VALUE_OK, false },	    { "false", PQ_VALUE_OK, false },
	{ "FALSE", PQ_VALUE_OK, false },    { "False", PQ_VALUE_OK, false },
	{ "", PQ_VALUE_SYNTAX, false },	    { "yes", PQ_VALUE_SYNTAX, false },
	{ "tRUE", PQ_VALUE_SYNTAX, false }, { "2", PQ_VALUE_SYNTAX, false },
};

START_TEST(bool_has_twelve_words)
{
	bool value = false;
	enum pq_value_result result = pq_value_bool(bools[_i].text, &value);

	ck_assert_msg(result == bools[_i].result, "row %d: %d", _i, result);
	if (result == PQ_VALUE_OK)
		ck_assert_msg(value == bools[_i].value, "row %d", _i);
}
END_TEST

Suite *command_option_values_suite(void)
{
	Suite *suite = suite_create("command_option_values");
	TCase *values = tcase_create("values");

	tcase_add_loop_test(values, int_is_read_as_go_does, 0, ROWS(ints));
	tcase_add_loop_test(values, float_is_read_as_go_does, 0, ROWS(floats));
	tcase_add_test(values, nan_is_a_float);
	tcase_add_loop_test(values, size_has_binary_suffixes, 0, ROWS(sizes));
	tcase_add_loop_test(values, bool_has_twelve_words, 0, ROWS(bools));
	suite_add_tcase(suite, values);
	return suite;
}
