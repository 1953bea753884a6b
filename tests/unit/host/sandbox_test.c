#include "suites.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/child.h"
#include "base/confine.h"
#include "host/sandbox.h"

/*
 * What is tried in a child without rights, in a directory of its own that has
 * a file; each returns 0 or an errno.
 */

static char temp[64];

static int result(long value)
{
	return value < 0 ? errno : 0;
}

static int read_file(void)
{
	return result(open("file", O_RDONLY));
}

static int write_file(void)
{
	return result(open("file", O_WRONLY));
}

static int make_file(void)
{
	return result(open("new", O_RDONLY | O_CREAT, 0600));
}

static int make_nameless(void)
{
	return result(open(".", O_TMPFILE | O_RDWR, 0600));
}

static int write_by_openat2(void)
{
	struct open_how how = { .flags = O_WRONLY };

	return result(
		syscall(SYS_openat2, AT_FDCWD, "file", &how, sizeof(how)));
}

static int truncate_file(void)
{
	return result(truncate("file", 0));
}

static int remove_file(void)
{
	return result(unlink("file"));
}

static int rename_file(void)
{
	return result(rename("file", "other"));
}

static int rename_out(void)
{
	char out[96];

	snprintf(out, sizeof(out), "%s.out", temp);
	return result(rename("file", out));
}

static int make_folder(void)
{
	return result(mkdir("new", 0700));
}

static int link_file(void)
{
	return result(symlink("file", "new"));
}

static int change_mode(void)
{
	return result(chmod("file", 0777));
}

static int run_program(void)
{
	char *argv[] = { (char[]){ "true" }, NULL };

	execv("/bin/true", argv);
	return errno;
}

static int run_shell(void)
{
	int status = system("true");

	return WIFEXITED(status) && !WEXITSTATUS(status) ? 0 : EPERM;
}

static int connect_socket(void)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX, .sun_path = "x" };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (fd < 0)
		return errno;
	return result(connect(fd, (struct sockaddr *)&to, sizeof(to)));
}

static int open_internet(void)
{
	return result(socket(AF_INET, SOCK_STREAM, 0));
}

static int trace_parent(void)
{
	return result(ptrace(PTRACE_ATTACH, getppid(), NULL, NULL));
}

static int kill_parent(void)
{
	return result(kill(getppid(), 0));
}

static int start_process(void)
{
	pid_t child = fork();

	if (!child)
		_exit(0);
	return result(child);
}

static int make_code(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_EXEC,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? errno : 0;
}

static void *idle(void *arg)
{
	return arg;
}

static int start_thread(void)
{
	pthread_t thread;
	int error = pthread_create(&thread, NULL, idle, NULL);

	return error ? error : pthread_join(thread, NULL);
}

static void *attempt_reading(void *arg)
{
	*(int *)arg = read_file();
	return NULL;
}

static void *attempt_writing(void *arg)
{
	*(int *)arg = write_file();
	return NULL;
}

static void *attempt_running(void *arg)
{
	*(int *)arg = start_process();
	return NULL;
}

/* What a thread is refused that was started without rights. */
static int in_thread(void *(*what)(void *arg))
{
	pthread_t thread;
	int error = 0, failed = pthread_create(&thread, NULL, what, &error);

	if (!failed)
		failed = pthread_join(thread, NULL);
	return failed ? failed : error;
}

static int read_in_thread(void)
{
	return in_thread(attempt_reading);
}

static int write_in_thread(void)
{
	return in_thread(attempt_writing);
}

static int fork_in_thread(void)
{
	return in_thread(attempt_running);
}

static int use_memory(void)
{
	char *p = malloc((size_t)8 << 20);

	if (!p)
		return ENOMEM;
	memset(p, 1, (size_t)8 << 20);
	free(p);
	return 0;
}

static int write_to_open(void)
{
	return result(write(STDERR_FILENO, "", 0));
}

enum {
	READING = 1, /* allowed before the inputs are closed */
	READS = 2,   /* to a report that reads files */
	FORKS = 4,   /* to one that forks */
	OUTPUT = 8,  /* when there is an output in this directory */
	ALWAYS = 16,
	NEVER = 0,
};

static const struct {
	const char *what;
	int (*attempt)(void);
	unsigned allowed;
} rows[] = {
#define ROW(attempt, allowed)              \
	{                                  \
#attempt, attempt, allowed \
	}
	ROW(read_file, READING | READS), ROW(write_file, NEVER),
	ROW(make_file, NEVER),		 ROW(make_nameless, NEVER),
	ROW(write_by_openat2, NEVER),	 ROW(truncate_file, NEVER),
	ROW(remove_file, OUTPUT),	 ROW(rename_file, OUTPUT),
	ROW(rename_out, NEVER),		 ROW(make_folder, NEVER),
	ROW(link_file, NEVER),		 ROW(change_mode, NEVER),
	ROW(run_program, NEVER),	 ROW(run_shell, NEVER),
	ROW(connect_socket, NEVER),	 ROW(open_internet, NEVER),
	ROW(trace_parent, NEVER),	 ROW(kill_parent, FORKS),
	ROW(start_process, FORKS),	 ROW(make_code, FORKS),
	ROW(start_thread, ALWAYS),	 ROW(use_memory, ALWAYS),
	ROW(write_to_open, ALWAYS),	 ROW(read_in_thread, READING | READS),
	ROW(write_in_thread, NEVER),	 ROW(fork_in_thread, FORKS),
};

