/*
 * frame_lists.h - what addresses stand for: for each a list of frames, that of the
 * innermost inlined function first.
 *
 * Shape:   of[i] is the part of `at' that belongs to address i; texts are ids
 *          in `texts', 0 for one that is not known.  Names are the linker's.
 * Owner:   pq_frame_lists_init / pq_frame_lists_release; texts are copied.
 */
#ifndef PQ_SYMBOLIZE_DWARF_FRAME_LISTS_H
#define PQ_SYMBOLIZE_DWARF_FRAME_LISTS_H

#include "base/intern.h"

struct pq_frame {
	uint32_t name, file;
	int64_t line, column, start_line; /* 0: not known */
};

struct pq_frame_list {
	uint32_t first, n;
};

struct pq_frame_lists {
	struct pq_arena arena;
	struct pq_intern texts;
	PQ_VEC(struct pq_frame) at;
	struct pq_frame_list *of;
	size_t n;
	PQ_VEC(uint32_t) missing; /* texts: paths of split units not found */
};

void pq_frame_lists_init(struct pq_frame_lists *f, size_t n);
void pq_frame_lists_release(struct pq_frame_lists *f);

/* Starts the list of address i; frames are then added one by one. */
void pq_frame_lists_begin(struct pq_frame_lists *f, size_t i);
void pq_frame_lists_add(struct pq_frame_lists *f, size_t i,
			const struct pq_frame *frame);

#endif
