/*
 * Every run of cases.def with its 1st, 2nd, 3rd ... allocation refused, once
 * singly and once for good, and the same for the calls of refuse.def.  Each
 * time: exit status 2, one line of error, an old output file as it was, no new
 * file, and no memory, descriptor or child left behind.
 *
 *	inject			all cases
 *	inject N...		these, by their number, and more words about them
 *
 * A case is one child, in which the program's main function is called again
 * and again; a leak is looked for at its end, and then, to name the failure
 * that caused it, after each run.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/sanitized.h"
#include "cli/main.h"
#include "inject/refuse.h"
#include "shell/shell.h"

enum {
	TO_STDOUT = 1,
	ELSEWHERE = 2,
	SALVAGES = 4,
	SLOW = 8,
	FRESH = 16,
	TOOL = 32,
	THREADS = 64,
	LINKED = 128,
	SESSION = 256
};

static const struct {
	unsigned flags;
	const char *arguments;
} cases[] = {
#define CASE(flags, arguments) { flags, arguments },
#include "cases.def"
#undef CASE
};

enum { N_CASES = sizeof(cases) / sizeof(cases[0]) };

/* All up to here, then a sample. */
enum { EVERY_UP_TO = 300, THEN_EVERY = 7, SLOW_EVERY = 5 };

/* The lines of a session: the first report and the last are the same. */
#define LINES "comments\ntop 2\ncomments\n"

#define OLD "what was there before\n"

#if PQ_SANITIZED
int __lsan_do_recoverable_leak_check(void);
#else
static int __lsan_do_recoverable_leak_check(void)
{
	return 0;
}
#endif

static char scratch[] = "/tmp/profq-inject.XXXXXX";

static _Noreturn void broken(const char *what)
{
	perror(what);
	_exit(99);
}

/* ---- one run ---- */

struct outcome {
	int status;
	char output[1 << 20];
	ssize_t n_output;
	char said[1 << 14];
	ssize_t n_said;
};

struct trial {
	unsigned number;
	unsigned flags;
	char words[1024];
	char *argv[32];
	int argc;
	int tell;	 /* where the test's own messages go */
	int said, shown; /* what stands for stderr and stdout */
	int n_open;	 /* descriptors */
	bool each;	 /* look for leaks after each run */
	unsigned n_runs, n_failed;
	const char *kind; /* of failure, and which */
	uint64_t n;
	struct outcome good, now;
};

static void complain(struct trial *t, const char *what)
{
	dprintf(t->tell, "%u %s: %s %llu: %s; status %d, said: %.*s\n",
		t->number, cases[t->number].arguments, t->kind,
		(unsigned long long)t->n, what, t->now.status,
		(int)t->now.n_said, t->now.said);
	t->n_failed++;
}

static void put_file(const char *path, const char *content)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0 || write(fd, content, strlen(content)) < 0)
		broken(path);
	close(fd);
}

static ssize_t get(int fd, char *to, size_t room)
{
	ssize_t n = pread(fd, to, room, 0);

	return n;
}

static ssize_t get_file(const char *path, char *to, size_t room)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : get(fd, to, room);

	if (fd >= 0)
		close(fd);
	return n;
}

