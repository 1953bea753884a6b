/*
 * code.h - the machine code of a program: its symbols, and the instructions of
 * ranges of addresses with the frames of each.
 *
 * Both are asked of a child without rights (symbolize/reader.h).
 * Begin:  code is decoded from the symbol that a range begins in, and anew at
 *         each symbol, because bytes in between may be no code.
 * Text:   the mnemonic, a tab, operands in AT&T's syntax or Intel's; numbers
 *         are decimal and signed, targets of jumps 0xADDRESS <NAME+0xN>, as
 *         llvm-objdump has it.
 * Errors: those of the reader; PQ_EUSAGE where capstone is not there, or does
 *         not know the machine.
 * Limits: PQ_CODE_MOST_BYTES of code a question.
 * Owner:  pq_instructions_release, pq_code_symbols_release.
 * Source: capstone 4 decodes; llvm-objdump 14 for the style.
 */
#ifndef PQ_DISASM_CODE_H
#define PQ_DISASM_CODE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/vec.h"
#include "symbolize/resolve.h"

#define PQ_CODE_MOST_BYTES ((uint64_t)64 << 20)

/* As nm lists them: by address, several of one address together. */
struct pq_code_symbol {
	uint64_t address;
	struct pq_text name; /* the linker's */
};

struct pq_code_symbols {
	struct pq_arena arena;
	PQ_VEC(struct pq_code_symbol) at;
};

bool pq_code_symbols_ask(struct pq_code_symbols *s,
			 const struct pq_program_files *files,
			 struct pq_error *err);
void pq_code_symbols_release(struct pq_code_symbols *s);

struct pq_instruction {
	uint64_t address; /* the file's, not the process's */
	uint64_t target;  /* where a jump or call leads; 0: not known */
	struct pq_text text;
	struct pq_text function; /* the symbol it is in, readable; may be "" */
};

struct pq_instructions {
	struct pq_arena arena;
	PQ_VEC(struct pq_instruction) at; /* by address */
	/* for each its frames, and PQ_RESOLVE_PLACES */
	struct pq_frame_lists frames;
};

/* The innermost frame of instruction i; NULL: nothing is known of it. */
const struct pq_frame *pq_instruction_frame(const struct pq_instructions *c,
					    size_t i);

/* Instructions that begin in [start, end), of the file's addresses. */
struct pq_code_range {
	uint64_t start, end;
};

struct pq_code_question {
	struct pq_program_files files;
	const struct pq_code_range *ranges; /* by address, none in another */
	size_t n_ranges;
	bool intel_syntax;
};

bool pq_code_ask(struct pq_instructions *c, const struct pq_code_question *q,
		 struct pq_error *err);
void pq_instructions_release(struct pq_instructions *c);

#endif
