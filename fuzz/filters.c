/*
 * Hostile expressions for every filter, one a line, in the order of struct
 * pq_filters, on a small profile with labels; then those for tagroot and
 * tagleaf.
 */
#include "fuzz.h"

#include <string.h>

#include "base/mem.h"
#include "fixed.h"
#include "profile/filter.h"
#include "profile/merge.h"

#define BUDGET ((uint64_t)64 << 20)

static const char stacks[] = "main;a::b(int);c 3\n"
			     "main;a::b(int);net/http.(*conn).serve 12\n"
			     "main;d<e>;c;c 1\n";

struct input {
	struct pq_text rest;
	struct pq_error err;
};

static struct pq_text next_line(struct input *in)
{
	size_t end = pq_text_find(in->rest, 0, "\n");
	struct pq_text line = pq_text_slice(in->rest, 0, end);

	in->rest = pq_text_slice(in->rest, end + (end < in->rest.len),
				 in->rest.len);
	return line;
}

static void ignore(void *ctx, struct pq_text message)
{
	(void)ctx;
	(void)message;
}

static void take_filters(struct pq_filters *f, struct input *in)
{
	struct pq_text *const all[] = {
		&f->focus,     &f->ignore,     &f->hide,      &f->show,
		&f->show_from, &f->tagfocus,   &f->tagignore, &f->tagshow,
		&f->taghide,   &f->prune_from,
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		*all[i] = next_line(in);
	f->verbose = true;
}

static void run(void *arg)
{
	struct input *in = arg;
	struct pq_log log = { .line = ignore };
	struct pq_label_units units = { 0 };
	struct pq_filters f = { .verbose = true };
	struct pq_text root, leaf;
	struct pq_profile *p = fuzz_read(stacks, strlen(stacks), &in->err);

	if (!p)
		return;
	pq_set_label(p, PQ_TEXT("key"), PQ_TEXT("value"));
	pq_set_label(p, PQ_TEXT("bytes"), PQ_TEXT("10kb"));
	take_filters(&f, in);
	root = next_line(in);
	leaf = next_line(in);
	pq_label_units_find(&units, p);
	pq_add_label_frames(p, root, leaf, PQ_TEXT("minimum"), &log);
	pq_filter(p, &f, &units, &log, &in->err);
	pq_label_units_release(&units);
	pq_profile_free(p);
}

void fuzz_filters(const uint8_t *data, size_t size)
{
	struct input in = { .rest = { (const char *)data, size } };

	pq_mem_limit(pq_mem_used() + BUDGET, "");
	pq_mem_guard(run, &in, &in.err);
	pq_mem_limit(0, "");
}
