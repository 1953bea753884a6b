/*
 * folded.c - a line "root;...;leaf value" for each distinct stack, as
 * flamegraph.pl, inferno and speedscope read it.  command/commands.def has
 * its row.
 *
 * Values are whole numbers in the unit of the sample type; differences have
 * negative ones.
 */
#include "base/mem.h"
#include "base/phrases.h"
#include "base/units.h"
#include "graph/stacks.h"
#include "report/report.h"

#include "base/banned.h"

/* Samples without frames get a name that no function has. */
#define NO_STACK "[no stack]"

struct folded {
	const struct pq_view *view;
	struct pq_stacks stacks;
	struct pq_phrases names; /* by frame, each behind a semicolon */
};

/* pq_stacks_build has encoded the names. */
static void list_folded_names(struct folded *f)
{
	struct pq_buf b = { 0 };

	for (size_t i = 0; i < f->stacks.frames.n; i++) {
		pq_buf_clear(&b);
		pq_buf_char(&b, ';');
		pq_buf_text(&b, f->stacks.frames.at[i].name);
		pq_phrases_add(&f->names, pq_unchecked_bytes(b.data), b.len);
	}
	pq_buf_release(&b);
}

static void *folded_build(const struct pq_report_input *in,
			  struct pq_error *err)
{
	struct folded *f = PQ_ARENA_NEW(in->arena, struct folded, 1);
	struct pq_stacks_options o = {
		.columns = &in->view->o.shape.sample_index,
		.n_columns = 1,
		.folded = true,
	};

	(void)err;
	f->view = in->view;
	memset(&f->names, 0, sizeof(f->names));
	pq_stacks_build(&f->stacks, in->view, &o, in->arena);
	list_folded_names(f);
	return f;
}

/* Frame names from the root to the leaf, each fetched while one is written. */
static void print_folded_stack(const struct folded *f, struct pq_stack stack,
			       struct pq_out *out)
{
	size_t skip = 1; /* the first one's semicolon */
	uint32_t frame;
	uint8_t how;

	if (!stack.n_frames) {
		pq_out_str(out, NO_STACK);
		return;
	}
	frame = pq_stack_take(&f->stacks, &stack, &how);
	while (stack.n_frames) {
		uint32_t next = pq_stack_take(&f->stacks, &stack, &how);

		pq_phrase_prefetch(&f->names, next);
		pq_out_phrase_from(out, &f->names, frame, skip);
		skip = 0;
		frame = next;
	}
	pq_out_phrase_from(out, &f->names, frame, skip);
}

static void folded_text(const void *rows, struct pq_out *out)
{
	const struct folded *f = rows;
	const struct pq_stacks *s = &f->stacks;

	/* Stacks whose own value is 0 say nothing to the readers. */
	for (size_t i = 0; i < s->list.n && !pq_out_stopped(out); i++) {
		int64_t value = pq_view_divided(f->view, s->own.at[i]);

		if (!value)
			continue;
		print_folded_stack(f, s->list.at[i], out);
		pq_out_raw(out, " ", 1);
		pq_out_int(out, value, 0);
		pq_out_raw(out, "\n", 1);
	}
}

static void folded_release(void *rows)
{
	struct folded *f = rows;

	pq_stacks_release(&f->stacks);
	pq_phrases_release(&f->names);
}

const struct pq_report pq_emit_folded = {
	.view = { .never_trims = true },
	.build = folded_build,
	.text = folded_text,
	.release = folded_release,
};
