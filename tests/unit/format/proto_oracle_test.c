/*
 * The hand-written reader against protobuf-c's own: on every profile.proto
 * among the test data, and on messages made and broken by chance.
 */
#include "suites.h"

#include <glob.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "helpers.h"

typedef Perftools__Profiles__Profile Message;

/* ---- files ---- */

static void compare_file(const char *path)
{
	struct pq_buf bytes = { 0 };
	struct pq_error err;
	struct pq_profile *p;
	Message *m;

	put_file(&bytes, path);
	m = perftools__profiles__profile__unpack(NULL, bytes.len,
						 (uint8_t *)bytes.data);
	ck_assert_msg(m != NULL, "%s is no profile.proto", path);
	p = read_profile(bytes.data, bytes.len, &err);
	ck_assert_msg(p != NULL, "%s: %s", path, err.msg);
	expect_message(p, m);
	pq_profile_free(p);
	perftools__profiles__profile__free_unpacked(m, NULL);
	pq_buf_release(&bytes);
}

static size_t compare_files(const char *pattern)
{
	const char *testdata = getenv("TESTDATA");
	struct pq_buf path = { 0 };
	glob_t found;
	size_t n = 0;

	ck_assert_msg(testdata != NULL, "TESTDATA is not set");
	pq_buf_printf(&path, "%s/%s", testdata, pattern);
	if (!glob(pq_buf_cstr(&path), 0, NULL, &found)) {
		for (n = 0; n < found.gl_pathc; n++)
			compare_file(found.gl_pathv[n]);
		globfree(&found);
	}
	pq_buf_release(&path);
	return n;
}

START_TEST(files_are_read_as_protobuf_c_reads_them)
{
	ck_assert_uint_ge(compare_files("stories/*/*.pb.gz"), 9);
	compare_files("profiles/*.pb.gz");
	compare_files("profiles/*.pb");
}
END_TEST

/* ---- samples by chance ---- */

#define TABLES                                                           \
	"1{1:1 2:2} 1{1:3 2:2} 4{1:1} 4{1:2} 4{1:4194305} 4{1:4194304} " \
	"4{1:0x7f0000001000} 6\"\" 6\"a\" 6\"b\" 6\"c\" 6\"d\" 6\"e\""
#define N_STRINGS 6

static const uint64_t ids[] = {
	1, 2, 4194305, 4194304, 0x7f0000001000, 1, 2, 1, 2, 77, 0,
};

static uint64_t some_number(uint64_t *state)
{
	uint64_t number = chance(state) >> chance_below(state, 64);

	return chance_below(state, 4) ? number : 0 - number;
}

static void put_unknown(struct pq_buf *to, uint64_t *state)
{
	static const unsigned wires[] = { 0, 1, 2, 5, 0, 2, 3 };
	unsigned wire = wires[chance_below(state, 7)];
	unsigned field = 5 + (unsigned)chance_below(state, 3000);

	put_loose(to, state, field << 3 | wire);
	if (wire == 0)
		put_loose(to, state, chance(state));
	else if (wire == 2)
		pq_buf_str(to, "\x03xyz");
	else
		pq_buf_bytes(to, "12345678", wire == 5 ? 4 : 8);
}

static void put_label(struct pq_buf *to, uint64_t *state)
{
	struct pq_buf part = { 0 };

	for (size_t i = chance_below(state, 6); i; i--) {
		unsigned field = 1 + (unsigned)chance_below(state, 4);
		bool tell = !chance_below(state, 20);

		if (tell)
			put_unknown(&part, state);
		put_loose(&part, state, field << 3);
		put_loose(&part, state,
			  field == 3 ? some_number(state)
				     : chance_below(state, N_STRINGS));
	}
	put_part(to, 3, part.data, part.len);
	pq_buf_release(&part);
}

/* Field 1 or 2: packed or not, mixed. */
static void put_numbers(struct pq_buf *to, uint64_t *state, unsigned field,
			size_t n)
{
	while (n) {
		size_t take = 1 + chance_below(state, n);
		bool packed = chance_below(state, 2);
		struct pq_buf part = { 0 };

		n -= take;
		for (; take; take--) {
			struct pq_buf *into = packed ? &part : to;

			if (!packed)
				put_loose(to, state, field << 3);
			put_loose(into, state,
				  field == 1 ? ids[chance_below(state, 9)]
					     : some_number(state));
		}
		if (packed)
			put_part(to, field, part.data, part.len);
		pq_buf_release(&part);
	}
}

