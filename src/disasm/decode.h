/*
 * decode.h - bytes of code to text, by capstone.
 *
 * The library is loaded by pq_decoder_load before a child gives its rights up;
 * a program that disassembles nothing does not pay for it.
 * Owner:  pq_decoder_open / pq_decoder_close.
 * Errors: PQ_EUSAGE when there is no capstone, or none for the machine.
 */
#ifndef PQ_DISASM_DECODE_H
#define PQ_DISASM_DECODE_H

#include "base/buf.h"
#include "base/error.h"
#include "symbolize/elf/symbols.h"

bool pq_decoder_load(struct pq_error *err);

struct pq_decoder;

struct pq_decoder *pq_decoder_open(const struct pq_elf *elf, bool intel_syntax,
				   const struct pq_symbol_list *symbols,
				   const struct pq_symbols *stubs,
				   struct pq_error *err);
void pq_decoder_close(struct pq_decoder *d);

/*
 * Appends the instruction at the start of `code'; returns its bytes, which are
 * the machine's least with the text "<unknown>" where there is none.  target:
 * where a jump or a call leads; 0: not known.
 */
size_t pq_decoder_next(struct pq_decoder *d, struct pq_bytes code,
		       uint64_t address, struct pq_buf *text, uint64_t *target);

/* Appends a symbol's readable name: "f(int) (.isra.0)" for a clone. */
void pq_put_function_name(struct pq_buf *to, struct pq_text name);

#endif
