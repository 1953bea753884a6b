#include "suites.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"

/* A run under a guard: what to do, and what it left in `kept`. */
struct run {
	void (*inner)(void *arg);
	char *kept;
	size_t a, b;
	struct pq_error err;
	bool inner_ok;
};

START_TEST(blocks_are_counted)
{
	char *a, *b;

	ck_assert(pq_mem_used() == 0);
	a = pq_alloc(100);
	b = pq_alloc_zeroed(50);
	for (int i = 0; i < 50; i++)
		ck_assert_int_eq(b[i], 0);
	ck_assert(pq_mem_used() == 150);
	ck_assert(pq_mem_peak() >= 150);
	a = pq_realloc(a, 20);
	ck_assert(pq_mem_used() == 70);
	a = pq_realloc(a, 200);
	ck_assert(pq_mem_used() == 250);
	pq_free(b);
	ck_assert(pq_mem_used() == 200);
	pq_free(a);
	pq_free(NULL);
	ck_assert(pq_mem_used() == 0);
	ck_assert(pq_mem_peak() >= 250);
}
END_TEST

START_TEST(realloc_keeps_the_content)
{
	char *p = pq_realloc(NULL, 4);

	memcpy(p, "abc", 4);
	p = pq_realloc(p, 1 << 20);
	ck_assert_str_eq(p, "abc");
	p = pq_realloc(p, 4);
	ck_assert_str_eq(p, "abc");
	pq_free(p);
}
END_TEST

START_TEST(blocks_are_aligned_to_16_bytes)
{
	void *p = pq_alloc((size_t)_i);

	ck_assert_msg((uintptr_t)p % 16 == 0, "%d bytes", _i);
	pq_free(p);
}
END_TEST

static void allocate_and_free(void *arg)
{
	struct run *r = arg;

	pq_free(pq_alloc(r->a));
}

static void keep_a_block(void *arg)
{
	struct run *r = arg;

	r->kept = pq_alloc(r->a);
	memset(r->kept, 'x', r->a);
}

START_TEST(a_guard_that_holds_keeps_its_blocks)
{
	struct run r = { .a = 100 };

	ck_assert(pq_mem_guard(keep_a_block, &r, &r.err));
	ck_assert_int_eq(r.err.code, PQ_OK);
	ck_assert(pq_mem_used() == 100);
	ck_assert_int_eq(r.kept[99], 'x');
	pq_free(r.kept);
}
END_TEST

static const struct {
	uint64_t limit;
	size_t bytes;
	bool ok;
} budgets[] = {
	{ 1000, 999, true },	  { 1000, 1000, true },
	{ 1000, 1001, false },	  { 1000, SIZE_MAX, false },
	{ 1000, 0, true },	  { 1, 1, true },
	{ 1, 2, false },	  { 0, 1 << 20, true },
	{ 0, SIZE_MAX, false },	  { 0, SIZE_MAX / 2, false },
	{ UINT64_MAX, 10, true }, { UINT64_MAX, SIZE_MAX, false },
};

START_TEST(budget)
{
	uint64_t old = pq_mem_limit(budgets[_i].limit, "");
	struct run r = { .a = budgets[_i].bytes };

	ck_assert_msg(pq_mem_guard(allocate_and_free, &r, &r.err) ==
			      budgets[_i].ok,
		      "row %d", _i);
	ck_assert_msg(r.err.code == (budgets[_i].ok ? PQ_OK : PQ_ELIMIT),
		      "row %d: code %d", _i, r.err.code);
	ck_assert_msg(pq_mem_used() == 0, "row %d: memory kept", _i);
	ck_assert_msg(pq_mem_limit(old, "") == budgets[_i].limit,
		      "row %d: limit", _i);
}
END_TEST

START_TEST(the_budget_counts_what_is_held_and_not_what_was_freed)
{
	uint64_t old = pq_mem_limit(1000, "");
	struct run r = { .a = 900 };
	struct pq_error err = { 0 };

	for (int i = 0; i < 10; i++)
		ck_assert(pq_mem_guard(allocate_and_free, &r, &r.err));
	ck_assert(pq_mem_guard(keep_a_block, &r, &r.err));
	r.a = 101;
	ck_assert(!pq_mem_guard(allocate_and_free, &r, &err));
	r.a = 100;
	ck_assert(pq_mem_guard(allocate_and_free, &r, &r.err));
	pq_free(r.kept);
	pq_mem_limit(old, "");
}
END_TEST

