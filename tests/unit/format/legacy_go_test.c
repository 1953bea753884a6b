#include "format/legacy_dump.h"

#include <string.h>

#include "suites.h"

#define WAITS                                         \
	"contentions/count delay/nanoseconds period " \
	"contentions/count "
#define COUNT "goroutine/count period goroutine/count 1\n"
#define THREADS "thread/count period thread/count 1\n"
#define BROKEN(offset) "error 3 " #offset ": malformed profile: "
#define THREAD(name) "--- Thread 7f (name: " name "/12) stack: ---\n"

static const struct {
	const char *in, *want;
} rows[] = {
	/* counts */
	{ "\n# first\ngoroutine profile: total 3\n2 @ 0x10 0x20\n\n"
	  "010 @ 0x0\n---\n junk\n",
	  COUNT "2 @ f 1f\n8 @ ffffffffffffffff\n" },
	{ "foo-bar profile: total 0\n",
	  "foo-bar/count period foo-bar/count 1\n0-" },
	{ "goroutine profile: total 3 \n1 @ 0x10\n", "error 3 0: " },
	{ "goroutine profile: total 3\n2 @ 0x10  0x20\n", BROKEN(27) },
	{ "goroutine profile: total 3\n2 @ 0xA0\n", BROKEN(27) },
	{ "goroutine profile: total 3\n08 @ 0xa0\n", BROKEN(27) },
	{ "goroutine profile: total 3\n2 @ \n", BROKEN(27) },
	{ "goroutine profile: total 3\n2 @\n#\t0x0\n", COUNT "2 @\n" },
	{ "goroutine profile: total 3\n2 @ 0x12345678901234567\n", BROKEN(27) },
	/* symbols: recursion, inlined frames, hidden ones, the last one */
	{ "goroutine profile: total 3\n2 @ 0x10 0x20 0x30 0x30 0x40\n"
	  "#\t0x1f\tmain.a+0x1\ta.go:1\n#\t0x1f\tmain.b+0x2\ta.go:2\n"
	  "#\t0x2f\tmain.rec+0x3\t\ta.go:3\n#\t0x2f\tmain.rec+0x3\ta.go:3\n"
	  "\n1 @ 0x20\n# labels: {\"a\":\"b\"}\n#\t0x0\n",
	  COUNT "2 @ f 1f,main.a:a.go:1,main.b:a.go:2 2f,main.rec:a.go:3 "
		"2f,main.rec:a.go:3 3f,runtime.goexit::0\n"
		"1 @ 1f,main.a:a.go:1,main.b:a.go:2 a=b\n" },
	{ "goroutine profile: total 3\n2 @ 0x10 0x20\n"
	  "#\t0x99\tmain.a+0x1\ta.go:1\n#\t0xf\tmain.b\ta.go:2\n"
	  "#\t0xf\tmain.b+0x1\ta.go\n#\t0xf\n",
	  COUNT "2 @ f 1f\n" },
	/* contention */
	{ "--- contention:\ncycles/second=2000000000\n100 2 @ 0x401000\n"
	  "#\t0x400fff\tsync.(*Mutex).Lock+0x4b\tsync/mutex.go:92\n",
	  WAITS "1\n2 50 @ 400fff,sync.(*Mutex).Lock:sync/mutex.go:92\n" },
	{ "--- mutex:\ncycles/second = 0x10\nsampling period = 3\n"
	  "ms since reset = 5\ndiscarded samples = x\n12 @ 0x5\n",
	  WAITS "3\n6 187500000 @ 4\n" },
	{ "--- contentionz 1 ---\n a1 22  3 @0x5 0x6\n--- Memory map: ---\n"
	  "1-9: /bin/x\n",
	  WAITS "1\n3 22 @ 4 5\n1-9 0 /bin/x \n" },
	{ "--- contentionz 1 ---\nwhat = 3\n", BROKEN(22) },
	{ "--- mutex:\nsampling period = 3.5\n", BROKEN(11) },
	{ "--- mutex:\n1 2  @ 0x3\n", BROKEN(11) },
	{ "--- mutex:\n x @ 1 2 @ 0x5\n", WAITS "1\n2 1 @ 4\n" },
	{ "--- mutex:\n5 @ 1 2 @ 0x5\n", WAITS "1\n2 1 @ 4\n" },
	{ "--- mutex:\nsampling period = 0\n1 2 @ 0x5\n",
	  WAITS "0\n2 1 @ 4\n" },
	{ "--- mutex:\n1 2 @ 0x12345678901234567\n", BROKEN(11) "an address" },
	{ "--- mutex:\n9223372036854775808 1 @ 0x3\n", BROKEN(11) },
	/* threads */
	{ "--- threadz 1 ---\n\nx\n" THREAD("main") "  PC: 0x10: f(x)\n 0x20 0x30\n" THREAD(
		  "b/c") "  [same as previous thread]\n" THREAD("d") "0x11 0x11\n--- Memory map: ---\n10-20: /bin/x\n",
	  THREADS "2 @ 10 1f 2f!1\n1 @ 11\n10-20 0 /bin/x \n" },
	{ THREAD("a") "\n" THREAD("b") "0x10\n---- no stack trace for x\n"
				       "a\nMAPPED_LIBRARIES:\n1-20: /bin/x\n",
	  THREADS "1 @ 10\n1-20 0 /bin/x \n" },
	{ THREAD("a") "0x10\n", BROKEN(43) "after the threads" },
	{ THREAD("a") "0x10\nMAPPED_LIBRARIES:\n1-2: x\n",
	  BROKEN(68) "after the threads" },
	{ THREAD("a") "0x12345678901234567\n", BROKEN(38) "an address" },
	/* stacks of debug=2 */
	{ "goroutine 7 [chan receive, 5 minutes, locked to thread]:\n"
	  "main.(*t).get({0x1, 0x2?}, ...)\n\t/app/a.go:7 +0x24\n"
	  "main.main()\n\ta.go:9\n"
	  "created by main.main in goroutine 1\n\ta.go:5 +0x1\n\n"
	  "goroutine 8 [sleep]:\nmain.main()\n\ta.go:9 +0x3\n"
	  "...additional frames elided...\n",
	  COUNT "1 @ main.(*t).get:/app/a.go:7 main.main:a.go:9 "
		"state=chan receive wait=5minutes\n"
		"1 @ main.main:a.go:9 state=sleep\n" },
	{ "goroutine 1 gp=0x1 m=0 mp=0x2 [running]:\nmain.main()\n\ta.go:9\n"
	  "\nrax 0x1\n",
	  COUNT "1 @ main.main:a.go:9 state=running\n" },
	{ "goroutine 1 [running]:\n\tgoroutine running on other thread; stack "
	  "unavailable\n\ngoroutine 2 [syscall]:\nnon-Go function at pc=1\n"
	  "wait_c\n\tw.c:3 pc=0x1\nmain.main()\n\ta.go:9\n",
	  COUNT "1 @ state=running\n"
		"1 @ wait_c:w.c:3 main.main:a.go:9 state=syscall\n" },
	/* the output of a program that crashed, with lines of others in it */
	{ "2024/01/02 starting\npanic: x\n\ngoroutine 1 [running]:\n"
	  "main.main()\n\ta.go:9 +0x1\n2024/01/02 12:00 of another (b)\n"
	  "main.f()\n\ta.go:3\nexit status 2\n",
	  COUNT "1 @ main.main:a.go:9 main.f:a.go:3 state=running\n" },
	{ "goroutine 1 [running]:\n(main.main)\n", COUNT "1 @ state=running" },
	{ "goroutine 1 [running]:\nmain.a()\nmain.b()\n\ta.go:9\nKilled\n",
	  COUNT "1 @ main.b:a.go:9 state=running\n" },
	{ "goroutine 1 [running]:\nmain.main()\n\ta.go\n",
	  "error 3 41: malformed profile: a stack is cut off" },
	/* labels */
	{ "goroutine 1 [running]{\"a\": \"b c\", \"d\": \"\\u00e9\\n\"}:\n"
	  "main.main()\n\ta.go:9\n",
	  COUNT "1 @ main.main:a.go:9 state=running a=b c d=\303\251\n\n" },
	{ "goroutine 1 [running] {a: b, \"c\": d}:\nmain.main()\n\ta.go:9\n",
	  COUNT "1 @ main.main:a.go:9 state=running a=b c=d\n" },
	{ "goroutine profile: total 3\n2 @ 0x10\n# labels: {\"k\":\"\\ud83d\\ude00"
	  "\\x41\\\"\"}\n1 @ 0x10\n# labels: {}\n",
	  COUNT "2 @ f k=\360\237\230\200A\"\n1 @ f\n" },
	{ "goroutine 1 [running]:\nmain.main()\n", BROKEN(35) "a stack is" },
	{ "goroutine profile: total 3\n2 @ 0x10\ngoroutine profile: total 3\n",
	  "error 3 36: another profile begins here" },
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

Suite *format_legacy_go_suite(void)
{
	Suite *suite = suite_create("format_legacy_go");
	TCase *tcase = tcase_create("text");

	tcase_add_loop_test(tcase, text_is_read, 0, ROWS(rows));
	tcase_add_loop_test(tcase, text_cut_anywhere_or_short_of_memory, 0,
			    ROWS(rows));
	suite_add_tcase(suite, tcase);
	return suite;
}
