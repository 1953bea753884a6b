#include "insight/size_chart.h"

#include <string.h>

#include "insight/cells.h"
#include "insight/site_rows.h"

#include "base/banned.h"

static bool has_picture_ending(struct pq_text text, const char *end)
{
	size_t n = strlen(end);

	return text.len > n &&
	       pq_text_is(pq_text_slice(text, text.len - n, text.len), end);
}

bool pq_is_picture_name(struct pq_text name)
{
	return has_picture_ending(name, ".svg") ||
	       has_picture_ending(name, ".html");
}

static void mark_rungs(struct pq_size_chart *c, const struct pq_ladder *l)
{
	size_t k = 0;

	/* Bars and rungs both ascend: one pass finds them all. */
	for (size_t i = 0; i < c->n; i++) {
		while (k < l->n && l->rungs[k]->size < c->bars[i].size)
			k++;
		c->bars[i].is_rung = k < l->n &&
				     l->rungs[k]->size == c->bars[i].size;
	}
}

static void describe_ladder(struct pq_size_chart *c,
			    const struct pq_ladder_row *row,
			    struct pq_arena *arena)
{
	struct pq_buf b = { 0 };

	pq_buf_printf(&b, "%zu rungs, rule %s: ", row->ladder.n,
		      pq_growth_rule_name(row->ladder.rule));
	pq_put_bytes(&b, c->view, row->ladder.copied);
	pq_buf_str(&b, " of ");
	pq_put_bytes(&b, c->view, (double)row->ladder.alloc_space);
	pq_buf_printf(&b, " copied (%.0f%%)", 100 * row->ladder.copied_share);
	c->caption = pq_arena_text(arena, pq_buf_view(&b));
	c->site = pq_arena_text(arena, row->group->name);
	pq_buf_release(&b);
}

void pq_size_chart_fill(struct pq_size_chart *c, const struct pq_heap *h,
			const struct pq_heap_group *group,
			const struct pq_ladder_row *ladder,
			struct pq_arena *arena)
{
	c->site = c->caption = PQ_TEXT("");
	c->has_alloc = h->has_alloc;
	c->n = group->n_cells;
	c->bars = pq_arena_zeroed(arena, c->n * sizeof(*c->bars));
	for (size_t i = 0; i < c->n; i++) {
		const struct pq_heap_cell *cell =
			&h->cells.at[group->first_cell + i];
		struct pq_size_bar *bar = &c->bars[i];

		bar->size = cell->size;
		bar->live_space =
			pq_heap_sum(h, cell->counts, PQ_HEAP_LIVE_SPACE);
		/* Without allocations both bars are of live bytes. */
		bar->alloc_space = h->has_alloc
					   ? pq_heap_sum(h, cell->counts,
							 PQ_HEAP_ALLOC_SPACE)
					   : bar->live_space;
	}
	/* A chart of sizes alone has no rungs to mark. */
	if (!ladder)
		return;
	mark_rungs(c, &ladder->ladder);
	describe_ladder(c, ladder, arena);
}