static const struct {
	uint64_t limit;
	const char *want;
} messages[] = {
	{ 0, "out of memory" },
	{ 64 << 10, "needs more than 64 KiB of memory; --x raises it" },
	{ 3 << 20, "needs more than 3 MiB of memory; --x raises it" },
	{ 5ull << 30, "needs more than 5120 MiB of memory; --x raises it" },
};

START_TEST(the_message_says_how_to_raise_the_limit)
{
	uint64_t old = pq_mem_limit(messages[_i].limit, "; --x raises it");
	struct run r = { .a = SIZE_MAX };

	ck_assert_msg(!pq_mem_guard(allocate_and_free, &r, &r.err), "row %d",
		      _i);
	pq_mem_limit(old, "");
	ck_assert_msg(!strcmp(r.err.msg, messages[_i].want), "row %d: %s", _i,
		      r.err.msg);
}
END_TEST

static void allocate_much_and_fail(void *arg)
{
	struct run *r = arg;
	void *blocks[10];

	for (int i = 0; i < 10; i++)
		blocks[i] = pq_alloc(100);
	pq_free(blocks[0]); /* the oldest, one between, the newest */
	pq_free(blocks[5]);
	pq_free(blocks[9]);
	r->kept = pq_realloc(r->kept, 5000);
	r->kept[4999] = 'y';
	pq_size_add(SIZE_MAX, 1);
}

START_TEST(a_failing_guard_frees_everything_of_its_own)
{
	struct run r = { .kept = pq_alloc(10) };

	/* An older block that grew inside the guard stays its owner's. */
	ck_assert(!pq_mem_guard(allocate_much_and_fail, &r, &r.err));
	ck_assert(pq_mem_used() == 5000);
	ck_assert_int_eq(r.kept[4999], 'y');
	pq_free(r.kept);
	ck_assert(pq_mem_used() == 0);
}
END_TEST

static void free_the_older_block_and_fail(void *arg)
{
	struct run *r = arg;

	pq_alloc(30);
	pq_free(r->kept);
	pq_alloc(40);
	pq_size_add(SIZE_MAX, 1);
}

START_TEST(an_older_block_may_be_freed_inside_a_guard)
{
	char *oldest = pq_alloc(20);
	struct run r = { .kept = pq_alloc(10) };

	ck_assert(!pq_mem_guard(free_the_older_block_and_fail, &r, &r.err));
	ck_assert(pq_mem_used() == 20);
	pq_free(oldest);
	ck_assert(pq_mem_used() == 0);
}
END_TEST

static void guard_inside(void *arg)
{
	struct run *r = arg;
	struct run in = { .kept = r->kept };

	pq_alloc(300);
	r->inner_ok = pq_mem_guard(r->inner, &in, &in.err);
	r->kept = in.kept;
	if (r->a)
		pq_size_add(SIZE_MAX, r->a);
}

static const struct {
	void (*inner)(void *arg);
	size_t fail_after; /* whether the outer one fails too */
	bool inner_ok, outer_ok;
	uint64_t used; /* kept block included */
} nested[] = {
	{ allocate_and_free, 0, true, true, 310 },
	{ allocate_and_free, 1, true, false, 10 },
	{ allocate_much_and_fail, 0, false, true, 5300 },
	{ allocate_much_and_fail, 1, false, false, 5000 },
	{ free_the_older_block_and_fail, 0, false, true, 300 },
	{ free_the_older_block_and_fail, 1, false, false, 0 },
};

static void run_nested(void *arg)
{
	struct run *r = arg;
	struct run in = { .inner = nested[r->b].inner,
			  .kept = r->kept,
			  .a = nested[r->b].fail_after };

	ck_assert_msg(pq_mem_guard(guard_inside, &in, &in.err) ==
			      nested[r->b].outer_ok,
		      "row %zu: outer", r->b);
	ck_assert_msg(in.inner_ok == nested[r->b].inner_ok, "row %zu: inner",
		      r->b);
	ck_assert_msg(pq_mem_used() == nested[r->b].used, "row %zu: %llu used",
		      r->b, (unsigned long long)pq_mem_used());
	pq_size_add(SIZE_MAX, 1); /* so that the last of it goes, too */
}