static const struct {
	struct pq_sandbox sandbox;
	bool closed;
	unsigned allows;
} states[] = {
	{ { .folder = NULL }, false, ALWAYS | READING },
	{ { .folder = NULL }, true, ALWAYS },
	{ { .folder = "." }, false, ALWAYS | READING | OUTPUT },
	{ { .folder = "." }, true, ALWAYS | OUTPUT },
	{ { .reads_files = true }, true, ALWAYS | READS },
	{ { .reads_files = true, .forks = true }, true, ALWAYS | READS | FORKS },
};

static void enter(void)
{
	int fd;

	strcpy(temp, "/tmp/profq-sandbox.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(temp));
	fd = openat(AT_FDCWD, temp, O_PATH);
	ck_assert_int_ge(fd, 0);
	close(fd);
}

static void leave(void)
{
	static const char *const names[] = { "file", "other", "new" };
	char path[96];

	for (int i = 0; i < ROWS(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", temp, names[i]);
		unlink(path);
	}
	snprintf(path, sizeof(path), "%s/new", temp);
	rmdir(path);
	snprintf(path, sizeof(path), "%s.out", temp);
	unlink(path);
	ck_assert_msg(!rmdir(temp), "%s: %s", temp, strerror(errno));
}

static int in_child(int row, int state, bool off)
{
	struct pq_sandbox sandbox = states[state].sandbox;
	struct pq_error err;

	pq_error_clear(&err);
	if (chdir(temp) || close(open("file", O_CREAT | O_WRONLY, 0600)))
		return 99;
	sandbox.off = off;
	if (!pq_sandbox_enter(&sandbox, &err))
		return 98;
	if (states[state].closed && !pq_sandbox_close(&sandbox, &err))
		return 97;
	return rows[row].attempt();
}

static int attempt(int row, int state, bool off)
{
	pid_t child = fork();
	int status;

	if (!child)
		_exit(in_child(row, state, off));
	ck_assert_int_gt(child, 0);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_msg(WIFEXITED(status), "%s: died of signal %d",
		      rows[row].what, WTERMSIG(status));
	return WEXITSTATUS(status);
}

static bool is_refusal(int error)
{
	return error == EPERM || error == EACCES || error == EXDEV;
}

/*
 * Where a kernel has no seccomp or no Landlock, or a machine is none of those that
 * the filters are written for, there is nothing to see.
 */
static bool kernel_can(void)
{
	return pq_can_confine() && prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == 0 &&
	       syscall(SYS_landlock_create_ruleset, NULL, 0, 1) > 0;
}

START_TEST(only_what_is_needed)
{
	if (!kernel_can())
		return;
	for (int state = 0; state < ROWS(states); state++) {
		int error = attempt(_i, state, false);

		if (rows[_i].allowed & states[state].allows)
			ck_assert_msg(!error, "%s, state %d: %s", rows[_i].what,
				      state, strerror(error));
		else
			ck_assert_msg(is_refusal(error),
				      "%s, state %d: not refused but %s",
				      rows[_i].what, state, strerror(error));
	}
}
END_TEST

/* Without it nothing is refused: it is not the attempt that fails. */
START_TEST(all_is_there_without_it)
{
	int error;

	if (rows[_i].attempt == trace_parent)
		return; /* it would stop this process */
	error = attempt(_i, 1, true);
	if (rows[_i].attempt == connect_socket) /* nobody listens there */
		ck_assert_int_eq(error, ENOENT);
	else
		ck_assert_msg(!error, "%s: %s", rows[_i].what, strerror(error));
}
END_TEST

/* ---- the child from before ---- */

static bool make_new(const char *path, struct pq_error *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);

	if (fd < 0)
		return pq_fail(err, PQ_EIO, "%s", strerror(errno));
	close(fd);
	return true;
}

START_TEST(a_child_from_before_does_it)
{
	struct pq_child o;
	struct pq_error err;
	char path[96];

	snprintf(path, sizeof(path), "%s/new", temp);
	pq_error_clear(&err);
	ck_assert(pq_child_prepare(&o, make_new, path, &err));
	ck_assert(access(path, F_OK) != 0);
	ck_assert(pq_child_run(&o, &err));
	ck_assert(access(path, F_OK) == 0);
	ck_assert_int_eq(o.pid, 0);
	ck_assert(pq_child_prepare(&o, make_new, path, &err));
	ck_assert(!pq_child_run(&o, &err));
	ck_assert_str_eq(err.msg, strerror(EEXIST));
}
END_TEST

START_TEST(a_child_from_before_is_sent_away)
{
	struct pq_child o;
	struct pq_error err;
	char path[96];

	snprintf(path, sizeof(path), "%s/new", temp);
	pq_error_clear(&err);
	ck_assert(pq_child_prepare(&o, make_new, path, &err));
	pq_child_cancel(&o);
	pq_child_cancel(&o);
	ck_assert(access(path, F_OK) != 0);
	ck_assert(waitpid(-1, NULL, WNOHANG) < 0);
}
END_TEST

Suite *host_sandbox_suite(void)
{
	Suite *s = suite_create("host_sandbox");
	TCase *c = tcase_create("sandbox");

	tcase_add_checked_fixture(c, enter, leave);
	tcase_add_loop_test(c, only_what_is_needed, 0, ROWS(rows));
	tcase_add_loop_test(c, all_is_there_without_it, 0, ROWS(rows));
	tcase_add_test(c, a_child_from_before_does_it);
	tcase_add_test(c, a_child_from_before_is_sent_away);
	suite_add_tcase(s, c);
	return s;
}
