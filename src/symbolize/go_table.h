/*
 * go_table.h - the table that Go's runtime keeps of functions and lines
 * (.gopclntab), which stays when a program is stripped.
 *
 * Found by the name of its section, or by its first bytes in sections of
 * data.  Versions of Go 1.2, 1.16, 1.18 and 1.20.
 * Frames:  one, with the function that was compiled, and the file and line of
 *          what was inlined into it innermost.
 * Hostile: every offset is checked; a table of values ends after
 *          PQ_GO_MOST_STEPS steps.
 * Owner:   a view of the content it was opened on.
 * Source:  Go's debug/gosym, and the headers of runtime/symtab.go.
 */
#ifndef PQ_SYMBOLIZE_GO_TABLE_H
#define PQ_SYMBOLIZE_GO_TABLE_H

#include "symbolize/dwarf/frame_lists.h"
#include "symbolize/elf/elf_content.h"

#define PQ_GO_MOST_STEPS (1u << 24)

struct pq_go_table {
	struct pq_bytes all;
	uint8_t version; /* 12, 116, 118 or 120: as in the list above */
	uint8_t quantum, word;
	uint64_t n_functions, text;
	struct pq_bytes functions, names, units, files, values;
};

bool pq_go_table_open(struct pq_go_table *t, struct pq_elf_content *c);

/*
 * The version of Go that a program was built with, as Go's linker wrote it
 * since 1.18; "" for others.
 */
void pq_go_version(struct pq_elf_content *c, char *to, size_t room);

/* Adds the frame of an address to list i, if a function holds it. */
void pq_go_table_frames(const struct pq_go_table *t, uint64_t address,
			struct pq_frame_lists *frames, size_t i);

#endif
