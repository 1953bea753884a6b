/*
 * mini_debug.h - the symbols that a stripped program carries packed by xz in
 * .gnu_debugdata ("MiniDebugInfo"; Fedora, RHEL and Android strip so).
 *
 * Shape:  an ELF file in the section: the program's own sections without
 *         their content, and a .symtab of the functions that .dynsym has not.
 * Limits: as of compressed sections (elf_content.h), and PQ_MINI_MOST_BYTES.
 * Source: GDB's manual, "MiniDebugInfo".
 */
#ifndef PQ_SYMBOLIZE_ELF_MINI_DEBUG_H
#define PQ_SYMBOLIZE_ELF_MINI_DEBUG_H

#include "symbolize/elf/elf_content.h"

#define PQ_MINI_MOST_BYTES ((uint64_t)256 << 20)

/*
 * The content of that file, inflated when it is first asked for; it is `c's.
 * NULL when there is none, or profq is built without liblzma; at damage as
 * well, which `c' notes then.
 */
struct pq_elf_content *pq_mini_debug_of(struct pq_elf_content *c);

/* For pq_elf_content_close; NULL is none. */
void pq_mini_debug_free(struct pq_mini_debug *m);

#endif
