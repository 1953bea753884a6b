/*
 * float_stack.h - x87 instructions on registers as llvm-objdump spells them:
 * with both operands, where capstone has one, and the top of the stack as st.
 *
 * Source: llvm-objdump 14, in both syntaxes.
 */
#ifndef PQ_DISASM_FLOAT_STACK_H
#define PQ_DISASM_FLOAT_STACK_H

#include "base/buf.h"

/*
 * Appends the instruction that capstone spells so; false, and nothing, when it
 * is none of the stack's registers.
 */
bool pq_float_stack_put(const char *mnemonic, const char *operands,
			bool is_intel, struct pq_buf *to);

#endif
