#include "base/confine.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/banned.h"

#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#endif

#ifdef ARCH

#define DATA(field) (offsetof(struct seccomp_data, field))
#define LOAD(at) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)(at))
#define RETURN(what) BPF_STMT(BPF_RET | BPF_K, what)
#define ALLOW RETURN(SECCOMP_RET_ALLOW)
#define JUMP(how, value, yes, no) \
	BPF_JUMP(BPF_JMP | (how) | BPF_K, value, yes, no)
#define ALLOW_CALL(name) JUMP(BPF_JEQ, SYS_##name, 0, 1), ALLOW
/* Memory that nothing can be run from. */
#define ALLOW_DATA(name)                                      \
	JUMP(BPF_JEQ, SYS_##name, 0, 4), LOAD(DATA(args[2])), \
		JUMP(BPF_JSET, PROT_EXEC, 1, 0), ALLOW, LOAD(DATA(nr))

void pq_confine_to_reading(int out)
{
	struct sock_filter filter[] = {
		LOAD(DATA(arch)),
		JUMP(BPF_JEQ, ARCH, 1, 0),
		RETURN(SECCOMP_RET_KILL_PROCESS),
		LOAD(DATA(nr)),
		ALLOW_CALL(read),
		ALLOW_CALL(pread64),
		ALLOW_CALL(lseek),
		ALLOW_CALL(brk),
		ALLOW_CALL(munmap),
		ALLOW_CALL(mremap),
		ALLOW_CALL(madvise),
		ALLOW_CALL(futex),
		ALLOW_CALL(clock_gettime),
		ALLOW_CALL(getpid),
		ALLOW_CALL(gettid),
		ALLOW_CALL(tgkill), /* abort */
		ALLOW_CALL(rt_sigprocmask),
		ALLOW_CALL(rt_sigreturn),
		ALLOW_CALL(exit),
		ALLOW_CALL(exit_group),
		ALLOW_DATA(mmap),
		ALLOW_DATA(mprotect),
		JUMP(BPF_JEQ, SYS_write, 0, 3),
		LOAD(DATA(args[0])),
		JUMP(BPF_JEQ, (unsigned)out, 0, 1),
		ALLOW,
		RETURN(SECCOMP_RET_ERRNO | EPERM),
	};
	struct sock_fprog program = { sizeof(filter) / sizeof(filter[0]),
				      filter };

	/* A filter without privileges asks for this promise first. */
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
}

bool pq_can_confine(void)
{
	return true;
}

#else

void pq_confine_to_reading(int out)
{
	(void)out;
}

bool pq_can_confine(void)
{
	return false;
}

#endif
