/*
 * translate.h - from an address of a process to one of the file that was
 * mapped there, and back.
 *
 * Which segment a mapping shows is told by offsets and sizes, because linkers
 * put several into one page, and tools join or cut mappings.  A mapping from 0
 * with a limit of 0 or 2^64-1 is none, and stands for all addresses as they
 * are.
 * Kernel:  images above 2^63 begin where perf says that _text or _stext is;
 *          `kernel' is that symbol's address in the file.
 * Errors:  PQ_EFORMAT "could not identify base for FILE: ...", the reference's
 *          words without the file.
 * Source:  the reference's elfexec.
 */
#ifndef PQ_SYMBOLIZE_ELF_TRANSLATE_H
#define PQ_SYMBOLIZE_ELF_TRANSLATE_H

#include "symbolize/elf/elf_file.h"

struct pq_mapped_part {
	uint64_t start, limit, offset; /* as in a profile's mapping */
};

struct pq_translation {
	const struct pq_elf *elf;
	struct pq_mapped_part part;
	bool has_kernel;
	uint64_t kernel;
	const struct pq_elf_segment *text; /* that has the code, or NULL */
};

/* `kernel' may be NULL: the symbol is not known. */
bool pq_translation_init(struct pq_translation *t, const struct pq_elf *elf,
			 const struct pq_mapped_part *part,
			 const uint64_t *kernel, struct pq_error *err);

/* Whether the symbol is worth looking for: perf's kernel, or ChromeOS's. */
bool pq_translation_wants_kernel(const struct pq_mapped_part *part,
				 struct pq_text file);

/* False for an address outside the mapping, or of no known segment. */
bool pq_translate(const struct pq_translation *t, uint64_t address,
		  uint64_t *in_file);

#endif