static void allocate_then_run_nested(void *arg)
{
	struct run *r = arg;

	r->kept = pq_alloc(10);
	run_nested(r);
}

START_TEST(guards_nest)
{
	struct run r = { .b = (size_t)_i };

	ck_assert_msg(!pq_mem_guard(allocate_then_run_nested, &r, &r.err),
		      "row %d", _i);
	ck_assert_msg(pq_mem_used() == 0, "row %d: memory kept", _i);
}
END_TEST

static void multiply(void *arg)
{
	struct run *r = arg;

	r->kept = NULL;
	r->a = pq_size_mul(r->a, r->b);
	r->inner_ok = true;
}

static void add(void *arg)
{
	struct run *r = arg;

	r->a = pq_size_add(r->a, r->b);
	r->inner_ok = true;
}

static const struct {
	void (*fn)(void *arg);
	size_t a, b, result;
	bool ok;
} sums[] = {
	{ add, 0, 0, 0, true },
	{ add, 2, 3, 5, true },
	{ add, SIZE_MAX, 0, SIZE_MAX, true },
	{ add, SIZE_MAX - 1, 1, SIZE_MAX, true },
	{ add, SIZE_MAX, 1, 0, false },
	{ add, SIZE_MAX, SIZE_MAX, 0, false },
	{ multiply, 0, SIZE_MAX, 0, true },
	{ multiply, 6, 7, 42, true },
	{ multiply, SIZE_MAX, 1, SIZE_MAX, true },
	{ multiply, SIZE_MAX / 2, 2, SIZE_MAX - 1, true },
	{ multiply, SIZE_MAX / 2 + 1, 2, 0, false },
	{ multiply, SIZE_MAX >> 1, SIZE_MAX >> 1, 0, false },
};

START_TEST(sizes_do_not_wrap)
{
	struct run r = { .a = sums[_i].a, .b = sums[_i].b };
	bool ok = pq_mem_guard(sums[_i].fn, &r, &r.err);

	ck_assert_msg(ok == sums[_i].ok && r.inner_ok == ok, "row %d", _i);
	if (ok)
		ck_assert_msg(r.a == sums[_i].result, "row %d: %zu", _i, r.a);
	else
		ck_assert_msg(r.err.code == PQ_ELIMIT, "row %d", _i);
}
END_TEST

static void *zeroed(void)
{
	return pq_alloc_zeroed(8);
}

static void *plain(void)
{
	return pq_alloc(8);
}

static void *grown(void)
{
	return pq_realloc(pq_alloc(8), 16);
}

static void count_calls(void *arg)
{
	struct run *r = arg;
	static void *(*const calls[])(void) = { zeroed, plain, grown, plain };

	for (int i = 0; i < ROWS(calls); i++) {
		pq_free(calls[i]());
		r->b++;
	}
}

static const struct {
	uint64_t after;
	bool forever;
	size_t calls_first, calls_second; /* that succeed */
} failures[] = {
	{ 0, false, 4, 4 }, { 0, true, 4, 4 },	{ 1, false, 0, 4 },
	{ 1, true, 0, 0 },  { 3, false, 2, 4 }, { 4, false, 2, 4 },
	{ 4, true, 2, 0 },  { 5, false, 3, 4 }, { 6, false, 4, 0 },
	{ 6, true, 4, 0 },  { 7, false, 4, 1 },
};

START_TEST(injected_failures)
{
	struct run r = { 0 }, again = { 0 };

	pq_mem_fail_after(failures[_i].after, failures[_i].forever);
	pq_mem_guard(count_calls, &r, &r.err);
	pq_mem_guard(count_calls, &again, &again.err);
	pq_mem_fail_after(0, false);
	ck_assert_msg(r.b == failures[_i].calls_first, "row %d: %zu calls", _i,
		      r.b);
	ck_assert_msg(again.b == failures[_i].calls_second,
		      "row %d: then %zu calls", _i, again.b);
	ck_assert_msg(pq_mem_used() == 0, "row %d: memory kept", _i);
}
END_TEST

