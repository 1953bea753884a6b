/* Filters by labels, and labels as frames. */
#include "suites.h"

#include <string.h>

#include "helpers.h"
#include "profile/filter.h"

#define CPU "types: cpu/ns\n"

struct row {
	const char *in;
	struct pq_filters filters;
	const char *out; /* the values of the samples that are left */
	const char *said;
};

#define F(...)              \
	{                   \
		__VA_ARGS__ \
	}
#define T(text) PQ_TEXT(text)

static void put_values(struct pq_buf *to, const struct pq_profile *p)
{
	struct pq_walk w;

	pq_walk_begin(&w, &p->samples);
	while (pq_walk_next(&w)) {
		pq_walk_values(&w);
		pq_buf_printf(to, "%lld ", (long long)w.sample.values[0]);
	}
	pq_walk_end(&w);
}

static void expect_kept(const struct row *r, int row)
{
	struct pq_profile *p = profile_of(r->in);
	struct pq_label_units units;
	struct pq_buf values = { 0 };
	struct pq_error err;
	struct said said;

	said_init(&said);
	pq_error_clear(&err);
	pq_label_units_find(&units, p);
	ck_assert_msg(pq_filter(p, &r->filters, &units, &said.log, &err),
		      "row %d: %s", row, err.msg);
	put_values(&values, p);
	ck_assert_msg(!strcmp(pq_buf_cstr(&values), r->out), "row %d: left %s",
		      row, pq_buf_cstr(&values));
	ck_assert_msg(!strcmp(pq_buf_cstr(&said.text), r->said),
		      "row %d: said %s", row, pq_buf_cstr(&said.text));
	pq_label_units_release(&units);
	pq_buf_release(&values);
	said_release(&said);
	pq_profile_free(p);
}

/* ---- tagfocus, tagignore: texts ---- */

#define TEXTS CPU "a 1 k=t1\na 2 k=t2 l=x\na 4 k=t1 k=t3 l=x y:5\na 8\n"

static const struct row texts[] = {
	/* no key: each expression must match some key:value */
	{ TEXTS, F(.tagfocus = T("t1")), "1 4 ", "" },
	{ TEXTS, F(.tagfocus = T("k:t1")), "1 4 ", "" },
	{ TEXTS, F(.tagfocus = T("^k:t1$")), "1 4 ", "" },
	{ TEXTS, F(.tagfocus = T("^t1")), "",
	  "TagFocus expression matched no samples\n" },
	{ TEXTS, F(.tagfocus = T("k:,l:")), "2 4 ", "" },
	{ TEXTS, F(.tagfocus = T("t1,t3")), "4 ", "" },
	{ TEXTS, F(.tagfocus = T("t1,t2")), "",
	  "TagFocus expression matched no samples\n" },
	{ TEXTS, F(.tagfocus = T("=t1")), "1 4 ", "" },
	/* a key: any expression may match any of its values */
	{ TEXTS, F(.tagfocus = T("k=t1")), "1 4 ", "" },
	{ TEXTS, F(.tagfocus = T("k=^t1$")), "1 4 ", "" },
	{ TEXTS, F(.tagfocus = T("k=k:t1")), "",
	  "TagFocus expression matched no samples\n" },
	{ TEXTS, F(.tagfocus = T("k=t2,t3")), "2 4 ", "" },
	{ TEXTS, F(.tagfocus = T("l=t1")), "",
	  "TagFocus expression matched no samples\n" },
	/* only the first = splits */
	{ CPU "a 1 k=b=c\na 2 k=c\n", F(.tagfocus = T("k=b=c")), "1 ", "" },
	{ TEXTS, F(.tagignore = T("t1")), "2 8 ", "" },
	{ TEXTS, F(.tagignore = T("k=.")), "8 ", "" },
	{ TEXTS, F(.tagignore = T("t9")), "1 2 4 8 ",
	  "TagIgnore expression matched no samples\n" },
	{ TEXTS, F(.tagfocus = T("l:"), .tagignore = T("t3")), "2 ", "" },
	/* an empty expression matches, but needs a label to match in */
	{ TEXTS, F(.tagfocus = T("k=")), "1 2 4 ", "" },
};

START_TEST(texts_of_labels_filter_samples)
{
	expect_kept(&texts[_i], _i);
}
END_TEST

/* ---- tagfocus, tagignore: ranges ---- */

#define BYTES                                                      \
	CPU "a 1 b:512/bytes\na 2 b:1024/bytes\na 4 b:2048/bytes " \
	    "c:1/bytes\na 8 b=1024\n"
#define TIMES CPU "a 1 t:500/us\na 2 t:1000/us\na 4 t:2000/us\na 8 u:1\n"
#define IS_RANGE(option, text) \
	option ":Interpreted '" text "' as range, not regexp\n"

