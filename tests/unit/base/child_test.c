#include "suites.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/child.h"
#include "base/io.h"

static bool nobody_is_left(void)
{
	return waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD;
}

/* ---- a talk ---- */

static int double_numbers(void *arg, int in, int out)
{
	int number;

	while (pq_io_read_exactly(in, &number, sizeof(number))) {
		number *= *(int *)arg;
		if (!pq_io_write_all(out, &number, sizeof(number)))
			return 1;
	}
	return 0;
}

START_TEST(both_sides_speak)
{
	int factor = 2, number;
	struct pq_child_plan plan = { .run = double_numbers, .arg = &factor };
	struct pq_error err = { 0 };
	struct pq_child c;

	ck_assert(pq_child_begin(&c, &plan, &err));
	for (int i = 1; i < 4; i++) {
		ck_assert(pq_io_write_all(c.to, &i, sizeof(i)));
		ck_assert(pq_io_read_exactly(c.from, &number, sizeof(number)));
		ck_assert_int_eq(number, 2 * i);
	}
	ck_assert(pq_child_succeeded(pq_child_wait(&c)));
	ck_assert_int_eq(c.pid, 0);
	ck_assert_int_eq(pq_child_wait(&c).how, PQ_CHILD_LOST);
	ck_assert(nobody_is_left());
}
END_TEST

/* The second one must not hold the pipe on which the first waits. */
START_TEST(a_sibling_keeps_nobody_waiting)
{
	int factor = 2;
	struct pq_child_plan plan = { .run = double_numbers, .arg = &factor };
	struct pq_error err = { 0 };
	struct pq_child older, newer;

	ck_assert(pq_child_begin(&older, &plan, &err));
	ck_assert(pq_child_begin(&newer, &plan, &err));
	ck_assert(pq_child_succeeded(pq_child_wait(&older)));
	ck_assert(pq_child_succeeded(pq_child_wait(&newer)));
}
END_TEST

/* ---- how it ends ---- */

static void on_signal(int number)
{
	(void)number;
	_exit(77);
}

static int exit_with(void *arg, int in, int out)
{
	(void)in;
	(void)out;
	return *(int *)arg;
}

static int die_of(void *arg, int in, int out)
{
	(void)in;
	(void)out;
	raise(*(int *)arg);
	return 0;
}

static int run_out_of_memory(void *arg, int in, int out)
{
	(void)arg;
	(void)in;
	(void)out;
	pq_mem_fail_after(1, false);
	pq_alloc(1);
	return 0;
}

static int spin(void *arg, int in, int out)
{
	(void)arg;
	(void)in;
	(void)out;
	for (volatile unsigned i = 0;; i++)
		continue;
	return 0;
}

static const struct {
	int (*run)(void *arg, int in, int out);
	int arg;
	unsigned cpu_seconds;
	enum pq_child_how how;
	int number;
} ends[] = {
	{ exit_with, 0, 0, PQ_CHILD_EXITED, 0 },
	{ exit_with, 3, 0, PQ_CHILD_EXITED, 3 },
	{ die_of, SIGKILL, 0, PQ_CHILD_SIGNALED, SIGKILL },
	/* one for which this process has a handler */
	{ die_of, SIGTERM, 0, PQ_CHILD_SIGNALED, SIGTERM },
	{ run_out_of_memory, 0, 0, PQ_CHILD_EXITED, 125 },
	{ spin, 0, 1, PQ_CHILD_SIGNALED, SIGXCPU },
};

