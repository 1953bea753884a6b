/*
 * pointers.h - pointers in a program's data, as they are once it is loaded at
 * the addresses of the file.
 *
 * A program that is position independent has 0 in their places, or what is
 * there already, and the addresses in its table of relocations.
 * Limits: only RELA tables hold addends; where it is REL or RELR, the word in
 *         its place is right.
 * Source: the gABI, "Relocation"; each machine's relative relocation.
 */
#ifndef PQ_SYMBOLIZE_ELF_POINTERS_H
#define PQ_SYMBOLIZE_ELF_POINTERS_H

#include "symbolize/elf/elf_content.h"

/* 0 where there is none, or nothing of the file. */
uint64_t pq_elf_pointer_at(struct pq_elf_content *c, uint64_t address);

/* Addresses of pointers to an address, into at[]; how many, `most' at most. */
size_t pq_elf_pointers_to(struct pq_elf_content *c, uint64_t address,
			  uint64_t *at, size_t most);

/* Bytes from an address on, to the end of its section; none: not in the file. */
struct pq_bytes pq_elf_bytes_at(struct pq_elf_content *c, uint64_t address);

#endif
