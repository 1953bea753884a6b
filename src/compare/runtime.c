#include "compare/runtime.h"

#include <string.h>

#include "base/banned.h"

static bool is_assembly(struct pq_text file)
{
	return file.len > 2 && !memcmp(file.bytes + file.len - 2, ".s", 2);
}

bool pq_is_runtime_name(struct pq_text name, struct pq_text file)
{
	return pq_text_starts(name, "runtime.") ||
	       pq_text_starts(name, "runtime/internal/") ||
	       pq_text_starts(name, "internal/runtime/") ||
	       (pq_text_find(name, 0, ".") == name.len && is_assembly(file));
}

/* With -noinlines, the frames of a location are its outermost lines. */
static bool mark_runtime_location(const struct pq_graph *g, size_t l,
				  uint8_t *is_runtime)
{
	const struct pq_location *at = &g->p->locations.at[l];
	uint32_t first = g->first_frame[l], n = g->first_frame[l + 1] - first;
	const struct pq_line *lines = pq_location_lines(g->p, at);
	bool any = false;

	/* Frames are the last n lines. */
	for (uint32_t i = 0; i < n && at->n_lines; i++) {
		const struct pq_function *f =
			pq_line_function(g->p, lines + at->n_lines - n + i);

		if (!f || !pq_is_runtime_name(pq_string(g->p, f->name),
					      pq_string(g->p, f->filename)))
			continue;
		is_runtime[g->frame_nodes.at[first + i]] = 1;
		any = true;
	}
	return any;
}

bool pq_mark_runtime(const struct pq_graph *g, uint8_t *is_runtime)
{
	bool any = false;

	for (size_t l = 0; l < g->p->locations.n; l++)
		any = mark_runtime_location(g, l, is_runtime) || any;
	return any;
}