START_TEST(its_end_is_told)
{
	int arg = ends[_i].arg;
	struct pq_child_plan plan = { .run = ends[_i].run,
				      .arg = &arg,
				      .cpu_seconds = ends[_i].cpu_seconds,
				      .writes_no_file = true };
	struct pq_error err = { 0 };
	struct pq_child_end end;
	struct pq_child c;

	/* whoever started us may ignore it: no status would be kept */
	signal(SIGCHLD, SIG_IGN);
	signal(SIGTERM, on_signal);
	ck_assert(pq_child_begin(&c, &plan, &err));
	end = pq_child_wait(&c);
	ck_assert_msg(end.how == ends[_i].how && end.number == ends[_i].number,
		      "row %d: %d %d", _i, (int)end.how, end.number);
	ck_assert_msg(pq_child_succeeded(end) == (_i == 0), "row %d", _i);
	signal(SIGTERM, SIG_DFL);
}
END_TEST

static void begin_and_unwind(void *arg)
{
	const struct pq_child_plan *plan = arg;
	struct pq_error err = { 0 };
	struct pq_child c;

	pq_child_begin(&c, plan, &err);
	pq_mem_fail_after(1, false);
	pq_alloc(1);
}

START_TEST(an_unwinding_ends_it)
{
	struct pq_child_plan plan = { .run = spin };
	struct pq_error err = { 0 };

	ck_assert(!pq_mem_guard(begin_and_unwind, &plan, &err));
	ck_assert(nobody_is_left());
}
END_TEST

/* ---- its output ---- */

static int write_much(void *arg, int in, int out)
{
	static const char piece[1000];

	(void)in;
	for (int i = 0; i < *(int *)arg; i++)
		if (!pq_io_write_all(out, piece, sizeof(piece)))
			return 1;
	return 0;
}

static int write_and_stay(void *arg, int in, int out)
{
	char never;

	(void)arg;
	(void)!pq_io_write_all(out, "some", 4);
	dup2(out, in);
	for (;;)
		(void)!pq_io_read(pause(), &never, 1);
	return 0;
}

static const struct {
	int (*run)(void *arg, int in, int out);
	int arg;
	enum pq_child_reading reading;
	size_t bytes; /* at least */
	int status;
} outputs[] = {
	{ write_much, 0, PQ_CHILD_WHOLE, 0, 0 },
	{ write_much, 300, PQ_CHILD_WHOLE, 300000, 0 },
	{ write_much, 3000, PQ_CHILD_TOO_LONG, 1000001, 0 },
	{ write_and_stay, 0, PQ_CHILD_TOO_LATE, 4, 0 },
	{ exit_with, 5, PQ_CHILD_WHOLE, 0, 5 },
};

START_TEST(its_output_is_read)
{
	int arg = outputs[_i].arg;
	struct pq_child_plan plan = { .run = outputs[_i].run, .arg = &arg };
	struct pq_error err = { 0 };
	enum pq_child_reading reading;
	struct pq_buf output = { 0 };
	struct pq_child_end end;
	struct pq_child c;

	ck_assert(pq_child_begin(&c, &plan, &err));
	reading = pq_child_read(&c, &output, 1, 1000000, &end);
	ck_assert_msg(reading == outputs[_i].reading, "row %d: %d", _i,
		      (int)reading);
	ck_assert_msg(output.len >= outputs[_i].bytes, "row %d: %zu", _i,
		      output.len);
	if (reading == PQ_CHILD_WHOLE)
		ck_assert_msg(end.how == PQ_CHILD_EXITED &&
				      end.number == outputs[_i].status,
			      "row %d", _i);
	else
		ck_assert_msg(end.number == SIGKILL, "row %d", _i);
	ck_assert(nobody_is_left());
	pq_buf_release(&output);
}
END_TEST

/* ---- what it has ---- */

/* A digit for each thing that is not as it should be. */
static int look_around(void *arg, int in, int out)
{
	char c;
	int fd = *(int *)arg;

	if (read(STDIN_FILENO, &c, 1) != 0)
		return 1;
	signal(SIGPIPE, SIG_IGN);
	if (write(STDOUT_FILENO, "x", 1) != -1 ||
	    write(STDERR_FILENO, "x", 1) != -1)
		return 2;
	if (fcntl(fd, F_GETFD) >= 0)
		return 3;
	if (fcntl(in, F_GETFD) < 0 || fcntl(out, F_GETFD) < 0)
		return 4;
	return 0;
}

