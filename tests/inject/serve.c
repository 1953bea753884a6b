/*
 * A server whose n-th allocation is refused, in each of its processes: front,
 * nursery, engine and worker inherit how many are left until then.  Either it
 * does not start, with status 2; or every question has an answer, the right one
 * or that there is no memory for it, and the front goes on.
 *
 *	serve [N]	all of them, or the N-th alone
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "cli/main.h"
#include "web/serve.h"

/* Near the start every one, then fewer: each costs a server. */
enum { EVERY_UP_TO = 40, THEN_EVERY = 23, LAST = 1200 };
enum { MOST_ANSWER = 1 << 20, TRIES = 40 };

static const char *const questions[] = {
	"/ui/flamegraph",	 "/api/1/status",     "/ui/top?f=main",
	"/api/1/flame?boxes=50", "/ui/graph",	      "/api/1/search?q=a",
	"/ui/nothing",		 "/ui/source?f=main",
};

enum { N_QUESTIONS = sizeof(questions) / sizeof(questions[0]) };

static unsigned failures;

static void complain(unsigned n, const char *question, const char *what)
{
	printf("serve: allocation %u: %s: %s\n", n, question, what);
	failures++;
}

/* ---- the server ---- */

static void be_server(unsigned n, const char *profile, int said)
{
	static const struct pq_fronts fronts = { .serve = pq_web_serve };
	char *argv[] = {
		(char[]){ "profq" },	       (char[]){ "-http=localhost:0" },
		(char[]){ "-http_token=off" }, (char[]){ "-no_browser" },
		(char *)(uintptr_t)profile,    NULL
	};

	dup2(said, STDERR_FILENO);
	close(said);
	pq_mem_fail_after(n, false);
	_exit(pq_cli_main(5, argv, &fronts));
}

static pid_t start_server(unsigned n, const char *profile, int *said)
{
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC))
		abort();
	fflush(stdout);
	pid = fork();
	if (pid < 0)
		abort();
	if (!pid)
		be_server(n, profile, ends[1]);
	close(ends[1]);
	*said = ends[0];
	return pid;
}

/* The port in its first line; 0 when it ended before. */
static unsigned read_port(int said)
{
	char line[512];
	size_t n = 0;
	unsigned port = 0;

	while (n < sizeof(line) - 1 && read(said, line + n, 1) == 1 &&
	       line[n] != '\n')
		n++;
	line[n] = '\0';
	if (strstr(line, "http://localhost:"))
		port = (unsigned)strtoul(strstr(line, "http://localhost:") +
						 strlen("http://localhost:"),
					 NULL, 10);
	return port;
}

/* ---- questions ---- */

static int connect_to(unsigned port)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons((uint16_t)port),
				  .sin_addr = { htonl(INADDR_LOOPBACK) } };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd >= 0 && !connect(fd, (struct sockaddr *)&to, sizeof(to)))
		return fd;
	close(fd);
	return -1;
}

/* The status of an answer, 0 for a connection that was closed, -1 for none. */
static int ask(unsigned port, const char *question)
{
	static char answer[MOST_ANSWER];
	struct pollfd p = { .fd = connect_to(port), .events = POLLIN };
	size_t n = 0;
	int status = 0;
	ssize_t got = 1;

	if (p.fd < 0)
		return -1;
	dprintf(p.fd,
		"GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
		"\r\n",
		question);
	while (got > 0 && n < sizeof(answer) - 1) {
		if (poll(&p, 1, 10000) <= 0) {
			close(p.fd);
			return -1;
		}
		got = read(p.fd, answer + n, sizeof(answer) - 1 - n);
		n += got > 0 ? (size_t)got : 0;
	}
	close(p.fd);
	answer[n] = '\0';
	sscanf(answer, "HTTP/1.1 %d", &status);
	return status;
}

/*
 * Each question has an answer: the right one, or that there was no memory for
 * it.  A worker begins with what its engine has left, and so fails again.
 */
static void ask_all(unsigned n, unsigned port)
{
	for (unsigned i = 0; i < N_QUESTIONS; i++) {
		int wanted = strstr(questions[i], "nothing") ? 404 : 200;
		int status = ask(port, questions[i]);

		if (status < 0)
			complain(n, questions[i], "no answer");
		else if (status && status != wanted && status != 503 &&
			 status != 500)
			complain(n, questions[i], "another answer");
	}
}

/* The front itself goes on, whatever became of the others. */
static void check_front(unsigned n, unsigned port)
{
	int status = 0;

	for (unsigned i = 0; i < 3 && status != 200; i++)
		status = ask(port, "/api/1/status");
	if (status != 200)
		complain(n, "the front", "does not answer any more");
}

/* ---- one server ---- */

/* A server that shows a failure may be told to end before it ends itself. */
static bool is_told(int status)
{
	return WEXITSTATUS(status) == 0;
}

static void end_server(unsigned n, pid_t pid, bool listened, bool served)
{
	int status;

	if (listened)
		kill(pid, SIGTERM);
	if (waitpid(pid, &status, 0) != pid)
		abort();
	if (!WIFEXITED(status))
		complain(n, "its end", "by a signal");
	else if (WEXITSTATUS(status) != (served ? 0 : 2) && !is_told(status))
		complain(n, "its end",
			 served ? "served, another status"
				: "not served, another status");
}

/*
 * Whether it goes on: it may end before it has answered anything, or show for
 * three seconds that the profile could not be loaded.
 */
static bool is_served(unsigned port)
{
	int status = port ? ask(port, "/api/1/top") : -1;

	for (unsigned i = 0; i < TRIES && status == 503; i++) {
		usleep(20000);
		status = ask(port, "/api/1/top");
	}
	return status > 0 &&
	       !(status == 500 && ask(port, "/api/1/top?f=main") == 500);
}

static void try_server(unsigned n, const char *profile)
{
	int said;
	pid_t pid = start_server(n, profile, &said);
	unsigned port = read_port(said);
	bool served = is_served(port);

	if (served) {
		ask_all(n, port);
		check_front(n, port);
	}
	end_server(n, pid, port != 0, served);
	close(said);
}

/* ---- a home of its own ---- */

static int remove_entry(const char *path, const struct stat *st, int type,
			struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

static void make_home(char *home)
{
	if (!mkdtemp(home))
		abort();
	setenv("HOME", home, 1);
	setenv("XDG_STATE_HOME", home, 1);
	setenv("XDG_CONFIG_HOME", home, 1);
}

int main(int argc, char **argv)
{
	char home[] = "/tmp/profq-serve.XXXXXX";
	const char *testdata = getenv("TESTDATA");
	char profile[4096];
	unsigned tried = 0;

	snprintf(profile, sizeof(profile), "%s/stories/story1/cpu.pb.gz",
		 testdata ? testdata : "testdata");
	make_home(home);
	if (argc > 1)
		try_server((unsigned)strtoul(argv[1], NULL, 10), profile);
	for (unsigned n = 1; argc < 2 && n <= LAST;
	     n += n < EVERY_UP_TO ? 1 : THEN_EVERY, tried++)
		try_server(n, profile);
	nftw(home, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
	printf("serve: %u servers, %u failures\n", tried, failures);
	return failures > 0;
}
