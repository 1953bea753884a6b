/*
 * local.h - names, files and lines for the addresses of a profile, from the
 * programs on this machine.
 *
 * Which:   mappings that no names are known of (with `force', all), but for
 *          kernels, vdso and memory without a file.  A location of which
 *          nothing is found stays as it is.
 * Result:  lines as in DWARF, innermost first; names are the linker's, for
 *          pq_symbolize_profile to make readable.  New functions follow those
 *          that were there, in the order of locations.
 * Says:    the reference's messages about files that are not there; one line
 *          for a mapping of which some addresses have no name.
 * Source:  the reference's local symbolization.
 */
#ifndef PQ_SYMBOLIZE_LOCAL_H
#define PQ_SYMBOLIZE_LOCAL_H

#include "symbolize/binaries.h"

struct pq_local_symbols {
	struct pq_binaries *binaries;
	bool force;
	bool names_only;	 /* symbols, and no debug information */
	bool says_all;		 /* a line for each mapping */
	struct pq_text kallsyms; /* a file's name, or empty */
};

/* Errors: none; what cannot be done is said, and left out. */
void pq_symbolize_local(struct pq_profile *p, const struct pq_local_symbols *l,
			struct pq_log *log);

/* Whether a mapping has no file that names could come from. */
bool pq_mapping_has_no_program(struct pq_text file);

#endif
