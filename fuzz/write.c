/*
 * A profile in any container through every writer; what comes out is read
 * back by a strict reader of its format (strict.h).
 *
 * Not here: list, which opens files, and the pictures that graphviz lays out
 * in a child process (svg, png, ...); of svg the step after the layout gets
 * the bytes as they are.
 */
#include "fuzz.h"

#include "base/mem.h"
#include "draw/svg.h"
#include "fixed.h"
#include "profile/merge.h"
#include "writers.h"

#define BUDGET ((uint64_t)256 << 20)

static const struct fuzz_writer writers[] = {
	{ "top", "text", "", "", strict_text },
	{ "top", "json", "", "granularity=lines", strict_json },
	{ "top", "csv", "", "sort=cum", strict_csv },
	{ "top", "tsv", "", "granularity=filefunctions", strict_tsv },
	{ "top", "md", "", "mean=true", strict_markdown },
	{ "tree", "text", "", "call_tree=true", strict_text },
	{ "tree", "json", "", "", strict_json },
	{ "peek", "text", "", "unit=auto", strict_text },
	{ "traces", "text", "", "", strict_text },
	{ "traces", "json", "", "", strict_json },
	{ "tags", "text", "", "", strict_text },
	{ "tags", "json", "", "", strict_json },
	{ "raw", "text", "", "", strict_text },
	{ "info", "text", "", "", strict_text },
	{ "info", "json", "", "", strict_json },
	{ "comments", "text", "", "", strict_text },
	{ "dot", "text", "", "", strict_dot },
	{ "dot", "text", "", "call_tree=true granularity=addresses",
	  strict_dot },
	{ "callgrind", "text", "", "", strict_callgrind },
	{ "callgrind", "text", "", "call_tree=true", strict_callgrind },
	{ "folded", "text", "", "", strict_folded },
	{ "speedscope", "text", "", "", strict_speedscope },
	{ "flame", "text", "x.svg", "", strict_svg },
	{ "flame", "text", "x.html", "granularity=lines", strict_html },
	{ "proto", "text", "", "", NULL },
	{ "topproto", "text", "", "", NULL },
};

struct input {
	const uint8_t *data;
	size_t size;
	struct pq_error err;
};

static void finish_svg(const struct input *in)
{
	struct pq_text raw = { (const char *)in->data, in->size };
	struct pq_buf b = { 0 };

	pq_svg_finish(&b, raw, raw, PQ_THEME_AUTO);
	pq_buf_release(&b);
}

static void run(void *arg)
{
	struct input *in = arg;
	struct pq_profile *p;

	finish_svg(in);
	p = fuzz_read(in->data, in->size, &in->err);
	for (size_t i = 0; p && i < sizeof(writers) / sizeof(*writers); i++) {
		struct pq_profile *copy = pq_profile_clone(p);

		fuzz_writer_run(&writers[i], copy, NULL);
		pq_profile_free(copy);
	}
	pq_profile_free(p);
}

void fuzz_write(const uint8_t *data, size_t size)
{
	struct input in = { data, size, { .code = PQ_OK } };

	pq_mem_limit(pq_mem_used() + BUDGET, "");
	pq_mem_guard(run, &in, &in.err);
	pq_mem_limit(0, "");
}
