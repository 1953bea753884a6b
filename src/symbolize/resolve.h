/*
 * resolve.h - addresses of one program or library to frames, by all files that
 * belong to it.
 *
 * Names: an inlined function's by its linkage name, else its name; the
 *        outermost one's by the symbol that holds the address, if there is
 *        one, because that tells parts and clones (main.cold); a stub is
 *        NAME@plt; Go's own tables where there is no debug information.
 * None:  an address of which only a line is known and no function, such as
 *        padding, gets no frame.
 * Runs:  in the reader's child, for the files are mapped (reader.h).
 * Source: llvm-symbolizer for what is right; the reference's nm mode for
 *        PQ_RESOLVE_NAMES.
 */
#ifndef PQ_SYMBOLIZE_RESOLVE_H
#define PQ_SYMBOLIZE_RESOLVE_H

#include "base/error.h"
#include "symbolize/dwarf/frame_lists.h"
#include "symbolize/elf/elf_file.h"

/* Files of one program; those that are not there are NULL. */
struct pq_program_files {
	const struct pq_elf *binary;
	const struct pq_elf *debug;	   /* the parts stripped off it */
	const struct pq_elf *alternate;	   /* dwz's common file */
	const struct pq_elf *packed;	   /* .dwp */
	const struct pq_elf *const *split; /* .dwo files */
	size_t n_split;
};

#define PQ_GO_VERSION_ROOM 64

struct pq_program_facts {
	bool has_symbols, has_debug_info, has_go_table;
	bool is_damaged; /* a section that should be there could not be read */
	char go_version[PQ_GO_VERSION_ROOM]; /* "go1.23.5"; "": no Go's */
};

enum pq_resolve_kind {
	PQ_RESOLVE_FRAMES,
	PQ_RESOLVE_PLACES, /* and frames that have a place but no name */
	PQ_RESOLVE_NAMES,  /* by symbols only, as nm lists them */
};

/* addresses are of the file, sorted and unique; frames is made here. */
bool pq_resolve(const struct pq_program_files *files, enum pq_resolve_kind kind,
		const uint64_t *addresses, size_t n,
		struct pq_frame_lists *frames, struct pq_program_facts *facts,
		struct pq_error *err);

#endif
