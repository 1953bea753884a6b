#include "format/legacy_dump.h"

#include <string.h>

#include "suites.h"

#define CLOCK \
	"samples/count cpu-clock/nanoseconds period cpu-clock/nanoseconds "
#define HEAD "work 7/8 [001] 1.5: 2000 cpu-clock:\n"
#define PLAIN(frames) CLOCK "2000\n1 2000 @ " frames "comm=work pid=7 tid=8\n"
#define BROKEN(offset) "error 3 " #offset ": malformed profile: "

static const struct {
	const char *in, *want;
} rows[] = {
	{ "# captured on: today\n" HEAD
	  "\t 11dd hash+0x2d (/tmp/work)\n\t 2724a [unknown] (/lib/c.so)\n\n",
	  CLOCK "2000\n1 2000 @ 11dd,hash::0 2724a!1 comm=work pid=7 tid=8\n"
		"0-0 0 /tmp/work \n0-0 0 /lib/c.so \n" },
	/* the same address in two files; the same twice */
	{ HEAD "\t10 a+0x1 (/x)\n\t10 b+0x1 (/y)\n\n" HEAD "\t10 a+0x1 (/x)\n",
	  CLOCK "2000\n1 2000 @ 10,a::0 10,b::0!1 comm=work pid=7 tid=8\n"
		"1 2000 @ 10,a::0 comm=work pid=7 tid=8\n" },
	/* inlined frames, places */
	{ HEAD "\t10 mix (inlined)\n\t10 rot+0x3 (inlined)\n  w.c:3\n"
	       "\t10 hash+0x2 (/x)\n  w.c:9\n\t20 main+0x2 (/x)\n  ??:0\n\n",
	  CLOCK "2000\n1 2000 @ 10,mix::0,rot:w.c:3,hash:w.c:9 20,main::0 "
		"comm=work pid=7 tid=8\n" },
	/* perf knows no place: DSO[ADDRESS] */
	{ HEAD "\t10 f+0x2 (/x)\n  x[10]\n\t20 g ([k.k])\n  [k.k][ff20]\n\n",
	  PLAIN("10,f::0 20,g::0!1 ") "0-0 0 /x \n0-0 0 [k.k] \n" },
	/* no event; no event and no period */
	{ "work 7/8 1.5: 30\n\t10 f (/x)\n\nwork 7/8 1.6:\n\t20 g (/x)\n\n",
	  "samples/count events/count period events/count 0\n"
	  "1 30 @ 10,f::0 comm=work pid=7 tid=8\n"
	  "1 1 @ 20,g::0 comm=work pid=7 tid=8\n0-0 0 /x \n" },
	/* flags of the sample: user code, an exec */
	{ "work 7/8 [001] UE 1.5: 2000 cpu-clock:\n\t10 f (/x)\n\n"
	  "work 7/8 K 1.5: 2000 cpu-clock:\n\t10 f (/x)\n\n",
	  CLOCK "2000\n1 2000 @ 10,f::0 comm=work pid=7 tid=8\n"
		"1 2000 @ 10,f::0 comm=work pid=7 tid=8\n0-0 0 /x \n" },
	/* names with blanks and brackets, in files with them */
	{ HEAD "\t10 f(int, char) const+0x1 (/a (b)/x (deleted))\n"
	       "\t20 operator()\n\t30 g() ([unknown])\n\n",
	  CLOCK "2000\n1 2000 @ 10,f(int, char) const::0 20,operator()::0!- "
		"30,g()::0!- comm=work pid=7 tid=8\n"
		"0-0 0 /a (b)/x (deleted) \n" },
	/* a command with blanks and a number; the thread alone; no stack */
	{ "a 1 b   42 1.000001: 3 cycles:u: \n\n",
	  "samples/count cycles:u/count period cycles:u/count 3\n"
	  "1 3 @ comm=a 1 b tid=42\n" },
	/* one line each; modifiers; no period; a tracepoint's arguments */
	{ "            work 7  1.5: 9 task-clock:u:   10 f (/x)\n"
	  "            work 7  2.5: sched:sched_switch: prev_comm=a b=1\n",
	  "samples/count task-clock:u/nanoseconds sched:sched_switch/count "
	  "period / 0\n1 9 0 @ 10,f::0 comm=work tid=7\n"
	  "1 0 1 @ comm=work tid=7\n" },
	/* terms of a clock, which may be modified */
	{ "work 7  1.5: 5 cpu-clock/freq=199/u:   10 f (/x)\n",
	  "samples/count cpu-clock/freq=199/u/nanoseconds "
	  "period cpu-clock/freq=199/u/nanoseconds 5\n"
	  "1 5 @ 10,f::0 comm=work tid=7\n" },
	/* no time */
	{ "work 7 cycles:\n\t10 f+0x1 (/x)\n\n",
	  "samples/count cycles/count period cycles/count 1\n"
	  "1 1 @ 10,f::0 comm=work tid=7\n" },
	{ HEAD "\nwork 7 1.6: PERF_RECORD_COMM: work:7/7\n",
	  CLOCK "2000\n1 2000 @ comm=work pid=7 tid=8\n0-0 0  \n" },
	/* nothing that was inlined; a bracket that nothing opens */
	{ HEAD "\t10 [unknown] (inlined)\n\t10 f)\n\n",
	  CLOCK "2000\n1 2000 @ 10,f)::0 comm=work pid=7 tid=8\n0-0 0  \n" },
	/* lines that are nothing of perf's */
	{ HEAD "\t10 f (/x)\n  w.c\n", PLAIN("10,f::0 ") "0-0 0 /x \n" },
	{ HEAD "\tzz f (/x)\n", PLAIN("") },
	{ HEAD "\t12345678901234567 f (/x)\n", PLAIN("") },
	{ HEAD " instruction trace error type 1 time 1.5 cpu 0 pid 7 tid 8 ip "
	       "0x1 code 6: Trace doesn't match instruction\n\t10 f (/x)\n",
	  PLAIN("10,f::0 ") },
	{ "Warning:\nlost 1 chunks!\n\n" HEAD "\t10 f (/x)\n",
	  PLAIN("10,f::0 ") },
	/* without its indentation */
	{ HEAD "10 f+0x1 (/x)\n20 g+0x1 (/y)\n\n",
	  PLAIN("10,f::0 20,g::0!1 ") },
	/* the first mapping is that of a program */
	{ HEAD "\tffff f ([kernel.kallsyms])\n\t10 g (/x)\n",
	  PLAIN("ffff,f::0!1 10,g::0 ") "0-0 0 /x \n0-0 0 [kernel.kallsyms]" },
	{ HEAD "\t10 f+0x1 (/x", BROKEN(36) "a sample is cut off" },
	{ HEAD "junk\n", PLAIN("") },
	{ HEAD "work 7 1.5: 99999999999999999999 cycles:\n", PLAIN("") },
	{ HEAD "work 7 99999999999999999999.5: 1 cycles:\n", PLAIN("") },
	{ HEAD "work 99999999999999999999 1.5: 1 cycles:\n", PLAIN("") },
	{ HEAD "\n\t10 f (/x)\n", PLAIN("") },
};

