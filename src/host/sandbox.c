#include "host/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/sanitized.h"

#include "base/banned.h"

#if PQ_SANITIZED || defined(PQ_COVERAGE)
#define USABLE 0
#else
#define USABLE 1
#endif

bool pq_sandbox_usable(void)
{
	return USABLE;
}

static bool failed(const char *what, struct pq_error *err)
{
	return pq_fail(err, PQ_EIO,
		       "cannot drop rights: %s: %s; -sandbox=false goes on "
		       "without",
		       what, strerror(errno));
}

/* ---- Landlock, and calls by their numbers: headers are often older ---- */

#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

enum {
	ABI_ASKED = 1,	  /* flag of create_ruleset: which version is there */
	PATH_BENEATH = 1, /* type of a rule */
	NEWEST_ABI = 6,
};

enum {
	WRITE_FILE = 1 << 1,
	READ_FILE = 1 << 2,
	READ_DIR = 1 << 3,
	REMOVE_FILE = 1 << 5,
	MAKE_DIR = 1 << 7,
	MAKE_REG = 1 << 8,
};

struct ruleset {
	uint64_t files, net, scoped;
};

struct beneath {
	uint64_t allowed;
	int32_t fd;
} __attribute__((packed));

/* All that each version of the interface can forbid. */
static const struct {
	struct ruleset handled;
	size_t bytes;
} versions[NEWEST_ABI + 1] = {
	[1] = { { 0x1fff, 0, 0 }, 8 },	[2] = { { 0x3fff, 0, 0 }, 8 },
	[3] = { { 0x7fff, 0, 0 }, 8 },	[4] = { { 0x7fff, 3, 0 }, 16 },
	[5] = { { 0xffff, 3, 0 }, 16 }, [6] = { { 0xffff, 3, 3 }, 24 },
};

static bool allow(int rules, const char *folder, uint64_t what)
{
	struct beneath b = { what, open(folder, O_PATH | O_CLOEXEC) };
	long result;

	if (b.fd < 0)
		return false;
	result = syscall(SYS_landlock_add_rule, rules, PATH_BENEATH, &b, 0);
	close(b.fd);
	return !result;
}

/* A ruleset, or -1: with errno 0 when there is no Landlock. */
static int make_rules(void)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, ABI_ASKED);

	/* EPERM: whoever confines us does not let it through */
	if (abi < 1) {
		if (errno == ENOSYS || errno == EOPNOTSUPP || errno == EPERM)
			errno = 0;
		return -1;
	}
	/* A newer kernel is asked for what this table knows. */
	if (abi > NEWEST_ABI)
		abi = NEWEST_ABI;
	return (int)syscall(SYS_landlock_create_ruleset, &versions[abi].handled,
			    versions[abi].bytes, 0);
}

static bool restrict_files(const struct pq_sandbox *s, bool reads,
			   bool *landlocked, struct pq_error *err)
{
	int rules = make_rules();
	bool ok;

	*landlocked = rules >= 0;
	if (rules < 0)
		return !errno || failed("Landlock", err);
	/* Rights that no line allows are refused from here on. */
	ok = (!reads || allow(rules, "/", READ_FILE | READ_DIR)) &&
	     (!s->folder || allow(rules, s->folder, REMOVE_FILE | MAKE_REG)) &&
	     (!s->keeps || allow(rules, s->keeps,
				 READ_FILE | READ_DIR | WRITE_FILE |
					 REMOVE_FILE | MAKE_DIR | MAKE_REG)) &&
	     !syscall(SYS_landlock_restrict_self, rules, 0);
	if (!ok)
		failed("Landlock", err);
	close(rules);
	return ok;
}

/* ---- seccomp ---- */

#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#endif

#ifdef ARCH

/* When a call is allowed, and what its argument must be like. */
enum when {
	ALWAYS,
	READING, /* until files are closed to us */
	BENEATH, /* and where Landlock sees that nothing is written */
	RENAMING,
	FORKING,
	LOADING, /* libraries, in a child */
	TALKING,
	SERVING,
	KEEPING, /* and where Landlock sees in which folder */
};

enum test {
	ANY,
	ALL_ZERO, /* none of these bits */
	SOME_SET, /* at least one of these bits */
	EQUALS,
};

struct call {
	unsigned number;
	unsigned char when, test, argument;
	unsigned value;
};

#define CALL(name)                            \
	{                                     \
		SYS_##name, ALWAYS, ANY, 0, 0 \
	}
#define CALL_IF(name, when)                 \
	{                                   \
		SYS_##name, when, ANY, 0, 0 \
	}
#define WRITES \
	(O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | (O_TMPFILE & ~O_DIRECTORY))