static const struct row ranges[] = {
	{ BYTES, F(.tagfocus = T("1kb")), "2 ", IS_RANGE("tagfocus", "1kb") },
	{ BYTES, F(.tagfocus = T("1024b")), "2 ",
	  IS_RANGE("tagfocus", "1024b") },
	{ BYTES, F(.tagfocus = T("1kb:")), "2 4 ",
	  IS_RANGE("tagfocus", "1kb:") },
	{ BYTES, F(.tagfocus = T(":1kb")), "1 2 4 ",
	  IS_RANGE("tagfocus", ":1kb") },
	{ BYTES, F(.tagfocus = T("b=:1kb")), "1 2 ",
	  IS_RANGE("tagfocus", ":1kb") },
	{ BYTES, F(.tagfocus = T("600b:1kb")), "2 ",
	  IS_RANGE("tagfocus", "600b:1kb") },
	{ BYTES, F(.tagfocus = T("512b:1kb")), "1 2 ",
	  IS_RANGE("tagfocus", "512b:1kb") },
	{ BYTES, F(.tagfocus = T("c=1kb:")), "",
	  IS_RANGE("tagfocus",
		   "1kb:") "TagFocus expression matched no samples\n" },
	{ BYTES, F(.tagignore = T("1kb:")), "1 8 ",
	  IS_RANGE("tagignore", "1kb:") },
	{ TIMES, F(.tagfocus = T("t=1ms:2ms")), "2 4 ",
	  IS_RANGE("tagfocus", "1ms:2ms") },
	{ TIMES, F(.tagfocus = T("t=500us:1ms")), "1 2 ",
	  IS_RANGE("tagfocus", "500us:1ms") },
	/* times are no bytes, but what has no known unit is anything */
	{ TIMES, F(.tagfocus = T("1kb:")), "8 ", IS_RANGE("tagfocus", "1kb:") },
	/* a number alone is a range, too, and never a text */
	{ CPU "a 1 n:5\na 2 n=5\n", F(.tagfocus = T("5")), "1 ",
	  IS_RANGE("tagfocus", "5") },
	{ CPU "a 1 n:5\na 2 n:6\n", F(.tagfocus = T("5n")), "1 ",
	  IS_RANGE("tagfocus", "5n") },
	{ CPU "a 1 b:-5/b\na 2 b:5/b\n", F(.tagfocus = T("-9b:0b")), "1 ",
	  IS_RANGE("tagfocus", "-9b:0b") },
	{ CPU "a 1 b:-5/b\na 2 b:5/b\n", F(.tagfocus = T("+5b")), "2 ",
	  IS_RANGE("tagfocus", "+5b") },
	/* the unit is the profile's for that key */
	{ CPU "a 1 b:1/kb\na 2 b:1/mb\na 4 b:1\n", F(.tagfocus = T("1kb")),
	  "1 2 4 ", IS_RANGE("tagfocus", "1kb") },
	{ CPU "a 1 request:1024\n", F(.tagfocus = T("1kb")), "1 ",
	  IS_RANGE("tagfocus", "1kb") },
	/* not quite a range: an expression */
	{ CPU "a 1 k=5x7\na 2 k=5\n", F(.tagfocus = T("5x7")), "1 ", "" },
	{ CPU "a 1 k=1:2:3\n", F(.tagfocus = T("1:2:3")), "1 ", "" },
	{ CPU "a 1 k=a5\n", F(.tagfocus = T("a5")), "1 ", "" },
	{ CPU "a 1 k=1kb:2ms\n", F(.tagfocus = T("1kb:2ms")), "1 ", "" },
};

START_TEST(numbers_of_labels_filter_samples)
{
	expect_kept(&ranges[_i], _i);
}
END_TEST

/* ---- tagshow, taghide ---- */

static const struct {
	const char *in;
	struct pq_filters filters;
	const char *out, *said;
} shown[] = {
	{ CPU "a 1 k=v l=w n:1\na 2\n", F(.tagshow = T("k|n")),
	  CPU "a 1 k=v n:1\na 2\n", "" },
	{ CPU "a 1 k=v l=w n:1\n", F(.taghide = T("k|n")), CPU "a 1 l=w\n",
	  "" },
	{ CPU "a 1 k=v l=w\n", F(.tagshow = T("."), .taghide = T("l")),
	  CPU "a 1 k=v\n", "" },
	/* keys only */
	{ CPU "a 1 k=v\n", F(.tagshow = T("v")), CPU "a 1\n",
	  "TagShow expression matched no samples\n" },
	{ CPU "a 1 k=v\n", F(.taghide = T("v")), CPU "a 1 k=v\n",
	  "TagHide expression matched no samples\n" },
};

START_TEST(labels_are_shown_or_hidden_by_key)
{
	struct pq_profile *p = profile_of(shown[_i].in);
	struct pq_label_units units;
	struct pq_error err;
	struct said said;

	said_init(&said);
	pq_error_clear(&err);
	pq_label_units_find(&units, p);
	ck_assert(pq_filter(p, &shown[_i].filters, &units, &said.log, &err));
	expect_profile(p, shown[_i].out, _i);
	ck_assert_msg(!strcmp(pq_buf_cstr(&said.text), shown[_i].said),
		      "row %d: said %s", _i, pq_buf_cstr(&said.text));
	pq_label_units_release(&units);
	said_release(&said);
	pq_profile_free(p);
}
END_TEST

/* ---- tagroot, tagleaf ---- */

