#include "format/legacy_dump.h"

#include <string.h>

#include "suites.h"

#define FRAME(name, url, line)                                        \
	"\"callFrame\":{\"functionName\":\"" name "\",\"url\":\"" url \
	"\",\"lineNumber\":" #line ",\"columnNumber\":4}"
#define ROOT "{\"id\":1," FRAME("(root)", "", -1) ",\"children\":[2]}"
#define CPU "samples/count cpu/nanoseconds period cpu/nanoseconds "
#define HEAP "inuse_space/bytes period / 0\n"
#define NODES "{\"nodes\":[" ROOT ",{\"id\":2," FRAME("f", "a.js", 6) "}]"

static const struct {
	const char *in, *want;
} rows[] = {
	/* a sample lasts until the next one, the last one to the end */
	{ " {\"nodes\":[" ROOT
	  ",{\"id\":2," FRAME("", "file:///a%20b.js", 6) ",\"children\":[9]},{\"id\":9," FRAME(
		  "g", "node:fs",
		  0) "}],"
		     "\"startTime\":100,\"endTime\":140,\"samples\":[9,2,9],"
		     "\"timeDeltas\":[5,10,7]} \n",
	  CPU "13000\n1 7000 @ (anonymous):/a b.js:7\n"
	      "2 28000 @ g:node:fs:1 (anonymous):/a b.js:7\n0-0 0  \n" },
	/* parents in place of children; no samples */
	{ "{\"nodes\":[{\"id\":1," FRAME(
		  "(root)", "", -1) "},{\"parent\":1,"
				    "\"hitCount\":4,\"id\":2," FRAME(
					    "f", "http://h/a.js",
					    1) "}],"
					       "\"startTime\":0,\"endTime\":8}",
	  CPU "2000\n4 8000 @ f:http://h/a.js:2\n" },
	{ NODES ",\"samples\":[],\"timeDeltas\":[]}", CPU "0\n0-0 0  \n" },
	/* time that runs back counts as it stands; fewer deltas than samples */
	{ NODES ",\"samples\":[2,2,2],\"timeDeltas\":[1,-3]}",
	  CPU "0\n3 -3000 @ f:a.js:7\n" },
	{ NODES ",\"samples\":[1],\"timeDeltas\":[1]}",
	  CPU "0\n1 0 @ (root)::0\n" },
	{ NODES ",\"samples\":[3],\"timeDeltas\":[1]}",
	  "error 3 0: sample 0 is" },
	{ NODES ",\"samples\":[-1],\"timeDeltas\":[1]}",
	  "error 3 0: sample 0 is" },
	{ NODES ",\"samples\":[2.5],\"timeDeltas\":[1]}",
	  "error 3 0: sample 0 is" },
	/* fractions are rounded */
	{ NODES ",\"samples\":[2,2],\"timeDeltas\":[1.5,2.4e0],"
		"\"startTime\":0.25,\"endTime\":9.75}",
	  CPU "5000\n2 8000 @ f:a.js:7\n" },
	{ NODES ",\"samples\":[2,2],\"timeDeltas\":[1.5.2,2]}",
	  "error 3 231: this list" },
	/* what the inspector answers */
	{ "{\"id\":3,\"result\":{\"profile\":" NODES
	  ",\"samples\":[2,2],\"timeDeltas\":[1,2]}}}",
	  CPU "0\n2 2000 @ f:a.js:7\n" },
	{ "{\"profile\":" NODES ",\"samples\":[2,2],\"timeDeltas\":[1,2]}}",
	  CPU "0\n2 2000 @ f:a.js:7\n" },
	/* the older tree */
	{ "{\"head\":{\"functionName\":\"(root)\",\"lineNumber\":0,\"id\":1,"
	  "\"hitCount\":0,\"children\":[{\"functionName\":\"f\",\"url\":"
	  "\"a.js\",\"lineNumber\":7,\"id\":2,\"hitCount\":1}]},"
	  "\"startTime\":1.5,\"endTime\":2,\"samples\":[2,2,2],"
	  "\"timestamps\":[100,110,130]}",
	  CPU "15000\n3 45000 @ f:a.js:7\n" },
	{ "{\"head\":{\"functionName\":\"f\",\"lineNumber\":1,\"columnNumber\":"
	  "2,\"url\":\"a.js\",\"selfSize\":9}}",
	  HEAP "9 @ f:a.js:2\n" },
	{ NODES ",\"samples\":[9007199254740992],\"timeDeltas\":[1]}",
	  "error 3 212: this list" },
	{ NODES ",\"samples\":[2,2,2],\"timeDeltas\":[0,9007199254740991,"
		"9007199254740991]}",
	  "error 3 0: node 1 has more time" },
	/* more hits than microseconds, and fewer than none elsewhere */
	{ "{\"nodes\":[{\"id\":1," FRAME(
		  "f", "", 0) ",\"hitCount\":"
			      "9007199254740991},{\"id\":2," FRAME(
				      "g", "",
				      0) ",\"hitCount\":"
					 "-9007199254740990}],\"startTime\":0,"
					 "\"endTime\":9007199254740991}",
	  "error 3 0: node 0 has more time" },
	{ "{\"nodes\":[{\"id\":1," FRAME("f", "file:///%2Fa%2fb%zz.js",
					 0) ",\"hitCount\":1}]}",
	  CPU "0\n1 0 @ f://a/b%zz.js:1\n" },
	{ "{\"nodes\":[{\"id\":1,\"x\":\"callFrame\"}]}",
	  "error 3 0: node 0 has no" },
	{ "{\"nodes\":[{\"id\":1,\"parent\":7," FRAME("f", "", 0) "}]}",
	  "error 3 0: node 0 names a node" },
	{ NODES ",\"samples\":[1,],\"timeDeltas\":[1]}", "error 3 212: this" },
	{ NODES ",\"samples\":[1 1],\"timeDeltas\":[1]}", "error 3 212: this" },
	{ NODES ",\"samples\":[-],\"timeDeltas\":[1]}", "error 3 212: this" },
	/* keys that only look like those of the lists */
	{ NODES ",\"x\":{\"samples\":[\"[\\\"\"]},\"timeDeltas\":[ 1 , 2 ]}",
	  CPU "0\n0-0 0  \n" },
	{ NODES ",\"samples\":[1e999],\"timeDeltas\":[1]}", "error 3 " },
	{ NODES ",\"samples\":[2,2],\"timeDeltas\":[1,1e18]}",
	  "error 3 231: this list" },
	{ NODES ",\"samples\":[2,2],\"timeDeltas\":[1,\"x\"]}",
	  "error 3 231: this list" },
	{ NODES "} x", "error 3 202: something follows" },
	{ NODES, "error 3 200: no JSON" },
	/* what is no tree */
	{ "{\"nodes\":[{\"id\":1,\"children\":[1]," FRAME("f", "", 0) "}]}",
	  "error 3 0: node 0 is deeper" },
	{ "{\"nodes\":[{\"id\":1,\"children\":[7]," FRAME("f", "", 0) "}]}",
	  "error 3 0: node 0 names a node" },
	{ "{\"nodes\":[" ROOT "," ROOT "]}", "error 3 0: node 1 has the id" },
	{ "{\"nodes\":[" ROOT
	  ",{\"id\":2," FRAME("f", "", 0) "},{\"id\":3,\"children\":[2]," FRAME(
		  "f", "", 0) "}]}",
	  "error 3 0: node 1 has two" },
	{ "{\"nodes\":[{" FRAME("f", "", 0) "}]}", "error 3 0: node 0 has no" },
	{ "{\"nodes\":{\"callFrame\":1}}", "error 3 0: there are no" },
	/* heap */
	{ "{\"head\":{" FRAME(
		  "(root)", "",
		  -1) ",\"selfSize\":3,\"children\":["
		      "{" FRAME(
			      "f", "a.js",
			      1) ",\"selfSize\":8,\"children\":["
				 "{" FRAME(
					 "g", "a.js",
					 2) ",\"selfSize\":5}]},"
					    "{" FRAME(
						    "g", "a.js",
						    2) ",\"selfSize\":0,\"children\":[]}]},"
						       "\"samples\":[]}",
	  HEAP "3 @ (root)::0\n8 @ f:a.js:2\n5 @ g:a.js:3 f:a.js:2\n" },
	{ "{\"head\":{" FRAME("f", "", 1) ",\"selfSize\":1.5}}",
	  "error 3 0: node 0 has no \"selfSize\"" },
	{ "{\"head\":{" FRAME("f", "", 1) ",\"selfSize\":1,\"children\":[{}]}}",
	  "error 3 0: node 1 has no \"callFrame\"" },
	/* other JSON */
	{ "{\"a\":1}", "error 3 0: this is a JSON file" },
};