START_TEST(it_has_what_the_plan_says)
{
	char path[] = "/tmp/profq-child.XXXXXX";
	int low = open("/dev/null", O_RDONLY | O_CLOEXEC), fd = mkstemp(path);
	struct pq_child_plan plan = { .run = look_around,
				      .arg = &fd,
				      .is_silent = true,
				      .closes_files = true };
	struct pq_error err = { 0 };
	struct pq_child_end end;
	struct pq_child c;

	ck_assert_int_ge(fd, 0);
	unlink(path);
	ck_assert(pq_child_begin(&c, &plan, &err));
	end = pq_child_wait(&c);
	ck_assert_int_eq(end.how, PQ_CHILD_EXITED);
	ck_assert_int_eq(end.number, 0);
	close(fd);
	close(low);
}
END_TEST

static int grow_a_file(void *arg, int in, int out)
{
	(void)in;
	(void)out;
	if (write(*(int *)arg, "x", 1) != -1 || errno != EFBIG)
		return 1;
	return 0;
}

START_TEST(it_writes_no_file)
{
	char path[] = "/tmp/profq-child.XXXXXX";
	int fd = mkstemp(path);
	struct pq_child_plan plan = { .run = grow_a_file,
				      .arg = &fd,
				      .writes_no_file = true };
	struct pq_error err = { 0 };
	struct pq_child c;

	ck_assert_int_ge(fd, 0);
	unlink(path);
	ck_assert(pq_child_begin(&c, &plan, &err));
	ck_assert(pq_child_succeeded(pq_child_wait(&c)));
	close(fd);
}
END_TEST

/* ---- a program ---- */

static const struct {
	const char *words[4];
	enum pq_child_how how;
	int number; /* -1: does not start */
} programs[] = {
	{ { "true" }, PQ_CHILD_EXITED, 0 },
	{ { "sh", "-c", "exit 4" }, PQ_CHILD_EXITED, 4 },
	{ { "sh", "-c", "kill -TERM $$" }, PQ_CHILD_SIGNALED, SIGTERM },
	/* ignored by this program, and not by those that it starts */
	{ { "sh", "-c", "kill -PIPE $$" }, PQ_CHILD_SIGNALED, SIGPIPE },
	{ { "there-is-no-such-program" }, PQ_CHILD_EXITED, -1 },
};

START_TEST(a_program_is_started)
{
	char *words[4];
	struct pq_child_end end;
	struct pq_child c;
	bool started;

	signal(SIGCHLD, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	for (int i = 0; i < 4; i++)
		words[i] = (char *)(uintptr_t)programs[_i].words[i];
	started = pq_child_start_program(&c, words);
	ck_assert_msg(started == (programs[_i].number >= 0), "row %d", _i);
	if (!started) {
		ck_assert_int_eq(errno, ENOENT);
		return;
	}
	end = pq_child_wait(&c);
	ck_assert_msg(end.how == programs[_i].how &&
			      end.number == programs[_i].number,
		      "row %d: %d %d", _i, (int)end.how, end.number);
}
END_TEST

Suite *base_child_suite(void)
{
	Suite *s = suite_create("base_child");
	TCase *c = tcase_create("child");

	tcase_add_test(c, both_sides_speak);
	tcase_add_test(c, a_sibling_keeps_nobody_waiting);
	tcase_add_loop_test(c, its_end_is_told, 0, ROWS(ends));
	tcase_add_test(c, an_unwinding_ends_it);
	tcase_add_loop_test(c, its_output_is_read, 0, ROWS(outputs));
	tcase_add_test(c, it_has_what_the_plan_says);
	tcase_add_test(c, it_writes_no_file);
	tcase_add_loop_test(c, a_program_is_started, 0, ROWS(programs));
	tcase_set_timeout(c, 60);
	suite_add_tcase(s, c);
	return s;
}
