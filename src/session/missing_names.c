#include "session/missing_names.h"

#include <string.h>

#include "base/buf.h"
#include "base/units.h"
#include "profile/sample_index.h"

#include "base/banned.h"

/* Kernel frames without names are told of from this share on, in percent. */
#define KERNEL_SHARE 1

static bool is_unnamed(const struct pq_location *l)
{
	return l->mapping != PQ_NONE && !l->n_lines;
}

static bool is_kernel_file(const struct pq_profile *p, uint32_t mapping)
{
	return pq_text_is(pq_string(p, p->mappings.at[mapping].file),
			  "[kernel.kallsyms]");
}

static bool has_unnamed(const struct pq_profile *p, bool kernel)
{
	for (size_t i = 0; i < p->locations.n; i++) {
		const struct pq_location *l = &p->locations.at[i];

		if (is_unnamed(l) && is_kernel_file(p, l->mapping) == kernel)
			return true;
	}
	return false;
}

static bool has_kernel_frame(const struct pq_profile *p,
			     const struct pq_sample *s)
{
	for (size_t i = 0; i < s->n_locations; i++) {
		const struct pq_location *l = &p->locations.at[s->locations[i]];

		if (is_unnamed(l) && is_kernel_file(p, l->mapping))
			return true;
	}
	return false;
}

/* Sums of one value: of all samples, and of those with kernel frames. */
static void add_up(const struct pq_profile *p, unsigned at, int64_t *all,
		   int64_t *kernel)
{
	struct pq_walk w;

	*all = *kernel = 0;
	pq_walk_begin(&w, &p->samples);
	while (pq_walk_next(&w)) {
		int64_t value;

		pq_walk_values(&w);
		pq_walk_stack(&w);
		value = pq_abs(w.sample.values[at]);
		*all = pq_add(*all, value);
		if (has_kernel_frame(p, &w.sample))
			*kernel = pq_add(*kernel, value);
	}
	pq_walk_end(&w);
}

static void tell_kernel(const struct pq_profile *p, struct pq_log *log)
{
	struct pq_buf b = { 0 };
	struct pq_error ignored;
	int64_t all, kernel;
	unsigned at;

	pq_error_clear(&ignored);
	/* The share is of the value that reports show by default. */
	if (!pq_sample_index(p, PQ_TEXT(""), &at, &ignored))
		return;
	add_up(p, at, &all, &kernel);
	if (kernel <= all / 100 * KERNEL_SHARE)
		return;
	pq_buf_str(&b, "kernel functions have no names (");
	pq_percentage_trimmed(&b, kernel, all);
	pq_buf_str(&b, " of ");
	pq_buf_text(&b, pq_string(p, p->sample_types.at[at].type));
	pq_buf_str(&b, "): -kallsyms=FILE takes them from a copy of "
		       "/proc/kallsyms of the machine that recorded (sudo cat "
		       "/proc/kallsyms >FILE)");
	pq_log_text(log, pq_buf_view(&b));
	pq_buf_release(&b);
}

void pq_tell_missing_names(const struct pq_profile *p, struct pq_log *log)
{
	if (!log)
		return;
	if (p->note_of_missing_names.len && has_unnamed(p, false))
		pq_log_text(log, p->note_of_missing_names);
	/* Only perf.data has kernel addresses that kallsyms can name. */
	if (p->format && !strcmp(p->format, "perf.data") &&
	    has_unnamed(p, true))
		tell_kernel(p, log);
}