/* ---- handing over ---- */

struct handing {
	struct pq_mem_parcel parcel;
	char *text;
	uint64_t left;
};

static void *make_parcel(void *arg)
{
	struct handing *h = arg;

	pq_free(pq_alloc(100));
	h->text = pq_alloc(6);
	memcpy(h->text, "given", 6);
	pq_alloc(50);
	h->parcel = pq_mem_detach();
	h->left = pq_mem_used();
	return NULL;
}

static void adopt_and_run_out(void *arg)
{
	struct handing *h = arg;

	pq_mem_adopt(&h->parcel);
	ck_assert_uint_eq(pq_mem_used(), 56 + 10);
	ck_assert_str_eq(h->text, "given");
	h->text = pq_realloc(h->text, 1000);
	ck_assert_str_eq(h->text, "given");
	pq_mem_fail_after(1, false);
	pq_alloc(1);
}

START_TEST(a_parcel_is_of_the_thread_that_adopts_it)
{
	struct handing h;
	struct pq_error err;
	pthread_t thread;
	void *own = pq_alloc(10);

	pq_error_clear(&err);
	ck_assert(!pthread_create(&thread, NULL, make_parcel, &h));
	pthread_join(thread, NULL);
	ck_assert_uint_eq(h.left, 0);
	/* a guard frees what was adopted inside it */
	ck_assert(!pq_mem_guard(adopt_and_run_out, &h, &err));
	ck_assert_uint_eq(pq_mem_used(), 10);
	pq_free(own);
	ck_assert_uint_eq(pq_mem_used(), 0);
}
END_TEST

static void *free_it(void *block)
{
	pq_free(block);
	return NULL;
}

static void *grow_it(void *block)
{
	return pq_realloc(block, 1000);
}

static void *(*const thefts[])(void *block) = { free_it, grow_it };

static _Noreturn void steal_block(void *(*theft)(void *block))
{
	static const struct rlimit no_core = { 0, 0 };
	int null = open("/dev/null", O_WRONLY);
	pthread_t thread;

	setrlimit(RLIMIT_CORE, &no_core);
	signal(SIGABRT, SIG_DFL);
	dup2(null, STDERR_FILENO); /* the assertion is expected */
	if (!pthread_create(&thread, NULL, theft, pq_alloc(10)))
		pthread_join(thread, NULL);
	_exit(0);
}

START_TEST(a_block_of_another_thread_is_a_bug)
{
	pid_t child = fork();
	int status;

	ck_assert_int_ge(child, 0);
	if (!child)
		steal_block(thefts[_i]);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT,
		      "row %d: status %x", _i, (unsigned)status);
}
END_TEST

Suite *base_mem_suite(void)
{
	Suite *suite = suite_create("base_mem");
	TCase *tcase = tcase_create("mem");

	tcase_add_test(tcase, blocks_are_counted);
	tcase_add_test(tcase, realloc_keeps_the_content);
	tcase_add_loop_test(tcase, blocks_are_aligned_to_16_bytes, 0, 40);
	tcase_add_test(tcase, a_guard_that_holds_keeps_its_blocks);
	tcase_add_loop_test(tcase, budget, 0, ROWS(budgets));
	tcase_add_test(tcase,
		       the_budget_counts_what_is_held_and_not_what_was_freed);
	tcase_add_loop_test(tcase, the_message_says_how_to_raise_the_limit, 0,
			    ROWS(messages));
	tcase_add_test(tcase, a_failing_guard_frees_everything_of_its_own);
	tcase_add_test(tcase, an_older_block_may_be_freed_inside_a_guard);
	tcase_add_loop_test(tcase, guards_nest, 0, ROWS(nested));
	tcase_add_loop_test(tcase, sizes_do_not_wrap, 0, ROWS(sums));
	tcase_add_loop_test(tcase, injected_failures, 0, ROWS(failures));
	tcase_add_test(tcase, a_parcel_is_of_the_thread_that_adopts_it);
	tcase_add_loop_test(tcase, a_block_of_another_thread_is_a_bug, 0,
			    ROWS(thefts));
	suite_add_tcase(suite, tcase);
	return suite;
}
