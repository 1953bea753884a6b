/*
 * Each reader of text and addresses on any bytes, whether or not its probe would have taken
 * them: read and check, under a small memory budget.
 */
#include "fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "profile/check.h"
#include "profile/folded_read.h"
#include "profile/legacy/legacy.h"
#include "profile/perf_script.h"
#include "profile/v8_read.h"

#define BUDGET ((uint64_t)64 << 20)

typedef bool reader(struct pq_stream *s, struct pq_profile *p,
		    struct pq_error *err);

static reader *const readers[] = {
	pq_cpu_read,	    pq_heap_read,	 pq_count_read,
	pq_threadz_read,    pq_contention_read,	 pq_java_read,
	pq_jemalloc_read,   pq_goroutines_read,	 pq_perf_script_read,
	pq_cpuprofile_read, pq_heapprofile_read, pq_folded_read,
};

struct input {
	int fd;
	reader *read;
	struct pq_error err;
};

static void run(void *arg)
{
	struct input *in = arg;
	struct pq_profile *p = pq_profile_new();
	struct pq_stream s;

	if (pq_stream_open(&s, in->fd, NULL, 0, &in->err) &&
	    in->read(&s, p, &in->err))
		pq_profile_check(p, &in->err);
	pq_stream_release(&s);
	pq_profile_free(p);
}

void fuzz_legacy(const uint8_t *data, size_t size)
{
	int fd = memfd_create("legacy", MFD_CLOEXEC);

	if (fd < 0)
		return;
	if (write(fd, data, size) == (ssize_t)size)
		for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]);
		     i++) {
			struct input in = { fd, readers[i], { .code = PQ_OK } };

			if (lseek(fd, 0, SEEK_SET))
				break;
			pq_mem_limit(pq_mem_used() + BUDGET, "");
			pq_mem_guard(run, &in, &in.err);
			pq_mem_limit(0, "");
		}
	close(fd);
}
