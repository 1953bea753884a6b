#include "suites.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/child.h"
#include "base/confine.h"
#include "base/io.h"
#include "base/sanitized.h"

/* What a reader that a file got hold of might try; each sets errno. */
static int open_a_file(int other)
{
	(void)other;
	return open("/etc/passwd", O_RDONLY);
}

static int make_a_file(int other)
{
	(void)other;
	return openat(AT_FDCWD, "made", O_WRONLY | O_CREAT, 0600);
}

static int run_a_program(int other)
{
	char *const words[] = { (char *)"/bin/true", NULL };

	(void)other;
	return execve(words[0], words, NULL);
}

static int connect_somewhere(int other)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = 1 };

	return connect(other, (struct sockaddr *)&to, sizeof(to));
}

static int make_a_socket(int other)
{
	(void)other;
	return socket(AF_INET, SOCK_STREAM, 0);
}

static int write_elsewhere(int other)
{
	return (int)write(other, "x", 1);
}

static int start_a_process(int other)
{
	(void)other;
	return fork();
}

static int kill_the_parent(int other)
{
	(void)other;
	return kill(getppid(), 0);
}

static int remove_a_file(int other)
{
	(void)other;
	return unlink("made");
}

static int map_code(int other)
{
	void *at = mmap(NULL, 4096, PROT_READ | PROT_EXEC,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)other;
	return at == MAP_FAILED ? -1 : 0;
}

static const struct {
	const char *name;
	int (*attempt)(int other);
} attempts[] = {
	{ "open", open_a_file },
	{ "create", make_a_file },
	{ "execve", run_a_program },
	{ "connect", connect_somewhere },
	{ "socket", make_a_socket },
	{ "write to another descriptor", write_elsewhere },
	{ "fork", start_a_process },
	{ "kill", kill_the_parent },
	{ "unlink", remove_a_file },
	{ "map code", map_code },
};

struct attempt {
	int (*run)(int other);
	int other;
};

static int try_confined(void *arg, int in, int out)
{
	const struct attempt *a = arg;
	int result;

	(void)in;
	pq_confine_to_reading(out);
	result = a->run(a->other) < 0 ? errno : 0;
	return !pq_io_write_all(out, &result, sizeof(result));
}

START_TEST(nothing_else_is_allowed)
{
	struct attempt a = { attempts[_i].attempt,
			     socket(AF_INET, SOCK_STREAM, 0) };
	const struct pq_child_plan plan = { .run = try_confined, .arg = &a };
	struct pq_error err = { 0 };
	struct pq_child c;
	int result = -1;

	ck_assert(pq_child_begin(&c, &plan, &err));
	ck_assert(pq_io_read_exactly(c.from, &result, sizeof(result)));
	ck_assert(pq_child_succeeded(pq_child_wait(&c)));
	ck_assert_msg(result == EPERM, "%s: errno %d", attempts[_i].name,
		      result);
	close(a.other);
}
END_TEST

/* Memory comes and goes, and the descriptors that are there can be read. */
static int read_confined(void *arg, int in, int out)
{
	int fd = *(int *)arg;
	char bytes[4] = { 0 };
	void *block;

	(void)in;
	pq_confine_to_reading(out);
	block = malloc((size_t)4 << 20);
	free(block);
	return !block || pread(fd, bytes, 4, 0) != 4 ||
	       !pq_io_write_all(out, bytes, 4);
}

START_TEST(reading_is_allowed)
{
	int fd = open("/proc/self/exe", O_RDONLY);
	const struct pq_child_plan plan = { .run = read_confined, .arg = &fd };
	struct pq_error err = { 0 };
	struct pq_child c;
	char bytes[4];

	ck_assert(pq_child_begin(&c, &plan, &err));
	ck_assert(pq_io_read_exactly(c.from, bytes, 4));
	ck_assert(pq_child_succeeded(pq_child_wait(&c)));
	ck_assert(!memcmp(bytes, "\177ELF", 4));
	close(fd);
}
END_TEST

/* The sanitizers' allocator wants more than reading: it would be refused. */
#if (defined(__x86_64__) || defined(__aarch64__)) && !PQ_SANITIZED
#define CAN_BE_CONFINED 1
#else
#define CAN_BE_CONFINED 0
#endif

Suite *base_confine_suite(void)
{
	Suite *s = suite_create("base_confine");
	TCase *c = tcase_create("confine");

	tcase_add_loop_test(c, nothing_else_is_allowed, 0,
			    CAN_BE_CONFINED ? ROWS(attempts) : 0);
	tcase_add_loop_test(c, reading_is_allowed, 0, CAN_BE_CONFINED);
	suite_add_tcase(s, c);
	return s;
}