static int count_open(void)
{
	int n = 0;

	for (int fd = 0; fd < 64; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

/* Names in a directory but those given; removes them. */
static unsigned count_others(const char *path, const char *const *but)
{
	DIR *dir = opendir(path);
	struct dirent *e;
	unsigned n = 0;

	while (dir && (e = readdir(dir))) {
		bool known = e->d_name[0] == '.' &&
			     (!e->d_name[1] || !strcmp(e->d_name, ".."));

		for (size_t i = 0; but[i]; i++)
			known = known || !strcmp(e->d_name, but[i]);
		if (!known) {
			n++;
			unlinkat(dirfd(dir), e->d_name, 0);
		}
	}
	if (dir)
		closedir(dir);
	return n;
}

static unsigned count_strays(void)
{
	static const char *const here[] = { "out", "linked", "in.prof", "big",
					    "tmp", "state",  "lines",	NULL };
	static const char *const state[] = { "last", "lock", NULL };

	return count_others(".", here) + count_others("tmp", here + 7) +
	       count_others("state/profq", state);
}

static void prepare(struct trial *t)
{
	count_strays();
	if (t->flags & FRESH)
		unlink("state/profq/last");
	put_file("out", OLD);
	unlink("linked");
	if (t->flags & LINKED && link("out", "linked"))
		broken("linked");
	if (ftruncate(t->said, 0) || lseek(t->said, 0, SEEK_SET) ||
	    ftruncate(t->shown, 0) || lseek(t->shown, 0, SEEK_SET))
		broken("ftruncate");
	if (t->flags & SESSION && lseek(STDIN_FILENO, 0, SEEK_SET))
		broken("lines");
	pq_mem_limit(0, "");
}

static void run(struct trial *t, struct outcome *o)
{
	static const struct pq_fronts fronts = { .shell = pq_shell_run };
	char *argv[32];

	memcpy(argv, t->argv, sizeof(argv));
	o->status = pq_cli_main(t->argc, argv, &fronts);
	t->n_runs++;
}

static void look(struct trial *t, struct outcome *o)
{
	o->n_said = get(t->said, o->said, sizeof(o->said));
	o->n_output = t->flags & TO_STDOUT
			      ? get(t->shown, o->output, sizeof(o->output))
			      : get_file("out", o->output, sizeof(o->output));
}

/* ---- what must hold ---- */

static unsigned count_errors(const struct outcome *o)
{
	const char *at = o->said, *end = o->said + o->n_said;
	unsigned n = 0;

	while (at < end) {
		const char *line_end = memchr(at, '\n', (size_t)(end - at));

		if (!line_end)
			return 99;
		n += !strncmp(at, "profq: ", 7);
		at = line_end + 1;
	}
	return n;
}

static bool same_output(const struct trial *t)
{
	return t->now.n_output == t->good.n_output &&
	       !memcmp(t->now.output, t->good.output, (size_t)t->now.n_output);
}

static bool old_output(const struct trial *t)
{
	if (t->flags & TO_STDOUT)
		return !t->now.n_output;
	return t->now.n_output == (ssize_t)strlen(OLD) &&
	       !memcmp(t->now.output, OLD, strlen(OLD));
}

static void check_nothing_left(struct trial *t)
{
	unsigned strays;
	int n_open = count_open();

	if (pq_mem_used())
		complain(t, "memory is left");
	if (n_open != t->n_open)
		complain(t, "descriptors are left");
	t->n_open = n_open;
	if (waitpid(-1, NULL, WNOHANG) >= 0 || errno != ECHILD)
		complain(t, "a child is left");
	strays = count_strays();
	if (strays && !(t->now.status == 0 && t->flags & ELSEWHERE))
		complain(t, "a file is left");
	if (t->each && __lsan_do_recoverable_leak_check())
		complain(t, "leaks");
}

static void check_failure(struct trial *t)
{
	if (t->now.status != 2)
		complain(t, "not status 2");
	else if (count_errors(&t->now) != 1 && !(t->flags & SALVAGES))
		complain(t, "not one line of error");
	if (!old_output(t))
		complain(t, "output was touched");
}

/* A call that failed may be one that the result does not need. */
static void check_complete_or_failure(struct trial *t)
{
	if (t->now.status)
		check_failure(t);
	else if (!(t->flags & SALVAGES) && !same_output(t))
		complain(t, "another output");
}

/* ---- a session ---- */

/* Bytes that the good output begins and ends with: the report asked twice. */
static size_t length_of_report(const struct outcome *good)
{
	size_t most = 0;

	for (size_t n = 1; n <= (size_t)good->n_output / 2; n++)
		if (!memcmp(good->output, good->output + good->n_output - n, n))
			most = n;
	return most;
}

static bool has_a_report(const struct trial *t)
{
	size_t n = length_of_report(&t->good);

	return n && t->now.n_output >= (ssize_t)n &&
	       (!memcmp(t->now.output, t->good.output, n) ||
		!memcmp(t->now.output + t->now.n_output - n, t->good.output,
			n));
}

/* One refusal costs the profile, a report, or nothing; never the session. */
static void check_session(struct trial *t)
{
	if (t->now.status == 2 && !t->now.n_output)
		return check_failure(t);
	if (t->now.status)
		complain(t, "the session ended");
	else if (!same_output(t) &&
		 (!has_a_report(t) || !count_errors(&t->now)))
		complain(t, "more than a report is lost");
}

/* ---- allocations ---- */

static void allocate(void *arg)
{
	for (uint64_t n = *(uint64_t *)arg; n; n--)
		pq_free(pq_alloc(1));
}

/* Whether the failure still stands out: n more allocations find it. */
static bool not_reached(uint64_t n)
{
	struct pq_error err;
	bool ok;

	pq_error_clear(&err);
	ok = pq_mem_guard(allocate, &n, &err);
	pq_mem_fail_after(0, false);
	return !ok;
}

/* False when the run was through before its n-th allocation. */
static bool refuse_memory(struct trial *t, uint64_t n, bool forever)
{
	bool through;

	prepare(t);
	pq_mem_fail_after(n, forever);
	run(t, &t->now);
	through = !forever && not_reached(n);
	pq_mem_fail_after(0, false);
	look(t, &t->now);
	/* The reports of a session count in children of their own. */
	if (through && (!(t->flags & SESSION) || same_output(t)))
		return false;
	t->kind = forever ? "allocations from" : "allocation";
	t->n = n;
	/* for good: a session may end, or print nothing more */
	if (t->flags & SESSION) {
		if (!forever)
			check_session(t);
		return check_nothing_left(t), true;
	}
	/* one of several files that cannot be read is left out */
	if (t->flags & SALVAGES && !t->now.status)
		return check_nothing_left(t), true;
	check_failure(t);
	check_nothing_left(t);
	return true;
}

static uint64_t after(const struct trial *t, uint64_t n)
{
	uint64_t step = n < EVERY_UP_TO ? 1 : THEN_EVERY;

	return n + (t->flags & SLOW ? step * SLOW_EVERY : step);
}

static void refuse_allocations(struct trial *t)
{
	for (uint64_t n = 1; refuse_memory(t, n, false); n = after(t, n))
		refuse_memory(t, n, true);
}

/* The n-th allocation of every thread but this one, for each of its tasks. */
static bool refuse_threads(struct trial *t, uint64_t n)
{
	prepare(t);
	pq_mem_fail_other_threads(n);
	run(t, &t->now);
	pq_mem_fail_other_threads(0);
	look(t, &t->now);
	t->kind = "allocation of each thread";
	t->n = n;
	check_nothing_left(t);
	if (!t->now.status && same_output(t))
		return false;
	check_failure(t);
	return true;
}

static void refuse_allocations_of_threads(struct trial *t)
{
	uint64_t n = 1;

	while (refuse_threads(t, n))
		n = after(t, n);
	if (n == 1)
		complain(t, "no thread took part");
}

/* ---- calls into the system ---- */

static bool refuse_call(struct trial *t, enum refused_call call, uint64_t n,
			enum refused_how how)
{
	static const char *const hows[] = { " no.", "s from no.",
					    ", short from no.",
					    ", interrupted no." };
	char kind[64];
	bool came;

	prepare(t);
	refuse_after(call, n, how);
	run(t, &t->now);
	came = refuse_end();
	if (!came)
		return false;
	look(t, &t->now);
	snprintf(kind, sizeof(kind), "%s%s", refused_names[call], hows[how]);
	t->kind = kind;
	t->n = n;
	if (how == REFUSE_SHORT || how == REFUSE_EINTR) {
		if (t->now.status || !same_output(t))
			complain(t, "another output");
	} else {
		check_complete_or_failure(t);
	}
	check_nothing_left(t);
	return true;
}

static void refuse_calls(struct trial *t)
{
	for (int call = 0; call < REFUSE_CALLS; call++) {
		bool moves = call == REFUSE_read || call == REFUSE_write;
		int hows = moves ? REFUSE_EINTR : REFUSE_FOREVER;

		for (int how = 0; how <= hows; how++)
			for (uint64_t n = 1;
			     n < (how == REFUSE_SHORT ? 4 : 100); n++)
				if (!refuse_call(t, (enum refused_call)call, n,
						 (enum refused_how)how))
					break;
	}
}

/* ---- a case ---- */

static char *place(char **at, const char *before, const char *word)
{
	char *start = *at;

	*at += sprintf(start, "%s%s", before, word) + 1;
	return start;
}

/* T/ and S/ may begin a word, or what follows its `='. */
static char *expand(char **at, const char *word)
{
	const char *data = getenv("TESTDATA"), *top = getenv("top_srcdir");
	const char *name = strchr(word, '=');
	char before[512];
	size_t n;

	name = name ? name + 1 : word;
	n = (size_t)(name - word);
	if (name[0] && name[1] == '/' && (*name == 'T' || *name == 'S')) {
		snprintf(before, sizeof(before), "%.*s%s", (int)n, word,
			 *name == 'T' ? data : top);
		return place(at, before, name + 1);
	}
	return place(at, "", word);
}

static void make_arguments(struct trial *t)
{
	char copy[512], *at = t->words, *rest = copy, *word;

	snprintf(copy, sizeof(copy), "%s", cases[t->number].arguments);
	t->argv[t->argc++] = place(&at, "", "profq");
	/* Options come first, as the reference's spelling wants them. */
	if (!(t->flags & TOOL) && *cases[t->number].arguments == '-')
		t->argv[t->argc++] = place(&at, "", "-sandbox=false");
	while ((word = strsep(&rest, " ")))
		t->argv[t->argc++] = expand(&at, word);
	/* the rights of this process are needed for the next run */
	if (!(t->flags & TOOL) && *cases[t->number].arguments != '-')
		t->argv[t->argc++] = place(&at, "", "-sandbox=false");
	if (!(t->flags & (TO_STDOUT | ELSEWHERE)))
		t->argv[t->argc++] = place(&at, "", "-output=out");
}

static void begin(struct trial *t)
{
	bool session = cases[t->number].flags & SESSION;
	int null = open(session ? "lines" : "/dev/null", O_RDONLY | O_CLOEXEC);

	if (chdir(scratch))
		broken(scratch);
	t->flags = cases[t->number].flags;
	make_arguments(t);
	t->tell = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 10);
	t->said = memfd_create("said", MFD_CLOEXEC);
	t->shown = memfd_create("shown", MFD_CLOEXEC);
	dup2(null, STDIN_FILENO);
	dup2(t->said, STDERR_FILENO);
	dup2(t->shown, STDOUT_FILENO);
	close(null);
	t->n_open = count_open();
}

static void run_trials(struct trial *t)
{
	t->kind = "good run";
	prepare(t);
	run(t, &t->good);
	look(t, &t->good);
	t->now = t->good;
	if (t->good.status)
		complain(t, "fails by itself");
	check_nothing_left(t);
	refuse_allocations(t);
	if (t->flags & THREADS)
		refuse_allocations_of_threads(t);
	if (!(t->flags & SESSION))
		refuse_calls(t);
}

/* In the child; 0, 1, or 2 for a leak that is still to be named. */
static int run_case(unsigned number, bool each)
{
	static struct trial t;

	t.number = number;
	t.each = each;
	begin(&t);
	run_trials(&t);
	dup2(t.tell, STDERR_FILENO);
	if (each)
		dprintf(t.tell, "%u %s: %u runs\n", number,
			cases[number].arguments, t.n_runs);
	if (t.n_failed)
		return 1;
	return __lsan_do_recoverable_leak_check() ? 2 : 0;
}

static int in_child(unsigned number, bool each)
{
	pid_t child = fork();
	int status;

	if (child < 0)
		broken("fork");
	if (!child)
		_exit(run_case(number, each));
	while (waitpid(child, &status, 0) < 0)
		continue;
	if (!WIFEXITED(status)) {
		printf("%u %s: died of signal %d\n", number,
		       cases[number].arguments, WTERMSIG(status));
		return 1;
	}
	return WEXITSTATUS(status);
}

static bool passes(unsigned number)
{
	int result = in_child(number, false);

	if (result)
		printf("%u %s: %s\n", number, cases[number].arguments,
		       result == 2 ? "leaks" : "failed");
	return !result;
}

/* More than a few blocks of compressed output are made of. */
static void put_big_file(void)
{
	FILE *file = fopen("big/prof", "w");

	if (!file)
		broken("big/prof");
	for (int i = 0; i < 10000; i++)
		fprintf(file, "main;a%d;b%d %d\n", i, i * 7, i + 1);
	if (fclose(file))
		broken("big/prof");
}

static void set_up(void)
{
	char path[256];

	if (!getenv("TESTDATA") || !getenv("top_srcdir")) {
		fputs("inject: TESTDATA and top_srcdir must be set\n", stderr);
		exit(2);
	}
	if (!mkdtemp(scratch) || chdir(scratch) || mkdir("tmp", 0700) ||
	    mkdir("state", 0700) || mkdir("big", 0700))
		broken(scratch);
	put_file("in.prof", "main;a;b 3\nmain;a 1\nmain;c;\"d\" 12\n");
	put_file("lines", LINES);
	put_big_file();
	setenv("HOME", scratch, 1);
	snprintf(path, sizeof(path), "%s/state", scratch);
	setenv("XDG_STATE_HOME", path, 1);
	snprintf(path, sizeof(path), "%s/tmp", scratch);
	setenv("TMPDIR", path, 1);
	unsetenv("PPROF_TMPDIR");
	setenv("BROWSER", "true", 1);
	setenv("NO_COLOR", "1", 1);
}

static void clean_up(void)
{
	static const char *const files[] = {
		"out",	    "linked",		"in.prof",	   "lines",
		"big/prof", "state/profq/last", "state/profq/lock"
	};
	static const char *const folders[] = { "state/profq", "state", "tmp",
					       "big" };

	count_strays();
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		unlink(files[i]);
	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
		rmdir(folders[i]);
	if (rmdir(scratch))
		perror(scratch);
}

int main(int argc, char **argv)
{
	unsigned failed = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	set_up();
	for (int i = 1; i < argc; i++)
		failed += in_child((unsigned)atoi(argv[i]), true) != 0;
	for (unsigned i = 0; argc == 1 && i < N_CASES; i++)
		failed += !passes(i);
	clean_up();
	printf("inject: %u of %d cases failed\n", failed,
	       argc > 1 ? argc - 1 : N_CASES);
	return failed != 0;
}
