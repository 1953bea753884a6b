#include "suites.h"

#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "helpers.h"
#include "base/mem.h"
#include "profile/filter.h"
#include "format/reader.h"
#include "profile/sample_index.h"

/* Samples that are not held but read again from the file. */

static const char *const profiles[] = {
	"types: cpu/ns\n",
	"types: cpu/ns\nmain;a 5\n",
	"types: samples/count cpu/ns\n"
	"main;a@a.go#3;b>c 1 -10 key=x\n"
	"main;a@a.go#3 2 20 bytes:16/bytes key=y\n"
	"- 3 0\n"
	"main;a@a.go#3;b>c;main;b 4 9223372036854775807 key=x\n"
	"main;a@a.go#3;b>c;main;b 4 5 key=x\n",
};

/* Reads a descriptor, holding at most so many bytes of samples. */
static struct pq_profile *read_kept(int fd, size_t most, struct pq_error *err)
{
	struct pq_keeping keeping = { .most = most };

	pq_error_clear(err);
	ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
	return pq_profile_read(fd, NULL, 0, &keeping, NULL, err);
}

static struct pq_profile *again(const char *description)
{
	struct pq_buf bytes = { 0 };
	struct pq_error err;
	struct pq_profile *p;
	int fd;

	put_profile(&bytes, description);
	fd = open_bytes(bytes.data, bytes.len);
	p = read_kept(fd, 0, &err);
	ck_assert_msg(p != NULL, "%s", err.msg);
	close(fd);
	pq_buf_release(&bytes);
	return p;
}

static void expect_same(const struct pq_profile *a, const struct pq_profile *b)
{
	struct pq_buf dump = { 0 };

	dump_profile(&dump, a);
	expect_profile(b, pq_buf_cstr(&dump), 0);
	pq_buf_release(&dump);
	ck_assert_uint_eq(a->samples.n, b->samples.n);
	ck_assert_uint_eq(a->samples.n_values, b->samples.n_values);
	for (unsigned i = 0; i < a->samples.n_values; i++)
		ck_assert_int_eq(pq_samples_total(&a->samples, i),
				 pq_samples_total(&b->samples, i));
}

START_TEST(every_walk_finds_what_holding_would)
{
	struct pq_profile *held = profile_of(profiles[_i]);
	struct pq_profile *p = again(profiles[_i]);

	ck_assert(held->samples.source == NULL);
	ck_assert(!held->samples.n || p->samples.source != NULL);
	ck_assert(!p->samples.n || p->samples.first == NULL);
	expect_same(held, p);
	expect_same(held, p);
	pq_profile_free(held);
	pq_profile_free(p);
}
END_TEST

START_TEST(few_samples_are_held)
{
	struct pq_buf bytes = { 0 };
	struct pq_error err;
	struct pq_profile *p;
	int fd;

	put_profile(&bytes, profiles[2]);
	fd = open_bytes(bytes.data, bytes.len);
	p = read_kept(fd, 1000, &err);
	ck_assert(p && !p->samples.source && p->samples.first);
	pq_profile_free(p);
	/* more than one of them, but not all */
	p = read_kept(fd, 20, &err);
	ck_assert(p && p->samples.source && !p->samples.first);
	pq_profile_free(p);
	close(fd);
	pq_buf_release(&bytes);
}
END_TEST

START_TEST(a_walk_may_end_early)
{
	struct pq_profile *p = again(profiles[2]);
	struct pq_walk w;

	pq_walk_begin(&w, &p->samples);
	ck_assert(pq_walk_next(&w));
	pq_walk_end(&w);
	pq_walk_begin(&w, &p->samples);
	for (size_t i = 0; i < p->samples.n; i++)
		ck_assert(pq_walk_next(&w));
	ck_assert(!pq_walk_next(&w));
	pq_walk_end(&w);
	pq_profile_free(p);
}
END_TEST

/* ---- edits ---- */

static const struct pq_filters filters[] = {
	{ .focus = PQ_TEXT("b") },
	{ .ignore = PQ_TEXT("b") },
	{ .hide = PQ_TEXT("a"), .show = PQ_TEXT("b|c") },
	{ .show_from = PQ_TEXT("a") },
	{ .prune_from = PQ_TEXT("b") },
	{ .tagfocus = PQ_TEXT("x") },
	{ .tagignore = PQ_TEXT("key=x"), .taghide = PQ_TEXT("key") },
	{ .focus = PQ_TEXT("a"),
	  .hide = PQ_TEXT("c"),
	  .show_from = PQ_TEXT("a"),
	  .tagshow = PQ_TEXT("key"),
	  .prune_from = PQ_TEXT("main") },
};

