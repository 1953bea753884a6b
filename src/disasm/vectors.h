/*
 * vectors.h - what llvm-objdump remarks behind instructions that move elements
 * of vector registers: "xmm0 = xmm0[0],xmm1[0]" says what punpcklqdq does.
 *
 * Elements count from 0, the lowest; "mem" stands for memory, "zero" for an
 * element that is cleared.  Products are written out: "xmm1 = (xmm0 * xmm1) +
 * mem".  Instructions of AVX-512 with a mask, and what is not in the tables,
 * have no remark.
 * Source: llvm-objdump 14, over the code of distributions' libraries.
 */
#ifndef PQ_DISASM_VECTORS_H
#define PQ_DISASM_VECTORS_H

#include "base/buf.h"

/* Appends it, for an instruction as capstone spells it; nothing: there is none. */
void pq_vector_remark(const char *mnemonic, const char *operands, bool is_intel,
		      struct pq_buf *to);

#endif
