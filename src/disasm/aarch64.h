/*
 * aarch64.h - capstone's text of an AArch64 instruction as llvm-objdump writes
 * it.
 *
 * capstone has a # before addresses, an instruction's own name where another
 * one is meant (movz for mov), and names of registers of the system in small
 * letters.  Numbers are decimal, but those of masks and addresses.
 * Source: llvm-objdump 14, over the code of static programs.
 */
#ifndef PQ_DISASM_AARCH64_H
#define PQ_DISASM_AARCH64_H

#include "base/buf.h"

struct pq_aarch64_text {
	const char *mnemonic, *operands; /* capstone's */
	/* appends what is said of an address */
	void (*put_symbol)(const void *ctx, uint64_t address,
			   struct pq_buf *to);
	const void *ctx;
};

/* Appends the instruction; returns where it leads, 0: not known. */
uint64_t pq_aarch64_put(const struct pq_aarch64_text *t, struct pq_buf *to);

#endif
