/*
 * punycode.h - identifiers beyond ASCII in Rust v0 names.
 *
 * Source: RFC 3492, with the basic code points and the rest kept apart, and
 *         the digits "a" to "z", "0" to "9".
 */
#ifndef PQ_SYMBOLIZE_DEMANGLE_PUNYCODE_H
#define PQ_SYMBOLIZE_DEMANGLE_PUNYCODE_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

/* The number of code points written to runes; 0 when there is an error. */
size_t pq_punycode_decode(struct pq_text ascii, struct pq_text puny,
			  uint32_t *runes, size_t most);

#endif
