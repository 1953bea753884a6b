/*
 * strict.h - readers of what profq writes that take nothing but what the
 * format allows, and of that only what profq has a reason to write.
 *
 * None is shared with src: what a writer gets wrong, no reader of its own
 * makes good.
 * Result: NULL when all is well, else a literal that says what is wrong, and
 *         *at where.  Memory is pq_alloc's.
 */
#ifndef PQ_FUZZ_STRICT_H
#define PQ_FUZZ_STRICT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

typedef const char *strict_reader(struct pq_text text, size_t *at);

/* UTF-8 without a code point that steers a terminal, but for tab and \n;
 * nothing or a last line that ends. */
strict_reader strict_text;

strict_reader strict_json;	 /* RFC 8259, one value */
strict_reader strict_speedscope; /* and its frames and weights in range */

/* XML 1.0, and elements and attributes that a name cannot have brought in */
strict_reader strict_svg, strict_html;

/* graphviz's language: known attributes, no node that no line declares */
strict_reader strict_dot;

strict_reader strict_csv, strict_tsv, strict_markdown; /* a table: equal rows */
strict_reader strict_folded;
strict_reader strict_callgrind;

#endif