/* The hot ones first: the kernel walks the list. */
static const struct call calls[] = {
	CALL(read),
	CALL(write),
	CALL(futex),
	CALL(munmap),
	CALL(brk),
	CALL(madvise),
	CALL(mremap),
	{ SYS_mmap, ALWAYS, ALL_ZERO, 2, PROT_EXEC },
	{ SYS_mprotect, ALWAYS, ALL_ZERO, 2, PROT_EXEC },
	CALL(close),
	CALL(fstat),
	CALL(newfstatat),
	CALL(lseek),
	CALL(ftruncate), /* for an output that is written over */
	CALL(fallocate),
	CALL(pread64),
	CALL(readv),
	CALL(writev),
	{ SYS_openat, READING, ALL_ZERO, 2, WRITES },
	CALL_IF(openat2, BENEATH), /* its flags are in memory */
	CALL(statx),
	CALL(statfs),
	CALL(fstatfs),
	CALL(faccessat),
	CALL(faccessat2),
	CALL(readlinkat),
	CALL(getcwd),
	CALL(getdents64),
	CALL(fcntl),
	CALL(fadvise64),
	CALL(dup),
	CALL(dup3),
	CALL(eventfd2),
	{ SYS_ioctl, ALWAYS, EQUALS, 1, TCGETS },
	{ SYS_ioctl, ALWAYS, EQUALS, 1, TIOCGWINSZ },
	CALL(ppoll),
	CALL(clock_gettime),
	CALL(gettimeofday),
	CALL(clock_nanosleep),
	CALL(nanosleep),
	CALL(sched_yield),
	CALL(sched_getaffinity),
	CALL(getrandom),
	CALL(sysinfo),
	CALL(uname),
	CALL(getpid),
	CALL(gettid),
	CALL(getuid),
	CALL(geteuid),
	CALL(getgid),
	CALL(getegid),
	{ SYS_clone, ALWAYS, SOME_SET, 0, CLONE_THREAD },
	CALL(set_robust_list),
#ifdef SYS_rseq
	CALL(rseq),
#endif
	CALL(membarrier),
	CALL(rt_sigaction),
	CALL(rt_sigprocmask),
	CALL(rt_sigreturn),
	CALL(sigaltstack),
	CALL(restart_syscall),
	CALL(tgkill), /* abort */
	CALL(wait4),
	CALL(exit),
	CALL(exit_group),
	{ SYS_prlimit64, ALWAYS, EQUALS, 0, 0 },
	{ SYS_prctl, ALWAYS, EQUALS, 0, PR_SET_NO_NEW_PRIVS },
	CALL_IF(landlock_create_ruleset, READING),
	CALL_IF(landlock_add_rule, READING),
	CALL_IF(landlock_restrict_self, READING),
	CALL_IF(seccomp, READING),
	CALL_IF(renameat, RENAMING),
	CALL_IF(unlinkat, RENAMING),
#ifdef __x86_64__
	{ SYS_open, READING, ALL_ZERO, 1, WRITES },
	CALL(access),
	CALL(stat),
	CALL(lstat),
	CALL(readlink),
	CALL(poll),
	CALL(dup2),
	CALL(getrlimit),
	CALL_IF(rename, RENAMING),
	CALL_IF(unlink, RENAMING),
#endif
	{ SYS_clone, FORKING, ALL_ZERO, 0,
	  CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWPID |
		  CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP },
	/* libraries are loaded after the fork */
	CALL_IF(mmap, LOADING),
	CALL_IF(mprotect, LOADING),
	CALL_IF(pipe2, FORKING),
	CALL_IF(close_range, FORKING),
	CALL_IF(kill, FORKING),
	{ SYS_prctl, FORKING, EQUALS, 0, PR_SET_PDEATHSIG },
	CALL_IF(sendmsg, TALKING),
	CALL_IF(recvmsg, TALKING),
	CALL_IF(accept4, SERVING),
	CALL_IF(epoll_ctl, SERVING),
	CALL_IF(epoll_pwait, SERVING),
	CALL_IF(recvfrom, SERVING),
	CALL_IF(sendto, SERVING),
	CALL_IF(shutdown, SERVING),
	CALL_IF(setsockopt, SERVING),
	CALL_IF(getsockopt, SERVING),
	CALL_IF(getsockname, SERVING),
	CALL_IF(getpeername, SERVING),
	/* with engines to come, and answers of theirs */
	{ SYS_socketpair, SERVING, EQUALS, 0, AF_UNIX },
	CALL_IF(pipe2, SERVING),
	CALL_IF(memfd_create, SERVING),
	CALL_IF(openat, KEEPING),
	CALL_IF(mkdirat, KEEPING),
	CALL_IF(renameat, KEEPING),
	CALL_IF(unlinkat, KEEPING),
	CALL_IF(fsync, KEEPING),
	CALL_IF(fchmod, KEEPING),
	CALL_IF(umask, KEEPING),
#ifdef __x86_64__
	CALL_IF(epoll_wait, SERVING),
	CALL_IF(open, KEEPING),
	CALL_IF(mkdir, KEEPING),
	CALL_IF(rename, KEEPING),
	CALL_IF(unlink, KEEPING),
#endif
};

