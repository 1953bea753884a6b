#include "draw/flame_legend.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "draw/flame_text.h"

#include "base/banned.h"

static int compare_by_name(const void *x, const void *y)
{
	const struct pq_flame_package *a = x, *b = y;

	return pq_text_compare(a->name, b->name);
}

static int compare_by_width(const void *x, const void *y)
{
	const struct pq_flame_package *a = x, *b = y;

	if (a->width != b->width)
		return a->width > b->width ? -1 : 1;
	return pq_text_compare(a->name, b->name);
}

/* A row for each frame, with the width of its boxes. */
static struct pq_flame_package *measure_frames(const struct pq_flame *f,
					       struct pq_arena *arena)
{
	struct pq_flame_package *rows = pq_arena_zeroed(
		arena, pq_size_mul(f->stacks.frames.n + 1, sizeof(*rows)));

	for (size_t i = 0; i < f->stacks.frames.n; i++)
		rows[i].name = f->stacks.frames.at[i].package;
	for (size_t i = 0; i < f->boxes.n; i++)
		if (f->boxes.at[i].frame != PQ_NONE)
			rows[f->boxes.at[i].frame].width +=
				pq_flame_size(f, i, 0);
	return rows;
}

/* Rows of one package become one; how many are left. */
static size_t join_packages(struct pq_flame_package *rows, size_t n)
{
	size_t last = 0;

	qsort(rows, n, sizeof(*rows), compare_by_name);
	for (size_t i = 1; i < n; i++)
		if (pq_text_equal(rows[i].name, rows[last].name))
			rows[last].width += rows[i].width;
		else
			rows[++last] = rows[i];
	return n ? last + 1 : 0;
}

void pq_flame_legend_find(struct pq_flame_legend *l, const struct pq_flame *f,
			  struct pq_arena *arena)
{
	struct pq_flame_package *rows = measure_frames(f, arena);
	size_t n = join_packages(rows, f->stacks.frames.n);

	memset(l, 0, sizeof(*l));
	if (n)
		qsort(rows, n, sizeof(*rows), compare_by_width);
	for (size_t i = 0; i < n && rows[i].width > 0; i++)
		if (pq_flame_color(rows[i].name) == PQ_FLAME_COLORS - 1)
			l->has_runtime = true;
		else if (rows[i].name.len && l->n < PQ_FLAME_PACKAGES)
			l->packages[l->n++] = rows[i];
}