static void filter(struct pq_profile *p, const struct pq_filters *f,
		   struct said *said)
{
	struct pq_label_units units = { 0 };
	struct pq_error err;

	pq_error_clear(&err);
	pq_label_units_find(&units, p);
	ck_assert_msg(pq_filter(p, f, &units, &said->log, &err), "%s", err.msg);
	pq_label_units_release(&units);
}

START_TEST(filters_are_steps_of_each_walk)
{
	struct pq_profile *held = profile_of(profiles[2]);
	struct pq_profile *p = again(profiles[2]);
	struct pq_filters f = filters[_i];
	struct said of_held, of_p;

	f.verbose = true;
	said_init(&of_held);
	said_init(&of_p);
	filter(held, &f, &of_held);
	filter(p, &f, &of_p);
	ck_assert_str_eq(pq_buf_cstr(&of_held.text), pq_buf_cstr(&of_p.text));
	ck_assert(p->samples.source != NULL);
	expect_same(held, p);
	expect_same(held, p);
	said_release(&of_held);
	said_release(&of_p);
	pq_profile_free(held);
	pq_profile_free(p);
}
END_TEST

/* A clone has the steps that were there, and its own. */
START_TEST(clones_go_their_own_ways)
{
	struct pq_profile *held = profile_of(profiles[2]);
	struct pq_profile *p = again(profiles[2]), *copy, *second;
	struct pq_profile *held_copy;
	struct said said;

	said_init(&said);
	filter(held, &filters[3], &said);
	filter(p, &filters[3], &said);
	held_copy = pq_profile_clone(held);
	copy = pq_profile_clone(p);
	second = pq_profile_clone(p);
	filter(held_copy, &filters[0], &said);
	filter(copy, &filters[0], &said);
	expect_same(held_copy, copy);
	expect_same(held, p);
	expect_same(held, second);
	pq_profile_free(copy);
	expect_same(held, second);
	pq_profile_free(second);
	expect_same(held, p);
	pq_profile_free(held_copy);
	pq_profile_free(held);
	pq_profile_free(p);
	said_release(&said);
}
END_TEST

static bool drop_every_second(void *ctx, struct pq_sample *sample)
{
	unsigned *n = ctx;

	(void)sample;
	return (*n)++ % 2;
}

/* A step may make more values of fewer, and the next one fewer again. */
static bool spread(void *ctx, struct pq_sample *sample)
{
	(void)ctx;
	for (int i = 2; i < 5; i++)
		sample->values[i] = sample->values[0] + i;
	return true;
}

static bool gather(void *ctx, struct pq_sample *sample)
{
	(void)ctx;
	sample->values[0] = sample->values[4];
	return true;
}

START_TEST(steps_may_change_how_many_values_there_are)
{
	struct pq_profile *p = again(profiles[2]);
	struct pq_walk w;

	ck_assert(pq_samples_edit(&p->samples, 5, spread, NULL, NULL));
	ck_assert(pq_samples_edit(&p->samples, 1, gather, NULL, NULL));
	ck_assert_int_eq(pq_samples_total(&p->samples, 0), 14 + 5 * 4);
	pq_walk_begin(&w, &p->samples);
	ck_assert(pq_walk_next(&w));
	pq_walk_all(&w);
	ck_assert_int_eq(w.sample.values[0], 1 + 4);
	ck_assert_uint_eq(w.sample.n_locations, 3);
	pq_walk_end(&w);
	pq_profile_free(p);
}
END_TEST

/* What replaces samples without being a step leaves them held. */
START_TEST(rewriting_holds)
{
	struct pq_profile *held = profile_of(profiles[2]);
	struct pq_profile *p = again(profiles[2]);
	unsigned n = 0;

	pq_samples_rewrite(&held->samples, held->samples.n_values,
			   drop_every_second, &n);
	n = 0;
	pq_samples_rewrite(&p->samples, p->samples.n_values, drop_every_second,
			   &n);
	ck_assert(p->samples.source == NULL);
	expect_same(held, p);
	pq_profile_free(held);
	pq_profile_free(p);
}
END_TEST

/* ---- files that change, and files that are no files ---- */

