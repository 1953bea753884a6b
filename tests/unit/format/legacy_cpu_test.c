#include "format/legacy_dump.h"

#include <string.h>

#include "suites.h"

#define CPU "samples/count cpu/nanoseconds period cpu/nanoseconds "
#define BROKEN(offset) "error 3 " #offset ": malformed profile: "

static const struct {
	size_t bytes;
	bool big;
} encodings[] = { { 4, false }, { 4, true }, { 8, false }, { 8, true } };

static void put_word(struct pq_buf *to, int encoding, uint64_t word)
{
	size_t n = encodings[encoding].bytes;

	for (size_t i = 0; i < n; i++) {
		size_t shift = encodings[encoding].big ? n - 1 - i : i;

		pq_buf_char(to, (char)(word >> 8 * shift));
	}
}

#define END UINT64_MAX /* of the words */
#define HEADER 0, 3, 0, 10, 0
#define JAVA 0, 3, 1, 10, 0
#define TRAILER 0, 1, 0

static const struct {
	uint64_t words[40];
	const char *text; /* that follows */
	const char *want;
} rows[] = {
	{ { HEADER, 1, 2, 0x401000, 0x402001, TRAILER, END },
	  "400000-500000: /bin/x\n",
	  CPU "10000\n1 10000 @ 401000\n400000-500000 0 /bin/x \n" },
	/* the frame in nearly all stacks, and the one behind it */
	{ { HEADER, 1, 3, 0x1000, 0x2001, 0x3001, 2, 3, 0x1008, 0x2001, 0x3001,
	    TRAILER, END },
	  "",
	  CPU "10000\n1 10000 @ 1000\n2 20000 @ 1008\n0-" },
	{ { HEADER, 1, 3, 0x1000, 0x2001, 0x3001, 2, 2, 0x1008, 0x4001, TRAILER,
	    END },
	  "",
	  CPU "10000\n1 10000 @ 1000 2000 3000\n2 20000 @ 1008 4000\n" },
	/* a leaf that is in its stack twice */
	{ { HEADER, 1, 3, 0x1000, 0x1000, 0x3001, 2, 2, 0x1008, 0x4001, TRAILER,
	    END },
	  "",
	  CPU "10000\n1 10000 @ 1000 3000\n2 20000 @ 1008 4000\n" },
	/* no trailer is fine, half a sample is not */
	{ { HEADER, 1, 1, 0x1000, END }, "", CPU "10000\n1 10000 @ 1000\n" },
	{ { HEADER, END }, "", CPU "10000\n" },
	{ { HEADER, 1, END }, "", "error 3 " },
	{ { HEADER, 1, 5, 0x1000, END }, "", "error 3 " },
	{ { HEADER, 1, 0xffffffff, 0x1000, END }, "", "error 3 " },
	{ { 0, 3, 2, 10, 0, 1, 1, 0x1000, END }, "", "error 3 " },
	/* Java: addresses as they are, then names in their place */
	{ { JAVA, 1, 2, 3, 4, 2, 4, 4, 5, 6, 7, TRAILER, END },
	  " 0x3 VM\n0x4 a.b.C.d (C.java:12)\nnothing\n0x9 unused\n"
	  "0x5 f (/lib/libx.so)\n0x6 xx generated stub/JIT\n",
	  CPU "10000\n1 10000 @ VM::0!- a.b.C.d:C.java:12!-\n"
	      "2 20000 @ a.b.C.d:C.java:12!- f:libx.so:0!- STUB::0!- 0\n"
	      "0-ffffffffffffffff 0  \n" },
	{ { JAVA, 1, 1, 3, TRAILER, END },
	  "0x3 f (A.java:-5)\n0x3 f (B.java:7)\n0x12345678901234567 g\n",
	  "error 3 " },
	{ { JAVA, 1, 1, 3, TRAILER, END },
	  "0x3 f (A.java:-5)\n0x3 f (B.java:7)",
	  CPU "10000\n1 10000 @ f:A.java:7\n0-0 0  \n" },
};

static void make(struct pq_buf *to, int row, int encoding)
{
	for (size_t i = 0; rows[row].words[i] != END; i++)
		put_word(to, encoding, rows[row].words[i]);
	pq_buf_str(to, rows[row].text);
}

START_TEST(cpu_is_read_in_every_encoding)
{
	struct pq_buf in = { 0 };

	for (int encoding = 0; encoding < ROWS(encodings); encoding++) {
		pq_buf_clear(&in);
		make(&in, _i, encoding);
		legacy_expect(in.data, in.len, rows[_i].want, _i);
	}
	pq_buf_release(&in);
}
END_TEST

START_TEST(cpu_cut_anywhere_or_short_of_memory)
{
	struct pq_buf in = { 0 };

	for (int encoding = 0; encoding < ROWS(encodings); encoding++) {
		pq_buf_clear(&in);
		make(&in, _i, encoding);
		legacy_cut_everywhere(in.data, in.len, _i);
		legacy_refuse_memory(in.data, in.len, _i);
	}
	pq_buf_release(&in);
}
END_TEST