START_TEST(text_is_read)
{
	legacy_expect(rows[_i].in, strlen(rows[_i].in), rows[_i].want, _i);
}
END_TEST

START_TEST(text_cut_anywhere_or_short_of_memory)
{
	legacy_cut_everywhere(rows[_i].in, strlen(rows[_i].in), _i);
	legacy_refuse_memory(rows[_i].in, strlen(rows[_i].in), _i);
}
END_TEST

/* Every event is a column: one more than 64 is refused. */
START_TEST(events_have_a_limit)
{
	struct pq_buf in = { 0 }, got = { 0 };

	for (int i = 0; i < 64; i++)
		pq_buf_printf(&in, "work 7 1.5: e%d:\n\n", i);
	legacy_dump(in.data, in.len, &got);
	ck_assert(strstr(pq_buf_cstr(&got), "e63/count"));
	pq_buf_str(&in, "work 7 1.5: e64:\n\n");
	legacy_expect(in.data, in.len, "error 3 ", 0);
	pq_buf_release(&in);
	pq_buf_release(&got);
}
END_TEST

Suite *format_perf_script_suite(void)
{
	Suite *suite = suite_create("format_perf_script");
	TCase *tcase = tcase_create("text");

	tcase_add_loop_test(tcase, text_is_read, 0, ROWS(rows));
	tcase_add_loop_test(tcase, text_cut_anywhere_or_short_of_memory, 0,
			    ROWS(rows));
	tcase_add_test(tcase, events_have_a_limit);
	suite_add_tcase(suite, tcase);
	return suite;
}
