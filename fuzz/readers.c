#include "readers.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "profile/check.h"
#include "format/folded_read.h"
#include "format/legacy/legacy.h"
#include "format/perf_script.h"
#include "format/proto_read.h"
#include "format/refused.h"
#include "format/v8_read.h"

#define BUDGET ((uint64_t)64 << 20)

static const struct pq_reader readers[] = {
#define READER(name, probe, read) { name, probe, read },
#include "format/readers.def"
#undef READER
};

static enum fuzz_readers group_of(const char *name)
{
	if (!strncmp(name, "V8 ", 3))
		return FUZZ_JSON;
	if (!strcmp(name, "perf script") || !strcmp(name, "folded stacks"))
		return FUZZ_LINES;
	return strcmp(name, "profile.proto") ? FUZZ_LEGACY : FUZZ_ELSEWHERE;
}

struct input {
	int fd;
	const struct pq_reader *reader;
	const uint8_t *data;
	size_t size;
	struct pq_error err;
};

static void run(void *arg)
{
	struct input *in = arg;
	struct pq_profile *p = pq_profile_new();
	struct pq_stream s;

	in->reader->probe(in->data, in->size < 4096 ? in->size : 4096);
	if (pq_stream_open(&s, in->fd, NULL, 0, &in->err) &&
	    in->reader->read(&s, p, &in->err))
		pq_profile_check(p, &in->err);
	pq_stream_release(&s);
	pq_profile_free(p);
}

void fuzz_readers_run(enum fuzz_readers group, const uint8_t *data, size_t size)
{
	int fd = memfd_create("bytes", MFD_CLOEXEC);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	for (size_t i = 0; i < sizeof(readers) / sizeof(*readers); i++) {
		struct input in = {
			fd, &readers[i], data, size, { .code = PQ_OK }
		};

		if (group_of(readers[i].name) != group)
			continue;
		if (lseek(fd, 0, SEEK_SET))
			abort();
		pq_mem_limit(pq_mem_used() + BUDGET, "");
		pq_mem_guard(run, &in, &in.err);
		pq_mem_limit(0, "");
	}
	close(fd);
}