struct walking {
	const struct pq_profile *p;
	size_t n;
};

static void walk(void *arg)
{
	struct walking *walking = arg;
	struct pq_walk w;

	walking->n = 0;
	pq_walk_begin(&w, &walking->p->samples);
	for (; pq_walk_next(&w); walking->n++)
		pq_walk_all(&w);
	pq_walk_end(&w);
}

/* Instead of the third profile, but the first, which is that. */
static const char *const others[] = {
	NULL,
	"",
	"types: cpu/ns\n",
	"types: samples/count cpu/ns\nmain;a@a.go#3;b>c 1 -10 key=x\n",
	/* a location, a label, a sample, a value more */
	"types: samples/count cpu/ns\n"
	"x;y;z;v;w;q;r 1 -10\nx 1 1\nx 2 2\nx 3 3\nx 4 4\n",
	"types: samples/count cpu/ns\n"
	"main 1 -10 a=b c=d e=f g=h i=j k=l m=n o=p q=r s=t u=v\n"
	"main 1 1\nmain 2 1\nmain 3 1\nmain 5 1\n",
	"types: samples/count cpu/ns\n"
	"main;a@a.go#3;b>c 1 -10 key=x\n"
	"main;a@a.go#3 2 20 bytes:16/bytes key=y\n"
	"- 3 0\n"
	"main;a@a.go#3;b>c;main;b 4 9223372036854775807 key=x\n"
	"main;a@a.go#3;b>c;main;b 4 5 key=x\n"
	"main;a@a.go#3;b>c;main;b 4 5 key=x\n",
	"types: a/b c/d e/f\nmain 1 2 3\nmain 1 2 3\nmain 1 2 3\n"
	"main 1 2 3\nmain 1 2 4\n",
};

START_TEST(a_file_that_changes_ends_the_walk)
{
	struct pq_buf bytes = { 0 };
	struct walking walking;
	struct pq_error err;
	struct pq_profile *p;
	bool ok;
	int fd;

	put_profile(&bytes, profiles[2]);
	fd = open_bytes(bytes.data, bytes.len);
	p = read_kept(fd, 0, &err);
	pq_buf_clear(&bytes);
	put_profile(&bytes, others[_i] ? others[_i] : profiles[2]);
	ck_assert_int_eq(ftruncate(fd, 0), 0);
	if (bytes.len)
		ck_assert_int_eq(pwrite(fd, bytes.data, bytes.len, 0),
				 (ssize_t)bytes.len);
	walking.p = p;
	for (int i = 0; i < 2; i++) {
		pq_error_clear(&err);
		ok = pq_mem_guard(walk, &walking, &err);
		ck_assert_int_eq(ok, !others[_i]);
		ck_assert(ok || strstr(err.msg, "changed while it was read"));
	}
	pq_profile_free(p);
	close(fd);
	pq_buf_release(&bytes);
}
END_TEST

/* Running out of memory in a walk leaves a profile that can be walked. */
START_TEST(a_walk_that_runs_out_of_memory_can_be_repeated)
{
	struct pq_profile *p = again(profiles[2]);
	struct walking walking = { p, 0 };
	struct pq_error err;
	bool ok = false;

	for (uint64_t n = 1; !ok; n++) {
		ck_assert_uint_lt(n, 1000);
		pq_error_clear(&err);
		pq_mem_fail_after(n, false);
		ok = pq_mem_guard(walk, &walking, &err);
		pq_mem_fail_after(0, false);
		ck_assert(ok || err.code == PQ_ELIMIT);
	}
	ck_assert_uint_eq(walking.n, 5);
	pq_profile_free(p);
}
END_TEST

START_TEST(what_comes_through_a_pipe_is_held)
{
	struct pq_buf bytes = { 0 };
	struct pq_keeping keeping = { 0 };
	struct pq_error err;
	struct pq_profile *p;
	int ends[2];

	pq_error_clear(&err);
	put_profile(&bytes, profiles[2]);
	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_int_eq(write(ends[1], bytes.data, bytes.len),
			 (ssize_t)bytes.len);
	close(ends[1]);
	p = pq_profile_read(ends[0], NULL, 0, &keeping, NULL, &err);
	ck_assert(p && !p->samples.source);
	pq_profile_free(p);
	close(ends[0]);
	pq_buf_release(&bytes);
}
END_TEST

static size_t n_folded;

