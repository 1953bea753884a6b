#include "suites.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/confine.h"
#include "base/mem.h"
#include "base/sanitized.h"
#include "symbolize/reader.h"

/* ---- planted calls, as code that damage has taken over would make ---- */

static int open_a_file(void)
{
	return open("/etc/passwd", O_RDONLY);
}

static int write_a_file(void)
{
	return open("reader-test-was-here", O_WRONLY | O_CREAT, 0600);
}

static int start_a_program(void)
{
	static char *argv[] = { (char *)"true", NULL };

	return execv("/bin/true", argv);
}

static int start_a_process(void)
{
	pid_t child = fork();

	if (!child)
		_exit(0);
	return child;
}

/* The first step fails as well as the second. */
static int connect_somewhere(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons(9),
				  .sin_addr = { htonl(INADDR_LOOPBACK) } };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return fd < 0 ? fd : connect(fd, (struct sockaddr *)&to, sizeof(to));
}

static const struct {
	const char *name;
	int (*call)(void);
} forbidden[] = {
	{ "open", open_a_file },	  { "creat", write_a_file },
	{ "execve", start_a_program },	  { "fork", start_a_process },
	{ "connect", connect_somewhere },
};

static bool make_call(void *arg, struct pq_buf *answer, struct pq_error *err)
{
	int (*const *call)(void) = arg;
	int result;

	(void)err;
	errno = 0;
	result = (*call)();
	pq_buf_printf(answer, "%d %d", result, errno);
	return true;
}

/* The library call fails with EPERM, and the child goes on. */
START_TEST(a_reader_has_no_rights)
{
	int (*call)(void) = forbidden[_i].call;
	const struct pq_reader_work work = { NULL, make_call, &call };
	struct pq_error err = { 0 };
	struct pq_buf answer;

	ck_assert_msg(pq_reader_run(&work, &answer, &err), "%s: %s",
		      forbidden[_i].name, err.msg);
	ck_assert_msg(
		pq_text_is(pq_text_slice(pq_buf_view(&answer), 1, answer.len),
			   "-1 1"),
		"%s: %s", forbidden[_i].name,
		pq_unchecked_bytes(pq_buf_cstr(&answer)) + 1);
	pq_buf_release(&answer);
}
END_TEST

/* ---- children that fail ---- */

static bool die(void *arg, struct pq_buf *answer, struct pq_error *err)
{
	(void)arg;
	(void)answer;
	(void)err;
	abort();
}

START_TEST(a_reader_that_dies_is_an_error)
{
	const struct pq_reader_work work = { NULL, die, NULL };
	struct pq_error err = { 0 };
	struct pq_buf answer;

	ck_assert(!pq_reader_run(&work, &answer, &err));
	ck_assert_str_eq(err.msg, "damaged, and left out (signal 6)");
	ck_assert_int_eq(err.code, PQ_EFORMAT);
}
END_TEST

static bool refuse(void *arg, struct pq_buf *answer, struct pq_error *err)
{
	(void)arg;
	(void)answer;
	return pq_fail(err, PQ_EFORMAT, "no such thing");
}

START_TEST(an_error_of_the_work_comes_back)
{
	const struct pq_reader_work work = { NULL, refuse, NULL };
	struct pq_error err = { 0 };
	struct pq_buf answer;

	ck_assert(!pq_reader_run(&work, &answer, &err));
	ck_assert_str_eq(err.msg, "no such thing");
}
END_TEST

static bool take_too_much(void *arg, struct pq_buf *answer,
			  struct pq_error *err)
{
	(void)arg;
	(void)err;
	pq_buf_reserve(answer, (size_t)PQ_READER_MOST_BYTES + 1);
	return true;
}

/* The limit is counted: the reader ends by itself, and not by the system. */
START_TEST(memory_of_a_reader_has_a_limit)
{
	const struct pq_reader_work work = { NULL, take_too_much, NULL };
	struct pq_error err = { 0 };
	struct pq_buf answer;

	/* A machine of 32 bits cannot name as much. */
	if (SIZE_MAX <= PQ_READER_MOST_BYTES)
		return;
	ck_assert(!pq_reader_run(&work, &answer, &err));
	ck_assert_int_eq(err.code, PQ_EFORMAT);
	ck_assert_msg(strstr(err.msg, "memory"), "%s", err.msg);
}
END_TEST

Suite *symbolize_reader_suite(void)
{
	Suite *s = suite_create("symbolize_reader");
	TCase *c = tcase_create("reader");

	/* with a sanitizer the work is done in the process itself */
	if (!PQ_SANITIZED) {
		tcase_add_loop_test(c, a_reader_has_no_rights, 0,
				    pq_can_confine() ? ROWS(forbidden) : 0);
		tcase_add_test(c, a_reader_that_dies_is_an_error);
		tcase_add_test(c, memory_of_a_reader_has_a_limit);
	}
	tcase_add_test(c, an_error_of_the_work_comes_back);
	suite_add_tcase(s, c);
	return s;
}