static void put_sample(struct pq_buf *to, uint64_t *state)
{
	size_t values = 2;

	for (size_t i = chance_below(state, 6); i; i--) {
		switch (chance_below(state, 8)) {
		case 0:
			put_unknown(to, state);
			break;
		case 1:
		case 2:
			put_label(to, state);
			break;
		case 3:
			if (values)
				put_numbers(to, state, 2, 1), values--;
			break;
		default:
			put_numbers(to, state, 1, chance_below(state, 5));
		}
	}
	put_numbers(to, state, 2, values);
}

/* A varint of another make; false when it is cut off. */
static bool scan_varint(const struct pq_buf *b, size_t *at, uint64_t *value,
			size_t *bytes)
{
	*value = *bytes = 0;
	while (*at < b->len && *bytes < 10) {
		uint8_t byte = (uint8_t)b->data[(*at)++];

		*value |= (uint64_t)(byte & 0x7f) << 7 * (*bytes)++;
		if (byte < 0x80)
			return true;
	}
	return false;
}

/* Of a profile, or of a message in it. */
static bool holds_fields(uint64_t field, bool top)
{
	return top ? field <= 5 || field == 11 : field == 3 || field == 4;
}

/*
 * protobuf-c refuses tags and lengths of more than five bytes and the field
 * number 0, which the reference and so this reader pass over.
 */
static bool is_peculiar(const struct pq_buf *b, bool top)
{
	uint64_t tag, value;
	size_t at = 0, bytes;

	while (at < b->len) {
		if (!scan_varint(b, &at, &tag, &bytes))
			return false;
		if (bytes > 4 || !(tag >> 3))
			return true;
		if ((tag & 7) == 1 || (tag & 7) == 5) {
			at += (tag & 7) == 1 ? 8 : 4;
			continue;
		}
		if (!scan_varint(b, &at, &value, &bytes))
			return false;
		if ((tag & 7) != 2)
			continue;
		if (bytes > 4)
			return true;
		if (value > b->len - at)
			return false;
		if (holds_fields(tag >> 3, top)) {
			struct pq_buf part = { b->data + at, value, 0 };

			if (is_peculiar(&part, false))
				return true;
		}
		at += value;
	}
	return false;
}

static bool in_table(int64_t index)
{
	return index >= 0 && index < N_STRINGS;
}

/* What the reference checks besides decoding. */
static bool is_valid(const Perftools__Profiles__Sample *s)
{
	if (s->n_value != 2)
		return false;
	for (size_t i = 0; i < s->n_location_id; i++) {
		uint64_t id = s->location_id[i];

		if (id != 1 && id != 2 && id != 4194305 && id != 4194304 &&
		    id != 0x7f0000001000)
			return false;
	}
	for (size_t i = 0; i < s->n_label; i++)
		if (!in_table(s->label[i]->key) ||
		    !in_table(s->label[i]->str) ||
		    (!s->label[i]->str && !in_table(s->label[i]->num_unit)))
			return false;
	return true;
}

/* Returns whether both readers accept the sample. */
static bool compare_sample(const struct pq_buf *sample, int round)
{
	struct pq_buf bytes = { 0 };
	struct pq_error err;
	struct pq_profile *p;
	Message *m;
	bool accept;

	put_part(&bytes, 2, sample->data, sample->len);
	put_wire(&bytes, TABLES);
	m = perftools__profiles__profile__unpack(NULL, bytes.len,
						 (uint8_t *)bytes.data);
	accept = m && is_valid(m->sample[0]);
	p = read_profile(bytes.data, bytes.len, &err);
	if (accept != (p != NULL))
		ck_abort_msg("round %d: protobuf-c %s, the reader says %s",
			     round, accept ? "accepts" : "refuses",
			     p ? "nothing" : err.msg);
	if (p)
		expect_message_samples(p, m);
	pq_profile_free(p);
	if (m)
		perftools__profiles__profile__free_unpacked(m, NULL);
	pq_buf_release(&bytes);
	return accept;
}

