/*
 * go_frames.h - addresses of a Go program to frames, by the runtime's own
 * tables (go_table.h, go_module.h): what a stripped program has left.
 *
 * Frames: as debug information has them: what was inlined since Go 1.18, the
 *         function that was compiled last, and none for padding.  Without the
 *         trees of inlined calls that one alone, with the innermost place.
 * Names:  those of Go's linker: of two functions that differ in how they are
 *         called, that of the older way is NAME.abi0.
 * Source: runtime/symtabinl.go for the trees; cmd/link's mangleABIName.
 */
#ifndef PQ_SYMBOLIZE_GO_FRAMES_H
#define PQ_SYMBOLIZE_GO_FRAMES_H

#include "symbolize/dwarf/frame_lists.h"
#include "symbolize/go_table.h"

struct pq_go_frames {
	struct pq_go_table table;
	struct pq_bytes data;
	bool has_compiled;	   /* the names below are there */
	struct pq_intern compiled; /* functions of Go's own sources */
};

/* Released whatever the result; false: no program of Go. */
bool pq_go_frames_open(struct pq_go_frames *g, struct pq_elf_content *c);
void pq_go_frames_release(struct pq_go_frames *g);

/* Adds the frames of an address to list i, if a function holds it. */
void pq_go_frames_put(struct pq_go_frames *g, uint64_t address,
		      struct pq_frame_lists *frames, size_t i);

#endif
