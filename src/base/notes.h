/*
 * notes.h - a growing list of lines: the legend of a report, the notes of a
 * comparison.
 *
 * Owner: the lines and copies of their texts live in the arena given.
 */
#ifndef PQ_BASE_NOTES_H
#define PQ_BASE_NOTES_H

#include <stddef.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/out.h"
#include "base/text.h"

struct pq_notes {
	struct pq_text *lines;
	size_t n, capacity;
	struct pq_arena *arena;
};

void pq_notes_init(struct pq_notes *l, struct pq_arena *arena);

/* Appends one line with a copy of the text. */
void pq_notes_add(struct pq_notes *l, struct pq_text line);

/* Prints them, a line each, encoded, with some words of ours before each. */
void pq_notes_print(const struct pq_notes *l, const char *before,
		    struct pq_out *out);

/* Tells them, a line each behind the word "note". */
void pq_notes_tell(const struct pq_notes *l, struct pq_log *log);

#endif
