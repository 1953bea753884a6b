/*
 * regex.h - RE2 regular expressions, as the reference has them.
 *
 * Search is unanchored and leftmost-first, in time linear in the text.
 * As in Go, a byte that is no UTF-8 is read as U+FFFD, which a dot matches,
 * and \C is refused.
 * Errors: in the reference's words, for example
 *         "error parsing regexp: missing closing ): `(`".  PQ_ELIMIT without
 *         memory; a match unwinds then (mem.h).
 * Limits: 8 MiB for an expression and what matching it remembers; what needs
 *         more is "too large", or matched without remembering.
 * Owner:  pq_regex_new makes, pq_regex_free ends (NULL is fine).
 * Use:    match each distinct name once and keep the bit; a match costs
 *         microseconds.
 */
#ifndef PQ_BASE_REGEX_H
#define PQ_BASE_REGEX_H

#include "base/error.h"
#include "base/text.h"

#ifdef __cplusplus
extern "C" {
#endif

struct pq_regex;

struct pq_regex *pq_regex_new(struct pq_text pattern, struct pq_error *err);
bool pq_regex_match(const struct pq_regex *regex, struct pq_text text);
/* How many steps a byte of text may take at worst; usually it is one. */
unsigned pq_regex_most_steps(const struct pq_regex *regex);
void pq_regex_free(struct pq_regex *regex);

#ifdef __cplusplus
}
#endif

#endif
