#include "base/notes.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

#include "base/banned.h"

void pq_notes_init(struct pq_notes *l, struct pq_arena *arena)
{
	memset(l, 0, sizeof(*l));
	l->arena = arena;
}

void pq_notes_add(struct pq_notes *l, struct pq_text line)
{
	/* An arena frees nothing: doubling wastes no more than is used. */
	if (l->n == l->capacity) {
		size_t grown = l->capacity ? l->capacity * 2 : 16;
		struct pq_text *lines =
			PQ_ARENA_NEW(l->arena, struct pq_text, grown);

		if (l->n)
			memcpy(lines, l->lines, l->n * sizeof(*lines));
		l->lines = lines;
		l->capacity = grown;
	}
	l->lines[l->n++] = pq_arena_text(l->arena, line);
}

void pq_notes_print(const struct pq_notes *l, const char *before,
		    struct pq_out *out)
{
	for (size_t i = 0; i < l->n; i++) {
		pq_out_str(out, before);
		pq_out_text(out, l->lines[i]);
		pq_out_str(out, "\n");
	}
}

void pq_notes_tell(const struct pq_notes *l, struct pq_log *log)
{
	struct pq_buf line = { 0 };

	for (size_t i = 0; i < l->n; i++) {
		pq_buf_str(&line, "note: ");
		pq_buf_text(&line, l->lines[i]);
		pq_log_text(log, pq_buf_view(&line));
		pq_buf_clear(&line);
	}
	pq_buf_release(&line);
}