enum { N_CALLS = sizeof(calls) / sizeof(calls[0]), PER_CALL = 5 };

#define DATA(field) (offsetof(struct seccomp_data, field))
#define LOAD(at) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)(at))
#define RETURN(what) BPF_STMT(BPF_RET | BPF_K, what)
#define JUMP(how, value, yes, no) \
	BPF_JUMP(BPF_JMP | (how) | BPF_K, value, yes, no)
#define REFUSE(error) RETURN(SECCOMP_RET_ERRNO | (error))

struct program {
	struct sock_filter at[8 + N_CALLS * PER_CALL];
	unsigned short n;
};

static void put(struct program *p, struct sock_filter instruction)
{
	p->at[p->n++] = instruction;
}

static void put_filter_head(struct program *p)
{
	/* Another architecture numbers its calls differently: it is killed. */
	put(p, (struct sock_filter)LOAD(DATA(arch)));
	put(p, (struct sock_filter)JUMP(BPF_JEQ, ARCH, 1, 0));
	put(p, (struct sock_filter)RETURN(SECCOMP_RET_KILL_PROCESS));
	put(p, (struct sock_filter)LOAD(DATA(nr)));
	/* its flags are in memory: without it, clone is tried */
	put(p, (struct sock_filter)JUMP(BPF_JEQ, SYS_clone3, 0, 1));
	put(p, (struct sock_filter)REFUSE(ENOSYS));
}

/* The low half of an argument; those tested are of 32 bits. */
static void put_call(struct program *p, const struct call *c)
{
	if (c->test == ANY) {
		put(p, (struct sock_filter)JUMP(BPF_JEQ, c->number, 0, 1));
		put(p, (struct sock_filter)RETURN(SECCOMP_RET_ALLOW));
		return;
	}
	put(p, (struct sock_filter)JUMP(BPF_JEQ, c->number, 0, 4));
	put(p, (struct sock_filter)LOAD(DATA(args[c->argument])));
	if (c->test == EQUALS)
		put(p, (struct sock_filter)JUMP(BPF_JEQ, c->value, 0, 1));
	else
		put(p, (struct sock_filter)JUMP(BPF_JSET, c->value,
						c->test == ALL_ZERO,
						c->test == SOME_SET));
	put(p, (struct sock_filter)RETURN(SECCOMP_RET_ALLOW));
	/* The argument took the number's place: that is loaded again. */
	put(p, (struct sock_filter)LOAD(DATA(nr)));
}

static bool restrict_calls(const struct pq_sandbox *s, bool reads,
			   bool landlocked, struct pq_error *err)
{
	bool allowed[] = { [ALWAYS] = true,
			   [READING] = reads,
			   [BENEATH] = reads && landlocked,
			   [RENAMING] = s->folder != NULL,
			   [FORKING] = s->forks || (reads && s->asks_readers),
			   [LOADING] = s->forks,
			   [TALKING] = s->talks,
			   [SERVING] = s->serves,
			   [KEEPING] = s->keeps != NULL };
	struct program p = { .n = 0 };
	struct sock_fprog filter;

	put_filter_head(&p);
	for (size_t i = 0; i < N_CALLS; i++)
		if (allowed[calls[i].when])
			put_call(&p, &calls[i]);
	/* All other calls fail as not permitted, and end nothing. */
	put(&p, (struct sock_filter)REFUSE(EPERM));
	filter.len = p.n;
	filter.filter = p.at;
	/* Kernels without seccomp go on with Landlock alone. */
	if (!syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) ||
	    errno == ENOSYS || errno == EINVAL)
		return true;
	return failed("seccomp", err);
}

#else

static bool restrict_calls(const struct pq_sandbox *s, bool reads,
			   bool landlocked, struct pq_error *err)
{
	(void)landlocked;
	(void)s;
	(void)reads;
	(void)err;
	return true;
}

#endif

/* ---- both ---- */

static bool restrict_both(const struct pq_sandbox *s, bool reads,
			  struct pq_error *err)
{
	bool landlocked;

	return restrict_files(s, reads, &landlocked, err) &&
	       restrict_calls(s, reads, landlocked, err);
}

bool pq_sandbox_enter(const struct pq_sandbox *s, struct pq_error *err)
{
	if (s->off)
		return true;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) && errno != EINVAL)
		return failed("no_new_privs", err);
	return restrict_both(s, true, err);
}

bool pq_sandbox_close(const struct pq_sandbox *s, struct pq_error *err)
{
	struct pq_sandbox closed = *s;

	if (s->off || (s->reads_files && !s->asks_readers))
		return true;
	closed.asks_readers = false;
	return restrict_both(&closed, s->reads_files, err);
}