static const struct {
	const char *in;
	const char *root, *leaf, *unit;
	const char *out, *said;
} frames[] = {
	{ CPU "a;b 1 k=v\n", "k", "", "minimum", CPU "v@k;a;b 1 k=v\n", "" },
	{ CPU "a;b 1 k=v\n", "", "k", "minimum", CPU "a;b;v@k 1 k=v\n", "" },
	/* the first key is outermost, the last innermost */
	{ CPU "a 1 k=v l=w\n", "k,l", "", "minimum",
	  CPU "v@k;w@l;a 1 k=v l=w\n", "" },
	{ CPU "a 1 k=v l=w\n", "", "k,l", "minimum",
	  CPU "a;v@k;w@l 1 k=v l=w\n", "" },
	{ CPU "a 1 k=v l=w\n", ",k,", "l,,", "minimum",
	  CPU "v@k;a;w@l 1 k=v l=w\n", "" },
	/* values in their order, texts before numbers */
	{ CPU "a 1 k:7 k=z k=v\n", "k", "", "minimum",
	  CPU "z,v,7@k;a 1 k:7 k=z k=v\n", "" },
	/* numbers are shown in the unit when the sample has one */
	{ CPU "a 1 b:1024/bytes\na 2 b:2048\n", "b", "", "minimum",
	  CPU "1kB@b;a 1 b:1024/bytes\n2048@b;a 2 b:2048\n", "" },
	{ CPU "a 1 b:1024/bytes\n", "b", "", "mb", CPU "0@b;a 1 b:1024/bytes\n",
	  "" },
	{ CPU "a 1 b:2048\n", "b", "", "mb", CPU "2048@b;a 1 b:2048\n", "" },
	/* without the label there is a frame all the same */
	{ CPU "a 1 k=v\na 2\n", "k", "", "minimum", CPU "v@k;a 1 k=v\n@k;a 2\n",
	  "" },
	{ CPU "a 1\n- 2\n", "k", "", "minimum", CPU "@k;a 1\n@k 2\n",
	  "TagRoot expression matched no samples\n" },
	{ CPU "a 1\n", "", "k", "minimum", CPU "a;@k 1\n",
	  "TagLeaf expression matched no samples\n" },
	/* no keys, no frames */
	{ CPU "a 1 k=v\n", ",", "", "minimum", CPU "a 1 k=v\n",
	  "TagRoot expression matched no samples\n" },
	{ CPU "a 1 k=v\n", "", "", "minimum", CPU "a 1 k=v\n", "" },
};

START_TEST(labels_become_frames)
{
	struct pq_profile *p = profile_of(frames[_i].in);
	struct said said;

	said_init(&said);
	pq_add_label_frames(p, pq_text_of(frames[_i].root),
			    pq_text_of(frames[_i].leaf),
			    pq_text_of(frames[_i].unit), &said.log);
	expect_profile(p, frames[_i].out, _i);
	ck_assert_msg(!strcmp(pq_buf_cstr(&said.text), frames[_i].said),
		      "row %d: said %s", _i, pq_buf_cstr(&said.text));
	said_release(&said);
	pq_profile_free(p);
}
END_TEST

/* Shared by name and key, numbered from the last key to the first. */
START_TEST(label_frames_continue_the_ids)
{
	static const char *const names[] = { "w", "v", "x" };
	struct pq_profile *p =
		profile_of(CPU "a;b 1 k=v l=w\na 2 k=v l=w\nb 4 l=x k=v\n");
	struct said said;

	said_init(&said);
	pq_add_label_frames(p, PQ_TEXT("k,l"), PQ_TEXT(""), PQ_TEXT("auto"),
			    &said.log);
	ck_assert_uint_eq(p->locations.n, 2 + 3);
	for (uint32_t i = 0; i < 3; i++) {
		const struct pq_location *l = &p->locations.at[2 + i];
		const struct pq_function *f =
			pq_line_function(p, pq_location_lines(p, l));

		ck_assert_uint_eq(l->id, 3 + i);
		ck_assert_uint_eq(l->mapping, PQ_NONE);
		ck_assert_uint_eq(p->location_order.at[2 + i], 2 + i);
		ck_assert_uint_eq(f->id, 3 + i);
		ck_assert(pq_text_is(pq_string(p, f->name), names[i]));
	}
	said_release(&said);
	pq_profile_free(p);
}
END_TEST

Suite *profile_filter_tags_suite(void)
{
	Suite *suite = suite_create("profile_filter_tags");
	TCase *tcase = tcase_create("filter_tags");

	tcase_add_loop_test(tcase, texts_of_labels_filter_samples, 0,
			    ROWS(texts));
	tcase_add_loop_test(tcase, numbers_of_labels_filter_samples, 0,
			    ROWS(ranges));
	tcase_add_loop_test(tcase, labels_are_shown_or_hidden_by_key, 0,
			    ROWS(shown));
	tcase_add_loop_test(tcase, labels_become_frames, 0, ROWS(frames));
	tcase_add_test(tcase, label_frames_continue_the_ids);
	suite_add_tcase(suite, tcase);
	return suite;
}
