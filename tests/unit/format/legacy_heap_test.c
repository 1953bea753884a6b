#include "format/legacy_dump.h"

#include <string.h>

#include "suites.h"

#define TYPES "objects/count space/bytes period space/bytes "
#define ALL                                      \
	"alloc_objects/count alloc_space/bytes " \
	"inuse_objects/count inuse_space/bytes period space/bytes "
#define NO_MAP "0-ffffffffffffffff 0  \n"

/* The error of a line that begins at an offset. */
#define BROKEN(offset) "error 3 " #offset ": malformed profile: "

static const struct {
	const char *in, *want;
} rows[] = {
	/* kinds: what is estimated, and the period */
	{ "heap profile: 1: 2 [2: 4] @ heap/1048576\n"
	  "1: 2048 [2: 4096] @ 0x401000 0x402000\n",
	  ALL "524288\n"
	      "513 1050625 256 525312 @ 400fff 401fff bytes=2048\n" NO_MAP },
	{ "heap profile: 1: 2 [1: 2] @ heap_v2/524288\n"
	  "1: 2048 [1: 2048] @ 0x401000\n",
	  TYPES "524288\n256 525312 @ 400fff bytes=2048\n" NO_MAP },
	{ "heap profile:1:2[0:0]@heapz_v2/1\n1: 2048 [0: 0] @ 0x1\n",
	  TYPES "1\n1 2048 @ 0 bytes=2048\n" },
	{ "heap profile: 1: 2 [0: 0] @ heap_v2\n3: 30 [0: 0] @ 0x2\n",
	  TYPES "0\n3 30 @ 1 bytes=10\n" NO_MAP },
	{ "heap profile: 1: 2 [0: 9] @ heapprofile\n3: 30 [4: 80] @ 0x2\n",
	  ALL "1\n4 80 3 30 @ 1 bytes=10\n" },
	{ "heap profile: 1: 2 [9: 9] @ growth\n-3: -30 [4: 80] @ 0x2 0x0\n",
	  TYPES "1\n-3 -30 @ 1 ffffffffffffffff bytes=10\n" NO_MAP },
	{ "heap profile: 1: 2 [9: 9] @ growthz\n", TYPES "1\n" },
	{ "heap profile: 1: 2 [9: 9] @ fragmentationz\n", TYPES "1\n" },
	{ "I0101 x] heap profile: 1: 2 [0: 0] @ heapprofile\n", TYPES "1\n" },
	{ "heap profile: 1: 2 [0: 0] @ heapspace\n", BROKEN(0) "a heap" },
	{ "heap profile: 1: 2 [0: 0] @ heap/99999999999999999999\n",
	  BROKEN(0) "the sampling rate" },
	/* samples */
	{ "heap profile: 0: 0 [0: 0] @ heapprofile\r\n"
	  "\r\n# comment\n  1:8[0:0] @ 0x00x5 x0x6 0x z 0x7\n"
	  "3: 9 [0: 0] @\n0: 0 [0: 0] @0x3\n",
	  TYPES
	  "1\n1 8 @ ffffffffffffffff 5 bytes=8\n3 9 @ bytes=3\n0 0 @ 2 bytes=0\n" },
	{ "heap profile: 0: 0 [1: 1] @ heapprofile\n0: 0 [2: 8] @ 0x3\n",
	  ALL "1\n2 8 0 0 @ 2 bytes=4\n" },
	{ "heap profile: 0: 0 [0: 0] @ heap/2\n"
	  "-1: -9223372036854775808 [0: 0] @ 0x3\n",
	  TYPES "1\n-1 -9223372036854775808 @ 2 "
		"bytes=-9223372036854775808\n" },
	{ "heap profile: 0: 0 [0: 0] @ heapprofile\n0: 5 [0: 0] @ 0x3\n",
	  BROKEN(40) "the sample has bytes but a count of 0" },
	{ "heap profile: 0: 0 [1: 1] @ heapprofile\n1: 5 [0: 7] @ 0x3\n",
	  BROKEN(40) "the sample has bytes but a count of 0" },
	{ "heap profile: 0: 0 [0: 0] @ heapprofile\n\n1: 5 [0: 0] 0x3\n",
	  BROKEN(41) "unexpected number of sample values" },
	{ "heap profile: 0: 0 [0: 0] @ heapprofile\n"
	  "9223372036854775808: 5 [0: 0] @ 0x3\n",
	  BROKEN(40) "a value" },
	{ "heap profile: 0: 0 [0: 0] @ heapprofile\n"
	  "99999999999999999999999999999999999999999999999999999999999999999"
	  "9999999999999999999: 5 [0: 0] @ 0x3\n",
	  BROKEN(40) "a value" },
	{ "heap profile: 0: 0 [0: 0] @ heapprofile\n"
	  "1: 5 [0: 0] @ 0x10000000000000000\n",
	  BROKEN(40) "an address" },
	/* jemalloc: sums over threads count, threads stand in for them */
	{ "heap_v2/524288\n  t*: 3: 60 [0: 0]\n  t1: 3: 60 [0: 0]\n"
	  "@ 0x401000 0x402000\n  t*: 1: 2048 [0: 0]\n"
	  "  t0: 7: 7 [0: 0]\n  t1: 1: 2048 [0: 0] worker\n"
	  "@ 0x401000\n  t1: 1: 2048 [0: 0]\n  t2: 1: 2048 [0: 0]\n"
	  "\nMAPPED_LIBRARIES:\n"
	  "00400000-00500000 r-xp 00000000 08:01 1   /bin/server\n",
	  TYPES "524288\n"
		"256 525312 @ 400fff 401fff bytes=2048\n"
		"513 1050625 @ 400fff bytes=2048\n"
		"400000-500000 0 /bin/server \n" },
	{ "heap_v2/1\n  t*: 3: 60 [4: 80]\n@ 0x5\n  t*: 1: 20 [2: 40]\n",
	  ALL "1\n2 40 1 20 @ 4 bytes=20\n" },
	{ "heap_v2/1\n", TYPES "1\n" },
	{ "heap_v2/1x\n", BROKEN(0) "the sampling rate" },
	{ "heap_v2/1\n@ 0x5\n  t*: 1 20 [2: 40]\n", BROKEN(16) "the line" },
	{ "heap_v2/1\n@ 0x5\n  q\n", BROKEN(16) "the line" },
	{ "heap_v2/1\n@ 0x5\n t1: 9223372036854775807: 1 [0: 0]\n"
	  " t2: 1: 1 [0: 0]\n",
	  BROKEN(51) "the sum" },
};

START_TEST(heap_is_read)
{
	legacy_expect(rows[_i].in, strlen(rows[_i].in), rows[_i].want, _i);
}
END_TEST

START_TEST(heap_cut_anywhere_or_short_of_memory)
{
	legacy_cut_everywhere(rows[_i].in, strlen(rows[_i].in), _i);
	legacy_refuse_memory(rows[_i].in, strlen(rows[_i].in), _i);
}
END_TEST

Suite *format_legacy_heap_suite(void)
{
	Suite *suite = suite_create("format_legacy_heap");
	TCase *tcase = tcase_create("heap");

	tcase_add_loop_test(tcase, heap_is_read, 0, ROWS(rows));
	tcase_add_loop_test(tcase, heap_cut_anywhere_or_short_of_memory, 0,
			    ROWS(rows));
	suite_add_tcase(suite, tcase);
	return suite;
}
