#include "readers.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "format/reader.h"
#include "profile/check.h"

#define BUDGET ((uint64_t)64 << 20)

/* A reader needs no other declaration than its row. */
#define READER(name, probe, read)                            \
	int probe(const uint8_t *head, size_t n);            \
	bool read(struct pq_stream *s, struct pq_profile *p, \
		  struct pq_error *err);
#include "format/readers.def"
#undef READER

static const struct pq_reader readers[] = {
#define READER(name, probe, read) { name, probe, read },
#include "format/readers.def"
#undef READER
};

static const struct {
	const char *name; /* or how it begins */
	enum fuzz_readers group;
} groups[] = {
	{ "profile.proto", FUZZ_ELSEWHERE },
	{ "perf script", FUZZ_LINES },
	{ "folded stacks", FUZZ_LINES },
	{ "V8 ", FUZZ_JSON },
	{ "perf.data", FUZZ_PERF_DATA },
	{ "speedscope", FUZZ_SPEEDSCOPE },
	{ "Firefox profile", FUZZ_FIREFOX },
	{ "Chrome trace", FUZZ_CHROME },
	{ "OTLP profiles", FUZZ_OTLP },
	{ "rows of a database", FUZZ_LINES },
};

static enum fuzz_readers group_of(const char *name)
{
	for (size_t i = 0; i < sizeof(groups) / sizeof(*groups); i++)
		if (!strncmp(name, groups[i].name, strlen(groups[i].name)))
			return groups[i].group;
	return FUZZ_LEGACY;
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
	if (pq_stream_open(&s, in->fd, NULL, 0, NULL, &in->err) &&
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
