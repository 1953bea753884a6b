#include "suites.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "web/job.h"
#include "web/message.h"

/* Messages between processes: every cut of one, and every length that lies. */

static void pack_job(struct pq_buf *b)
{
	struct pq_job job = { .id = 7,
			      .kind = PQ_JOB_SEARCH,
			      .command = PQ_TEXT("top"),
			      .has_argument = true,
			      .argument = PQ_TEXT("main"),
			      .from = 3,
			      .rows = 500,
			      .boxes = 4000,
			      .at = PQ_TEXT("0.2"),
			      .search = PQ_TEXT("x+"),
			      .format = PQ_TEXT("svg"),
			      .link = PQ_TEXT("f=a%20b"),
			      .n_options = 2 };

	job.options[0].name = PQ_TEXT("focus");
	job.options[0].value = PQ_TEXT("a|b");
	job.options[1].name = PQ_TEXT("trim");
	job.options[1].value = PQ_TEXT("f");
	pq_job_pack(&job, b);
}

START_TEST(job_comes_back)
{
	struct pq_buf b = { 0 };
	struct pq_job job;

	pack_job(&b);
	ck_assert(pq_job_unpack(&job, pq_buf_view(&b)));
	ck_assert_int_eq(job.id, 7);
	ck_assert_int_eq(job.kind, PQ_JOB_SEARCH);
	ck_assert(pq_text_is(job.argument, "main"));
	ck_assert_int_eq(job.rows, 500);
	ck_assert(pq_text_is(job.at, "0.2"));
	ck_assert(pq_text_is(job.link, "f=a%20b"));
	ck_assert_uint_eq(job.n_options, 2);
	ck_assert(pq_text_is(job.options[1].name, "trim"));
	pq_buf_release(&b);
}
END_TEST

START_TEST(no_cut_is_a_job)
{
	struct pq_buf b = { 0 };
	struct pq_job job;

	pack_job(&b);
	for (size_t n = 0; n < b.len; n++)
		ck_assert_msg(
			!pq_job_unpack(&job,
				       pq_text_slice(pq_buf_view(&b), 0, n)),
			"cut at %zu", n);
	pq_buf_char(&b, 'x');
	ck_assert_msg(!pq_job_unpack(&job, pq_buf_view(&b)), "one too many");
	pq_buf_release(&b);
}
END_TEST

/* Every byte set to every bit pattern that makes a length lie. */
START_TEST(no_lie_reads_outside)
{
	static const unsigned char lies[] = { 0x01, 0x7f, 0x80, 0xff };
	struct pq_buf b = { 0 };

	pack_job(&b);
	for (size_t at = 0; at < b.len; at++)
		for (size_t i = 0; i < sizeof(lies); i++) {
			char *copy = pq_alloc(b.len);
			struct pq_job job;

			memcpy(copy, b.data, b.len);
			copy[at] = (char)lies[i];
			/* a sanitizer watches what it reads */
			if (pq_job_unpack(&job,
					  (struct pq_text){ copy, b.len }))
				ck_assert_uint_le(job.n_options,
						  PQ_JOB_MOST_OPTIONS);
			pq_free(copy);
		}
	pq_buf_release(&b);
}
END_TEST

START_TEST(reply_comes_back_whole_or_not)
{
	struct pq_reply reply = { .kind = PQ_REPLY_DONE,
				  .id = -1,
				  .code = PQ_ANSWER_LIMIT,
				  .option = PQ_TEXT("focus"),
				  .text = PQ_TEXT("too long") };
	struct pq_buf b = { 0 };
	struct pq_reply back;

	pq_reply_pack(&reply, &b);
	ck_assert(pq_reply_unpack(&back, pq_buf_view(&b)));
	ck_assert_int_eq(back.id, -1);
	ck_assert_int_eq(back.code, PQ_ANSWER_LIMIT);
	ck_assert(pq_text_is(back.text, "too long"));
	for (size_t n = 0; n < b.len; n++)
		ck_assert(!pq_reply_unpack(&back, pq_text_slice(pq_buf_view(&b),
								0, n)));
	pq_buf_release(&b);
}
END_TEST

Suite *web_job_suite(void)
{
	Suite *s = suite_create("web_job");
	TCase *t = tcase_create("messages");

	tcase_add_test(t, job_comes_back);
	tcase_add_test(t, no_cut_is_a_job);
	tcase_add_test(t, no_lie_reads_outside);
	tcase_add_test(t, reply_comes_back_whole_or_not);
	suite_add_tcase(s, t);
	return s;
}