/* The handler of the profiler is in nearly all stacks: in 31 of 32. */
START_TEST(a_handler_need_not_be_in_every_stack)
{
	static const uint64_t header[] = { HEADER };
	struct pq_buf in = { 0 };

	for (size_t i = 0; i < sizeof(header) / sizeof(*header); i++)
		put_word(&in, 0, header[i]);
	for (uint64_t i = 0; i < 32; i++) {
		put_word(&in, 0, 1);
		put_word(&in, 0, i ? 3 : 1);
		put_word(&in, 0, 0x1000);
		if (i) {
			put_word(&in, 0, 0x2001);
			put_word(&in, 0, 0x3001 + i);
		}
	}
	legacy_expect(in.data, in.len,
		      CPU "10000\n1 10000 @ 1000\n1 10000 @ 1000 3001\n", 0);
	pq_buf_release(&in);
}
END_TEST

/* ---- Java's text ---- */

static const struct {
	const char *in, *want;
} texts[] = {
	{ "--- heapz 1 ---\nformat = java\nresolution = bytes\n"
	  " 7048 1 @ 0x3 0x4\n4752 9 @ 0x4\n\n0x3 a.b (B.java:3)\n",
	  "inuse_objects/count inuse_space/bytes period / 0\n"
	  "74 527819 @ a.b:B.java:3!- 0 bytes=7048\n"
	  "8941 4720968 @ 0 bytes=528\n" },
	{ "--- contentionz 1 ---\nformat = java\nresolution = us\n"
	  "sampling period = 100\nms since reset = 6\n 14 2 @ 0x3\n",
	  "contentions/count delay/us period contentions/count 100\n"
	  "200 1400 @ 0\n" },
	/* the last line counts only among the symbols */
	{ "--- heapz 1 ---\nresolution = bytes\n7048 1 @ 0x3",
	  "inuse_objects/count inuse_space/bytes period / 0\n0-0 0  \n" },
	/* symbols that are less than a name and a place */
	{ "--- heapz 1 ---\nresolution = bytes\n 7048 1 @ 0x3 0x4 0x5 0x6\n\n"
	  "0x3 a(A.java:3)\n0x4 b (B.java:)\n0x5 c (C.java:x)\n0x6 d:7)\n",
	  "inuse_objects/count inuse_space/bytes period / 0\n"
	  "74 527819 @ a(A.java:3)::0 b:B.java::0 c:C.java:x:0 d:7)::0 "
	  "bytes=7048\n" },
	{ "--- heapz 1 ---\nresolution = b\n1 1 @ 0x12345678901234567\n",
	  BROKEN(31) "an address" },
	{ "--- heapz 1 ---\nformat = c\n", BROKEN(16) "the format" },
	{ "--- heapz 1 ---\nsampling period = 3\n", BROKEN(16) },
	{ "--- heapz 1 ---\nresolution = b\n1 0 @ 0x3\n", BROKEN(31) },
	{ "--- heapz 1 ---\n1 1 @ 0x3\n", BROKEN(16) "missing sample type" },
	{ "--- contentionz 1 ---\nformat = java\nsampling period = x\n",
	  BROKEN(36) },
	{ "--- heapz 1 ---\nresolution = b\n08 1 @ 0x3\n", BROKEN(31) },
	{ "--- heapz 1 ---\nresolution = b\n1111111111111111111111111111111111"
	  "11111111111111111111111111111111111111111111111111 1 @ 0x3\n",
	  BROKEN(31) },
};

START_TEST(java_is_read)
{
	legacy_expect(texts[_i].in, strlen(texts[_i].in), texts[_i].want, _i);
}
END_TEST

START_TEST(java_cut_anywhere_or_short_of_memory)
{
	legacy_cut_everywhere(texts[_i].in, strlen(texts[_i].in), _i);
	legacy_refuse_memory(texts[_i].in, strlen(texts[_i].in), _i);
}
END_TEST

Suite *format_legacy_cpu_suite(void)
{
	Suite *suite = suite_create("format_legacy_cpu");
	TCase *cpu = tcase_create("cpu"), *java = tcase_create("java");

	tcase_add_test(cpu, a_handler_need_not_be_in_every_stack);
	tcase_add_loop_test(cpu, cpu_is_read_in_every_encoding, 0, ROWS(rows));
	tcase_add_loop_test(cpu, cpu_cut_anywhere_or_short_of_memory, 0,
			    ROWS(rows));
	tcase_add_loop_test(java, java_is_read, 0, ROWS(texts));
	tcase_add_loop_test(java, java_cut_anywhere_or_short_of_memory, 0,
			    ROWS(texts));
	suite_add_tcase(suite, cpu);
	suite_add_tcase(suite, java);
	return suite;
}
