/*
 * A profile in any container: read, then every step that a report takes with
 * what came out of it, under a small memory budget.
 */
#include "fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "graph/view.h"
#include "profile/filter.h"
#include "profile/merge.h"
#include "profile/prune.h"
#include "format/reader.h"
#include "symbolize/demangle/demangle.h"

#define BUDGET ((uint64_t)256 << 20)

struct input {
	const uint8_t *data;
	size_t size;
	struct pq_error err;
};

static void view(const struct pq_profile *p, enum pq_granularity granularity,
		 bool call_tree)
{
	struct pq_view_options o = {
		.shape = { .granularity = granularity,
			   .trim_path = PQ_TEXT(""),
			   .source_path = PQ_TEXT("") },
		.unit = PQ_TEXT("minimum"),
		.divide_by = 1,
		.nodefraction = 0.005,
		.edgefraction = 0.001,
		.nodecount = 80,
		.with_edges = true,
		.call_tree = call_tree,
	};
	struct pq_error err = { .code = PQ_OK };
	struct pq_view v;

	if (!p->sample_types.n || !pq_view_init(&v, p, &o, &err))
		return;
	pq_view_graph(&v);
	pq_view_release(&v);
}

static void use(struct pq_profile *p)
{
	struct pq_symbolize symbolize = { .demangle = PQ_DEMANGLE_DEFAULT };
	struct pq_profile *twice[2] = { p, p }, *merged;
	struct pq_error err = { .code = PQ_OK };

	pq_symbolize_profile(p, &symbolize);
	pq_drop_frames(p);
	view(p, PQ_FUNCTIONS, false);
	view(p, PQ_ADDRESSES, true);
	merged = pq_merge(twice, 2, &err);
	if (merged)
		view(merged, PQ_LINES, false);
	pq_profile_free(merged);
}

static void run(void *arg)
{
	struct input *in = arg;
	int fd = memfd_create("profile", MFD_CLOEXEC);
	struct pq_profile *p = NULL;

	if (fd < 0)
		return;
	if (write(fd, in->data, in->size) == (ssize_t)in->size &&
	    !lseek(fd, 0, SEEK_SET))
		p = pq_profile_read(fd, NULL, 0, NULL, NULL, &in->err);
	close(fd);
	if (p)
		use(p);
	pq_profile_free(p);
}

void fuzz_profile(const uint8_t *data, size_t size)
{
	struct input in = { data, size, { .code = PQ_OK } };

	pq_mem_limit(pq_mem_used() + BUDGET, "");
	pq_mem_guard(run, &in, &in.err);
	pq_mem_limit(0, "");
}