START_TEST(samples_by_chance_are_read_alike)
{
	enum { ROUNDS = 4000 };
	uint64_t state = 1;
	int accepted = 0, skipped = 0;

	for (int round = 0; round < ROUNDS; round++) {
		struct pq_buf sample = { 0 };

		put_sample(&sample, &state);
		if (round % 2)
			mutate(&sample, &state);
		if (is_peculiar(&sample, false))
			skipped++;
		else
			accepted += compare_sample(&sample, round);
		pq_buf_release(&sample);
	}
	/* the rounds are about something */
	ck_assert_int_lt(skipped, ROUNDS / 4);
	ck_assert_int_gt(accepted, ROUNDS / 4);
	ck_assert_int_gt(ROUNDS - skipped - accepted, ROUNDS / 8);
}
END_TEST

/* ---- whole profiles by chance ---- */

#define MADE                                                           \
	"types: samples/count cpu/ns\nmap: 1000 2000 0 app id\n"       \
	"map: 5000 6000 0 lib.so -\ntime: 5\nduration: 6\n"            \
	"period: 10 cpu/ns\ncomment: x\ndefault: cpu\ndrop: a.*\n"     \
	"keep: b\ndoc: c\n"                                            \
	"1010^1!main@a.c$3#7;1020^1!work@b.c#9#4>inl@b.h#2 1 10 k=v\n" \
	"1010^1!main@a.c$3#7;5050^2! 2 -20 bytes:1024/bytes\n- 1 1\n"

/* Errors that are not about decoding. */
static bool is_rule(const char *msg)
{
	static const char *const rules[] = {
		"string index", "no string table", "first string",
		"reserved",	"multiple",	   "nil",
		"mismatch: ",	"missing",	   "concatenated",
		"empty input",
	};

	for (int i = 0; i < ROWS(rules); i++)
		if (strstr(msg, rules[i]))
			return true;
	return false;
}

/* Returns whether both readers decode the bytes and no rule is broken. */
static bool compare_profile(const struct pq_buf *bytes, int round)
{
	struct pq_error err;
	struct pq_profile *p = read_profile(bytes->data, bytes->len, &err);
	bool accepted = p != NULL;
	Message *m = perftools__profiles__profile__unpack(
		NULL, bytes->len, (uint8_t *)bytes->data);

	if (p && m)
		expect_message(p, m);
	else if (p || (m && !is_rule(err.msg)))
		ck_abort_msg("round %d: protobuf-c %s, the reader says %s",
			     round, m ? "decodes" : "refuses",
			     p ? "nothing" : err.msg);
	pq_profile_free(p);
	if (m)
		perftools__profiles__profile__free_unpacked(m, NULL);
	return accepted;
}

START_TEST(profiles_by_chance_are_read_alike)
{
	enum { ROUNDS = 4000 };
	struct pq_buf whole = { 0 }, bytes = { 0 };
	int accepted = 0, skipped = 0;
	uint64_t state = 2;

	put_profile(&whole, MADE);
	for (int round = 0; round < ROUNDS; round++) {
		pq_buf_clear(&bytes);
		pq_buf_text(&bytes, pq_buf_view(&whole));
		mutate(&bytes, &state);
		if (is_peculiar(&bytes, true))
			skipped++;
		else
			accepted += compare_profile(&bytes, round);
	}
	ck_assert_int_lt(skipped, ROUNDS / 2);
	ck_assert_int_gt(accepted, ROUNDS / 20);
	pq_buf_release(&whole);
	pq_buf_release(&bytes);
}
END_TEST

Suite *format_proto_oracle_suite(void)
{
	Suite *suite = suite_create("format_proto_oracle");
	TCase *tcase = tcase_create("proto_oracle");

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, files_are_read_as_protobuf_c_reads_them);
	tcase_add_test(tcase, samples_by_chance_are_read_alike);
	tcase_add_test(tcase, profiles_by_chance_are_read_alike);
	suite_add_tcase(suite, tcase);
	return suite;
}