static bool take_some(struct pq_sample_observer *f, const struct pq_profile *p,
		      const struct pq_packed *sample)
{
	(void)f;
	(void)p;
	(void)sample;
	return ++n_folded % 3 != 0;
}

/* It gets what was held, then what comes, until it says no. */
START_TEST(an_observer_may_have_enough)
{
	struct pq_sample_observer observer = { take_some, NULL };
	struct pq_keeping keeping = { .observer = &observer };
	struct pq_buf bytes = { 0 };
	struct pq_error err;
	struct pq_profile *p;
	int fd;

	pq_error_clear(&err);
	put_profile(&bytes, profiles[2]);
	fd = open_bytes(bytes.data, bytes.len);
	for (size_t most = 0; most < 60; most += 10) {
		n_folded = 0;
		keeping.most = most;
		ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
		p = pq_profile_read(fd, NULL, 0, &keeping, NULL, &err);
		ck_assert_uint_eq(n_folded, 3);
		pq_profile_free(p);
	}
	close(fd);
	pq_buf_release(&bytes);
}
END_TEST

static void read_and_run_out(void *fd)
{
	struct pq_error err;

	ck_assert(read_kept(*(int *)fd, 0, &err) != NULL);
	pq_mem_fail_after(1, false);
	pq_free(pq_alloc(1));
}

static int lowest_free(void)
{
	int fd = dup(0);

	close(fd);
	return fd;
}

START_TEST(what_unwinds_closes_the_file)
{
	struct pq_buf bytes = { 0 };
	struct pq_error err;
	int fd, before;

	pq_error_clear(&err);
	put_profile(&bytes, profiles[2]);
	fd = open_bytes(bytes.data, bytes.len);
	before = lowest_free();
	ck_assert(!pq_mem_guard(read_and_run_out, &fd, &err));
	pq_mem_fail_after(0, false);
	ck_assert_int_eq(lowest_free(), before);
	close(fd);
	pq_buf_release(&bytes);
}
END_TEST

START_TEST(a_file_that_cannot_be_had_twice_is_an_error)
{
	struct pq_buf bytes = { 0 };
	struct rlimit limit, none;
	struct pq_error err;
	struct pq_profile *p;
	int fd;

	put_profile(&bytes, profiles[2]);
	fd = open_bytes(bytes.data, bytes.len);
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	none = limit;
	none.rlim_cur = (rlim_t)lowest_free();
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
	p = read_kept(fd, 0, &err);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	ck_assert(!p && err.code == PQ_EIO);
	ck_assert(strstr(err.msg, "second time"));
	close(fd);
	pq_buf_release(&bytes);
}
END_TEST

START_TEST(more_than_expected_is_refused)
{
	struct pq_keeping keeping = { .read = 20 };
	struct pq_buf bytes = { 0 };
	struct pq_error err;
	int fd;

	pq_error_clear(&err);
	put_profile(&bytes, profiles[2]);
	fd = open_bytes(bytes.data, bytes.len);
	ck_assert(!pq_profile_read(fd, NULL, 0, &keeping, NULL, &err));
	ck_assert(strstr(err.msg, "--max-memory=0"));
	close(fd);
	pq_buf_release(&bytes);
}
END_TEST

Suite *format_proto_reread_suite(void)
{
	Suite *s = suite_create("format_proto_reread");
	TCase *t = tcase_create("again");

	tcase_add_loop_test(t, every_walk_finds_what_holding_would, 0,
			    ROWS(profiles));
	tcase_add_test(t, few_samples_are_held);
	tcase_add_test(t, a_walk_may_end_early);
	tcase_add_loop_test(t, filters_are_steps_of_each_walk, 0,
			    ROWS(filters));
	tcase_add_test(t, clones_go_their_own_ways);
	tcase_add_test(t, steps_may_change_how_many_values_there_are);
	tcase_add_test(t, rewriting_holds);
	tcase_add_test(t, an_observer_may_have_enough);
	tcase_add_test(t, what_unwinds_closes_the_file);
	tcase_add_test(t, a_file_that_cannot_be_had_twice_is_an_error);
	tcase_add_loop_test(t, a_file_that_changes_ends_the_walk, 0,
			    ROWS(others));
	tcase_add_test(t, a_walk_that_runs_out_of_memory_can_be_repeated);
	tcase_add_test(t, what_comes_through_a_pipe_is_held);
	tcase_add_test(t, more_than_expected_is_refused);
	suite_add_tcase(s, t);
	return s;
}