START_TEST(json_is_read)
{
	legacy_expect(rows[_i].in, strlen(rows[_i].in), rows[_i].want, _i);
}
END_TEST

START_TEST(json_cut_anywhere_or_short_of_memory)
{
	legacy_cut_everywhere(rows[_i].in, strlen(rows[_i].in), _i);
	legacy_refuse_memory(rows[_i].in, strlen(rows[_i].in), _i);
}
END_TEST

/* Nesting that a recursive reader would follow down to the end. */
START_TEST(nesting_has_a_limit)
{
	struct pq_buf in = { 0 };

	pq_buf_str(&in, "{\"head\":{\"callFrame\":{},\"selfSize\":1,\"a\":");
	pq_buf_repeat(&in, '[', 1000000);
	legacy_expect(in.data, in.len, "error 3 ", 0);
	pq_buf_release(&in);
}
END_TEST

static void put_chain(struct pq_buf *to, int n)
{
	pq_buf_clear(to);
	for (int i = 1; i <= n; i++)
		pq_buf_printf(to,
			      "%s{\"id\":%d,\"callFrame\":{},"
			      "\"hitCount\":%d,\"children\":[%d]}",
			      i == 1 ? "{\"nodes\":[" : ",", i, i == n, i + 1);
	pq_buf_printf(to, ",{\"id\":%d,\"callFrame\":{}}]}", n + 1);
}

