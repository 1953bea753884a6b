/* Ladders of all groups of a heap: pq_ladders_find of ladders.h. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/regex.h"
#include "base/units.h"
#include "insight/ladders.h"
#include "insight/site_rows.h"

#include "base/banned.h"

/* Functions of Go's library that make a buffer larger. */
static const char grows[] =
	"^(bytes\\.(growSlice|makeSlice|\\(\\*Buffer\\)\\.\\w+)|"
	"internal/bytealg\\.MakeNoZero|strings\\.\\(\\*Builder\\)\\.\\w+|"
	"io\\.ReadAll|reflect\\.growslice|"
	"slices\\.(Grow|Insert|Collect|AppendSeq)(\\[.*)?|"
	"bufio\\.\\(\\*(Scanner|Reader)\\)\\.\\w+)$";

static struct pq_rung *fill_rungs(const struct pq_heap *h,
				  const struct pq_heap_group *group,
				  struct pq_arena *arena)
{
	struct pq_rung *rungs =
		PQ_ARENA_NEW(arena, struct pq_rung, group->n_cells);

	for (uint32_t i = 0; i < group->n_cells; i++) {
		const struct pq_heap_cell *cell =
			&h->cells.at[group->first_cell + i];

		/* Samples are kept, too: few of them prove no ladder. */
		rungs[i] = (struct pq_rung){
			.size = cell->size,
			.alloc_space = pq_heap_sum(h, cell->counts,
						   PQ_HEAP_ALLOC_SPACE),
			.alloc = pq_heap_sum(h, cell->counts,
					     PQ_HEAP_ALLOC_SAMPLES),
			.live = pq_heap_sum(h, cell->counts,
					    PQ_HEAP_LIVE_SAMPLES),
		};
	}
	return rungs;
}

static void find_callers(struct pq_ladder_row *row, const struct pq_heap *h)
{
	struct pq_frame_stack stack = row->group->stack;

	for (size_t i = 0; i < stack.n && row->n_callers < 6; i++) {
		const struct pq_frame *frame = &h->frames.list.at[stack.at[i]];

		if (!frame->library)
			row->callers[row->n_callers++] = frame->function;
	}
}

static void finish_row(struct pq_ladder_row *row, const struct pq_heap *h,
		       int64_t alloc_space)
{
	const struct pq_ladder *l = &row->ladder;
	int64_t below = l->rungs[l->n - 2]->live;
	int64_t top = l->rungs[l->n - 1]->live;

	/* More of the smaller size are buffers that stopped there. */
	row->both_live = below > 0 && top > 0 && below <= top;
	row->share_of_alloc = (double)l->alloc_space / (double)alloc_space;
	for (uint32_t i = 0; i < row->group->n_cells; i++) {
		uint32_t at = row->group->first_cell + i;

		row->live_space = pq_add(row->live_space,
					 pq_heap_sum(h, h->cells.at[at].counts,
						     PQ_HEAP_LIVE_SPACE));
	}
	find_callers(row, h);
}

static int compare_ladder_rows(const void *left, const void *right)
{
	const struct pq_ladder_row *a = left, *b = right;

	if (a->ladder.copied != b->ladder.copied)
		return a->ladder.copied < b->ladder.copied ? 1 : -1;
	return pq_text_compare(a->group->name, b->group->name);
}

static int64_t sum_allocated(const struct pq_heap *h)
{
	int64_t sum = 0;

	for (size_t i = 0; i < h->cells.n; i++)
		sum = pq_add(sum, pq_heap_sum(h, h->cells.at[i].counts,
					      PQ_HEAP_ALLOC_SPACE));
	return sum;
}

static void find_ladder_rows(struct pq_ladders *l, const struct pq_heap *h,
			     const struct pq_regex *regex,
			     struct pq_arena *arena)
{
	l->rows = PQ_ARENA_NEW(arena, struct pq_ladder_row, h->groups.n);
	for (size_t i = 0; i < h->groups.n; i++) {
		const struct pq_heap_group *group = &h->groups.at[i];
		struct pq_ladder_row *row = &l->rows[l->n];
		struct pq_rung *rungs = fill_rungs(h, group, arena);

		/* The next group takes the slot if no ladder is found. */
		memset(row, 0, sizeof(*row));
		row->group = group;
		/* A function known to grow buffers needs less evidence. */
		row->by_function = pq_regex_match(
			regex,
			pq_frames_leaf(&h->frames, group->stack)->function);
		if (!pq_ladder_find(&row->ladder, rungs, group->n_cells,
				    h->period, row->by_function, arena))
			continue;
		finish_row(row, h, l->alloc_space);
		l->n++;
	}
	if (l->n)
		qsort(l->rows, l->n, sizeof(*l->rows), compare_ladder_rows);
}

bool pq_ladders_find(struct pq_ladders *l, const struct pq_heap *h,
		     struct pq_arena *arena, struct pq_error *err)
{
	struct pq_regex *regex;

	memset(l, 0, sizeof(*l));
	/* Buffers that were copied are gone: live objects do not show them. */
	if (!h->has_alloc)
		return pq_fail(err, PQ_EUSAGE,
			       "%s: no alloc_objects; growth ladders are found "
			       "in what was allocated",
			       h->files[0].name.bytes);
	if (!h->noise)
		return pq_fail(err, PQ_EUSAGE,
			       "%s: ladders need object sizes and one known "
			       "sampling period",
			       h->files[0].name.bytes);
	/* The expression is compiled once for all groups. */
	regex = pq_regex_new(pq_text_of(grows), err);
	if (!regex)
		return false;
	l->alloc_space = sum_allocated(h);
	find_ladder_rows(l, h, regex, arena);
	pq_regex_free(regex);
	return true;
}

void pq_ladder_put_callers(struct pq_buf *b, const struct pq_ladder_row *row)
{
	for (size_t i = 0; i < row->n_callers; i++) {
		pq_buf_str(b, i ? " <- " : "");
		pq_buf_text(b, row->callers[i]);
	}
}
