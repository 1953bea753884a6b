/*
 * program.h - a program or library and the files that belong to it: what was
 * stripped off it, dwz's common file, split units.
 *
 * Debug file: by build id in .build-id/xx/rest.debug of each root and of
 *             /usr/lib/debug; by .gnu_debuglink beside the program, in
 *             .debug/, and below usr/lib/debug of each root.  Only the last
 *             part of a link's name counts.  It is believed when its build id
 *             is the program's, or, where one has none, when its checksum is
 *             the link's.
 * Alternate:  the same by its own build id, and below /usr/lib/debug.
 * Split:      NAME.dwp beside the program; .dwo files below a root only, by any
 *             end of their recorded path.
 * Owner:      pq_program_open / pq_program_close.
 * Source:     GDB's manual, "Debugging Information in Separate Files".
 */
#ifndef PQ_SYMBOLIZE_PROGRAM_H
#define PQ_SYMBOLIZE_PROGRAM_H

#include "symbolize/binaries.h"
#include "symbolize/elf/translate.h"
#include "symbolize/resolve.h"

struct pq_program_file {
	bool is_open;
	struct pq_elf elf;
	const char *root, *name; /* where it is */
};

struct pq_program {
	struct pq_arena arena;
	struct pq_program_file binary, debug, alternate, packed;
	PQ_VEC(struct pq_program_file *) split;
	PQ_VEC(const struct pq_elf *) split_elves;
	struct pq_program_files files;
};

/* `with_debug' false: only the program itself is wanted.  Close in any case. */
bool pq_program_open(struct pq_program *p, const struct pq_binaries *b,
		     const struct pq_binary_place *place, bool with_debug,
		     struct pq_error *err);
/* The program of a mapping with its debug information, and how it lies there. */
bool pq_program_open_mapping(struct pq_program *p, struct pq_binaries *b,
			     const struct pq_profile *profile,
			     const struct pq_mapping *m,
			     struct pq_translation *t, struct pq_error *err);
void pq_program_close(struct pq_program *p);

/*
 * Opens the .dwo files of the names that debug information has for them, as
 * far as they are below a root; true when there is at least one.
 */
bool pq_program_add_split(struct pq_program *p, const struct pq_binaries *b,
			  const struct pq_text *names, size_t n);

#endif