START_TEST(depth_has_a_limit)
{
	struct pq_buf in = { 0 };

	put_chain(&in, 1023);
	legacy_expect(in.data, in.len, CPU, 0);
	put_chain(&in, 1024);
	legacy_expect(in.data, in.len, "error 3 0: node 1024 is deeper", 1);
	pq_buf_release(&in);
}
END_TEST

/* A cJSON value costs far more than a comma. */
START_TEST(values_have_a_limit)
{
	struct pq_buf in = { 0 };

	pq_buf_str(&in, "{\"head\":{\"callFrame\":{},\"a\":[");
	pq_buf_repeat(&in, ',', 6000001);
	legacy_expect(in.data, in.len, "error 4 0: more than 6000000", 0);
	pq_buf_release(&in);
}
END_TEST

/* Deltas that add up to more than 64 bits say nothing of the last sample. */
START_TEST(time_that_does_not_add_up)
{
	struct pq_buf in = { 0 };

	pq_buf_str(&in, NODES ",\"startTime\":0,\"endTime\":9,"
			      "\"samples\":[2],\"timeDeltas\":[0");
	for (int i = 0; i < 1100; i++)
		pq_buf_str(&in, ",-9007199254740991");
	pq_buf_str(&in, "]}");
	legacy_expect(in.data, in.len, CPU, 0);
	pq_buf_release(&in);
}
END_TEST

Suite *format_v8_read_suite(void)
{
	Suite *suite = suite_create("format_v8_read");
	TCase *tcase = tcase_create("json");

	tcase_add_loop_test(tcase, json_is_read, 0, ROWS(rows));
	tcase_add_loop_test(tcase, json_cut_anywhere_or_short_of_memory, 0,
			    ROWS(rows));
	tcase_add_test(tcase, nesting_has_a_limit);
	tcase_add_test(tcase, depth_has_a_limit);
	tcase_add_test(tcase, values_have_a_limit);
	tcase_add_test(tcase, time_that_does_not_add_up);
	suite_add_tcase(suite, tcase);
	return suite;
}
