/*
 * A profile against itself with some values gone and others doubled, through
 * everything that compares; what comes out is read back by a strict reader.
 */
#include "fuzz.h"

#include "base/mem.h"
#include "fixed.h"
#include "profile/join.h"
#include "profile/merge.h"
#include "writers.h"

#define BUDGET ((uint64_t)256 << 20)

static const struct fuzz_writer writers[] = {
	{ "diff", "text", "", "", strict_text },
	{ "diff", "json", "", "sort=ratio normalize=true", strict_json },
	{ "diff", "csv", "", "granularity=lines", strict_csv },
	{ "dot", "text", "", "diff=true", strict_dot },
	{ "flame", "text", "x.svg", "diff=true", strict_svg },
	{ "flame", "text", "x.html", "diff=true", strict_html },
};

struct input {
	const uint8_t *data;
	size_t size;
	struct pq_error err;
};

struct walk {
	const struct pq_profile *p;
	size_t n;
};

static bool change(void *ctx, struct pq_sample *sample)
{
	struct walk *w = ctx;
	size_t turn = w->n++ % 3;

	for (size_t i = 0; i < w->p->sample_types.n; i++)
		sample->values[i] =
			(int64_t)((uint64_t)sample->values[i] * turn);
	return true;
}

static void compare(const struct fuzz_writer *w, const struct pq_profile *p)
{
	struct pq_profile *list[2] = { pq_profile_clone(p),
				       pq_profile_clone(p) };
	struct walk walk = { .p = list[1] };
	struct pq_joined_file files[2] = { { .name = "old" },
					   { .name = "new" } };
	struct pq_joined j = { .files = files, .n_files = 2, .n_old = 1 };
	struct pq_error err = { .code = PQ_OK };

	pq_samples_rewrite(&list[1]->samples, list[1]->samples.n_values, change,
			   &walk);
	if (pq_join(&j, list, &err))
		fuzz_writer_run(w, j.p, &j);
	pq_profile_free(j.p);
	pq_profile_free(list[0]);
	pq_profile_free(list[1]);
}

static void run(void *arg)
{
	struct input *in = arg;
	struct pq_profile *p = fuzz_read(in->data, in->size, &in->err);

	for (size_t i = 0; p && i < sizeof(writers) / sizeof(*writers); i++)
		compare(&writers[i], p);
	pq_profile_free(p);
}

void fuzz_compare(const uint8_t *data, size_t size)
{
	struct input in = { data, size, { .code = PQ_OK } };

	pq_mem_limit(pq_mem_used() + BUDGET, "");
	pq_mem_guard(run, &in, &in.err);
	pq_mem_limit(0, "");
}
