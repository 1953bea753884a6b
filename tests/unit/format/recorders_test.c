/*
 * Files of other recorders (testdata/formats: make.py, make_recorders.py), cut
 * at every byte, with every byte changed, and short of memory: each is a
 * profile or an error, and whatever is a profile can be walked.
 */
#include "suites.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "format/legacy_dump.h"
#include "helpers.h"

static const struct {
	const char *name;
	const char *starts; /* of what is read from the whole file */
} files[] = {
	{ "perf.data", "samples/count cpu-clock/nanoseconds page-faults/count "
		       "period cpu-clock/nanoseconds 0\n" },
	{ "perf.pipe.data", "samples/count cpu-clock/nanoseconds "
			    "page-faults/count period cpu-clock/nanoseconds "
			    "0\n" },
	{ "server.speedscope.json", "samples/count time/nanoseconds period" },
	{ "firefox.json", "samples/count cpu/nanoseconds time/nanoseconds "
			  "period time/nanoseconds 500000\n" },
	{ "gecko.json",
	  "samples/count time/nanoseconds period time/nanoseconds 2000000\n" },
	{ "chrome.trace.json", "samples/count cpu/nanoseconds period "
			       "cpu/nanoseconds 0\n" },
	{ "otlp.pb", "cpu/nanoseconds period cpu/nanoseconds 10000000\n" },
	{ "otlp.1.7.pb", "cpu/nanoseconds period cpu/nanoseconds 10000000\n" },
	{ "otlp.lines.json",
	  "cpu/nanoseconds period cpu/nanoseconds 10000000\n" },
	{ "bpftrace", "samples/count period / 0\n" },
	{ "dtrace", "samples/count period / 0\n" },
	{ "mac.sample", "samples/count period / 0\n" },
	{ "memprof.raw", "space/bytes period space/bytes 1\n" },
	{ "cpu.raw",
	  "samples/count cpu/nanoseconds period cpu/nanoseconds 10000000\n" },
	{ "heap.raw",
	  "alloc_objects/count alloc_space/bytes inuse_objects/count inuse_space/bytes period space/bytes 524288\n" },
	{ "go.crash", "goroutine/count period goroutine/count 1\n" },
	{ "seconds.folded", "samples/count period / 0\n" },
	{ "two-counts.folded", "before/count after/count period / 0\n" },
	{ "utf16.folded", "samples/count period / 0\n" },
};

static void put_row(struct pq_buf *to, int row)
{
	struct pq_buf path = { 0 };

	pq_buf_printf(&path, "%s/formats/%s", getenv("TESTDATA"),
		      files[row].name);
	put_file(to, pq_buf_cstr(&path));
	pq_buf_release(&path);
}

START_TEST(a_file_is_read)
{
	struct pq_buf in = { 0 };

	put_row(&in, _i);
	legacy_expect(in.data, in.len, files[_i].starts, _i);
	pq_buf_release(&in);
}
END_TEST

/* An event's name is chosen: its description says what it is. */
START_TEST(a_clock_of_another_name_is_one)
{
	struct pq_buf in = { 0 };
	char *name;

	put_row(&in, 0);
	name = memmem(in.data, in.len, "cpu-clock", 9);
	ck_assert(name != NULL);
	memcpy(name, "my/clock/", 9);
	legacy_expect(in.data, in.len, "samples/count my/clock//nanoseconds ",
		      0);
	pq_buf_release(&in);
}
END_TEST

/* A key that only begins as a name is unknown, whatever byte comes next. */
START_TEST(a_key_of_otlp_does_not_end_at_a_nul)
{
	static const char escapes[][7] = { "\\u0000", "\\u0001" };
	struct pq_buf path = { 0 }, in = { 0 }, changed = { 0 };
	struct pq_buf out[2] = { { 0 }, { 0 } };
	size_t keys = 0;

	pq_buf_printf(&path, "%s/formats/otlp.lines.json", getenv("TESTDATA"));
	put_file(&in, pq_buf_cstr(&path));
	for (size_t i = 1; i < in.len; i++) {
		if (in.data[i] != ':' || in.data[i - 1] != '"')
			continue;
		keys++;
		for (int k = 0; k < 2; k++) {
			pq_buf_clear(&changed);
			pq_buf_bytes(&changed, in.data, i - 1);
			pq_buf_str(&changed, escapes[k]);
			pq_buf_bytes(&changed, in.data + i - 1,
				     in.len - (i - 1));
			pq_buf_clear(&out[k]);
			legacy_dump(changed.data, changed.len, &out[k]);
		}
		ck_assert_msg(strcmp(pq_buf_cstr(&out[0]),
				     pq_buf_cstr(&out[1])) == 0,
			      "key at %zu: %s", i, pq_buf_cstr(&out[0]));
	}
	ck_assert_msg(keys > 100, "%zu keys", keys);
	pq_buf_release(&path);
	pq_buf_release(&in);
	pq_buf_release(&changed);
	for (int k = 0; k < 2; k++)
		pq_buf_release(&out[k]);
}
END_TEST

START_TEST(a_file_cut_anywhere_is_no_crash)
{
	struct pq_buf in = { 0 };

	put_row(&in, _i);
	legacy_cut_everywhere(in.data, in.len, _i);
	pq_buf_release(&in);
}
END_TEST

START_TEST(a_file_is_read_in_any_memory)
{
	struct pq_buf in = { 0 };

	put_row(&in, _i);
	legacy_refuse_memory(in.data, in.len, _i);
	pq_buf_release(&in);
}
END_TEST

START_TEST(a_byte_of_any_value_is_no_crash)
{
	static const unsigned char changes[] = { 0xff, 0x80, 0x01, 0x10 };
	struct pq_buf in = { 0 }, out = { 0 };
	size_t read = 0;

	put_row(&in, _i);
	for (size_t i = 0; i < in.len; i++) {
		for (size_t k = 0; k < sizeof(changes); k++) {
			in.data[i] ^= (char)changes[k];
			pq_buf_clear(&out);
			legacy_dump(in.data, in.len, &out);
			read += strncmp(pq_buf_cstr(&out), "error", 5) != 0;
			in.data[i] ^= (char)changes[k];
		}
	}
	/* names and numbers may be others, structure may not */
	ck_assert_msg(read > 0 && read < in.len * sizeof(changes),
		      "row %d: %zu of %zu read", _i, read,
		      in.len * sizeof(changes));
	pq_buf_release(&in);
	pq_buf_release(&out);
}
END_TEST

Suite *format_recorders_suite(void)
{
	Suite *suite = suite_create("format_recorders");
	TCase *tcase = tcase_create("files");

	tcase_set_timeout(tcase, 120);
	tcase_add_loop_test(tcase, a_file_is_read, 0, ROWS(files));
	tcase_add_test(tcase, a_clock_of_another_name_is_one);
	tcase_add_test(tcase, a_key_of_otlp_does_not_end_at_a_nul);
	tcase_add_loop_test(tcase, a_file_cut_anywhere_is_no_crash, 0,
			    ROWS(files));
	tcase_add_loop_test(tcase, a_file_is_read_in_any_memory, 0,
			    ROWS(files));
	tcase_add_loop_test(tcase, a_byte_of_any_value_is_no_crash, 0,
			    ROWS(files));
	suite_add_tcase(suite, tcase);
	return suite;
}
